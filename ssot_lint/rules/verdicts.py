"""Gives violations their code, severity, fingerprint and order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

import msgspec

from ssot_lint.model.policy import Policy
from ssot_lint.model.violation import Violation
from ssot_lint.rules.registry import rules


def finished(violations: Iterable[Violation], policy: Policy) -> tuple[Violation, ...]:
    """The violations as they are reported, sorted by path, line, column and code."""
    declared = rules()
    coded = [
        msgspec.structs.replace(
            violation,
            code=policy.codes.get(violation.rule) or declared[violation.rule].code,
            severity=policy.severity.get(violation.rule) or declared[violation.rule].severity,
        )
        for violation in violations
    ]
    coded.sort(key=lambda item: (item.path, item.span, item.code, item.truth, item.message))
    return _fingerprinted(coded)


def _fingerprinted(violations: list[Violation]) -> tuple[Violation, ...]:
    """Equal findings of one file are told apart by their order, so that moved lines change nothing."""
    seen: Counter[str] = Counter()
    found = []
    for violation in violations:
        ground = "\0".join((violation.path, violation.rule, violation.truth, violation.symbol))
        seen[ground] += 1
        digest = hashlib.sha256(f"{ground}\0{seen[ground]}".encode("utf-8", "surrogatepass")).hexdigest()
        found.append(msgspec.structs.replace(violation, fingerprint=digest[:16]))
    return tuple(found)

"""Entries of the configuration that hold nothing back: of `per-path`, `duplicates.allow` and `allow-in`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

import msgspec

from ssot_lint.model.policy import Allowance, PathException, Policy, Truth
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Violation
from ssot_lint.suppress.locating import Locator
from ssot_lint.suppress.paths import matches
from ssot_lint.suppress.unused import UNUSED

_ASK_ALLOW = frozenset({
    "alias-mismatch", "duck-typed-signature", "duplicate-constant", "duplicate-interface", "duplicate-name",
    "duplicate-structure",
})
_ASK_ALLOW_IN = frozenset({"dynamic-import-bypass", "import-bypass", "string-reference-bypass"})


class Uses(msgspec.Struct, frozen=True):
    """What a check of the whole project made use of.

    Attributes:
        held: path of a file -> rules whose findings there `per-path` holds back.
        excused: the entries that a rule has needed to be silent.
        unread: paths of the files of which nothing is known.
    """

    held: Mapping[str, Set[str]]
    excused: Set[Allowance]
    unread: Set[str]


def unused_entries(policy: Policy, uses: Uses, locator: Locator) -> Iterator[Violation]:
    """What is to be said of the configuration file."""
    if policy.severity.get(UNUSED) == "off":
        return
    off = {rule for rule, severity in policy.severity.items() if severity == "off"}
    for exception in policy.per_path:
        yield from _of_exception(exception, uses, off, locator)
    for number, truth in enumerate(policy.truths if not uses.unread else ()):
        yield from _of_truth(truth, number, uses, off, locator)


def _of_exception(exception: PathException, uses: Uses, off: Set[str], locator: Locator) -> Iterator[Violation]:
    if any(matches(exception, path) for path in uses.unread):
        return
    held = {rule for path, rules in uses.held.items() if matches(exception, path) for rule in rules}
    items = exception.items or tuple((rule, (rule,)) for rule in exception.rules)
    unused = [item for item, rules in items if held.isdisjoint(rules) and off.isdisjoint(rules)]
    span = locator.exception(exception.pattern)
    if items and len(unused) == len(items):
        yield _finding(locator, span, f"per-path `{exception.pattern}`", "", "remove the entry")
        return
    for item in unused:
        yield _finding(locator, span, f"per-path `{exception.pattern}`", f" of {item}", "take that out of the entry")


def _of_truth(truth: Truth, number: int, uses: Uses, off: Set[str], locator: Locator) -> Iterator[Violation]:
    lists = (
        ("duplicates.allow", _ASK_ALLOW, [str(path) for path in truth.duplicates.allow]),
        ("allow-in", _ASK_ALLOW_IN, list(truth.allow_in)),
    )
    for key, asking, entries in lists:
        for entry in entries if off.isdisjoint(asking) else ():
            if (truth.key, key, entry) not in uses.excused:
                span = locator.entry(number, key, entry)
                yield _finding(locator, span, f"{key} `{entry}` (truth `{truth.name}`)", "", "remove it", truth.name)


def _finding(
    locator: Locator, span: Span, entry: str, part: str, way_out: str, truth: str = ""
) -> Violation:
    message = f"{entry} suppresses nothing{part}: {way_out}"
    return Violation(locator.path, span, UNUSED, message, truth, symbol=f"{entry}{part}")

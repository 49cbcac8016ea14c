"""Violations -> proposals: the planners, and what each violation comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import msgspec

from ssot_lint.engine import Draft
from ssot_lint.fixing import accessors, calls, comments, constants, relocations
from ssot_lint.fixing.imports import ImportEditor
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.model.violation import Fix, Violation

Planner = Callable[[Page, Sequence[Violation]], list[Proposal]]
"""Plans what would settle violations of one page; leaves out those of which it knows nothing."""


def planners(rename: bool = False) -> Sequence[Planner]:
    """All planners there are, in the order in which they are asked.

    Args:
        rename: local names that are not the canonical ones give way to these.
    """
    by_import = partial(relocations.proposals, rename=rename)
    by_call = partial(calls.proposals, importer_of=ImportEditor)
    return by_import, by_call, accessors.proposals, constants.proposals, comments.proposals


def page_of(draft: Draft, path: str, text: str) -> Page:
    """A file as planners are given it.

    Args:
        text: what the file says in the draft.
    """
    return Page(draft.module(path), draft.knowledge(), text)


def proposals(page: Page, violations: Sequence[Violation], planners: Iterable[Planner]) -> list[Proposal]:
    """What the planners propose; the first that knows of a violation has it."""
    left = list(violations)
    found: list[Proposal] = []
    for planner in planners:
        planned = planner(page, left) if left else []
        settled = {violation.fingerprint for proposal in planned for violation in proposal.violations}
        left = [violation for violation in left if violation.fingerprint not in settled]
        found += planned
    return found


def with_fixes(
    draft: Draft, path: str, text: str, violations: Sequence[Violation], planners: Iterable[Planner]
) -> list[Violation]:
    """The violations of one file, each with its fix, or with the reason why there is none."""
    planned = proposals(page_of(draft, path, text), violations, planners)
    fixes = {violation.fingerprint: item.fix for item in planned for violation in item.violations}
    return [with_fix(violation, fixes.get(violation.fingerprint)) for violation in violations]


def with_fix(violation: Violation, fix: Fix | None) -> Violation:
    """A violation with its fix, or with what is said where no planner knows of one."""
    known = fix or Fix("manual", reason=f"no fix is known for {violation.rule}")
    return msgspec.structs.replace(violation, fix=known)

"""Plans for comments of which a piece gives way to another."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.model.remedy import Rewriting
from ssot_lint.model.violation import Edit, Fix, Violation


def proposals(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
    """What becomes of comments with a `Rewriting` for a remedy; one proposal for the findings that share it."""
    found: dict[Rewriting, list[Violation]] = {}
    for violation in violations:
        if isinstance(violation.remedy, Rewriting):
            found.setdefault(violation.remedy, []).append(violation)
    return [Proposal(tuple(together), _fix(remedy)) for remedy, together in found.items()]


def _fix(remedy: Rewriting) -> Fix:
    if remedy.reason:
        return Fix("manual", reason=remedy.reason)
    return Fix("safe", (Edit(remedy.span, remedy.text),))

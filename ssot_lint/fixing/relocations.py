"""Proposals for what is to be reached at another place: imports, attributes of modules, strings, unbound names."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.name_imports import plan_name_imports
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.fixing.task import Task, refused
from ssot_lint.model.remedy import Relocation
from ssot_lint.model.violation import Violation


def proposals(page: Page, violations: Sequence[Violation], *, rename: bool = False) -> list[Proposal]:
    """What would settle the violations of one file whose remedy is a relocation, in the order of the text.

    Args:
        rename: a local name gives way to the name that the object has where it lives.
    """
    tasks = [
        Task(violation, violation.remedy) for violation in violations if isinstance(violation.remedy, Relocation)
    ]
    found = [refused([task], task.remedy.reason) for task in tasks if task.remedy.reason]
    open_ = [task for task in tasks if not task.remedy.reason]
    if open_:
        found += _planned(Manuscript(page), open_, rename)
    return sorted(found, key=lambda item: item.violations[0].span)


def _planned(manuscript: Manuscript, tasks: list[Task], rename: bool) -> list[Proposal]:
    return plan_name_imports(manuscript, tasks, rename)

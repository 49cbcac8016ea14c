"""Fixes projects in memory, with planners of the test's choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ssot_lint.config import find, load
from ssot_lint.engine import Project
from ssot_lint.fixing.opening import opened
from ssot_lint.fixing.pending import ROUNDS, Repair, Terms
from ssot_lint.fixing.planning import Planner
from ssot_lint.fixing.repairing import repaired
from ssot_lint.model.violation import Violation
from tests.adapters.program import Files, project

YOUNG, OLD = 0, 2**62
"""Moments since when a project may be open: before its files were written, and after."""


def open_project(root: Path) -> Project:
    configuration = find(str(root))
    assert configuration is not None
    return Project(str(root), load(configuration), jobs=1)


def repairs(
    root: Path,
    files: Files,
    *planners: Planner,
    unsafe: bool = False,
    rounds: int = ROUNDS,
    since: int = YOUNG,
    selected: Callable[[Violation], bool] = lambda violation: True,
) -> dict[str, Repair]:
    """What becomes of each file with findings."""
    there = open_project(project(root, files))
    paths = {violation.path for violation in there.check().violations if selected(violation)}
    terms = Terms(planners, selected, unsafe, rounds)
    return {repair.path: repair for repair in repaired(there, opened(there, paths, since), terms)}


def reasons(repair: Repair) -> dict[int, str]:
    """Line -> why what stands there was refused."""
    return {item.now.span.line: item.reason for item in repair.left if item.reason}

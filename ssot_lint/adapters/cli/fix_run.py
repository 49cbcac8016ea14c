"""A run of `ssot-lint fix`: plans, writes or shows, and tells."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from ssot_lint.adapters.cli import streams
from ssot_lint.adapters.cli.inspection import Effort, Outcome
from ssot_lint.adapters.cli.progress import Progress
from ssot_lint.adapters.cli.repairing import Plan, Validation, after, patches, plans, repairs_of, written
from ssot_lint.adapters.cli.selection import selection
from ssot_lint.adapters.cli.worktree import is_dirty
from ssot_lint.adapters.version import version
from ssot_lint.adapters.workspace import shown
from ssot_lint.fixing.backups import new_run
from ssot_lint.fixing.content import Content
from ssot_lint.fixing.planning import planners
from ssot_lint.fixing.pending import Terms
from ssot_lint.fixing.saving import stopping_between_files
from ssot_lint.model.violation import Violation
from ssot_lint.reporters.repairs import Repairs, as_json, as_text, placed, summary_line
from ssot_lint.reporters.style import Style


class FixRun:
    """One run over everything that was asked for."""

    def __init__(self, arguments: argparse.Namespace, outcome: Outcome, spent: Effort, started: float) -> None:
        self._arguments = arguments
        self._outcome = outcome
        self._started = started
        self._terms = _terms(arguments, outcome)
        for notice in outcome.notices:
            streams.say(notice)
        self._validation = Validation(outcome, spent) if arguments.validate else None

    def run(self) -> int:
        with Progress(self._started) as progress:
            found = plans(self._outcome, self._terms, progress)
        return self._show(found) if self._arguments.diff else self._write(found)

    def _show(self, found: Sequence[Plan]) -> int:
        for patch in patches(found):
            streams.write_bytes(patch)
        repairs = self._repairs(found, lambda configuration: after(found, configuration))
        for violation in repairs.brought or ():
            streams.say(f"new: {placed(violation)}")
        for circle in repairs.circles:
            streams.say(f"new circle of imports: {circle.shown()}")
        streams.say(f"{summary_line(repairs, Style(False), 'Would fix')}; nothing was written")
        return int(_has_errors((*repairs.fixed, *repairs.remaining)) or repairs.is_worse)

    def _write(self, found: Sequence[Plan]) -> int:
        _mention_dirt(found)
        with stopping_between_files() as stop, Progress(self._started) as progress:
            done = written(found, stop, new_run() if self._arguments.backup else "", progress)
        if stop.signal:
            self._validation = None
        repairs = self._repairs(done, lambda configuration: {})
        self._report(repairs)
        if stop.signal:
            streams.say("interrupted: what is listed as fixed is done, the rest is as it was")
            return 128 + stop.signal
        return int(_has_errors(repairs.remaining) or repairs.is_worse or _changed(found) != _changed(done))

    def _repairs(self, found: Sequence[Plan], contents: Callable[[str], Mapping[str, Content]]) -> Repairs:
        brought = self._validation.brought(contents) if self._validation else None
        return msgspec.structs.replace(
            repairs_of(found),
            brought=brought,
            circles=self._validation.circles(found) if self._validation else (),
            seconds=time.perf_counter() - self._started,
            version=version() if self._arguments.format == "json" else "",
        )

    def _report(self, repairs: Repairs) -> None:
        if self._arguments.format == "json":
            streams.write(as_json(repairs))
        else:
            streams.write(as_text(repairs, streams.colours()))


def _terms(arguments: argparse.Namespace, outcome: Outcome) -> Terms:
    selected = selection(arguments.select, arguments.ignore, outcome.policies)
    return Terms(planners(arguments.rename), selected, arguments.unsafe_fixes)


def _mention_dirt(found: Sequence[Plan]) -> None:
    for root in dict.fromkeys(plan.checked.project.root for plan in found if _changed([plan])):
        if is_dirty(root):
            streams.say(f"the git work tree of {shown(root) or '.'} has changes that are not committed")


def _changed(found: Sequence[Plan]) -> int:
    return sum(repair.is_changed for plan in found for repair in plan.repairs)


def _has_errors(violations: Iterable[Violation]) -> bool:
    return any(violation.severity == "error" for violation in violations)

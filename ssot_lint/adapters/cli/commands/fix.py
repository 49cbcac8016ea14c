"""`ssot-lint fix`: fix what can be fixed, and say what is refused and what remains."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.adapters.cli import streams
from ssot_lint.adapters.cli.options import add_config, add_effort, add_selection
from ssot_lint.adapters.version import version
from ssot_lint.errors import UsageError
from ssot_lint.model.violation import Violation
from ssot_lint.reporters.repairs import Repairs, as_json, as_text, placed, summary_line
from ssot_lint.reporters.style import Style

if TYPE_CHECKING:
    from ssot_lint.adapters.cli.inspection import Effort, Outcome
    from ssot_lint.adapters.cli.repairing import Plan
    from ssot_lint.fixing.content import Content
    from ssot_lint.fixing.repairing import Terms

HELP = "fix what can be fixed, and say what is refused"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        default=["."],
        help="files and folders to fix (default: the current directory)",
    )
    parser.add_argument("--diff", action="store_true", help="print a patch for `git apply`; change nothing")
    parser.add_argument("--unsafe-fixes", action="store_true", help="make fixes that may change behaviour, too")
    parser.add_argument(
        "--rename", action="store_true", help="let old local names give way to the canonical ones, where none collide"
    )
    parser.add_argument(
        "--validate",
        action="store_true",
        help="check the whole project again afterwards, and fail where it shows anything new (a dangling import, say)",
    )
    parser.add_argument("--backup", action="store_true", help="keep what the files held, for `ssot-lint undo`")
    parser.add_argument("--format", choices=["json", "text"], default="text", help="default: %(default)s")
    add_selection(parser, "fix")
    add_effort(parser)
    add_config(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fix, report, and return 1 where a violation of severity error remains, or something could not be written.

    Raises:
        SsotLintError: the command line or the configuration cannot be obeyed.
    """
    started = time.perf_counter()
    if arguments.diff and (arguments.backup or arguments.format == "json"):
        other = "--backup" if arguments.backup else "--format json"
        raise UsageError(f"--diff prints a patch and writes nothing: it does not go together with {other}")
    from ssot_lint.adapters.cli.inspection import effort, inspect_paths
    from ssot_lint.adapters.workspace import Workspace

    with effort(arguments) as spent:
        outcome = inspect_paths(arguments.paths, Workspace(arguments.config), spent)
        return _Run(arguments, outcome, spent, started).run()


class _Run:
    """One run over everything that was asked for."""

    def __init__(self, arguments: argparse.Namespace, outcome: Outcome, spent: Effort, started: float) -> None:
        from ssot_lint.adapters.cli.repairing import Validation

        self._arguments = arguments
        self._outcome = outcome
        self._started = started
        self._terms = _terms(arguments, outcome)
        for notice in outcome.notices:
            streams.say(notice)
        self._validation = Validation(outcome, spent) if arguments.validate else None

    def run(self) -> int:
        from ssot_lint.adapters.cli.progress import Progress
        from ssot_lint.adapters.cli.repairing import plans

        with Progress(self._started) as progress:
            found = plans(self._outcome, self._terms, progress)
        return self._show(found) if self._arguments.diff else self._write(found)

    def _show(self, found: Sequence[Plan]) -> int:
        from ssot_lint.adapters.cli.repairing import after, patches

        for patch in patches(found):
            streams.write_bytes(patch)
        repairs = self._repairs(found, lambda configuration: after(found, configuration))
        for violation in repairs.brought or ():
            streams.say(f"new: {placed(violation)}")
        streams.say(f"{summary_line(repairs, Style(False), 'Would fix')}; nothing was written")
        return int(_has_errors((*repairs.fixed, *repairs.remaining)) or bool(repairs.brought))

    def _write(self, found: Sequence[Plan]) -> int:
        from ssot_lint.adapters.cli.progress import Progress
        from ssot_lint.adapters.cli.repairing import written
        from ssot_lint.fixing.backups import new_run
        from ssot_lint.fixing.saving import stopping_between_files

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
        return int(_has_errors(repairs.remaining) or bool(repairs.brought) or _changed(found) != _changed(done))

    def _repairs(self, found: Sequence[Plan], contents: Callable[[str], Mapping[str, Content]]) -> Repairs:
        from ssot_lint.adapters.cli.repairing import repairs_of

        brought = self._validation.brought(contents) if self._validation else None
        return msgspec.structs.replace(
            repairs_of(found),
            brought=brought,
            seconds=time.perf_counter() - self._started,
            version=version() if self._arguments.format == "json" else "",
        )

    def _report(self, repairs: Repairs) -> None:
        if self._arguments.format == "json":
            streams.write(as_json(repairs))
        else:
            streams.write(as_text(repairs, streams.colours()))


def _terms(arguments: argparse.Namespace, outcome: Outcome) -> Terms:
    from ssot_lint.adapters.cli.selection import selection
    from ssot_lint.fixing.planning import planners
    from ssot_lint.fixing.repairing import Terms

    selected = selection(arguments.select, arguments.ignore, outcome.policies)
    return Terms(planners(arguments.rename), selected, arguments.unsafe_fixes)


def _mention_dirt(found: Sequence[Plan]) -> None:
    from ssot_lint.adapters.cli.worktree import is_dirty
    from ssot_lint.adapters.workspace import shown

    for root in dict.fromkeys(plan.checked.project.root for plan in found if _changed([plan])):
        if is_dirty(root):
            streams.say(f"the git work tree of {shown(root) or '.'} has changes that are not committed")


def _changed(found: Sequence[Plan]) -> int:
    return sum(repair.is_changed for plan in found for repair in plan.repairs)


def _has_errors(violations: Iterable[Violation]) -> bool:
    return any(violation.severity == "error" for violation in violations)

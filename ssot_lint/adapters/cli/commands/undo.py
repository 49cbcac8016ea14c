"""`ssot-lint undo`: put back what the last `fix --backup` has changed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ssot_lint.adapters.cli import streams
from ssot_lint.adapters.cli.options import add_config, no_configuration
from ssot_lint.errors import UsageError
from ssot_lint.reporters.style import harmless
from ssot_lint.reporters.totals import counted

if TYPE_CHECKING:
    from ssot_lint.fixing.undoing import Step

HELP = "put back what the last `fix --backup` has changed"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="files and folders to put back (default: everything that the last fix has changed in the project)",
    )
    add_config(parser)


def run(arguments: argparse.Namespace) -> int:
    """Put files back, and return 1 where one was left alone because it has changed since.

    Raises:
        UsageError: there is no project, or nothing to put back.
    """
    from ssot_lint.fixing.saving import stopping_between_files
    from ssot_lint.fixing.undoing import Selection, undo

    roots = list(dict.fromkeys(_roots(arguments)))
    if not roots:
        raise no_configuration(", ".join(arguments.paths) or "the current directory")
    selection = Selection(_wants(arguments.paths), bool(arguments.paths))
    steps: list[Step] = []
    with stopping_between_files() as stop:
        for step in undo(roots, selection, stop):
            steps.append(step)
            _tell(step)
    if stop.signal:
        streams.say("interrupted: say `ssot-lint undo` again for the rest")
        return 128 + stop.signal
    if not steps:
        what = ", ".join(arguments.paths) or "this project"
        raise UsageError(f"there is no backup of {what}: `ssot-lint fix --backup` keeps one")
    return _summed_up(steps)


def _summed_up(steps: Sequence[Step]) -> int:
    left = sum(step.outcome in ("left", "broken") for step in steps)
    restored = sum(step.outcome == "restored" for step in steps)
    streams.write(f"Put back {counted(restored, 'file')}{f', left {left:,}' if left else ''}\n")
    return int(left > 0)


def _tell(step: Step) -> None:
    from ssot_lint.adapters.workspace import shown

    path = harmless(shown(step.path))
    if step.outcome == "restored":
        streams.write(f"{path}: put back\n")
    elif step.outcome == "left":
        kept = harmless(shown(step.kept))
        streams.write(f"{path}: left as it is: {harmless(step.reason)}; what it held is in {kept}\n")
    elif step.outcome == "broken":
        streams.write(f"{path}: this backup cannot be read\n")


def _wants(paths: Sequence[str]) -> Callable[[str], bool]:
    from ssot_lint import files

    if not paths:
        return lambda path: True
    tops = [os.path.abspath(path) for path in paths]
    tops += [os.path.realpath(top) for top in tops]
    return lambda path: any(files.relative(path, top) is not None for top in tops)


def _roots(arguments: argparse.Namespace) -> Iterator[str]:
    """The projects concerned: those that govern the paths, and those below."""
    from ssot_lint.adapters.workspace import Workspace, root_of

    workspace = Workspace(arguments.config)
    if workspace.given:
        if not os.path.exists(workspace.given):
            raise UsageError(f"{arguments.config}: does not exist")
        yield root_of(workspace.given)
        return
    for path in map(os.path.abspath, arguments.paths or [os.curdir]):
        configuration = workspace.configuration_of(path)
        if configuration:
            yield root_of(configuration)
        top = root_of(configuration) if configuration and not arguments.paths else path
        yield from _below(top)


def _below(top: str) -> Iterator[str]:
    """The projects further down that have backups."""
    from ssot_lint.files.tools import TOOL_FOLDERS
    from ssot_lint.fixing.backups import NAME

    for folder, names, _ in os.walk(top):
        if NAME in names:
            yield folder
        names[:] = sorted(set(names) - TOOL_FOLDERS)

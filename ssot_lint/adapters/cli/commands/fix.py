"""`ssot-lint fix`: fix what can be fixed, and say what is refused and what remains."""

from __future__ import annotations

import argparse
import time

from ssot_lint.adapters.cli.options import add_config, add_effort, add_selection, today
from ssot_lint.errors import UsageError

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
    from ssot_lint.adapters.cli.fix_run import FixRun
    from ssot_lint.adapters.cli.inspection import effort, inspect_paths
    from ssot_lint.adapters.workspace import Workspace

    with effort(arguments) as spent:
        outcome = inspect_paths(arguments.paths, Workspace(arguments.config, today=today(arguments)), spent)
        return FixRun(arguments, outcome, spent, started).run()

"""`ssot-lint check`: every violation in the files asked for."""

from __future__ import annotations

import argparse
import os
import time
from typing import TYPE_CHECKING

from ssot_lint.adapters.cli import streams
from ssot_lint.adapters.cli.options import add_config, add_effort, add_selection, today
from ssot_lint.errors import UsageError
from ssot_lint.reporters import registry

if TYPE_CHECKING:
    from ssot_lint.adapters.cli.inspection import Outcome
    from ssot_lint.reporters.protocol import Reporter

HELP = "report what bypasses, duplicates or outlives a truth"

STDIN = "-"
PYTHON_ENDINGS = (".py", ".pyi")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        default=["."],
        help="files and folders to report on (default: the current directory); the whole project is indexed all the "
        "same. A file named here is checked even if .gitignore names it too. - reads standard input",
    )
    parser.add_argument("--format", choices=registry.names(), default="text", help="default: %(default)s")
    parser.add_argument("--output", metavar="FILE", help="write the report there, not to standard output")
    add_selection(parser, "report")
    parser.add_argument("--statistics", action="store_true", help="count the violations of each rule")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are violations")
    parser.add_argument("--stdin-filename", metavar="FILE", help="the file that standard input (PATH -) stands in for")
    add_effort(parser)
    add_config(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, report, and return 1 where a violation has the severity "error"; warnings do not fail a run.

    Raises:
        SsotLintError: the command line or the configuration cannot be obeyed.
    """
    started = time.perf_counter()
    _check_usage(arguments)
    reporter = registry.load(arguments.format)
    outcome = _inspect(arguments, reporter)
    from ssot_lint.adapters.cli.reporting import report

    return report(outcome, reporter, arguments, started)


def _inspect(arguments: argparse.Namespace, reporter: Reporter) -> Outcome:
    # The engine is imported only now: `--help` and `--version` of any command come without it.
    from ssot_lint.adapters.cli.inspection import effort, inspect_buffer, inspect_paths
    from ssot_lint.adapters.workspace import Workspace

    workspace = Workspace(
        arguments.config, cache_dir=arguments.cache_dir, no_cache=arguments.no_cache, today=today(arguments)
    )
    with effort(arguments) as spent:
        if arguments.stdin_filename is None:
            outcome = inspect_paths(arguments.paths, workspace, spent)
        else:
            outcome = inspect_buffer(arguments.stdin_filename, streams.read_stdin(), workspace, spent)
        return _with_fixes(outcome) if reporter.FIXES else outcome


def _with_fixes(outcome: Outcome) -> Outcome:
    import msgspec

    from ssot_lint.adapters.cli.fixes import with_fixes  # not everybody needs the planners

    return msgspec.structs.replace(outcome, violations=with_fixes(outcome))


def _check_usage(arguments: argparse.Namespace) -> None:
    if STDIN not in arguments.paths:
        if arguments.stdin_filename is not None:
            raise UsageError("--stdin-filename names what standard input stands in for; ask for it with the PATH -")
    elif arguments.paths != [STDIN]:
        raise UsageError("- (standard input) cannot be checked together with other paths")
    elif not arguments.stdin_filename:
        raise UsageError("- (standard input) needs --stdin-filename FILE, to know which file of the project it is")
    else:
        _check_stdin_filename(arguments.stdin_filename)


def _check_stdin_filename(name: str) -> None:
    ending = os.path.splitext(name)[1]
    if os.path.isdir(name) or name.endswith(("/", os.sep)):
        raise UsageError(f"--stdin-filename: {name} is a folder; expected the name of a Python file (.py or .pyi)")
    if ending and ending not in PYTHON_ENDINGS:  # a script may have none
        raise UsageError(f"--stdin-filename: {name} ends in {ending}; expected the name of a Python file (.py or .pyi)")

"""`ssot-lint check`: every violation in the files asked for."""

from __future__ import annotations

import argparse
import os
import time
from typing import TYPE_CHECKING

from ssot_lint.adapters.cli import streams
from ssot_lint.adapters.cli.options import add_config
from ssot_lint.errors import UsageError
from ssot_lint.reporters import registry

if TYPE_CHECKING:
    from ssot_lint.adapters.cli.inspection import Outcome

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
    for option, what in (("--select", "report only these"), ("--ignore", "do not report these; wins over --select")):
        parser.add_argument(
            option,
            metavar="RULES",
            action="append",
            default=[],
            help=f"{what}: names of rules, codes, or prefixes of codes, with commas; may be repeated",
        )
    parser.add_argument("--statistics", action="store_true", help="count the violations of each rule")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are violations")
    parser.add_argument("--stdin-filename", metavar="FILE", help="the file that standard input (PATH -) stands in for")
    workers = parser.add_mutually_exclusive_group()
    workers.add_argument(
        "--jobs", metavar="N", type=number_of_jobs, default=0, help="processes (default: as many as pay off)"
    )
    workers.add_argument(
        "--executor",
        metavar="dask:tcp://HOST:PORT",
        help="read and parse on the Dask cluster of this scheduler; needs the extra ssot-lint[dask]",
    )
    cache = parser.add_mutually_exclusive_group()
    cache.add_argument(
        "--cache-dir",
        metavar="DIR",
        help="keep the cache there (default: what SSOT_LINT_CACHE_DIR names, or .ssot_lint_cache at the root of each "
        "project)",
    )
    cache.add_argument("--no-cache", action="store_true", help="neither read nor write a cache")
    add_config(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, report, and return 1 where a violation has the severity "error"; warnings do not fail a run.

    Raises:
        SsotLintError: the command line or the configuration cannot be obeyed.
    """
    started = time.perf_counter()
    _check_usage(arguments)
    outcome = _inspect(arguments)
    from ssot_lint.adapters.cli.reporting import report

    return report(outcome, arguments, started)


def _inspect(arguments: argparse.Namespace) -> Outcome:
    # The engine is imported only now: `--help` and `--version` of any command come without it.
    from ssot_lint.adapters.cli.executors import started
    from ssot_lint.adapters.cli.inspection import Effort, inspect_buffer, inspect_paths
    from ssot_lint.adapters.workspace import Workspace

    workspace = Workspace(arguments.config, cache_dir=arguments.cache_dir, no_cache=arguments.no_cache)
    with started(arguments.executor) as executor:
        effort = Effort(arguments.jobs, arguments.cache_dir, arguments.no_cache, executor)
        if arguments.stdin_filename is None:
            return inspect_paths(arguments.paths, workspace, effort)
        return inspect_buffer(arguments.stdin_filename, streams.read_stdin(), workspace, effort)


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


def number_of_jobs(text: str) -> int:
    """The value of `--jobs`; argparse turns the error into its own."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected a number of processes, 1 or more")
    return number

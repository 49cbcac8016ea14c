"""`ssot-lint check`: every violation in the files asked for."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.adapters.cli import replay, streams
from ssot_lint.adapters.cli.options import add_config
from ssot_lint.adapters.version import version
from ssot_lint.errors import UsageError
from ssot_lint.reporters import registry
from ssot_lint.reporters.protocol import Findings, Reporter, Summary
from ssot_lint.reporters.totals import statistics, summary_line

if TYPE_CHECKING:
    from ssot_lint.adapters.cli.inspection import Outcome

HELP = "report what bypasses, duplicates or outlives a truth"

STDIN = "-"
PYTHON_ENDINGS = (".py", ".pyi")

_REPEATABLE = frozenset({
    "paths", "format", "select", "ignore", "statistics", "exit_zero", "jobs", "cache_dir", "config", "run", "version", "words",
})
"""What may have been asked for where the same answer is to be given once more."""


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
    from ssot_lint.adapters.cli.selection import selection

    _check_usage(arguments)
    outcome = _inspect(arguments)
    reported = selection(arguments.select, arguments.ignore, outcome.policies)
    findings = Findings(
        violations=tuple(filter(reported, outcome.violations)),
        summary=Summary(outcome.files, outcome.parsed, outcome.suppressed, 0.0),
        lines=outcome.lines,
        owner=outcome.owner,
        version=version() if arguments.format == "json" else "",
        colour=arguments.output is None and streams.colours(),
        encoding=streams.encoding() if arguments.output is None else streams.FILE_ENCODING,
        statistics=arguments.statistics,
    )
    reporter = registry.load(arguments.format)
    failed = any(violation.severity == "error" for violation in findings.violations)
    status = int(failed and not arguments.exit_zero)
    if arguments.output is not None:
        _write(_timed(findings, time.perf_counter() - started), reporter, arguments.output, outcome.notices)
        return status
    after = _for_people(findings, reporter)
    if not _is_repeatable(arguments) or outcome.grounds is None:
        text = reporter.render(_timed(findings, time.perf_counter() - started))
        return replay.Answer(status, outcome.notices, [text], 0, after).give(started)
    parts, decimals = replay.timeless(lambda seconds: reporter.render(_timed(findings, seconds)))
    answer = replay.Answer(status, outcome.notices, parts, decimals, after)
    answer.give(started)
    replay.remember(arguments.words, answer, outcome.grounds)
    return status


def _inspect(arguments: argparse.Namespace) -> Outcome:
    # The engine is imported only now: `--help` and `--version` of any command come without it.
    from ssot_lint.adapters.cli.executors import started
    from ssot_lint.adapters.cli.inspection import Effort, inspect_buffer, inspect_paths
    from ssot_lint.adapters.workspace import Workspace

    workspace = Workspace(arguments.config)
    with started(arguments.executor) as executor:
        effort = Effort(arguments.jobs, arguments.cache_dir, arguments.no_cache, executor)
        if arguments.stdin_filename is None:
            return inspect_paths(arguments.paths, workspace, effort)
        return inspect_buffer(arguments.stdin_filename, streams.read_stdin(), workspace, effort)


def _is_repeatable(arguments: argparse.Namespace) -> bool:
    """The answer depends on nothing but the command line and the disk, as far as options go that are known to.

    An option that nobody thought of here is none of those.
    """
    unasked = ("output", "stdin_filename", "executor", "no_cache")
    return vars(arguments).keys() <= _REPEATABLE.union(unasked) and not any(getattr(arguments, name) for name in unasked)


def _write(findings: Findings, reporter: Reporter, output: str, notices: Sequence[str]) -> None:
    for notice in notices:
        streams.say(notice)
    streams.write_file(output, reporter.render(findings))
    streams.say(f"{summary_line(findings)}; written to {output}")
    for line in _for_people(findings, reporter):
        streams.say(line)


def _timed(findings: Findings, seconds: float) -> Findings:
    return msgspec.structs.replace(findings, summary=msgspec.structs.replace(findings.summary, seconds=seconds))


def _for_people(findings: Findings, reporter: Reporter) -> Sequence[str]:
    """What is told beside a report for machines."""
    return statistics(findings.violations) if findings.statistics and not reporter.HUMAN else ()


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

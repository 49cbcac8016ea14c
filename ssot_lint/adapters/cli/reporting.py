"""What a check found -> what the user hears and sees of it, now and the next time that the same is asked."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import msgspec

from ssot_lint.adapters.cli import replay, streams
from ssot_lint.adapters.cli.inspection import Outcome
from ssot_lint.adapters.cli.selection import selection
from ssot_lint.adapters.version import version
from ssot_lint.reporters.protocol import Findings, Reporter, Summary
from ssot_lint.reporters.totals import statistics, summary_line

_ELSEWHERE = ("output", "stdin_filename", "executor", "no_cache")
_REPEATABLE = frozenset({
    *_ELSEWHERE, "paths", "format", "select", "ignore", "statistics", "exit_zero", "jobs", "cache_dir", "config",
    "run", "version", "words",
})


def report(outcome: Outcome, reporter: Reporter, arguments: argparse.Namespace, started: float) -> int:
    """Report as the options say, and return the exit status.

    Args:
        arguments: of the command line.
        started: what `time.perf_counter` said when the run began.

    Raises:
        UsageError: an option names a rule that there is not, or the report cannot be written.
    """
    findings = _findings(outcome, arguments)
    failed = any(violation.severity == "error" for violation in findings.violations)
    status = int(failed and not arguments.exit_zero)
    if arguments.output is not None:
        _write(_timed(findings, time.perf_counter() - started), reporter, arguments.output, outcome.notices)
        return status
    after = _for_people(findings, reporter)
    if outcome.grounds is None or not _is_repeatable(arguments):
        replay.forget(arguments.words)
        text = reporter.render(_timed(findings, time.perf_counter() - started))
        return replay.Answer(status, outcome.notices, [text], 0, after).give(started)
    parts, decimals = replay.timeless(lambda seconds: reporter.render(_timed(findings, seconds)))
    answer = replay.Answer(status, outcome.notices, parts, decimals, after)
    answer.give(started)
    replay.remember(arguments.words, answer, outcome.grounds)
    return status


def _findings(outcome: Outcome, arguments: argparse.Namespace) -> Findings:
    reported = selection(arguments.select, arguments.ignore, outcome.policies)
    return Findings(
        violations=tuple(filter(reported, outcome.violations)),
        summary=Summary(outcome.files, outcome.parsed, outcome.suppressed),
        lines=outcome.lines,
        owner=outcome.owner,
        version=version() if arguments.format == "json" else "",
        colour=arguments.output is None and streams.colours(),
        encoding=streams.encoding() if arguments.output is None else streams.FILE_ENCODING,
        statistics=arguments.statistics,
    )


def _is_repeatable(arguments: argparse.Namespace) -> bool:
    """Whether the answer depends on nothing but the command line and the disk.

    Of an option that nobody has thought of here, that is not to be assumed.
    """
    return vars(arguments).keys() <= _REPEATABLE and not any(getattr(arguments, name) for name in _ELSEWHERE)


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

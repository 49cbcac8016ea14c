"""Runs commands in turn, and says how long each took and how much memory its largest process held.

Entrants of a race run one after the other, round after round, every other round in reverse order: what happens to the
machine meanwhile happens to all of them. A comparison is the median of the ratios of runs of the same round.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

MEBIBYTE = 1024 * 1024


class RunFailed(Exception):
    """A command did not do what is to be measured; the message says what it said."""


@dataclass(frozen=True)
class Command:
    """Something to run.

    Attributes:
        words: the program and its arguments.
        folder: where it runs.
        stdin: the file that it reads from standard input; None for nothing.
        environment: variables on top of this process's own.
        accepted: exit statuses of a run that did its work.
        proof: what has to stand in its output, or else it stopped before the end; empty for nothing.
        limit: seconds after which it is stopped.
    """

    words: tuple[str, ...]
    folder: Path
    stdin: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[int] = frozenset({0, 1})
    proof: str = ""
    limit: float = 900.0


@dataclass(frozen=True)
class Sample:
    """One run.

    Attributes:
        seconds: on the clock.
        cpu: seconds of processor time, those of the processes that it started and waited for included.
        peak: resident bytes of the largest of them at their highest; 0 where the platform does not tell.
    """

    seconds: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Entrant:
    """One side of a comparison; `before` and `after` each run are not measured."""

    name: str
    command: Command
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Spread:
    """The median of some figures, and their extremes."""

    median: float
    low: float
    high: float


def spread(figures: Sequence[float]) -> Spread:
    """Median, minimum and maximum of at least one figure."""
    return Spread(statistics.median(figures), min(figures), max(figures))


def ratios(ours: Sequence[Sample], theirs: Sequence[Sample]) -> Spread:
    """Our time over theirs, round by round."""
    return spread([one.seconds / other.seconds for one, other in zip(ours, theirs, strict=True)])


def cpu_ratio(ours: Sequence[Sample], theirs: Sequence[Sample]) -> float | None:
    """The median of our processor time over theirs; None where the platform does not tell."""
    pairs = list(zip(ours, theirs, strict=True))
    return statistics.median(one.cpu / other.cpu for one, other in pairs) if all(two.cpu for _, two in pairs) else None


def differences(ours: Sequence[Sample], theirs: Sequence[Sample]) -> Spread:
    """Seconds that ours takes longer, round by round."""
    return spread([one.seconds - other.seconds for one, other in zip(ours, theirs, strict=True)])


def race(entrants: Sequence[Entrant], rounds: int, warm_up: bool = True) -> dict[str, list[Sample]]:
    """Runs everybody once unmeasured, then in turn.

    Raises:
        RunFailed: one of them did not do its work.
    """
    samples: dict[str, list[Sample]] = {entrant.name: [] for entrant in entrants}
    if warm_up:
        for entrant in entrants:
            measured(entrant)
    for number in range(rounds):
        for entrant in entrants if number % 2 == 0 else reversed(entrants):
            samples[entrant.name].append(measured(entrant))
    return samples


def measured(entrant: Entrant) -> Sample:
    """One run of an entrant, between its preparation and its tidying up.

    Raises:
        RunFailed: it did not do its work.
    """
    entrant.before()
    try:
        return run(entrant.command)
    finally:
        entrant.after()


def run(command: Command) -> Sample:
    """Runs a command to its end.

    Raises:
        RunFailed: it cannot be started, takes too long, ends with a status that is not accepted, or stops half way.
    """
    with tempfile.TemporaryFile() as output, open(command.stdin or os.devnull, "rb") as stdin:
        status, sample = _watched(command, stdin, output)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if status not in command.accepted or command.proof not in text:
        said = next((line for line in reversed(text.splitlines()) if line.strip()), "nothing")
        raise RunFailed(f"{Path(command.words[0]).name} ended with status {status} and said: {said.strip()[:200]}")
    return sample


def _watched(command: Command, stdin: IO[bytes], output: IO[bytes]) -> tuple[int, Sample]:
    environment = {**os.environ, **command.environment}
    started = time.perf_counter()
    try:
        process = subprocess.Popen(
            command.words, cwd=command.folder, env=environment, stdin=stdin, stdout=output, stderr=output,
            start_new_session=True,
        )
    except OSError as error:
        raise RunFailed(f"{command.words[0]} cannot be started: {error.strerror}") from None
    timer = threading.Timer(command.limit, _stop, [process])
    timer.start()
    try:
        status, cpu, peak = _waited(process)
        seconds = time.perf_counter() - started
    finally:
        timer.cancel()
    if seconds >= command.limit:
        raise RunFailed(f"{Path(command.words[0]).name} was stopped after {command.limit:.0f} s")
    return status, Sample(seconds, cpu, peak)


def _waited(process: subprocess.Popen[bytes]) -> tuple[int, float, int]:
    """Status, processor time and peak memory; `wait4` counts the processes that the command itself waited for."""
    if sys.platform == "win32":
        return process.wait(), 0.0, 0
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a command that takes too long, and the processes that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)

"""The program: arguments -> a command -> an exit status. Nothing that goes wrong here ends in a traceback.

Imports next to nothing: where nothing has changed since the last run, nothing else is needed.
"""

from __future__ import annotations

import os
import sys
import time

from ssot_lint.adapters.cli import replay, streams
from ssot_lint.errors import SsotLintError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CANNOT_OBEY = 2
DEFECT = 3
_COLLECTING = (50_000, 20, 100)
"""Nearly everything that a run makes lives to its end: looking for cycles as often as Python does by itself takes an
eighth of its time, and frees nothing."""


def run(argv: Sequence[str] | None = None) -> int:
    """Obey the command line and return the exit status; `SystemExit` comes from `--help`, `--version`, usage errors."""
    started = time.perf_counter()
    streams.prepare()
    try:
        words = sys.argv[1:] if argv is None else list(argv)
        answer = replay.recalled(words)
        return _obeyed(words) if answer is None else answer.give(started)
    except SsotLintError as error:
        streams.say(f"error: {error}")
        return CANNOT_OBEY
    except Exception as error:
        from ssot_lint.adapters.defect import description

        streams.say(description(error))
        return DEFECT


def _obeyed(words: list[str]) -> int:
    import gc

    from ssot_lint.adapters.cli.parser import parser

    gc.set_threshold(*_COLLECTING)
    try:
        arguments = parser(words).parse_args(words)
        arguments.words = words
        _check_current_directory()
        return int(arguments.run(arguments))
    finally:
        streams.flush()


def _check_current_directory() -> None:
    try:
        os.getcwd()
    except OSError:
        raise UsageError("the current directory does not exist any more") from None

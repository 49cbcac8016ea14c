"""A progress bar on stderr, for people who have waited a while already."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType

_PATIENCE = 1.0
_INTERVAL = 0.1
_WIDTH = 30


class Progress:
    """Shows how far a run is, on a terminal only, and leaves nothing behind.

    Args:
        started: when the run began, as `time.perf_counter` tells it.
    """

    def __init__(self, started: float) -> None:
        self._next = started + _PATIENCE
        self._shown = False
        stream = sys.stderr
        self._stream = stream if stream and stream.isatty() and os.environ.get("TERM") != "dumb" else None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, way: TracebackType | None) -> None:
        self._show("")

    def show(self, what: str, done: int, of: int) -> None:
        """Say how much is done; often enough to look alive, no oftener."""
        now = time.perf_counter()
        if self._stream is None or now < self._next:
            return
        self._next = now + _INTERVAL
        full = _WIDTH * done // max(of, 1)
        self._show(f"{what} [{'#' * full}{'.' * (_WIDTH - full)}] {done:,} of {of:,}")

    def _show(self, line: str) -> None:
        if self._stream is None or not (line or self._shown):
            return
        try:
            self._stream.write(f"\r\033[K{line}")
            self._stream.flush()
            self._shown = bool(line)
        except OSError:
            self._stream = None

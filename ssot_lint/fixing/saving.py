"""Writes what was made of files, one after the other, and can be stopped between any two."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from ssot_lint.fixing.backups import Journal
from ssot_lint.fixing.content import Refused
from ssot_lint.fixing.opening import Opened
from ssot_lint.fixing.pending import Repair
from ssot_lint.fixing.writing import replace


class Stop:
    """Whether somebody wants the run to end.

    Attributes:
        signal: the number of the signal that said so; 0 while none did.
    """

    def __init__(self) -> None:
        self.signal = 0

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signal = number


@contextmanager
def stopping_between_files() -> Iterator[Stop]:
    """Let interrupts and requests to terminate wait until the file that is being written is written."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():  # signals reach that one alone
        yield stop
        return
    before = {number: signal.signal(number, stop._note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def saved(
    repairs: Iterable[Repair],
    files: Opened,
    stop: Stop,
    journal: Journal | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[Repair]:
    """Write the files that have changed, and say what has really become of each.

    Args:
        journal: keeps what the files held before; None where nobody asked for that.
    """
    for repair in repairs:
        if not repair.is_changed:
            yield repair
        elif stop.signal:
            yield repair.undone("the run was interrupted before it was written")
        else:
            yield _saved(repair, files, journal)
            progress()


def _saved(repair: Repair, files: Opened, journal: Journal | None) -> Repair:
    place = ""
    try:
        if journal is not None:
            place = journal.keep(repair.path, repair.before.data, repair.after.data)
        replace(files.snapshots[repair.path], repair.after.data)
    except Refused as refusal:
        if journal is not None and place:
            journal.forget(place)
        return repair.undone(refusal.reason)
    return repair

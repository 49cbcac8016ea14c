"""Work in copies of this process: for work that rests on more than could be told to a process started anew."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from ssot_lint.facts.processes import end_with_starter, interrupts_held

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Work = Callable[[Iterator[int]], bytes]
"""Does parts of a work, by their numbers, as long as there are any left."""

MOST = 256
"""How many parts there may be: the number of each is one byte, which no two processes can both read."""


def can_be_copied() -> bool:
    """Whether a copy of this process works: elsewhere than on Linux, libraries and other threads stand in the way."""
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def copies(work: Work, number: int, parts: int) -> Iterator[tuple[Iterator[int], Iterator[bytes]]]:
    """Do parts of a work in copies of this process while the block runs: whoever is done takes the next.

    What goes wrong in a copy is not told: whoever misses a part does it himself.

    Args:
        number: of copies.
        parts: of the work; at most `MOST`.

    Yields:
        the numbers of the parts that this process is to do, and the outcomes of the copies, as far as there are any.
    """
    started: list[tuple[BaseProcess, Connection]] = []
    left, numbers = os.pipe()
    try:
        os.write(numbers, bytes(range(parts)))
        os.close(numbers)
        with interrupts_held():
            started += _started(partial(work, _taken(left)), number)
        yield _taken(left), _outcomes([connection for _, connection in started])
    finally:
        os.close(left)
        for process, connection in started:
            connection.close()
            process.kill()  # whoever uses this as a library may have another answer to being terminated
            process.join()


def _taken(left: int) -> Iterator[int]:
    while part := os.read(left, 1):
        yield part[0]


def _started(work: Callable[[], bytes], number: int) -> Iterator[tuple[BaseProcess, Connection]]:
    from multiprocessing import get_context

    context = get_context("fork")
    for _ in range(number):
        try:
            receiver, sender = context.Pipe(duplex=False)
        except OSError:  # no room for more
            return
        process = context.Process(target=_do, args=(work, sender), daemon=True)
        try:
            process.start()
        except OSError:
            receiver.close()
            return
        finally:
            sender.close()  # or nobody would see that the copy is gone
        yield process, receiver


def _do(work: Callable[[], bytes], sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    end_with_starter()
    try:
        sender.send_bytes(work())
    except Exception:
        return  # whoever waits sees the end of the connection
    finally:
        sender.close()


def _outcomes(connections: Sequence[Connection]) -> Iterator[bytes]:
    for connection in connections:
        try:
            yield connection.recv_bytes()
        except (EOFError, OSError):
            continue

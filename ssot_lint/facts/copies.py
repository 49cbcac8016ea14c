"""Work in copies of this process: for work that rests on more than could be told to a process started anew."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ssot_lint.facts.processes import interrupts_held

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Work = Callable[[], bytes]


def can_be_copied() -> bool:
    """Whether a copy of this process works: elsewhere than on Linux, libraries and other threads stand in the way."""
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def copies(works: Sequence[Work]) -> Iterator[Iterator[bytes]]:
    """Do each work in a copy of this process while the block runs; gives the outcomes, as far as there are any.

    What goes wrong in a copy is not told: whoever needs its outcome does the work himself.
    """
    started: list[tuple[BaseProcess, Connection]] = []
    try:
        with interrupts_held():
            started += _started(works)
        yield _outcomes([connection for _, connection in started])
    finally:
        for process, connection in started:
            connection.close()
            process.terminate()
            process.join()


def _started(works: Sequence[Work]) -> Iterator[tuple[BaseProcess, Connection]]:
    from multiprocessing import get_context

    context = get_context("fork")
    for work in works:
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_do, args=(work, sender), daemon=True)
        try:
            process.start()
        except OSError:  # no room for more
            receiver.close()
            return
        finally:
            sender.close()  # or nobody would see that the copy is gone
        yield process, receiver


def _do(work: Work, sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
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

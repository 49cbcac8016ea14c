"""The map: files to facts, in this process or in several."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain
from multiprocessing import Event, current_process
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.facts.extract import facts_of_text, unreadable
from ssot_lint.files import Unreadable, decode, read_regular
from ssot_lint.model.facts import FileFacts
from ssot_lint.model.source import SourceFile

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event as EventOfProcesses

_WORTH_A_PROCESS = 300
"""Files below which starting processes costs more than they save."""

_BATCH = 64


def facts_of_bytes(data: bytes) -> FileFacts:
    """Decode, parse and collect; what cannot be decoded gives facts that say why."""
    try:
        return facts_of_text(decode(data))
    except Unreadable as error:
        return unreadable(error.reason, error.line, error.column)


class Extract(msgspec.Struct, frozen=True, array_like=True):
    """The facts of a file's content. `digest` is the content's, "" where the file could not be read."""

    digest: str
    facts: FileFacts


def digest_of(data: bytes) -> str:
    """The content hash that facts are kept by."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def extract_of(file: SourceFile) -> Extract:
    """Read, decode, parse and collect."""
    return _extract_at(file.absolute)


def _extract_at(path: str) -> Extract:
    try:
        data = read_regular(path)
    except Unreadable as error:
        return Extract("", unreadable(error.reason, error.line, error.column))
    return Extract(digest_of(data), facts_of_bytes(data))


def extract(files: Sequence[SourceFile], jobs: int = 0) -> Iterator[Extract]:
    """The facts of files, in their order.

    Args:
        jobs: how many processes; 0 = one a core where the number of files is worth it.
    """
    wanted = jobs or (os.cpu_count() or 1)
    if current_process().daemon:  # a worker of flake8, say, may not start processes of its own
        wanted = 1
    if wanted < 2 or (not jobs and len(files) < _WORTH_A_PROCESS) or len(files) < 2:
        return map(extract_of, files)
    return _in_processes(files, wanted)


def _in_processes(files: Sequence[SourceFile], jobs: int) -> Iterator[Extract]:
    given_up = Event()
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(given_up,)) as executor:
        with _interrupts_held():
            found = mapped(executor, files)
        try:
            yield from found
        except BaseException:
            given_up.set()  # whoever interrupts does not want to wait for what is under way
            raise


def mapped(executor: Executor, files: Sequence[SourceFile]) -> Iterator[Extract]:
    """The same on any executor, which is given all the work at once; files and facts travel as plain bytes."""
    decoder = msgspec.msgpack.Decoder(list[Extract])
    paths = [os.fsencode(file.absolute) for file in files]  # a file's name need not be text
    batches = [msgspec.msgpack.encode(paths[start:start + _BATCH]) for start in range(0, len(paths), _BATCH)]
    return chain.from_iterable(map(decoder.decode, executor.map(_extract_batch, batches)))


class _Worker:
    """What a process that extracts facts for another knows of that one."""

    given_up: EventOfProcesses | None = None


def _begin(given_up: EventOfProcesses) -> None:
    """Ctrl-C reaches every process of a terminal; this one answers to the process that started it, and to no other."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Worker.given_up = given_up


def _is_given_up() -> bool:
    return _Worker.given_up is not None and _Worker.given_up.is_set()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep interrupts waiting, in processes started meanwhile for good: they may come before `_begin`."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _extract_batch(packed: bytes) -> bytes:
    paths = msgspec.msgpack.decode(packed, type=list[bytes])
    return msgspec.msgpack.encode([_extract_at(os.fsdecode(path)) for path in paths if not _is_given_up()])

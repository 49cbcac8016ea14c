"""The map: files to facts, in this process or in several."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import current_process

import msgspec

from ssot_lint.facts.extract import facts_of_text, unreadable
from ssot_lint.files import Unreadable, decode, read
from ssot_lint.model.facts import FileFacts
from ssot_lint.model.source import SourceFile

_WORTH_A_PROCESS = 300
"""Files below which starting processes costs more than they save."""

_BATCH = 64


def facts_of_bytes(data: bytes) -> FileFacts:
    """Decode, parse and collect; what cannot be decoded gives facts that say why."""
    try:
        return facts_of_text(decode(data))
    except Unreadable as error:
        return unreadable(error.reason, error.line, error.column)


def facts_of_file(file: SourceFile) -> FileFacts:
    """Read, decode, parse and collect."""
    try:
        return facts_of_bytes(read(file))
    except Unreadable as error:
        return unreadable(error.reason, error.line, error.column)


def extract(files: Sequence[SourceFile], jobs: int = 0) -> Iterator[FileFacts]:
    """The facts of files, in their order.

    Args:
        jobs: how many processes; 0 = one a core where the number of files is worth it.
    """
    wanted = jobs or (os.cpu_count() or 1)
    if current_process().daemon:  # a worker of flake8, say, may not start processes of its own
        wanted = 1
    if wanted < 2 or (not jobs and len(files) < _WORTH_A_PROCESS) or len(files) < 2:
        return map(facts_of_file, files)
    return _in_processes(files, wanted)


def _in_processes(files: Sequence[SourceFile], jobs: int) -> Iterator[FileFacts]:
    with ProcessPoolExecutor(jobs) as executor:
        yield from mapped(executor, files)


def mapped(executor: Executor, files: Sequence[SourceFile]) -> Iterator[FileFacts]:
    """The same on any executor; files and facts travel as plain bytes."""
    decoder = msgspec.msgpack.Decoder(list[FileFacts])
    batches = [msgspec.msgpack.encode(files[start:start + _BATCH]) for start in range(0, len(files), _BATCH)]
    for packed in executor.map(_facts_of_batch, batches):
        yield from decoder.decode(packed)


def _facts_of_batch(packed: bytes) -> bytes:
    files = msgspec.msgpack.decode(packed, type=list[SourceFile])
    return msgspec.msgpack.encode([facts_of_file(file) for file in files])

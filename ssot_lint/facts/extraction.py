"""The map: files to facts, in this process or in several."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from ssot_lint.facts.extract import facts_of_text, unreadable
from ssot_lint.facts.passing import Passing, as_written
from ssot_lint.facts.processes import Crew, is_given_up
from ssot_lint.files import Unreadable, decode, read_signed
from ssot_lint.model.facts import FileFacts
from ssot_lint.model.source import SourceFile

_WORTH_A_PROCESS = 80
"""Files below which starting processes costs more than they save."""

_BATCH = 16
_DECODER = msgspec.msgpack.Decoder(FileFacts)


def facts_of_bytes(data: bytes) -> FileFacts:
    """Decode, parse and collect; what cannot be decoded gives facts that say why."""
    try:
        return facts_of_text(decode(data))
    except Unreadable as error:
        return unreadable(error.reason, error.line, error.column)


class Extract(msgspec.Struct, frozen=True, array_like=True):
    """The facts of a file's content, encoded.

    Attributes:
        digest: the content's; "" where the file could not be read, or another process might have got more out of it.
        passing: what it hands on, so that nobody need open the facts for that alone.
    """

    digest: str
    encoded: bytes
    passing: Passing


def digest_of(data: bytes) -> str:
    """The content hash that facts are kept by."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def encoded(facts: FileFacts) -> bytes:
    """Facts as they are kept and sent."""
    return msgspec.msgpack.encode(facts)


def decoded(data: bytes) -> FileFacts:
    """What `encoded` was given.

    Raises:
        msgspec.DecodeError: it was something else.
    """
    return _DECODER.decode(data)


def extract_at(path: str | bytes) -> Extract:
    """Read, decode, parse and collect."""
    try:
        _, data = read_signed(path)
    except Unreadable as error:
        return _extract("", unreadable(error.reason, error.line, error.column))
    facts = facts_of_bytes(data)
    is_fleeting = facts.unreadable is not None and facts.unreadable.fleeting
    return _extract("" if is_fleeting else digest_of(data), facts)


def _extract(digest: str, facts: FileFacts) -> Extract:
    return Extract(digest, encoded(facts), as_written(facts))


def extract(files: Sequence[SourceFile], crew: Crew) -> Iterator[Extract]:
    """The facts of files, in their order; files and facts travel as plain bytes."""
    decoder = msgspec.msgpack.Decoder(list[Extract])
    paths = [os.fsencode(file.absolute) for file in files]  # a file's name need not be text
    batches = [msgspec.msgpack.encode(paths[start:start + _BATCH]) for start in range(0, len(paths), _BATCH)]
    found = crew.map(_extract_batch, batches, worth=len(files) >= _WORTH_A_PROCESS)
    return chain.from_iterable(map(decoder.decode, found))


def _extract_batch(packed: bytes) -> bytes:
    paths = msgspec.msgpack.decode(packed, type=list[bytes])
    return msgspec.msgpack.encode([extract_at(path) for path in paths if not is_given_up()])

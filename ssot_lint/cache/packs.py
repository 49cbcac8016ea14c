"""Packs: many entries of the cache in one file, each found and checked without reading the others.

A pack is a signature, the entries, the index (MessagePack), and a trailer that says how long the index is. The index
comes last so that merging needs no more memory than one entry.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

import msgspec

from ssot_lint.cache.files import Damaged, opened

SUFFIX = ".pack"

_SIGNATURE = b"SOTPACK\n"
_TRAILER = struct.Struct("<II8s")  # length of the index, its checksum, the signature again
_BUFFER = 1 << 16


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """Where an entry stands in its pack."""

    offset: int
    length: int
    checksum: int


class Pack(msgspec.Struct, frozen=True):
    """What is known of a pack.

    Attributes:
        path: the file.
        size: in bytes.
        used: when it was last used, in seconds since the epoch.
        entries: by their keys; none where another version of ssot-lint wrote the pack.
    """

    path: str
    size: int
    used: float
    entries: dict[str, Entry]


class _Index(msgspec.Struct, frozen=True, array_like=True):
    version: str
    entries: dict[str, Entry]


def load(path: str, version: str) -> Pack:
    """Read the index of a pack.

    Raises:
        Damaged: it is no pack, or not a whole one.
        OSError: it cannot be read.
    """
    with opened(path) as stream:
        status = os.fstat(stream.fileno())
        index = _index(stream, status.st_size)
    if index is None:
        raise Damaged(path)
    return Pack(path, status.st_size, status.st_mtime, index.entries if index.version == version else {})


def read(pack: Pack, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Key and content of those entries, which the pack must have, in the order in which they stand.

    Raises:
        Damaged: at the end, where some were not as they had been written.
        OSError: the pack cannot be read.
    """
    intact = True
    with io.BufferedReader(opened(pack.path), _BUFFER) as stream:
        for entry, key in sorted(((pack.entries[key], key) for key in keys), key=lambda item: item[0].offset):
            content = _content(stream, entry, pack.size)
            if content is not None:
                yield key, content
            else:
                intact = False
    if not intact:
        raise Damaged(pack.path)


def write(stream: BinaryIO, entries: Mapping[str, bytes], version: str) -> str:
    """Write a pack and return the name for it; equal entries make equal names."""
    return _write(stream, entries.items(), version)


def merge(stream: BinaryIO, packs: Sequence[Pack], recent: Collection[str], limit: int, version: str) -> str:
    """Write what the packs hold as one, and return the name for it; what cannot be read is left out.

    Args:
        packs: the last used first.
        recent: the keys of the entries that were used just now. They come first, so that over time the entries at the
            end are those that nobody has used for longest.
        limit: how many bytes of entries to keep.
    """
    return _write(stream, _limited(_ranked(packs, recent), limit), version)


def _write(stream: BinaryIO, entries: Iterable[tuple[str, bytes]], version: str) -> str:
    import hashlib  # costs start-up time

    stream.write(_SIGNATURE)
    offset = len(_SIGNATURE)
    index = _Index(version, {})
    for key, content in entries:
        stream.write(content)
        index.entries[key] = Entry(offset, len(content), zlib.crc32(content))
        offset += len(content)
    encoded = msgspec.msgpack.encode(index)
    stream.write(encoded)
    stream.write(_TRAILER.pack(len(encoded), zlib.crc32(encoded), _SIGNATURE))
    return hashlib.blake2b(encoded, digest_size=16).hexdigest() + SUFFIX


def _ranked(packs: Sequence[Pack], recent: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Every entry once, those used recently first."""
    done: set[str] = set()
    for is_wanted in (recent.__contains__, lambda key: True):
        for pack in packs:
            for key, content in _readable(pack, [key for key in pack.entries if is_wanted(key) and key not in done]):
                done.add(key)
                yield key, content


def _readable(pack: Pack, keys: Collection[str]) -> Iterator[tuple[str, bytes]]:
    try:
        yield from read(pack, keys)
    except (Damaged, OSError):
        return


def _limited(entries: Iterable[tuple[str, bytes]], limit: int) -> Iterator[tuple[str, bytes]]:
    for key, content in entries:
        limit -= len(content)
        if limit < 0:
            return
        yield key, content


def _index(stream: io.FileIO, size: int) -> _Index | None:
    """The index at the end of a file; None where there is none that is intact."""
    if size < _TRAILER.size or stream.read(len(_SIGNATURE)) != _SIGNATURE:
        return None
    stream.seek(size - _TRAILER.size)
    trailer = stream.read(_TRAILER.size)
    if len(trailer) != _TRAILER.size:
        return None
    length, checksum, signature = _TRAILER.unpack(trailer)
    start = size - _TRAILER.size - length
    if signature != _SIGNATURE or start < len(_SIGNATURE):
        return None
    stream.seek(start)
    encoded = stream.read(length)
    if zlib.crc32(encoded) != checksum:
        return None
    try:
        return msgspec.msgpack.decode(encoded, type=_Index)
    except msgspec.MsgspecError:
        return None


def _content(stream: BinaryIO, entry: Entry, size: int) -> bytes | None:
    if not 0 <= entry.offset <= entry.offset + entry.length <= size:
        return None
    stream.seek(entry.offset)
    content = stream.read(entry.length)
    return content if len(content) == entry.length and zlib.crc32(content) == entry.checksum else None

"""States: blobs with a name, each in a file whose head says what it is, and whether all of it is there.

Reading one takes next to no imports: it is all that a run has to do where nothing has changed.
"""

from __future__ import annotations

import os
import zlib

SUFFIX = ".state"

# O_NONBLOCK: a FIFO under one of our names must not block.
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

_FORMAT = 1
_SIGNATURE = b"SOTSTATE"
_LENGTH, _CHECKSUM = 8, 4
_HOUR = 3600.0
"""How exactly it is known when something was last used, in seconds."""


def place(folder: str, version: str) -> str:
    """The folder of one version's files in the cache folder."""
    return os.path.join(folder, f"v{_FORMAT}-{zlib.crc32(version.encode()):08x}")


def head(name: str, version: str, data: bytes) -> bytes:
    """What the file of a state begins with: the name of its folder is but a short digest of the version."""
    check = len(data).to_bytes(_LENGTH, "little") + zlib.crc32(data).to_bytes(_CHECKSUM, "little")
    return _start(name, version) + check


def content(found: bytes, name: str, version: str) -> bytes | None:
    """The blob in the file of a state; None where the file is none, or not whole."""
    start = _start(name, version)
    end = len(start) + _LENGTH + _CHECKSUM
    if not found.startswith(start) or len(found) < end:
        return None
    length = int.from_bytes(found[len(start):len(start) + _LENGTH], "little")
    if len(found) - end != length:
        return None
    data = found[end:]
    return data if zlib.crc32(data) == int.from_bytes(found[len(start) + _LENGTH:end], "little") else None


def read(path: str) -> tuple[bytes, float]:
    """The bytes of a file of the cache, and its time; never blocks.

    Raises:
        OSError: it cannot be opened or read.
    """
    descriptor = os.open(path, FLAGS)
    with open(descriptor, "rb", buffering=0) as stream:
        return stream.read(), os.fstat(descriptor).st_mtime


def note_use(path: str, known: float, now: float) -> None:
    """Keep in a file's time when it was last used, give or take an hour."""
    if now - known > _HOUR:
        try:
            os.utime(path)
        except OSError:
            pass  # a cache that can only be read serves all the same


def _start(name: str, version: str) -> bytes:
    return _SIGNATURE + f"{name}\0{version}\0".encode()

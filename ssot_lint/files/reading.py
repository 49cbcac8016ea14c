"""The bytes of a file, and nothing that could hang: only regular files are opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from ssot_lint.model.source import Signature, SourceFile

# O_NONBLOCK: a FIFO that took the file's place after it was looked at must not block either.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_PORTION = 1 << 20
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

T = TypeVar("T")
Reader = Callable[[bytes], tuple[Signature, bytes]]
"""Gives the signature and the content of the file at a path, or raises `Unreadable`."""

_READER: ContextVar[Reader | None] = ContextVar("reader", default=None)


class Unreadable(Exception):
    """A file cannot be read or decoded; it becomes an `unreadable-file` violation and never reaches a user.

    Attributes:
        reason: half a sentence, without the path.
        line: where, 1-based.
        column: where, 1-based, in characters.
    """

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        self.reason = reason
        self.line = line
        self.column = column
        super().__init__(reason)


def read(file: SourceFile) -> bytes:
    """The content of a file.

    Raises:
        Unreadable: it vanished, permission is denied, or it is no regular file.
    """
    return read_regular(file.absolute)


def read_regular(path: str) -> bytes:
    """The content of the regular file at `path`; never blocks.

    Raises:
        Unreadable: it vanished, permission is denied, or it is no regular file.
    """
    return read_signed(path)[1]


def read_signed(path: str | bytes) -> tuple[Signature, bytes]:
    """The same with the file's signature, taken before: content that comes later does not go by it.

    Raises:
        Unreadable: it vanished, permission is denied, or it is no regular file.
    """
    reader = _READER.get()
    return read_on_disk(path) if reader is None else reader(os.fsencode(path))


@contextmanager
def reading_by(reader: Reader) -> Iterator[None]:
    """Let something else than the disk say what files hold; in this thread only."""
    token = _READER.set(reader)
    try:
        yield
    finally:
        _READER.reset(token)


def read_on_disk(path: str | bytes) -> tuple[Signature, bytes]:
    """What `read_signed` gives where nothing else says what files hold.

    Raises:
        Unreadable: it vanished, permission is denied, or it is no regular file.
    """
    return _opened(path, lambda descriptor, status: (signature_of(status), _all_of(descriptor, status.st_size)))


def signature_on_disk(path: str | bytes) -> Signature:
    """The signature of a file that can be opened; nothing of it is read.

    Raises:
        Unreadable: it vanished, permission is denied, or it is no regular file.
    """
    return _opened(path, lambda _, status: signature_of(status))


def _opened(path: str | bytes, use: Callable[[int, os.stat_result], T]) -> T:
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            status = os.fstat(descriptor)
            _refuse_special(status.st_mode)
            return use(descriptor, status)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Unreadable(_what_is_there(path) or why(error)) from None
    except ValueError:
        raise Unreadable("cannot be read: no file can have this path") from None
    except (MemoryError, OverflowError):
        raise Unreadable("cannot be read: out of memory") from None


def signature_of(status: os.stat_result) -> Signature:
    """What tells a file's content from an earlier one."""
    return Signature(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _all_of(descriptor: int, size: int) -> bytes:
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    parts = [data]
    while data:  # it grows while it is read, or is of a kind that tells no size
        data = os.read(descriptor, _PORTION)
        parts.append(data)
    return b"".join(parts)


def _what_is_there(path: str | bytes) -> str:
    """What a path leads to that cannot be opened as a file (a socket, say); empty for a file, and for nothing."""
    try:
        _refuse_special(os.stat(path).st_mode)
    except Unreadable as error:
        return error.reason
    except (OSError, ValueError):
        pass
    return ""


def why(error: OSError) -> str:
    """What went wrong, in the words of every platform alike where it is one of the usual things."""
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "permission denied"
    return f"cannot be read: {error.strerror or type(error).__name__}"


def _refuse_special(mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "something else")
        raise Unreadable(f"is no regular file but {kind}")

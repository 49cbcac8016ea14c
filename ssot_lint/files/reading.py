"""The bytes of a file, and nothing that could hang: only regular files are opened."""

from __future__ import annotations

import io
import os
import stat

from ssot_lint.model.source import SourceFile

# O_NONBLOCK: a FIFO that took the file's place after it was looked at must not block either.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


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
    try:
        _refuse_special(os.stat(path).st_mode)
        with io.FileIO(os.open(path, _FLAGS)) as stream:
            _refuse_special(os.fstat(stream.fileno()).st_mode)
            return stream.readall() or b""
    except OSError as error:
        raise Unreadable(why(error)) from None
    except ValueError:
        raise Unreadable("cannot be read: no file can have this path") from None
    except (MemoryError, OverflowError):
        raise Unreadable("cannot be read: out of memory") from None


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

"""Standard streams that never break a run, and files that are never half written."""

from __future__ import annotations

import errno
import os
import sys

from ssot_lint.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, AnyStr

FILE_ENCODING = "utf-8"

# A reader that has gone away; Windows says "invalid argument".
_GONE = (errno.EPIPE, errno.EINVAL)


def prepare() -> None:
    """Make both streams bear any character, whatever their encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """Write to stdout; a reader that has gone away is no error.

    Raises:
        UsageError: stdout cannot be written to (a full disk, for instance).
    """
    problem = _write(sys.stdout, text)
    if problem:
        raise UsageError(f"cannot write to standard output: {problem}")


def write_bytes(data: bytes) -> None:
    """Write to stdout as it is; a reader that has gone away is no error.

    Raises:
        UsageError: stdout cannot be written to.
    """
    write("")  # what is waiting comes first
    binary = getattr(sys.stdout, "buffer", None)
    problem = _write(binary, data)
    if problem:
        raise UsageError(f"cannot write to standard output: {problem}")


def say(text: str) -> None:
    """Tell the user something on stderr, if that can be done."""
    _write(sys.stderr, f"ssot-lint: {text}\n")


def flush() -> None:
    """Write out what others left in stdout, so that the interpreter does not fail to on its way out.

    Raises:
        UsageError: it cannot be written.
    """
    write("")


def read_stdin() -> bytes:
    """Everything that standard input holds.

    Raises:
        UsageError: it is closed.
    """
    if sys.stdin is None:
        raise UsageError("standard input is closed: there is nothing to check")
    return sys.stdin.buffer.read()


def encoding() -> str:
    """The encoding of stdout."""
    return getattr(sys.stdout, "encoding", None) or FILE_ENCODING


def colours() -> bool:
    """Stdout is a terminal that shows colours, and the user wants them (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    if sys.stdout is None or not sys.stdout.isatty():
        return False
    if os.name == "nt":
        os.system("")  # makes the console understand escape sequences
    return True


def _write(stream: IO[AnyStr] | None, text: AnyStr) -> str:
    """Write and flush; what went wrong, or nothing where nobody is there to read."""
    if stream is None or stream.closed:  # closed by the caller, or a windowed Python
        return ""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _silence(stream)
        return "" if error.errno in _GONE else str(error.strerror)
    return ""


def _silence(stream: IO[AnyStr]) -> None:
    """Lead a broken stream to nowhere: what is left in its buffer must not raise again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def write_file(path: str, text: str) -> None:
    """Write a UTF-8 file as a whole or not at all; devices and pipes are written to as they are.

    Raises:
        UsageError: the file cannot be written.
    """
    data = text.encode(FILE_ENCODING, "backslashreplace")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as stream:
                stream.write(data)
        else:
            _replace(os.path.realpath(path), data)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def _replace(path: str, data: bytes) -> None:
    import tempfile  # costs start-up time

    handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _mode(path: str) -> int:
    """The permissions that the file has, or would have got from `open`."""
    try:
        return os.stat(path).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask

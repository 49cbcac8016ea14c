"""Files that are replaced whole or not at all, and only if they are what they were when they were read."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable

import msgspec

from ssot_lint.files import Unreadable, read_on_disk, relative
from ssot_lint.fixing.content import Refused
from ssot_lint.model.source import Signature

if sys.platform != "win32":
    import fcntl

_TEMPORARY = re.compile(r"\.ssot-lint-[0-9a-f]{16}\.tmp")
"""The names of files that are being written; one that nobody holds a lock on was left by a process that was killed."""

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_ATTEMPTS = 3


class Snapshot(msgspec.Struct, frozen=True):
    """A file as it was read.

    Attributes:
        path: absolute; no link leads to it.
    """

    path: str
    signature: Signature
    data: bytes


def snapshot(path: str) -> Snapshot:
    """Read a file that is to be replaced.

    Args:
        path: absolute; where it is a link, the file that this leads to is meant.

    Raises:
        Refused: it cannot be read.
    """
    try:
        real = os.path.realpath(path)
        signature, data = read_on_disk(real)
    except Unreadable as error:
        raise Refused(error.reason) from None
    return Snapshot(real, signature, data)


def why_not(file: Snapshot, root: str) -> str:
    """Why a file is not to be replaced, whatever by; empty where it may be.

    Args:
        root: the project root; nothing outside of it is written.
    """
    if relative(file.path, os.path.realpath(root)) is None:
        return f"it is a link to {file.path}, outside of the project"
    try:
        status = os.lstat(file.path)
    except OSError:
        return "it is gone"
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file"
    if status.st_nlink > 1:
        return f"it has {status.st_nlink} hard links, which writing it would part"
    if not status.st_mode & 0o222 or not os.access(file.path, os.W_OK):
        return "it is read-only"
    return ""


def replace(file: Snapshot, data: bytes) -> None:
    """Put other content in a file's place, at once; mode, owner and attributes stay.

    What is written is on the disk before it takes the name, so that whatever happens the name leads to the content
    before or to the content after.

    Raises:
        Refused: the file is not what it was, or cannot be written; it is left as it is then.
    """
    _check_unchanged(file)
    for _ in range(_ATTEMPTS):
        try:
            if _replaced(file, data):
                return
        except OSError as error:
            raise Refused(f"it cannot be written: {error.strerror or type(error).__name__}") from None
    raise Refused("it cannot be written: somebody takes our temporary files away")


def _replaced(file: Snapshot, data: bytes) -> bool:
    """Whether it was done; not where somebody cleaned up the temporary file."""
    folder = os.path.dirname(file.path)
    temporary = os.path.join(folder, f".ssot-lint-{os.urandom(8).hex()}.tmp")
    descriptor = os.open(temporary, _FLAGS, 0o600)
    try:
        try:
            if not _locked(descriptor):
                return False
            _fill(descriptor, data)
            _dress(descriptor, temporary, file.path)
            os.fsync(descriptor)
            if sys.platform != "win32":
                return _take_the_place(temporary, file)
        finally:
            os.close(descriptor)  # with the lock
        return _take_the_place(temporary, file)
    except BaseException:
        _discard(temporary)
        raise


def _fill(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest):]


def _dress(descriptor: int, temporary: str, path: str) -> None:
    """Give a new file what the old one has, as far as we may."""
    status = os.stat(path)
    if sys.platform == "win32":
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
        return
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        _try_to_chown(descriptor, status)
    _copy_attributes(descriptor, path)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))


def _try_to_chown(descriptor: int, status: os.stat_result) -> None:
    for user, group in ((status.st_uid, status.st_gid), (-1, status.st_gid)):
        try:
            os.fchown(descriptor, user, group)
            return
        except OSError:
            continue


def _copy_attributes(descriptor: int, path: str) -> None:
    """Extended attributes, access control lists among them."""
    if not hasattr(os, "listxattr"):
        return
    try:
        for name in os.listxattr(path):
            os.setxattr(descriptor, name, os.getxattr(path, name))
    except OSError:
        return


def _take_the_place(temporary: str, file: Snapshot) -> bool:
    _check_unchanged(file)
    try:
        os.replace(temporary, file.path)
    except FileNotFoundError:
        return False
    sync_folder(os.path.dirname(file.path))
    return True


def _check_unchanged(file: Snapshot) -> None:
    try:
        found = read_on_disk(file.path)
    except Unreadable as error:
        raise Refused(f"it changed since it was read: {error.reason}") from None
    if found != (file.signature, file.data) or os.path.islink(file.path):
        raise Refused("it changed since it was read")


def sync_folder(folder: str) -> None:
    """Have the names in a folder on the disk, where the platform can do that."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        return


def remove_strays(folders: Iterable[str]) -> None:
    """Remove the temporary files that processes have left which were killed."""
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                strays = [entry.path for entry in entries if _TEMPORARY.fullmatch(entry.name)]
        except OSError:
            continue
        for path in strays:
            _remove_stray(path)


def _remove_stray(path: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and _locked(descriptor) and sys.platform != "win32":
            _discard(path)
    finally:
        os.close(descriptor)
    if sys.platform == "win32":  # which removes no file that somebody has open
        _discard(path)


def _locked(descriptor: int) -> bool:
    """Whether the file is ours now; Windows needs no lock for that."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return

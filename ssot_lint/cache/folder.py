"""The folder of the cache: how it is known as ours, and how it is removed."""

from __future__ import annotations

import errno
import os
import re

from ssot_lint.errors import UsageError
from ssot_lint.cache.files import TEMPORARY, Unusable, opened, publish_as

MARK = "CACHEDIR.TAG"
VERSION_FOLDER = re.compile(r"v\d+-[0-9a-f]{8}")
"""The folders in which the versions of ssot-lint keep what is theirs."""

# https://bford.info/cachedir/: archivers leave out what is marked so. The second line says whose it is.
_MARK = b"""\
Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of ssot-lint. It can be deleted at any time; `ssot-lint clean` does.
"""
_IGNORED = (".gitignore", ".gitkeep")
_REPARSE_POINT = 0x400


def claim(folder: str) -> None:
    """Create the folder and mark it as a cache of ours, unless it is one.

    A folder with anything in it that we would not put there is left alone: `--cache-dir src` must not do harm.

    Raises:
        Unusable: there is something else.
        OSError: it cannot be written to.
    """
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise Unusable("is not used: it is no folder")
    os.makedirs(folder, exist_ok=True)
    if is_ours(folder):
        return
    for name in sorted(os.listdir(folder)):
        if not _could_be_ours(folder, name):
            raise Unusable(f"is not used: the folder holds other things ({name})")
    mark(folder)


def mark(folder: str) -> None:
    """Mark an existing folder as a cache of ours; how old the mark is tells when it was last tidied up.

    Raises:
        OSError: it cannot be written to.
    """
    if not os.path.lexists(os.path.join(folder, ".gitignore")):
        publish_as(".gitignore", folder, b"*\n")
    publish_as(MARK, folder, _MARK)


def is_ours(folder: str) -> bool:
    """The folder bears our mark."""
    return _start_of_mark(folder) == _MARK


def clean(folder: str) -> int:
    """Remove a cache of ours with everything in it, and return how many bytes that freed; 0 where there is none.

    Raises:
        UsageError: there is something else (nothing is removed then), or it cannot be removed.
    """
    if os.path.islink(folder):
        raise UsageError(
            f"{folder} is a symbolic link, which is not followed: delete it, or say "
            f"`ssot-lint clean --cache-dir {os.path.realpath(folder)}`"
        )
    if not os.path.lexists(folder):
        return 0
    if not is_ours(folder):
        raise UsageError(f"{folder} is not a cache of ssot-lint (it has no {MARK} of ours): not removed")
    try:
        return _emptied(folder, {MARK}) + _without_mark(folder)
    except OSError as error:
        raise UsageError(f"cannot remove {error.filename or folder}: {error.strerror}") from None


def _start_of_mark(folder: str) -> bytes | None:
    """As much of a mark as could be ours; None where none can be read."""
    try:
        with opened(os.path.join(folder, MARK)) as stream:
            return stream.read(len(_MARK) + 1)
    except OSError:
        return None


def _could_be_ours(folder: str, name: str) -> bool:
    if name == MARK:  # ours, cut short by a power failure
        start = _start_of_mark(folder)
        return start is not None and _MARK.startswith(start)
    return name in _IGNORED or bool(VERSION_FOLDER.fullmatch(name) or TEMPORARY.fullmatch(name))


def _emptied(folder: str, spared: set[str]) -> int:
    """Delete what is in a folder, following no link, and return its size."""
    with os.scandir(folder) as entries:
        children = [entry for entry in entries if entry.name not in spared]
    return sum(map(_removed, children))


def _removed(entry: os.DirEntry[str]) -> int:
    try:
        status = entry.stat(follow_symlinks=False)
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.path)
            return status.st_size
        # On Windows a junction counts as a folder, and leads out all the same.
        is_junction = getattr(status, "st_file_attributes", 0) & _REPARSE_POINT
        freed = 0 if is_junction else _emptied(entry.path, set())
        _remove_folder(entry.path)
        return freed
    except FileNotFoundError:  # somebody else cleans
        return 0


def _without_mark(folder: str) -> int:
    """Remove an emptied folder; the mark goes last, so that a `clean` that is killed can be repeated."""
    path = os.path.join(folder, MARK)
    try:
        size = os.stat(path).st_size
        os.unlink(path)
    except FileNotFoundError:
        return 0
    if not _remove_folder(folder):
        mark(folder)
    return size


def _remove_folder(folder: str) -> bool:
    """Remove a folder unless somebody has put something into it since."""
    try:
        os.rmdir(folder)
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True

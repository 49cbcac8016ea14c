"""Symbolic links, and files that several paths lead to."""

from __future__ import annotations

import os
import stat
import sys
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple


class Found(NamedTuple):
    """A file as the walk came across it.

    Attributes:
        path: relative to the project root, with `/`.
        inode: as the folder lists it; 0 on Windows, where listings know none.
        linked: its path leads through a symbolic link.
    """

    path: str
    absolute: str
    inode: int
    linked: bool


class Single(NamedTuple):
    """A file once, with all the paths that lead to it: `others` besides the one in `file`."""

    file: Found
    others: tuple[str, ...] = ()


def is_link(entry: os.DirEntry[str]) -> bool:
    """A symbolic link, or a junction of Windows, which is one in all but name."""
    if sys.platform == "win32":
        tag: int = entry.stat(follow_symlinks=False).st_reparse_tag
        return entry.is_symlink() or tag == stat.IO_REPARSE_TAG_MOUNT_POINT
    return entry.is_symlink()


def singled_out(found: list[Found]) -> list[Single]:
    """Every file once, under its real path where the walk came across that, otherwise under the first by spelling.

    A file is told by device and inode, on Windows by its real path. What vanished is dropped.
    """
    if _evidently_distinct(found):
        return [Single(file) for file in found]
    same: dict[object, list[Found]] = {}
    for file in found:
        identity = _identity(file.absolute)
        if identity is not None:
            same.setdefault(identity, []).append(file)
    return [_single(files) for files in same.values()]


def aliases(paths: Iterable[str], links: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Path -> further paths that lead to it through links to folders.

    Args:
        paths: of files, relative to the project root.
        links: (the link, the folder that it leads to), both relative to the project root.
    """
    ordered = sorted(paths)
    further: dict[str, list[str]] = {}
    for link, folder in links:
        # "0" is the character after "/": between the two lies everything in the folder.
        first, end = bisect_left(ordered, f"{folder}/"), bisect_left(ordered, f"{folder}0")
        for path in ordered[first:end]:
            further.setdefault(path, []).append(link + path[len(folder):])
    return further


def _evidently_distinct(found: list[Found]) -> bool:
    """The cheap answer, without a look at any file: no links, and no inode twice in the listings."""
    if any(file.linked for file in found):
        return False
    return sys.platform == "win32" or len({file.inode for file in found}) == len(found)


def _identity(path: str) -> object:
    try:
        if sys.platform == "win32":
            return os.path.normcase(os.path.realpath(path, strict=True))
        status = os.stat(path)
        return status.st_dev, status.st_ino
    except OSError:
        return None


def _single(files: list[Found]) -> Single:
    first, *rest = sorted(files, key=lambda file: (file.linked, file.path))
    return Single(first, tuple(file.path for file in rest))

"""What an answer rests on, as the file system tells it without opening anything: if that is the same, so is the answer.

Imports next to nothing: asking whether all is as it was is most of what a run does where nothing has changed.
"""

from __future__ import annotations

import os

from ssot_lint.cache.framing import framed, unframed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

NEAR = 2_000_000_000
"""Nanoseconds before the start of a run in which a time says too little: the coarsest clock of any file system."""

Signed = tuple[int, int, int, int]
"""Size, time of modification, time of change, inode: what tells a content from an earlier one."""

_FOLDER, _KIND = 0o040000, 0o170000
_NUMBERS = 4


class Grounds:
    """What was found where.

    Attributes:
        signed: path -> what stood there, links followed.
        absent: paths under which there was nothing, not even a link.
        folders: paths of folders, whatever else may have become of them.
        globs: (folder, pattern) -> what matched, sorted.
        links: symbolic link -> the real path that it led to.
    """

    def __init__(self) -> None:
        self.signed: dict[str, Signed] = {}
        self.absent: set[str] = set()
        self.folders: set[str] = set()
        self.globs: dict[tuple[str, str], list[str]] = {}
        self.links: dict[str, str] = {}

    def add(self, other: Grounds) -> None:
        """Rest on everything that the other rests on as well."""
        self.signed.update(other.signed)
        self.absent |= other.absent
        self.folders |= other.folders
        self.globs.update(other.globs)
        self.links.update(other.links)

    def note(self, path: str) -> None:
        """Rest on what is, or is not, under a path now.

        Raises:
            OSError: a link there leads nowhere, or nobody can look.
        """
        try:
            self.signed[path] = signed(os.stat(path))
        except (FileNotFoundError, NotADirectoryError):
            if os.path.lexists(path):
                raise
            self.absent.add(path)

    def is_settled(self, started: int) -> bool:
        """Whether all times are so long before the start of the run that no later change could bear the same."""
        last = started - NEAR
        return all(max(modified, changed) < last for _, modified, changed, _ in self.signed.values())

    def packed(self) -> bytes:
        """For `hold`. What changed last comes first: it is what will change next.

        Raises:
            UnicodeEncodeError: a path is no text.
            OverflowError: a number of the file system's is too large.
        """
        from array import array

        ordered = sorted(self.signed.items(), key=lambda item: -item[1][1])
        numbers = array("q", [number for _, signature in ordered for number in signature])
        links = [*self.links, *self.links.values()]
        texts = [[path for path, _ in ordered], sorted(self.absent), sorted(self.folders), links]
        texts += [[*key, *found] for key, found in self.globs.items()]
        return framed([numbers.tobytes(), *map(_joined, texts)])


def signed(status: os.stat_result) -> Signed:
    """What tells a content from an earlier one."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def hold(packed: bytes) -> bool:
    """Whether all grounds are surely what they were."""
    numbers, paths, absent, folders, links, *globs = unframed(packed)
    try:
        return (
            _are_signed(_split(paths), memoryview(numbers).cast("q").tolist())
            and all(map(_is_absent, _split(absent)))
            and all(os.stat(path).st_mode & _KIND == _FOLDER for path in _split(folders))
            and _are_led(_split(links))
            and all(map(_is_matched, map(_split, globs)))
        )
    except (OSError, ValueError):
        return False


def _are_signed(paths: list[str], numbers: list[int]) -> bool:
    look = os.stat
    at = 0
    for path in paths:
        status = look(path)
        if (
            status.st_mtime_ns != numbers[at + 1] or status.st_size != numbers[at]
            or status.st_ctime_ns != numbers[at + 2] or status.st_ino != numbers[at + 3]
        ):
            return False
        at += _NUMBERS
    return True


def _is_absent(path: str) -> bool:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    return False


def _are_led(links: list[str]) -> bool:
    half = len(links) // 2
    return list(map(os.path.realpath, links[:half])) == links[half:]


def _is_matched(found: list[str]) -> bool:
    from glob import glob  # costs start-up time, and few configurations have a glob

    folder, pattern, *before = found
    return sorted(glob(pattern, root_dir=folder, recursive=True)) == before


def _joined(paths: Iterable[str]) -> bytes:
    return "\0".join(paths).encode()


def _split(paths: bytes) -> list[str]:
    return paths.decode().split("\0") if paths else []

"""The paths of the command line."""

from __future__ import annotations

import os
from collections.abc import Iterable

import msgspec

from ssot_lint.errors import UsageError


class Target(msgspec.Struct, frozen=True):
    """What the user asked to be checked.

    Attributes:
        given: as the user wrote it.
        path: absolute.
        is_folder: it and everything below it is asked for; else this one file.
        spellings: the paths, as the platform compares them, under which it may come up again.
        identity: the same for every path that leads to the same file, through links of either kind.
    """

    given: str
    path: str
    is_folder: bool
    spellings: frozenset[str]
    identity: object

    def covers(self, path: str) -> bool:
        """An absolute path is the target, or stands below it."""
        compared = os.path.normcase(path)
        if compared in self.spellings:
            return True
        return self.is_folder and any(compared.startswith(top.rstrip(os.sep) + os.sep) for top in self.spellings)


def targets(paths: Iterable[str]) -> list[Target]:
    """One target for each path, each once.

    Raises:
        UsageError: a path that does not exist, or is neither a file nor a folder.
    """
    found = {target.path: target for target in map(_target, paths)}
    return list(found.values())


def _target(given: str) -> Target:
    path = os.path.abspath(given)
    is_folder = os.path.isdir(given)
    if not is_folder and not os.path.isfile(given):  # "" is neither, whatever `abspath` says
        problem = "is neither a file nor a folder" if os.path.lexists(given) else "does not exist"
        raise UsageError(f"{given or repr(given)}: {problem}")
    spellings = frozenset({os.path.normcase(path), os.path.normcase(os.path.realpath(path))})
    return Target(given, path, is_folder, spellings, identity(path))


def identity(path: str) -> object:
    """What tells a file from every other; the path itself where the file system cannot say."""
    try:
        status = os.stat(path)
    except OSError:
        return path
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.normcase(os.path.realpath(path))

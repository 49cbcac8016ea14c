"""Which entries of a folder git would ignore, asked on the way down."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable

from ssot_lint.files.patterns import Pattern, parse
from ssot_lint.files.reading import Unreadable, read_regular


class Patterns:
    """The lines of one ignore file, for entries at or below its folder.

    Args:
        lines: gitignore syntax; lines that cannot match anything are passed over, as git does.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        parsed = [pattern for line in lines if (pattern := parse(line)) is not None]
        self._last_first = parsed[::-1]
        names = [pattern for pattern in parsed if pattern.by_name]
        self._literals = frozenset(pattern.glob for pattern in names if pattern.literal)
        self._endings = tuple({pattern.ending for pattern in names if pattern.ending})
        self._names = _compiled([pattern for pattern in names if not pattern.literal and not pattern.ending])
        self._paths = _compiled([pattern for pattern in parsed if not pattern.by_name])

    def __bool__(self) -> bool:
        return bool(self._last_first)

    def verdict(self, folder: str, name: str, is_folder: bool) -> bool | None:
        """What the last pattern that matches says of an entry: ignored, kept, or (None) nothing.

        Args:
            folder: path from the folder of the ignore file to that of the entry, with a trailing `/`; or empty.
        """
        if not self._any(folder, name):
            return None
        for pattern in self._last_first:
            applies = is_folder or not pattern.folders_only
            if applies and pattern.matches(name if pattern.by_name else folder + name):
                return not pattern.negated
        return None

    def _any(self, folder: str, name: str) -> bool:
        """Whether any pattern matches: nearly always none does, and this says so in a few steps for all of them."""
        return (
            name in self._literals
            or name.endswith(self._endings)
            or self._names(name) is not None
            or self._paths(folder + name) is not None
        )


# The patterns that apply in one folder, the nearest first, each with the way from its own folder to this one.
Scopes = tuple[tuple[Patterns, str], ...]


def is_ignored(scopes: Scopes, name: str, is_folder: bool) -> bool:
    """Whether the entry `name` of the folder that `scopes` belongs to is ignored."""
    for patterns, folder in scopes:
        verdict = patterns.verdict(folder, name, is_folder)
        if verdict is not None:
            return verdict
    return False


def enter(scopes: Scopes, name: str) -> Scopes:
    """The scopes of the folder `name` within the folder that `scopes` belongs to."""
    return tuple((patterns, f"{folder}{name}/") for patterns, folder in scopes)


def ignore_file(path: str) -> Scopes:
    """The scope that an ignore file opens in its folder; none where it does not exist or says nothing.

    Raises:
        Unreadable: it exists and cannot be read.
    """
    if os.path.islink(path) or not os.path.lexists(path):
        return ()  # git does not follow a linked .gitignore either
    text = read_regular(path).decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    patterns = Patterns(text.split("\n"))
    return ((patterns, ""),) if patterns else ()


def repository(top: str) -> Scopes:
    """What `.git/info/exclude` says in the top folder of a repository."""
    try:
        return ignore_file(os.path.join(_git_folder(top), "info", "exclude"))
    except Unreadable:
        return ()


def surroundings(root: str) -> Scopes:
    """What the repository and the folders above `root` say of the entries of `root`; its own .gitignore left out.

    Where they ignore `root` itself or a folder above it, they say nothing: whoever points at it wants it checked.
    """
    top = git_top(root)
    if top is None:
        return ()
    scopes, folder = repository(top), top
    for name in [] if top == root else os.path.relpath(root, top).split(os.sep):
        scopes = _own(folder) + scopes
        scopes = () if is_ignored(scopes, name, is_folder=True) else enter(scopes, name)
        folder = os.path.join(folder, name)
    return scopes


def consulted(root: str) -> tuple[list[str], list[str]]:
    """Where `surroundings` looks: folders that only have to be there, and paths of which the content counts."""
    top = git_top(root)
    below = [root]
    while below[-1] not in (top, os.path.dirname(below[-1])):
        below.append(os.path.dirname(below[-1]))
    if top is None:
        return [], [os.path.join(folder, ".git") for folder in below]
    inner = below[:-1]
    paths = [os.path.join(folder, ".git") for folder in inner]
    paths += [os.path.join(os.path.dirname(folder), ".gitignore") for folder in inner]
    git = os.path.join(top, ".git")
    return [git] if os.path.isdir(git) else [], [*paths, *repository_files(top)]


def repository_files(top: str) -> list[str]:
    """The files that `repository` goes by; a `.git` that is a folder only has to be there."""
    git = os.path.join(top, ".git")
    exclude = os.path.join(_git_folder(top), "info", "exclude")
    if os.path.isdir(git):
        return [exclude]
    return [git, os.path.join(top, _first_line(git).removeprefix("gitdir: "), "commondir"), exclude]


def _own(folder: str) -> Scopes:
    try:
        return ignore_file(os.path.join(folder, ".gitignore"))
    except Unreadable:
        return ()


def git_top(folder: str) -> str | None:
    """The nearest folder, from `folder` upwards, that holds a `.git`."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def _git_folder(top: str) -> str:
    """Where git keeps what all work trees of a repository share; in a work tree or submodule `.git` is a file."""
    folder = os.path.join(top, ".git")
    if os.path.isdir(folder):
        return folder
    folder = os.path.join(top, _first_line(folder).removeprefix("gitdir: "))
    return os.path.join(folder, _first_line(os.path.join(folder, "commondir")))


def _first_line(path: str) -> str:
    try:
        return os.fsdecode(read_regular(path)).partition("\n")[0].rstrip("\r")
    except Unreadable:
        return ""


def _compiled(patterns: list[Pattern]) -> Callable[[str], object]:
    """A function that matches any of `patterns`, None where there is no match."""
    if not patterns:
        return _never
    return re.compile("|".join(f"(?:{pattern.regex})" for pattern in patterns), re.DOTALL).fullmatch


def _never(text: str) -> None:
    return None

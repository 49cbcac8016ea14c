"""Moments of a run: before each of its calls into the operating system that concern files.

Between two of these nothing can happen to files that the run would notice, or that others would notice of it. So
whoever wants to know what comes of a change, or of a death, at any moment needs to try no others.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping, Set
from types import FrameType, TracebackType

import ssot_lint

CHANGES = frozenset(
    {
        "open", "write", "writelines", "flush", "close", "__exit__",
        "replace", "rename", "link", "symlink", "unlink", "remove", "mkdir", "rmdir", "utime", "chmod", "truncate",
    }
)
"""The calls that can change something, or end that: whoever dies dies before one of them, as far as others can tell."""

ALL = CHANGES | {
    "stat", "lstat", "fstat", "is_dir", "is_file", "is_symlink", "scandir", "listdir", "readlink",
    "read", "readall", "readinto",
}

_MODULES = ("posix", "nt", "io", "_io")
_OWN = os.path.dirname(ssot_lint.__file__) + os.sep


class Moments:
    """Counts the moments within a `with` block, in this thread, and does something at some of them.

    Args:
        actions: what to do, by the number of the moment, the first being 1.
        calls: the names of the calls that count.

    Attributes:
        count: how many there have been.
    """

    def __init__(self, actions: Mapping[int, Callable[[], object]] | None = None, calls: Set[str] = ALL) -> None:
        self.count = 0
        self._actions = actions or {}
        self._calls = calls

    def __enter__(self) -> Moments:
        sys.setprofile(self._profile)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, way: TracebackType | None) -> None:
        sys.setprofile(None)

    def _profile(self, frame: FrameType, event: str, called: object) -> None:
        if event == "c_call" and getattr(called, "__name__", "") in self._calls and _concerns_files(called):
            self.count += 1
            if action := self._actions.get(self.count):
                action()


def _concerns_files(called: object) -> bool:
    owner = getattr(called, "__self__", None)
    if isinstance(owner, os.DirEntry):  # the tool looks at its own files too, which stay as they are
        return not str(owner.path).startswith(_OWN)
    return isinstance(owner, io.IOBase) or getattr(called, "__module__", None) in _MODULES

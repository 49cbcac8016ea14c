"""How deep code may be nested that is analysed by recursion: generated code goes far beyond Python's own limit."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = 25_000 if sys.version_info >= (3, 11) else 6_000
"""Before 3.11, each frame takes some of the stack of the process, which has an end."""


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Let functions call themselves more often; `RecursionError` comes all the same in the end."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)

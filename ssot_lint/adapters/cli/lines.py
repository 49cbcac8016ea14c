"""The lines of a file, of which a report shows few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload


class BareLines(Sequence[str]):
    """Lines without their ends, which are taken off when a line is asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return BareLines(self._lines[index])
        return self._lines[index].rstrip("\r\n")

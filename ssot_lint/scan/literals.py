"""Whether certain strings are spelled out in a file, each as the whole of a literal that is written in one piece."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ssot_lint.scan.matching import Places

_RUN = re.compile(r"\w+", re.ASCII)
_QUOTES = (b"'", b'"')


class Literals:
    """What is looked for, made ready for many contents.

    Args:
        values: strings in ASCII, each with a run of letters, digits or `_` in it.

    Attributes:
        words: one of these stands in each of them.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._values: dict[str, list[tuple[bytes, int]]] = {}
        for value in sorted(values):
            run = max(_RUN.finditer(value), key=lambda match: len(match[0]))
            self._values.setdefault(run[0], []).append((value.encode(), run.start()))
        self.words = frozenset(self._values)

    def are_in(self, data: bytes, places: Places) -> bool:
        """Whether one of them is in a content, where `places` says which words stand in it, and where."""
        return any(
            _is_quoted(data, place - ahead, value)
            for word in self.words.intersection(places) for place in places[word]
            for value, ahead in self._values[word]
        )


def _is_quoted(data: bytes, start: int, value: bytes) -> bool:
    end = start + len(value)
    quote = data[start - 1:start]
    return start > 0 and quote in _QUOTES and data[end:end + 1] == quote and data[start:end] == value

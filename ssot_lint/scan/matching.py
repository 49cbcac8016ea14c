"""Finds words in bytes, many at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from ahocorasick_rs import BytesAhoCorasick, MatchKind

_PART_OF_NAME = bytes(int(code == 0x5F or (code < 128 and chr(code).isalnum())) for code in range(256))
"""Of ASCII. What lies beyond may be part of a name or not; it counts as no part, so that nothing is missed."""

_ESCAPES = b"abfnrtv"

Places = dict[str, list[int]]
"""Word -> where it starts, in bytes."""


class Seen(msgspec.Struct, frozen=True):
    """What one search came across.

    Attributes:
        places: of the words that stand alone.
        parts: where parts of words end.
    """

    places: Places
    parts: list[int]


class Matcher:
    """Searches for words, which stand alone, and for parts of words.

    The searches are apart, so that nothing hides a word. Among words, the longest match from the left is taken: they
    consist of the characters of identifiers only, so that an identifier which is a word cannot be hidden by another.
    """

    def __init__(self, words: Sequence[str], parts: Sequence[str]) -> None:
        self._names = words
        encoded = [word.encode() for word in words]
        self._words = BytesAhoCorasick(encoded, matchkind=MatchKind.LeftmostLongest) if words else None
        self._parts = BytesAhoCorasick([part.encode() for part in parts]) if parts else None

    def seen(self, data: bytes) -> Seen:
        """What stands in a content."""
        parts = [] if self._parts is None else [end for _, _, end in self._parts.find_matches_as_indexes(data)]
        return Seen(self._places(data), parts)

    def _places(self, data: bytes) -> Places:
        places: Places = {}
        size = len(data)
        if self._words is None:
            return places
        for number, start, end in self._words.find_matches_as_indexes(data):
            if end < size and _PART_OF_NAME[data[end]]:
                continue
            if not start or not _PART_OF_NAME[data[start - 1]] or _is_escape(data, start - 1):
                places.setdefault(self._names[number], []).append(start)
        return places


def _is_escape(data: bytes, place: int) -> bool:
    """Whether the character at a place is the second of an escape like that of a tab."""
    return data[place] in _ESCAPES and data[place - 1:place] == b"\\"

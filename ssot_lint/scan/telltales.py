"""Whether the code of a file can be like other code, as far as its words tell: rather once too often."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import msgspec

from ssot_lint.scan.matching import Places

_PLAIN = b"def "
_DEFINING = re.compile(rb"\bdef[ \t\f\\\r\n]+$")
_REACH = 200


class Telltale(msgspec.Struct, frozen=True, array_like=True):
    """Words of which a file has a good part if its code is like some other code.

    Attributes:
        weights: word -> how much of the other code hangs on it.
        needed: how much has to be there.
        least: how many of the words.
        defined: the words count where a function is defined by them.
    """

    weights: Mapping[str, int]
    needed: float
    least: int
    defined: bool

    def is_met(self, data: bytes, places: Places) -> bool:
        """Whether a content has what is needed, where `places` says which words stand in it, and where."""
        found = [word for word in self.weights if word in places]
        return self._reaches(found) and (not self.defined or self._reaches(
            [word for word in found if any(_is_defined(data, start) for start in places[word])]
        ))

    def _reaches(self, words: list[str]) -> bool:
        return len(words) >= self.least and sum(self.weights[word] for word in words) >= self.needed

    def may_be_met(self, places: Collection[str]) -> bool:
        """The same where nobody can tell how the words stand there."""
        return self._reaches([word for word in self.weights if word in places])


def _is_defined(data: bytes, start: int) -> bool:
    if data[start - 4:start] == _PLAIN:
        return True
    return data[start - 1:start] in b" \t\f\r\n\\" and _DEFINING.search(data, max(0, start - _REACH), start) is not None

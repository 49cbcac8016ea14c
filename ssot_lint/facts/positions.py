"""From the parser's byte offsets to columns in characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

_DEFINITION = re.compile(r"(?:async\s+)?(?:def|class)\s+")
_STRING_START = re.compile(r"[a-zA-Z]*('''|\"\"\"|'|\")")


class Positions:
    """Columns of one text.

    Args:
        text: the file's text; lines end as the tokenizer ends them.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._ascii = text.isascii()
        self._lines: list[str] | None = None
        self._ends: dict[int, list[int]] = {}

    @property
    def lines(self) -> list[str]:
        if self._lines is None:
            self._lines = self._text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._lines

    def column(self, line: int, offset: int) -> int:
        """1-based column in characters of a 0-based byte `offset` in the 1-based `line`."""
        if self._ascii or offset == 0:
            return offset + 1
        text = self._line(line)
        if text.isascii():
            return offset + 1
        if line not in self._ends:  # generated data may have a hundred thousand expressions on one line
            self._ends[line] = list(accumulate(len(character.encode("utf-8", "surrogatepass")) for character in text))
        return bisect_right(self._ends[line], offset) + 1

    def last_name(self, line: int, offset: int, name: str) -> int:
        """Column where `name` starts that ends at `offset`; the parser may have spelled it anew (PEP 3131: NFKC)."""
        column = self.column(line, offset)
        text = self._line(line)
        if text.isascii():
            return column - len(name)
        while column > 1 and f"a{text[column - 2]}".isidentifier():
            column -= 1
        return column

    def defined_name(self, line: int, offset: int) -> int:
        """Column of the name in the `def` or `class` that starts at `offset`; the statement's own otherwise."""
        column = self.column(line, offset)
        text = self._line(line)
        match = _DEFINITION.match(text, column - 1)
        if match and text[match.end():match.end() + 1].isidentifier():
            return match.end() + 1
        return column

    def string_content(self, line: int, offset: int, value: str) -> int | None:
        """Column where the content of a string constant starts; None where it is not spelled as its value is."""
        text = self._line(line)
        match = _STRING_START.match(text, self.column(line, offset) - 1)
        if match and text.startswith(value + match.group(1), match.end()):
            return match.end() + 1
        return None

    def _line(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

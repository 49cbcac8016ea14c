"""Places in a text: line and column, offset in characters, offset in the bytes of the file."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from ssot_lint.files import lines
from ssot_lint.model.spans import Span


class Ranges:
    r"""The places of one text, whose lines end at `\n`, `\r\n` and `\r`, as Python's do, and nowhere else.

    Args:
        text: without byte order mark.
        encoding: of the file, as `files.encoding_of` names it; "utf-8-sig" where a byte order mark is before the text.
    """

    def __init__(self, text: str, encoding: str = "utf-8") -> None:
        self._text = text
        self._encoding = encoding
        self._lines = lines(text)
        self._starts = [0, *accumulate(map(len, self._lines))]
        self._last = len(self._lines) + (not self._lines or self._lines[-1].endswith(("\r", "\n")))
        self._mark = len("".encode(encoding))
        self._plain = text.isascii() and encoding.startswith(("utf-8", "iso-8859-1"))

    # --- characters

    def offset(self, line: int, column: int) -> int:
        """The offset in characters of a 1-based line and column; the place after the last character of a line is one.

        Raises:
            ValueError: there is no such place.
        """
        if not 0 < line <= len(self._starts) or not 0 < column <= self._width(line) + 1:
            raise ValueError(f"there is no line {line}, column {column}")
        return self._starts[line - 1] + column - 1

    def offsets(self, span: Span) -> tuple[int, int]:
        """The offsets in characters of the start and the end of a span.

        Raises:
            ValueError: it does not lie in the text, or ends before it starts.
        """
        start, end = self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)
        if end < start:
            raise ValueError(f"line {span.line}, column {span.column} comes after its end")
        return start, end

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column at an offset in characters; what ends without a line end ends in its last line."""
        line = min(bisect_right(self._starts, offset), self._last)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets in characters."""
        return Span(*self.place(start), *self.place(end))

    def line_end(self, offset: int) -> str:
        r"""How the line at an offset ends; how the one before it does where it has no end; "\n" in a text of one."""
        line = self.place(offset)[0]
        for text in reversed(self._lines[max(0, line - 2):line]):
            if end := text[len(text.rstrip("\r\n")):]:
                return end
        return "\n"

    def _width(self, line: int) -> int:
        """How many characters a line has without its end."""
        return len(self._lines[line - 1].rstrip("\r\n")) if line <= len(self._lines) else 0

    # --- bytes

    def byte(self, offset: int) -> int:
        """The offset in the bytes of the file, a byte order mark included, of an offset in characters."""
        if self._plain:
            return self._mark + offset
        return len(self._text[:offset].encode(self._encoding))

    def bytes_of(self, span: Span) -> tuple[int, int]:
        """The start and the end of a span in the bytes of the file.

        Raises:
            ValueError: it does not lie in the text.
        """
        start, end = self.offsets(span)
        return self.byte(start), self.byte(end)

    def character(self, byte: int) -> int:
        """The offset in characters of the character that begins at, or holds, an offset in the bytes of the file."""
        if self._plain:
            return max(0, byte - self._mark)
        low, high = 0, len(self._text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.byte(middle) <= byte else (low, middle - 1)
        return low

"""Code frames: the offending line, and carets under the right cells of a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from ssot_lint.model.spans import Span
from ssot_lint.reporters.style import harmless

TAB = 4
WIDTH = 120
MARGIN = 20


def frame(lines: Sequence[str], span: Span, encoding: str = "utf-8") -> tuple[str, str] | None:
    """The first line of `span` and the carets below it; None where the file has no such line.

    Tabs are spread to spaces, wide characters get two carets, and of a very long line only a window is shown.

    Args:
        encoding: of the output; a character that it lacks is shown, and measured, as its escape.
    """
    if not 0 < span.line <= len(lines):
        return None
    line = lines[span.line - 1]
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    sent = cells(line, encoding)
    first, last = _window(sent, start)
    head, tail = "..." if first else "", "..." if last < len(line) else ""
    left = len(head) + _width(sent[first:start])
    carets = max(1, _width(sent[start:min(end, last)]))
    return head + "".join(sent[first:last]).rstrip() + tail, " " * left + "^" * carets


def cells(line: str, encoding: str) -> list[str]:
    """What a terminal is sent for each character of `line`: tabs spread out, hazards masked, the rest as it can be."""
    if line.isascii() and line.isprintable():
        return list(line)
    sent: list[str] = []
    column = 0
    for character in line:
        text = " " * (TAB - column % TAB) if character == "\t" else _masked(character, encoding)
        sent.append(text)
        column += _width([text])
    return sent


def _masked(character: str, encoding: str) -> str:
    if character.isascii():
        return " " if character in "\f\v" else harmless(character)
    return harmless(character).encode(encoding, "backslashreplace").decode(encoding)


def _width(texts: Sequence[str]) -> int:
    """How many terminal cells the texts take."""
    text = "".join(texts)
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _window(sent: Sequence[str], start: int) -> tuple[int, int]:
    """Which characters to show: all of a line that fits, else as many as fit from a little before `start` on."""
    if _width(sent) <= WIDTH:
        return 0, len(sent)
    first = last = max(0, start - MARGIN)
    room = WIDTH
    while last < len(sent) and room >= _width([sent[last]]):
        room -= _width([sent[last]])
        last += 1
    return first, last

"""Where an entry stands in a configuration file: near enough for whoever is to mend it, in whichever form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ssot_lint.model.spans import Span

_OURS = r"(?:tool\.(?:ssot-lint|\"ssot-lint\")\.)?"
_PER_PATH = re.compile(rf"\s*\[\s*{_OURS}per-path\s*\]")
_TRUTH = re.compile(rf"\s*\[\[\s*{_OURS}truth\s*\]\]")


def text_of(path: str) -> str:
    """What a configuration file holds; empty where it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


class Locator:
    """Finds entries in one configuration file.

    Args:
        path: relative to the project root.
        text: what the file holds; empty where it cannot be read.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._lines = text.splitlines()

    def exception(self, pattern: str) -> Span:
        """A key of `per-path`."""
        heads = [number for number, line in enumerate(self._lines) if _PER_PATH.match(line)]
        start = heads[0] if heads else 0
        return self._first(range(start, len(self._lines)), pattern) or self._at(start)

    def entry(self, truth: int, key: str, value: str) -> Span:
        """An entry of a list of a truth.

        Args:
            truth: its number.
            key: of the list, relative to the truth.
        """
        heads = [number for number, line in enumerate(self._lines) if _TRUTH.match(line)]
        if truth >= len(heads):
            return self._first(range(len(self._lines)), value) or self._at(0)
        end = heads[truth + 1] if truth + 1 < len(heads) else len(self._lines)
        name = re.compile(rf"(?<![\w-]){re.escape(key.rpartition('.')[2])}\s*=")
        lines = range(heads[truth], end)
        start = next((number for number in lines if name.search(self._lines[number])), heads[truth])
        return self._first(range(start, end), value) or self._at(start)

    def _first(self, numbers: Iterable[int], value: str) -> Span | None:
        """The first of some lines that quotes a value."""
        quoted = [f"{sign}{value}{sign}" for sign in ('"', "'")]
        for number in numbers:
            for text in quoted:
                column = self._lines[number].find(text)
                if column >= 0 and not self._lines[number].lstrip().startswith("#"):
                    return Span(number + 1, column + 1, number + 1, column + 1 + len(text))
        return None

    def _at(self, number: int) -> Span:
        length = len(_stripped(self._lines, number))
        return Span(number + 1, 1, number + 1, length + 1)


def _stripped(lines: Sequence[str], number: int) -> str:
    return lines[number].rstrip() if number < len(lines) else " "

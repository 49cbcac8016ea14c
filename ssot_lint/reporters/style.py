"""Terminal colours, and text made fit for a terminal."""

from __future__ import annotations

import re

_CODES = {"bold": "1", "dim": "2", "red": "1;31", "yellow": "1;33", "green": "1;32", "blue": "1;34", "cyan": "36"}

# What is not to reach a terminal from analysed code: control characters (escape sequences among them) and the marks
# that reorder what follows, so that text would read differently from what the parser sees.
_HAZARDS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Style:
    """Paints words, or leaves them plain."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def paint(self, text: str, look: str) -> str:
        """`text` in one of the looks: bold, dim, red, yellow, green, blue, cyan."""
        return f"\033[{_CODES[look]}m{text}\033[0m" if self._colour and text else text


def harmless(text: str) -> str:
    """`text` with each character that could steer a terminal replaced by a question mark."""
    return _HAZARDS.sub("?", text)

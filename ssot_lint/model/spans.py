"""Places in a file."""

from __future__ import annotations

import msgspec


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True):
    """A half-open range of text. Lines and columns are 1-based; columns count characters, not bytes."""

    line: int
    column: int
    end_line: int
    end_column: int

"""Dotted names."""

from __future__ import annotations

from collections.abc import Iterator


def last(name: str) -> str:
    """What stands behind the last dot."""
    return name.rpartition(".")[2]


def above(name: str) -> Iterator[str]:
    """The packages that a module lies in, the nearest first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name

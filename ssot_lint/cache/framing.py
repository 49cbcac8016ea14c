"""Several byte strings as one."""

from __future__ import annotations

_LENGTH = 8


def framed(parts: list[bytes]) -> bytes:
    """The parts one after the other, with their lengths before them."""
    sizes = [len(parts), *map(len, parts)]
    return b"".join([*(size.to_bytes(_LENGTH, "little") for size in sizes), *parts])


def unframed(data: bytes) -> list[bytes]:
    """What was framed; the data is known to be whole."""
    number = int.from_bytes(data[:_LENGTH], "little")
    at = _LENGTH * (number + 1)
    parts = []
    for start in range(_LENGTH, at, _LENGTH):
        end = at + int.from_bytes(data[start:start + _LENGTH], "little")
        parts.append(data[at:end])
        at = end
    return parts

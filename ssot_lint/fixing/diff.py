"""Changes of files as a patch that `git apply` takes, byte for byte."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator

from ssot_lint.files import relative
from ssot_lint.files.ignore import git_top

_NO_LINE_END = b"\\ No newline at end of file\n"
_CONTEXT = 3
_ESCAPES = {
    ord("\a"): b"\\a", ord("\b"): b"\\b", ord("\t"): b"\\t", ord("\n"): b"\\n", ord("\v"): b"\\v", ord("\f"): b"\\f",
    ord("\r"): b"\\r", ord('"'): b'\\"', ord("\\"): b"\\\\",
}


def patch(path: str, before: bytes, after: bytes) -> bytes:
    """The patch of one file.

    Args:
        path: as `patched_as` gives it.
    """
    name = os.fsencode(path)
    old, new = _quoted(b"a/" + name), _quoted(b"b/" + name)
    tail = b"\t" if b" " in name and not old.startswith(b'"') else b""  # so that the name's end is known
    head = b"diff --git %s %s\n--- %s%s\n+++ %s%s\n" % (old, new, old, tail, new, tail)
    return head + b"".join(_hunks(before, after))


def patched_as(path: str, root: str) -> str:
    """What a patch calls a file: its path as seen from the top of the project's git repository, or from its root.

    Args:
        path: absolute, with no link in it.
    """
    real_root = os.path.realpath(root)
    top = git_top(real_root) or real_root
    return relative(path, top) or os.path.basename(path)


def _hunks(before: bytes, after: bytes) -> Iterator[bytes]:
    # Each byte as one character: nothing is lost, whatever the encoding. git ends lines at \n alone.
    old, new = (_lines(data.decode("latin-1")) for data in (before, after))
    for number, line in enumerate(difflib.unified_diff(old, new, n=_CONTEXT, lineterm="")):
        if number < 2:  # its own head
            continue
        data = line.encode("latin-1")
        if line.startswith("@@"):
            yield data + b"\n"
        else:
            yield data if data.endswith(b"\n") else data + b"\n" + _NO_LINE_END


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _quoted(name: bytes) -> bytes:
    """A name as git writes it: in quotes, with escapes, where it holds anything unusual."""
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in name):
        return name
    escaped = (
        _ESCAPES.get(byte) or (bytes((byte,)) if 32 <= byte < 127 else b"\\%03o" % byte)
        for byte in name
    )
    return b'"' + b"".join(escaped) + b'"'

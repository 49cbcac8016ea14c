"""Whether a constructor asks what its arguments are like, or takes one of two things, or a method constructs its class.

All as patterns see it, and rather once too often.
"""

from __future__ import annotations

import re

_PROBE = re.compile(rb"\b(?:hasattr|getattr|isinstance|callable|type)\b(?!\s*[:=])|\bmatch\b|\b__class__\b|_or_")
_GAP = rb"(?:[ \t\f\\\r\n]|#[^\r\n]*[\r\n])*"
_OWN = re.compile(
    rb"\b(?:cls|klass)" + _GAP + rb"(?:\)" + _GAP + rb")*\(|\b__class__\b|\btype" + _GAP + rb"(?:\)" + _GAP
    + rb")*\(" + _GAP + rb"\w+" + _GAP + rb"(?:\)" + _GAP + rb")+\("
)
_START = re.compile(rb"\bdef(?:[ \t\f]|\\\r?\n|\\\r)+(?:__init__|__new__)(?![\w\x80-\xff])|\bclassmethod\b")
_STARTING = (b"__init__", b"__new__", b"classmethod")
_DEFINITION = re.compile(rb"\bdef\b")
_NEXT = re.compile(rb"[\r\n]([ \t\f]*)(?:def|class|async|@[A-Za-z_\x80-\xff])")
_LONG_QUOTES = (b'"""', b"'''")


def constructors_probe(data: bytes) -> bool:
    """Whether `hasattr`, `isinstance` or the like stands inside `__init__`, `__new__` or a class method, or `_or_`."""
    if not any(word in data for word in _STARTING):
        return False
    for match in _START.finditer(data):
        definition = _DEFINITION.search(data, match.start())
        if definition is None:
            return False
        if _PROBE.search(data, *_body(data, definition)):
            return True
    return False


def constructs_its_own(data: bytes) -> bool:
    """Whether `cls(...)`, `type(self)(...)` or `self.__class__(...)` may stand in a content."""
    return _OWN.search(data) is not None


def _body(data: bytes, definition: re.Match[bytes]) -> tuple[int, int]:
    """The range of the function whose `def` this is."""
    line = max(data.rfind(b"\n", 0, definition.start()), data.rfind(b"\r", 0, definition.start())) + 1
    indent = data[line:definition.start()]
    width = _width(indent[:len(indent) - len(indent.lstrip())])
    for following in _NEXT.finditer(data, definition.end()):
        if _width(following[1]) <= width:
            inside = data[definition.start():following.start()]
            if any(inside.count(quotes) % 2 for quotes in _LONG_QUOTES):
                break  # that was a line of a string
            return definition.start(), following.start()
    return definition.start(), len(data)


def _width(indent: bytes) -> int:
    return len(indent.replace(b"\f", b"").expandtabs())

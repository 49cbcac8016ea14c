"""Signs of a way round a truth that stays: redirects, deprecations, members put there from outside; rather too many."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ssot_lint.scan.statements import FromImport

_DEFINITION = re.compile(rb"^(?:class|def|async[ \t]+def)[ \t]+(?!__getattr__\b|__dir__\b)[\w\x80-\xff]", re.MULTILINE)
_BY_STRING = (b"import_module", b"__import__", b"__getattr__", b"sys.modules", b"import modules", b"lazy")
_IMPORT = re.compile(rb"\bimport\b(?:[^\r\n\\]|\\\r?\n|\\\r)*")
_LONG_QUOTES = (b"'''", b'"""')
_REMOVAL = re.compile(rb"Remov\w*Warning")
_NEAR, _FAR = 160, 400

_GAP = rb"(?:[ \t\f\\\r\n)]|#[^\r\n]*[\r\n])*"
_MEMBER = re.compile(_GAP + rb"\." + _GAP + rb"[\w\x80-\xff]+" + _GAP)
_MEMBER_BEFORE = re.compile(rb"\.(?:[ \t\f\\\r\n)]|#[^\r\n]*[\r\n])*$")
_SET = re.compile(_GAP + rb"(?![(\[])")
_STORED = re.compile(rb"(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)|:")
_ASSIGNED = re.compile(rb"(?<![=!<>])=(?!=)")
_BY_NAME = re.compile(rb"(?:\b|__)(?:set|del)attr(?:\b|__)")
_AS_TARGET = re.compile(rb"\b(?:del|for|as)\b")


def defines_nothing(data: bytes) -> bool:
    """Whether a content may be without any class or function but those by which a module answers for names."""
    return not any(_is_at_margin(data, match.start()) for match in _DEFINITION.finditer(data))


def may_hand_on(data: bytes, statements: Iterable[FromImport], words: Collection[str]) -> bool:
    """Whether one of the words may be imported, as far as the statements tell, or anything by a string."""
    if any(sign in data for sign in _BY_STRING):
        return True
    for item in statements:
        named = {*item.module.split("."), *(part for pair in item.names for part in pair)}
        if not item.plain or not named.isdisjoint(words):
            return True
    encoded = [word.encode() for word in words]
    return any(word in match[0] for match in _IMPORT.finditer(data) for word in encoded)


def _is_at_margin(data: bytes, place: int) -> bool:
    """Whether a line that begins at a place is surely no part of a string, nor of the line before."""
    before = data[:place]
    outside = all(before.count(quotes) % 2 == 0 for quotes in _LONG_QUOTES)
    return outside and before[-2:-1] != b"\\" and before[-3:-2] != b"\\"


def is_own_package(modules: Iterable[str]) -> bool:
    """Whether one of the modules, as written, is the package around, by dots alone."""
    return any(not module.strip(".") for module in modules)


def speaks_of_deprecation(data: bytes) -> bool:
    """Whether anything is said to be deprecated, or to be removed."""
    return (
        b"eprecat" in data or b"EPRECAT" in data or b"FutureWarning" in data
        or (b"Warning" in data and _REMOVAL.search(data) is not None)
    )


def _is_member(data: bytes, start: int) -> bool:
    """Whether a dot stands before the name at `start`."""
    return _MEMBER_BEFORE.search(data[max(0, start - _NEAR):start]) is not None


def may_be_patched(data: bytes, start: int, end: int) -> bool:
    """Whether what the name at `start` stands for, or a member of it, may be set or deleted there."""
    if _BY_NAME.search(data, max(0, start - _NEAR), start):
        return True
    member = _MEMBER.match(data, end) or (_SET.match(data, end) if _is_member(data, start) else None)
    if member is None:
        return False
    if _STORED.match(data, member.end()) or _AS_TARGET.search(data, max(0, start - _NEAR), start):
        return True
    return data[member.end():member.end() + 1] in (b",", b"]") and bool(_ASSIGNED.search(data, end, end + _FAR))

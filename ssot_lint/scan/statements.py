"""Import and class statements as patterns see them: rather one too many (in a docstring, say) than one too few."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

_SPACE = rb"(?:[ \t\f]|\\\r?\n|\\\r)"
_MODULE = rb"(?P<module>(?:[.\w\x80-\xff]|" + _SPACE + rb")*?)"
_FROM = re.compile(
    rb"from(?<![\w\x80-\xff]from)(?=[ \t\f\\.])" + _MODULE + _SPACE
    + rb"*(?<=[ \t\f\r\n.])import(?![\w\x80-\xff])" + _SPACE
    + rb"*(?P<names>\((?:[\w\x80-\xff,*\s\\]|#[^\r\n]*[\r\n])*\)?|(?:[^\r\n;\\#]|\\\r?\n|\\\r)*)"
)
_STAR = re.compile(rb"import" + _SPACE + rb"*\*")
_ANY_CLASS = re.compile(rb"class[ \t\f\\]")
_STRING_OR_COMMENT = re.compile(rb"""\#[^\r\n]*|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'""")
_IN_BASES = re.compile(rb"(\.?)[ \t\f\\\r\n]*([A-Za-z_\x80-\xff][\w\x80-\xff]*)")
_IMPORT = re.compile(
    rb"import(?<![\w\x80-\xff]import)(?![\w\x80-\xff])"
    rb"((?:[ \t\f,\w\x80-\xff]|\\\r?\n|\\\r)*\.(?:[ \t\f,.\w\x80-\xff]|\\\r?\n|\\\r)*)"
)
_CLASS = re.compile(rb"class(?<![\w\x80-\xff]class)" + _SPACE + rb"+([\w\x80-\xff]+)" + _SPACE + rb"*[\[(]")
_COMMENT = re.compile(rb"#[^\r\n]*")
_IN_HEADER = re.compile(rb"[(\[{]|[)\]}]|" + _STRING_OR_COMMENT.pattern)
_BLANK = re.compile(rb"[ \t\f\\\r\n]+")
_NAME = re.compile(rb"[\s\\(]*([\w\x80-\xff]+|\*)(?:[\s\\]+as[\s\\]+([\w\x80-\xff]+))?[\s\\)]*")


_LONGEST_HEADER = 8_000
"""Bytes in which the bases of a class end: where they do not, it was prose, and there may be much of it."""


class FromImport(msgspec.Struct, frozen=True):
    """`from module import names`.

    Attributes:
        module: as written, without blanks.
        names: (name, alias or "").
        start, end: from the module's name to the end of the statement, in bytes.
        names_start: where the names begin.
        plain: everything in it was understood.
    """

    module: str
    names: tuple[tuple[str, str], ...]
    start: int
    end: int
    names_start: int
    plain: bool


def from_imports(data: bytes) -> Iterator[FromImport]:
    """Every `from` statement of a content, and what looks like one."""
    for match in _FROM.finditer(data):
        module = _BLANK.sub(b"", match["module"])
        if not module:
            continue
        listed = _COMMENT.sub(b"", match["names"])
        found, plain = [], not listed.startswith(b"(") or listed.endswith(b")")
        for item in listed.split(b","):
            name = _NAME.fullmatch(item)
            if name is not None:
                found.append((_text(name[1]), _text(name[2] or b"")))
            elif item.strip(b" \t\f\r\n()\\"):
                plain = False
        yield FromImport(_text(module), tuple(found), match.start("module"), match.end(), match.start("names"), plain)


def may_have_stars(data: bytes) -> bool:
    """Whether there may be star imports in a content."""
    return b"*" in data and _STAR.search(data) is not None


def may_have_classes(data: bytes) -> bool:
    """Whether there may be classes in a content."""
    return b"class" in data and _ANY_CLASS.search(data) is not None


def stars(statements: Iterable[FromImport]) -> tuple[str, ...]:
    """The modules that star imports name, as written."""
    return tuple(dict.fromkeys(item.module for item in statements if ("*", "") in item.names))


def classes(data: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The classes of a content by their names, with every name in their bases; ".x" for one behind a dot."""
    for match in _CLASS.finditer(data):
        header = _STRING_OR_COMMENT.sub(b" ", data[match.end():_end_of_header(data, match.end())])
        names = {_text(dot + name) for dot, name in _IN_BASES.findall(header)}
        if names:
            yield _text(match[1]), tuple(sorted(names))


def _end_of_header(data: bytes, start: int) -> int:
    """Where the brackets close that are open at `start`, and those that follow at once: `class A[T](B)`."""
    depth, end = 1, min(len(data), start + _LONGEST_HEADER)
    for match in _IN_HEADER.finditer(data, start, end):
        sign = match[0]
        depth += (sign in (b"(", b"[", b"{")) - (sign in (b")", b"]", b"}"))
        if depth == 0 and data[match.end():match.end() + 40].lstrip(b" \t\f\\\r\n")[:1] != b"(":
            return match.start()
    return end


def plain_imports(data: bytes) -> Iterator[str]:
    """The dotted names in every `import` statement of a content, and in what looks like one."""
    for match in _IMPORT.finditer(data):
        for item in match[1].split(b","):
            yield _text(_BLANK.sub(b"", item.partition(b" as ")[0]))


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")

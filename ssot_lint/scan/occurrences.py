"""In which surroundings a word stands, as far as its line tells: rather alarming once too often than once too seldom.

Most places where a name of the truth stands are right as they are: an import from its canonical module, a call, a
comment. Where all of a file's are, nothing can be found there, and it need not be parsed.
"""

from __future__ import annotations

import keyword
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping

from ssot_lint.scan.statements import FromImport

DYNAMIC_WORDS = frozenset({"import_module", "resolve_name", "__import__", "modules"})
"""Without one of these, nothing is imported by a string: `modules` is the table of `sys`."""

QUOTED, UNTOLD = '"', "?"
"""What a word is taken from where that is no name: a string that begins with it, or something else."""

_KEYWORDS = frozenset(word.encode() for word in (*keyword.kwlist, *keyword.softkwlist, "type", "print", "exec"))
_BINDING = frozenset({b"class", b"def", b"import", b"as", b"from", b"del", b"global", b"nonlocal", b"type", b"case"})
_CHOOSING = frozenset({b"else", b"or", b"and", b"lambda", b"return", b"yield"})
_PATH_BEFORE = re.compile(rb"(?:[\w\x80-\xff]*\.)*$")
_WORD_BEFORE = re.compile(rb"([\w\x80-\xff]+)[ \t\f]+$")
_WORD_AFTER = re.compile(rb"[ \t\f]+([\w\x80-\xff]+)")
_ASSIGNED = re.compile(rb"(?<![=!<>])=(?!=)")
_GIVEN_NAME = re.compile(rb"(?:[ \t\f\\\r\n]|#[^\r\n]*[\r\n])+as(?:[ \t\f\\\r\n]|#[^\r\n]*[\r\n])+([\w\x80-\xff]+)")
_GAP = rb"(?:[ \t\f\\\r\n]|#[^\r\n]*[\r\n])*"
_TYPES = rb"\[(?:[^()=;{}#]|#[^\r\n]*)*"  # `Box[dict[str, int]]`, and what follows, rather too much of it
_CALLED = re.compile(_GAP + rb"(?:\)" + _GAP + rb")*(?:" + _TYPES + rb")?\(")
_OWNER = re.compile(rb"(?P<owner>[\w\x80-\xff]+)(?P<gap>(?:[ \t\f]|\\\r?\n)*)$")
_OPEN_DOT = re.compile(rb"\.(?:[ \t\f\\\r\n]|#[^\r\n]*[\r\n])*$")
_IN_A_LIST = re.compile(rb"[,\[{:][ \t\r\n]*[rRuUbB]?$|[\w\])]\([ \t\r\n]*[rRuUbB]?$")  # or the first of a call
_TARGET = re.compile(
    rb"(?:^|[\r\n;])[ \t]*([A-Za-z_\x80-\xff][\w\x80-\xff]*)[ \t]*(?::[^=\r\n]*)?=[ \t]*[\w.\x80-\xff]*$"
)
_CONSTANT = re.compile(
    rb"(?:^|[\r\n;])[ \t]*[A-Za-z_\x80-\xff][\w\x80-\xff]*[ \t]*(?::[^=\r\n]*)?=(?:[ \t]|\\\r?\n|\\\r)*[rRuUbB]?$"
)
_QUOTES = (b"'", b'"')
_GOES_ON = (*_QUOTES, b".", b":", b"\\")
"""What can stand behind a name in a string that is one, or a path."""

_BEFORE_IMPORTED = (b" ", b"\t", b"\f", b"\r", b"\n", b",", b"(", b"\\")
_AFTER_IMPORTED = (b",", b")", b"\r", b"\n", b"as", b";", b"#", b"\\")
_NEAR, _FAR = 120, 4000


def owner_of(data: bytes, start: int) -> str:
    """What the word at `start` is taken from: a name, `QUOTED`, `UNTOLD`; "" where it is taken from nothing.

    What is taken from the result of a call or from an element is none: modules that come so are imported by a string.
    """
    before = data[start - 1:start]
    if before in (b"'", b'"', b":"):  # "package.module:name"
        return QUOTED
    if before == b".":
        if data[start - 2:start - 1] in _QUOTES:
            return QUOTED  # "package" ".name"
        match = _OWNER.search(data, max(0, start - _NEAR), start - 1)
        if match is None:
            return ""
        return UNTOLD if match["gap"] else match["owner"].decode("utf-8", "replace")
    if before not in (b" ", b"\t", b"\f", b"\n", b"\r"):
        return ""
    line = _line_start(data, start)
    head = data[line:start].strip()
    if head:
        return UNTOLD if head.endswith(b".") else ""
    return UNTOLD if _OPEN_DOT.search(data, max(0, line - _FAR), line) else ""


def is_constant(data: bytes, start: int, end: int) -> bool:
    """Whether what stands at `start` is the whole of a string that is assigned to a name."""
    if data[start - 1:start] not in _QUOTES or data[end:end + 1] != data[start - 1:start]:
        return False
    follows = data[end + 1:end + 2] in (b"", b"\r", b"\n", b" ", b"#", b";")
    line = _line_start(data, start)
    while data[max(0, line - 3):line].rstrip(b"\r\n").endswith(b"\\"):
        line = _line_start(data, line - 1)
    return follows and _CONSTANT.search(data, max(0, line - 1), start - 1) is not None


def may_be_imported(data: bytes, start: int, end: int) -> bool:
    """Whether what stands at `start` may be one of the names of a `from` statement."""
    if data[start - 1:start] not in _BEFORE_IMPORTED:
        return False
    after = data[end:end + _NEAR].lstrip(b" \t\f")
    return not after or after.startswith(_AFTER_IMPORTED)


def is_other_text(data: bytes, start: int, end: int) -> bool:
    """Whether what stands at `start` begins a string that names no attribute: a longer text, a key, a comparison."""
    quote = data[start - 1:start]
    if quote not in _QUOTES:
        return False
    if data[end:end + 1] != quote:
        return data[end:end + 1] not in _GOES_ON
    after = data[end + 1:end + 1 + _NEAR].lstrip(b" \t")
    if after.startswith(b":") and not after.startswith(b":="):
        return True
    before = data[max(0, start - _NEAR):start - 1].rstrip(b" \t")
    return before.endswith((b"==", b"!=")) or (before.endswith(b"[") and after.startswith(b"]"))


def is_given_a_name(data: bytes, start: int, end: int) -> bool:
    """Whether what stands at `start` may get another name: by `as`, by an assignment, by being chosen."""
    if _GIVEN_NAME.match(data, end):
        return True
    before = data[_line_start(data, start):start]
    following = data[end:end + 200].lstrip(b" \t\f")
    if following[:1] in (b".", b"(", b"[") or following.startswith(b"=") and not following.startswith(b"=="):
        return False
    previous = _WORD_BEFORE.search(before)
    if b"=" in before or (previous is not None and previous[1] in _CHOOSING):
        return True
    alone = _is_first(before)  # on a line of its own, as the last of something in brackets
    return alone and (not following or following[:1] in b"\r\n)#\\" or following.startswith((b"if ", b"or ", b"and ")))


def _is_first(before: bytes) -> bool:
    """Whether what ends a line's beginning is all of it: a word, or the dotted path that it is the last of."""
    return not _PATH_BEFORE.sub(b"", before).strip(b" \t\f(")


def names_given(data: bytes, start: int, end: int) -> Iterator[tuple[str, bool]]:
    """The names that a module whose name stands at `start` gets: by an import's `as` (True), or by an assignment."""
    match = _GIVEN_NAME.match(data, end)
    if match is not None:
        if b"import" in data[max(0, start - _NEAR * 4):start]:
            yield match[1].decode("utf-8", "replace"), True
    elif data[end:end + 1] in (b"", b"\r", b"\n", b" ", b"#"):
        target = _TARGET.search(data, max(0, _line_start(data, start) - 1), start)
        if target is not None:
            yield target[1].decode("utf-8", "replace"), False


def _line_start(data: bytes, place: int) -> int:
    start = data.rfind(b"\n", 0, place) + 1
    return max(start, data.rfind(b"\r", start, place) + 1)


def _line_end(data: bytes, place: int) -> int:
    end = data.find(b"\n", place)
    end = len(data) if end < 0 else end
    carriage = data.find(b"\r", place, end)
    return end if carriage < 0 else carriage


class Placement:
    """Judges the places of words in one content.

    Args:
        statements: its `from` statements, in their order.
        harmless: word -> the modules from which it may be imported, as written.
        own: the top-level names of the project; what is imported from elsewhere is a namesake, unless it is retired.
        retired: dotted paths of everything that is retired.
    """

    def __init__(
        self,
        data: bytes,
        statements: list[FromImport],
        harmless: Mapping[str, Collection[str]],
        own: Collection[str],
        retired: Collection[str],
    ) -> None:
        self._data = data
        self._statements = statements
        self._starts = [item.start for item in statements]
        self._harmless = harmless
        self._own = own
        self._retired = retired
        self._has_stars = any(name == "*" for item in statements for name, _ in item.names)
        self._uses_strings = any(word in data for word in (b"attr", b"patch"))

    def is_alarming(self, word: str, start: int) -> bool:
        """Whether a finding can depend on the word at `start`."""
        data, end = self._data, start + len(word.encode())
        line = _line_start(data, start)
        before = data[line:start]
        statement = self._statement_at(start)
        if statement is not None:
            return not self._is_harmless_import(word, statement, start)
        if not before.strip() and data[max(0, line - 3):line].rstrip(b"\r\n").endswith(b"\\"):
            return True  # the line before goes on here
        quoted = any(quote in before for quote in _QUOTES)
        if b"#" in before and not quoted:
            return False  # a comment
        previous, following = _WORD_BEFORE.search(before), _WORD_AFTER.match(data, end)
        if previous and previous[1] not in _KEYWORDS and not previous[1][:1].isdigit():
            return False  # prose: no code has two names side by side
        if following and following[1] not in _KEYWORDS:
            return False
        return self._is_alarming_code(before, previous[1] if previous else b"", start, end, quoted)

    def may_build(self, word: str, start: int, has_tables: bool) -> bool:
        """Whether what goes by the word at `start` may be called here, or get a name that others call it by.

        Args:
            has_tables: the module may answer for names by looking them up.
        """
        data, end = self._data, start + len(word.encode())
        statement = self._statement_at(start)
        if statement is not None:
            return start >= statement.names_start and not self._keeps_its_name(word, statement)
        line = _line_start(data, start)
        before = data[line:start]
        previous = _WORD_BEFORE.search(before)
        if b"#" in before and not any(quote in before for quote in _QUOTES):
            return False
        if previous and previous[1] not in _KEYWORDS and not previous[1][:1].isdigit():
            return False  # prose: no code has two names side by side
        if _CALLED.match(data, end):
            return not (previous and previous[1] in (b"class", b"def"))
        if has_tables or owner_of(data, start) == UNTOLD or is_given_a_name(data, start, end):
            return True
        alone = _is_first(before)  # one of several that are assigned to several names
        return alone and data[end:end + _NEAR].lstrip(b" \t\f").startswith(b",")

    def is_read(self, word: str, start: int) -> bool:
        """Whether the word at `start` may be a name that is read: no attribute, no import, no comment, no prose."""
        data, line = self._data, _line_start(self._data, start)
        before = data[line:start]
        if data[start - 1:start] == b"." or self._statement_at(start) is not None:
            return False
        if b"#" in before and not any(quote in before for quote in _QUOTES):
            return False
        previous, following = _WORD_BEFORE.search(before), _WORD_AFTER.match(data, start + len(word.encode()))
        is_prose = previous and previous[1] not in _KEYWORDS and not previous[1][:1].isdigit()
        return not is_prose and (following is None or following[1] in _KEYWORDS)

    def is_bound_at_top(self, word: str) -> bool:
        """Whether a statement at the margin surely binds the word in all of the file; none inside of a string does."""
        for item in self._statements:
            line = _line_start(self._data, item.start)
            alone = self._data[line:item.start].split() == [b"from"] and self._data[line:line + 4] == b"from"
            if alone and any((alias or name) == word for name, alias in item.names) and self._is_at_margin(line):
                return True
        definition = re.compile(rb"^(?:class|def|async[ \t]+def)[ \t]+%b\b" % re.escape(word.encode()), re.MULTILINE)
        return any(self._is_at_margin(match.start()) for match in definition.finditer(self._data))

    def _is_at_margin(self, place: int) -> bool:
        before = self._data[:place]
        outside = all(before.count(quotes) % 2 == 0 for quotes in (b"'''", b'"""'))
        return outside and before[-1:] in (b"", b"\n", b"\r") and before[-2:-1] != b"\\"

    def _is_alarming_code(self, before: bytes, previous: bytes, start: int, end: int, quoted: bool) -> bool:
        data = self._data
        if previous in _BINDING or self._has_stars or owner_of(data, start):
            return not self._is_plain_string(start, end)
        if b"import" in before or is_given_a_name(data, start, end):
            return True
        after = data[end:_line_end(data, end)]
        following = after.lstrip(b" \t\f")
        if following.startswith((b"\\", b":=")):
            return True
        if following.startswith((b".", b":")) and quoted:
            return True
        if following.startswith(b"="):
            return not following.startswith(b"==")
        if following.startswith(b":"):
            return not before.strip() or before.rstrip().endswith(b";")
        return following.startswith((b",", b")", b"]")) and _ASSIGNED.search(after) is not None

    def _is_plain_string(self, start: int, end: int) -> bool:
        """Whether the word is a string of its own in a file that reads no attributes by strings, and no constant."""
        quote, closing = self._data[start - 1:start], self._data[end:end + 1]
        if quote not in _QUOTES or closing != quote or self._uses_strings or self._has_stars:
            return False
        if self._data[end + 1:end + 80].lstrip()[:1] in _QUOTES:  # it goes on in the next string
            return False
        return _IN_A_LIST.search(self._data, max(0, start - 40), start - 1) is not None

    def _statement_at(self, place: int) -> FromImport | None:
        index = bisect_right(self._starts, place) - 1
        found = self._statements[index] if index >= 0 else None
        return found if found is not None and place < found.end else None

    def _keeps_its_name(self, word: str, statement: FromImport) -> bool:
        """Whether a `from` statement imports the word, or what is called so, under no other name."""
        others = (alias for name, alias in statement.names if name == word)
        return statement.plain and not any(alias not in ("", word) for alias in others)

    def _is_harmless_import(self, word: str, statement: FromImport, place: int) -> bool:
        """Whether the word is imported, under its own name, from where it may be, or is a namesake from outside."""
        if place < statement.names_start or not statement.plain or (word, "") not in statement.names:
            return False
        if any(word in pair and pair != (word, "") for pair in statement.names):
            return False
        module = statement.module
        if module in self._harmless.get(word, ()):
            return True
        foreign = module[0] != "." and module.partition(".")[0] not in self._own
        return foreign and not self._is_retired(f"{module}.{word}")

    def _is_retired(self, path: str) -> bool:
        while path:
            if path in self._retired:
                return True
            path = path.rpartition(".")[0]
        return False

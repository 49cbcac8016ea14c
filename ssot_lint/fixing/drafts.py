"""The text of one import statement, changed name by name, with its layout and its comments kept."""

from __future__ import annotations

import re

import msgspec

_TOKEN = re.compile(
    r"(?P<comment>#[^\r\n]*)|(?P<gap>[ \t\f]+|\\(?:\r\n|\r|\n))|(?P<newline>\r\n|\r|\n)"
    r"|(?P<word>[^\W\d]\w*)|(?P<sign>[.,()*])"
)
_LINE_END = re.compile(r"\r\n|\r|\n")


class Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    start: int
    end: int


class Item(msgspec.Struct, frozen=True):
    """One name of a statement.

    Attributes:
        name, alias: as written; `alias` is "" without one.
        start, end: offsets into the statement, of the name with its alias.
        comma: offset behind the comma that follows; -1 without one.
        above: comments on lines of their own before it.
        beside: the comment behind it, if it is the last on its line.
    """

    name: str
    alias: str
    start: int
    end: int
    comma: int = -1
    above: tuple[str, ...] = ()
    beside: str = ""

    @property
    def local(self) -> str:
        return self.alias or self.name

    @property
    def has_comments(self) -> bool:
        return bool(self.above or self.beside)


class Draft:
    """An import statement as text; every change gives another one.

    Args:
        text: from its first to its last token.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        tokens = [
            Token(str(match.lastgroup), match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)
        ]
        self._tokens = tokens
        plain = [token for token in tokens if token.kind in ("word", "sign")]
        self.is_from = plain[0].text == "from"
        start = next(index for index, token in enumerate(plain) if token.text == "import") + 1
        self.module = (plain[1].start, plain[start - 2].end) if self.is_from else (0, 0)
        self.names_start = plain[start].start
        self.parenthesised = plain[start].text == "("
        self.items = self._read(tokens)

    @property
    def written_module(self) -> str:
        """The module without the spaces that may stand between its dots."""
        return re.sub(r"\s|\\", "", self.text[slice(*self.module)])

    @property
    def head_comment(self) -> str:
        """The comment behind the opening parenthesis; "" without one."""
        inside = (token for token in self._tokens if token.start > self.names_start and token.kind != "gap")
        first = next(inside, None)
        return first.text if first is not None and first.kind == "comment" else ""

    @property
    def has_loose_comments(self) -> bool:
        """Whether a comment belongs to none of the names: behind the parenthesis, or below the last name."""
        owned = sum(len(item.above) + bool(item.beside) for item in self.items)
        return sum(token.kind == "comment" for token in self._tokens) > owned

    @property
    def is_vertical(self) -> bool:
        """Whether every name has a line of its own, between the parentheses."""
        return self.parenthesised and all(self._is_alone(item) for item in self.items)

    def _read(self, tokens: list[Token]) -> list[Item]:
        items: list[Item] = []
        words: list[Token] = []
        above: list[str] = []
        fresh = False  # nothing but space on this line so far
        for token in tokens:
            if token.start < self.names_start or token.text in ("(", ")"):
                fresh = False
            elif token.kind == "newline":
                fresh = True
            elif token.kind == "comment":
                self._note_comment(token, items, words, above, fresh)
            elif token.text == ",":
                _close(items, words, above, token.end)
                fresh = False
            elif token.kind in ("word", "sign"):
                words.append(token)
                fresh = False
        _close(items, words, above, -1)
        return items

    @staticmethod
    def _note_comment(token: Token, items: list[Item], words: list[Token], above: list[str], fresh: bool) -> None:
        if fresh:
            above.append(token.text)
        elif words:  # between the name and its comma: it stands behind the name
            _close(items, words, above, -1, token.text)
        elif items:
            items[-1] = msgspec.structs.replace(items[-1], beside=token.text)

    # --- changes

    def replaced(self, start: int, end: int, text: str) -> Draft:
        return Draft(self.text[:start] + text + self.text[end:])

    def with_module(self, module: str) -> Draft:
        return self if module == self.written_module else self.replaced(*self.module, module)

    def with_written(self, index: int, written: str) -> Draft:
        """With another text for one name and its alias."""
        item = self.items[index]
        if written == spelled(item.name, item.alias):
            return self
        return self.replaced(item.start, item.end, written)

    def without(self, index: int) -> Draft:
        """Without one name, its comma and its comments. There is at least one other name."""
        item = self.items[index]
        if self._is_alone(item) and not _LINE_END.search(self.text, item.start, item.end):
            return self._without_line(index)
        following = self.items[index + 1] if index + 1 < len(self.items) else None
        same_line = following is not None and not _LINE_END.search(self.text, item.end, following.start)
        if following is not None and (same_line or index == 0):
            return self.replaced(item.start, following.start, "")
        before = self.items[index - 1]
        if before.beside:  # the line end behind it has to stay
            return self.replaced(item.start, self._end_with_comment(item), "")
        start = before.end if item.comma < 0 else before.comma
        return self.replaced(start, self._end_with_comment(item), "")

    def with_name(self, written: str, position: int, above: tuple[str, ...] = (), beside: str = "") -> Draft:
        """With one more name at a position. Comments are taken only by a vertical statement."""
        if self.is_vertical:
            return self._with_line(written, position, above, beside)
        if position == 0:
            return self.replaced(self.items[0].start, self.items[0].start, f"{written}, ")
        before = self.items[position - 1]
        return self.replaced(before.end, before.end, f", {written}")

    def upright(self, newline: str, indent: str, step: str) -> Draft:
        """The same with every name on a line of its own. Comments that are no name's stay with the first."""
        lines = []
        for item in self.items:
            lines += [f"{indent}{step}{comment}" for comment in item.above]
            beside = f"  {item.beside}" if item.beside else ""
            lines.append(f"{indent}{step}{spelled(item.name, item.alias)},{beside}")
        head = re.sub(r"\\(?:\r\n|\r|\n)[ \t]*", "", self.text[:self.names_start])
        return Draft(newline.join((f"{head}(", *lines, f"{indent})")))

    # --- the lines of a vertical statement

    def _with_line(self, written: str, position: int, above: tuple[str, ...], beside: str) -> Draft:
        model = self.items[min(position, len(self.items) - 1)]
        start = self._line_start(model.start)
        indent = self.text[start:model.start]
        newline = self._newline_before(start)
        comment = f"  {beside}" if beside else ""
        lines = "".join(f"{indent}{text}{newline}" for text in (*above, f"{written},{comment}"))
        if position < len(self.items):
            at = start
            for _ in model.above:
                at = self._line_start(self._before_newline(at))
            return self.replaced(at, at, lines)
        draft = self
        if model.comma < 0:
            draft = self.replaced(model.end, model.end, ",")
            model = draft.items[-1]
        end = draft._end_with_comment(model)
        return draft.replaced(end, end, newline + lines[:-len(newline)])

    def _without_line(self, index: int) -> Draft:
        item = self.items[index]
        start = self._line_start(item.start)
        for _ in item.above:
            start = self._line_start(self._before_newline(start))
        match = _LINE_END.search(self.text, self._end_with_comment(item))
        return self.replaced(start, match.end() if match else len(self.text), "")

    def _is_alone(self, item: Item) -> bool:
        """Whether nothing else but its comma and its comment stands on its line."""
        start, end = self._line_start(item.start), self._end_with_comment(item)
        match = _LINE_END.search(self.text, end)
        return start > 0 and not self.text[start:item.start].strip() and match is not None and (
            not self.text[end:match.start()].strip()
        )

    def _end_with_comment(self, item: Item) -> int:
        end = max(item.comma, item.end)
        if item.beside:
            end = self.text.index(item.beside, item.end) + len(item.beside)
        return end

    def _line_start(self, offset: int) -> int:
        return max((match.end() for match in _LINE_END.finditer(self.text, 0, offset)), default=0)

    def _before_newline(self, line_start: int) -> int:
        return line_start - len(self._newline_before(line_start))

    def _newline_before(self, line_start: int) -> str:
        return "\r\n" if self.text.endswith("\r\n", 0, line_start) else self.text[line_start - 1:line_start]


def _close(items: list[Item], words: list[Token], above: list[str], comma: int, beside: str = "") -> None:
    if words:
        alias = words[-1].text if len(words) > 1 and words[-2].text == "as" else ""
        named = words[:-2] if alias else words
        name = "".join(token.text for token in named)
        items.append(Item(name, alias, words[0].start, words[-1].end, comma, tuple(above), beside))
        words.clear()
        above.clear()
    elif items and comma >= 0:
        items[-1] = msgspec.structs.replace(items[-1], comma=comma)


def spelled(name: str, alias: str) -> str:
    """A name with its alias, as a statement has it."""
    return f"{name} as {alias}" if alias else name

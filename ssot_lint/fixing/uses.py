"""Where a file uses a name that an import binds, and what is taken from it there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.task import Refusal
from ssot_lint.model.facts import Attribute, Binding, Call, Join, Name, Text, last_name

_SHOWN = re.compile(r"(?<![=!<>:])=\s*(?:![rsa])?\s*(?::[^=]*)?\Z")
_SPACE = re.compile(r"\\(?=[\r\n])|\s+")
_READING = frozenset({"getattr", "hasattr"})
_CHANGING = frozenset({"setattr", "delattr", "object"})


class Use(msgspec.Struct, frozen=True):
    """A name that is read, with the attributes that are taken from it.

    Attributes:
        place: index of the name's expression.
        chain: the places of the attributes, the inner ones first.
        bindings: what the name can mean there.
    """

    place: int
    name: str
    chain: tuple[int, ...]
    attributes: tuple[str, ...]
    bindings: tuple[Binding, ...]

    @property
    def path(self) -> str:
        return ".".join((self.name, *self.attributes))


class Asked(msgspec.Struct, frozen=True):
    """An attribute that is asked for by a string: `getattr(owner, "name")`, `mock.patch.object(owner, "name")`.

    Attributes:
        place: index of the string's expression.
        changes: whether it is changed, and not only read.
    """

    place: int
    name: str
    changes: bool


class Uses:
    """The uses of names in one file."""

    def __init__(self, manuscript: Manuscript) -> None:
        self._manuscript = manuscript
        self._module = manuscript.module

    @cached_property
    def _outer(self) -> dict[int, tuple[int, Attribute]]:
        return {item.value: (place, item) for place, item in self._module.all_of(Attribute)}

    @cached_property
    def _calls(self) -> dict[int, Call]:
        return {call.arguments[0]: call for _, call in self._module.all_of(Call) if call.arguments}

    def of(self, name: str) -> Iterator[Use]:
        """Every use of a name."""
        for place, item in self._module.all_of(Name):
            if item.id == name:
                yield self.at(place, item)

    def at(self, place: int, item: Name) -> Use:
        chain: list[tuple[int, Attribute]] = []
        while (chain[-1][0] if chain else place) in self._outer:
            chain.append(self._outer[chain[-1][0] if chain else place])
        bindings = self._module.lookup(item.id, item.block, place)
        return Use(
            place, item.id, tuple(found for found, _ in chain), tuple(item.name for _, item in chain), tuple(bindings)
        )

    def root(self, place: int) -> int:
        """The name that a chain of attributes begins with; -1 where it begins with something else."""
        while isinstance(expression := self._module.expression(place), Attribute):
            place = expression.value
        return place if isinstance(expression, Name) else -1

    def asked_by_name(self, owner: int) -> Asked | None:
        """What is asked by a string of what stands at a place."""
        call = self._calls.get(owner)
        if call is None or len(call.arguments) < 2:
            return None
        function = self._module.expression(call.function)
        text = self._module.expression(call.arguments[1])
        called = last_name(function)
        if not isinstance(text, Text) or called not in _READING | _CHANGING:
            return None
        return Asked(call.arguments[1], text.value, called in _CHANGING)

    def span(self, use: Use, length: int) -> tuple[int, int]:
        """Where a name and the first attributes behind it stand in the text.

        Raises:
            Refusal: they are not spelled out there.
        """
        first = self._module.expression(use.place)
        end = self._module.expression(use.chain[length - 1]) if length else first
        assert isinstance(first, Name) and isinstance(end, (Name, Attribute))
        lines, name = self._manuscript.lines, use.attributes[length - 1] if length else use.name
        start, stop = lines.offset(first.line, first.column), lines.offset(end.line, end.column) + len(name)
        if _SPACE.sub("", self._manuscript.text[start:stop]) != ".".join((use.name, *use.attributes[:length])):
            raise Refusal(f"`{use.path}` in line {first.line} is spelled in a way that no edit can follow")
        if self._is_shown(first.line, stop):
            raise Refusal(f"an f-string in line {first.line} shows how `{use.path}` is spelled")
        return start, stop

    def _is_shown(self, line: int, stop: int) -> bool:
        """Whether it stands in an f-string that ends its expression with `=`, and so shows its text."""
        if not any(item.line <= line <= item.end_line for _, item in self._module.all_of(Join)):
            return False
        depth = 0
        for place in range(stop, len(self._manuscript.text)):
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(self._manuscript.text[place], 0)
            if depth < 0:
                return _SHOWN.search(self._manuscript.text, stop, place) is not None
        return False

    def text_span(self, place: int) -> tuple[int, int]:
        """Where the content of a string stands in the text.

        Raises:
            Refusal: it is not written in one piece, as its value is.
        """
        text = self._module.expression(place)
        assert isinstance(text, Text)
        lines = self._manuscript.lines
        start, end = lines.offset(text.line, text.column), lines.offset(text.end_line, text.end_column)
        match = re.fullmatch(r"[rRuUbB]{0,2}('''|\"\"\"|'|\")(.*)\1", self._manuscript.text[start:end], re.DOTALL)
        if match is None or match[2] != text.value:
            raise Refusal("the string is not written in one piece")
        return start + match.start(2), start + match.end(2)

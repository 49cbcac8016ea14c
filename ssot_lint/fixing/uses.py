"""Where a file uses a name that an import binds, and what is taken from it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from ssot_lint.files.dotted import last
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.task import Refusal
from ssot_lint.index import Module
from ssot_lint.model.facts import Attribute, Binding, Call, Name, Text

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
        called = getattr(function, "name", "") or getattr(function, "id", "")
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
        return start, stop

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


def is_offered_elsewhere(manuscript: Manuscript, name: str) -> bool:
    """Whether other files take a name from this one, or `__all__` lists it, as far as can be told."""
    module, index = manuscript.module, manuscript.index
    exports = module.facts.exports
    if exports is not None and (name in exports.names or exports.dynamic):
        return True
    homes = frozenset(module.file.modules)
    lasts = {last(home) for home in homes}
    others = {item.file.path: item for word in (name, *lasts) for item in index.with_word(word)}
    return any(
        _takes(other, name, homes, lasts) for path, other in others.items() if path != module.file.path
    )


def _takes(other: Module, name: str, homes: frozenset[str], lasts: Iterable[str]) -> bool:
    for fact in other.facts.imports:
        if other.absolute(fact) in homes and fact.name in (name, "*"):
            return True
    for _, item in other.all_of(Attribute):
        if item.name == name:
            owner = other.expression(item.value)
            named = {getattr(owner, "id", ""), getattr(owner, "name", "")}
            if not named.isdisjoint(lasts) or _is_alias(other, owner, homes):
                return True
    paths = {f"{home}.{name}" for home in homes} | {f"{home}:{name}" for home in homes}
    return any(
        text.value in paths or any(text.value.startswith(f"{path}.") for path in paths)
        for _, text in other.all_of(Text)
    )


def _is_alias(other: Module, owner: object, homes: frozenset[str]) -> bool:
    local = getattr(owner, "id", "")
    for fact in other.facts.imports:
        source = other.absolute(fact)
        if local and fact.alias == local and (source in homes or f"{source}.{fact.name}" in homes):
            return True
    return False

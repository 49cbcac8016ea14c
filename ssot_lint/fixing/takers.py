"""What other files of the project take from one: its names, by imports, as attributes, and in strings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ssot_lint.files.dotted import last
from ssot_lint.index import Module, ProjectIndex
from ssot_lint.model.facts import Attribute, Text


class Takers:
    """Tells whether others need a name of one file, as far as the project's files tell.

    Args:
        module: the file.
    """

    def __init__(self, index: ProjectIndex, module: Module) -> None:
        self._index = index
        self._module = module
        self._homes = frozenset(module.file.modules)
        self._lasts = frozenset(map(last, self._homes))

    def need(self, name: str) -> bool:
        """Whether `__all__` lists a name, or another file takes it from here."""
        exports = self._module.facts.exports
        if exports is not None and (name in exports.names or exports.dynamic):
            return True
        if not self._taken.isdisjoint((name, "*")):
            return True
        return self._module.file.is_package and name in self._taken_from_inside(name)

    @cached_property
    def _taken(self) -> frozenset[str]:
        others = {item.file.path: item for word in self._lasts for item in self._index.with_word(word)}
        others.pop(self._module.file.path, None)
        return frozenset(name for other in others.values() for name in self._taken_by(other))

    def _taken_from_inside(self, name: str) -> set[str]:
        """Modules of a package need not write its name to take something from it."""
        others = (item for item in self._index.with_word(name) if item is not self._module)
        return {taken for other in others for taken in self._imported_by(other)}

    def _taken_by(self, other: Module) -> Iterator[str]:
        yield from self._imported_by(other)
        owners = self._lasts | {local for local in self._names_for_it(other)}
        for _, item in other.all_of(Attribute):
            owner = other.expression(item.value)
            if getattr(owner, "id", "") in owners or getattr(owner, "name", "") in owners:
                yield item.name
        for _, text in other.all_of(Text):
            if "." in text.value:
                yield from self._named_in(text.value)

    def _imported_by(self, other: Module) -> Iterator[str]:
        return (fact.name for fact in other.facts.imports if fact.name and other.absolute(fact) in self._homes)

    def _names_for_it(self, other: Module) -> Iterator[str]:
        """Other names that a file has for the module."""
        for fact in other.facts.imports:
            source = other.absolute(fact)
            if fact.alias and (source in self._homes or f"{source}.{fact.name}" in self._homes):
                yield fact.alias

    def _named_in(self, text: str) -> Iterator[str]:
        for home in self._homes:
            if text.startswith((f"{home}.", f"{home}:")):
                yield text[len(home) + 1:].partition(".")[0]

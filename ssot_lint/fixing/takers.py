"""What other files of the project take from one: its names, by imports, as attributes, and in strings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property

from ssot_lint.files.dotted import last
from ssot_lint.fixing.spelled import attributes_of, may_set
from ssot_lint.index import Module, ModuleTarget, ProjectIndex, Unknown
from ssot_lint.model.facts import NONE, Attribute, Call, Name, Subscript, Text, last_name


_BY_NAME = frozenset({
    "object", "setattr", "delattr", "getattr", "hasattr", "attrgetter", "multiple", "__getattribute__", "patch",
})
_SCOPES = frozenset({"locals", "vars"})
_NAMESPACES = frozenset({"globals", "eval", "exec"}) | _SCOPES


def may_take(index: ProjectIndex, other: Module, homes: Collection[str], name: str) -> bool:
    """Whether another file can take a name of a module by a way that nobody can follow, as far as that can be told.

    Args:
        homes: the names of the module.
    """
    if not (name in attributes_of(other) or may_set(index, other, name)) or not _speaks_of(other, homes):
        return False
    for _, item in other.all_of(Attribute):
        if item.name == name and _may_be(index, other, item.value, homes):
            return True
    for _, call in other.all_of(Call):
        function = other.expression(call.function)
        called = last_name(function)
        if called in _BY_NAME and _asks(index, other, call, name):
            owner = call.arguments[0] if call.arguments else dict(call.keywords).get("target", 0)
            return called == "patch" or isinstance(other.expression(owner), Text) or _may_be(index, other, owner, homes)
    return False


def _owners(module: Module) -> Iterator[str]:
    """The last names of what a file takes attributes from."""
    for _, item in module.all_of(Attribute):
        owner = module.expression(item.value)
        yield from (getattr(owner, "id", ""), getattr(owner, "name", ""))


def _heads(module: Module) -> Iterator[str]:
    """What the dotted strings of a file begin with."""
    return (text.value.partition(".")[0].partition(":")[0] for _, text in module.all_of(Text) if "." in text.value)


def _speaks_of(other: Module, homes: Collection[str]) -> bool:
    """Whether a file knows of the module: by an import, or by a string that may be its name."""
    for fact in other.facts.imports:
        source = other.absolute(fact)
        if source in homes or f"{source}.{fact.name}" in homes or any(home.startswith(f"{source}.") for home in homes):
            return True
    lasts = tuple(map(last, homes))
    return any(text.value.endswith(lasts) or text.value.startswith(tuple(homes)) for _, text in other.all_of(Text))


def _asks(index: ProjectIndex, other: Module, call: Call, name: str) -> bool:
    """Whether a call gives a name as a string, or as a keyword."""
    texts = [text for place in call.arguments for text in index.constant_texts(other, place)]
    parts = {part for text in texts for part in text.replace(":", ".").split(".")}
    for place in call.arguments:  # of what is put together, a constant part may be all that can be told
        for part in getattr(other.expression(place), "parts", ()):
            if isinstance(text := other.expression(part), Text):
                parts.update(text.value.split("."))
    return name in parts or name in dict(call.keywords)


def _may_be(index: ProjectIndex, other: Module, place: int, homes: Collection[str]) -> bool:
    """Whether an expression may be the module: it is, or nothing tells what it is."""
    targets = [found.target for found in index.reference(other, place)]
    if not targets:
        return _is_open(other, place)
    return any(isinstance(item, Unknown) or getattr(item, "module", "") in homes and isinstance(item, ModuleTarget)
               for item in targets)


def _is_open(other: Module, place: int) -> bool:
    """Whether what nobody can resolve may be a module all the same: what a call gives is none, most of the time."""
    expression = other.expression(place)
    if isinstance(expression, Call):
        function = other.expression(expression.function)
        called = last_name(function)
        return called in ("import_module", "__import__", "reload")
    return isinstance(expression, (Attribute, Subscript, Name))


def looked_up(module: Module, name: str, scope: int) -> bool:
    """Whether a file may look up one of its own names by a string: `globals()["name"]`, `eval("name")`.

    Args:
        scope: where the name is bound.
    """
    if any(isinstance(module.expression(item.index), Name) and _is_own_name(module, item.index)
           for _, item in module.all_of(Subscript)):
        return True
    calls = {call.function: (place, call) for place, call in module.all_of(Call)}
    asked = {item.value: item.index for _, item in module.all_of(Subscript)}
    for place, item in module.all_of(Name):
        if item.id not in _NAMESPACES or module.lookup(item.id, item.block, place):
            continue
        where, call = calls.get(place, (NONE, None))
        if call is None or _may_mean(module, item, call, asked.get(where, NONE), name, scope):
            return True
    return False


def _is_own_name(module: Module, place: int) -> bool:
    return getattr(module.expression(place), "id", "") == "__name__"


def _may_mean(module: Module, function: Name, call: Call, index: int, name: str, scope: int) -> bool:
    """Whether a call that reaches into a namespace can reach a name."""
    if function.id in _SCOPES and (call.arguments or module.facts.blocks[function.block].scope != scope):
        return False
    if function.id == "globals" and scope != 0:
        return False
    given = call.arguments[0] if call.arguments else index
    text = module.expression(given) if given != NONE else None
    return not isinstance(text, Text) or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text.value) is not None


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
        if not self._taken.isdisjoint((name, "*")) or self._may_take(name):
            return True
        return self._module.file.is_package and name in self._taken_from_inside(name)

    @cached_property
    def _taken(self) -> frozenset[str]:
        others = {item.file.path: item for word in self._lasts for item in self._index.with_word(word)}
        others.pop(self._module.file.path, None)
        return frozenset(name for other in others.values() for name in self._taken_by(other))

    def _may_take(self, name: str) -> bool:
        others = (other for other in self._index.with_word(name) if other is not self._module)
        return any(may_take(self._index, other, self._homes, name) for other in others)

    def _taken_from_inside(self, name: str) -> set[str]:
        """Modules of a package need not write its name to take something from it."""
        others = (item for item in self._index.with_word(name) if item is not self._module)
        return {taken for other in others for taken in self._imported_by(other)}

    def _taken_by(self, other: Module) -> Iterator[str]:
        yield from self._imported_by(other)
        owners = self._lasts | {local for local in self._names_for_it(other)}
        for _, item in other.all_of(Attribute) if not owners.isdisjoint(other.noted("owners", _owners)) else ():
            owner = other.expression(item.value)
            if getattr(owner, "id", "") in owners or getattr(owner, "name", "") in owners:
                yield item.name
        heads = {home.partition(".")[0] for home in self._homes}
        for _, text in other.all_of(Text) if not heads.isdisjoint(other.noted("heads", _heads)) else ():
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

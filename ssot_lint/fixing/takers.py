"""What other files of the project take from one: its names, by imports, as attributes, and in strings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain

from ssot_lint.files.dotted import above, last
from ssot_lint.fixing.spelled import attributes_of, may_set, names_spelled
from ssot_lint.index import Module, ModuleTarget, ProjectIndex, Unknown
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.inference import Inference
from ssot_lint.index.values import ABSENT, InstanceValue, ModuleValue, Perhaps, PlainValue
from ssot_lint.model.facts import NONE, Attribute, Call, Name, Subscript, Text, last_name


_BY_NAME = frozenset({
    "object", "setattr", "delattr", "getattr", "hasattr", "attrgetter", "multiple", "__getattribute__", "patch",
})
_SCOPES = frozenset({"locals", "vars"})
_NAMESPACES = frozenset({"globals", "eval", "exec"}) | _SCOPES
_SEPARATOR = re.compile("[.:]")


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


def _speaks_of(other: Module, homes: Collection[str]) -> bool:
    """Whether a file knows of the module: by an import, or by a string that may be its name, or end in it."""
    around = {outer for home in homes for outer in above(home)}
    if not other.noted("sources", _sources).isdisjoint(homes) or not other.noted("roots", _roots).isdisjoint(around):
        return True
    return not other.noted("paths", _paths).isdisjoint((*homes, *map(last, homes)))


def _sources(module: Module) -> Iterator[str]:
    """What a file imports from, and what it imports, as if all of it were modules."""
    for fact in module.facts.imports:
        source = module.absolute(fact)
        yield from (source, f"{source}.{fact.name}")


def _roots(module: Module) -> Iterator[str]:
    """What a file imports, as if all of it were modules: others may be reached from there by attributes."""
    for fact in module.facts.imports:
        source = module.absolute(fact)
        yield source if fact.name in ("", "*") else f"{source}.{fact.name}"


def _paths(module: Module) -> Iterator[str]:
    """What the strings of a file begin with, as far as each of their dots, and the last name of each."""
    for _, text in module.all_of(Text):
        path = text.value
        if path and not any(map(str.isspace, path)):
            ends = [match.start() for match in _SEPARATOR.finditer(path)]
            yield from (path[:end] for end in (*ends, len(path)))
            yield path[ends[-1] + 1:] if ends else path


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
        return _is_open(other, place) and not _is_something_else(index, other, place)
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


def _is_something_else(index: ProjectIndex, other: Module, place: int) -> bool:
    """Whether an expression is known to be an instance of a class, and nothing says that it may be a module as well."""
    inference = index.once(("inference",), lambda own: Inference(own, ClassIndex(own)))
    found = inference.values(other, place) - ABSENT
    known = {value.value if isinstance(value, Perhaps) else value for value in found}
    return any(isinstance(value, (InstanceValue, PlainValue)) for value in found) and not any(
        isinstance(value, ModuleValue) for value in known
    )


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
        taking = self._index.once(("taking", name), partial(_Taking, name))
        if self._is_elsewhere(taking.modules, self._homes) or self._is_elsewhere(taking.owners, self._lasts):
            return True
        others = (self._index.at(path) for path in taking.by_name if path != self._module.file.path)
        return self._is_taken_whole or any(may_take(self._index, other, self._homes, name) for other in others)

    @cached_property
    def _is_taken_whole(self) -> bool:
        return self._is_elsewhere(self._index.once(("stars",), _sources_of_stars), self._homes)

    def _is_elsewhere(self, found: Mapping[str, str], sought: Collection[str]) -> bool:
        """Whether another file has one of those that are sought."""
        own = self._module.file.path
        return any(found.get(item, own) != own for item in sought)


_Places = dict[str, str]
"""What is found -> the path of the file in which it is; "" where it is in several."""


def _sources_of_stars(index: ProjectIndex) -> _Places:
    """The modules from which everything is taken."""
    found: _Places = {}
    for other in index.importing("*"):
        _note(found, map(other.absolute, other.stars), other.file.path)
    return found


class _Taking:
    """From what the files of a project take something of one name.

    Attributes:
        modules: whole names, from imports, from attributes of what an import has another name for, and from strings.
        owners: last names of what has it as an attribute.
        by_name: files that may take it in ways that nobody can follow.
    """

    def __init__(self, name: str, index: ProjectIndex) -> None:
        self.modules: _Places = {}
        self.owners: _Places = {}
        self.by_name: list[str] = []
        for other in index.with_word(name):
            path = other.file.path
            is_attribute = name in attributes_of(other)
            if is_attribute or may_set(index, other, name):
                self.by_name.append(path)
            if is_attribute:
                self._note_attributes(other, name)
            imports = (fact for fact in other.facts.imports if fact.name == name)
            _note(self.modules, map(other.absolute, imports), path)
            if name in other.noted("spelled", names_spelled):
                texts = (_homes_in(text.value, name) for _, text in other.all_of(Text))
                _note(self.modules, chain.from_iterable(texts), path)

    def _note_attributes(self, other: Module, name: str) -> None:
        owners = set(_owners(other, name))
        _note(self.owners, owners, other.file.path)
        for fact in other.facts.imports:
            if fact.alias in owners:
                source = other.absolute(fact)
                _note(self.modules, (source, f"{source}.{fact.name}"), other.file.path)


def _note(places: _Places, found: Iterable[str], path: str) -> None:
    for item in found:
        places[item] = path if places.get(item, path) == path else ""


def _owners(module: Module, name: str) -> Iterator[str]:
    """The last names of what an attribute is taken from."""
    for _, item in module.all_of(Attribute):
        if item.name == name:
            owner = module.expression(item.value)
            yield from filter(None, (getattr(owner, "id", ""), getattr(owner, "name", "")))


def _homes_in(text: str, name: str) -> Iterator[str]:
    """What a dotted text may take a name from."""
    for match in _SEPARATOR.finditer(text) if "." in text else ():
        if text[match.end():].partition(".")[0] == name:
            yield text[:match.start()]

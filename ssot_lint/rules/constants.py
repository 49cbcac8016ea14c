"""The constants of the configuration with their values: variables, members of enumerations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from ssot_lint.index import Definition, Module, ProjectIndex
from ssot_lint.index.classes import ClassIndex
from ssot_lint.model.facts import Binding, Text
from ssot_lint.model.policy import ObjectPath
from ssot_lint.rules.declared import targets_of

_SHORTEST = 6
_PLAIN = re.compile(r"[!#-&(-\[\]-~]+( [!#-&(-\[\]-~]+)*")
"""ASCII without quotes and backslashes: it is written as it is."""

_TWO_WORDS = re.compile(r"[A-Za-z0-9][^A-Za-z0-9]+[A-Za-z0-9]|[a-z][A-Z]")


class Constant(msgspec.Struct, frozen=True):
    """A constant.

    Attributes:
        path: how it is reached.
        tail: what has to be written behind that to get the value.
    """

    path: ObjectPath
    value: str
    tail: str = ""


def constants_of(index: ProjectIndex, paths: Iterable[ObjectPath]) -> list[Constant]:
    """The constants that object paths name, as far as their values tell them from other strings."""
    classes = ClassIndex(index)
    found = (
        constant for path in paths for target in targets_of(index, path) if isinstance(target, Definition)
        for constant in _constants(index, classes, path, target)
    )
    return [constant for constant in found if is_distinctive(constant.value)]


def is_distinctive(value: str) -> bool:
    """Whether a string is no word that anybody might use: it is put together of several."""
    plain = len(value) >= _SHORTEST and _PLAIN.fullmatch(value) is not None
    return plain and _TWO_WORDS.search(value) is not None


def _constants(
    index: ProjectIndex, classes: ClassIndex, path: ObjectPath, target: Definition
) -> Iterator[Constant]:
    module = index.at(target.path)
    if target.kind == "class":
        tail = _tail(classes, target)
        scope = module.facts.classes[target.index].scope
        blocks = module.facts.blocks
        names = dict.fromkeys(item.name for item in module.facts.bindings if blocks[item.block].scope == scope)
        for name in names if tail is not None else ():
            for value in _value(module, module.all_in_scope(scope, name)):
                yield Constant(ObjectPath(path.module, f"{path.name}.{name}"), value, tail or "")
    elif target.kind == "variable" and "." not in target.name:
        yield from (Constant(path, value) for value in _value(module, module.exported(target.name)))
    elif target.kind == "variable":
        yield from _of_member(classes, module, path, target)


def _of_member(classes: ClassIndex, module: Module, path: ObjectPath, target: Definition) -> Iterator[Constant]:
    owner, _, name = target.name.rpartition(".")
    for index, fact in enumerate(module.facts.classes):
        if fact.qualname == owner:
            tail = _tail(classes, classes.of_fact(module, index)) or ""
            yield from (Constant(path, value, tail) for value in _value(module, module.all_in_scope(fact.scope, name)))


def _value(module: Module, bindings: Iterable[Binding]) -> list[str]:
    """The value of what is bound once, to a string; else nothing."""
    values = [module.expression(item.value) if item.kind == "assign" else None for item in bindings]
    return [item.value for item in values if isinstance(item, Text)] if len(values) == 1 else []


def is_enumeration(classes: ClassIndex, definition: Definition) -> bool:
    """Whether calling a class looks a member up by its value."""
    return _tail(classes, definition) is not None


def _tail(classes: ClassIndex, definition: Definition) -> str | None:
    """What gives the value of a member of an enumeration; None for a class that is none."""
    above = classes.ancestry(definition).externals
    if not any(path in ("enum.Enum", "enum.StrEnum", "enum.ReprEnum") or path.endswith(".StrEnum") for path in above):
        return None
    return "" if any(path == "builtins.str" or path.endswith("StrEnum") for path in above) else ".value"

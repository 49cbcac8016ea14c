"""Strings that are no annotations, and that `typing` reads as code all the same: `Optional["module.Name"]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ssot_lint.index import Module
from ssot_lint.index.module import parts_of
from ssot_lint.model.facts import NONE, Call, Subscript, Text

_GENERIC = frozenset({"list", "dict", "set", "frozenset", "tuple", "type", "defaultdict", "deque"})
_VALUES = frozenset({"Literal"})
_MAKING = frozenset({"TypedDict", "NamedTuple", "NewType", "ForwardRef", "TypeAliasType"})


def line_that_quotes(module: Module, path: str) -> int:
    """The line of a string that is read as code and takes something from a dotted path; 0 where there is none."""
    taken = re.compile(rf"(?<![\w.]){re.escape(path)}\s*\.")
    return next((text.line for text in _quoted(module) if taken.search(text.value)), 0)


def _quoted(module: Module) -> Iterator[Text]:
    for _, item in module.all_of(Subscript):
        if _is_of_types(module.last_name(item.value)):
            yield from _texts(module, item.index)
    for _, call in module.all_of(Call):
        if module.last_name(call.function) in _MAKING:
            for value in (*call.arguments, *(value for _, value in call.keywords)):
                yield from _texts(module, value)
    for binding in module.facts.bindings:
        if binding.annotation != NONE and module.last_name(binding.annotation) == "TypeAlias":
            yield from _texts(module, binding.value)


def _is_of_types(name: str) -> bool:
    """Whether what is taken from something by a subscript is a type: `MAPPING["key"]` is none."""
    return name in _GENERIC or (name[:1].isupper() and not (name.isupper() and len(name) > 1) and name not in _VALUES)


def _texts(module: Module, place: int) -> Iterator[Text]:
    """A string, or those in a display."""
    pending = [place]
    while pending:
        found = pending.pop()
        expression = module.expression(found) if found != NONE else None
        if isinstance(expression, Text):
            yield expression
        elif expression is not None:
            pending += [part for part in parts_of(expression) if part != NONE]

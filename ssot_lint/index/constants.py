"""Strings that are made of constants only."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Protocol

from ssot_lint.index.module import Module
from ssot_lint.index.targets import Definition, Resolution, Target
from ssot_lint.model.facts import Attribute, Binding, Choice, Join, Name, Text

_DEPTH = 8
_MOST = 8


class Resolver(Protocol):
    """What constants are followed by: the project's index."""

    def at(self, path: str) -> Module: ...

    def reference(self, module: Module, index: int) -> tuple[Resolution, ...]: ...

    def of_binding(self, module: Module, binding: Binding) -> tuple[Resolution, ...]: ...


def constant_texts(index: Resolver, module: Module, place: int, depth: int = 0) -> list[str]:
    """Every string that the expression at `place` can be; empty where that cannot be told, or where it is too many.

    Follows names to module constants, here and in other modules, f-strings and concatenations.
    """
    expression = module.expression(place)
    if depth > _DEPTH:
        return []
    if isinstance(expression, Text):
        return [expression.value]
    if isinstance(expression, Join):
        parts = [constant_texts(index, module, part, depth + 1) for part in expression.parts]
        joined = ["".join(texts) for texts in product(*parts)] if all(parts) else []
        return joined if len(joined) <= _MOST else []
    if isinstance(expression, Choice):
        options = [constant_texts(index, module, option, depth + 1) for option in expression.options]
        return [text for texts in options for text in texts] if all(options) else []
    if isinstance(expression, Name):
        return _of_name(index, module, expression, place, depth)
    if isinstance(expression, Attribute):
        return _of_definitions(index, [item.target for item in index.reference(module, place)], depth)
    return []


def _of_name(index: Resolver, module: Module, name: Name, place: int, depth: int) -> list[str]:
    bindings = module.lookup(name.id, name.block, place)
    if not bindings:
        return []
    texts: list[str] = []
    for binding in bindings:
        if binding.kind == "assign":
            found = constant_texts(index, module, binding.value, depth + 1)
        elif binding.kind == "import":
            found = _of_definitions(index, [item.target for item in index.of_binding(module, binding)], depth)
        else:
            found = []
        if not found:
            return []
        texts.extend(found)
    return texts


def _of_definitions(index: Resolver, targets: Iterable[Target], depth: int) -> list[str]:
    texts: list[str] = []
    for target in targets:
        if not isinstance(target, Definition) or target.kind != "variable":
            return []
        module = index.at(target.path)
        for binding in module.exported(target.name):
            found = constant_texts(index, module, binding.value, depth + 1) if binding.kind == "assign" else []
            if not found:
                return []
            texts.extend(found)
    return texts

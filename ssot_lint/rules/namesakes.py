"""Strings that are named after what stands beside them: `{"run_id": run_id}` is about a name, as `getattr` is."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ssot_lint.index import Module
from ssot_lint.model.facts import NONE, Attribute, Call, Mapping, Subscript
from ssot_lint.rules.emitting import last_name

_LOOKUPS = frozenset({"get", "pop", "setdefault"})


def named_after_neighbours(module: Module, wanted: Collection[str]) -> set[int]:
    """The places of some strings that equal the name of the variable, attribute or keyword beside them."""
    found = ((name, place) for name, place in _pairs(module) if name in wanted)
    return {place for name, place in found if getattr(module.expression(place), "value", None) == name}


def _pairs(module: Module) -> Iterator[tuple[str, int]]:
    """Names, each with the place of what may be a string after it."""
    for _, mapping in module.all_of(Mapping):
        for key, value in zip(mapping.keys, mapping.values, strict=True):
            if key != NONE:
                yield _name_of_value(module, value), key
    for entry in module.facts.entries:
        target = module.expression(entry.target)
        if isinstance(target, Subscript):
            yield _name_of_value(module, entry.value), target.index
    for name, value in _named_values(module):
        yield name, _key_looked_up(module, value)


def _name_of_value(module: Module, place: int) -> str:
    """What a name or an attribute calls its value; the same where a call only converts it: `str(run_id)`."""
    expression = module.expression(place)
    if isinstance(expression, Call) and len(expression.arguments) == 1 and not expression.keywords:
        return last_name(module, expression.arguments[0])
    return last_name(module, place)


def _named_values(module: Module) -> Iterator[tuple[str, int]]:
    """What is assigned or handed over under a name, with the name."""
    for binding in module.facts.bindings:
        if binding.kind == "assign" and binding.value != NONE:
            yield binding.name, binding.value
    for member in module.facts.members:
        target = module.expression(member.target)
        if isinstance(target, Attribute) and member.value != NONE:
            yield target.name, member.value
    for _, call in module.all_of(Call):
        yield from call.keywords


def _key_looked_up(module: Module, place: int) -> int:
    """The place of the key in `row["run_id"]` and `row.get("run_id")`; 0, where nothing stands, in anything else."""
    expression = module.expression(place)
    if isinstance(expression, Subscript):
        return expression.index
    if isinstance(expression, Call) and expression.arguments:
        function = module.expression(expression.function)
        if isinstance(function, Attribute) and function.name in _LOOKUPS:
            return expression.arguments[0]
    return 0

"""Strings that are named after what stands beside them: `{"run_id": run_id}` is about a name, as `getattr` is."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ssot_lint.index import Module
from ssot_lint.model.facts import NONE, Attribute, Call, Mapping, Name, Subscript, Text

_LOOKUPS = frozenset({"get", "pop", "setdefault"})


def named_after_neighbours(module: Module, wanted: Collection[str]) -> set[int]:
    """The places of some strings that equal the name of the variable, attribute or keyword beside them."""
    written = {key for key, value in _keys_with_values(module) if _text(module, key) in wanted
               and _text(module, key) == _name_of_value(module, value)}
    values = ((name, _key_looked_up(module, value)) for name, value in _named_values(module) if name in wanted)
    return written | {key for name, key in values if _text(module, key) == name}


def _keys_with_values(module: Module) -> Iterator[tuple[int, int]]:
    for _, mapping in module.all_of(Mapping):
        yield from (pair for pair in zip(mapping.keys, mapping.values, strict=True) if pair[0] != NONE)
    for entry in module.facts.entries:
        target = module.expression(entry.target)
        if isinstance(target, Subscript):
            yield target.index, entry.value


def _text(module: Module, place: int) -> str:
    text = module.expression(place)
    return text.value if isinstance(text, Text) else ""


def _name_of_value(module: Module, place: int) -> str:
    """What a variable or an attribute calls its value; the same where a call only converts it: `str(run_id)`."""
    expression = module.expression(place)
    if isinstance(expression, Call) and len(expression.arguments) == 1 and not expression.keywords:
        return module.last_name(expression.arguments[0])
    return "" if _is_defined(module, place) else module.last_name(place)


def _is_defined(module: Module, place: int) -> bool:
    """Whether a name means a function or a class, as in a table of handlers."""
    name = module.expression(place)
    bindings = module.lookup(name.id, name.block, place) if isinstance(name, Name) else ()
    return any(item.kind in ("function", "class") for item in bindings)


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

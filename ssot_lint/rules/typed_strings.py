"""Strings that a file spells out for type checkers: those of its `Literal`s, the keys of its typed dictionaries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ssot_lint.model.facts import NONE, Call, Items, Mapping, Subscript, Text
from ssot_lint.rules.context import RuleContext

_TYPED_DICT = "TypedDict"


def strings_for_types(context: RuleContext, wanted: Collection[str]) -> frozenset[str]:
    """Which of some strings type checkers ask for in a file, as far as the file itself says so."""
    found = frozenset((*_in_literals(context), *_of_calls(context), *_of_classes(context, wanted)))
    return found.intersection(wanted)


def _in_literals(context: RuleContext) -> Iterator[str]:
    module = context.module
    for _, item in module.all_of(Subscript):
        if module.last_name(item.value) == "Literal":
            index = module.expression(item.index)
            yield from _texts(context, index.items if isinstance(index, Items) else (item.index,))


def _of_calls(context: RuleContext) -> Iterator[str]:
    """The keys in `TypedDict("Message", {"kind": str})`."""
    module = context.module
    for _, call in module.all_of(Call):
        if module.last_name(call.function) == _TYPED_DICT:
            given = map(module.expression, call.arguments)
            yield from _texts(context, (key for item in given if isinstance(item, Mapping) for key in item.keys))


def _of_classes(context: RuleContext, wanted: Collection[str]) -> Iterator[str]:
    facts = context.facts
    for binding in facts.bindings:
        if binding.kind == "declare" and binding.name in wanted:
            scope = facts.scopes[facts.blocks[binding.block].scope]
            if scope.kind == "class" and _is_typed_dict(context, scope.owner):
                yield binding.name


def _is_typed_dict(context: RuleContext, index: int) -> bool:
    above = context.classes.ancestry(context.classes.of_fact(context.module, index)).externals
    return any(path.rpartition(".")[2] == _TYPED_DICT for path in above)


def _texts(context: RuleContext, places: Iterable[int]) -> Iterator[str]:
    for place in places:
        text = context.module.expression(place) if place != NONE else None
        if isinstance(text, Text):
            yield text.value

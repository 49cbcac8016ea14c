"""Whether a file may have a name in mind, told cheaply: before anybody asks what its expressions mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ssot_lint.index import Module, ProjectIndex
from ssot_lint.model.facts import NONE, Attribute, Call, Choice, Join, Text


def attributes_of(module: Module) -> frozenset[str]:
    """The names of the attributes that a file asks for or sets."""
    return module.noted("attributes", lambda _: (item.name for _, item in module.all_of(Attribute)))


def may_set(index: ProjectIndex, module: Module, name: str) -> bool:
    """Whether a file may set something: as an attribute, by a keyword, or by a string, be it a constant of another."""
    is_spelled = name in module.noted("spelled", names_spelled)
    return is_spelled or index.once(("constant", name), partial(_is_in_constant, name))


def names_spelled(module: Module) -> Iterator[str]:
    """The names that a file sets as attributes, passes by keyword, or has in a string."""
    yield from (item.name for _, item in module.all_of(Attribute) if item.context != "load")
    yield from (keyword for _, call in module.all_of(Call) for keyword, _ in call.keywords)
    for _, text in module.all_of(Text):
        yield from _names_in(text)


def _is_in_constant(name: str, index: ProjectIndex) -> bool:
    return any(name in other.noted("constants", _in_constants) for other in index.with_word(name))


def _in_constants(module: Module) -> Iterator[str]:
    """The names in strings that are given a name, from which any file may get them."""
    pending = [item.value for item in module.facts.bindings if item.kind == "assign" and item.value != NONE]
    while pending:
        expression = module.expression(pending.pop())
        if isinstance(expression, Text):
            yield from _names_in(expression)
        pending += _pieces(expression)


def _pieces(expression: object) -> Sequence[int]:
    if isinstance(expression, Join):
        return expression.parts
    return expression.options if isinstance(expression, Choice) else ()


def _names_in(text: Text) -> Iterator[str]:
    return filter(str.isidentifier, text.value.replace(":", ".").split("."))

"""Which names an expression reads from around it, and which it binds for a part of itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Reading(msgspec.Struct, frozen=True):
    """A name that is read from around an expression.

    Attributes:
        bound: names that the expression itself binds where this one stands.
        conditional: it may not be read at all: a branch, the right side of `and` and `or`.
        repeated: it is read any number of times: in a comprehension.
        deferred: it is read later, if ever: in a lambda or generator.
    """

    node: ast.Name
    bound: frozenset[str] = frozenset()
    conditional: bool = False
    repeated: bool = False
    deferred: bool = False


def free_names(expression: ast.expr) -> tuple[str, ...]:
    """The names that an expression reads and does not bind itself, each once, in the order of the text."""
    found = sorted((item.node.lineno, item.node.col_offset, item.node.id) for item in readings(expression))
    return tuple(dict.fromkeys(name for _, _, name in found))


def readings(expression: ast.expr) -> list[Reading]:
    """Every place where an expression reads a name from around it, in the order of evaluation."""
    return [item for item in _read(expression, _Place()) if item.node.id not in item.bound]


class _Place(msgspec.Struct, frozen=True):
    bound: frozenset[str] = frozenset()
    conditional: bool = False
    repeated: bool = False
    deferred: bool = False

    def maybe(self) -> _Place:
        return msgspec.structs.replace(self, conditional=True)


def _read(node: ast.AST, place: _Place) -> Iterator[Reading]:
    if isinstance(node, ast.Name):
        yield Reading(node, place.bound, place.conditional, place.repeated, place.deferred)
    elif isinstance(node, ast.Lambda):
        yield from _of_lambda(node, place)
    elif isinstance(node, COMPREHENSIONS):
        yield from _of_comprehension(node, place)
    else:
        for child, maybe in _children(node):
            yield from _read(child, place.maybe() if maybe else place)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """What is below a node, in the order of evaluation, and whether it may be left out."""
    if isinstance(node, ast.IfExp):
        yield from ((node.test, False), (node.body, True), (node.orelse, True))
    elif isinstance(node, ast.BoolOp):
        yield from ((value, bool(place)) for place, value in enumerate(node.values))
    elif isinstance(node, ast.Compare):
        yield node.left, False
        yield from ((value, bool(place)) for place, value in enumerate(node.comparators))
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values):
            yield from ((item, False) for item in (key, value) if item is not None)
    else:
        yield from ((child, False) for child in ast.iter_child_nodes(node))


def _of_lambda(node: ast.Lambda, place: _Place) -> Iterator[Reading]:
    arguments = node.args
    for default in (*arguments.defaults, *arguments.kw_defaults):
        if default is not None:
            yield from _read(default, place)
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    bound = place.bound.union(item.arg for item in named if item)
    yield from _read(node.body, _Place(bound, True, True, True))


def _of_comprehension(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, place: _Place
) -> Iterator[Reading]:
    first, *others = node.generators
    yield from _read(first.iter, place)
    targets = (name for generator in node.generators for name in ast.walk(generator.target))
    names = (item for item in targets if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store))
    bound = place.bound.union(item.id for item in names)
    inside = _Place(bound, True, True, place.deferred or isinstance(node, ast.GeneratorExp))
    for condition in first.ifs:
        yield from _read(condition, inside)
    for generator in others:
        for part in (generator.iter, *generator.ifs):
            yield from _read(part, inside)
    for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
        yield from _read(part, inside)

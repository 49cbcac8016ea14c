"""Which arguments of a call are emitted by the function that it runs: `self._say("agent_started")`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ssot_lint.index import Definition, Module
from ssot_lint.model.facts import (
    NONE, Attribute, Call, Choice, Expression, FunctionFact, Items, Mapping, Name, Starred, Subscript,
)
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.emitting import emits, is_envelope
from ssot_lint.rules.helpers import functions_called, methods_called, owner_of
from ssot_lint.rules.signatures import positional_names

_DEPTH = 8
_FARTHEST = 3

Parts = Callable[[Module, Expression], Iterable[int]]


class Forwarding:
    """Follows parameters to where they are emitted."""

    def __init__(self, context: RuleContext) -> None:
        self._context = context
        self._emitted: dict[Definition, frozenset[str]] = {}

    def passed_on(self, module: Module, call: Call, owner: Definition | None, far: int = 0) -> list[int]:
        """The places of the arguments that the functions which a call may run all emit.

        Args:
            owner: the class of which the function around the call is a method.
        """
        called = [*functions_called(self._context, module, call, owner)]
        called += methods_called(self._context, module, call, owner)
        found = [frozenset(self._given(module, call, function, far)) for function in dict.fromkeys(called)]
        return sorted(frozenset.intersection(*found)) if found else []

    def _given(self, module: Module, call: Call, function: Definition, far: int) -> Iterator[int]:
        emitted = self._parameters(function, far)
        if not emitted:
            return
        fact = self._context.index.at(function.path).facts.functions[function.index]
        names = _positional(fact, bound=fact.owner != NONE and isinstance(module.expression(call.function), Attribute))
        for place, name in zip(call.arguments, names, strict=False):
            if isinstance(module.expression(place), Starred):
                break
            if name in emitted:
                yield place
        yield from (place for name, place in call.keywords if name in emitted)

    def _parameters(self, function: Definition, far: int) -> frozenset[str]:
        """The parameters that a function emits."""
        if far >= _FARTHEST:
            return frozenset()
        if function not in self._emitted:
            self._emitted[function] = frozenset()  # a circle of calls ends here
            self._emitted[function] = frozenset(self._followed(function, far))
        return self._emitted[function]

    def _followed(self, function: Definition, far: int) -> Iterator[str]:
        module, owner = self._context.index.at(function.path), owner_of(self._context, function)
        for place in module.places_inside.get(function.index, ()):
            call = module.expression(place)
            if not isinstance(call, Call):
                continue
            given = [*call.arguments, *(value for _, value in call.keywords)]
            places = given if emits(module, call) else self.passed_on(module, call, owner, far + 1)
            for part in (part for place in places for part in parts_of(module, place, carried_by)):
                yield from _parameter(module, part, function.index)


def _parameter(module: Module, place: int, function: int) -> Iterator[str]:
    """The parameter of a function that a name means."""
    name = module.expression(place)
    for binding in module.lookup(name.id, name.block, place) if isinstance(name, Name) else ():
        scope = module.facts.blocks[binding.block].scope
        if binding.kind == "parameter" and scope == module.facts.functions[function].scope:
            yield binding.name


def _positional(fact: FunctionFact, bound: bool) -> list[str]:
    """The parameters that positional arguments go to."""
    names = positional_names(fact.parameters)
    return names[1:] if bound else names


# --- what is handed over with an expression


def parts_of(module: Module, place: int, parts: Parts, depth: int = 0) -> Iterator[int]:
    """An expression, and what is handed over with it."""
    yield place
    if depth < _DEPTH:
        for part in parts(module, module.expression(place)):
            yield from parts_of(module, part, parts, depth + 1)


def carried_by(module: Module, expression: Expression) -> Iterable[int]:
    """The items of a display, the values of a dict, each choice, what is wrapped up."""
    if isinstance(expression, Items):
        return expression.items
    if isinstance(expression, Mapping):
        return (*expression.values, *(key for key in expression.keys if key != NONE))
    if isinstance(expression, Choice):
        return expression.options
    if isinstance(expression, Call) and is_envelope(module, expression):
        function = module.expression(expression.function)
        wrapped = (function.value,) if isinstance(function, Attribute) else ()
        return (*wrapped, *expression.arguments, *(value for _, value in expression.keywords))
    return (expression.value,) if isinstance(expression, Starred) else ()


def mentioned_by(module: Module, expression: Expression) -> Iterable[int]:
    """The same, and what is looked up."""
    return (expression.index,) if isinstance(expression, Subscript) else carried_by(module, expression)

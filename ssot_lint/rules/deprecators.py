"""Decorators that deprecate what they decorate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.index import Definition, External, Module
from ssot_lint.model.facts import Call, FunctionFact, Name
from ssot_lint.rules.bridging import imported_as, is_always_made, says_deprecated, warns
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.suspicion import Suspicion

_DECORATORS = frozenset({
    "deprecated", "deprecate", "deprecated_function", "deprecated_method", "deprecated_class",
})


def is_deprecated(context: RuleContext, decorators: Iterable[int]) -> bool:
    """Whether one of the decorators deprecates what it decorates."""
    return any(_is_called_so(context, place) or _makes_it_warn(context, place) for place in decorators)


def _is_called_so(context: RuleContext, place: int) -> bool:
    place, _ = _without_arguments(context, place)
    names = _names(context, place)
    if not names.isdisjoint(_DECORATORS):
        return True
    found = context.index.reference(context.module, place) if any(map(says_deprecated, names)) else ()
    return any(isinstance(item.target, External) and item.target.path.endswith(".deprecated") for item in found)


def _without_arguments(context: RuleContext, place: int) -> tuple[int, int]:
    """What a decorator names, and how many calls of it there are."""
    calls = 0
    while isinstance(expression := context.module.expression(place), Call):
        place, calls = expression.function, calls + 1
    return place, calls


def _names(context: RuleContext, place: int) -> set[str]:
    return {context.module.last_name(place), *imported_as(context, place)}


def _makes_it_warn(context: RuleContext, place: int) -> bool:
    """Whether a decorator of the project gives a wrapper that warns whenever it is called.

    One of another file counts where its name tells: without, nothing in this file speaks of a deprecation.
    """
    place, calls = _without_arguments(context, place)
    if any(map(says_deprecated, _names(context, place))):
        targets = [item.target for item in context.index.reference(context.module, place)]
        found = [item for item in targets if isinstance(item, Definition) and item.kind == "function"]
        made = [(home := context.index.at(item.path), home.facts.functions[item.index]) for item in found]
    else:
        made = [(context.module, function) for function in _named(context.module, place)]
    for _ in range(calls + 1):
        made = [(home, inner) for home, function in made for inner in _returned(home, function)]
    return any(_always_warns(context, home, wrapper) for home, wrapper in made)


def _returned(module: Module, function: FunctionFact) -> Iterator[FunctionFact]:
    """The functions in a function that it returns by their names."""
    for place in function.returned:
        yield from _named(module, place)


def _named(module: Module, place: int) -> Iterator[FunctionFact]:
    """The functions of a file that a name means."""
    name = module.expression(place)
    for binding in module.lookup(name.id, name.block, place) if isinstance(name, Name) else ():
        if binding.kind == "function":
            yield module.facts.functions[binding.value]


def _always_warns(context: RuleContext, home: Module, function: FunctionFact) -> bool:
    own = RuleContext(home, context.knowledge, Suspicion(home, context.meanings))
    calls = home.calls_in(function.scope)
    return any(warns(own, call, ()) and is_always_made(own, function, place, call) for place, call in calls)

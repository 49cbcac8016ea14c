"""Whether the code of a class may emit more than can be told: events that are no constants, an emitter handed on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.index import Definition, Module
from ssot_lint.model.facts import (
    NONE, Attribute, Binding, Call, Choice, Expression, FunctionFact, Items, Join, Literal, Mapping, Name, Text,
)
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.emissions import Emissions, calls_in
from ssot_lint.rules.emitting import (
    emits, has_telling_text, is_carrier, is_emitting_function, is_envelope, is_event_of_any_kind, never_emits,
)
from ssot_lint.rules.helpers import functions_called, methods_called, owner_of
from ssot_lint.rules.fields import is_told_member, telling_values

_DEPTH = 6
_FARTHEST = 4
_OPAQUE = 0
"""The place of what a bare `yield` yields, and a `yield from`."""

Slot = tuple[str, int | str]
"""The name of what is called, and which of its arguments."""

_YIELDED: Slot = "yield", 0


class Untold:
    """Answers for one class.

    Args:
        lineage: the class, and what it inherits from.
    """

    def __init__(self, context: RuleContext, emissions: Emissions, lineage: Iterable[Definition]) -> None:
        self._context = context
        self._emissions = emissions
        self._methods = [
            (owner, module, index)
            for owner in lineage for module in (context.classes.fact(owner)[0],)
            for index, function in enumerate(module.facts.functions) if function.owner == owner.index
        ]
        self._calls = [
            (owner, module, call) for owner, module, index in self._methods for call in calls_in(module, index)
        ]
        self._called = {
            module.last_name(call.function) for owner, module, call in self._calls
            if any(True for _ in methods_called(context, module, call, owner))
        }

    def is_there(self) -> bool:
        """Whether an event that cannot be told goes where others go, or somebody unknown is given what emits them."""
        if any(self._hands_on(*item) for item in self._calls):
            return True
        known: set[Slot] = set()
        unknown: set[Slot] = set()
        for slot, module, place in self._given():
            if any(True for _ in self._emissions.events_at(module, place)):
                known.add(slot)
            elif self._is_untold(module, place):
                unknown.add(slot)
        if _YIELDED in known and any(self._yields_more(*item) for item in self._methods):
            return True
        return not known.isdisjoint(unknown)

    def _given(self) -> Iterator[tuple[Slot, Module, int]]:
        """What is emitted, and what is yielded."""
        for owner, module, call in self._calls:
            yield from ((slot, module, place) for slot, place in self._emitted(owner, module, call))
        for _, module, index in self._methods:
            yield from ((_YIELDED, module, place) for place in _yielded(module.facts.functions[index]))

    def _emitted(self, owner: Definition, module: Module, call: Call) -> Iterator[tuple[Slot, int]]:
        name = module.last_name(call.function)
        slots: list[tuple[int | str, int]] = [*enumerate(call.arguments), *call.keywords]
        places = {place for _, place in slots} if emits(module, call) else set(
            self._emissions.forwarding.passed_on(module, call, owner)
        )
        return (((name, slot), place) for slot, place in slots if place in places)

    # --- what others yield

    def _yields_more(self, owner: Definition | None, module: Module, index: int, far: int = 0) -> bool:
        """Whether a function hands on by `yield from` what cannot be told."""
        fact = module.facts.functions[index]
        return any(self._is_open_stream(owner, module, place, far) for place in fact.delegated)

    def _is_open_stream(self, owner: Definition | None, module: Module, place: int, far: int) -> bool:
        """Whether nobody can tell what comes out of what is iterated over."""
        call = module.expression(place)
        if not isinstance(call, Call):
            return self._is_untold(module, place)
        finders = (functions_called, methods_called)
        streams = {stream for find in finders for stream in find(self._context, module, call, owner)}
        if not streams or far > _FARTHEST:
            return not _is_above(module, call)
        return any(self._gives_untold(stream, far + 1) for stream in streams)

    def _gives_untold(self, stream: Definition, far: int) -> bool:
        module, owner = self._context.index.at(stream.path), owner_of(self._context, stream)
        fact = module.facts.functions[stream.index]
        if "generator" not in fact.traits:
            return not fact.returned or any(self._is_open_stream(owner, module, item, far) for item in fact.returned)
        places = (place for place in _yielded(fact) if not any(True for _ in self._emissions.events_at(module, place)))
        return any(self._is_untold(module, place) for place in places) or self._yields_more(
            owner, module, stream.index, far
        )

    # --- events that are no constants

    def _is_untold(self, module: Module, place: int, depth: int = 0) -> bool:
        """Whether an expression can be any event, for all that is known."""
        expression = module.expression(place) if place != NONE else None
        if isinstance(expression, (Text, Literal)) or depth > _DEPTH:
            return False
        if isinstance(expression, Name):
            return self._is_untold_name(module, expression, place, depth)
        if isinstance(expression, Attribute):
            return self._is_untold_attribute(module, expression, place, depth)
        if isinstance(expression, Join):
            return not has_telling_text(module, expression) and not self._context.index.constant_texts(module, place)
        parts = _parts(module, expression)
        if parts is None:
            return True
        texts = any(isinstance(module.expression(part), Text) for part in parts)
        told = texts and not isinstance(expression, Choice)
        return not told and any(self._is_untold(module, part, depth + 1) for part in parts)

    def _is_untold_attribute(self, module: Module, attribute: Attribute, place: int, depth: int) -> bool:
        if self._context.index.constant_texts(module, place) or is_told_member(self._context, module, attribute):
            return False
        return attribute.name not in ("name", "value") or self._is_untold(module, attribute.value, depth + 1)

    def _is_untold_name(self, module: Module, name: Name, place: int, depth: int) -> bool:
        if self._context.index.constant_texts(module, place):
            return False
        bindings = module.lookup(name.id, name.block, place)
        return not bindings or any(self._is_untold_binding(module, binding, depth) for binding in bindings)

    def _is_untold_binding(self, module: Module, binding: Binding, depth: int) -> bool:
        if binding.kind == "parameter":
            return not self._is_handed_through(module, binding.block)
        return binding.kind != "assign" or self._is_untold(module, binding.value, depth + 1)

    def _is_handed_through(self, module: Module, block: int) -> bool:
        """Whether a parameter is one of a method that is there to emit what it is given."""
        for _, function in module.functions_around(block):
            return function.name[:1] == "_" or function.name in self._called or is_emitting_function(function.name)
        return False

    # --- an emitter that is handed on

    def _hands_on(self, owner: Definition, module: Module, call: Call) -> bool:
        given = [*call.arguments, *(place for _, place in call.keywords)]
        return any(self._is_emitter(module, place) for place in given) and not self._is_understood(owner, module, call)

    def _is_emitter(self, module: Module, place: int) -> bool:
        expression = module.expression(place)
        name = module.last_name(place) if isinstance(expression, (Name, Attribute)) else ""
        return bool(name) and (is_carrier(name) or is_emitting_function(name))

    def _is_understood(self, owner: Definition, module: Module, call: Call) -> bool:
        """Whether it is known what is done with the arguments of a call, or it can be seen there."""
        name = module.last_name(call.function)
        if never_emits(name) or emits(module, call) or _is_above(module, call):
            return True
        if self._context.index.callee(module, call).startswith("builtins."):
            return True
        targets = self._context.classes.targets(module, call.function)
        if any(isinstance(target, Definition) and target.kind == "class" for target in targets):
            return True
        finders = (functions_called, methods_called)
        return any(True for find in finders for _ in find(self._context, module, call, owner))


def _is_above(module: Module, call: Call) -> bool:
    """`super().run(...)`: what a base does is looked at."""
    function = module.expression(call.function)
    owner = module.expression(function.value) if isinstance(function, Attribute) else None
    return isinstance(owner, Call) and module.last_name(owner.function) == "super"


def _yielded(fact: FunctionFact) -> list[int]:
    return [place for place in fact.yielded if place != _OPAQUE]


def _parts(module: Module, expression: Expression | None) -> list[int] | None:
    """What may be the event in what is handed over; None where that cannot be told."""
    if isinstance(expression, Choice):
        return list(expression.options)
    if isinstance(expression, Items):
        return list(expression.items)
    if isinstance(expression, Mapping):
        return telling_values(module, expression) or list(expression.values)
    if isinstance(expression, Call) and is_envelope(module, expression):
        return _wrapped_up(module, expression)
    return None


def _wrapped_up(module: Module, call: Call) -> list[int] | None:
    """An object of a class of its own (`Started(run=1)`) is an event that only the class can tell."""
    telling = telling_values(module, call)
    name = module.last_name(call.function)
    if not telling and name[:1].isupper() and not is_event_of_any_kind(name):
        return None
    return telling or [*call.arguments, *(place for _, place in call.keywords)] or None

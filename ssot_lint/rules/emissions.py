"""Which events the code of a class emits: as arguments of calls, by methods that are named after them, by `yield`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from ssot_lint.index import Definition, Module
from ssot_lint.model.facts import (
    NONE, Attribute, Call, FunctionFact, Items, Join, Mapping, Name, Subscript, Text,
)
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.emitting import (
    emits, has_telling_text, names_of_methods, never_emits, pattern_of, told_by,
)
from ssot_lint.rules.fields import told_by_class
from ssot_lint.rules.helpers import functions_called, methods_called, owner_of, run_beside, run_by_itself
from ssot_lint.rules.naming import plain
from ssot_lint.rules.forwarding import Forwarding, Parts, carried_by, mentioned_by, parts_of

_DEPTH = 8
_DEEPEST = 4
_BESIDE = 2
"""How deep what runs without being called by its name is taken to be: who leads there is no emitter by that."""


class Emission(msgspec.Struct, frozen=True):
    """An event that is emitted in a function, or that may be.

    Attributes:
        where: the function, as it is called in its file.
        method: the method of the class that leads there; empty for the body of the class.
    """

    event: str
    where: str
    certain: bool = True
    method: str = ""


class Emissions:
    """Looks for some events in the code of one project.

    Args:
        events: as the configuration lists them.

    Attributes:
        passing: which arguments functions emit.
    """

    def __init__(self, context: RuleContext, events: Iterable[str]) -> None:
        self._context = context
        self._events = {plain(event): event for event in events}
        self._texts = {event: event for event in self._events.values()}
        self.forwarding = Forwarding(context)

    def of_class(self, definition: Definition) -> Iterator[Emission]:
        """What the methods of one class emit, and what its body only mentions."""
        module, fact = self._context.classes.fact(definition)
        for index, function in enumerate(module.facts.functions):
            if function.owner == definition.index:
                for item in self._of_method(module, index, function, definition):
                    yield msgspec.structs.replace(item, method=function.name)
        yield from self._of_decorators(module, fact.decorators, fact.name)
        for binding in module.facts.bindings:
            if module.facts.blocks[binding.block].scope == fact.scope and binding.kind == "assign":
                yield from self._mentioned(module, (binding.value,), fact.name)

    def _of_method(
        self, module: Module, index: int, function: FunctionFact, owner: Definition
    ) -> Iterator[Emission]:
        event = self._named(function.name)
        if event and any(True for _ in calls_in(module, index)) and not is_left_open(module, index):
            yield Emission(event, function.qualname)
        yield from self._of_body(module, index, function.qualname, owner)
        yield from self._of_helpers(module, index, owner, set(), 1)
        yield from self._of_decorators(module, function.decorators, function.qualname)

    def _of_decorators(self, module: Module, decorators: Iterable[int], where: str) -> Iterator[Emission]:
        """What decorators are given, and what those of the project emit: they run with what they decorate."""
        for place in decorators:
            expression = module.expression(place)
            if isinstance(expression, Call):
                given = [*expression.arguments, *(value for _, value in expression.keywords)]
                yield from self._mentioned(module, given, where)
            for function in run_by_itself(self._context, module, place):
                yield from self._of_helper(function, {function}, _BESIDE)

    def _of_body(self, module: Module, index: int, where: str, owner: Definition | None) -> Iterator[Emission]:
        function = module.facts.functions[index]
        yield from self._emitted(module, function.yielded, where)
        for place in module.places_inside.get(index, ()):
            expression = module.expression(place)
            if isinstance(expression, Call):
                yield from self._of_call(module, expression, where, owner)
            elif isinstance(expression, (Items, Mapping, Subscript)):
                yield from self._mentioned(module, (place,), where)
            elif isinstance(expression, (Name, Attribute)):
                yield from self._of_constant(module, place, where)
            elif isinstance(expression, Join):
                yield from self._fitting(module, expression, where)
        inside = set(module.places_inside.get(index, ()))
        values = (item.value for item in module.facts.bindings if item.kind == "assign" and item.value in inside)
        yield from self._mentioned(module, values, where)
        yield from self._mentioned(module, function.returned, where)

    # --- calls

    def _of_call(self, module: Module, call: Call, where: str, owner: Definition | None) -> Iterator[Emission]:
        name = module.last_name(call.function)
        event = self._named(name)
        if event:
            yield Emission(event, where)
            return
        yield from self._of_signal(module, call, where)
        yield from (Emission(item, where, False) for key, item in self._events.items() if _holds(plain(name), key))
        if never_emits(name):
            return
        given = [*call.arguments, *(value for _, value in call.keywords)]
        mentioned = list(self._mentioned(module, given, where))
        yield from mentioned
        if mentioned:
            emitted = given if emits(module, call) else self.forwarding.passed_on(module, call, owner)
            yield from self._emitted(module, emitted, where)

    def _of_signal(self, module: Module, call: Call, where: str) -> Iterator[Emission]:
        """What is emitted by an object that is named after the event: `agent_started.send(self)`."""
        function = module.expression(call.function)
        if isinstance(function, Attribute) and emits(module, call):
            event = self._events.get(plain(module.last_name(function.value)), "")
            if event:
                yield Emission(event, where, False)

    def _named(self, name: str) -> str:
        """The event that a method like `notify_agent_started` emits; "" for none."""
        rest = told_by(name)
        return self._events.get(rest, "") or self._events.get(rest.removesuffix("_event"), "")

    def _of_helpers(
        self, module: Module, index: int, owner: Definition | None, seen: set[Definition], depth: int
    ) -> Iterator[Emission]:
        """What functions emit that a method calls, methods of other objects for instance.

        What these call in turn may be emitted as well, which makes nobody an emitter.
        """
        for call in calls_in(module, index):
            called = [*functions_called(self._context, module, call, owner)]
            if depth > 1:
                called += methods_called(self._context, module, call, owner)
            for function in called:
                if function not in seen:
                    seen.add(function)
                    yield from self._of_helper(function, seen, depth)
            for function in run_beside(self._context, module, call):
                if function not in seen:
                    seen.add(function)
                    yield from self._of_helper(function, seen, max(depth, _BESIDE))

    def _of_helper(self, function: Definition, seen: set[Definition], depth: int) -> Iterator[Emission]:
        home, owner = self._context.index.at(function.path), owner_of(self._context, function)
        event = self._named(function.name.rpartition(".")[2])
        if event:
            yield Emission(event, function.name, False)
        for item in self._of_body(home, function.index, function.name, owner):
            yield item if depth == 1 else msgspec.structs.replace(item, certain=False)
        if depth < _DEEPEST:
            yield from self._of_helpers(home, function.index, owner, seen, depth + 1)

    # --- values

    def events_at(self, module: Module, place: int) -> Iterator[str]:
        """The events that are handed over with an expression."""
        return self._events_in(module, (place,), mentioned_by)

    def _fitting(self, module: Module, join: Join, where: str) -> Iterator[Emission]:
        """The events, and the methods named after them, that a text which is put together from parts can be."""
        if has_telling_text(module, join):
            pattern = re.compile(pattern_of(module, join).lstrip("_"), re.DOTALL)
            for name, event in self._events.items():
                if any(map(pattern.fullmatch, (event, *names_of_methods(name)))):
                    yield Emission(event, where, False)

    def _emitted(self, module: Module, places: Iterable[int], where: str) -> Iterator[Emission]:
        for event in self._events_in(module, places, carried_by):
            yield Emission(event, where)

    def _mentioned(self, module: Module, places: Iterable[int], where: str) -> Iterator[Emission]:
        for event in self._events_in(module, places, mentioned_by):
            yield Emission(event, where, False)

    def _events_in(self, module: Module, places: Iterable[int], parts: Parts) -> Iterator[str]:
        for place in places:
            for part in parts_of(module, place, parts):
                event = self._event_at(module, part)
                if event:
                    yield event

    def _event_at(self, module: Module, place: int) -> str:
        expression = module.expression(place)
        if isinstance(expression, Text):
            return self._texts.get(expression.value, "")
        if isinstance(expression, Attribute) and expression.name in ("value", "name"):
            return self._event_at(module, expression.value)
        if isinstance(expression, Call):
            return self._event_of_object(module, expression)
        if not isinstance(expression, (Name, Attribute)):
            return ""
        name = module.last_name(place)
        if name.isupper() and plain(name) in self._events:
            return self._events[plain(name)]
        texts = set(self._context.index.constant_texts(module, place)) or set(self._member(module, place))
        return self._texts.get(texts.pop(), "") if len(texts) == 1 else ""

    def _event_of_object(self, module: Module, call: Call) -> str:
        """The event that an object is by its class: `Started()`, where that has `type: str = "agent_started"`."""
        if not module.last_name(call.function)[:1].isupper():
            return ""
        found = (self._event_at(home, place) for home, place in told_by_class(self._context, module, call))
        return next(filter(None, found), "")

    def _member(self, module: Module, place: int) -> Iterator[str]:
        """The text that a member of an enumeration, or another constant of a class, stands for."""
        attribute = module.expression(place)
        owners = self._context.classes.targets(module, attribute.value) if isinstance(attribute, Attribute) else ()
        for owner in owners:
            if isinstance(owner, Definition) and owner.kind == "class" and isinstance(attribute, Attribute):
                home = self._context.index.at(owner.path)
                for binding in self._context.classes.own_bindings(owner, attribute.name):
                    text = home.expression(binding.value) if binding.kind == "assign" else None
                    if isinstance(text, Text):
                        yield text.value

    def _of_constant(self, module: Module, place: int, where: str) -> Iterator[Emission]:
        """The events in a list of the project that is used: whoever goes through it may emit each of them."""
        if not module.last_name(place).isupper():
            return
        for target in self._context.classes.targets(module, place):
            if isinstance(target, Definition) and target.kind == "variable":
                home = self._context.index.at(target.path)
                values = (item.value for item in home.exported(target.name) if item.kind == "assign")
                lists = [value for value in values if value != NONE and not isinstance(home.expression(value), Text)]
                yield from self._mentioned(home, lists, where)


def is_left_open(module: Module, index: int) -> bool:
    """Whether all that a function does is to say that it is not implemented."""
    places = [module.expression(place) for place in module.places_inside.get(index, ())]
    names = {item.id for item in places if isinstance(item, Name)}
    return names == {"NotImplementedError"} and not any(isinstance(item, Attribute) for item in places)


def calls_in(module: Module, index: int) -> Iterator[Call]:
    """The calls inside of a function."""
    for place in module.places_inside.get(index, ()):
        call = module.expression(place)
        if isinstance(call, Call):
            yield call


def _holds(name: str, event: str) -> bool:
    return f"_{event}_" in f"_{name}_"

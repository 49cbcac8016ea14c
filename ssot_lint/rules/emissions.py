"""Which events the code of a class emits: as arguments of calls, by methods that are named after them, by `yield`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from ssot_lint.index import Definition, Module
from ssot_lint.model.facts import (
    NONE, Attribute, Call, Choice, FunctionFact, Items, Mapping, Name, Starred, Subscript, Text,
)
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.helpers import functions_called

_VERBS = (
    "notify", "emit", "send", "publish", "fire", "dispatch", "broadcast", "trigger", "push", "raise", "announce",
    "signal",
)
_NO_EMISSION = re.compile(
    r"(?:^|_)(?:on|once|off|is|has|get|set|add_handler|handle|handler|handlers|listen|listener|listeners|subscribe|"
    r"unsubscribe|register|unregister|connect|disconnect|callback|callbacks|hook|wait|wait_for|expect|assert\w*|count|"
    r"index|remove|discard|pop|setdefault|startswith|endswith|find|split|join|replace|format|strip|lower|upper|encode|"
    r"isinstance|getattr|hasattr|setattr|len|str|repr|print|log|logger|debug|info|warn|warning|error|exception|"
    r"critical|patch|getlogger|compile|match|search|filter|sorted|enumerate|zip|range|set|frozenset|cast|typevar)$"
)
"""The last words of the names of functions that take the name of an event for another reason than to emit it."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DEPTH = 8


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
    """

    def __init__(self, context: RuleContext, events: Iterable[str]) -> None:
        self._context = context
        self._events = {plain(event): event for event in events}
        self._texts = {event: event for event in self._events.values()}

    def of_class(self, definition: Definition) -> Iterator[Emission]:
        """What the methods of one class emit, and what its body only mentions."""
        module, fact = self._context.classes.fact(definition)
        for index, function in enumerate(module.facts.functions):
            if function.owner == definition.index:
                for item in self._of_method(module, index, function, definition):
                    yield msgspec.structs.replace(item, method=function.name)
        for binding in module.facts.bindings:
            if module.facts.blocks[binding.block].scope == fact.scope and binding.kind == "assign":
                yield from self._mentioned(module, (binding.value,), fact.name)

    def _of_method(
        self, module: Module, index: int, function: FunctionFact, owner: Definition
    ) -> Iterator[Emission]:
        places = module.places_inside.get(index, ())
        calls = any(isinstance(module.expression(place), Call) for place in places)
        event = self._named(function.name)
        if event and calls:
            yield Emission(event, function.qualname)
        yield from self._of_body(module, index, function.qualname)
        yield from self._of_helpers(module, index, owner)

    def _of_body(self, module: Module, index: int, where: str) -> Iterator[Emission]:
        function = module.facts.functions[index]
        yield from self._emitted(module, function.yielded, where)
        for place in module.places_inside.get(index, ()):
            expression = module.expression(place)
            if isinstance(expression, Call):
                yield from self._of_call(module, expression, where)
            elif isinstance(expression, (Items, Mapping, Subscript)):
                yield from self._mentioned(module, (place,), where)
            elif isinstance(expression, (Name, Attribute)):
                yield from self._of_constant(module, place, where)
        inside = set(module.places_inside.get(index, ()))
        values = (item.value for item in module.facts.bindings if item.kind == "assign" and item.value in inside)
        yield from self._mentioned(module, values, where)
        yield from self._mentioned(module, function.returned, where)

    # --- calls

    def _of_call(self, module: Module, call: Call, where: str) -> Iterator[Emission]:
        name = _last_name(module, call.function)
        event = self._named(name)
        if event:
            yield Emission(event, where)
            return
        yield from (Emission(item, where, False) for key, item in self._events.items() if _holds(plain(name), key))
        given = [*call.arguments, *(value for _, value in call.keywords)]
        if _NO_EMISSION.search(plain(name)):
            return
        yield from self._emitted(module, given, where)

    def _named(self, name: str) -> str:
        """The event that a method like `notify_agent_started` emits; "" for none."""
        verb, _, rest = plain(name).partition("_")
        return self._events.get(rest, "") or self._events.get(rest.removesuffix("_event"), "") if verb in _VERBS else ""

    def _of_helpers(self, module: Module, index: int, owner: Definition) -> Iterator[Emission]:
        """What functions emit that a method calls: methods of other objects, and functions of the project."""
        for place in module.places_inside.get(index, ()):
            call = module.expression(place)
            for function in functions_called(self._context, module, call, owner) if isinstance(call, Call) else ():
                home = self._context.index.at(function.path)
                yield from self._of_body(home, function.index, function.name)

    # --- values

    def _emitted(self, module: Module, places: Iterable[int], where: str) -> Iterator[Emission]:
        for place in places:
            for part in _parts(module, place, 0):
                event = self._event_at(module, part)
                if event:
                    yield Emission(event, where)

    def _mentioned(self, module: Module, places: Iterable[int], where: str) -> Iterator[Emission]:
        for item in self._emitted(module, places, where):
            yield Emission(item.event, item.where, False)

    def _event_at(self, module: Module, place: int) -> str:
        expression = module.expression(place)
        if isinstance(expression, Text):
            return self._texts.get(expression.value, "")
        if isinstance(expression, Attribute) and expression.name in ("value", "name"):
            return self._event_at(module, expression.value)
        if not isinstance(expression, (Name, Attribute)):
            return ""
        name = _last_name(module, place)
        if name.isupper() and plain(name) in self._events:
            return self._events[plain(name)]
        texts = set(self._context.index.constant_texts(module, place)) or set(self._member(module, place))
        return self._texts.get(texts.pop(), "") if len(texts) == 1 else ""

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
        if not _last_name(module, place).isupper():
            return
        for target in self._context.classes.targets(module, place):
            if isinstance(target, Definition) and target.kind == "variable":
                home = self._context.index.at(target.path)
                values = (item.value for item in home.exported(target.name) if item.kind == "assign")
                lists = [value for value in values if value != NONE and not isinstance(home.expression(value), Text)]
                yield from self._mentioned(home, lists, where)


def plain(name: str) -> str:
    """`AgentStarted`, `agent-started` and `_agent_started` alike."""
    return re.sub(r"\W+", "_", _HUMP.sub("_", name)).strip("_").lower()


def _holds(name: str, event: str) -> bool:
    return f"_{event}_" in f"_{name}_"


def _last_name(module: Module, place: int) -> str:
    expression = module.expression(place)
    return getattr(expression, "id", "") or getattr(expression, "name", "")


def _parts(module: Module, place: int, depth: int) -> Iterator[int]:
    """What is handed over with an expression: itself, the items of a display, the values of a dict, each choice."""
    yield place
    expression = module.expression(place)
    if depth < _DEPTH:
        for part in _parts_of(expression):
            yield from _parts(module, part, depth + 1)


def _parts_of(expression: object) -> Iterable[int]:
    if isinstance(expression, Items):
        return expression.items
    if isinstance(expression, Mapping):
        return (*expression.values, *(key for key in expression.keys if key != NONE))
    if isinstance(expression, Choice):
        return expression.options
    if isinstance(expression, Subscript):
        return (expression.index,)
    return (expression.value,) if isinstance(expression, Starred) else ()

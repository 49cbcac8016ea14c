"""What tells of an object which event it is: a key, a field or a member of its class."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition, Module
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, Literal, Mapping, Text
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.helpers import is_self
from ssot_lint.rules.naming import plain

_TELLING = ("event", "event_type", "event_name", "type", "kind", "name", "topic")
_ENUMERATIONS = ("enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag")


def telling_values(module: Module, expression: Mapping | Call) -> list[int]:
    """The value of the key or keyword that says which event something is: `{"type": ...}`, `Event(kind=...)`."""
    given: dict[str, int] = {}
    if isinstance(expression, Call):
        given = {plain(name): place for name, place in expression.keywords}
    else:
        for key, place in zip(expression.keys, expression.values, strict=True):
            text = module.expression(key) if key != NONE else None
            if isinstance(text, Text):
                given[plain(text.value)] = place
    return next(([given[key]] for key in _TELLING if key in given), [])


def told_by_class(context: RuleContext, module: Module, call: Call) -> Iterator[tuple[Module, int]]:
    """Where the class of an object that is constructed says which event it is: `type: str = "agent_started"`."""
    for target in context.classes.targets(module, call.function):
        if isinstance(target, Definition) and target.kind == "class":
            for key in _TELLING:
                for home, binding in _bound(context, target, key):
                    if binding.kind == "assign":
                        yield home, binding.value


def is_told_member(context: RuleContext, module: Module, attribute: Attribute) -> bool:
    """Whether an attribute is a member of a class of the project that is a constant, as those of enumerations are."""
    found = [
        _is_constant(context, owner, home, binding)
        for owner in _owners(context, module, attribute) for home, binding in _bound(context, owner, attribute.name)
    ]
    return bool(found) and all(found)


def _owners(context: RuleContext, module: Module, attribute: Attribute) -> Iterator[Definition]:
    if is_self(module, attribute.value) and attribute.name.isupper():
        owner = module.enclosing_class(attribute.block)
        yield from () if owner == NONE else (context.classes.of_fact(module, owner),)
    for target in context.classes.targets(module, attribute.value):
        if isinstance(target, Definition) and target.kind == "class":
            yield target


def _bound(context: RuleContext, definition: Definition, name: str) -> list[tuple[Module, Binding]]:
    """How the nearest class that has a member binds it."""
    for item in context.classes.lineage(definition):
        bindings = context.classes.own_bindings(item, name)
        if bindings:
            return [(context.index.at(item.path), binding) for binding in bindings]
    return []


def _is_constant(context: RuleContext, owner: Definition, home: Module, binding: Binding) -> bool:
    if binding.kind != "assign":
        return False
    value = home.expression(binding.value)
    if isinstance(value, Call):  # `auto()`
        return any(path in _ENUMERATIONS for path in context.classes.ancestry(owner).externals)
    return isinstance(value, (Text, Literal)) or bool(context.index.constant_texts(home, binding.value))

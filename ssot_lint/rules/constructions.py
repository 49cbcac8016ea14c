"""Calls that build a truth: by its name or an alias, by a subclass, by `cls(...)` and its kin, by a factory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from ssot_lint.index import Definition, Module, Target
from ssot_lint.index.values import AwaitableValue, ClassValue, FunctionValue, InstanceValue, over
from ssot_lint.model.facts import NONE, Attribute, Call, FunctionFact, Name, Subscript
from ssot_lint.model.policy import ObjectPath, Policy, Truth
from ssot_lint.model.spans import Span
from ssot_lint.model.triggers import Triggers
from ssot_lint.rules.context import RuleContext, span_of, span_of_name

_OWN_CLASS = frozenset({"cls", "klass"})


class Construction(msgspec.Struct, frozen=True):
    """A call that builds an instance of a truth or of a subclass.

    Attributes:
        definition: the class, or the factory.
        own: it is the class in whose methods the call stands, which may be a subclass at run time: `cls(...)`.
    """

    place: int
    call: Call
    definition: Definition
    own: bool = False


def triggers_of_building(truths: Iterable[Truth], factories: bool = False) -> Triggers:
    """What has to stand in a file that builds one of some truths."""
    chosen = [truth for truth in truths if truth.canonical.name]
    listed = frozenset(path for truth in chosen for path in truth.factories) if factories else frozenset()
    canonical = frozenset(truth.canonical for truth in chosen)
    return Triggers(built=canonical | listed, makers=listed, homes=canonical)


def truths_with(policy: Policy, key: str) -> list[Truth]:
    """The truths that may be classes, and for which the configuration gives a key."""
    return [truth for truth in policy.truths if truth.canonical.name and getattr(truth, key)]


def constructions(context: RuleContext) -> Iterator[Construction]:
    """Every call in the file that constructs one class which can be told, whichever it is."""
    for place, call in context.module.all_of(Call):
        found = construction_at(context, place, call)
        if found is not None and found.definition.kind == "class":
            yield found


def construction_at(context: RuleContext, place: int, call: Call) -> Construction | None:
    """What a call constructs, or the function that it calls, where that is one thing."""
    owner = own_class(context, call.function)
    if owner is not None:
        return Construction(place, call, owner, True)
    named = _without_types(context, call.function)
    if not context.suspicion.may_build(named):
        return None
    targets = context.classes.targets(context.module, named)
    if named != call.function and not _is_generic(context, call.function, targets):
        return None
    if len(set(targets)) == 1 and isinstance(targets[0], Definition):
        return Construction(place, call, targets[0])
    method = _method_called(context, call.function) if not targets else None
    return None if method is None else Construction(place, call, method)


def _without_types(context: RuleContext, place: int) -> int:
    """The place of `Box` in `Box[int]`."""
    expression = context.module.expression(place)
    return expression.value if isinstance(expression, Subscript) else place


def _is_generic(context: RuleContext, place: int, targets: tuple[Target, ...]) -> bool:
    """Whether a class with something in brackets is the class itself."""
    return [ClassValue(target) for target in targets if isinstance(target, Definition)] == [
        value if isinstance(value, ClassValue) else None for value in context.values(place)
    ]


def _method_called(context: RuleContext, place: int) -> Definition | None:
    """The method that is called on a class by its name: `Engine.create`."""
    attribute = context.module.expression(place)
    owners = context.classes.targets(context.module, attribute.value) if isinstance(attribute, Attribute) else ()
    if len(owners) != 1 or not isinstance(attribute, Attribute) or getattr(owners[0], "kind", "") != "class":
        return None
    return _method(context, owners[0], attribute.name) if isinstance(owners[0], Definition) else None


def _method(context: RuleContext, definition: Definition, name: str) -> Definition | None:
    for owner in context.classes.lineage(definition):
        for binding in context.classes.own_bindings(owner, name):
            return Definition(owner.module, f"{owner.name}.{name}", binding.kind, owner.path, binding.value)
    return None


def is_of(context: RuleContext, truth: Truth, definition: Definition) -> bool:
    """Whether a class is the truth or inherits from it."""
    identities = context.catalogue.identities[truth.name]
    return definition.kind == "class" and any(item in identities for item in context.classes.lineage(definition))


def is_factory(context: RuleContext, truth: Truth, definition: Definition) -> bool:
    """Whether a function or class is one of a truth's factories."""
    for path in truth.factories:
        if path == ObjectPath(definition.module, definition.name) or definition in context.catalogue.targets(path):
            return True
    return False


def factory_method(context: RuleContext, truth: Truth, call: Call) -> Definition | None:
    """The method that a call runs on a class or an object, where it is a factory, or one of a factory class."""
    attribute = context.module.expression(call.function)
    if not isinstance(attribute, Attribute) or not context.suspicion.may_build(call.function):
        return None
    values = context.values(attribute.value)
    if len(values) != 1 or not isinstance(value := next(iter(values)), (ClassValue, InstanceValue)):
        return None
    method = _method(context, value.definition, attribute.name)
    if method is None or method.kind != "function":
        return None
    return method if is_factory(context, truth, method) or _is_of_factory_class(context, truth, method) else None


def _is_of_factory_class(context: RuleContext, truth: Truth, method: Definition) -> bool:
    owner = context.index.at(method.path).facts.functions[method.index].owner
    definition = context.classes.of_fact(context.index.at(method.path), owner)
    return is_factory(context, truth, definition) and gives(context, truth, method)


def gives(context: RuleContext, truth: Truth, function: Definition) -> bool:
    """Whether a function of the project gives an instance of a truth, at once or when it is awaited."""
    values = context.knowledge.inference.returned(FunctionValue(function))
    results = over(values, lambda value: value.values if isinstance(value, AwaitableValue) else frozenset({value}))
    return any(isinstance(value, InstanceValue) and is_of(context, truth, value.definition) for value in results)


def called(context: RuleContext, call: Call) -> tuple[Span, str]:
    """Where the name of what is called stands, and the name."""
    function = context.module.expression(_without_types(context, call.function))
    if isinstance(function, Name):
        return span_of_name(function, function.id), function.id
    if isinstance(function, Attribute):
        return span_of_name(function, function.name), function.name
    return span_of(call), "type(...)"


def shown(context: RuleContext, truth: Truth, built: Construction) -> str:
    """What is constructed, for a message: the truth, or the name of a subclass."""
    if built.definition in context.catalogue.identities[truth.name]:
        return f"the truth `{truth.name}`"
    return f"`{built.definition.name}`, a subclass of the truth `{truth.name}`,"


# --- a class constructs itself


def own_class(context: RuleContext, place: int) -> Definition | None:
    """The class of the method in which it stands, where an expression means that: `cls`, `type(x)`, `x.__class__`."""
    expression = context.module.expression(place)
    on_class = isinstance(expression, Name) and expression.id in _OWN_CLASS
    subject = place if on_class else _instance(context.module, expression)
    method = _method_of(context, subject) if subject != NONE else None
    if method is None:
        return None
    effect = context.knowledge.inference.decorators.effect(context.module, method)
    if effect.static or effect.bound_to_class != on_class:
        return None
    return context.classes.of_fact(context.module, method.owner)


def _instance(module: Module, function: object) -> int:
    """The place of `x` in `type(x)` and `x.__class__`."""
    if isinstance(function, Attribute) and function.name == "__class__":
        return function.value
    if isinstance(function, Call) and len(function.arguments) == 1:
        asked = module.expression(function.function)
        if isinstance(asked, Name) and asked.id == "type" and not module.lookup("type", asked.block, function.function):
            return function.arguments[0]
    return NONE


def _method_of(context: RuleContext, place: int) -> FunctionFact | None:
    """The method of which the name at a place is the first parameter."""
    name = context.module.expression(place)
    bindings = context.module.lookup(name.id, name.block, place) if isinstance(name, Name) else []
    if len(bindings) != 1 or bindings[0].kind != "parameter" or bindings[0].value:
        return None
    scope = context.facts.scopes[context.facts.blocks[bindings[0].block].scope]
    method = context.facts.functions[scope.owner]
    return method if method.owner != NONE else None

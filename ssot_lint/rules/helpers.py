"""Which function a call runs on another object, as far as the code beside it tells: nobody else is asked."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition, Module
from ssot_lint.model.facts import NONE, Attribute, Call, Choice, Name, Subscript
from ssot_lint.rules.context import RuleContext

_DEPTH = 4


def functions_called(
    context: RuleContext, module: Module, call: Call, owner: Definition | None
) -> Iterator[Definition]:
    """The functions of the project that a call in a function may run; methods of its own class are left out.

    Args:
        owner: the class of which the function is a method.
    """
    function = module.expression(call.function)
    for target in context.classes.targets(module, call.function):
        if isinstance(target, Definition) and target.kind == "function":
            yield target
    if isinstance(function, Attribute):
        for helper in _classes_of(context, module, function.value, owner, 0):
            yield from _method(context, helper, function.name)


def methods_called(
    context: RuleContext, module: Module, call: Call, owner: Definition | None
) -> Iterator[Definition]:
    """The methods of its own class, or of what that inherits from, that a call in a method may run."""
    function = module.expression(call.function)
    if owner is not None and isinstance(function, Attribute) and is_self(module, function.value):
        yield from _method(context, owner, function.name)


def run_beside(context: RuleContext, module: Module, call: Call) -> Iterator[Definition]:
    """The functions of the project that may run because of a call, without being called by their names.

    These are the special methods of what it constructs (`with Finisher(bus):`), and the functions that it is given
    (`add_done_callback(finish)`).
    """
    for helper in _named(context, module, call.function):
        yield from _special_methods(context, helper)
    for place in (*call.arguments, *(value for _, value in call.keywords)):
        yield from _functions_named(context, module, place)


def run_by_itself(context: RuleContext, module: Module, decorator: int) -> Iterator[Definition]:
    """The functions of the project that a decorator runs."""
    expression = module.expression(decorator)
    place = expression.function if isinstance(expression, Call) else decorator
    yield from _functions_named(context, module, place)
    for helper in _named(context, module, place):
        yield from _special_methods(context, helper)


def _functions_named(context: RuleContext, module: Module, place: int) -> Iterator[Definition]:
    if isinstance(module.expression(place), (Name, Attribute)):
        for target in context.classes.targets(module, place):
            if isinstance(target, Definition) and target.kind == "function":
                yield target


def _special_methods(context: RuleContext, definition: Definition) -> Iterator[Definition]:
    """The methods of a class that Python calls: `__init__`, `__exit__`, `__call__` ..."""
    for item in context.classes.lineage(definition):
        for index, function in enumerate(context.index.at(item.path).facts.functions):
            if function.owner == item.index and function.name.startswith("__") and function.name.endswith("__"):
                yield Definition(item.module, function.qualname, "function", item.path, index)


def owner_of(context: RuleContext, function: Definition) -> Definition | None:
    """The class of which a function is a method."""
    module = context.index.at(function.path)
    owner = module.facts.functions[function.index].owner
    return None if owner == NONE else context.classes.of_fact(module, owner)


def _method(context: RuleContext, definition: Definition, name: str) -> Iterator[Definition]:
    for item in context.classes.lineage(definition):
        bindings = context.classes.own_bindings(item, name)
        for binding in bindings:
            if binding.kind == "function":
                yield Definition(item.module, f"{item.name}.{name}", "function", item.path, binding.value)
        if bindings:
            return


def _classes_of(
    context: RuleContext, module: Module, place: int, owner: Definition | None, depth: int
) -> Iterator[Definition]:
    """The classes of which an expression may be an instance: what is constructed here, or declared so."""
    expression = module.expression(place) if place != NONE and depth < _DEPTH else None
    if isinstance(expression, Call):
        yield from _named(context, module, expression.function)
    elif isinstance(expression, Choice):
        for option in expression.options:
            yield from _classes_of(context, module, option, owner, depth + 1)
    elif isinstance(expression, Name):
        for binding in module.lookup(expression.id, expression.block, place):
            yield from _declared(context, module, binding.annotation)
            if binding.kind == "assign":
                yield from _classes_of(context, module, binding.value, owner, depth + 1)
    elif owner is not None and isinstance(expression, Attribute) and is_self(module, expression.value):
        yield from _kept(context, owner, expression.name, depth)


def _kept(context: RuleContext, owner: Definition, name: str, depth: int) -> Iterator[Definition]:
    """The classes of which an attribute of `self` may be an instance."""
    for item in context.classes.lineage(owner):
        module, _ = context.classes.fact(item)
        for assignment in context.classes.assignments(item, name):
            yield from _declared(context, module, assignment.annotation)
            yield from _classes_of(context, module, assignment.value, item, depth + 1)
        for binding in context.classes.own_bindings(item, name):
            yield from _declared(context, module, binding.annotation)


def _declared(context: RuleContext, module: Module, annotation: int) -> Iterator[Definition]:
    expression = module.expression(annotation) if annotation != NONE else None
    if isinstance(expression, Choice):
        for option in expression.options:
            yield from _declared(context, module, option)
    elif isinstance(expression, Subscript):  # `Optional[Emitter]`
        yield from _declared(context, module, expression.index)
    elif isinstance(expression, (Name, Attribute)):
        yield from _named(context, module, annotation)


def _named(context: RuleContext, module: Module, place: int) -> Iterator[Definition]:
    for target in context.classes.targets(module, place):
        if isinstance(target, Definition) and target.kind == "class":
            yield target


def is_self(module: Module, place: int) -> bool:
    """Whether a name means the first parameter of the function in which it stands."""
    name = module.expression(place)
    bindings = module.lookup(name.id, name.block, place) if isinstance(name, Name) else []
    return bool(bindings) and all(item.kind == "parameter" and not item.value for item in bindings)

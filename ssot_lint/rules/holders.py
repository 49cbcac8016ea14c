"""What a file keeps for longer than a request: at module and class level, in globals, caches, defaults, `app.state`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from ssot_lint.index import Definition, Module, ModuleTarget
from ssot_lint.index.classes import stored
from ssot_lint.index.module import parts_of
from ssot_lint.model.facts import (
    NONE, Attribute, Binding, Call, Expression, Mapping, Name, Subscript, Text, last_name,
)
from ssot_lint.index.values import InstanceValue, ManagerValue
from ssot_lint.rules.applications import is_application, is_store_of_application
from ssot_lint.rules.caching import cached
from ssot_lint.rules.constructions import own_class
from ssot_lint.rules.context import RuleContext

_COLLECTIONS = frozenset({"dict", "list", "tuple", "set", "frozenset", "partial", "field"})
_PER_REQUEST = ("local", "context", "proxy", "weak")
"""What stands in the name of a class that keeps nothing, or something else in each thread, task or request."""

_HANDED_THROUGH: dict[str, tuple[int, frozenset[str]]] = {
    "run": (0, frozenset({"asyncio.run"})),
    "cast": (1, frozenset({"typing.cast", "typing_extensions.cast"})),
}
"""Last name -> which argument functions give back, and their dotted paths."""

_DEPTH = 6
_LONGEST_TEST = 12
"""Expressions in the test of an `if` among which "__main__" is looked for."""


class Kept(msgspec.Struct, frozen=True):
    """An expression whose value outlives a request, or is a part of what does; `where` it is kept, in words."""

    place: int
    where: str


def kept_for_long(context: RuleContext) -> Iterator[Kept]:
    """Everything of which a file surely keeps the value for longer than a request, each with the first place."""
    sources = (_in_variables, _in_attributes, _in_entries, _in_defaults, _in_caches)
    found: dict[int, str] = {}
    for source in sources:
        for kept in source(context):
            for place in _parts(context, kept.place, 0):
                found.setdefault(place, kept.where)
    return (Kept(place, where) for place, where in found.items())


# --- who keeps it


def _in_variables(context: RuleContext) -> Iterator[Kept]:
    module = context.module
    for binding in module.facts.bindings:
        if binding.kind != "assign" or binding.value == NONE or module.typing_only(binding.block):
            continue
        if not _is_outside_functions(module, binding.block) or _is_for_scripts(module, binding.block):
            continue
        yield Kept(binding.value, _variable(module, binding))


def _variable(module: Module, binding: Binding) -> str:
    block = module.facts.blocks[binding.block]
    scope = module.facts.scopes[block.scope]
    if scope.kind == "class":
        return f"at class level, as `{module.facts.classes[scope.owner].name}.{binding.name}`"
    return f"in the global `{binding.name}`" if block.kind == "elsewhere" else f"at module level, as `{binding.name}`"


def _in_attributes(context: RuleContext) -> Iterator[Kept]:
    for assignment, owner, name in stored(context.module):
        if assignment.value != NONE and _outlives_requests(context, owner):
            yield Kept(assignment.value, f"in `{_shown(context.module, owner)}.{name}`")


def _in_entries(context: RuleContext) -> Iterator[Kept]:
    for entry in context.facts.entries:
        target = context.module.expression(entry.target)
        key = _key(context.module, target.index) if isinstance(target, Subscript) else ""
        if key and isinstance(target, Subscript) and _outlives_requests(context, target.value):
            if not _is_for_scripts(context.module, target.block):
                yield Kept(entry.value, f"in `{_shown(context.module, target.value)}[{key}]`")


def _key(module: Module, place: int) -> str:
    """A key that is the same each time: a string, or a name that is written like a constant's; "" for any other."""
    expression = module.expression(place)
    if isinstance(expression, Text):
        return repr(expression.value)
    return _shown(module, place) if last_name(expression).isupper() else ""


def _in_caches(context: RuleContext) -> Iterator[Kept]:
    return (Kept(place, f"by the cache of {name}") for place, name in cached(context))


def _in_defaults(context: RuleContext) -> Iterator[Kept]:
    for function in context.facts.functions:
        if _is_outside_functions(context.module, function.block):
            for parameter in function.parameters:
                if parameter.default != NONE:
                    yield Kept(parameter.default, f"as the default of `{parameter.name}` in `{function.qualname}`")
    for item in context.facts.lambdas:
        if item.defaults and _is_made_at_import(context.module, context.facts.scopes[item.scope].parent):
            yield from (Kept(place, "as the default of a lambda's parameter") for place in item.defaults)


# --- where it stands


def _is_outside_functions(module: Module, block: int) -> bool:
    """Whether a place is evaluated once, when the module is imported, or binds a name for all of it."""
    return _is_made_at_import(module, module.facts.blocks[block].scope)


def _is_made_at_import(module: Module, scope: int) -> bool:
    while scope != NONE:
        if module.facts.scopes[scope].kind not in ("module", "class"):
            return False
        scope = module.facts.scopes[scope].parent
    return True


def _is_for_scripts(module: Module, block: int) -> bool:
    """Whether a place is in an `if __name__ == "__main__"`, and so in no service."""
    blocks = module.facts.blocks
    while block != NONE:
        if blocks[block].kind == "if" and _tests_for_main(module, block):
            return True
        block = blocks[block].parent
    return False


def _tests_for_main(module: Module, block: int) -> bool:
    inside = (place for place, item in enumerate(module.facts.expressions) if getattr(item, "block", NONE) == block)
    first = next(inside, 0)
    around = module.facts.blocks[block].parent
    for place in range(first - 1, max(0, first - _LONGEST_TEST), -1):
        item = module.expression(place)
        if getattr(item, "block", around) != around:
            return False
        if isinstance(item, Text) and item.value == "__main__":
            return True
    return False


# --- which objects outlive a request


def _outlives_requests(context: RuleContext, owner: int) -> bool:
    """Whether an object surely does: a module, a class, a variable of a module, an application and its state."""
    if own_class(context, owner) is not None or is_store_of_application(context.module, owner):
        return True
    if is_application(context, owner) or _is_kept_by_own_class(context, owner):
        return True
    root = owner
    while isinstance(expression := context.module.expression(root), Attribute):
        root = expression.value
    if not isinstance(expression, Name):
        return False
    bindings = context.module.lookup(expression.id, expression.block, root)
    kinds = ("import", "class", "function")
    if not bindings or not all(item.kind in kinds or context.module.is_at_top(item) for item in bindings):
        return False
    targets = context.classes.targets(context.module, root)
    return bool(targets) and all(_is_lasting(context, target) for target in targets)


def _is_kept_by_own_class(context: RuleContext, place: int) -> bool:
    """`cls._instances` and `type(self)._instances`, where the class has that from the start."""
    attribute = context.module.expression(place)
    definition = own_class(context, attribute.value) if isinstance(attribute, Attribute) else None
    for owner in context.classes.lineage(definition) if definition else ():
        bindings = context.classes.own_bindings(owner, getattr(attribute, "name", ""))
        if bindings:
            return all(_is_made_once(context.index.at(owner.path), binding) for binding in bindings)
    return False


def _is_lasting(context: RuleContext, target: object) -> bool:
    if isinstance(target, ModuleTarget):
        return True
    if not isinstance(target, Definition):
        return False
    if target.kind == "variable":
        home = context.index.at(target.path)
        bindings = home.exported(target.name)
        return bool(bindings) and all(_is_made_once(home, item) for item in bindings)
    if target.kind == "function" and not _is_one_for_all(context.index.at(target.path), target):
        return False
    return "<locals>" not in target.name


def _is_one_for_all(module: Module, function: Definition) -> bool:
    """Whether no decorator says of a function that it is something else in each thread, task or request."""
    for place in module.facts.functions[function.index].decorators:
        expression = module.expression(place)
        name = last_name(module.expression(expression.function) if isinstance(expression, Call) else expression).lower()
        if any(part in name for part in _PER_REQUEST):
            return False
    return True


def _is_made_once(module: Module, binding: Binding) -> bool:
    """Whether a variable of a module is an object that is the same in all threads and tasks."""
    call = module.expression(binding.value) if binding.kind == "assign" and binding.value != NONE else None
    if isinstance(call, Mapping):
        return True
    name = last_name(module.expression(call.function)).lower() if isinstance(call, Call) else ""
    return bool(name) and not any(part in name for part in _PER_REQUEST)


# --- what is kept with it


def _parts(context: RuleContext, place: int, depth: int) -> Iterator[int]:
    """The calls whose results are kept where the value of an expression is kept."""
    expression = context.module.expression(place)
    if isinstance(expression, Call):
        yield place
    if depth < _DEPTH:
        for part in _parts_of(context, place, expression):
            yield from _parts(context, part, depth + 1)


def _parts_of(context: RuleContext, place: int, expression: Expression) -> Iterable[int]:
    if isinstance(expression, Call):
        return _handed_through(context, expression) or _held(context.module, expression)
    return _local_values(context, place, expression) if isinstance(expression, Name) else parts_of(expression)


def _handed_through(context: RuleContext, call: Call) -> tuple[int, ...]:
    """The argument that a call gives back: that of `asyncio.run`, of `typing.cast`."""
    through = _HANDED_THROUGH.get(context.module.last_name(call.function))
    if through is None or len(call.arguments) <= through[0]:
        return ()
    argument, paths = through
    return (call.arguments[argument],) if context.index.callee(context.module, call) in paths else ()


def _held(module: Module, call: Call) -> tuple[int, ...]:
    return (*call.arguments, *(value for _, value in call.keywords)) if _holds_arguments(module, call) else ()


def _holds_arguments(module: Module, call: Call) -> bool:
    """Whether what is called is a class by its name, which keeps what it is given."""
    name = last_name(module.expression(call.function)).lstrip("_")
    return name[:1].isupper() or name in _COLLECTIONS


def _local_values(context: RuleContext, place: int, name: Name) -> list[int]:
    """What a variable of a function is assigned, or is by a `with`; those of the module are looked at on their own."""
    bindings = context.module.lookup(name.id, name.block, place)
    if any(context.module.is_at_top(item) for item in bindings):
        return []
    return [item.value for item in bindings if item.value != NONE and _is_value(context, item)]


def _is_value(context: RuleContext, binding: Binding) -> bool:
    """Whether a name gets the value itself; a context manager may give something else than itself."""
    if binding.kind not in ("with", "async-with"):
        return binding.kind == "assign"
    entered = context.knowledge.inference.of_binding(context.module, binding)
    made = context.knowledge.inference.values(context.module, binding.value)
    inside = {item for value in made if isinstance(value, ManagerValue) for item in value.values}
    return bool(entered) and entered <= (inside or {value for value in made if isinstance(value, InstanceValue)})


# --- in words


def _shown(module: Module, place: int) -> str:
    expression = module.expression(place)
    if isinstance(expression, Attribute):
        return f"{_shown(module, expression.value)}.{expression.name}"
    return expression.id if isinstance(expression, Name) else "type(self)"

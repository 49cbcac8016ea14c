"""How a class is constructed, as far as its definition tells for certain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ssot_lint.index import Definition, External, Module
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, Literal, Name, Parameter, Subscript
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.signatures import Formal, formals_of

_DATACLASS = "dataclasses.dataclass"
_FIELD = "dataclasses.field"
_HARMLESS = frozenset({
    _DATACLASS, "typing.final", "typing_extensions.final", "typing.runtime_checkable",
    "typing_extensions.runtime_checkable", "functools.total_ordering",
})
_NEUTRAL = frozenset({
    "abc.ABC", "builtins.object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol",
})
_METACLASSES = frozenset({"abc.ABCMeta", "builtins.type"})
_PLAIN_OPTIONS = frozenset({
    "repr", "eq", "order", "unsafe_hash", "frozen", "match_args", "slots", "weakref_slot",
})
_NO_PARAMETER = "no parameter"
_KINDS_OF_FIELDS = ("positional", "keyword-only")
_DEFAULTS = frozenset({"default", "default_factory"})


class Constructor(msgspec.Struct, frozen=True):
    """How instances are made.

    Attributes:
        home: the class that says so: its `__init__`, or its fields.
        formals: the parameters, without `self`.
        parameters: the same as facts, where there is an `__init__`; in the file of `home`.
    """

    home: Definition
    formals: tuple[Formal, ...]
    parameters: tuple[Parameter, ...] = ()


def constructor_of(context: RuleContext, definition: Definition) -> Constructor | None:
    """The constructor that a class has of its own or inherits; None where it is not certain."""
    lineage = context.classes.lineage(definition)
    if not _is_plain(context, definition):
        return None
    for place, item in enumerate(lineage):
        bindings = context.classes.own_bindings(item, "__init__")
        if bindings:
            return _explicit(context, item, bindings)
        if _is_dataclass(context, item):
            return _generated(context, item, lineage[place:])
    return None


def _is_plain(context: RuleContext, definition: Definition) -> bool:
    """Whether nothing but `__init__` has a say in how a class is constructed."""
    classes = context.classes
    ancestry = classes.ancestry(definition)
    return (
        ancestry.complete
        and not any("enum." in path or path == "typing.NamedTuple" for path in ancestry.externals)
        and not any(classes.owners(definition, "__new__"))
        and not any(True for item in (definition, *ancestry.definitions) if not _is_undisguised(context, item))
    )


def _is_undisguised(context: RuleContext, definition: Definition) -> bool:
    """Whether neither a decorator nor a metaclass nor an assignment can have changed a class's constructor."""
    module, fact = context.classes.fact(definition)
    if any(_path(context, module, place) not in _HARMLESS for place in fact.decorators):
        return False
    if fact.metaclass != NONE and _path(context, module, fact.metaclass) not in _METACLASSES:
        return False
    return not context.classes.assignments(definition, "__init__")


def _path(context: RuleContext, module: Module, place: int) -> str:
    """The dotted path of something from outside the project; "" for anything else."""
    expression = module.expression(place)
    targets = context.classes.targets(module, expression.function if isinstance(expression, Call) else place)
    return targets[0].path if len(targets) == 1 and isinstance(targets[0], External) else ""


# --- `__init__`


def _explicit(context: RuleContext, home: Definition, bindings: Sequence[Binding]) -> Constructor | None:
    module, _ = context.classes.fact(home)
    if len(bindings) != 1 or bindings[0].kind != "function":
        return None
    function = module.facts.functions[bindings[0].value]
    first = function.parameters[0].kind if function.parameters else "*"
    if function.decorators or "async" in function.traits or first not in ("positional", "positional-only"):
        return None
    parameters = function.parameters[1:]
    return Constructor(home, formals_of(parameters), parameters)


# --- fields


def _is_dataclass(context: RuleContext, definition: Definition) -> bool:
    module, fact = context.classes.fact(definition)
    return any(_path(context, module, place) == _DATACLASS for place in fact.decorators)


def _generated(context: RuleContext, home: Definition, lineage: Sequence[Definition]) -> Constructor | None:
    """What `dataclass` makes of the fields of a class and of the dataclasses above it: keywords come last."""
    fields: dict[str, Formal] = {}
    if not _NEUTRAL.issuperset(context.classes.ancestry(home).externals):
        return None
    for item in reversed(lineage):
        if not _is_dataclass(context, item):
            continue
        if not _has_plain_options(context, item):
            return None
        for field in _fields(context, item):
            if field is None:
                return None
            fields[field.name] = field
    return Constructor(home, tuple(item for kind in _KINDS_OF_FIELDS for item in fields.values() if item.kind == kind))


def _has_plain_options(context: RuleContext, definition: Definition) -> bool:
    module, _ = context.classes.fact(definition)
    return all(
        name in _PLAIN_OPTIONS or (name == "kw_only" and _truth_value(module, place) is not None)
        for name, place in _options(context, definition)
    )


def _options(context: RuleContext, definition: Definition) -> Iterator[tuple[str, int]]:
    module, fact = context.classes.fact(definition)
    calls = (module.expression(place) for place in fact.decorators)
    return (option for call in calls if isinstance(call, Call) for option in call.keywords)


def _truth_value(module: Module, place: int) -> bool | None:
    """What `True` or `False` says; None for anything else."""
    literal = module.expression(place)
    return bool(literal.digit) if isinstance(literal, Literal) and literal.type == "bool" else None


def _fields(context: RuleContext, definition: Definition) -> Iterator[Formal | None]:
    """The fields of one class in their order; None for one that cannot be told."""
    module, fact = context.classes.fact(definition)
    by_keyword = any(name == "kw_only" and _truth_value(module, place) for name, place in _options(context, definition))
    for binding in module.facts.bindings:
        if module.facts.blocks[binding.block].scope != fact.scope or binding.annotation == NONE:
            continue
        kind = _type_name(module, binding.annotation)
        if module.facts.blocks[binding.block].parent != NONE:
            yield None
        elif kind == "KW_ONLY":
            by_keyword = True
        elif kind != "ClassVar":
            yield _field(context, module, binding, by_keyword)


def _type_name(module: Module, place: int) -> str:
    expression = module.expression(place)
    if isinstance(expression, Subscript):
        expression = module.expression(expression.value)
    if isinstance(expression, Name):
        return expression.id
    return expression.name if isinstance(expression, Attribute) else ""


def _field(context: RuleContext, module: Module, binding: Binding, by_keyword: bool) -> Formal | None:
    value = module.expression(binding.value) if binding.value != NONE else None
    if binding.kind == "declare":
        return Formal(binding.name, _kind_of_field(by_keyword))
    if not isinstance(value, Call) or _path(context, module, binding.value) != _FIELD:
        return Formal(binding.name, _kind_of_field(by_keyword), required=False)
    given = dict(value.keywords)
    told = {name: _truth_value(module, given[name]) for name in ("init", "kw_only") if name in given}
    if "" in given or None in told.values():
        return None
    kind = _kind_of_field(told.get("kw_only", by_keyword)) if told.get("init", True) else _NO_PARAMETER
    return Formal(binding.name, kind, required=_DEFAULTS.isdisjoint(given))


def _kind_of_field(by_keyword: bool | None) -> str:
    return "keyword-only" if by_keyword else "positional"

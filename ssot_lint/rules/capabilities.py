"""What is ordinary to ask of a value: whether it is a text or a path, whether it can be iterated or called."""

from __future__ import annotations

import builtins
import re
import types
from functools import cache

from ssot_lint.index import Definition, External, Target
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.values import InstanceValue
from ssot_lint.model.facts import NONE, FunctionFact, Probe
from ssot_lint.rules.context import RuleContext

_SERIALISING = re.compile(
    r"_*(?:(?:from|to|as|load|dump|parse|model)_*(?:dict|json|yaml|toml|mapping|row|record|list|bytes|xml|proto)s?"
    r"|dict|json|asdict|\w*serial\w*|model_(?:dump|validate)|(?:get|set)_*state|reduce(?:_ex)?)_*"
)
_VALUE_BASES = frozenset({
    *(f"builtins.{name}" for name in ("str", "bytes", "int", "float", "complex", "tuple", "list", "dict", "set")),
    *(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")), "typing.NamedTuple",
})

_OF_SIX = frozenset({"string_types", "text_type", "binary_type", "integer_types", "class_types"})
"""Names of plain values in `six`, of which many projects have a copy."""


def is_ordinary(context: RuleContext, function: FunctionFact, probe: Probe) -> bool:
    """Whether a probe asks for a capability, or for one kind of plain value, rather than for a signature."""
    if _is_subtype_dispatch(context, function, probe):
        return True
    if probe.effect == "signature" and not _serialises(function.name):
        return False
    if probe.kind in ("hasattr", "getattr"):
        return _is_ordinary_attribute(probe.attribute)
    if probe.kind == "callable":
        return True
    if probe.kind == "type" and probe.attribute:
        return hasattr(builtins, probe.attribute)
    return bool(probe.types) and all(_is_ordinary_type(context, function, place) for place in probe.types)


def _serialises(name: str) -> bool:
    """Whether a function, by its name, turns objects into plain data or back: `from_dict`, `to_json` ..."""
    return bool(_SERIALISING.fullmatch(name))


def _is_ordinary_attribute(name: str) -> bool:
    """An attribute that values of the standard library have, or one that turns an object into plain data."""
    return name.startswith("__") or name in _common_attributes() or _serialises(name)


@cache
def _common_attributes() -> frozenset[str]:
    import datetime
    import decimal
    import io
    import pathlib

    kinds = (
        str, bytes, int, float, complex, list, tuple, dict, set, range, memoryview, type, io.TextIOWrapper, io.BytesIO,
        pathlib.Path, datetime.datetime, datetime.timedelta, decimal.Decimal, types.FunctionType, types.MethodType,
    )
    return frozenset(name for kind in kinds for name in dir(kind))


def _is_ordinary_type(context: RuleContext, function: FunctionFact, place: int) -> bool:
    """A plain value, or the class itself in its own constructor (`if isinstance(value, cls): return value`)."""
    first = function.parameters[0].name if function.owner != NONE and function.parameters else ""
    if first and getattr(context.module.expression(place), "id", "") == first:
        return True
    targets = context.classes.targets(context.module, place)
    return bool(targets) and all(_is_value_type(context.classes, target) for target in targets)


def _is_subtype_dispatch(context: RuleContext, function: FunctionFact, probe: Probe) -> bool:
    """Held against nothing but subclasses of the class that the parameter is annotated with."""
    annotations = [item.annotation for item in function.parameters if item.name == probe.parameter]
    if not probe.types or not annotations or annotations[0] == NONE:
        return False
    declared = {
        value.definition
        for value in context.knowledge.inference.annotated(context.module, annotations[0])
        if isinstance(value, InstanceValue)
    }
    asked = [context.classes.targets(context.module, place) for place in probe.types]
    return all(
        targets and all(
            isinstance(target, Definition) and not declared.isdisjoint(context.classes.ancestry(target).definitions)
            for target in targets
        )
        for targets in asked
    )


def _is_value_type(classes: ClassIndex, target: Target) -> bool:
    """A class from outside the project, one of its enumerations and other plain values, or what `six` calls them."""
    if isinstance(target, Definition) and target.kind == "variable":
        return target.name in _OF_SIX
    if isinstance(target, Definition) and target.kind == "class":
        return not _VALUE_BASES.isdisjoint(classes.ancestry(target).externals)
    return isinstance(target, External)

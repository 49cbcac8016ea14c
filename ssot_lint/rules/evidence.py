"""What the arguments of a call tell of the signature that is meant, where several fit."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index.values import InstanceValue, Values
from ssot_lint.model.facts import NONE, Attribute, Call, Name
from ssot_lint.model.policy import Inline
from ssot_lint.rules.constructors import Constructor
from ssot_lint.rules.context import RuleContext


def evidence_of(context: RuleContext, call: Call, constructor: Constructor, entry: Inline) -> str:
    """Why a call that fits both signatures is one by the legacy signature; "" where nothing says so for certain."""
    present = [item.name for item in constructor.formals if item.kind in ("positional-only", "positional")]
    legacy = [item.name for item in entry.parameters if item.kind != "keyword-only"]
    by_name: list[str] = []
    for index, place in enumerate(call.arguments):
        if index >= len(present) or index >= len(legacy):
            break
        new, old = present[index], legacy[index]
        if new == old:
            continue
        by_class = _ruled_out(context, place, constructor, index)
        if by_class:
            return f"`{new}` is declared as `{by_class[0]}` and given a `{by_class[1]}`"
        name = _name_of(context, place)
        if name == new:
            return ""
        if name == old:
            by_name.append(f"`{_shown(context, place)}` is given for `{new}`")
    return by_name[0] if by_name else ""


def _name_of(context: RuleContext, place: int) -> str:
    """What a name or an attribute calls its value."""
    expression = context.module.expression(place)
    if isinstance(expression, Name):
        return expression.id.lstrip("_")
    return expression.name.lstrip("_") if isinstance(expression, Attribute) else ""


def _shown(context: RuleContext, place: int) -> str:
    expression = context.module.expression(place)
    if isinstance(expression, Attribute):
        return f"{_shown(context, expression.value)}.{expression.name}"
    return expression.id if isinstance(expression, Name) else "(...)"


def _ruled_out(context: RuleContext, place: int, constructor: Constructor, index: int) -> tuple[str, str] | None:
    """The declared class of a parameter and that of its argument, where the one is certainly not the other."""
    if index >= len(constructor.parameters) or constructor.parameters[index].annotation == NONE:
        return None
    home, _ = context.classes.fact(constructor.home)
    declared = context.knowledge.inference.annotated(home, constructor.parameters[index].annotation)
    given = context.values(place)
    wanted, found = list(_classes(declared)), list(_classes(given))
    if len(wanted) != len(declared) or len(found) != len(given) or not wanted or not found:
        return None
    if any(_is_protocol(context, item) for item in wanted):
        return None
    for argument in found:
        ancestry = context.classes.ancestry(argument.definition)
        lineage = context.classes.lineage(argument.definition)
        if not ancestry.complete or any(item.definition in lineage for item in wanted):
            return None
    return wanted[0].definition.name, found[0].definition.name


def _classes(values: Values) -> Iterator[InstanceValue]:
    return (value for value in values if isinstance(value, InstanceValue))


def _is_protocol(context: RuleContext, value: InstanceValue) -> bool:
    return any(path.endswith(".Protocol") for path in context.classes.ancestry(value.definition).externals)

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
        classes = _held_against_each_other(context, place, constructor, index)
        if classes and _are_others(context, *classes):
            wanted, found = (sides[0].definition.name for sides in classes)
            return f"`{new}` is declared as `{wanted}` and given a `{found}`"
        if classes and _fit(context, *classes):
            return ""  # whatever it is called
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


_Classes = list[InstanceValue]


def _held_against_each_other(
    context: RuleContext, place: int, constructor: Constructor, index: int
) -> tuple[_Classes, _Classes] | None:
    """The declared classes of a parameter and those of its argument, where both are known."""
    if index >= len(constructor.parameters) or constructor.parameters[index].annotation == NONE:
        return None
    home, _ = context.classes.fact(constructor.home)
    declared = context.knowledge.inference.annotated(home, constructor.parameters[index].annotation)
    given = context.values(place)
    wanted, found = list(_classes(declared)), list(_classes(given))
    if len(wanted) != len(declared) or len(found) != len(given) or not wanted or not found:
        return None
    return wanted, found


def _are_others(context: RuleContext, wanted: _Classes, found: _Classes) -> bool:
    """Whether none of the classes that are found can be one of those that are wanted."""
    return not any(_is_protocol(context, item) for item in wanted) and all(
        context.classes.ancestry(item.definition).complete and not _is_one_of(context, item, wanted) for item in found
    )


def _fit(context: RuleContext, wanted: _Classes, found: _Classes) -> bool:
    """Whether each of the classes that are found is one of those that are wanted."""
    return all(_is_one_of(context, item, wanted) for item in found)


def _is_one_of(context: RuleContext, found: InstanceValue, wanted: _Classes) -> bool:
    lineage = context.classes.lineage(found.definition)
    return any(item.definition in lineage for item in wanted)


def _classes(values: Values) -> Iterator[InstanceValue]:
    return (value for value in values if isinstance(value, InstanceValue))


def _is_protocol(context: RuleContext, value: InstanceValue) -> bool:
    return any(path.endswith(".Protocol") for path in context.classes.ancestry(value.definition).externals)

"""What the arguments of a call tell of the signature that is meant, where several fit."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index.values import InstanceValue, Values, present
from ssot_lint.model.facts import NONE, Attribute, Await, Call, Name
from ssot_lint.model.policy import Inline
from ssot_lint.rules.constructors import Constructor
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.naming import ends_with, is_called_after, plain
from ssot_lint.rules.signatures import positional_names


class Sign(msgspec.Struct, frozen=True):
    """What an argument speaks for.

    Attributes:
        is_weak: by the end of a name only.
        why: it is of the legacy signature; empty where it is of the present one.
    """

    is_weak: bool
    why: str = ""


class Evidence(msgspec.Struct, frozen=True):
    """Why a call is one by the legacy signature; empty where nothing says so. `by_name`: only names do."""

    why: str = ""
    by_name: bool = False


def evidence_of(context: RuleContext, call: Call, constructor: Constructor, entry: Inline) -> Evidence:
    """What the arguments of a call that fits both signatures tell."""
    today = positional_names(constructor.formals)
    legacy = [item.name for item in entry.parameters if item.kind != "keyword-only"]
    signs: list[Sign] = []
    for index, (place, new, old) in enumerate(zip(call.arguments, today, legacy, strict=False)):
        if new == old:
            continue
        declared = _by_declaration(context, place, constructor, index)
        if declared is not None:
            return Evidence(declared)
        sign = _by_class(context, place, constructor, index, old) or _by_name(context, place, new, old)
        if sign is not None:
            signs.append(sign)
        if sign == Sign(is_weak=False):
            return Evidence()
    strong, weak = ([sign.why for sign in signs if sign.is_weak == is_weak] for is_weak in (False, True))
    return Evidence(strong[0] if strong else weak[0] if weak and all(weak) else "", by_name=True)


def _by_declaration(context: RuleContext, place: int, constructor: Constructor, index: int) -> str | None:
    """Why the class of an argument is ruled out by what is declared; "" where it fits, None where nobody knows."""
    classes = _held_against_each_other(context, place, constructor, index)
    if classes and _are_others(context, *classes):
        wanted, found = (sides[0].definition.name for sides in classes)
        return f"`{constructor.formals[index].name}` is declared as `{wanted}` and given a `{found}`"
    return "" if classes and _fit(context, *classes) else None  # whatever it is called


def _by_class(context: RuleContext, place: int, constructor: Constructor, index: int, old: str) -> Sign | None:
    """What the name of an argument's class tells, where the present parameter is not declared."""
    if not _takes_anything(context, constructor, index):
        return None
    new = constructor.formals[index].name
    values = present(context.values(place))
    names = sorted(item.definition.name.rpartition(".")[2] for item in _classes(values))
    if len(names) != len(values) or not names:
        return None
    if all(ends_with(plain(name), new) for name in names):
        return Sign(False)
    if all(is_called_after(plain(name), old, new) for name in names):
        return Sign(False, f"`{_shown(context, place)}`, which is of the class `{names[0]}`, is given for `{new}`")
    return None


def _takes_anything(context: RuleContext, constructor: Constructor, index: int) -> bool:
    """Whether no class is declared for a parameter."""
    if index >= len(constructor.parameters):
        return False
    annotation = constructor.parameters[index].annotation
    home, _ = context.classes.fact(constructor.home)
    return annotation == NONE or home.last_name(annotation) in ("Any", "object")


def _by_name(context: RuleContext, place: int, new: str, old: str) -> Sign | None:
    """What the name of an argument tells."""
    name = _name_of(context, place)
    if name == new:
        return Sign(False)
    if name == old:
        return Sign(False, f"`{_shown(context, place)}` is given for `{new}`")
    if ends_with(name, new):
        return Sign(True)
    return Sign(True, f"`{_shown(context, place)}` is given for `{new}`") if is_called_after(name, old, new) else None


def _name_of(context: RuleContext, place: int) -> str:
    """What a name or an attribute calls its value."""
    return context.module.last_name(place).lstrip("_") if place != NONE else ""


def _shown(context: RuleContext, place: int) -> str:
    expression = context.module.expression(place)
    if isinstance(expression, Attribute):
        return f"{_shown(context, expression.value)}.{expression.name}"
    if isinstance(expression, Await):
        return _shown(context, expression.value)
    if isinstance(expression, Call):
        return f"{_shown(context, expression.function)}()"
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

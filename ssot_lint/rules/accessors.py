"""Uses of what a truth has replaced, held against the `inline` entries that tell what their calls become."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Hop
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, Name
from ssot_lint.model.policy import Truth
from ssot_lint.model.remedy import Inlining, Replacing
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.inlining import entries_of, fitting

_SEVERAL = "it can mean several things there"
_OTHERWISE = "it is used otherwise than in calls that have an `inline` entry"


def inlining_of_use(context: RuleContext, place: int, bypass: Bypass) -> Inlining | None:
    """What is declared for the call of what a name or an attribute reaches by a bypass; None where nothing is."""
    truth = _truth_with_entries(bypass)
    if truth is None:
        return None
    called = _called(context, place, bypass, truth)
    if called is None:
        return None
    targets = {item.target for item in context.index.reference(context.module, place)}
    return _inlining(context, truth, *called, _SEVERAL if len(targets) > 1 else "")


def replacing_of_import(context: RuleContext, place: int, bypass: Bypass) -> Replacing | None:
    """What becomes of an imported name whose calls give way to expressions; None where nothing is declared for it."""
    truth = _truth_with_entries(bypass)
    fact = context.facts.imports[place]
    if truth is None or not fact.name or fact.name == "*":
        return None
    calls: list[Inlining] = []
    left: list[tuple[int, str]] = []
    for use, bindings in _uses(context, place, fact.alias or fact.name):
        called = _called(context, use, bypass, truth)
        if called is None or len(bindings) > 1:
            left.append((_line(context, use), _OTHERWISE if called is None else _SEVERAL))
        else:
            calls.append(_inlining(context, truth, *called))
    return Replacing(place, tuple(calls), "" if calls or left else "nothing in this file calls it", tuple(left))


def _line(context: RuleContext, place: int) -> int:
    return int(getattr(context.module.expression(place), "line", 0))


def _truth_with_entries(bypass: Bypass) -> Truth | None:
    """The truth that has something to say of the calls of what is reached, provided that it is the retired thing."""
    retirement, truth = bypass.retirement, bypass.truth
    if truth is None or retirement is None or retirement.truth != truth.name or not retirement.path.name:
        return None
    name = retirement.path.name
    if bypass.hop != Hop(retirement.path.module, name) or name in truth.removed:
        return None
    is_meant = any(entry.member == name or entry.member.rpartition(".")[0] == name for entry in truth.inlines)
    return truth if is_meant else None


def _called(context: RuleContext, place: int, bypass: Bypass, truth: Truth) -> tuple[int, str] | None:
    """The call of what stands at a place, or of a member of it, and how entries spell it; None where there is none."""
    name = bypass.retirement.path.name if bypass.retirement else ""
    for at, call in context.module.all_of(Call):
        function = context.module.expression(call.function)
        member = name if call.function == place else ""
        if isinstance(function, Attribute) and function.value == place:
            member = f"{name}.{function.name}"
        if member and any(True for _ in entries_of(truth, member)):
            return at, member
    return None


def _inlining(context: RuleContext, truth: Truth, place: int, member: str, reason: str = "") -> Inlining:
    call = context.module.expression(place)
    assert isinstance(call, Call)
    entry, problem = fitting(context, list(entries_of(truth, member)), call)
    return Inlining(place, truth.name, entry, "none", True, reason or problem)


def _uses(context: RuleContext, place: int, local: str) -> Iterator[tuple[int, list[Binding]]]:
    """Where the file reads what an import binds, and all that the name can mean there."""
    for use, name in context.module.all_of(Name):
        if name.id == local:
            bindings = context.index.bindings(context.module, name, use)
            if any(_is_of(binding, place) for binding in bindings):
                yield use, bindings


def _is_of(binding: Binding, place: int) -> bool:
    return binding.kind == "import" and binding.value == place != NONE

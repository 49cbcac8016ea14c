"""What a team has declared to take the place of a call, held against the call."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index.values import ClassValue, InstanceValue, ModuleValue, SuperValue, Value, Values
from ssot_lint.model.facts import NONE, Attribute, Call
from ssot_lint.model.policy import Inline, Truth
from ssot_lint.model.remedy import Inlining
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.signatures import bind, formals_of_entry, is_open

CONSTRUCTOR = "__init__"
RECEIVERS = ("self", "cls")
"""Names that stand in a replacement for what the legacy call is made on."""
BLANK = "..."
"""A replacement that nobody has written yet."""


def entries_of(truth: Truth, member: str) -> Iterator[tuple[int, Inline]]:
    """The entries about one member, each with its index."""
    return ((index, entry) for index, entry in enumerate(truth.inlines) if entry.member == member)


def inlining_of(context: RuleContext, truth: Truth, member: str, place: int) -> Inlining | None:
    """What is declared for the call at `place` of a removed member; None where nothing is."""
    entries = list(entries_of(truth, member))
    call = context.module.expression(place)
    if not entries or not isinstance(call, Call):
        return None
    function = context.module.expression(call.function)
    values = context.values(function.value) if isinstance(function, Attribute) else frozenset()
    receiver, exact = _receiver(context, truth, values, isinstance(function, Attribute))
    entry, reason = fitting(context, entries, call)
    reason = reason or _obstacle(truth.inlines[entry], receiver)
    return Inlining(place, truth.name, entry, receiver, exact, reason)


def fitting(context: RuleContext, entries: list[tuple[int, Inline]], call: Call) -> tuple[int, str]:
    """The first entry whose signature fits, or `NONE` and why there is none."""
    if is_open(context, call):
        return NONE, "`*` or `**` in the call brings arguments that cannot be told"
    problems = []
    for index, entry in entries:
        problem = bind(formals_of_entry(entry), call).problem
        if not problem:
            blank = entry.replacement == BLANK
            return index, f"nothing is declared yet to take the place of `{entry.call}`" if blank else ""
        problems.append(f"the call does not fit `{entry.call}`: {problem}")
    return NONE, "; ".join(problems)


def _receiver(context: RuleContext, truth: Truth, values: Values, by_attribute: bool) -> tuple[str, bool]:
    """What a member is called on, and whether nothing that inherits from the truth can be concerned."""
    if not by_attribute:
        return "none", True
    kinds = {kind_of(context, truth, value) for value in values}
    return next(iter(kinds)) if len(kinds) == 1 else ("unsettled", False)


def kind_of(context: RuleContext, truth: Truth, value: Value) -> tuple[str, bool]:
    """The same for one thing that it can be."""
    if isinstance(value, ModuleValue):
        return "truth", True
    if isinstance(value, SuperValue):
        return "super", False
    if not isinstance(value, (ClassValue, InstanceValue)):
        return "unsettled", False
    exact = value.exact and context.catalogue.stands_for(truth, value.definition)
    if isinstance(value, InstanceValue):
        return "instance", exact
    is_old = exact and context.catalogue.is_predecessor(truth, value.definition)
    return "old" if is_old else "truth" if exact else "heir", exact


def _obstacle(entry: Inline, receiver: str) -> str:
    """Why the replacement cannot stand for a call on such a receiver."""
    uses_self, uses_class = "self" in entry.names, "cls" in entry.names
    if receiver == "unsettled":
        return "what it is called on cannot be settled"
    if uses_self and receiver not in ("instance", "super"):
        return "it is called on the class, and the replacement needs an instance"
    if uses_class and receiver not in ("truth", "old", "heir"):
        return "it is called on an instance, and the replacement needs the class"
    if receiver == "super" and not uses_self:
        return "it is called on `super()`, and the replacement does not tell what becomes of that"
    return ""

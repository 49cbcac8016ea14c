"""What code is like: bags of what functions do, with everything seen through that does not change what they are.

Names of locals, docstrings, literals, type hints, logging and order are not part of a shape. Names of attributes, of
what is called and of what comes from outside are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ssot_lint.model.facts import (
    NONE, Attribute, Await, Call, Choice, Expression, FileFacts, FunctionFact, Items, Join, Name,
    Subscript,
)

_LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log"})
_LOGGERS = ("log", "logger", "logging")
_BLOCKS = frozenset({"if", "else", "loop", "try", "except", "import-error", "case"})
_BINDINGS = frozenset({"assign", "with", "async-with", "other", "delete"})
_KINDS = (Subscript, Await, Choice, Items, Join)


class Shape(msgspec.Struct, frozen=True):
    """What a function is like.

    Attributes:
        parts: what it does -> how often. What has no name of its own stands in "<>".
        size: how many parts there are.
        waits: it is `async`; its twin that is not is another thing.
    """

    parts: Mapping[str, int]
    size: int
    waits: bool

    def common(self, other: Shape) -> float:
        """How much it has in common with another, from 0 to 1."""
        if self.waits != other.waits:
            return 0.0
        fewer, more = sorted((self.parts, other.parts), key=len)
        shared = sum(min(count, more[part]) for part, count in fewer.items() if part in more)
        return shared / max(self.size, other.size, 1)


def shapes_of(facts: FileFacts) -> dict[int, Shape]:
    """What the functions of a file are like, by their index; those inside of others are a part of these."""
    units = _units(facts)
    found: dict[int, Counter[str]] = {unit: Counter() for unit in units if unit != NONE}
    for unit, part in (*_of_expressions(facts, units), *_of_statements(facts, units)):
        found[unit][part] += 1
    return {
        unit: Shape(dict(parts), sum(parts.values()), "async" in facts.functions[unit].traits)
        for unit, parts in found.items()
    }


def word_of(part: str) -> str:
    """The identifier that stands in a file which has a part; "" where none has to."""
    word = part.partition("(")[0].partition("=")[0].lstrip(".")
    return word if word.isidentifier() else ""


def _units(facts: FileFacts) -> list[int]:
    """For each scope the function that its code is a part of; a class inside of a function is no part of that."""
    units: list[int] = []
    for scope in facts.scopes:
        around = units[scope.parent] if scope.parent != NONE else NONE
        own = scope.owner if scope.kind == "function" else NONE
        units.append(NONE if scope.kind == "class" else around if around != NONE else own)
    return units


# --- what counts ----------------------------------------------------------------------------------------------------


def _of_expressions(facts: FileFacts, units: Sequence[int]) -> Iterator[tuple[int, str]]:
    hidden = _seen_through(facts)
    bound = {(facts.blocks[item.block].scope, item.name) for item in facts.bindings if item.kind != "narrow"}
    scope = 0
    for place, expression in enumerate(facts.expressions):
        block = getattr(expression, "block", NONE)
        scope = scope if block == NONE else facts.blocks[block].scope  # inner expressions come before outer ones
        if units[scope] == NONE or place in hidden:
            continue
        if not isinstance(expression, Name):
            part = _part(facts, expression)
        else:
            part = "" if _is_local(facts, units, bound, scope, expression.id) else expression.id
        if part:
            yield units[scope], part


def _part(facts: FileFacts, expression: Expression) -> str:
    if isinstance(expression, Attribute):
        return f".{expression.name}" if expression.context == "load" else f".{expression.name}={expression.context}"
    if isinstance(expression, Call):
        keywords = ",".join(sorted(name for name, _ in expression.keywords))
        function = facts.expressions[expression.function]
        called = function.name if isinstance(function, Attribute) else "<call>"
        return f"{called}({len(expression.arguments)};{keywords})"
    return f"<{type(expression).__name__}>" if isinstance(expression, _KINDS) else ""


def _is_local(
    facts: FileFacts, units: Sequence[int], bound: set[tuple[int, str]], scope: int, name: str
) -> bool:
    unit = units[scope]
    while scope != NONE and units[scope] == unit:
        if (scope, name) in bound:
            return name not in facts.scopes[scope].outer
        scope = facts.scopes[scope].parent
    return False


def _of_statements(facts: FileFacts, units: Sequence[int]) -> Iterator[tuple[int, str]]:
    for block in facts.blocks:
        if units[block.scope] != NONE and block.kind in _BLOCKS:
            yield units[block.scope], f"<{block.kind}>"
    for binding in facts.bindings:
        unit = units[facts.blocks[binding.block].scope]
        if unit != NONE and binding.kind in _BINDINGS:
            yield unit, f"<{binding.kind}>"
    for index, function in enumerate(facts.functions):
        unit = units[function.scope]
        if unit != NONE:
            yield from ((unit, part) for part in _of_function(function, index != unit))


def _of_function(function: FunctionFact, is_inner: bool) -> list[str]:
    return ["<return>"] * len(function.returned) + ["<yield>"] * len(function.yielded) + ["<def>"] * is_inner


# --- what is seen through -------------------------------------------------------------------------------------------


def _seen_through(facts: FileFacts) -> set[int]:
    """The expressions of annotations and of calls that log."""
    hidden: set[int] = set()
    places = [item.annotation for item in facts.bindings if item.kind != "narrow"]
    places += [item.annotation for item in facts.members]
    places += [function.returns for function in facts.functions]
    for place in places:
        if place != NONE:
            hidden.update(range(_first(facts, place), place + 1))
    for place, call in enumerate(facts.expressions):
        if isinstance(call, Call) and _logs(facts, call):
            hidden.update(range(_first(facts, call.function), place + 1))
    return hidden


def _logs(facts: FileFacts, call: Call) -> bool:
    function = facts.expressions[call.function]
    if not isinstance(function, Attribute) or function.name not in _LOGGING:
        return False
    owner = facts.expressions[function.value]
    owner = facts.expressions[owner.function] if isinstance(owner, Call) else owner
    name = owner.id if isinstance(owner, Name) else owner.name if isinstance(owner, Attribute) else ""
    return name.lower().strip("_").endswith(_LOGGERS)


def _first(facts: FileFacts, place: int) -> int:
    """The first of the expressions that an expression consists of."""
    while True:
        inner = _leftmost(facts.expressions[place])
        if not 0 < inner < place:
            return place
        place = inner


def _leftmost(expression: Expression) -> int:
    if isinstance(expression, (Attribute, Subscript)):
        return expression.value
    if isinstance(expression, Call):
        return expression.function
    parts = expression.options if isinstance(expression, Choice) else getattr(expression, "items", ())
    return parts[0] if parts else NONE

"""Binds the arguments of a call to parameters, as Python would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ssot_lint.model.facts import NONE, Call, Parameter, Starred
from ssot_lint.model.policy import Inline
from ssot_lint.rules.context import RuleContext


class Formal(msgspec.Struct, frozen=True):
    """A parameter. `kind`: "positional-only", "positional", "keyword-only", "*" or "**"."""

    name: str
    kind: str = "positional"
    required: bool = True


class Bound(msgspec.Struct, frozen=True):
    """Arguments that fit, or why they do not.

    Attributes:
        given: parameter -> index of its argument among the positional ones and, behind them, those with a keyword.
        problem: empty where they fit.
    """

    given: dict[str, int] = {}
    problem: str = ""


def formals_of_entry(entry: Inline) -> tuple[Formal, ...]:
    """The parameters of a legacy signature."""
    return tuple(Formal(item.name, item.kind, item.default is None) for item in entry.parameters)


def formals_of(parameters: Sequence[Parameter]) -> tuple[Formal, ...]:
    """The parameters of a function."""
    return tuple(
        Formal(item.name, item.kind, item.default == NONE and item.kind not in ("*", "**")) for item in parameters
    )


def positional_names(formals: Sequence[Formal | Parameter]) -> list[str]:
    """The parameters that arguments without a keyword go to, in their order."""
    return [item.name for item in formals if item.kind in ("positional-only", "positional")]


def is_open(context: RuleContext, call: Call) -> bool:
    """Whether `*` or `**` brings arguments that cannot be counted."""
    starred = any(isinstance(context.module.expression(place), Starred) for place in call.arguments)
    return starred or any(not name for name, _ in call.keywords)


def bind(formals: Sequence[Formal], call: Call) -> Bound:
    """The arguments of a call without `*` and `**`, bound to parameters."""
    keywords = [name for name, _ in call.keywords]
    takers = [item for item in formals if item.kind in ("positional-only", "positional")]
    given = {item.name: index for index, item in zip(range(len(call.arguments)), takers)}
    problem = next(_problems(formals, takers, given, len(call.arguments), keywords), "")
    if problem:
        return Bound(problem=problem)
    named = {item.name for item in formals if item.kind in ("positional", "keyword-only")}
    given.update({name: len(call.arguments) + index for index, name in enumerate(keywords) if name in named})
    return Bound(given)


def _problems(
    formals: Sequence[Formal], takers: Sequence[Formal], given: dict[str, int], count: int, keywords: Sequence[str]
) -> Iterator[str]:
    kinds = {item.kind for item in formals}
    named = {item.name for item in formals if item.kind in ("positional", "keyword-only")}
    for name in keywords:
        if name not in named and "**" not in kinds:
            yield f"it takes no `{name}`"
        elif name in named and name in given:
            yield f"`{name}` is given twice"
    if count > len(takers) and "*" not in kinds:
        yield f"it takes {_counted(len(takers))}, and {count} are given"
    for item in formals:
        by_keyword = item.name in keywords and item.kind != "positional-only"
        if item.required and item.name not in given and not by_keyword:
            yield f"it needs `{item.name}`"


def _counted(count: int) -> str:
    return "no argument without a keyword" if not count else f"{count} argument{'s' * (count > 1)} without a keyword"

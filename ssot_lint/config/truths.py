"""`[[truth]]` -> `Truth`."""

from __future__ import annotations

from collections.abc import Callable

from ssot_lint.config.bridges import check_bridges, read_bridges
from ssot_lint.config.conversion import read_table
from ssot_lint.config.inlines import Callee, read_inlines
from ssot_lint.config.problems import Problems, below, quoted
from ssot_lint.config.shape import DuplicatesTable, TruthTable
from ssot_lint.config.values import (
    each, member, module_path, name_glob, named_path, object_path, parameter, share, text,
)
from ssot_lint.model.policy import Duplicates, Truth

LIFETIMES = ("any", "request")


def read_truths(tables: tuple[object, ...], problems: Problems) -> tuple[Truth, ...]:
    """Every truth that has a name and a canonical; the others are among `problems`."""
    keyed = ((f"truth[{index}]", data) for index, data in enumerate(tables))
    read = [(key, read_table(TruthTable, data, key, problems)) for key, data in keyed]
    truths = tuple(_truth(table, key, problems) for key, table in read if table)
    _check_names(truths, problems)
    check_bridges(truths, problems)
    return truths


def _truth(table: TruthTable, key: str, problems: Problems) -> Truth:
    canonical = object_path(table.canonical, f"{key}.canonical", problems)
    owner = "" if table.owner is None else text(table.owner, f"{key}.owner", problems)
    retired = each(object_path, table.retired, f"{key}.retired", problems)
    return Truth(
        name=text(table.name, f"{key}.name", problems),
        canonical=canonical,
        key=key,
        owner=owner,
        facades=each(module_path, table.facades, f"{key}.facades", problems),
        retired=retired,
        removed=_removed(table.removed, f"{key}.removed", problems),
        factories=each(named_path, table.factories, f"{key}.factories", problems),
        lifetime=_lifetime(table.lifetime, f"{key}.lifetime", problems),
        required_arguments=_once(parameter, table.required_arguments, f"{key}.required-arguments", problems),
        events=_once(text, table.events, f"{key}.events", problems),
        allow_in=each(module_path, table.allow_in, f"{key}.allow-in", problems),
        duplicates=_duplicates(table.duplicates or DuplicatesTable(), f"{key}.duplicates", problems),
        inlines=read_inlines(table.inline, Callee(canonical, table.removed, retired), f"{key}.inline", problems),
        bridges=read_bridges(table.bridge, owner, f"{key}.bridge", problems),
    )


def _lifetime(value: str, key: str, problems: Problems) -> str:
    if value not in LIFETIMES:
        problems.add(key, f"expected one of {', '.join(map(quoted, LIFETIMES))}, found {quoted(value)}")
    return value


def _once(
    read: Callable[[str, str, Problems], str], values: tuple[str, ...], key: str, problems: Problems
) -> tuple[str, ...]:
    """Every item of an array in which nothing may stand twice."""
    for index, value in enumerate(values):
        if value in values[:index]:
            problems.add(f"{key}[{index}]", f"expected each of them once, found {quoted(value)} again")
    return each(read, values, key, problems)


def _removed(removed: dict[str, str], key: str, problems: Problems) -> dict[str, str]:
    return {
        member(name, below(key, name), problems): text(instead, below(key, name), problems)
        for name, instead in removed.items()
    }


def _duplicates(table: DuplicatesTable, key: str, problems: Problems) -> Duplicates:
    return Duplicates(
        names=each(name_glob, table.names, f"{key}.names", problems),
        implements=each(named_path, table.implements, f"{key}.implements", problems),
        similarity=share(table.similarity, f"{key}.similarity", problems),
        allow=each(named_path, table.allow, f"{key}.allow", problems),
    )


def _check_names(truths: tuple[Truth, ...], problems: Problems) -> None:
    first: dict[str, Truth] = {}
    for truth in truths:
        other = first.setdefault(truth.name, truth)
        if other is not truth:
            found = f'"{truth.name}", the name of {problems.full(other.key)} too'
            problems.add(f"{truth.key}.name", f"expected a name of its own, found {found}")

"""Entries of the configuration that can have no effect: what they name is not there, or cannot be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from ssot_lint.index import Definition, External, Missing
from ssot_lint.index.likeness import SUBSTANTIAL, originals
from ssot_lint.model.policy import ObjectPath, Truth
from ssot_lint.rules.constructors import constructor_of
from ssot_lint.rules.context import Knowledge, RuleContext
from ssot_lint.rules.suspicion import Suspicion

_MOST_SHOWN = 8


class IdleEntry(msgspec.Struct, frozen=True):
    """One of them.

    Attributes:
        key: where it stands, relative to the table of ours.
        problem: what was found, and the way out.
        is_mistake: else it is a default that has no effect here, which is to be known and no more.
    """

    key: str
    problem: str
    is_mistake: bool = True


def idle_entries(knowledge: Knowledge) -> Iterator[IdleEntry]:
    """The entries of all truths, in their order.

    Whoever declares something outside of the project is believed: nothing is known of it.
    """
    checks: tuple[Callable[[Knowledge, Truth], Iterator[IdleEntry]], ...] = (
        _of_facades, _of_factories, _of_arguments, _of_allow_in, _of_interfaces, _of_sanctioned, _of_inlines,
        _of_bridges, _of_similarity,
    )
    for truth in knowledge.policy.truths:
        for check in checks:
            yield from check(knowledge, truth)


# --- names


def _of_facades(knowledge: Knowledge, truth: Truth) -> Iterator[IdleEntry]:
    for number, module in enumerate(truth.facades):
        if _is_absent(knowledge, ObjectPath(module)):
            yield _nowhere(truth, f"facades[{number}]", module, "module")


def _of_factories(knowledge: Knowledge, truth: Truth) -> Iterator[IdleEntry]:
    for number, path in enumerate(truth.factories):
        if _is_absent(knowledge, path) or _is_outside(knowledge, path.module):
            yield _nowhere(truth, f"factories[{number}]", str(path), "function or method")


def _of_interfaces(knowledge: Knowledge, truth: Truth) -> Iterator[IdleEntry]:
    for number, path in enumerate(truth.duplicates.implements):
        if _is_absent(knowledge, path):
            yield _nowhere(truth, f"duplicates.implements[{number}]", str(path), "class")


def _of_sanctioned(knowledge: Knowledge, truth: Truth) -> Iterator[IdleEntry]:
    for number, path in enumerate(truth.duplicates.allow):
        if _is_absent(knowledge, path):
            yield _nowhere(truth, f"duplicates.allow[{number}]", str(path), "class or function")


def _of_inlines(knowledge: Knowledge, truth: Truth) -> Iterator[IdleEntry]:
    for number, entry in enumerate(truth.inlines):
        for place, path in enumerate(entry.imports):
            if _is_absent(knowledge, path):
                yield _nowhere(truth, f"inline[{number}].imports[{place}]", str(path), "name")


def _of_bridges(knowledge: Knowledge, truth: Truth) -> Iterator[IdleEntry]:
    for number, bridge in enumerate(truth.bridges):
        if _is_absent(knowledge, bridge.target) or _is_outside(knowledge, bridge.target.module):
            problem = (
                f"found `{bridge.target}`, which does not exist, so that nothing is tolerated, and nothing expires: "
                "take the entry out if the bridge is gone, else mend the path"
            )
            yield IdleEntry(f"{truth.key}.bridge[{number}].target", problem)


def _of_allow_in(knowledge: Knowledge, truth: Truth) -> Iterator[IdleEntry]:
    for number, entry in enumerate(truth.allow_in):
        if _is_absent(knowledge, ObjectPath(entry)) or _is_outside(knowledge, entry):
            yield _nowhere(truth, f"allow-in[{number}]", entry, "module or package")


def _nowhere(truth: Truth, key: str, found: str, expected: str) -> IdleEntry:
    way_out = f"expected a {expected} of the project: mend the path, or take it out"
    return IdleEntry(f"{truth.key}.{key}", f"found `{found}`, which does not exist; {way_out}")


def _is_absent(knowledge: Knowledge, path: ObjectPath) -> bool:
    """Whether something of the project is meant, and it has no such thing."""
    if not path.name:
        return isinstance(knowledge.index.module_target(path.module), Missing)
    return all(isinstance(target, Missing) for target in knowledge.catalogue.targets(path))


def _is_outside(knowledge: Knowledge, module: str) -> bool:
    return isinstance(knowledge.index.module_target(module), External)


# --- arguments


def _of_arguments(knowledge: Knowledge, truth: Truth) -> Iterator[IdleEntry]:
    classes = [target for target in _definitions(knowledge, truth) if target.kind == "class"]
    known = [_parameters(knowledge, definition) for definition in classes]
    if not known or any(names is None for names in known):
        return
    names = list(dict.fromkeys(name for found in known for name in found or ()))
    for number, name in enumerate(truth.required_arguments):
        if name not in names:
            there = ", ".join(f"`{item}`" for item in names[:_MOST_SHOWN]) + ", ..." * (len(names) > _MOST_SHOWN)
            problem = (
                f"found `{name}`, which the constructor of `{truth.canonical}` does not take; expected one of its "
                f"parameters ({there or 'it has none'}): mend the name, or take it out"
            )
            yield IdleEntry(f"{truth.key}.required-arguments[{number}]", problem)


def _parameters(knowledge: Knowledge, definition: Definition) -> list[str] | None:
    """The names of what a class is constructed with; None where there can be others."""
    module = knowledge.index.at(definition.path)
    constructor = constructor_of(RuleContext(module, knowledge, Suspicion(module, knowledge.meanings)), definition)
    if constructor is None or any(formal.kind == "**" for formal in constructor.formals):
        return None
    return [formal.name for formal in constructor.formals if formal.kind != "*"]


def _definitions(knowledge: Knowledge, truth: Truth) -> list[Definition]:
    return [target for target in knowledge.catalogue.identities[truth.name] if isinstance(target, Definition)]


# --- structure


def _of_similarity(knowledge: Knowledge, truth: Truth) -> Iterator[IdleEntry]:
    """A truth that is too small for its copies to be known by their structure."""
    if knowledge.policy.severity.get("duplicate-structure") == "off" or not truth.duplicates.similarity:
        return
    definitions = [target for target in _definitions(knowledge, truth) if target.kind in SUBSTANTIAL]
    found = list(originals(knowledge.index, definitions, truth.duplicates.similarity))
    if found and all(original.telltale is None for original in found):
        original = max(found, key=lambda item: item.size)
        yield IdleEntry(f"{truth.key}.duplicates.similarity", _too_small(truth, original.kind, original.size), False)


def _too_small(truth: Truth, kind: str, size: int) -> str:
    least = SUBSTANTIAL[kind]
    measured = f"it has {size} parts, and {least} are needed" if size < least else "it says too little of its own"
    return (
        f"the {kind} `{truth.canonical}` is too small for its copies to be known by their structure ({measured}), so "
        "that duplicate-structure is silent about it: find copies by `duplicates.names` or `duplicates.implements`, "
        "and set `similarity = 0` if that will do"
    )


def idle_patterns(patterns: Iterable[tuple[str, bool]]) -> Iterator[IdleEntry]:
    """The entries of `per-path` that match no file.

    Args:
        patterns: each with whether it matches any.
    """
    for pattern, matches_any in patterns:
        if not matches_any:
            problem = "matches no file of the project: mend the pattern, or take it out"
            yield IdleEntry(f'per-path."{pattern}"', problem)

"""Whether it matters that a module is imported as soon as a file is, and not when a function first needs it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import partial

from ssot_lint.files.dotted import above
from ssot_lint.fixing.quiet import effect_lines
from ssot_lint.fixing.running import is_run_on_import, needed_by, reach
from ssot_lint.index import Module, ProjectIndex

_MOST = 400
_MOST_KNOWN = 4_000
"""Modules that are looked at, the nearest first."""


def doubt_about_loading(index: ProjectIndex, module: Module, source: str) -> str:
    """Why it matters that a file imports a module at once; empty where it does not.

    Nothing is wrong with modules that only define things and import what is there, nor with what the file has imported
    anyway.
    """
    return index.once(("loading", module.file.path, source), partial(_doubt, module, source))


def _doubt(module: Module, source: str, index: ProjectIndex) -> str:
    found = reach(index, [source], module, _MOST)
    outside = [] if index.is_first_party(source) else [source.partition(".")[0]]
    needs = [("", name) for name in outside if name not in sys.stdlib_module_names]
    needs += ((path, name) for path in found for name in may_be_missing(index, path))
    effects = [(path, line) for path in found for line in effects_of(index, path)]
    if not needs and not effects and len(found) <= _MOST:
        return ""
    around = (outer for own in module.file.modules for outer in above(own))
    there = reach(index, (*needed_by(index, module), *around), module, _MOST_KNOWN)
    known = {name for path in (*there, module.file.path) for name in needed_outside(index, path)}
    return _said(
        source,
        (name for path, name in needs if name not in known and path not in there),
        (found[path] for path, _ in effects if path not in there),
    )


def _said(source: str, needs: Iterable[str], acting: Iterable[str]) -> str:
    for name in needs:
        what = "it" if name == source.partition(".")[0] else f"`{name}`, which it needs,"
        return f"`{source}` would be imported as soon as this file is, and {what} may not be there"
    for name in acting:
        what = "it" if name == source else f"`{name}`, which it imports,"
        return f"`{source}` would be imported as soon as this file is, and {what} does more than define things"
    return ""


def effects_of(index: ProjectIndex, path: str) -> tuple[int, ...]:
    """The lines on which a file does something that others may rely on when it is imported."""
    return index.once(("effects", path), lambda index: tuple(effect_lines(index.at(path))))


def may_be_missing(index: ProjectIndex, path: str) -> Iterator[str]:
    """What a file cannot be imported without, and what may not be there."""
    return (name for name in needed_outside(index, path) if name not in sys.stdlib_module_names)


def needed_outside(index: ProjectIndex, path: str) -> tuple[str, ...]:
    """The top-level packages outside of the project, and the missing ones of its own, that a file imports at once."""
    return index.once(("needed outside", path), lambda index: tuple(_needed_outside(index, index.at(path))))


def _needed_outside(index: ProjectIndex, module: Module) -> Iterator[str]:
    for fact in module.facts.imports:
        if not is_run_on_import(module, fact.block) or module.typing_only(fact.block) or module.is_guarded(fact.block):
            continue
        source = module.absolute(fact)
        if source and not index.is_first_party(source):
            yield source.partition(".")[0]
        elif source and not index.is_known(source):
            yield source

"""What goes with an import of one module when another one takes its place: what that did, and where it failed."""

from __future__ import annotations

from functools import partial

import msgspec

from ssot_lint.files.dotted import above
from ssot_lint.fixing.eager import effects_of, may_be_missing, needed_outside
from ssot_lint.fixing.running import imports_of, reach
from ssot_lint.index import Module, ProjectIndex
from ssot_lint.model.facts import Import

_MOST = 200
"""Modules that are looked at, the nearest first."""


class Dropped(msgspec.Struct, frozen=True):
    """What is no more done where a new module is imported in the place of an old one.

    Attributes:
        effects: (module, line) of what does more than define things.
        needs: (module, what it imports) of what may not be there.
    """

    effects: tuple[tuple[str, int], ...]
    needs: tuple[tuple[str, str], ...]


def doubt_about_dropping(index: ProjectIndex, importer: Module, fact: Import, old: str, new: str) -> str:
    """Why it may matter that an import leads to another module; empty where it does not.

    Args:
        fact: the import as it stands.
    """
    if importer.typing_only(fact.block):
        return ""
    dropped = index.once(("dropped", importer.file.path, old, new), partial(_dropped, importer, old, new))
    kept = {name for names in imports_of(importer) for name in names} - {old}
    for module, line in dropped.effects:
        if module not in kept:
            return f"`{module}`, which does more than define things (line {line}), would not be imported any more"
    if importer.is_guarded(fact.block):
        for module, name in dropped.needs:
            return f"`{module}` cannot be imported where `{name}` is missing, and this file sees to that case"
    return ""


def _dropped(importer: Module, old: str, new: str, index: ProjectIndex) -> Dropped:
    around = set(above(new)) | {new}
    names = [name for name in (old, *above(old)) if name not in around]
    mine = {module.file.path for module in map(index.module, around) if module is not None}
    gone = reach(index, names, importer, _MOST, without=mine)
    effects = [(path, line) for path in gone for line in effects_of(index, path)]
    needs = [(path, name) for path in gone for name in may_be_missing(index, path)]
    if not effects and not needs:
        return Dropped((), ())
    there = reach(index, [new], importer, _MOST)
    known = {name for path in there for name in needed_outside(index, path)}
    return Dropped(
        tuple((gone[path], line) for path, line in effects if path not in there),
        tuple((gone[path], name) for path, name in needs if path not in there and name not in known),
    )

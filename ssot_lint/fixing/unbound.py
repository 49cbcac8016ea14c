"""Plans for names that nothing binds: the import that they lack is added."""

from __future__ import annotations

from collections.abc import Iterable

from ssot_lint.fixing.adding import Room, add_import, room_of
from ssot_lint.fixing.circles import may_lead_back
from ssot_lint.fixing.eager import doubt_about_loading
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.name_imports import CIRCLE
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.task import Task, proposed
from ssot_lint.model.facts import Name
from ssot_lint.model.policy import ObjectPath


def plan_unbound(manuscript: Manuscript, tasks: Iterable[Task]) -> list[Proposal]:
    """One proposal for all uses of a name."""
    groups: dict[ObjectPath, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.new, []).append(task)
    return [_proposal(manuscript, path, group) for path, group in groups.items()]


def _proposal(manuscript: Manuscript, path: ObjectPath, tasks: list[Task]) -> Proposal:
    sheet = Sheet(manuscript)
    room = Room.of_all(_room(manuscript, task.remedy.place) for task in tasks)
    add_import(manuscript, sheet, [(path, path.name)], room)
    doubt = CIRCLE if may_lead_back(manuscript.index, manuscript.module, path.module) else ""
    doubt = doubt or doubt_about_loading(manuscript.index, manuscript.module, path.module)
    return proposed(tasks, not doubt, sheet.edits(), doubt)


def _room(manuscript: Manuscript, place: int) -> Room:
    name = manuscript.module.expression(place)
    assert isinstance(name, Name)
    return room_of(manuscript, name.block, place)

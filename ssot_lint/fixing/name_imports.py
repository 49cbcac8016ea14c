"""Plans for names that `from` statements import: each goes to its new module, and stays bound in the file."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ssot_lint.facts.layout import Attempt
from ssot_lint.files.dotted import last
from ssot_lint.fixing.circles import may_lead_back
from ssot_lint.fixing.dropping import doubt_about_dropping
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.moving import Move, move_names
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.fixing.renaming import is_mangled, kinds_around, rename_uses
from ssot_lint.fixing.running import is_run_on_import
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.task import Refusal, Task, proposed, reason_of, refused
from ssot_lint.model.facts import Import
from ssot_lint.model.policy import ObjectPath


CIRCLE = "the new import may lead back to this file"
COLLAPSED = "two arms of the `try` become one"


class Moving(msgspec.Struct, frozen=True):
    """One name that is to be imported from elsewhere.

    Attributes:
        statement, position: where it stands.
        doubt: why it may not be the same; empty where it is.
    """

    task: Task
    statement: int
    position: int
    move: Move
    doubt: str


def plan_name_imports(manuscript: Manuscript, tasks: Iterable[Task], rename: bool) -> list[Proposal]:
    """One proposal for the names of a statement, and for statements of one block that go to the same module."""
    movings, found = [], []
    for task in tasks:
        try:
            movings.append(_moving(manuscript, task))
        except Refusal as refusal:
            found.append(refused([task], str(refusal)))
    for group in _groups(manuscript, movings):
        found += _planned(manuscript, group, rename)
    return found


def _moving(manuscript: Manuscript, task: Task) -> Moving:
    fact, new = manuscript.facts.imports[task.remedy.place], task.new
    if "." in new.name:
        raise Refusal(f"`{new}` is a member of a class: import the class, and write `{new.name}`")
    source, name = new.module, new.name
    if not name:
        source, _, name = new.module.rpartition(".")
    if is_mangled(name) and "class" in kinds_around(manuscript, fact.block):
        raise Refusal(f"`{name}` cannot be imported inside of a class: Python would look for another name")
    statement, position = manuscript.home(fact)
    move = Move(source, name, _alias(manuscript, fact, name))
    return Moving(task, statement, position, move, _doubt(manuscript, fact, task))


def _doubt(manuscript: Manuscript, fact: Import, task: Task) -> str:
    if not task.remedy.same:
        circle = CIRCLE if is_hazard(manuscript, fact, task) else ""
        return reason_of(f"`{task.new}` may be something else than `{task.old}`", circle)
    if is_hazard(manuscript, fact, task):
        return CIRCLE
    if doubt := indirection(manuscript, task) or leaving_doubt(manuscript, fact, task):
        return doubt
    patches = manuscript.patches
    was_replaced = "" if is_run_on_import(manuscript.module, fact.block) else patches.doubt(task.old)
    return was_replaced or patches.doubt_new(task.new)


def _alias(manuscript: Manuscript, fact: Import, name: str) -> str:
    """The alias by which the file's name for it stays bound; repeated where the import is a re-export by that."""
    local, is_passed_on = fact.alias or fact.name, fact.alias == fact.name
    if is_passed_on and name != local and manuscript.module.file.is_stub:
        raise Refusal(f"`{name} as {local}` would no longer offer `{local}` to those who import it from this stub")
    return local if local != name or is_passed_on else ""


def indirection(manuscript: Manuscript, task: Task) -> str:
    """What is assigned under a name of its own, for others to take whatever it is; empty where it is no such thing."""
    index, old, new = manuscript.index, task.old, last(task.new.name)
    retirement_of = manuscript.page.knowledge.catalogue.retirement_of
    for found in index.member(old.module, old.name, manuscript.module) if old.name and "." not in old.name else ():
        for hop in found.chain:
            home = index.module(hop.module)
            if home is None or hop.name in ("", new) or retirement_of(f"{hop.module}.{hop.name}") is not None:
                continue
            if any(binding.kind == "assign" for binding in home.exported(hop.name)):
                return f"`{hop.module}` assigns it to `{hop.name}`, which may be there to be set to something else"
    return ""


def leaving_doubt(manuscript: Manuscript, fact: Import, task: Task) -> str:
    """What is lost with the old import beside what it brings; empty where nothing is."""
    index, module = manuscript.index, manuscript.module
    submodule = f"{task.old.module}.{task.old.name}"
    old = submodule if index.module(submodule, module) is not None else task.old.module
    return "" if old == task.new.module else doubt_about_dropping(index, module, fact, old, task.new.module)


def is_hazard(manuscript: Manuscript, fact: Import, task: Task) -> bool:
    """Whether the new import can come back to this file before it is ready."""
    return hazard_of(manuscript, fact.block, task.old, task.new.module)


def hazard_of(manuscript: Manuscript, block: int, old: ObjectPath, new: str) -> bool:
    """The same for an import that stands in a block."""
    if not is_run_on_import(manuscript.module, block) or manuscript.module.typing_only(block):
        return False
    ways = manuscript.index.member(old.module, old.name, manuscript.module) if old.name else ()
    has_been_there = any(hop.module == new for way in ways for hop in way.chain[1:])
    return may_lead_back(manuscript.index, manuscript.module, new, thorough=not has_been_there)


def _groups(manuscript: Manuscript, movings: Iterable[Moving]) -> list[list[Moving]]:
    """What has to be changed together: arms of one `try`, names of one statement, and what goes to one module."""
    groups: list[list[Moving]] = []
    for moving in movings:
        touching = [group for group in groups if any(_belong(manuscript, moving, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(item for group in touching for item in group), moving])
    return groups


def _belong(manuscript: Manuscript, one: Moving, other: Moving) -> bool:
    attempt = manuscript.attempt_of(one.statement)
    if attempt is not None or manuscript.attempt_of(other.statement) is not None:
        return attempt == manuscript.attempt_of(other.statement)
    if bool(one.doubt) != bool(other.doubt):
        return False
    statements = manuscript.layout.statements
    same_body = statements[one.statement].body == statements[other.statement].body
    return one.statement == other.statement or (same_body and one.move.source == other.move.source)


def _planned(manuscript: Manuscript, group: list[Moving], rename: bool) -> list[Proposal]:
    """What becomes of a group; a statement that has to stay takes no other along, unless they are arms of one `try`."""
    proposal = _proposal(manuscript, group, rename)
    statements = dict.fromkeys(moving.statement for moving in group)
    if proposal.fix.edits or len(statements) == 1 or any(map(manuscript.attempt_of, statements)):
        return [proposal]
    parts = [[moving for moving in group if moving.statement == statement] for statement in statements]
    alone = [(part, _proposal(manuscript, part, rename)) for part in parts]
    staying = [found for _, found in alone if not found.fix.edits]
    rest = [moving for part, found in alone if found.fix.edits for moving in part]
    if not staying:
        return [found for _, found in alone]
    return [*staying, *(_planned(manuscript, rest, rename) if rest else [])]


def _proposal(manuscript: Manuscript, group: list[Moving], rename: bool) -> Proposal:
    tasks = [moving.task for moving in group]
    sheet = Sheet(manuscript)
    remarks: list[str] = []
    if rename:
        group, remarks = _renamed(manuscript, sheet, group)
    try:
        for statement in sorted({moving.statement for moving in group}):
            here = [moving for moving in group if moving.statement == statement]
            relative = bool(manuscript.facts.imports[here[0].task.remedy.place].level)
            move_names(manuscript, sheet, statement, {item.position: (item.move,) for item in here}, relative)
        collapsed = collapse_arms(manuscript, sheet, {moving.statement for moving in group})
    except Refusal as refusal:
        return refused(tasks, str(refusal))
    doubts = [moving.doubt for moving in group if moving.doubt] + [COLLAPSED] * collapsed
    old = {manuscript.local_of(moving.task.remedy.place): moving.move.local for moving in group}
    unbinds = [name for name, local in old.items() if name != local]
    is_divisible = all(manuscript.attempt_of(moving.statement) is None for moving in group)
    return proposed(tasks, not doubts, sheet.edits(), reason_of(*doubts, *remarks), unbinds, is_divisible)


def _renamed(manuscript: Manuscript, sheet: Sheet, group: list[Moving]) -> tuple[list[Moving], list[str]]:
    """The names that can have their own name in the file have it; for each of the others, why it cannot."""
    found, remarks = [], []
    for moving in group:
        fact, move = manuscript.facts.imports[moving.task.remedy.place], moving.move
        new = moving
        if move.alias and not fact.alias:
            try:
                rename_uses(manuscript, sheet, moving.task.remedy.place, move.name)
                new = msgspec.structs.replace(moving, move=Move(move.source, move.name))
            except Refusal as refusal:
                remarks.append(str(refusal))
        found.append(new)
    return found, remarks


def collapse_arms(manuscript: Manuscript, sheet: Sheet, statements: Iterable[int]) -> bool:
    """Put one arm in the place of a `try` whose arms import the same after the changes; whether there was any.

    Raises:
        Refusal: where there is more to it than imports.
    """
    found = (manuscript.attempt_of(statement) for statement in statements)
    collapsed = False
    for attempt in dict.fromkeys(item for item in found if item is not None):
        arms = [sheet.bound_in(arm) for arm in attempt.arms]
        if not any(one == other for place, one in enumerate(arms) for other in arms[:place] if one):
            continue
        if not _is_collapsible(manuscript, sheet, attempt):
            raise Refusal("two arms of the `try` would import the same: keep one of them, and drop the other")
        sheet.collapse(attempt)
        collapsed = True
    return collapsed


def _is_collapsible(manuscript: Manuscript, sheet: Sheet, attempt: Attempt) -> bool:
    text = manuscript.text[attempt.start:attempt.end]
    has_more = "#" in text or any(sheet.does_more(arm) for arm in attempt.arms)
    return attempt.is_plain and not has_more and manuscript.stands_alone(attempt.start, attempt.end)

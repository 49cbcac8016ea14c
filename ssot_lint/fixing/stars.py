"""Plans for star imports: the names that a file uses by them are imported one by one."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator

from ssot_lint.files.dotted import last
from ssot_lint.fixing.adding import module_as_written
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.moving import Move, move_names
from ssot_lint.fixing.name_imports import COLLAPSED, collapse_arms, hazard_of, leaving_doubt
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.task import Refusal, Task, proposed, reason_of, refused
from ssot_lint.index import Missing, Unknown
from ssot_lint.model.facts import Attribute, Import, Name
from ssot_lint.model.policy import ObjectPath
from ssot_lint.rules.relocating import relocation


OTHER = "what is imported by name may be something else, or lead back to this file"


def plan_stars(manuscript: Manuscript, tasks: Iterable[Task]) -> list[Proposal]:
    """One proposal for each star import of what is retired as a whole."""
    return [_proposal(manuscript, task) for task in tasks]


def _proposal(manuscript: Manuscript, task: Task) -> Proposal:
    fact = manuscript.facts.imports[task.remedy.place]
    sheet = Sheet(manuscript)
    try:
        found = {name: _destination(manuscript, task, name) for name in _needed(manuscript, fact)}
        if not found:
            raise Refusal("nothing in this file is known to come from it: it may be there for others, or for nothing")
        statement, position = manuscript.home(fact)
        moves = [Move(new.module, new.name, name if name != new.name else "") for name, (new, _) in found.items()]
        move_names(manuscript, sheet, statement, {position: moves}, bool(fact.level))
        collapsed = collapse_arms(manuscript, sheet, [statement])
    except Refusal as refusal:
        return refused([task], str(refusal))
    is_same = all(same for _, same in found.values())
    left = (leaving_doubt(manuscript, fact, task.towards(new)) for new, _ in found.values())
    doubts = ["" if is_same else OTHER, COLLAPSED if collapsed else "", next(filter(None, left), "")]
    return proposed([task], not any(doubts), sheet.edits(), reason_of(*doubts))


def _destination(manuscript: Manuscript, task: Task, name: str) -> tuple[ObjectPath, bool]:
    """Where a name that the star brings is to be imported from, and whether that is safe."""
    context, old = manuscript.context, ObjectPath(task.old.module, name)
    bypasses = context.catalogue.of_import(manuscript.module, old.module, name)
    if not bypasses:
        raise Refusal(f"nothing tells where `{name}` is to be imported from")
    remedy = relocation(context, "import", task.remedy.place, bypasses, bypasses[0], old)
    if remedy.new is None or remedy.reason or not remedy.new.name or "." in remedy.new.name:
        raise Refusal(f"`{name}` would be left behind: {remedy.reason or f'it is `{remedy.new}` now'}")
    fact = manuscript.facts.imports[task.remedy.place]
    doubt = manuscript.patches.doubt_new(remedy.new) or hazard_of(manuscript, fact.block, old, remedy.new.module)
    return remedy.new, remedy.same and not doubt


def _needed(manuscript: Manuscript, star: Import) -> list[str]:
    """The names that a star import brings and somebody uses, in the order of their first use.

    Raises:
        Refusal: where that cannot be told.
    """
    module = manuscript.module
    if module.facts.opaque_namespace or any(item.id in ("globals", "exec", "eval") for _, item in module.all_of(Name)):
        raise Refusal("names are looked up in this file in ways that cannot be followed")
    names: dict[str, None] = {}
    for place, item in module.all_of(Name):
        if item.id in names or not _brings(manuscript, star, item.id):
            continue
        if module.all_in_scope(0, item.id):
            raise Refusal(f"`{item.id}` is bound in this file as well")
        if not module.lookup(item.id, item.block, place):
            _require_one_star(manuscript, star, item.id)
            names[item.id] = None
    _require_no_doubt(manuscript, star)
    names.update(dict.fromkeys(_taken_by_others(manuscript, star)))
    return list(names)


def _brings(manuscript: Manuscript, star: Import, name: str) -> bool:
    source = manuscript.module.absolute(star)
    if not manuscript.index.offers_to_star(source, name, manuscript.module):
        return False
    found = manuscript.index.member(source, name, manuscript.module)
    return not all(isinstance(item.target, (Missing, Unknown)) for item in found)


def _require_one_star(manuscript: Manuscript, star: Import, name: str) -> None:
    module, index = manuscript.module, manuscript.index
    for source in (module.absolute(other) for other in module.stars if other != star):
        if index.offers_to_star(source, name, module):
            if not all(isinstance(item.target, Missing) for item in index.member(source, name, module)):
                raise Refusal(f"`{name}` may come from `{source}` as well")


def _require_no_doubt(manuscript: Manuscript, star: Import) -> None:
    """A name that nothing binds, and that the module may have all the same, is not to be lost."""
    module, source = manuscript.module, manuscript.module.absolute(star)
    for place, item in module.all_of(Name):
        if module.lookup(item.id, item.block, place) or hasattr(builtins, item.id) or item.id.startswith("__"):
            continue
        found = manuscript.index.member(source, item.id, module)
        offered = manuscript.index.offers_to_star(source, item.id, module)
        if offered and any(isinstance(target.target, Unknown) for target in found):
            raise Refusal(f"`{item.id}` may come from it, as far as can be told")


def _taken_by_others(manuscript: Manuscript, star: Import) -> Iterator[str]:
    """Names that the star brings and that `__all__` or other files take from here."""
    module = manuscript.module
    exports = module.facts.exports
    if exports is not None and (exports.dynamic or exports.sources):
        raise Refusal("`__all__` is made of what cannot be read")
    if exports is None and module.file.is_package:
        raise Refusal("a package offers whatever the star brings, and nothing lists what that is to be")
    yield from (name for name in (exports.names if exports else ()) if _is_from(manuscript, star, name))
    homes = frozenset(module.file.modules)
    for word in {last(home) for home in homes}:
        for other in manuscript.index.with_word(word):
            for fact in other.facts.imports:
                source = other.absolute(fact)
                if source in homes and fact.name == "*":
                    raise Refusal(f"{other.file.path} takes everything from here by a star of its own")
                if source in homes and fact.name and _is_from(manuscript, star, fact.name):
                    yield fact.name
            for _, item in other.all_of(Attribute):
                if other.file.path != module.file.path and _is_from(manuscript, star, item.name):
                    yield from _if_taken_from(manuscript, other.file.path, item, homes)


def _if_taken_from(manuscript: Manuscript, path: str, item: Attribute, homes: frozenset[str]) -> Iterator[str]:
    other = manuscript.index.at(path)
    owners = manuscript.index.reference(other, item.value)
    if any(getattr(owner.target, "module", "") in homes and not hasattr(owner.target, "kind") for owner in owners):
        yield item.name


def _is_from(manuscript: Manuscript, star: Import, name: str) -> bool:
    return not manuscript.module.all_in_scope(0, name) and _brings(manuscript, star, name)


# --- single names


def plan_star_names(manuscript: Manuscript, tasks: Iterable[Task]) -> list[Proposal]:
    """One proposal for each retired name that a star import brings: it is imported behind the star."""
    groups: dict[tuple[str, ObjectPath], list[Task]] = {}
    for task in tasks:
        name = manuscript.module.expression(task.remedy.place)
        assert isinstance(name, Name)
        groups.setdefault((name.id, task.new), []).append(task)
    return [_behind_star(manuscript, name, group) for (name, _), group in groups.items()]


def _behind_star(manuscript: Manuscript, name: str, tasks: list[Task]) -> Proposal:
    module, task = manuscript.module, tasks[0]
    stars = [star for star in module.stars if module.absolute(star) == task.old.module]
    if not stars:
        return refused(tasks, f"it comes by no star import of `{task.old.module}`, and no edit can follow it")
    if not task.new.name or "." in task.new.name:
        return refused(tasks, f"it comes by a star import, and is `{task.new}` now")
    star = stars[-1]
    statement = manuscript.home(star)[0]
    sheet = Sheet(manuscript)
    written = module_as_written(manuscript, task.new.module, bool(star.level))
    alias = f" as {name}" if name != task.new.name else ""
    sheet.insert_behind(statement, f"from {written} import {task.new.name}{alias}")
    is_safe = all(item.remedy.same for item in tasks) and not hazard_of(
        manuscript, star.block, task.old, task.new.module
    )
    return proposed(tasks, is_safe, sheet.edits(), "" if is_safe else OTHER)

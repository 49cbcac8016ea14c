"""Proposals for what is to be reached at another place: imports, attributes of modules, strings, unbound names."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.module_imports import is_asked_by_name, is_module_import, plan_module_imports
from ssot_lint.fixing.name_imports import plan_name_imports
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.fixing.stars import plan_star_names, plan_stars
from ssot_lint.fixing.strings import plan_strings
from ssot_lint.fixing.task import Task, refused
from ssot_lint.fixing.unbound import plan_unbound
from ssot_lint.index import ModuleTarget
from ssot_lint.model.facts import Attribute, Name
from ssot_lint.model.policy import ObjectPath
from ssot_lint.model.remedy import Relocation
from ssot_lint.model.violation import Violation


def proposals(page: Page, violations: Sequence[Violation], *, rename: bool = False) -> list[Proposal]:
    """What would settle the violations of one file whose remedy is a relocation, in the order of the text.

    Args:
        rename: a local name gives way to the name that the object has where it lives.
    """
    tasks = [
        Task(violation, violation.remedy) for violation in violations if isinstance(violation.remedy, Relocation)
    ]
    found = [refused([task], task.remedy.reason) for task in tasks if task.remedy.reason]
    open_ = [task for task in tasks if not task.remedy.reason]
    if open_:
        refusals = {task.remedy.place: task.remedy.reason for task in tasks if task.remedy.reason and _is_inside(task)}
        found += _planned(Manuscript(page), open_, refusals, rename)
    return sorted(found, key=lambda item: item.violations[0].span)


def _planned(manuscript: Manuscript, tasks: list[Task], refusals: dict[int, str], rename: bool) -> list[Proposal]:
    tasks = [_in_plain_terms(manuscript, task) for task in tasks]
    imports = [task for task in tasks if not _is_inside(task)]
    stars = [task for task in imports if manuscript.facts.imports[task.remedy.place].name == "*"]
    modules = [task for task in imports if task not in stars and is_module_import(manuscript, task)]
    names = [task for task in imports if task not in modules and task not in stars]
    expressions: dict[str, list[Task]] = {kind: [] for kind in ("inside", "string", "star", "unbound")}
    for task in filter(_is_inside, tasks):
        expressions[_kind(manuscript, task)].append(task)
    first = [*names, *expressions["star"], *expressions["unbound"]]
    return [
        *plan_stars(manuscript, stars),
        *plan_name_imports(manuscript, names, rename),
        *plan_module_imports(manuscript, modules, expressions["inside"], refusals, rename, first),
        *plan_strings(manuscript, expressions["string"]),
        *plan_star_names(manuscript, expressions["star"]),
        *plan_unbound(manuscript, expressions["unbound"]),
    ]


def _kind(manuscript: Manuscript, task: Task) -> str:
    """What an expression is: something in an imported module, a string, or a name that a star brings, or nothing."""
    if task.violation.rule == "unbound-name":
        return "unbound"
    expression = manuscript.module.expression(task.remedy.place)
    if isinstance(expression, Name):
        return "star"
    is_dynamic = task.violation.rule == "dynamic-import-bypass"
    if isinstance(expression, Attribute):
        return "string" if is_dynamic else "inside"
    return "inside" if is_asked_by_name(manuscript, task.remedy.place) else "string"


def _in_plain_terms(manuscript: Manuscript, task: Task) -> Task:
    """A submodule is put as a module, and not as a name in its package."""
    new = task.new
    if not new.name or "." in new.name:
        return task
    found = manuscript.index.member(new.module, new.name, manuscript.module)
    is_module = all(isinstance(item.target, ModuleTarget) for item in found)
    return task.towards(ObjectPath(f"{new.module}.{new.name}")) if is_module else task


def _is_inside(task: Task) -> bool:
    return task.remedy.kind == "expression"

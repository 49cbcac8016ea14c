"""Plans for strings that name something by its dotted path: arguments of `mock.patch` and its kin, dynamic imports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from ssot_lint.files.dotted import last
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.task import Refusal, Task, proposed, refused
from ssot_lint.fixing.uses import Uses
from ssot_lint.index import Missing, Module, ModuleTarget, Unknown
from ssot_lint.model.facts import Attribute, Call, Name, Text, last_name
from ssot_lint.model.policy import ObjectPath
from ssot_lint.rules.relocating import is_same, resolutions_of

_PATCHING = frozenset({"patch", "setattr", "delattr"})
_PATCHING_IN = frozenset({"patch.dict", "patch.multiple"})
"""What patches something in what the string names, and leaves that itself in its place."""
_NO_MODULE = (
    "the string imports the module `{old}`, and what took its place is no module but `{new}`: write "
    "`pkgutil.resolve_name(\"{new}\")` in the place of the call and of what is taken from its result"
)
_SEEN = "the patch will be seen by what reads `{new}`, and by nothing that reads `{old}`"
_IMPORTING = frozenset({"import_module", "resolve_name"})


def plan_strings(manuscript: Manuscript, tasks: Iterable[Task]) -> list[Proposal]:
    """One proposal for each string; one for the strings by which a module is imported and what is taken from it."""
    uses = Uses(manuscript)
    groups: dict[str, list[Task]] = {}
    found = []
    for task in tasks:
        if task.violation.rule == "dynamic-import-bypass":
            groups.setdefault(task.old.module, []).append(task)
        else:
            found.append(_planned(manuscript, [task], partial(_of_string, manuscript, uses, task)))
    for group in groups.values():
        found += _planned_module(manuscript, uses, group)
    return found


class _Culprit(Exception):
    """One of several tasks that cannot be done, and why; the others cannot be done without it."""

    def __init__(self, task: Task, reason: str) -> None:
        super().__init__(reason)
        self.task = task


def _planned_module(manuscript: Manuscript, uses: Uses, tasks: list[Task]) -> list[Proposal]:
    try:
        return [_planned(manuscript, tasks, partial(_of_module, manuscript, uses, tasks))]
    except _Culprit as culprit:
        task, reason = culprit.task, str(culprit)
    line = task.violation.span.line
    elsewhere = f"line {line}, which goes together with this, has to stay: {reason}"
    others = [other for other in tasks if other is not task]
    here = [other for other in others if other.violation.span.line == line]
    return [
        refused([task, *here], reason),
        *([refused([other for other in others if other not in here], elsewhere)] if len(others) > len(here) else []),
    ]


def _planned(manuscript: Manuscript, tasks: list[Task], plan: Callable[[Sheet], str]) -> Proposal:
    """What a plan comes to, which gives what speaks against it being safe."""
    sheet = Sheet(manuscript)
    try:
        doubt = plan(sheet)
    except Refusal as refusal:
        return refused(tasks, str(refusal))
    return proposed(tasks, not doubt, sheet.edits(), doubt)


# --- strings


def _of_string(manuscript: Manuscript, uses: Uses, task: Task, sheet: Sheet) -> str:
    """Rewrite a string; what speaks against that being safe."""
    place = task.remedy.place
    text = manuscript.module.expression(place)
    assert isinstance(text, Text)
    if text.role == "annotation":
        doubt = "" if task.remedy.same else f"`{task.new}` may be something else than `{task.old}`"
    elif _is_patched(manuscript, place):
        doubt = "" if _patch(manuscript, task) else _SEEN.format(old=_dotted(task.old), new=_dotted(task.new))
    else:
        raise Refusal("nothing tells what this string is used for: it may well have to name the old place")
    _rewrite(uses, sheet, place, text, task)
    return doubt


def _rewrite(uses: Uses, sheet: Sheet, place: int, text: Text, task: Task) -> None:
    old, new = _dotted(task.old), _dotted(task.new)
    written = {str(task.old): str(task.new), old: new}.get(text.value)
    if written is None:
        raise Refusal("the string is not the path alone")
    sheet.replace(*uses.text_span(place), written)


def _dotted(path: ObjectPath) -> str:
    return f"{path.module}.{path.name}" if path.name else path.module


def _called_with(manuscript: Manuscript, place: int) -> str:
    """The last name of what is called with the expression at a place as its first argument."""
    module = manuscript.module
    for _, call in module.all_of(Call):
        keywords = dict(call.keywords)
        first = call.arguments[0] if call.arguments else keywords.get("target", keywords.get("name", -1))
        if first == place:
            function = module.expression(call.function)
            named = last_name(function)
            if named in ("dict", "multiple") and isinstance(function, Attribute):
                return f"patch.{named}" if last_name(module.expression(function.value)) == "patch" else ""
            return str(named)
    return ""


def _is_patched(manuscript: Manuscript, place: int) -> bool:
    return _called_with(manuscript, place) in _PATCHING | _PATCHING_IN


def _patch(manuscript: Manuscript, task: Task) -> bool:
    """Whether what is patched at the new place is surely what was patched at the old one.

    Raises:
        Refusal: where it is not sure that those who are to see the patch look there.
    """
    old, new = task.old, task.new
    if not old.name or not new.name:
        raise Refusal("it names a module as a whole")
    found = resolutions_of(manuscript.context, ObjectPath(new.module, new.name.partition(".")[0]))
    is_known = manuscript.index.module(new.module, manuscript.module) is not None
    if not is_known or any(isinstance(item.target, (Missing, Unknown)) for item in found):
        raise Refusal(f"it cannot be told whether `{new.module}` has `{new.name}`")
    if _called_with(manuscript, task.remedy.place) in _PATCHING_IN:
        return is_same(manuscript.context, old, new)
    if "." in old.name and "." in new.name:
        return is_same(manuscript.context, _owner(old), _owner(new)) and last(old.name) == last(new.name)
    if "." in old.name or "." in new.name:
        raise Refusal(f"`{old}` and `{new}` are patched in different ways")
    _require_same_readers(manuscript, old, new)
    return False


def _owner(path: ObjectPath) -> ObjectPath:
    return ObjectPath(path.module, path.name.rpartition(".")[0])


def _require_same_readers(manuscript: Manuscript, old: ObjectPath, new: ObjectPath) -> None:
    """A patch is seen by those who read the name in its module: nobody may read it in the old one alone."""
    home = manuscript.index.module(old.module, manuscript.module)
    if home is not None and any(item.id == old.name for _, item in home.all_of(Name)):
        raise Refusal(f"`{old.module}` uses `{old.name}` itself: patch it where it is used")
    retirement = manuscript.page.knowledge.catalogue.retirement_of(_dotted(old))
    if retirement is not None and retirement.kind == "moved" and not retirement.path.name:
        return  # whoever reads it as an attribute of the old module will read it as one of the new
    for other in manuscript.index.with_word(old.name):
        if _reads(manuscript, other, old):
            raise Refusal(f"{other.file.path} takes `{old.name}` from the module when it needs it: patch it there")


def _reads(manuscript: Manuscript, module: Module, path: ObjectPath) -> bool:
    for _, item in module.all_of(Attribute):
        if item.name == path.name:
            owners = manuscript.index.reference(module, item.value)
            if any(isinstance(owner.target, ModuleTarget) and owner.target.module == path.module for owner in owners):
                return True
    return False


# --- dynamic imports


def _of_module(manuscript: Manuscript, uses: Uses, tasks: list[Task], sheet: Sheet) -> str:
    """Rewrite the strings by which one module is imported, as far as what is taken from it is there afterwards.

    Gives what speaks against that being safe.
    """
    named = False
    for task in tasks:
        try:
            named = _rewrite_import(manuscript, uses, task, tasks, sheet) or named
        except Refusal as refusal:
            raise _Culprit(task, str(refusal)) from None
    if not named:
        raise Refusal("what it is taken from is imported by a string that cannot be changed")
    return f"whoever gets the module that this string imports may need more than `{tasks[0].new.module}` has"


def _rewrite_import(manuscript: Manuscript, uses: Uses, task: Task, tasks: list[Task], sheet: Sheet) -> bool:
    """Rewrite a string if it is one that imports; whether it is."""
    expression = manuscript.module.expression(task.remedy.place)
    if isinstance(expression, Attribute):
        _require_counterpart(task, tasks)
        return False
    if not isinstance(expression, Text):
        raise Refusal("the string is put together")
    if _is_name_in_module(manuscript, task, expression):
        _require_counterpart(task, tasks)
        return False
    if _called_with(manuscript, task.remedy.place) not in _IMPORTING:
        raise Refusal("it stands in a place where the old module itself may be meant")
    if bool(task.old.name) != bool(task.new.name):
        raise Refusal(_NO_MODULE.format(old=task.old.module, new=task.new))
    _require_there(manuscript, task)
    _rewrite(uses, sheet, task.remedy.place, expression, task)
    return True


def _is_name_in_module(manuscript: Manuscript, task: Task, text: Text) -> bool:
    return bool(task.old.name) and text.value == task.old.name


def _require_counterpart(task: Task, tasks: Iterable[Task]) -> None:
    heads = {other.new.module for other in tasks if not other.old.name}
    if task.new.name != task.old.name or task.new.module not in heads:
        raise Refusal(f"`{task.old}` is `{task.new}` now, which the module that is imported here does not tell")


def _require_there(manuscript: Manuscript, task: Task) -> None:
    found = resolutions_of(manuscript.context, task.new)
    if any(isinstance(item.target, (Missing, Unknown)) for item in found):
        raise Refusal(f"it cannot be told whether there is `{task.new}`")

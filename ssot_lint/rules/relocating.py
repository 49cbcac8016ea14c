"""The remedy of what is reached round its canonical module: the place to reach it at, or why no tool may move it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial

from ssot_lint.files.dotted import last
from ssot_lint.index import (
    Definition, External, Hop, Missing, Module, ModuleTarget, ProjectIndex, Resolution, Target, Unknown,
)
from ssot_lint.model.facts import Attribute, Text
from ssot_lint.model.policy import ObjectPath
from ssot_lint.model.remedy import Relocation
from ssot_lint.rules.absences import may_have_module, may_have_name
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.ways_out import NOTHING, WayOut, way_out


def relocation(
    context: RuleContext,
    kind: str,
    place: int,
    bypasses: Sequence[Bypass],
    bypass: Bypass,
    old: ObjectPath | None = None,
) -> Relocation:
    """The remedy for one of the bypasses by which one import or expression goes.

    Args:
        kind: "import" or "expression"; `place` is its index.
        old: how it is reached now, where the bypass does not begin there.
    """
    first = bypass.resolution.chain[0]
    way = way_out(context, bypass)
    reached = old or ObjectPath(first.module, first.name)
    reason = _why_not(context, bypass, way, reached)
    places = {way_out(context, other).place for other in bypasses}
    if not reason and (len(places) > 1 or _is_ambiguous(context, reached)):
        reason = "it can mean several things, which have different places now"
    if reason or way.place is None:
        return Relocation(kind, place, reached, way.place, reason=reason or NOTHING)
    same = is_same(context, reached, way.place)
    return Relocation(kind, place, reached, way.place, same or _can_only_gain(context, kind, place, reached, way.place))


def _can_only_gain(context: RuleContext, kind: str, place: int, old: ObjectPath, new: ObjectPath) -> bool:
    """Whether what stands there surely fails as it is, with nobody to catch that, and would surely be found then."""
    if kind == "import" and context.module.is_guarded(context.facts.imports[place].block):
        return False
    targets = [item.target for item in resolutions_of(context, new) if not item.typing_only]
    is_there = bool(targets) and all(isinstance(item, (Definition, ModuleTarget)) for item in targets)
    return is_there and _is_surely_missing(context, kind, old)


def _is_surely_missing(context: RuleContext, kind: str, old: ObjectPath) -> bool:
    if isinstance(context.index.module_target(old.module, context.module), Missing):
        return not may_have_module(context, old.module) and not _is_put_there(context, old.module)
    if not old.name or kind != "import":
        return False
    found = [item.target for item in context.index.member(old.module, old.name, context.module)]
    is_missing = bool(found) and all(isinstance(item, Missing) and item.name for item in found)
    return is_missing and not may_have_name(context, old.module, old.name) and not _is_put_there(context, old.module)


def _is_put_there(context: RuleContext, name: str) -> bool:
    """Whether a file that speaks of `sys.modules` has the name of a module in a string."""
    return context.index.once(("put there", name), partial(_puts_there, name))


def _puts_there(name: str, index: ProjectIndex) -> bool:
    return any(
        any(text.value == name for _, text in other.all_of(Text))
        and any(item.name == "modules" for _, item in other.all_of(Attribute))
        for other in index.with_word(last(name))
    )


def _is_ambiguous(context: RuleContext, old: ObjectPath) -> bool:
    """Whether a name surely means one of several things, and the configuration does not say what became of the name."""
    retirement = context.catalogue.retirement_of(f"{old.module}.{old.name}") if old.name else None
    if not old.name or (retirement is not None and (retirement.kind == "moved" or retirement.path.name)):
        return False
    targets = {item.target for item in resolutions_of(context, old)}
    return sum(not isinstance(item, (Missing, Unknown)) and not _is_plain_value(item) for item in targets) > 1


def _is_plain_value(target: Target) -> bool:
    """What stands in for something that could not be imported, most of the time."""
    return isinstance(target, Definition) and target.kind == "variable"


def move(
    context: RuleContext, kind: str, place: int, old: ObjectPath, new: ObjectPath | None, reason: str = ""
) -> Relocation:
    """The remedy for what is not there, or is named in a string.

    Args:
        reason: why it is not to be moved, beside what speaks against `new` anyway.
    """
    why = reason or (NOTHING if new is None else why_not_there(context, new, old))
    return Relocation(kind, place, old, new, not why and new is not None and is_same(context, old, new), why)


def _why_not(context: RuleContext, bypass: Bypass, way: WayOut, old: ObjectPath) -> str:
    if way.place is None:
        return _why_nowhere(bypass, way)
    retirement, place = bypass.retirement, way.place
    is_moved = retirement is not None and retirement.kind == "moved"
    is_foreign = not way.keeps_local and isinstance(bypass.resolution.target, External) and bool(bypass.hop.name)
    if is_foreign and not is_moved and last(place.name) != last(bypass.hop.name or bypass.hop.module):
        return f"`{place}` is something else than `{bypass.hop}`: what uses it has to be rewritten by hand"
    targets = [item.target for item in context.index.member(place.module, place.name)] if _is_plain(place) else []
    if retirement is not None and not is_moved and _are_of_other_kinds([bypass.resolution.target], targets):
        return f"`{place}` is of another kind than `{bypass.hop}`: what uses it has to be rewritten by hand"
    return why_not_there(context, place, old) or _why_private(context, place)


def _why_nowhere(bypass: Bypass, way: WayOut) -> str:
    if way.lost is not None:
        return way.loss
    if way.truth is not None:
        return f"`{bypass.hop.name}` has no counterpart beside `{way.truth}`"
    return NOTHING


def _is_plain(place: ObjectPath) -> bool:
    return bool(place.name) and "." not in place.name


def _are_of_other_kinds(old: Collection[Target], new: Collection[Target]) -> bool:
    """Whether a plain value took the place of something to be called, or the other way round."""
    kinds = [{getattr(target, "kind", "") for target in targets} for targets in (old, new)]
    callables = {"class", "function"}
    return any(one == {"variable"} and other and other <= callables for one, other in (kinds, kinds[::-1]))


def why_not_there(context: RuleContext, place: ObjectPath, old: ObjectPath) -> str:
    """What speaks against importing from a place; "" where nothing does."""
    index = context.index
    if place.module in context.file.modules:
        return f"`{place.module}` would import itself"
    if len(index.sources(place.module)) > 1:
        return f"several files go by the name `{place.module}`"
    if place == old:
        return "it is reached there already, and leads round its canonical module nevertheless"
    if isinstance(index.module_target(place.module, context.module), Missing):
        return f"there is no module `{place.module}`"
    if not place.name:
        return ""
    found = resolutions_of(context, place)
    if not found or all(isinstance(item.target, Missing) for item in found):
        return f"`{place.module}` has no `{place.name}`"
    if context.index.is_left_to_others(place.module, place.name):
        return f"`{place.module}` has `{place.name}` only where another import has brought it before"
    return ""


def _why_private(context: RuleContext, place: ObjectPath) -> str:
    """What a module keeps to itself is used below its own package alone, unless the configuration names it."""
    if place.module in context.catalogue.named_modules:
        return ""
    if place.name.startswith("_"):
        return f"`{place}` is private to its module"
    parts = place.module.split(".")
    for depth, part in enumerate(parts):
        outer = ".".join(parts[:depth])
        if part.startswith("_") and not part.endswith("__") and not _is_inside(context.module, outer):
            return f"it lives in `{place.module}`, which is private"
    return ""


def _is_inside(module: Module, package: str) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for name in module.file.modules)


def resolutions_of(context: RuleContext, place: ObjectPath) -> tuple[Resolution, ...]:
    """What an object path means for the file; a member of a class by way of the class."""
    if not place.name:
        return (Resolution(context.index.module_target(place.module, context.module), ()),)
    if "." in place.name:
        return tuple(Resolution(target, ()) for target in context.catalogue.targets(place))
    return context.index.member(place.module, place.name, context.module)


def is_same(context: RuleContext, old: ObjectPath, new: ObjectPath) -> bool:
    """Whether the same object is surely reached at both places."""
    here, there = resolutions_of(context, old), resolutions_of(context, new)
    targets = {item.target for item in (*here, *there)}
    if not here or not there or any(item.typing_only for item in (*here, *there)):
        return False
    if not is_handed_on(old, there) and (len(targets) != 1 or any(isinstance(item, Unknown) for item in targets)):
        return False
    return not any(isinstance(item, Missing) or _may_change(context, item) for item in targets)


def is_handed_on(old: ObjectPath, there: Iterable[Resolution]) -> bool:
    """Whether the new place has something from the old one, so that it is the same there, whatever it is."""
    hop = Hop(old.module, old.name)
    return bool(old.name) and all(hop in item.chain[1:] for item in there)


def _may_change(context: RuleContext, target: Target) -> bool:
    return isinstance(target, Definition) and target.kind == "variable" and not _is_set_once(context, target)


def _is_set_once(context: RuleContext, variable: Definition) -> bool:
    """Whether a variable holds the same for whoever imports it, and when: no function replaces it later."""
    module = context.index.at(variable.path)
    bindings = module.all_in_scope(0, variable.name)
    return all(module.facts.blocks[binding.block].kind != "elsewhere" for binding in bindings)

"""Where what is reached round its canonical module is to be reached: what a message says, and a remedy does."""

from __future__ import annotations

import msgspec

from ssot_lint.index import Definition, External, Hop, Missing, ModuleTarget
from ssot_lint.model.policy import ObjectPath, Retirement, Truth
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext

NOTHING = "nothing took its place"


class WayOut(msgspec.Struct, frozen=True):
    """The right way to something.

    Attributes:
        place: where to reach it; None where there is no such place.
        keeps_local: whether the name that the file has for it fits what is there.
        truth: the truth that somebody may want instead, where nothing took its place.
        lost: the place where it should be, and is not; without a name where there is no such module.
    """

    place: ObjectPath | None
    keeps_local: bool = True
    truth: ObjectPath | None = None
    lost: ObjectPath | None = None

    @property
    def loss(self) -> str:
        """What is missing, in words."""
        return "" if self.lost is None else why_lost(self.lost)


def way_out(context: RuleContext, bypass: Bypass) -> WayOut:
    """Where what a bypass reaches is to be reached."""
    truth, retirement = bypass.truth, bypass.retirement
    if truth and truth.canonical.name and context.catalogue.truth_at(bypass.resolution.target) is truth:
        return WayOut(truth.canonical)
    if retirement is None:
        return WayOut(_own_place(bypass, truth))
    if retirement.path.name:
        return _of_name(context, bypass, retirement)
    if is_whole_module(bypass, retirement):
        return _of_module(context, bypass, retirement)
    if retirement.kind == "moved":
        return _moved(context, bypass)
    return _retired_module(context, bypass, retirement)


def is_whole_module(bypass: Bypass, retirement: Retirement) -> bool:
    """Whether it is a module as such, and nothing in one: `import pkg.old`, `from pkg import old`."""
    return not bypass.hop.name or f"{bypass.hop.module}.{bypass.hop.name}" == str(retirement.path)


def _own_place(bypass: Bypass, truth: Truth | None) -> ObjectPath:
    target = bypass.resolution.target
    if isinstance(target, Definition):
        return ObjectPath(target.module, target.name)
    return truth.canonical if truth else ObjectPath(bypass.hop.module, bypass.hop.name)


def _of_name(context: RuleContext, bypass: Bypass, retirement: Retirement) -> WayOut:
    if retirement.replacement is None:
        return WayOut(None)
    other_kind = isinstance(bypass.resolution.target, External)  # what replaces `os:environ` is no `environ`
    return WayOut(context.catalogue.place_today(retirement.replacement), not other_kind)


def _of_module(context: RuleContext, bypass: Bypass, retirement: Retirement) -> WayOut:
    """A moved package keeps its modules; a module's name does not fit the object that took its place."""
    if retirement.replacement is None:
        return WayOut(None)
    hop = bypass.hop
    module = f"{hop.module}.{hop.name}" if hop.name else hop.module
    place = retirement.replacement
    if retirement.kind == "moved":
        place = context.catalogue.place_today(ObjectPath(module))
        if not place.name and isinstance(context.index.module_target(place.module), Missing):
            return WayOut(None, lost=place)
    return WayOut(place, not place.name)


def _moved(context: RuleContext, bypass: Bypass) -> WayOut:
    """A moved module keeps its names, unless one was lost on the way."""
    here = ObjectPath(bypass.hop.module, bypass.hop.name)
    place = context.catalogue.place_today(here)
    if place == here and bypass.retirement is not None and bypass.retirement.replacement is not None:
        return _lost_in(context, bypass.retirement.replacement, here.name)
    if _is_reached_by_attributes(context, place.module):
        return WayOut(None, lost=ObjectPath(place.module))
    if is_offered(context, place) and not context.index.is_left_to_others(place.module, place.name):
        return WayOut(place)
    elsewhere = _own_place_elsewhere(context, bypass)
    return WayOut(elsewhere, lost=None if elsewhere else place)


def _lost_in(context: RuleContext, replacement: ObjectPath, name: str) -> WayOut:
    """What was in a module that gave way to one object: there is no such place any more."""
    found = context.index.member(replacement.module, replacement.name)
    if any(isinstance(item.target, ModuleTarget) for item in found):
        return WayOut(None, lost=ObjectPath(f"{replacement.module}.{replacement.name}"))
    return WayOut(None, lost=ObjectPath(str(replacement), name))


def _retired_module(context: RuleContext, bypass: Bypass, retirement: Retirement) -> WayOut:
    """What a module held that is retired or gone: something that lives on elsewhere, the truth itself, or neither."""
    name, canonical, truth = bypass.hop.name, retirement.replacement, bypass.truth
    elsewhere = _own_place_elsewhere(context, bypass)
    if elsewhere is not None:
        return WayOut(elsewhere)
    if canonical is None:
        return WayOut(None)
    if is_offered(context, ObjectPath(canonical.module, name)):
        return WayOut(ObjectPath(canonical.module, name))
    if truth is not None and canonical.name and context.catalogue.is_named_like(truth, name):
        return WayOut(canonical)
    return WayOut(None, truth=canonical)


def is_offered(context: RuleContext, path: ObjectPath) -> bool:
    """Whether a module surely or possibly has a name; one that cannot be read may have any."""
    if isinstance(context.index.module_target(path.module), Missing):
        return False
    return not all(isinstance(item.target, Missing) for item in context.index.member(path.module, path.name))


def why_lost(place: ObjectPath) -> str:
    """What to say of a place where something should be, and is not."""
    if not place.name:
        return f"there is no module `{place.module}`"
    return f"`{place.module}` took its place, but has no `{place.name}`"


def _is_reached_by_attributes(context: RuleContext, name: str) -> bool:
    """Whether a dotted name is no module, but leads to one: what took a package's place has the module as a name."""
    outer, _, last = name.rpartition(".")
    if not outer or not isinstance(context.index.module_target(name), Missing):
        return False
    return any(isinstance(item.target, ModuleTarget) for item in context.index.member(outer, last))


def _own_place_elsewhere(context: RuleContext, bypass: Bypass) -> ObjectPath | None:
    """Where something lives that the module only passes on; None where it lives in what is retired, or nowhere."""
    target, last = bypass.resolution.target, bypass.resolution.chain[-1]
    if isinstance(target, Definition):
        last = Hop(target.module, target.name)
    elif isinstance(target, ModuleTarget):
        last = Hop(target.module, "")
    elif not isinstance(target, External):
        return None
    if context.catalogue.retirement_at(last) is not None or "<locals>" in last.name:
        return None
    return ObjectPath(last.module, last.name)

"""How findings about bypasses are put into words: what is wrong, and the one line that is right."""

from __future__ import annotations

from ssot_lint.index import Definition, External, Hop, Missing, ModuleTarget
from ssot_lint.model.policy import ObjectPath, Retirement, Truth
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext

_NOTHING = "nothing took its place"


def bypass_message(context: RuleContext, bypass: Bypass, local: str = "") -> str:
    """The message for a bypass.

    Args:
        local: the name that the file uses for it; empty where it does not matter.
    """
    return f"{_reason(bypass)}: {_way_out(context, bypass, local)}"


def _reason(bypass: Bypass) -> str:
    truth = f" (truth `{bypass.truth.name}`)" if bypass.truth else ""
    retirement = bypass.retirement
    if retirement is None:
        return f"`{bypass.name or bypass.hop}` goes round its canonical module{truth}"
    verb = {"retired": "is retired", "moved": "has moved", "gone": "is gone"}[retirement.kind]
    inside = "" if retirement.path.name or _is_whole_module(bypass, retirement) else f"`{bypass.hop.name}` of "
    return f"{inside}`{retirement.path}` {verb}{truth}"


def _is_whole_module(bypass: Bypass, retirement: Retirement) -> bool:
    """Whether it is a module as such, and nothing in one: `import pkg.old`, `from pkg import old`."""
    return not bypass.hop.name or f"{bypass.hop.module}.{bypass.hop.name}" == str(retirement.path)


def _way_out(context: RuleContext, bypass: Bypass, local: str) -> str:
    truth, retirement = bypass.truth, bypass.retirement
    if truth and truth.canonical.name and context.catalogue.truth_at(bypass.resolution.target) is truth:
        return _use(truth.canonical, local)
    if retirement is None:
        return _use(_own_place(bypass, truth), local)
    if retirement.path.name:
        return _of_name(context, bypass, retirement, local)
    if _is_whole_module(bypass, retirement):
        return _of_module(context, bypass, retirement, local)
    if retirement.kind == "moved":
        return _moved(context, bypass, retirement, local)
    return _retired_module(context, bypass, retirement, local)


def _own_place(bypass: Bypass, truth: Truth | None) -> ObjectPath:
    target = bypass.resolution.target
    if isinstance(target, Definition):
        return ObjectPath(target.module, target.name)
    return truth.canonical if truth else ObjectPath(bypass.hop.module, bypass.hop.name)


def _of_name(context: RuleContext, bypass: Bypass, retirement: Retirement, local: str) -> str:
    if retirement.replacement is None:
        return _NOTHING
    other_kind = isinstance(bypass.resolution.target, External)  # what replaces `os:environ` is no `environ`
    return _use(context.catalogue.place_today(retirement.replacement), "" if other_kind else local)


def _of_module(context: RuleContext, bypass: Bypass, retirement: Retirement, local: str) -> str:
    """A moved package keeps its modules; a module's name does not fit the object that took its place."""
    if retirement.replacement is None:
        return _NOTHING
    hop = bypass.hop
    module = f"{hop.module}.{hop.name}" if hop.name else hop.module
    place = retirement.replacement
    if retirement.kind == "moved":
        place = context.catalogue.place_today(ObjectPath(module))
    return _use(place, "" if place.name else local)


def _moved(context: RuleContext, bypass: Bypass, retirement: Retirement, local: str) -> str:
    """A moved module keeps its names, unless one was lost on the way."""
    place = context.catalogue.place_today(ObjectPath(bypass.hop.module, bypass.hop.name))
    if not _is_offered(context, place):
        elsewhere = _own_place_elsewhere(context, bypass)
        if elsewhere is None:
            return f"`{place.module}` took its place, but has no `{place.name}`"
        place = elsewhere
    return _use(place, local)


def _retired_module(context: RuleContext, bypass: Bypass, retirement: Retirement, local: str) -> str:
    """What a module held that is retired or gone: something that lives on elsewhere, the truth itself, or neither."""
    name, canonical, truth = bypass.hop.name, retirement.replacement, bypass.truth
    elsewhere = _own_place_elsewhere(context, bypass)
    if elsewhere is not None:
        return _use(elsewhere, local)
    if canonical is None:
        return _NOTHING
    if _is_offered(context, ObjectPath(canonical.module, name)):
        return _use(ObjectPath(canonical.module, name), local)
    if truth is not None and canonical.name and context.catalogue.is_named_like(truth, name):
        return _use(canonical, local)
    return f"`{name}` has no counterpart; the truth is {import_of(canonical)}"


def _is_offered(context: RuleContext, path: ObjectPath) -> bool:
    """Whether a module surely or possibly has a name; one that cannot be read may have any."""
    if isinstance(context.index.module_target(path.module), Missing):
        return False
    return not all(isinstance(item.target, Missing) for item in context.index.member(path.module, path.name))


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


def _use(path: ObjectPath, local: str) -> str:
    return f"use {import_of(path, local)}"


def import_of(path: ObjectPath, local: str = "") -> str:
    """The import statement in backticks; for a member of a class, also what to write behind it."""
    line = f"`{import_line(path, local)}`"
    return f"{line} and `{path.name}`" if "." in path.name else line


def import_line(path: ObjectPath, local: str = "") -> str:
    """The import statement for an object path, bound to `local` where that differs from its own name; "*" for all."""
    if local == "*" and not path.name:
        return f"from {path.module} import *"
    if path.name:
        first = path.name.partition(".")[0]
        alias = f" as {local}" if local not in ("", "*", first) and "." not in path.name else ""
        return f"from {path.module} import {first}{alias}"
    package, _, name = path.module.rpartition(".")
    if local and package:
        return f"from {package} import {name}" + (f" as {local}" if local != name else "")
    return f"import {path.module}" + (f" as {local}" if local and local != path.module else "")

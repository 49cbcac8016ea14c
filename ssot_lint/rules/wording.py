"""How findings about bypasses are put into words: what is wrong, and the one line that is right."""

from __future__ import annotations

from ssot_lint.index import Definition, External, Hop, Missing
from ssot_lint.model.policy import ObjectPath, Retirement, Truth
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext


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
    via = "" if retirement.path == ObjectPath(bypass.hop.module, bypass.hop.name) else _inside(bypass, retirement)
    return f"{via}`{retirement.path}` {verb}{truth}"


def _inside(bypass: Bypass, retirement: Retirement) -> str:
    return "" if not bypass.hop.name or retirement.path.name else f"`{bypass.hop.name}` of "


def _way_out(context: RuleContext, bypass: Bypass, local: str) -> str:
    truth, retirement = bypass.truth, bypass.retirement
    if truth and truth.canonical.name and context.catalogue.truth_at(bypass.resolution.target) is truth:
        return _use(truth.canonical, local)
    if retirement is None:
        return _use(_own_place(bypass, truth), local)
    if retirement.replacement is None:
        return "nothing took its place"
    if retirement.path.name:
        other_kind = isinstance(bypass.resolution.target, External)  # what replaces `os:environ` is no `environ`
        return _use(retirement.replacement, "" if other_kind else local)
    if retirement.kind == "moved":
        return _moved(context, bypass, retirement, local)
    return _retired_module(context, bypass, retirement, local)


def _own_place(bypass: Bypass, truth: Truth | None) -> ObjectPath:
    target = bypass.resolution.target
    if isinstance(target, Definition):
        return ObjectPath(target.module, target.name)
    return truth.canonical if truth else ObjectPath(bypass.hop.module, bypass.hop.name)


def _moved(context: RuleContext, bypass: Bypass, retirement: Retirement, local: str) -> str:
    """A moved module keeps its names, and a moved package its modules."""
    old = retirement.path.module
    new = retirement.replacement.module + bypass.hop.module[len(old):] if retirement.replacement else ""
    if not bypass.hop.module.startswith(old):  # `from pkg import old_module`
        return _use(retirement.replacement or ObjectPath(new), local or bypass.hop.name)
    if not bypass.hop.name or f"{bypass.hop.module}.{bypass.hop.name}" == old:
        return _use(ObjectPath(new), local)
    found = context.index.member(new, bypass.hop.name)
    if all(isinstance(item.target, Missing) for item in found):
        return f"`{new}` took its place, but has no `{bypass.hop.name}`"
    return _use(ObjectPath(new, bypass.hop.name), local)


def _retired_module(context: RuleContext, bypass: Bypass, retirement: Retirement, local: str) -> str:
    """What a truth's old module held: the truth itself, something that lives on elsewhere, or neither."""
    canonical = retirement.replacement or ObjectPath("")
    name, target = bypass.hop.name, bypass.resolution.target
    if not name or f"{bypass.hop.module}.{name}" == str(retirement.path):
        return _use(canonical, "" if canonical.name else local)  # a module's name does not fit an object
    if isinstance(target, Definition) and context.catalogue.retirement_at(_hop(target)) is None:
        return _use(ObjectPath(target.module, target.name), local)
    truth = bypass.truth
    if truth is not None and context.catalogue.is_named_like(truth, name):
        return _use(canonical, local)
    return f"`{name}` has no counterpart; the truth is `{import_line(canonical)}`"


def _hop(target: Definition) -> Hop:
    return Hop(target.module, target.name)


def _use(path: ObjectPath, local: str) -> str:
    return f"use `{import_line(path, local)}`"


def import_line(path: ObjectPath, local: str = "") -> str:
    """The import statement for an object path, bound to `local` where that differs from its own name."""
    if path.name:
        first = path.name.partition(".")[0]
        alias = f" as {local}" if local and local != first and "." not in path.name else ""
        return f"from {path.module} import {first}{alias}"
    package, _, name = path.module.rpartition(".")
    if local and package:
        return f"from {package} import {name}" + (f" as {local}" if local != name else "")
    return f"import {path.module}" + (f" as {local}" if local and local != path.module else "")

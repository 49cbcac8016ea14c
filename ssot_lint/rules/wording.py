"""How findings about bypasses are put into words: what is wrong, and the one line that is right."""

from __future__ import annotations

from ssot_lint.model.policy import ObjectPath
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.ways_out import NOTHING, WayOut, is_whole_module, way_out


def bypass_message(context: RuleContext, bypass: Bypass, local: str = "") -> str:
    """The message for a bypass.

    Args:
        local: the name that the file uses for it; empty where it does not matter.
    """
    return f"{_reason(bypass)}: {_in_words(bypass, way_out(context, bypass), local)}"


def _reason(bypass: Bypass) -> str:
    truth = f" (truth `{bypass.truth.name}`)" if bypass.truth else ""
    retirement = bypass.retirement
    if retirement is None:
        return f"`{bypass.name or bypass.hop}` goes round its canonical module{truth}"
    verb = {"retired": "is retired", "moved": "has moved", "gone": "is gone"}[retirement.kind]
    inside = "" if retirement.path.name or is_whole_module(bypass, retirement) else f"`{bypass.hop.name}` of "
    return f"{inside}`{retirement.path}` {verb}{truth}"


def _in_words(bypass: Bypass, way: WayOut, local: str) -> str:
    if way.place is not None:
        return _use(way.place, local if way.keeps_local else "")
    if way.lost is not None:
        return way.loss
    if way.truth is not None:
        return f"`{bypass.hop.name}` has no counterpart; the truth is {import_of(way.truth)}"
    return NOTHING


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

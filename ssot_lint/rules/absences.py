"""Whether something that no file of the project has may be there all the same: made, generated, or found elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ssot_lint.files.dotted import above, last
from ssot_lint.index import Module
from ssot_lint.model.facts import Attribute, Name, Text
from ssot_lint.rules.context import RuleContext

_GENERATED = re.compile(
    r"_?_?version(?:_?info)?(?:__)?|\w*_pb2(?:_\w+)?|_?build(?:_?info|_?config)?|__config__|\w*_?generated_?\w*"
)
"""Modules that tools write when a distribution is built."""

_MAKERS = frozenset({"declare_namespace", "global_enum", "_convert_", "_convert", "export_to"})
"""What puts names into the module that is handed over, or finds modules elsewhere."""


def may_have_module(context: RuleContext, name: str) -> bool:
    """Whether there may be a module of a dotted name for which there is no file."""
    home = next((way for way in _upwards(name) if context.index.module(way, context.module) is not None), "")
    rest = name[len(home):].strip(".")
    return (
        not home
        or any(map(_is_generated, rest.split(".")))
        or _is_somebody_elses(context, name)
        or _may_hold_more(context, home)
        or any(_names(module, name) for module in _around(context))
    )


def may_have_name(context: RuleContext, module: str, name: str) -> bool:
    """Whether a module of the project may have a name that nothing in it binds."""
    path = f"{module}.{name}"
    return (
        _is_generated(name)
        or _is_somebody_elses(context, module)
        or _may_hold_more(context, module)
        or any(_names(other, path) for other in _around(context))
    )


def _upwards(name: str) -> Iterator[str]:
    """What a dotted name is below, the nearest first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _is_generated(name: str) -> bool:
    return _GENERATED.fullmatch(name) is not None


def _is_somebody_elses(context: RuleContext, name: str) -> bool:
    """Whether a file that is run from its own folder would find another module of that name first."""
    top = name.partition(".")[0]
    own = (way for module in context.file.modules for way in (*above(module), module))
    return any(context.index.is_known(f"{package}.{top}") for package in own if package != top)


def _may_hold_more(context: RuleContext, name: str) -> bool:
    """Whether what a module says does not tell all that it has."""
    module = context.index.module(name, context.module)
    if module is None or context.index.is_ambiguous(name) or module.file.is_stub:
        return True
    facts = module.facts
    if facts.unreadable or facts.opaque_namespace or facts.extends_path or facts.has_getattr:
        return True
    words = {item.name for _, item in module.all_of(Attribute)} | {item.id for _, item in module.all_of(Name)}
    return "__path__" in module.names or not _MAKERS.isdisjoint(words) or context.index.has_stub(module)


def _around(context: RuleContext) -> Iterator[Module]:
    """The file itself, and what runs before it: the packages that it is in, and pytest's `conftest`s there."""
    yield context.module
    for package in _upwards(context.module.name):
        for name in (package, f"{package}.conftest"):
            module = context.index.module(name, context.module)
            if module is not None:
                yield module


def _names(module: Module, path: str) -> bool:
    """Whether a string of a file is the path, or leads to it: somebody puts it there."""
    final = last(path)
    return any(
        text.value == path or (text.value.endswith(f".{final}") and "modules" in _words(module))
        for _, text in module.all_of(Text)
    )


def _words(module: Module) -> set[str]:
    return {item.name for _, item in module.all_of(Attribute)}

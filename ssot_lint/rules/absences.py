"""Whether something that no file of the project has may be there all the same: made, generated, or found elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ssot_lint.files.dotted import above, last
from ssot_lint.index import Module
from ssot_lint.model.facts import Attribute, Call, Name, Text, last_name
from ssot_lint.rules.context import RuleContext

_GENERATED = re.compile(
    r"_?_?version(?:_?info)?(?:__)?|\w*_pb2(?:_\w+)?|_?build(?:_?info|_?config)?|__config__|\w*_?generated_?\w*"
    r"|_(?:\w*_)?(?:c|cffi|rust|exts?|extensions?|native|speedups?|cython|accel(?:erated)?|lib|core|bindings?)(?:_\w*)?"
)
"""Modules that tools write or compile when a distribution is built."""
_GENERATED_MODULE = re.compile(
    r"ttypes|thrift_gen|gen_py|ui_\w+|\w+_(?:ui|rc|gen)|[A-Z]\w*(?:Lexer|Parser|Listener|Visitor)"
)
"""Modules that tools write out of sources of their own: Thrift, Qt, ANTLR."""

_MAKERS = frozenset({
    "_convert", "_convert_", "declare_namespace", "exec", "execfile", "export", "export_to", "global_enum", "globals",
})
"""What puts names into a module, or finds modules elsewhere."""
_INTROSPECTION = frozenset({"locals", "vars"})
_HARMLESS = frozenset({
    "Blueprint", "Flask", "Logger", "bind", "files", "getLogger", "get_logger", "get_distribution", "import_module",
    "path", "print", "resource_filename", "str", "version",
})
"""What may be told the name of a module and does nothing to it."""


def may_have_module(context: RuleContext, name: str) -> bool:
    """Whether there may be a module of a dotted name for which there is no file."""
    home = next((way for way in _upwards(name) if context.index.module(way, context.module) is not None), "")
    rest = name[len(home):].strip(".")
    return (
        not home
        or any(map(_is_generated_module, rest.split(".")))
        or _is_somebody_elses(context, name)
        or _may_hold_more(context, home)
        or any(_names(module, name) for module in _around(context))
    )


def may_be_registered(context: RuleContext, name: str) -> bool:
    """Whether the nearest module above one that is missing puts modules into `sys.modules`, as `os` does `os.path`."""
    home = next(filter(None, (context.index.module(way, context.module) for way in _upwards(name))), None)
    return home is not None and home.facts.opaque_namespace and "modules" in _words(home)


def may_have_name(context: RuleContext, module: str, name: str) -> bool:
    """Whether a module of the project may have a name that nothing in it binds."""
    path = f"{module}.{name}"
    return (
        _is_generated(name)
        or (_is_package(context, module) and _is_generated_module(name))
        or _is_bound_in_a_circle(context, module, name)
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


def _is_generated_module(name: str) -> bool:
    return _is_generated(name) or _GENERATED_MODULE.fullmatch(name) is not None


def _is_package(context: RuleContext, name: str) -> bool:
    module = context.index.module(name, context.module)
    return module is not None and module.file.is_package


def _is_bound_in_a_circle(context: RuleContext, module: str, name: str) -> bool:
    """Whether a module that imports a name from itself, in the end, has it from another statement."""
    provider = context.index.module(module, context.module)
    kinds = {binding.kind for binding in provider.all_in_scope(0, name)} if provider else set()
    return bool(kinds) and "delete" not in kinds


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
    if "__path__" in module.names or not _MAKERS.isdisjoint(_words(module)) or _hands_itself_over(module):
        return True
    introspected = (item for _, item in module.all_of(Name) if item.id in _INTROSPECTION)
    return any(facts.blocks[item.block].scope == 0 for item in introspected) or context.index.has_stub(module)


def _hands_itself_over(module: Module) -> bool:
    """Whether a module tells its name to something that may put another one in its place."""
    for _, call in module.all_of(Call):
        given = (*call.arguments, *(value for _, value in call.keywords))
        if any(getattr(module.expression(place), "id", "") == "__name__" for place in given):
            function = module.expression(call.function)
            if last_name(function) not in _HARMLESS:
                return True
    return False


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
    return {item.name for _, item in module.all_of(Attribute)} | {item.id for _, item in module.all_of(Name)}

"""Modules that hold nothing but a redirect to a truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from ssot_lint.index import Definition, External, Module, ModuleTarget, Resolution, Target
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, Import, Items, Literal, Mapping, Name, Subscript
from ssot_lint.model.policy import Truth
from ssot_lint.rules.bridging import warns
from ssot_lint.rules.context import RuleContext

_Kind = TypeVar("_Kind", Call, Subscript)

_PLUMBING = frozenset({
    "warn", "warn_explicit", "simplefilter", "filterwarnings", "catch_warnings", "import_module", "__import__",
    "getLogger", "globals", "locals", "vars", "dir", "getattr", "update", "append", "extend", "remove", "attach",
    "attach_stub", "list", "sorted", "tuple", "set", "filter",
})
"""What a module calls to pass something on, or to say that this will end."""

_ANSWERING = ("__getattr__", "__dir__")
_RUN_NOT_IMPORTED = frozenset({"__main__", "conftest", "setup"})
_BRANCHES = frozenset({"body", "if", "else", "try", "try-else", "except", "import-error", "typing", "runtime"})


_NOTHING_TO_PASS_ON = frozenset({"__future__", "typing", "typing_extensions"})


class Passed(msgspec.Struct, frozen=True):
    """Something that a module passes on.

    Attributes:
        name: under which it does; empty for all that another module has.
        truth: the truth that it is; None where it is something else.
        says_so: the statement says that it is there to be passed on.
    """

    name: str
    truth: Truth | None
    says_so: bool


def redirect_of(context: RuleContext) -> tuple[Passed, ...]:
    """The truths that a module passes on, if it holds nothing else and is meant for that; empty for any other."""
    if not _can_be_one(context) or not _holds_nothing_else(context):
        return ()
    passed = list(_passed(context))
    truths = tuple(item for item in passed if item.truth is not None)
    ends = any(warns(context, call, ()) for _, call in _calls(context))
    if not truths or (len(truths) != len(passed) and not ends):
        return ()
    evident = ends or context.file.is_package or any(item.says_so for item in truths) or _is_retired(context)
    return truths if evident or _is_taken_from(context, truths) else ()


def _can_be_one(context: RuleContext) -> bool:
    """Whether it can be imported, is imported rather than run, and is no place where a truth may be had from."""
    names = context.file.modules
    last = names[0].rpartition(".")[2]
    is_run = last in _RUN_NOT_IMPORTED or last.startswith("test_") or last.endswith("_test")
    if context.file.is_stub or is_run or not all(part.isidentifier() for part in names[0].split(".")):
        return False
    ways = ((truth, name) for truth in context.policy.truths for name in names)
    return not any(context.catalogue.is_canonical_way(truth, name) for truth, name in ways)


def _is_retired(context: RuleContext) -> bool:
    return any(context.catalogue.is_retired(name) for name in context.file.modules)


# --- what else there is


def _holds_nothing_else(context: RuleContext) -> bool:
    """Whether there are only imports, other names for what they bring, `__all__`, and what passes these on."""
    facts = context.facts
    if facts.classes or facts.members or any(item.name not in _ANSWERING for item in facts.functions):
        return False
    if any(scope.kind != "module" and scope.owner == NONE for scope in facts.scopes):
        return False  # a lambda, a comprehension
    if any(block.scope == 0 and block.kind not in _BRANCHES for block in facts.blocks):
        return False
    own = (binding for binding in facts.bindings if context.module.is_at_top(binding))
    return (
        all(_is_plain(context, binding) for binding in own)
        and all(_is_plumbing(context, call) for _, call in _calls(context))
        and all(_is_table(context, item) for _, item in _at_top(context, Subscript))
    )


def _is_plain(context: RuleContext, binding: Binding) -> bool:
    if binding.kind in ("import", "delete", "function", "narrow"):
        return True
    if binding.name.startswith("__") and binding.name.endswith("__"):
        return True
    if binding.kind != "assign" or binding.value == NONE:
        return False
    value = context.module.expression(binding.value)
    if isinstance(value, Literal):
        return value.type == "NoneType"
    if isinstance(value, (Mapping, Items)):
        return bool(context.facts.lazy)
    return isinstance(value, (Name, Attribute, Call, Subscript))


def _is_plumbing(context: RuleContext, call: Call) -> bool:
    called = context.module.last_name(call.function)
    return called in _PLUMBING or "eprecat" in called or called.endswith("Warning")


def _is_table(context: RuleContext, subscript: Subscript) -> bool:
    """`sys.modules[...]`, or the call of what gives a namespace: `globals()["Engine"]`."""
    owner = context.module.expression(subscript.value)
    return context.module.last_name(subscript.value) == "modules" or isinstance(owner, Call)


def _calls(context: RuleContext) -> Iterator[tuple[int, Call]]:
    return _at_top(context, Call)


def _at_top(context: RuleContext, kind: type[_Kind]) -> Iterator[tuple[int, _Kind]]:
    blocks = context.facts.blocks
    return ((place, item) for place, item in context.module.all_of(kind) if blocks[item.block].scope == 0)


# --- what is passed on


def _passed(context: RuleContext) -> Iterator[Passed]:
    """What others can have from a module, as far as it is not there for its own use."""
    read = {name.id for _, name in context.module.all_of(Name)}
    for binding in context.facts.bindings:
        if not context.module.is_at_top(binding) or context.module.typing_only(binding.block):
            continue
        if binding.kind == "import":
            yield from _by_import(context, binding, context.facts.imports[binding.value], read)
        elif binding.kind == "assign" and binding.value != NONE:
            yield from _by_alias(context, binding, read)
    yield from _by_table(context)
    yield from _as_a_whole(context)


def _by_import(context: RuleContext, binding: Binding, fact: Import, read: set[str]) -> Iterator[Passed]:
    source = context.module.absolute(fact)
    if fact.name == "*":
        yield Passed("", _given_by_star(context, source), True)
        return
    found = context.index.of_binding(context.module, binding)
    truth = _truth(context, found)
    exports = context.facts.exports
    listed = exports is not None and bool(fact.name) and binding.name in exports.names
    same = bool(fact.alias) and fact.alias == fact.name
    if truth is not None:
        yield Passed(binding.name, truth, listed or same)
    elif _is_foreign(found):
        if listed or same or (binding.name not in read and _may_be_there_for_others(context, binding, fact)):
            yield Passed(binding.name, None, False)
    elif binding.name not in read and not _is_of_home(context, source, found):
        yield Passed(binding.name, None, False)


def _may_be_there_for_others(context: RuleContext, binding: Binding, fact: Import) -> bool:
    """Whether a name of another package, which the module does nothing with, can be meant to be imported from it."""
    told = context.facts.exports is not None and not context.facts.exports.dynamic
    return not told and bool(fact.name) and fact.module not in _NOTHING_TO_PASS_ON and binding.name[:1] != "_"


def _by_alias(context: RuleContext, binding: Binding, read: set[str]) -> Iterator[Passed]:
    found = context.index.of_binding(context.module, binding)
    truth = _truth(context, found)
    value = context.module.expression(binding.value)
    if truth is not None:
        yield Passed(binding.name, truth, True)
    elif found and isinstance(value, (Name, Attribute, Subscript)) and binding.name[:1] != "_":
        if not _is_foreign(found) or binding.name not in read:
            yield Passed(binding.name, None, False)


def _by_table(context: RuleContext) -> Iterator[Passed]:
    """What the module answers for by its `__getattr__`."""
    for entry in context.facts.lazy:
        found = context.index.member(context.module.name, entry.name, context.module)
        yield Passed(entry.name, _truth(context, found), True)


def _as_a_whole(context: RuleContext) -> Iterator[Passed]:
    """A truth's module takes the place of this one, or answers for it: `sys.modules[__name__] = engine`."""
    if not _hands_on_modules(context) or context.facts.lazy:
        return
    modules = {truth.canonical.module: truth for truth in reversed(context.policy.truths)}
    for fact in context.facts.imports:
        source = context.module.absolute(fact)
        whole = source if not fact.name else f"{source}.{fact.name}" if source else fact.name
        if whole in modules:
            yield Passed("", modules[whole], True)
    for _, call in context.module.all_of(Call):
        name = context.index.dynamically_imported(context.module, call)
        if name in modules:
            yield Passed("", modules[name], True)


def _hands_on_modules(context: RuleContext) -> bool:
    return context.facts.has_getattr or context.facts.opaque_namespace


def _given_by_star(context: RuleContext, source: str) -> Truth | None:
    """The truth that a star import brings straight from a module where it may be had."""
    for truth in context.policy.truths:
        if source not in (truth.canonical.module, *truth.facades):
            continue
        first = truth.canonical.name.partition(".")[0]
        if not first or context.index.offers_to_star(source, first, context.module):
            return truth
    return None


def _truth(context: RuleContext, found: Iterable[Resolution]) -> Truth | None:
    """The one truth that something is, whatever stands in for it where it cannot be had."""
    truths = {truth.name: truth for truth in map(context.catalogue.truth_at, _targets(found)) if truth is not None}
    return next(iter(truths.values())) if len(truths) == 1 else None


def _targets(found: Iterable[Resolution]) -> Iterator[Target]:
    return (item.target for item in found)


def _is_foreign(found: Iterable[Resolution]) -> bool:
    return all(isinstance(target, External) for target in _targets(found))


def _is_of_home(context: RuleContext, source: str, found: Iterable[Resolution]) -> bool:
    """Whether something comes from, or lives in, a module where a truth may be had from."""
    homes = {home for truth in context.policy.truths for home in (truth.canonical.module, *truth.facades)}
    lives = {target.module for target in _targets(found) if isinstance(target, (Definition, ModuleTarget))}
    return source in homes or not homes.isdisjoint(lives)


# --- who asks for it


def _is_taken_from(context: RuleContext, truths: Iterable[Passed]) -> bool:
    """Whether another file imports one of the names from here."""
    names = {item.name for item in truths} - {""}
    return any(_imports(other, context.module, name) for name in names for other in context.index.may_import(name))


def _imports(importer: Module, home: Module, name: str) -> bool:
    return importer is not home and any(
        fact.name == name and importer.absolute(fact) in home.file.modules for fact in importer.facts.imports
    )

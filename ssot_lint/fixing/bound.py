"""Whether every name that a file reads is still bound after a change, and whether it still binds what it bound.

This knows nothing of how changes are planned: it holds the scopes of the file before against those of the file after.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator

from ssot_lint.index import Module, ProjectIndex
from ssot_lint.index.stars import may_come_by_star
from ssot_lint.model.facts import NONE, Binding, Name, Text

_GIVEN = frozenset({
    "__name__", "__file__", "__doc__", "__package__", "__loader__", "__spec__", "__path__", "__builtins__", "__class__",
    "__annotations__", "__module__", "__qualname__", "__cached__", "__dict__", "__debug__", "__import__", "reveal_type",
    "__conditional_annotations__",
})

Place = tuple[str, str]
"""The function or class around something, and a name."""


def newly_unbound(before: Module, was: ProjectIndex, after: Module, is_now: ProjectIndex) -> str:
    """A name that is read where nothing binds it any more; empty where there is none."""
    there = set(_unbound(after, is_now))
    lost = there - set(_unbound(before, was)) if there else set()
    return min(lost)[1] if lost else ""


def newly_missing(before: Module, after: Module, meant: Collection[str]) -> str:
    """A name that the module or one of its classes does not bind any more.

    Args:
        meant: names of the module that are to go.
    """
    lost = set(_offered(before)) - set(_offered(after)) - {("", name) for name in meant}
    return ".".join(filter(None, min(lost))) if lost else ""


def _offered(module: Module) -> Iterator[Place]:
    facts = module.facts
    for binding in facts.bindings:
        scope = facts.scopes[facts.blocks[binding.block].scope]
        if scope.kind in ("module", "class") and binding.kind not in ("narrow", "delete") and binding.name != "*":
            yield facts.classes[scope.owner].qualname if scope.kind == "class" else "", binding.name


def _unbound(module: Module, index: ProjectIndex) -> Iterator[Place]:
    if module.facts.opaque_namespace:
        return
    quoted = [text for _, text in module.all_of(Text) if text.role == "annotation"]
    for place, item in module.all_of(Name):
        if hasattr(builtins, item.id) or item.id in _GIVEN:
            continue
        inline = not any(_stands_in(text, item) for text in quoted)
        if not _is_bound(module, place, item, inline) and not may_come_by_star(index, module, item.id):
            yield _around(module, module.facts.blocks[item.block].scope), item.id


def _around(module: Module, scope: int) -> str:
    """The function or class whose body holds a scope."""
    facts = module.facts
    while scope > 0:
        fact = facts.scopes[scope]
        if fact.kind in ("class", "function") and fact.owner != NONE:
            owners = facts.classes if fact.kind == "class" else facts.functions
            return owners[fact.owner].qualname
        scope = fact.parent
    return ""


def _stands_in(text: Text, name: Name) -> bool:
    return (text.line, text.column) <= (name.line, name.column) < (text.end_line, text.end_column)


def _is_bound(module: Module, place: int, name: Name, inline: bool) -> bool:
    """Whether a name is bound by the time that it is read, as far as the order of the text tells.

    Args:
        inline: it is read where it stands; what is inside of a function, or quoted, is read later.
    """
    scope = start = module.facts.blocks[name.block].scope
    while scope >= 0:
        fact = module.facts.scopes[scope]
        if name.id in fact.outer:
            scope = 0
        found = [item for item in module.all_in_scope(scope, name.id) if item.kind not in ("narrow", "declare")]
        is_seen = fact.kind != "class" or scope == start
        if found and is_seen and any(item.kind != "delete" for item in found):
            if not inline or _precedes(module, found, place, name.block if scope == start else NONE):
                return True
            if fact.kind != "class":
                return False
        inline = inline and fact.kind != "function"
        scope = module.facts.scopes[scope].parent
    return False


def _precedes(module: Module, found: list[Binding], place: int, block: int) -> bool:
    blocks = module.facts.blocks
    if any(blocks[item.block].kind == "elsewhere" for item in found):
        return True
    if block != NONE and "loop" in module.kinds_around(block):
        return True
    before = [item for item in found if item.order <= place]
    if not before:
        return False
    return before[-1].kind != "delete" or not (block == NONE or _encloses(module, before[-1].block, block))


def _encloses(module: Module, outer: int, inner: int) -> bool:
    blocks = module.facts.blocks
    while inner != NONE:
        if inner == outer:
            return True
        inner = blocks[inner].parent
    return False

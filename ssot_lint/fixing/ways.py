"""Whether every name that a file reads is still bound on each way that leads there.

Like `bound`, this knows nothing of how changes are planned: what is read before is held against what is read after, one
by one, and so are the places that may have bound it.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Iterator

import msgspec

from ssot_lint.index import Module
from ssot_lint.model.facts import NONE, Binding, Name


class _Read(msgspec.Struct, frozen=True):
    """A name that is read or deleted, and what may have bound it."""

    name: str
    block: int
    order: int
    deleted: int = NONE


def unbound_way(before: Module, after: Module) -> str:
    """Which name would be read on a way on which nothing binds it any more; empty where none would, or none can tell.

    A change that takes away whole arms, or that reads more or less than before, is not looked at.
    """
    if [block.kind for block in before.facts.blocks] != [block.kind for block in after.facts.blocks]:
        return ""
    reads, now = list(_reads(before)), list(_reads(after))
    if len(reads) != len(now):
        return ""
    moved = _moved(before, after)
    for old, new in zip(reads, now):
        if old.name != new.name or old.name in moved:
            if lost := _lost_way(before, old, after, new):
                return f"`{new.name}` would be used where line {lost.line} bound `{old.name}`, and nothing binds it"
    return ""


def new_capture(before: Module, after: Module) -> str:
    """A name that a pattern would bind, where it compared with a value before; empty where none would."""
    new = Counter(_captured(after)) - Counter(_captured(before))
    return min(new, default="")


def _captured(module: Module) -> Iterator[str]:
    """The names that something unknown is bound to in the arms of `match`, by their patterns above all."""
    blocks = module.facts.blocks
    return (item.name for item in module.facts.bindings if item.kind == "other" and blocks[item.block].kind == "case")


def _reads(module: Module) -> Iterator[_Read]:
    for place, item in module.all_of(Name):
        if not hasattr(builtins, item.id):
            yield _Read(item.id, item.block, place)
    for place, binding in enumerate(module.facts.bindings):
        if binding.kind == "delete":
            yield _Read(binding.name, binding.block, binding.order, place)


def _moved(before: Module, after: Module) -> set[str]:
    """The names that are bound in other places than before."""

    def placed(module: Module) -> set[tuple[str, int, str]]:
        return {(binding.name, binding.block, binding.kind) for binding in module.facts.bindings}

    return {name for name, _, _ in placed(before) ^ placed(after)}


def _lost_way(before: Module, old: _Read, after: Module, new: _Read) -> Binding | None:
    """Something that may have bound what was read, where nothing binds what is read now."""
    homes = {binding.block for binding in _found(after, new)}
    if not homes and after.stars:
        return None  # it may come by one: others see to that
    is_deleted = any(item.kind == "delete" and item.name == new.name for item in after.facts.bindings)
    around = _within_a_round if is_deleted else _around
    return next((found for found in _found(before, old) if homes.isdisjoint(around(after, found.block))), None)


def _found(module: Module, read: _Read) -> list[Binding]:
    if read.deleted == NONE:
        found = module.lookup(read.name, read.block, read.order)
    else:
        scope = module.facts.blocks[read.block].scope
        earlier = module.facts.bindings[:read.deleted]
        own = [item for item in earlier if item.name == read.name and module.facts.blocks[item.block].scope == scope]
        found = module.standing(own, read.block, read.order)
    return [binding for binding in found if binding.kind not in ("narrow", "declare")]


def _around(module: Module, block: int) -> Iterator[int]:
    """The blocks around a place, from the inside out, across the scopes."""
    facts = module.facts
    while block != NONE:
        yield block
        fact = facts.blocks[block]
        block = fact.parent if fact.parent != NONE else _outside(module, fact.scope)


def _within_a_round(module: Module, block: int) -> Iterator[int]:
    """The same as far as the loop around: what a round deletes, the next one has to bind."""
    for found in _around(module, block):
        yield found
        if module.facts.blocks[found].kind == "loop":
            return


def _outside(module: Module, scope: int) -> int:
    """The block in which a scope stands."""
    facts, fact = module.facts, module.facts.scopes[scope]
    if fact.kind == "class":
        return facts.classes[fact.owner].block
    if fact.kind == "function" and fact.owner != NONE:
        return facts.functions[fact.owner].block
    return next((place for place, item in enumerate(facts.blocks) if item.scope == fact.parent), NONE)

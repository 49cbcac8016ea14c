"""A name of a truth that is used where nothing binds it.

## What it does

Reports a name that is read and that nothing binds, by Python's own rules of scope, if it is the name of a truth, of one
of its factories, or of the target of a move: no import, no definition, no assignment, no parameter, no loop, no
builtin, no star import that brings it or may bring it. What is bound under a condition counts as bound.

## Why is this bad?

It is a `NameError` as soon as the name is evaluated, which is when the line is reached. Only annotations of local
variables, and all of them under `from __future__ import annotations`, are not evaluated there: they mislead type
checkers, and whoever asks for the type hints gets the error. The usual cause is a migration that renamed the calls and
forgot the import.

## Example

```python
def create(context):
    return UserExecutionEngine(context)
```

## Use instead

```python
from chat.agents.user_execution_engine import UserExecutionEngine


def create(context):
    return UserExecutionEngine(context)
```

## Options

* `truth.canonical`: its name is watched.
* `truth.factories`: so are theirs.
* `moved`: so are the names of the targets.

## Fix safety

Safe: the canonical import is added at the head of the file, or the name to a statement that is there. Unsafe where the
canonical module imports the file in turn, as far as its imports and theirs are followed. Manual where two of the
watched places have the same name.

## Known limits

Silent in a file that uses `globals` or `exec`, in one with a star import of what cannot be read, inside of quoted
annotations, and for a name in a `try` of a file that names `NameError`. A name that is bound and deleted again, or read
before it is bound, is not reported, and a name that somebody puts among the builtins is.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator

from ssot_lint.index import Module
from ssot_lint.index.stars import may_come_by_star
from ssot_lint.model.facts import Name, Text
from ssot_lint.model.policy import ObjectPath, Policy
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of_name
from ssot_lint.rules.relocating import move
from ssot_lint.rules.wording import import_of

RULE = Rule("unbound-name", "SOT106", "a name of a truth that is used where nothing binds it")

_ESCAPES = frozenset({"globals", "exec"})


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(uses=frozenset(_watched(policy)))


def check(context: RuleContext) -> Iterator[Violation]:
    watched = context.index.once(RULE.name, lambda _: _watched(context.policy))
    reads = [(place, item) for place, item in context.module.all_of(Name) if item.id in watched]
    if not reads or context.facts.opaque_namespace or _escapes(context.module):
        return
    quoted = list(_quoted(context.module))
    for place, item in reads:
        if not _is_bound(context.module, item) and not may_come_by_star(context.index, context.module, item.id):
            if not any(text.line <= item.line <= text.end_line and _is_in(text, item) for text in quoted):
                yield _finding(context, place, item, watched[item.id])


def _watched(policy: Policy) -> dict[str, dict[ObjectPath, str]]:
    """Name -> the places that have it, each with its truth."""
    found: dict[str, dict[ObjectPath, str]] = {}
    for path, truth in _places(policy):
        if path.name and "." not in path.name and not hasattr(builtins, path.name):
            found.setdefault(path.name, {}).setdefault(path, truth)
    return found


def _places(policy: Policy) -> Iterator[tuple[ObjectPath, str]]:
    for truth in policy.truths:
        yield from ((path, truth.name) for path in (truth.canonical, *truth.factories))
    for item in policy.retirements:
        if item.kind == "moved" and item.replacement is not None:
            yield item.replacement, ""


def _escapes(module: Module) -> bool:
    return any(item.id in _ESCAPES for _, item in module.all_of(Name))


def _is_bound(module: Module, name: Name) -> bool:
    """Whether any scope that the name sees binds it, whenever that happens."""
    scope = start = module.facts.blocks[name.block].scope
    if any(item.id == "NameError" for _, item in module.all_of(Name)) and "try" in module.kinds_around(name.block):
        return True
    while scope >= 0:
        fact = module.facts.scopes[scope]
        bindings = (item for item in module.all_in_scope(scope, name.id) if item.kind != "narrow")
        if (fact.kind != "class" or scope == start) and any(bindings):
            return True
        scope = fact.parent
    return False


def _quoted(module: Module) -> Iterable[Text]:
    return (text for _, text in module.all_of(Text) if text.role == "annotation")


def _is_in(text: Text, name: Name) -> bool:
    start, end = (text.line, text.column), (text.end_line, text.end_column)
    return start <= (name.line, name.column) < end


def _finding(context: RuleContext, place: int, name: Name, places: dict[ObjectPath, str]) -> Violation:
    [path, truth], *others = places.items()
    reason = f"`{name.id}` may mean `{path}` or `{others[0][0]}`" if others else ""
    way_out = reason or f"use {import_of(path)}"
    message = f"`{name.id}` is used, and nothing here binds it: {way_out}"
    remedy = move(context, "expression", place, ObjectPath(context.module.name, name.id), path, reason)
    return context.violation(RULE.name, span_of_name(name, name.id), message, truth, (), name.id, remedy)

"""A class or function that is the truth again by its structure, under any name.

## What it does

Compares classes and functions with the truth, member by member. What counts is what a member does: attributes, calls,
what comes from outside, branches, returns. Names of locals, docstrings, literals, order, type hints and logging do
not. The score is how much of the truth, weighted by size, has a counterpart in the other class. The message gives the
score and the shared members, and how many files import each of the two: a copy that few import is easily given up.

## Why is this bad?

A copy under another name is found by nobody who looks for the name, and misses every correction that the truth gets.

## Example

```python
class BatchRunner:  # the methods of UserExecutionEngine, some of them renamed
    ...
```

## Use instead

```python
from chat.agents.user_execution_engine import UserExecutionEngine
```

## Options

* `truth.duplicates.similarity`: the score from which it is reported, 0.6 by default; 0 switches it off.
* `truth.duplicates.allow`: sanctioned ones.
* `truth.duplicates.implements`: the interfaces themselves are never duplicates.

## Fix safety

No fix: merging two implementations is a person's work.

## Known limits

A warning by default: sibling classes of one framework can be alike without being copies. On copies and forks from the
package index, and on the siblings of their families, precision is 0.89 and recall 0.75 at 0.6 (classes 0.87 and 0.83,
functions 0.97 and 0.58), and 0.95 and 0.84 on packages by which the default was not chosen;
`benchmarks/README.md` has the tables, and `python -m benchmarks.clones` makes them.

What is small is not compared, because it resembles much that has nothing to do with it: a class whose methods hold
less than about 50 lines of code between them (between 30 and 80, depending on how much a line says; docstrings and
comments do not count), a function of less than about 15, or one that says nothing of its own. Such a truth needs
`duplicates.names` or `duplicates.implements`; `ssot-lint config validate` names those for which this rule is on to no
effect, with their size in parts: names, attributes, calls, and what statements are made of, of which it takes 100 in
a class and 60 in a function.
Three members besides `__init__` need a counterpart of the same name, and three quarters of the score have to come
from such members. A function needs 0.8 in any case, and its message counts no imports. What inherits from the
truth, or the truth from it, is no duplicate, and neither is the twin of it that is `async`, or a second definition
of its name in the same module. Arithmetic and comparisons are not told apart. A module that is a truth has no
structure.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index import Definition, Module, ProjectIndex
from ssot_lint.index.likeness import Likeness, Original, content_of, may_be_copy, originals
from ssot_lint.model.facts import NONE
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of_name
from ssot_lint.rules.declared import targets_of
from ssot_lint.scan.telltales import Telltale

RULE = Rule(
    "duplicate-structure", "SOT203", "a class or function that is structurally the truth again", severity="warning"
)
_SHOWN = 4


class _Copy(msgspec.Struct, frozen=True):
    """A definition with what it is a copy of, and how much of that."""

    definition: Definition
    original: Definition
    likeness: Likeness


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    truths = [truth for truth in policy.truths if truth.duplicates.similarity and truth.canonical.name]
    return Triggers(originals=frozenset((truth.canonical, truth.duplicates.similarity) for truth in truths))


def check(context: RuleContext) -> Iterator[Violation]:
    for truth in context.policy.truths:
        if truth.duplicates.similarity and truth.canonical.name:
            yield from _copies(context, truth)


def _copies(context: RuleContext, truth: Truth) -> Iterator[Violation]:
    best: dict[Definition, _Copy] = {}
    for original in context.index.once((RULE.name, truth.key), lambda index: list(_originals(index, truth))):
        for copy in _copies_of(context, truth, original):
            known = best.setdefault(copy.definition, copy)
            if copy.likeness.score > known.likeness.score:
                best[copy.definition] = copy
    yield from (_finding(context, truth, copy) for copy in best.values())


class _Original(msgspec.Struct, frozen=True):
    """What of a truth can have copies: where it is, what it is like, and by which words a copy shows."""

    definition: Definition
    content: Original
    telltale: Telltale


def _originals(index: ProjectIndex, truth: Truth) -> Iterator[_Original]:
    for target in targets_of(index, truth.canonical):
        if isinstance(target, Definition):
            for original in originals(index, (target,), truth.duplicates.similarity):
                telltale = original.telltale
                if telltale is not None:
                    yield _Original(target, original, telltale)


def _copies_of(context: RuleContext, truth: Truth, original: _Original) -> Iterator[_Copy]:
    content = original.content
    for definition, methods in _definitions(context.module, content.kind):
        if content.kind == "class" and not may_be_copy(original.telltale, methods):
            continue
        found = content.likeness(content_of(context.module, definition))
        if content.takes(found) and not _is_exempt(context, truth, definition, original.definition):
            yield _Copy(definition, original.definition, found)


def _definitions(module: Module, kind: str) -> Iterator[tuple[Definition, frozenset[str]]]:
    """The classes of a file with the names of their methods, or its functions."""
    facts = module.facts
    if kind == "function":
        for index, function in enumerate(facts.functions):
            yield Definition(module.name, function.qualname, kind, module.file.path, index), frozenset()
        return
    methods: dict[int, set[str]] = {}
    for function in facts.functions:
        if function.owner != NONE:
            methods.setdefault(function.owner, set()).add(function.name)
    for index, names in sorted(methods.items()):
        yield Definition(module.name, facts.classes[index].qualname, kind, module.file.path, index), frozenset(names)


def _is_exempt(context: RuleContext, truth: Truth, definition: Definition, original: Definition) -> bool:
    """The truth itself, a twin of it for another platform, what it inherits from and what inherits from it."""
    if definition in context.catalogue.identities[truth.name] or context.catalogue.is_allowed(truth, definition):
        return True
    if definition.path == original.path and definition.name == original.name:
        return True
    if definition.kind != "class":
        return False
    lines = context.classes.ancestry(definition).definitions, context.classes.ancestry(original).definitions
    identity = context.catalogue.identities[truth.name]
    return definition in lines[1] or any(item in identity for item in lines[0])


def _finding(context: RuleContext, truth: Truth, copy: _Copy) -> Violation:
    definition, facts = copy.definition, context.facts
    fact = facts.classes[definition.index] if definition.kind == "class" else facts.functions[definition.index]
    message = (
        f"{definition.kind} `{fact.name}` is the truth `{truth.name}` again by its structure "
        f"({_evidence(copy)}): use `{truth.canonical}`, or add it to `duplicates.allow`{_imports(context, truth, copy)}"
    )
    return context.violation(RULE.name, span_of_name(fact, fact.name), message, truth.name, symbol=definition.name)


def _evidence(copy: _Copy) -> str:
    score = f"score {int(copy.likeness.score * 100) / 100:.2f}"
    if copy.definition.kind == "function":
        return score
    shared = copy.likeness.shared
    more = f" and {len(shared) - _SHOWN} more" if len(shared) > _SHOWN else ""
    return f"{score}: {', '.join(f'`{name}`' for name in shared[:_SHOWN])}{more}"


def _imports(context: RuleContext, truth: Truth, copy: _Copy) -> str:
    """Which of the two is imported less: it may be the older one, or the one that nobody needs."""
    definition, name = copy.definition, truth.canonical.name
    if definition.kind != "class" or "." in definition.name + name:
        return ""
    its, own = context.index.importers(definition, definition.name), context.index.importers(copy.original, name)
    return f"; it is imported by {_files(its)}, the truth by {_files(own)}"


def _files(count: int) -> str:
    return f"{count or 'no'} file{'' if count == 1 else 's'}"

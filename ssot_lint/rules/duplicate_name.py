"""A class or function elsewhere under a name of the truth.

## What it does

Reports a class or function outside the canonical module that is called as the truth is, or whose name matches
`duplicates.names`.

## Why is this bad?

Two implementations under one name drift apart, and each import decides anew which of them is meant.

## Example

```python
class UserExecutionEngine:  # in chat/jobs/engine.py: a copy
    ...
```

## Use instead

```python
from chat.agents.user_execution_engine import UserExecutionEngine
```

## Options

* `truth.canonical`: its last part is a name of the truth.
* `truth.duplicates.names`: globs for more names.
* `truth.duplicates.allow`: sanctioned ones.
* `truth.duplicates.implements`: the interfaces themselves are never duplicates.

## Fix safety

No fix: merging two implementations is a person's work.

## Known limits

Goes by the name alone: a plain name that many things go by (`Connection`) is reported wherever it stands. Methods are
not looked at, and neither are functions inside of functions (`def callback` in a function that registers it), which no
import can reach; a class inside of a function is, because its instances get about. What a retired module still defines
is reported too: it is a second implementation until it is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition
from ssot_lint.model.facts import NONE, ClassFact, FunctionFact
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of_name
from ssot_lint.rules.scents import names_of_truths

RULE = Rule("duplicate-name", "SOT201", "a class or function elsewhere under a name of the truth")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    globs = frozenset(glob for truth in policy.truths for glob in truth.duplicates.names)
    return Triggers(names=names_of_truths(policy), globs=globs)


def check(context: RuleContext) -> Iterator[Violation]:
    seen: set[tuple[str, str]] = set()
    for definition, fact in _definitions(context):
        for truth in context.policy.truths:
            if (truth.name, definition.name) not in seen and _is_duplicate(context, truth, definition):
                seen.add((truth.name, definition.name))
                yield _finding(context, truth, definition, fact)


def _definitions(context: RuleContext) -> Iterator[tuple[Definition, ClassFact | FunctionFact]]:
    module = context.module
    for index, fact in enumerate(context.facts.classes):
        yield Definition(module.name, fact.qualname, "class", module.file.path, index), fact
    for index, function in enumerate(context.facts.functions):
        if function.owner == NONE and not _is_local(context, function):
            yield Definition(module.name, function.qualname, "function", module.file.path, index), function


def _is_local(context: RuleContext, function: FunctionFact) -> bool:
    """Whether a function is one of another function's own: no import can reach it."""
    scope = context.facts.scopes[context.facts.blocks[function.block].scope]
    return scope.kind == "function" and function.name not in scope.outer


def _is_duplicate(context: RuleContext, truth: Truth, definition: Definition) -> bool:
    if truth.canonical.module in context.file.modules:
        return False
    named = context.catalogue.is_named_like(truth, definition.name.rpartition(".")[2])
    if not named or definition in context.catalogue.identities[truth.name]:
        return False
    return not context.catalogue.is_allowed(truth, definition)


def _finding(
    context: RuleContext, truth: Truth, definition: Definition, fact: ClassFact | FunctionFact
) -> Violation:
    own = truth.canonical.name.rpartition(".")[2]
    matching = "" if fact.name == own else f" (it matches `{context.catalogue.pattern_of(truth, fact.name)}`)"
    message = (
        f"{definition.kind} `{fact.name}` has a name of the truth `{truth.name}`{matching}: use `{truth.canonical}`, "
        "rename it, or add it to `duplicates.allow`"
    )
    return context.violation(RULE.name, span_of_name(fact, fact.name), message, truth.name, symbol=definition.name)

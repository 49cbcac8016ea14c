"""A class outside the canonical module that implements the truth's interface.

## What it does

Reports a class outside the canonical module that inherits, directly or through any number of bases, from one of
`duplicates.implements`. A class that inherits through the truth itself is one of them, and is told to become part of
the truth.

## Why is this bad?

Whoever asks for the interface may get any of its implementations, and only one of them is maintained.

## Example

```python
class BatchRunner(IExecutionEngine):
    def execute(self, message): ...
```

## Use instead

```python
from chat.agents.user_execution_engine import UserExecutionEngine
```

## Options

* `truth.duplicates.implements`: the interfaces, of the project or from outside it.
* `truth.duplicates.allow`: sanctioned implementations.

## Fix safety

No fix: merging two implementations is a person's work.

## Known limits

Inheritance only: a class that has the same methods without saying so is not seen. A base that cannot be told (the
result of a call) ends the search on that side, and so does a class that a file hands on under another name otherwise
than by an import (`Base = other.Middle`), with no name of the configuration beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition
from ssot_lint.facts.passing import mentions
from ssot_lint.model.facts import ClassFact
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of_name

RULE = Rule(
    "duplicate-interface", "SOT202", "a class outside the canonical module that implements the truth's interface"
)


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(bases=frozenset(path for truth in policy.truths for path in truth.duplicates.implements))


def check(context: RuleContext) -> Iterator[Violation]:
    for index, fact in enumerate(context.facts.classes):
        if not context.meanings.may_inherit(mentions(context.facts, fact.bases)):
            continue
        definition = context.classes.of_fact(context.module, index)
        for truth in context.policy.truths:
            if truth.canonical.module in context.file.modules:
                continue
            interfaces = tuple(context.catalogue.implemented(truth, definition))
            if interfaces and not context.catalogue.is_allowed(truth, definition):
                yield _finding(context, truth, definition, fact, interfaces)


def _finding(
    context: RuleContext, truth: Truth, definition: Definition, fact: ClassFact, interfaces: tuple[str, ...]
) -> Violation:
    listed = ", ".join(f"`{interface}`" for interface in interfaces)
    identity = context.catalogue.identities[truth.name]
    inherits = any(item in identity for item in context.classes.ancestry(definition).definitions)
    if inherits:
        message = (
            f"class `{fact.name}` extends the truth `{truth.name}`, and so implements {listed} once more: fold it into "
            f"`{truth.canonical}`, or add it to `duplicates.allow`"
        )
    else:
        message = (
            f"class `{fact.name}` implements {listed}, as the truth `{truth.name}` does: use `{truth.canonical}`, or "
            "add it to `duplicates.allow`"
        )
    return context.violation(RULE.name, span_of_name(fact, fact.name), message, truth.name, symbol=definition.name)

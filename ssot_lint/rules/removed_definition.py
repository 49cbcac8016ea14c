"""A removed member defined again.

## What it does

Reports a member that `removed` lists where it is defined on the truth or on a class that inherits from it: as a
method, in the class body, on `self` or `cls`, or put on the class from outside by assignment or `setattr`.

## Why is this bad?

The member was removed for a reason; brought back, it keeps its callers and with them the bridge.

## Example

```python
class ReplayEngine(UserExecutionEngine):
    @classmethod
    def create_from_legacy(cls, registry, bridge): ...
```

## Use instead

```python
class ReplayEngine(UserExecutionEngine):
    ...  # callers construct it directly
```

## Options

* `truth.removed`: member -> what to do instead, which the message repeats.

## Fix safety

No fix: the callers have to go first.

## Known limits

What a retired class still defines goes with that class and is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import ClassFact
from ssot_lint.model.policy import Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of_name
from ssot_lint.rules.receivers import TRUTH_KINDS, uses

RULE = Rule("removed-definition", "SOT303", "a removed member defined again")


def check(context: RuleContext) -> Iterator[Violation]:
    for index, fact in enumerate(context.facts.classes):
        definition = context.classes.of_fact(context.module, index)
        for truth, relation in context.catalogue.truths_of_class(definition):
            if relation in TRUTH_KINDS:
                yield from _in_body(context, fact, truth)
    for use in uses(context):
        if use.how == "store" and use.settled:
            yield context.violation(
                RULE.name, use.span, _message(use.truth, use.member), use.truth.name, symbol=f"store {use.member}"
            )


def _in_body(context: RuleContext, fact: ClassFact, truth: Truth) -> Iterator[Violation]:
    for member in truth.removed:
        for binding in context.module.all_in_scope(fact.scope, member):
            function = context.facts.functions[binding.value] if binding.kind == "function" else binding
            span = span_of_name(function, member)
            yield context.violation(
                RULE.name, span, _message(truth, member), truth.name, symbol=f"{fact.qualname}.{member}"
            )


def _message(truth: Truth, member: str) -> str:
    return f"`{member}` was removed from the truth `{truth.name}`, and is defined again: {truth.removed[member]}"

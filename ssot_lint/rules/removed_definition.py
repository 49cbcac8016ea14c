"""A removed member defined again.

## What it does

Reports a member that `removed` lists where it is defined on the truth or on a class that inherits from it: as a
method, in the class body, on `self` or `cls`, or put on the class from outside by assignment or `setattr`. For a truth
that is a module, a removed function that the module binds again is reported.

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

What a retired class still defines goes with that class and is not reported. What is put on something that cannot be
settled is not reported either.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Binding, ClassFact, FunctionFact
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of, span_of_name
from ssot_lint.rules.receivers import TRUTH_KINDS, Verdict, uses
from ssot_lint.rules.scents import classes_of_removed, names_of_removed

RULE = Rule("removed-definition", "SOT303", "a removed member defined again")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(words=names_of_removed(policy), heirs=classes_of_removed(policy))


def check(context: RuleContext) -> Iterator[Violation]:
    for index, fact in enumerate(context.facts.classes):
        if not _binds_any(context, fact.scope):
            continue
        definition = context.classes.of_fact(context.module, index)
        for truth, relation in context.catalogue.truths_of_class(definition):
            if relation in TRUTH_KINDS and not context.catalogue.is_predecessor(truth, definition):
                yield from _in_scope(context, fact.scope, f"{fact.qualname}.", truth)
    for truth in context.policy.truths:
        if not truth.canonical.name and truth.canonical.module in context.file.modules:
            yield from _in_scope(context, 0, "", truth)
    for use in uses(context):
        if use.how == "store" and use.verdict == Verdict.TRUTH:
            yield _finding(context, use.truth, use.member, use.span, f"store {use.member}")


def _binds_any(context: RuleContext, scope: int) -> bool:
    """Whether a class has a member of a name that was removed from any truth."""
    names = names_of_removed(context.policy)
    return any(context.module.all_in_scope(scope, name) for name in names)


def _in_scope(context: RuleContext, scope: int, owner: str, truth: Truth) -> Iterator[Violation]:
    for member in truth.removed:
        for binding in context.module.all_in_scope(scope, member):
            if binding.kind not in ("delete", "narrow"):
                yield _finding(context, truth, member, _span(context, binding), f"{owner}{member}")


def _span(context: RuleContext, binding: Binding) -> Span:
    """The name in a definition, the whole of an import as every import is reported, the name anywhere else."""
    if binding.kind == "import":
        return span_of(context.facts.imports[binding.value])
    tables: dict[str, tuple[ClassFact | FunctionFact, ...]] = {
        "class": context.facts.classes, "function": context.facts.functions,
    }
    fact = tables[binding.kind][binding.value] if binding.kind in tables else binding
    return span_of_name(fact, binding.name)


def _finding(context: RuleContext, truth: Truth, member: str, span: Span, symbol: str) -> Violation:
    message = f"`{member}` was removed from the truth `{truth.name}`, and is defined here: {truth.removed[member]}"
    return context.violation(RULE.name, span, message, truth.name, symbol=symbol)

"""A removed member used without a call.

## What it does

Reports a member that `removed` lists where it is passed on, assigned or asked for by name:
`build = UserExecutionEngine.create_from_legacy`, `getattr(engine, "create_from_legacy")`,
`mock.patch.object(UserExecutionEngine, "create_from_legacy")`, `monkeypatch.setattr(...)`, and a string that is, as a
whole, its dotted path, as `mock.patch` takes it. The receiver is settled as for `removed-call`. For a truth that is a
module, the import of a removed function is reported.

## Why is this bad?

It is called later, somewhere else, where nobody looks for it.

## Example

```python
build_engine = UserExecutionEngine.create_from_legacy
```

## Use instead

```python
build_engine = UserExecutionEngine
```

## Options

* `truth.removed`: member -> what to do instead, which the message repeats.
* `truth.retired`: old names of the truth count as the truth.

## Fix safety

No fix yet: the message says what to do instead.

## Known limits

`hasattr(engine, "create_from_legacy")` is a question, not a use, and is not reported. Names that are put together at
run time are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.policy import Policy
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.receivers import removed_use, uses
from ssot_lint.rules.scents import classes_of_removed, names_of_removed

RULE = Rule("removed-reference", "SOT302", "a removed member used without a call")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(words=names_of_removed(policy), heirs=classes_of_removed(policy))


def check(context: RuleContext) -> Iterator[Violation]:
    for use in uses(context):
        if use.how == "reference":
            yield removed_use(context, RULE, use)

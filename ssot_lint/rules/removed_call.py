"""A call of a member that was removed from the truth.

## What it does

Reports the call of a member that `removed` lists, on the truth, on a class that inherits from it, or on what the
truth has retired: through the class, an alias, an instance, `cls`, `self` or `super()`. Receivers are settled by what
names, annotations, assignments, constructors, `with`, factories and `await` say, then by inference. A receiver that
is provably something else is not reported; one that cannot be settled is, and the message says so.

For a truth that is a module, the calls of its removed functions are reported.

## Why is this bad?

The member is gone, or goes with the bridge: the call fails then, in production and not before.

## Example

```python
engine = UserExecutionEngine.create_from_legacy(registry, bridge)
```

## Use instead

```python
engine = UserExecutionEngine(context, agent_factory, emitter)
```

## Options

* `truth.removed`: member -> what to do instead, which the message repeats.
* `truth.inline`: the expression that replaces the call.
* `truth.retired`: old names of the truth count as the truth.

## Fix safety

Where an `inline` entry declares an expression for the member, the call gives way to it. Its arguments are bound as
Python would, moved there as they stand, and set in parentheses where they need them; comments stay with their
arguments. That the expression does the same is the team's word; that the arguments are evaluated as before is ours:
once each, and in their order. Plain attributes of names count as reads that have no effect and that nothing in the
replacement changes. Where the order cannot be kept, an argument is bound to a local name before the statement, in
functions where the call is the whole value of its statement.

The fix is safe where the call is made on the truth itself or on what it replaced, or where the expression keeps what
it is made on (`self`, `cls`). On a subclass, which then keeps its name, and on something that may be of one, it is
unsafe. There is none where no signature fits, for `*` and `**` in the call, where the receiver cannot be settled,
where the call is not awaited in place although the entry says so, where a name would mean something else, in
f-strings, where an argument would be evaluated later or not at all, and where a comment would be lost.

## Known limits

A member with an everyday name (`get`, `run`) is reported on every receiver that cannot be settled: an element of a
`list[Engine]`, a mock, a parameter without annotation, what a function outside the project returns (a class outside
the project gives its own instances, and so do the functions of many standard modules). Inference has a budget for
each file, so that a receiver behind very much code stays unsettled. A declared type is believed, and so is a
decorator from outside the project. What is put into an attribute or a module from outside (`app.engine = Engine()`),
and what a subclass makes of an attribute, counts where it stands in a file that holds a name of the configuration.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.model.policy import Policy
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.inlining import inlining_of
from ssot_lint.rules.receivers import removed_use, uses
from ssot_lint.rules.scents import classes_of_removed, names_of_removed

RULE = Rule("removed-call", "SOT301", "a call of a member that was removed from the truth")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(words=names_of_removed(policy), heirs=classes_of_removed(policy))


def check(context: RuleContext) -> Iterator[Violation]:
    for use in uses(context):
        if use.how == "call":
            remedy = inlining_of(context, use.truth, use.member, use.call)
            yield msgspec.structs.replace(removed_use(context, RULE, use), remedy=remedy)

"""A constructor or factory that guesses from its arguments which signature it was called with.

## What it does

Reports `__init__`, `__new__` and class methods of a truth, of its subclasses and of its duplicates, and the truth's
`factories`, with the methods of classes among these that give an instance, where they ask what a parameter is like and
read their parameters one way or another by the answer. Seen are `hasattr`, `getattr` with a default, `isinstance`,
`type`, `__class__`, `callable` and class patterns of `match`; in `if`, in conditional expressions, in `and` and `or`;
with an early return, or through a local flag; on parameters, on plain copies of them, and on the items of `*args` and
`**kwargs`. The message lists what is asked of which parameter.

Not reported is what asks for a capability: a probe that only guards a call on the object
(`if hasattr(factory, "close"): factory.close()`), one that falls back to a constant, one that raises, one that turns
a single parameter into its usual form (`path = Path(path) if isinstance(path, str) else path`), the choice between
subclasses of the class that the parameter is annotated with, plain data in `from_dict` and its kin, and a function
that asks for an attribute which it sets itself (`if hasattr(module, "_connection"): return module._connection`).

## Why is this bad?

Such a constructor has two signatures, and no caller can tell which one it uses. The old one cannot be removed, since
nobody can list its callers; and an argument that by chance has the attribute is taken for something that it is not.

## Example

```python
class UserExecutionEngine:
    def __init__(self, context_or_registry, factory_or_bridge):
        if hasattr(context_or_registry, "get_agent"):
            self.context = UserContext.anonymous()
            self.factory = AgentFactory(context_or_registry)
        else:
            self.context = context_or_registry
            self.factory = factory_or_bridge
```

## Use instead

```python
class UserExecutionEngine:
    def __init__(self, context: UserContext, factory: AgentFactory):
        self.context = context
        self.factory = factory
```

## Options

* `truth.canonical`: the truth, whose constructors are looked at.
* `truth.duplicates.names`, `truth.duplicates.implements`: what counts as a second implementation.
* `truth.duplicates.allow`: sanctioned ones, which are left alone.
* `truth.retired`: a retired class is looked at like the truth that replaced it.
* `truth.factories`: functions that build it, and classes whose methods do, looked at as well.

## Fix safety

No fix: which callers use which signature has to be found out first.

## Known limits

`try`/`except AttributeError`, a dispatch table keyed by `type(x)`, `"name" in dir(x)`, parts of a class's name
(`x.__class__.__name__.endswith(...)`, `"Enum" in type(x).__name__`), and a question that another function answers
(`if looks_like_registry(x)`) are not seen. Two attributes of one parameter that do the same (`a.aclose` or else
`a.close`) are two ways to read it, and reported. A parameter that may be a plain value or an object of the project
and is made into one thing from it alone counts as converted when it is the plain value that is asked for. Whether
`**kwargs` holds a key (`if "registry" in
kwargs`) is how optional keywords are read, and is not taken for a question. Static methods are looked at where
`factories` names them. A subclass of the truth is lost where a file hands on its base under another name otherwise
than by an import (`Base = other.Middle`), with no name of the configuration beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.model.facts import Probe, last_name
from ssot_lint.model.policy import Policy
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.builders import builders, truth_built_by
from ssot_lint.rules.capabilities import is_ordinary
from ssot_lint.rules.context import RuleContext, span_of

RULE = Rule(
    "duck-typed-signature",
    "SOT401",
    "a constructor or factory that guesses from its arguments which signature it was called with",
)


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return builders(policy)


def check(context: RuleContext) -> Iterator[Violation]:
    for index, function in enumerate(context.facts.functions):
        probes = [probe for probe in function.probes if not is_ordinary(context, function, probe)]
        truth = truth_built_by(context, index, function) if probes else None
        if truth is not None:
            message = (
                f"`{function.qualname}` guesses its signature from its arguments: {_listed(context, probes)}; "
                "give each signature a constructor of its own"
            )
            yield context.violation(RULE.name, span_of(probes[0]), message, truth.name, symbol=function.qualname)


def _listed(context: RuleContext, probes: list[Probe]) -> str:
    """`registry (hasattr get_agent, list_agents), context (isinstance UserContext)`."""
    asked: dict[str, dict[str, dict[str, None]]] = {}
    for probe in probes:
        types = (context.module.expression(place) for place in probe.types)
        names = (probe.attribute, *(last_name(item) for item in types))
        asked.setdefault(probe.parameter, {}).setdefault(probe.kind, {}).update(dict.fromkeys(filter(None, names)))
    return ", ".join(
        f"{parameter} ({'; '.join(f'{kind} {_joined(names)}'.strip() for kind, names in kinds.items())})"
        for parameter, kinds in asked.items()
    )


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)

"""A constructor or factory that guesses from its arguments which signature it was called with.

## What it does

Reports `__init__`, `__new__` and class methods of a truth, of its subclasses and of its duplicates, and the truth's
`factories`, where they ask what a parameter is like and read their parameters one way or another by the answer. Seen
are `hasattr`, `getattr` with a default, `isinstance`, `type`, `__class__`, `callable` and class patterns of `match`; in
`if`, in conditional expressions, in `and` and `or`; with an early return, or through a local flag; on parameters, on
plain copies of them, and on the items of `*args` and `**kwargs`. The message lists what is asked of which parameter.

Not reported is what asks for a capability: a probe that only guards a call on the object
(`if hasattr(factory, "close"): factory.close()`), one that falls back to a constant, one that raises, one that turns
a single parameter into its usual form (`path = Path(path) if isinstance(path, str) else path`), the choice between
subclasses of the class that the parameter is annotated with, and plain data in `from_dict` and its kin.

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
* `truth.factories`: functions that build it, looked at as well.

## Fix safety

No fix: which callers use which signature has to be found out first.

## Known limits

`try`/`except AttributeError`, a dispatch table keyed by `type(x)`, `"name" in dir(x)`, parts of a class's name
(`x.__class__.__name__.endswith(...)`), and a question that another function answers (`if looks_like_registry(x)`) are
not seen. Two attributes of one parameter that do the same (`a.aclose` or else `a.close`) are two ways to read it, and
reported. A parameter that may be a plain value or an object of the project and is made into one thing from it alone
counts as converted when it is the plain value that is asked for. Whether `**kwargs` holds a key (`if "registry" in
kwargs`) is how optional keywords are read, and is not taken for a question. Static methods are looked at where
`factories` names them. A subclass of the truth is lost where a file hands on its base under another name otherwise
than by an import (`Base = other.Middle`), with no name of the configuration beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.index import Definition
from ssot_lint.index.values import InstanceValue
from ssot_lint.model.facts import NONE, Attribute, Call, FunctionFact, Name, Probe
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.capabilities import is_ordinary
from ssot_lint.rules.context import RuleContext, span_of
from ssot_lint.rules.scents import names_of_retired, names_of_truths

RULE = Rule(
    "duck-typed-signature",
    "SOT401",
    "a constructor or factory that guesses from its arguments which signature it was called with",
)
_CONSTRUCTORS = ("__init__", "__new__")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    canonical = frozenset(truth.canonical for truth in policy.truths)
    interfaces = frozenset(path for truth in policy.truths for path in truth.duplicates.implements)
    return Triggers(
        names=names_of_retired(policy) | names_of_truths(policy),
        globs=frozenset(glob for truth in policy.truths for glob in truth.duplicates.names),
        probed=frozenset(path for path in canonical if path.name) | interfaces,
        homes=canonical | frozenset(path for truth in policy.truths for path in truth.factories),
    )


def check(context: RuleContext) -> Iterator[Violation]:
    for index, function in enumerate(context.facts.functions):
        probes = [probe for probe in function.probes if not is_ordinary(context, function, probe)]
        truth = _truth_built_by(context, index, function) if probes else None
        if truth is not None:
            message = (
                f"`{function.qualname}` guesses its signature from its arguments: {_listed(context, probes)}; "
                "give each signature a constructor of its own"
            )
            yield context.violation(RULE.name, span_of(probes[0]), message, truth.name, symbol=function.qualname)


def _truth_built_by(context: RuleContext, index: int, function: FunctionFact) -> Truth | None:
    module = context.module
    itself = Definition(module.name, function.qualname, "function", module.file.path, index)
    for truth in context.policy.truths:
        if any(itself in context.catalogue.targets(factory) for factory in truth.factories):
            return truth
    if function.owner == NONE:
        return next((truth for truth in context.policy.truths if _is_truth(context, truth, itself)), None)
    if not _is_constructor(context, function):
        return None
    owner = context.classes.of_fact(module, function.owner)
    return next((truth for truth in context.policy.truths if _is_truth(context, truth, owner)), None)


def _is_truth(context: RuleContext, truth: Truth, definition: Definition) -> bool:
    """Whether a class or function is the truth, extends it, or is a duplicate that nobody sanctioned."""
    catalogue = context.catalogue
    if catalogue.truth_at(definition) == truth:
        return True
    if definition.kind == "class" and (truth, "subclass") in catalogue.truths_of_class(definition):
        return True
    return catalogue.is_duplicate(truth, definition) and not catalogue.is_allowed(truth, definition)


def _is_constructor(context: RuleContext, function: FunctionFact) -> bool:
    decorators = (context.module.expression(decorator) for decorator in function.decorators)
    is_classmethod = any(getattr(item, "id", "") == "classmethod" for item in decorators)
    return function.name in _CONSTRUCTORS or (is_classmethod and _builds(context, function))


def _builds(context: RuleContext, function: FunctionFact) -> bool:
    """Whether a class method gives an instance of its class, as far as can be told; a helper for values does not."""
    owner = context.classes.of_fact(context.module, function.owner)
    results = [context.values(place) for place in function.returned]
    if function.returns != NONE:
        results.append(context.knowledge.inference.annotated(context.module, function.returns))
    return any(
        isinstance(value, InstanceValue) and owner in (value.definition, *_above(context, value.definition))
        for values in results for value in values
    ) or any(_asks_unknown_constructor(context, owner, function, place) for place in function.returned)


def _asks_unknown_constructor(context: RuleContext, owner: Definition, function: FunctionFact, place: int) -> bool:
    """`return cls.by_name(...)`, where nothing tells what `by_name` gives."""
    call = context.module.expression(place)
    called = context.module.expression(call.function) if isinstance(call, Call) else None
    root = context.module.expression(called.value) if isinstance(called, Attribute) else None
    on_class = isinstance(root, Name) and root.id == function.parameters[0].name
    return on_class and isinstance(called, Attribute) and not any(context.classes.owners(owner, called.name))


def _above(context: RuleContext, definition: Definition) -> tuple[Definition, ...]:
    return context.classes.ancestry(definition).definitions


def _listed(context: RuleContext, probes: list[Probe]) -> str:
    """`registry (hasattr get_agent, list_agents), context (isinstance UserContext)`."""
    asked: dict[str, dict[str, dict[str, None]]] = {}
    for probe in probes:
        types = (context.module.expression(place) for place in probe.types)
        names = (probe.attribute, *(getattr(item, "id", "") or getattr(item, "name", "") for item in types))
        asked.setdefault(probe.parameter, {}).setdefault(probe.kind, {}).update(dict.fromkeys(filter(None, names)))
    return ", ".join(
        f"{parameter} ({'; '.join(f'{kind} {_joined(names)}'.strip() for kind, names in kinds.items())})"
        for parameter, kinds in asked.items()
    )


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)

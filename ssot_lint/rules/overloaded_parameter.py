"""A parameter of a constructor or factory that means one of two things.

## What it does

Reports a parameter of a constructor of a truth, of its subclasses and of its duplicates, or of the truth's `factories`
and methods of classes among these that give an instance, that is called after two things (`context_or_registry`) and
evidently means them, or that is declared as one of several unrelated classes of the project and is then asked which one
it is. Evidence for a name is

* that the function asks what it is given (`hasattr`, `isinstance` ...), and reads this parameter, or all of them, one
  way or another by the answer;
* that each of the two is a parameter of the truth's constructor, of a legacy signature (`inline`), or one of
  `required-arguments`;
* that the file defines or imports a class for each of the two (`UserContext`, `AgentRegistry`);
* that it is declared as one of several unrelated classes of the project.

Names in which one part is plain data or an absent value (`path_or_buffer`, `name_or_id`, `value_or_none`) are left
alone, and so is a parameter that is declared as plain data.

## Why is this bad?

A parameter with two meanings is two signatures in one. Each caller has to know which of them it is about to use, and
the constructor has to guess.

## Example

```python
class UserExecutionEngine:
    def __init__(self, context_or_registry, emitter): ...
```

## Use instead

```python
class UserExecutionEngine:
    def __init__(self, context: UserContext, emitter: WebSocketEmitter): ...
```

## Options

* `truth.canonical`: the truth, whose constructors are looked at.
* `truth.duplicates.names`, `truth.duplicates.implements`: what counts as a second implementation.
* `truth.duplicates.allow`: sanctioned ones, which are left alone.
* `truth.factories`: functions that build it, and classes whose methods do, looked at as well.
* `truth.inline`, `truth.required-arguments`: what the arguments of the truth are called.

## Fix safety

No fix: which callers mean what has to be found out first.

## Known limits

A name is weak evidence, so that this is a warning unless `severity` says otherwise: a parameter that is called after
two things may well be one of a kind that has no better name, and without further evidence (`android_or_ios`) nothing
is said. A question that another function answers (`if looks_like_registry(x)`) is none. Two classes are unrelated
where they have no ancestor in the project in common. Which function is a constructor is told as for
`duck-typed-signature`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ssot_lint.index import Definition
from ssot_lint.index.values import InstanceValue, PlainValue
from ssot_lint.model.facts import NONE, FunctionFact, Parameter
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.builders import builders, truth_built_by
from ssot_lint.rules.capabilities import is_ordinary
from ssot_lint.rules.constructors import constructor_of
from ssot_lint.rules.context import RuleContext, span_of_name
from ssot_lint.rules.naming import PLAIN_WORDS, ends_with, last_word, plain

RULE = Rule(
    "overloaded-parameter", "SOT402", "a parameter of a constructor or factory that means one of two things", "warning"
)
_TWO_THINGS = re.compile(r"_*([a-z0-9]\w*?)_or_(\w*?[a-z0-9])_*")
_PLAIN_MODULES = frozenset({"datetime", "decimal", "enum", "fractions", "io", "ipaddress", "os", "pathlib", "uuid"})


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return builders(policy)


def check(context: RuleContext) -> Iterator[Violation]:
    for index, function in enumerate(context.facts.functions):
        found = [item for item in function.parameters if _may_mean_two(context, function, item)]
        truth = _truth(context, index, function) if found else None
        for parameter in found if truth is not None else ():
            yield from _judged(context, truth, function, parameter) if truth else ()


def _judged(context: RuleContext, truth: Truth, function: FunctionFact, parameter: Parameter) -> Iterator[Violation]:
    why = _why(context, truth, function, parameter)
    if why:
        named = f"`{parameter.name}` of `{function.qualname}`"
        message = f"{named} {why}: give each a parameter or a constructor of its own"
        symbol = f"{function.qualname} {parameter.name}"
        yield context.violation(RULE.name, _place(context, function, parameter), message, truth.name, symbol=symbol)


def _truth(context: RuleContext, index: int, function: FunctionFact) -> Truth | None:
    """The truth that a function builds; what stands in a module that is a truth builds nothing."""
    truth = truth_built_by(context, index, function)
    return truth if truth is not None and (truth.canonical.name or truth.factories) else None


def _may_mean_two(context: RuleContext, function: FunctionFact, parameter: Parameter) -> bool:
    """Whether a parameter is called after two things, or asked which of them it is."""
    return parameter.kind not in ("*", "**") and bool(
        _two_things(context, parameter) or _is_asked(context, function, parameter)
    )


def _why(context: RuleContext, truth: Truth, function: FunctionFact, parameter: Parameter) -> str:
    """In which way a parameter means one of two things; empty where that is not evident."""
    parts = _two_things(context, parameter)
    classes = _unrelated(context, parameter)
    if parts and (classes or _is_evident(context, truth, function, parameter, parts)):
        return f"means one of two things, {' or '.join(part.replace('_', ' ') for part in parts)}"
    if classes and _is_asked(context, function, parameter):
        return f"is declared as {' or '.join(f'`{item.name}`' for item in classes)}, and asked which one it is"
    return ""


def _is_asked(context: RuleContext, function: FunctionFact, parameter: Parameter) -> bool:
    asked = (probe for probe in function.probes if probe.parameter == parameter.name)
    return any(not is_ordinary(context, function, probe) for probe in asked)


# --- by its name


def _two_things(context: RuleContext, parameter: Parameter) -> tuple[str, ...]:
    """The things that a parameter is called after; none where one of them is plain data."""
    named = _TWO_THINGS.fullmatch(parameter.name)
    parts = tuple(parameter.name.strip("_").split("_or_")) if named else ()
    return () if any(map(_is_plain_word, parts)) or (parts and _is_plain(context, parameter)) else parts


def _is_evident(
    context: RuleContext, truth: Truth, function: FunctionFact, parameter: Parameter, parts: tuple[str, ...]
) -> bool:
    """Whether there is more than a name to say that a parameter means two things."""
    if _is_asked(context, function, parameter) or _guesses(context, function):
        return True
    return any(
        all(any(ends_with(name, part) for name in names) for part in parts)
        for names in (_names_of_arguments(context, truth), _names_of_classes(context))
    )


def _guesses(context: RuleContext, function: FunctionFact) -> bool:
    """Whether a function reads its parameters one way or another by what they are."""
    asked = (probe for probe in function.probes if probe.effect == "signature")
    return any(not is_ordinary(context, function, probe) for probe in asked)


def _names_of_arguments(context: RuleContext, truth: Truth) -> set[str]:
    """What the arguments of a truth's constructor are called, today and by its legacy signatures."""
    names = {item.name for entry in truth.inlines for item in entry.parameters} | set(truth.required_arguments)
    for item in context.catalogue.identities[truth.name]:
        if isinstance(item, Definition) and item.kind == "class":
            constructor = constructor_of(context, item)
            names.update(formal.name for formal in (constructor.formals if constructor else ()))
    return names


def _names_of_classes(context: RuleContext) -> set[str]:
    """What the classes are called that a file defines or imports, as far as they are written like classes."""
    bindings = (item.name for item in context.facts.bindings if item.kind in ("import", "class"))
    return {plain(name) for name in bindings if name[:1].isupper()}


def _is_plain_word(words: str) -> bool:
    """Whether a part of a name ends in a word for plain data, for an absent value, or for what is to be done."""
    return last_word(words) in PLAIN_WORDS


def _is_plain(context: RuleContext, parameter: Parameter) -> bool:
    """Whether a parameter is declared as nothing but plain data."""
    if parameter.annotation == NONE:
        return False
    values = context.knowledge.inference.annotated(context.module, parameter.annotation)
    return bool(values) and all(
        isinstance(value, PlainValue) and ("." not in value.type or value.type.partition(".")[0] in _PLAIN_MODULES)
        for value in values
    )


def _unrelated(context: RuleContext, parameter: Parameter) -> list[Definition]:
    """The classes of the project that a parameter is declared as one of, where no two have anything in common."""
    if parameter.annotation == NONE:
        return []
    values = context.knowledge.inference.annotated(context.module, parameter.annotation)
    found = {value.definition for value in values if isinstance(value, InstanceValue)}
    classes = sorted(found, key=lambda item: (item.name, item.module))
    seen: set[Definition] = set()
    for item in classes:
        lineage = set(context.classes.lineage(item))
        if seen & lineage:
            return []
        seen |= lineage
    return classes if len(classes) > 1 else []


def _place(context: RuleContext, function: FunctionFact, parameter: Parameter) -> Span:
    bindings = context.module.all_in_scope(function.scope, parameter.name)
    fact = next((binding for binding in bindings if binding.kind == "parameter"), function)
    return span_of_name(fact, parameter.name)

"""A declared bridge that still stands after its date.

## What it does

Reports a bridge that the configuration tolerates, and that is still there after the last day on which it is: at the
first line of its module, where its name is bound, where a star import of a module of the project brings it, or where
the module's `__getattr__` or its table spells it. The message names its owner and its issue. From then on, what
the bridge had been spared is reported again, too.

Only a run that checks the bridge's own file, or the whole project, can find it: whoever checks another file is not
stopped by somebody else's date.

## Why is this bad?

"For now" has no end, unless somebody is told when it has come.

## Example

```toml
[[truth.bridge]]
target = "chat.agents.execution_engine"
until = 2026-03-01
issue = "#565"
```

## Use instead

Delete the bridge and its entry, or agree on another date and write it there.

## Options

* `truth.bridge`: the bridges, each with its last day.
* `truth.owner`: who is named where a bridge has no owner of its own.

## Fix safety

No fix: what to do about it is for people to decide.

## Known limits

A package without `__init__` has no file that could be reported. A member that is put on a class by assignment has no
place of its own; it is reported where the class is defined. An entry whose target is gone is not reported, and neither
is one that the module's `__getattr__` answers without its name standing there or in a dict of the module.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition
from ssot_lint.model.facts import Binding, Mapping, Text
from ssot_lint.model.policy import Bridge, ObjectPath, Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.bridging import bridges
from ssot_lint.rules.context import START, RuleContext, span_of, span_of_name

RULE = Rule("expired-bridge", "SOT406", "a declared bridge that still stands after its date")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(homes=frozenset(ObjectPath(bridge.target.module) for bridge in bridges(policy) if bridge.expired))


def check(context: RuleContext) -> Iterator[Violation]:
    for truth in context.policy.truths:
        for bridge in truth.bridges:
            if bridge.expired and bridge.target.module in context.file.modules:
                span = _place(context, bridge.target.name)
                if span is not None:
                    yield _finding(context, truth, bridge, span)


def _finding(context: RuleContext, truth: Truth, bridge: Bridge, span: Span) -> Violation:
    known = (("owner", bridge.owner), ("issue", bridge.issue))
    told = ", ".join(f"{what} {value}" for what, value in known if value)
    message = (
        f"the bridge `{bridge.target}` to the truth `{truth.name}` was tolerated until {bridge.until.isoformat()}"
        f"{f' ({told})' * bool(told)}: delete it, or agree on another date"
    )
    return context.violation(RULE.name, span, message, truth.name, symbol=str(bridge.target))


def _place(context: RuleContext, name: str) -> Span | None:
    """Where a name of the module is bound, or the member of a class in it; None where it is not."""
    if not name:
        return START
    first, *rest = name.split(".")
    bindings = context.module.all_in_scope(0, first)
    for part in rest:
        scopes = [context.facts.classes[item.value].scope for item in bindings if item.kind == "class"]
        below = [binding for scope in scopes for binding in context.module.all_in_scope(scope, part)]
        if not below:
            return None
        bindings = below
    standing = [binding for binding in bindings if binding.kind != "delete"]
    if standing:
        return _span(context, standing[0])
    return None if bindings or rest else _answered(context, first) or _starred(context, first)


def _answered(context: RuleContext, name: str) -> Span | None:
    """Where the module's `__getattr__`, or its table, has a name that it answers for."""
    if not context.facts.has_getattr:
        return None
    texts = [(place, text) for place, text in context.module.all_of(Text) if text.value == name]
    keys = {key for _, table in context.module.all_of(Mapping) for key in table.keys}
    found = [text for _, text in texts if _is_in_getattr(context, text.block)]
    if not found and any(entry.name == name for entry in context.facts.lazy):
        found = [text for place, text in texts if place in keys] + [text for _, text in texts]
    return span_of(found[0]) if found else None


def _is_in_getattr(context: RuleContext, block: int) -> bool:
    return any(function.qualname == "__getattr__" for _, function in context.module.functions_around(block))


def _starred(context: RuleContext, name: str) -> Span | None:
    """The star import that brings a name."""
    for star in context.module.stars:
        source = context.module.absolute(star)
        found = context.index.member(source, name, context.module)
        brings = context.index.offers_to_star(source, name, context.module)
        if brings and any(isinstance(item.target, Definition) for item in found):
            return span_of(star)
    return None


def _span(context: RuleContext, binding: Binding) -> Span:
    if binding.kind == "import":
        return span_of(context.facts.imports[binding.value])
    if binding.kind == "class":
        fact = context.facts.classes[binding.value]
        return span_of_name(fact, fact.name)
    if binding.kind == "function":
        function = context.facts.functions[binding.value]
        return span_of_name(function, function.name)
    return span_of_name(binding, binding.name)

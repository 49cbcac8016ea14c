"""A dynamic import that goes round the canonical module.

## What it does

Reports what `import-bypass` reports where the import happens at run time: `importlib.import_module`, `__import__`,
`pkgutil.resolve_name` and `sys.modules[...]` (also `.get`, `.pop` and `.setdefault`) with a constant string, a
concatenation or an f-string of constants, relative names with their package included; and attributes and
`getattr`s of modules that come from there, directly or through plain aliases.

## Why is this bad?

No search for `import` statements finds these, so they are what breaks when the old module is deleted.

## Example

```python
import importlib

AGENTS = "chat.agents"
engine = importlib.import_module(f"{AGENTS}.execution_engine_consolidated")
```

## Use instead

```python
from chat.agents.user_execution_engine import UserExecutionEngine
```

## Options

* `truth.canonical`: where the truth lives.
* `truth.facades`: modules that may be imported from as well.
* `truth.retired`: what it replaced.
* `truth.allow-in`: modules that may still use what is retired.
* `moved`: what has another place now.
* `gone`: what has no place any more.

## Fix safety

Unsafe: the string of `import_module` and `resolve_name` is rewritten where it is one literal, the module has moved as
a whole, and what is taken from it has the same name in the new one. Manual for everything else: strings that are put
together, relative ones, `__import__`, `sys.modules` (the old module itself may be meant), and a module that gave way
to an object.

## Known limits

Strings that are put together from anything but constants (arguments, files, the environment) are not followed, and
neither is an `__import__` whose `level` is no number from 0 to 9, nor a `getattr` by a name that is put together.
Where a name can hold a module that was plainly imported as well, its attributes are reported by `import-bypass` alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.policy import Policy
from ssot_lint.model.remedy import Relocation
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext, span_of, span_of_name
from ssot_lint.rules.dynamics import (
    attributes_of_dynamic_modules,
    bypassing_getattrs,
    dynamic_imports,
    resolution_of,
)
from ssot_lint.rules.relocating import relocation
from ssot_lint.rules.scents import names_of_retired, names_of_truths
from ssot_lint.rules.wording import bypass_message

RULE = Rule("dynamic-import-bypass", "SOT102", "a dynamic import that goes round the canonical module")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(names=names_of_truths(policy) | names_of_retired(policy), dynamic=True)


def check(context: RuleContext) -> Iterator[Violation]:
    for found in dynamic_imports(context):
        bypasses = resolution_of(context, found)
        for bypass in bypasses:
            remedy = relocation(context, "expression", found.place, bypasses, bypass)
            yield _finding(context, bypass, _span(context, found.place), remedy)
    for place, attribute, bypass in attributes_of_dynamic_modules(context):
        remedy = relocation(context, "expression", place, (bypass,), bypass)
        yield _finding(context, bypass, span_of_name(attribute, attribute.name), remedy)
    for place, bypass in bypassing_getattrs(context):
        remedy = relocation(context, "expression", place, (bypass,), bypass)
        yield _finding(context, bypass, _span(context, place), remedy)


def _span(context: RuleContext, place: int) -> Span:
    expression = context.module.expression(place)
    if hasattr(expression, "end_line"):
        return span_of(expression)
    return span_of_name(expression, context.module.last_name(place))


def _finding(context: RuleContext, bypass: Bypass, span: Span, remedy: Relocation) -> Violation:
    message = bypass_message(context, bypass)
    truth = bypass.truth.name if bypass.truth else ""
    return context.violation(RULE.name, span, message, truth, bypass.resolution.chain, str(bypass.hop), remedy)

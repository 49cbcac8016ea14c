"""An import, or an attribute of an imported module, that goes round the canonical module.

## What it does

Reports every place that reaches a truth, or something that `retired`, `moved` or `gone` lists, by another way than
its canonical module or one of its `facades`. Names are followed to what they mean: through re-exports, package
`__init__`s, star imports, aliases, relative imports, lazy-import tables, `try`/`except ImportError` and
`if TYPE_CHECKING`, in functions and in string annotations. The finding stands on the line of the name, says the one
import line that is right, and prints the chain where there was more than one step.

Not reported: what the canonical module, a facade or a module in `allow-in` imports; a retired module that only passes
on what lives elsewhere; and the inside of a retired package.

## Why is this bad?

As long as one import goes another way, the old module cannot be deleted, and two parts of a program can hold two
different things under one name.

## Example

```python
from chat.agents.execution_engine import ExecutionEngine

import chat.old_utils as utils

utils.retry()
```

## Use instead

```python
from chat.agents.user_execution_engine import UserExecutionEngine

from chat.utils import retry

retry()
```

## Options

* `truth.canonical`: where the truth lives.
* `truth.facades`: modules that may be imported from as well.
* `truth.retired`: what it replaced.
* `truth.allow-in`: modules that may still use what is retired.
* `truth.inline`: the expression that replaces the call of something retired.
* `moved`: what has another place now.
* `gone`: what has no place any more.
* `src`: how files map to module names.

## Fix safety

Safe where the same object is surely reached by the new import: both ways lead to one definition, no function replaces
the variable later, and the module imported from does not import the file in turn. A circle is looked for in what the
new module imports, directly and through others up to 60 modules; an import inside a function runs into none. Unsafe
where another object took the place, where it cannot be told (outside the project, or where the old place is no longer
there), and where two arms of a `try` become one.

The local name stays bound: `import UserExecutionEngine as ExecutionEngine`. With `--rename` the name gives way to the
object's own one, where nothing else in the file has that name, no string of code, `__all__` or other file needs the
old one; else it stays, and the fix says why. Names that stay are left behind in their statement, comments go with
their names, and an import that is there already takes the name in.

For an imported module every use is rewritten, or nothing is: `import chat.old_utils` becomes `import chat.utils`, and
a module that gave way to objects becomes imports of these. A star import becomes imports of the names that are used.

Where an `inline` entry is about a retired name (`getenv(key, default=None)`) or a member of one
(`environ.get(key)`), its calls give way to that expression, as those of `removed-call` do, and an import of the name
goes with the last of them. What is done with it otherwise stays: no tool makes `os.environ["X"]` of another kind.

Manual, with the reason: what has no new place, or several; what is private there; what is of another kind (a function
in place of a value); a module that is handed on, assigned to, or asked for by a name that is put together; a star
import of which it cannot be told what it brings to whom; arms of a `try` that would import the same and do more than
that. A `try` around several imports is changed as a whole.

## Known limits

The old module is no longer imported after a fix: what it did beside that is not done any more. An import whose name
is no longer used, but which was right, stays. A star import of a retired module is reported once, on the statement;
one that brings a single retired name is reported where that name is used. Where a name can mean several things (a
fallback in `except ImportError`), it is reported if one of them goes round. What is below a retired module outside
the project is reported at the first name that is not imported as a module. A module attribute is followed from
`import`s and plain aliases, not out of containers or function results. A module that hands on a name under another
one, and is itself handed on under a second other name, is not followed into files that hold no name of the
configuration.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import ModuleTarget, Resolution
from ssot_lint.model.facts import Name
from ssot_lint.model.policy import ObjectPath, Policy
from ssot_lint.model.remedy import Remedy
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.accessors import inlining_of_use, replacing_of_import
from ssot_lint.rules.attributes import bypassing_attributes, imported_owners
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext, span_of, span_of_name
from ssot_lint.rules.relocating import relocation
from ssot_lint.rules.scents import names_of_retired, names_of_truths
from ssot_lint.rules.wording import bypass_message

RULE = Rule(
    "import-bypass", "SOT101", "an import, or an attribute of an imported module, that goes round the canonical module"
)


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    # dynamic: a name may have got by a string in one file what another file imports from it
    return Triggers(names=names_of_truths(policy) | names_of_retired(policy), dynamic=True)


def check(context: RuleContext) -> Iterator[Violation]:
    for place in range(len(context.facts.imports)):
        yield from _of_import(context, place)
    attributes = list(bypassing_attributes(context, imported_owners))
    for place, attribute, bypass in attributes:
        bypasses = [item for other, _, item in attributes if other == place]
        remedy = _remedy_of_use(context, place, bypasses, bypass)
        yield _finding(context, bypass, span_of_name(attribute, attribute.name), "", remedy)
    if context.module.stars:
        yield from _of_star_names(context)


def _of_import(context: RuleContext, place: int) -> Iterator[Violation]:
    fact = context.facts.imports[place]
    source = context.module.absolute(fact)
    if not source or not context.meanings.may_mean(source, fact.name):
        return
    name = "" if fact.name == "*" else fact.name
    bypasses = context.catalogue.of_import(context.module, source, name)
    for bypass in bypasses:
        remedy: Remedy | None = replacing_of_import(context, place, bypass) if len(bypasses) == 1 else None
        remedy = remedy or relocation(context, "import", place, bypasses, bypass, ObjectPath(source, name))
        yield _finding(context, bypass, span_of(fact), fact.alias or fact.name, remedy)


def _remedy_of_use(context: RuleContext, place: int, bypasses: list[Bypass], bypass: Bypass) -> Remedy:
    inlining = inlining_of_use(context, place, bypass) if len(bypasses) == 1 else None
    return inlining or relocation(context, "expression", place, bypasses, bypass)


def _of_star_names(context: RuleContext) -> Iterator[Violation]:
    """Names that nothing in the file binds, so that a star import must have brought them."""
    module = context.module
    for place, expression in module.all_of(Name):
        if not context.meanings.matters(expression.id) or module.lookup(expression.id, expression.block, place):
            continue
        bypasses = _brought_by_star(context, expression.id)
        for bypass in bypasses:
            remedy = _remedy_of_use(context, place, bypasses, bypass)
            yield _finding(context, bypass, span_of_name(expression, expression.id), expression.id, remedy)


def _brought_by_star(context: RuleContext, name: str) -> list[Bypass]:
    module, index = context.module, context.index
    for star in reversed(module.stars):
        source = module.absolute(star)
        if not index.offers_to_star(source, name, module) or context.catalogue.of_import(module, source, ""):
            continue
        bypasses = context.catalogue.of_import(module, source, name)
        if bypasses or _brings(index.member(source, name, module)):
            return bypasses
    return []


def _brings(resolutions: tuple[Resolution, ...]) -> bool:
    return any(hasattr(item.target, "kind") or isinstance(item.target, ModuleTarget) for item in resolutions)


def _finding(context: RuleContext, bypass: Bypass, span: Span, local: str, remedy: Remedy) -> Violation:
    """The finding; `local` is the name that the file has for it, "*" for a star import, "" for an attribute."""
    message = bypass_message(context, bypass, local)
    truth = bypass.truth.name if bypass.truth else ""
    symbol = f"{bypass.hop} {local}"
    return context.violation(RULE.name, span, message, truth, bypass.resolution.chain, symbol, remedy)

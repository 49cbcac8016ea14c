"""A name of the truth bound to something that is not it.

## What it does

Reports an import that gives the truth's name to something else (`from x import Other as UserExecutionEngine`), an
import of a namesake that the project itself defines elsewhere, and an assignment that does the same
(`UserExecutionEngine = Other`).

## Why is this bad?

The code reads as if it used the truth, and every search says so. It does not.

## Example

```python
from chat.agents.tool_engine import ToolEngine as UserExecutionEngine
```

## Use instead

```python
from chat.agents.tool_engine import ToolEngine
from chat.agents.user_execution_engine import UserExecutionEngine
```

## Options

* `truth.canonical`: its last part is the name that is watched.
* `truth.duplicates.allow`: namesakes that are sanctioned.

## Fix safety

No fix yet: only a person knows which of the two was meant.

## Known limits

Reported only where what is bound can be told: a class, function or module. `None`, mocks and the results of calls
are placeholders and are left alone, and so is a namesake imported under its own name from outside the project. A
subclass of the truth may have its name where the same scope imports the truth itself in another branch: a faster
`FastEngine as Engine` in `try`, and the truth after `except ImportError`.
Attributes of classes and parameters are not watched.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition, External, Hop, Missing, Resolution, Target, Unknown
from ssot_lint.model.facts import Binding
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of, span_of_name
from ssot_lint.rules.scents import names_of_truths
from ssot_lint.rules.wording import import_line

RULE = Rule("alias-mismatch", "SOT104", "a name of the truth bound to something that is not it")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(names=names_of_truths(policy))


def check(context: RuleContext) -> Iterator[Violation]:
    watched = {truth.canonical.name: truth for truth in context.policy.truths if truth.canonical.name}
    for binding in context.facts.bindings:
        truth = watched.get(binding.name)
        if truth is None or truth.canonical.module in context.file.modules or _in_class_body(context, binding):
            continue
        resolutions = _meanings(context, binding, truth)
        if not resolutions or not all(_is_other(context, truth, item.target) for item in resolutions):
            continue
        if not _is_stand_in(context, binding, truth, resolutions):
            yield _finding(context, binding, truth, resolutions[0])


def _in_class_body(context: RuleContext, binding: Binding) -> bool:
    return context.facts.scopes[context.facts.blocks[binding.block].scope].kind == "class"


def _meanings(context: RuleContext, binding: Binding, truth: Truth) -> tuple[Resolution, ...]:
    """What the name is bound to; nothing for what may bear this name or is reported by `import-bypass` already."""
    if binding.kind == "assign":
        return context.index.reference(context.module, binding.value)
    if binding.kind != "import":
        return ()
    fact = context.facts.imports[binding.value]
    resolutions = context.index.of_import(context.module, fact)
    if fact.alias and fact.alias != fact.name:
        return resolutions
    if context.catalogue.is_retired(context.module.absolute(fact)):
        return ()
    return tuple(item for item in resolutions if not _may_bear_the_name(context, truth, item.target))


def _may_bear_the_name(context: RuleContext, truth: Truth, target: Target) -> bool:
    """A namesake from outside the project, one that `duplicates.allow` sanctions, or one that is retired."""
    if not isinstance(target, Definition):
        return isinstance(target, External)
    retired = context.catalogue.retirement_at(Hop(target.module, target.name)) is not None
    return retired or context.catalogue.is_allowed(truth, target)


def _is_other(context: RuleContext, truth: Truth, target: Target) -> bool:
    """Whether a target is provably not the truth, and something that can be mistaken for it."""
    if isinstance(target, (Unknown, Missing)) or target in context.catalogue.identities[truth.name]:
        return False
    return not isinstance(target, Definition) or target.kind != "variable"


def _is_stand_in(
    context: RuleContext, binding: Binding, truth: Truth, resolutions: tuple[Resolution, ...]
) -> bool:
    """Whether the same scope has the truth under this name as well, and what is bound here inherits from it.

    `try: from fast import FastEngine as Engine`, `except ImportError: from chat.engine import Engine`.
    """
    targets = [item.target for item in resolutions]
    return all(_inherits(context, truth, target) for target in targets) and any(
        _reaches(context, truth, other) for other in context.facts.bindings if _is_alternative(context, binding, other)
    )


def _inherits(context: RuleContext, truth: Truth, target: Target) -> bool:
    if not isinstance(target, Definition) or target.kind != "class":
        return False
    identity = context.catalogue.identities[truth.name]
    return any(above in identity for above in context.classes.ancestry(target).definitions)


def _is_alternative(context: RuleContext, binding: Binding, other: Binding) -> bool:
    """Another import of the same name in the same scope, in a branch that excludes this one."""
    blocks = context.facts.blocks
    same_scope = blocks[binding.block].scope == blocks[other.block].scope
    return other.kind == "import" and other.name == binding.name and same_scope and other.block != binding.block


def _reaches(context: RuleContext, truth: Truth, binding: Binding) -> bool:
    resolutions = context.index.of_import(context.module, context.facts.imports[binding.value])
    return any(item.target in context.catalogue.identities[truth.name] for item in resolutions)


def _finding(context: RuleContext, binding: Binding, truth: Truth, meaning: Resolution) -> Violation:
    if binding.kind == "import":
        span = span_of(context.facts.imports[binding.value])
    else:
        span = span_of_name(binding, binding.name)
    other = meaning.chain[-1] if meaning.chain else Hop("?", "")
    message = (
        f"`{binding.name}` is bound to `{other}`, which is not the truth `{truth.name}`: use another name, "
        f"or `{import_line(truth.canonical)}`"
    )
    return context.violation(RULE.name, span, message, truth.name, meaning.chain, f"{binding.name} = {other}")

"""A module that holds nothing but a redirect to a truth.

## What it does

Reports a module that only passes a truth on: by imports, star imports, other names (`Engine = UserExecutionEngine`),
`__all__`, a module `__getattr__`, or `sys.modules[__name__] = ...`; beside that it holds at most a docstring, what its
own imports need, and a warning that this will end. The finding is about the module as a whole, and stands at its start:
the `# noqa` behind an import that nobody uses is meant for other linters.

A module that does nothing with what it imports is not yet meant to be imported from. It counts as a redirect where
it says so, by `__all__`, `import X as X`, a star, another name, a deprecation warning, or `__getattr__`; where it is
a package's `__init__`; where it lies at a retired place; or where another file imports the truth from it.

Not reported are the canonical module and facades; a module that defines anything or calls anything of its own; one
that also passes on what is no truth's, of the project or of another package, unless it warns that it is deprecated:
that is a collection of names, with uses of its own. What else comes from the truth's own module may go along. A logger
(`logger = logging.getLogger(__name__)`) that is only made is nothing of its own, and neither is
what passes names on: `globals()`, `importlib.import_module`, `lazy_loader.attach`, what puts `__all__` together.

## Why is this bad?

Each redirect is one more way to import the truth, and looks like a place where something lives. As long as it is
there, it gets new importers.

## Example

```python
# chat/agents/execution_engine.py
from chat.agents.user_execution_engine import UserExecutionEngine

__all__ = ["UserExecutionEngine"]
```

## Use instead

```python
# where it is used
from chat.agents.user_execution_engine import UserExecutionEngine
```

## Options

* `truth.canonical`: what may not be passed on.
* `truth.facades`: modules that may pass it on.
* `truth.retired`: a redirect at such a place needs no other sign.
* `truth.bridge`: a redirect that is tolerated until a date.

## Fix safety

No fix: the importers go first, which `import-bypass` fixes; then the file is deleted.

## Known limits

Scripts (`__main__`, `setup`, names that are no identifiers), `conftest` and modules of tests (`test_*`, `*_test`) are
never redirects. Stubs are left to their sources. A star import counts where it names the canonical module or a facade
itself. `from . import name` does not tell that the package around is a truth, where that truth is a whole module.
A name of another package counts as passed on where the module says so (`__all__`, `import X as X`, another name), or
has no `__all__` and does nothing with it. A module that is imported for its side effects alone looks like one that
nobody imports from, and is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.files.dotted import last
from ssot_lint.model.policy import Policy
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.bridging import is_tolerated
from ssot_lint.rules.context import START, RuleContext
from ssot_lint.rules.redirects import Passed, redirect_of
from ssot_lint.rules.scents import names_of_truths
from ssot_lint.rules.wording import import_of

RULE = Rule("reexport-shim", "SOT403", "a module that holds nothing but a redirect to a truth")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    names = names_of_truths(policy)
    homes = {home for truth in policy.truths for home in (truth.canonical.module, *truth.facades)}
    return Triggers(names=names, passed=names | frozenset(map(last, homes)), dynamic=bool(names))


def check(context: RuleContext) -> Iterator[Violation]:
    passed = redirect_of(context)
    if not passed or _is_tolerated(context, passed):
        return
    first = passed[0]
    assert first.truth is not None
    kind, end = ("package", "take it out") if context.file.is_package else ("module", "delete it")
    message = (
        f"{kind} `{context.module.name}` holds nothing but a redirect to the truth `{first.truth.name}`: let its "
        f"importers use {import_of(first.truth.canonical)} and {end}, or declare it a facade or a bridge"
    )
    yield context.violation(RULE.name, START, message, first.truth.name, symbol=context.module.name)


def _is_tolerated(context: RuleContext, passed: tuple[Passed, ...]) -> bool:
    """Whether a bridge covers the module, or one each of the names that it passes on."""
    return is_tolerated(context) or all(item.name and is_tolerated(context, item.name) for item in passed)

"""An import of a module or name that does not exist.

## What it does

Reports an import of a name of a truth, from whichever module of the project, and an import of anything from the
modules that the configuration names or from below one of them that is no package, where that module or name does not
exist. A name that its module binds only under `TYPE_CHECKING` does not exist for an import that runs. What the
configuration retires is reported by `import-bypass` alone.

With `scope = "all"`, every import of something of the project is held against it, unless an ImportError is caught
there. The import in a handler (`except ImportError: from chat.old import Engine`) is what is left when the other one
has failed: nobody catches what it raises, unless there is another `try` around. What is not of the project is nobody's
business here.

## Why is this bad?

The import fails as soon as it is reached: a hand-made migration renamed it to something that was never there. Under
`TYPE_CHECKING`, and in a stub, nothing fails, and type checkers take what is imported for anything.

## Example

```python
from chat.agents.registry import UserExecutionEngine  # registry has no such name
```

## Use instead

```python
from chat.agents.user_execution_engine import UserExecutionEngine
```

## Options

* `truth.canonical`, `truth.facades`, `truth.retired`, `truth.factories`: modules that are watched.
* `moved`: both ends of a move are watched.
* `missing-import.scope`: "concerned" (the default), or "all" for every import, for which every file is parsed.
* `src`: where modules are looked for.

## Fix safety

Unsafe where a name of a truth is meant: the canonical import takes the place of the one that fails, under the same
local name. Whoever catches the ImportError gets the truth from then on. Manual for any other name.

## Known limits

Silent whenever the name might come from somewhere that cannot be read: a module `__getattr__` without a table, names
made by `globals()` or `exec`, a star import from outside the project, a package without `__init__.py`, an extension
module, below a module that uses `sys.modules`, as `os` does for `os.path`. So it is for a module that git would ignore
(`.gitignore`, `.git/info/exclude`), whether or not it is there, and for one that `pyproject.toml` or `setup.py` of the
project says is made: `Extension("chat.fast", ...)`, `tool.setuptools.ext-modules`, `tool.setuptools-rust.ext-modules`,
`tool.maturin.module-name`, and the version files of `setuptools_scm`, `hatch`, `pdm`, `versioningit` and
`poetry-dynamic-versioning`. What other build files declare, those of a package in a larger repository, or a `setup.py`
that computes its names, is not known. A guard (`try`/`except ImportError`) makes no difference to what the
configuration names. A name counts as there if the module mentions it at its top level at all: an annotation without a
value and the name of an `except ... as` do; so do the attributes that Python gives to modules (`__all__`, `__path__`).

With `scope = "all"`, silent as well where several files go by a name, where the folder of the importing file or one
above it has something of that name, for a module with a stub beside it, for names that tools generate (`_version`,
`_pb2`, and of modules `ttypes`, `ui_window`, `icons_rc`, `QueryParser`) or that extension modules often have
(`_speedups`, `_rust`), for what a string of the file itself, of its packages or of their `conftest`s names, for what a
module binds for type checkers only, in a `try` without handlers, and in a module that uses `sys.modules`, `globals()`,
`exec`, `__path__`, `declare_namespace` or a decorator `export`, or hands on its `__name__`. A module that other files
put into `sys.modules`, and a name that they set on one without a trace there, is taken to be missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.files.dotted import above
from ssot_lint.index import Missing, ModuleTarget, Resolution
from ssot_lint.model.facts import Import
from ssot_lint.model.policy import ObjectPath, Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.absences import may_be_registered, may_have_module, may_have_name
from ssot_lint.rules.context import RuleContext, span_of
from ssot_lint.rules.relocating import move
from ssot_lint.rules.scents import named_modules, names_of_truths
from ssot_lint.rules.wording import import_of

RULE = Rule("missing-import", "SOT105", "an import of a module or name that does not exist")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(
        names=names_of_truths(policy), modules=named_modules(policy), everything=policy.missing_imports == "all"
    )


def check(context: RuleContext) -> Iterator[Violation]:
    everywhere = context.policy.missing_imports == "all"
    for place, fact in enumerate(context.facts.imports):
        source = context.module.absolute(fact)
        name = "" if fact.name == "*" else fact.name
        is_watched = bool(source) and _is_watched(context, source, name)
        if not source or not (is_watched or everywhere) or _is_retired(context, source, name):
            continue
        problem = _problem(context, fact, source, name)
        if problem and (is_watched or _is_certain(context, fact, source, name)):
            yield _finding(context, place, source, name, problem)


def _is_watched(context: RuleContext, source: str, name: str) -> bool:
    named = context.catalogue.named_modules
    if source in named or name in context.catalogue.truths_by_own_name:
        return True
    return any(way in named and _is_plain_module(context, way) for way in above(source))


def _is_plain_module(context: RuleContext, name: str) -> bool:
    """Whether a name is a module that is no package, so that nothing can be below it."""
    module = context.index.module(name, context.module)
    return module is not None and not module.file.is_package


def _is_retired(context: RuleContext, source: str, name: str) -> bool:
    return context.catalogue.retirement_of(f"{source}.{name}" if name else source) is not None


def _problem(context: RuleContext, fact: Import, source: str, name: str) -> str:
    """What is missing, in words; "" where nothing is."""
    module = context.index.module_target(source, context.module)
    if isinstance(module, Missing):
        return "" if may_be_registered(context, source) else f"there is no module `{source}`"
    if not name or not isinstance(module, ModuleTarget):
        return ""
    resolutions = context.index.member(source, name, context.module)
    if all(_is_missing_there(item, module.module) for item in resolutions):
        return f"`{source}` has no `{name}`"
    if _runs(context, fact) and all(item.typing_only for item in resolutions):
        return f"`{source}` has `{name}` only under `TYPE_CHECKING`"
    return ""


def _runs(context: RuleContext, fact: Import) -> bool:
    """Whether an import is carried out, rather than read by type checkers alone."""
    return not context.file.is_stub and not context.module.typing_only(fact.block)


def _is_missing_there(resolution: Resolution, module: str) -> bool:
    target = resolution.target
    return isinstance(target, Missing) and target.module == module and bool(target.name)


def _is_certain(context: RuleContext, fact: Import, source: str, name: str) -> bool:
    """Whether an import that nobody watches is sure to fail where it is reached, with nobody to catch that."""
    if context.module.is_guarded(fact.block):
        return False
    if all(item.typing_only for item in context.index.member(source, name, context.module)):
        return False  # what is declared for type checkers alone is put there by others
    if isinstance(context.index.module_target(source, context.module), Missing):
        return not may_have_module(context, source)
    return not may_have_name(context, source, name)


def _finding(context: RuleContext, place: int, source: str, name: str, problem: str) -> Violation:
    fact = context.facts.imports[place]
    truth: Truth | None = context.catalogue.truths_by_own_name.get(name)
    outcome = "this import fails" if _runs(context, fact) else "no type checker finds it"
    way_out = f"use {import_of(truth.canonical, fact.alias or name)}" if truth else outcome
    message = f"{problem}: {way_out}"
    new, reason = (truth.canonical, "") if truth else (None, "nothing tells where it is")
    remedy = move(context, "import", place, ObjectPath(source, name), new, reason)
    symbol = f"{source}:{name}"
    return context.violation(RULE.name, span_of(fact), message, truth.name if truth else "", (), symbol, remedy)

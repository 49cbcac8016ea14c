"""A string that is a dotted path into something retired.

## What it does

Reports a string constant that is, as a whole, a dotted path (or `module:name`) to something that `retired`, `moved`
or `gone` lists, or below it: targets of `mock.patch` and its kin, `monkeypatch.setattr`, settings, entry points,
lists of module names, logger names. Docstrings, comments, f-strings and strings that merely contain such a path are
not reported, nor are paths to where a module *uses* the truth (`mock.patch("chat.service.UserExecutionEngine")`).

## Why is this bad?

These references break with the module, at run time and often only in the tests of somebody else.

## Example

```python
@mock.patch("chat.agents.execution_engine.ExecutionEngine")
def test_run(engine): ...
```

## Use instead

```python
@mock.patch("chat.agents.user_execution_engine.UserExecutionEngine")
def test_run(engine): ...
```

## Options

* `truth.retired`: what the truth replaced.
* `truth.allow-in`: modules that may still name it.
* `moved`: what has another place now.
* `gone`: what has no place any more.
* `per-path`: a migration script that lists old names on purpose belongs there.

## Fix safety

No fix yet: the message names the path to write.

## Known limits

A retired module without a dot in its name (`helpers`) is a plain word as a string, so it is reported only with
something behind it (`helpers.retry`). A path that ends in a file suffix (`chat.old.py`) is taken for a file name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ssot_lint.model.facts import Text
from ssot_lint.model.policy import Retirement
from ssot_lint.model.rule import Rule
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of
from ssot_lint.rules.dynamics import imported_texts

RULE = Rule("string-reference-bypass", "SOT103", "a string that is a dotted path into something retired")

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*(?:\.[^\W\d]\w*)*)?")
_SUFFIXES = frozenset("py pyi pyc ipynb md rst txt json toml yaml yml ini cfg html log csv xml sql sh".split())


def check(context: RuleContext) -> Iterator[Violation]:
    consumed: frozenset[int] | None = None
    for place, text in enumerate(context.facts.expressions):
        if not isinstance(text, Text) or text.role == "part" or not _is_dotted(text.value):
            continue
        path = text.value.replace(":", ".")
        retirement = context.catalogue.retirement_of(path)
        if retirement is None or _is_file_name(path, retirement) or _is_exempt(context, retirement):
            continue
        if text.role == "annotation" and _is_code_here(context, path):
            continue
        consumed = imported_texts(context) if consumed is None else consumed
        if place not in consumed:
            yield _finding(context, text, path, retirement)


def _is_dotted(text: str) -> bool:
    return ("." in text or ":" in text) and len(text) < 400 and _DOTTED.fullmatch(text) is not None


def _is_file_name(path: str, retirement: Retirement) -> bool:
    rest = path[len(_old(retirement)):].removeprefix(".")
    return rest in _SUFFIXES


def _is_exempt(context: RuleContext, retirement: Retirement) -> bool:
    return context.catalogue.may_use(context.module, retirement)


def _is_code_here(context: RuleContext, path: str) -> bool:
    """A string annotation whose first name is bound in this file is code, which `import-bypass` judges."""
    return path.partition(".")[0] in context.module.names


def _old(retirement: Retirement) -> str:
    return str(retirement.path).replace(":", ".")


def _finding(context: RuleContext, text: Text, path: str, retirement: Retirement) -> Violation:
    truth = f" (truth `{retirement.truth}`)" if retirement.truth else ""
    verb = {"retired": "is retired", "moved": "has moved", "gone": "is gone"}[retirement.kind]
    message = f"the string names `{retirement.path}`, which {verb}{truth}: {_way_out(text, path, retirement)}"
    return context.violation(RULE.name, span_of(text), message, retirement.truth, symbol=text.value)


def _way_out(text: Text, path: str, retirement: Retirement) -> str:
    replacement = retirement.replacement
    if replacement is None:
        return "nothing took its place"
    rest = path[len(_old(retirement)):]
    if replacement.name and not retirement.path.name:  # a module gave way to one object of it
        if rest and not f"{rest}.".startswith(f".{replacement.name}."):
            return f"the truth is `{replacement}`"
        rest = rest.removeprefix(f".{replacement.name}")
    new = str(replacement) + rest
    return f"use `{new if ':' in text.value else new.replace(':', '.')}`"

"""A file that cannot be decoded or parsed.

## What it does

Reports once, with the reason, a file that Python could not read either: bytes that its encoding does not allow, a
coding line that names no encoding, a syntax error, nesting that is too deep for the parser, a file that may not be
opened. The rest of the project is checked as ever. By default that is said of files that can matter: their bytes hold
a name of the configuration, or cannot be decoded. In any other there is nothing to be found, so that it is not parsed.

## Why is this bad?

Nothing is known of what such a file uses, so "no findings" would say too much.

## Example

```python
from chat.engine import Engine as Old as New
```

## Use instead

```python
from chat.engine import Engine as New
```

## Options

* `unreadable-file.scope`: "concerned" (the default), or "all" to parse every file and report each that cannot be read.
* `exclude`: leaves out files that are broken on purpose.

## Fix safety

No fix.

## Known limits

Code is parsed with the Python that runs ssot-lint: newer syntax is an error to an older one. Under flake8 the same
files are reported as E999 or E902 by flake8 itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.policy import Policy
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext

RULE = Rule("unreadable-file", "SOT901", "a file that cannot be decoded or parsed")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there: of itself, nothing that others want."""
    return Triggers(everything=policy.unreadable_files == "all")


def check(context: RuleContext) -> Iterator[Violation]:
    unreadable = context.facts.unreadable
    if unreadable is not None:
        line, column = unreadable.line, unreadable.column
        message = f"this file cannot be read: {unreadable.reason}"
        yield context.violation(RULE.name, Span(line, column, line, column + 1), message, symbol="unreadable")


def too_deep(path: str) -> Violation:
    """What is said of a file that can be parsed, and cannot be followed."""
    message = "this file cannot be read: nested too deeply to be followed"
    return Violation(path, Span(1, 1, 1, 2), RULE.name, message, symbol="unreadable")

"""A suppression that holds nothing back.

## What it does

Reports what was put up with once and is no more: a code of ours in a `noqa` comment on a line where nothing is
reported under it; an entry of `per-path` under which nothing is held back; an entry of `allow` or `allow-in` that
nothing needs. A finding about an entry stands in the configuration file, and comes only with a check of the whole
project; one about a comment comes with every check of its file, flake8 included.

A comment that lists codes of other tools, too, is judged by ours alone. A bare `# noqa` is never reported, and neither
is one that can be meant for a rule that is turned off.

## Why is this bad?

The comment hides the next violation on its line, and tells readers of a debt that was paid.

## Example

```python
from chat.engine import Engine  # noqa: SOT101
```

## Use instead

```python
from chat.engine import Engine
```

## Options

* `severity`: "warning" by default, so that it fails no run; "off" does without it.
* `per-path`: entries of it are judged, and can silence this rule; one for the configuration file itself
  (`"/ssot-lint.toml" = ["unused-suppression"]`, or `"/pyproject.toml"`) silences what is said of entries.
* `truth.duplicates.allow`, `truth.allow-in`: entries of these are judged.

## Fix safety

Safe for comments: the code is taken out, or the comment where it lists nothing else. Manual where the comment goes on
with an explanation, and for entries of the configuration.

## Known limits

A comment that lists this rule, too (`# noqa: SOT9`), silences what is said of it. `# flake8: noqa` and comments that
flake8 does not obey (the second one of a string over several lines) are not looked at. The beginning of a code counts
as ours if it has all of its letters, and these are not C, E, F or W, which belong to flake8 itself. Where a finding is
held back by a comment and by `per-path` as well, both are needed. Entries are not judged while a file that they are
about cannot be read. Under flake8, entries of the configuration are not judged: it asks for one file at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.policy import Policy
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.scents import series

RULE = Rule("unused-suppression", "SOT902", "a suppression that holds nothing back", "warning")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(codes=series(policy))


def check(context: RuleContext) -> Iterator[Violation]:
    """Nothing: what is unused shows when all other rules have had their say, and `ssot_lint.suppress` tells."""
    yield from ()

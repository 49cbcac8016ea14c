"""What a reporter is given, and what it must offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from ssot_lint.model.violation import Violation


class Summary(msgspec.Struct, frozen=True):
    """The run in numbers.

    Attributes:
        files: how many files were looked at.
        parsed: how many of them were parsed.
        suppressed: how many violations `noqa` and `per-path` hold back.
        seconds: wall time of the run.
    """

    files: int = 0
    parsed: int = 0
    suppressed: int = 0
    seconds: float = 0.0


class Findings(msgspec.Struct, frozen=True):
    """Everything that a reporter may show.

    Attributes:
        violations: sorted; `path` is what the user is to see.
        summary: the run in numbers.
        lines: a violation's path -> the lines of that file without their ends; empty where it cannot be read.
        owner: a violation -> who owns its truth; empty where nobody is named.
        version: of ssot-lint.
        colour: the output is a terminal that shows colours.
        encoding: of the output; characters that it lacks are written as escapes.
        statistics: a table of violations by rule is wanted (formats for machines leave it out).
    """

    violations: tuple[Violation, ...]
    summary: Summary
    lines: Callable[[str], Sequence[str]]
    owner: Callable[[Violation], str]
    version: str = ""
    colour: bool = False
    encoding: str = "utf-8"
    statistics: bool = False


class Reporter(Protocol):
    """A module of `ssot_lint.reporters.formats`."""

    HUMAN: bool
    """Meant for people: shows a summary, and statistics where wanted."""

    FIXES: bool
    """Shows the `fix` of a violation, which is worked out for those alone who do."""

    def render(self, findings: Findings) -> str:
        """The whole report, ending in a newline unless it is empty."""

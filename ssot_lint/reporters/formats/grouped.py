"""For people with many findings: one heading for each file, one line for each violation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ssot_lint.model.violation import Violation
from ssot_lint.reporters.protocol import Findings
from ssot_lint.reporters.style import Style, harmless
from ssot_lint.reporters.totals import closing

HUMAN = True
FIXES = False


def render(findings: Findings) -> str:
    """The violations under the names of their files, and the summary line."""
    style = Style(findings.colour)
    groups = groupby(findings.violations, key=lambda violation: violation.path)
    blocks = ["\n".join(_block(path, list(group), style)) for path, group in groups]
    return "\n\n".join([*blocks, closing(findings)]) + "\n"


def _block(path: str, violations: Sequence[Violation], style: Style) -> list[str]:
    width = max(len(_place(violation)) for violation in violations)
    return [style.paint(harmless(path), "bold"), *(_line(violation, width, style) for violation in violations)]


def _line(violation: Violation, width: int, style: Style) -> str:
    warning = violation.severity == "warning"
    code = style.paint(f"{violation.code:<6}", "yellow" if warning else "red")
    place = style.paint(_place(violation).rjust(width), "dim")
    return f"  {place}  {code}  {'(warning) ' if warning else ''}{harmless(violation.message)}"


def _place(violation: Violation) -> str:
    return f"{violation.span.line}:{violation.span.column}"

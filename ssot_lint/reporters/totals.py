"""What every format for people ends with: statistics and the summary line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.reporters.style import Style

if TYPE_CHECKING:  # commands that report nothing count, too
    from collections.abc import Sequence

    from ssot_lint.model.violation import Violation
    from ssot_lint.reporters.protocol import Findings


def closing(findings: Findings) -> str:
    """The last lines of a report."""
    table = [*statistics(findings.violations), ""] if findings.statistics and findings.violations else []
    return "\n".join([*table, summary_line(findings)])


def statistics(violations: Sequence[Violation]) -> list[str]:
    """One line for each code, the most frequent first: count, code, rule."""
    from collections import Counter

    counts = Counter((violation.code, violation.rule) for violation in violations)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    width = max((len(str(count)) for count in counts.values()), default=0)
    return [f"{count:>{width}}  {code:<6}  {rule}" for (code, rule), count in ranked]


def summary_line(findings: Findings) -> str:
    """How many violations stand where, and what was looked at."""
    summary, style = findings.summary, Style(findings.colour)
    looked = f"{counted(summary.files, 'file')} checked in {summary.seconds:.2f} s"
    if summary.suppressed:
        looked += f", {summary.suppressed} suppressed"
    return f"{_verdict(findings.violations, style)} ({looked})"


def _verdict(violations: Sequence[Violation], style: Style) -> str:
    if not violations:
        return style.paint("No violations", "green")
    errors = sum(violation.severity == "error" for violation in violations)
    warnings = len(violations) - errors
    parts = [counted(errors, "violation")] if errors else []
    parts += [counted(warnings, "warning")] if warnings else []
    where = counted(len({violation.path for violation in violations}), "file")
    return f"{style.paint(' and '.join(parts), 'red' if errors else 'yellow')} in {where}"


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`, `2,026 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

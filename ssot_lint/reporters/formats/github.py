"""For GitHub Actions: workflow commands that annotate the lines of a pull request."""

from __future__ import annotations

from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Violation
from ssot_lint.reporters.protocol import Findings

HUMAN = False
FIXES = False


def render(findings: Findings) -> str:
    """One annotation for each violation."""
    return "".join(f"{_annotation(violation)}\n" for violation in findings.violations)


def _annotation(violation: Violation) -> str:
    level = "warning" if violation.severity == "warning" else "error"
    properties = {
        "file": violation.path,
        **_place(violation.span),
        "title": f"{violation.code} {violation.rule}",
    }
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {written}::{_data(violation.message)}"


def _place(span: Span) -> dict[str, str]:
    lines = {"line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:  # GitHub refuses columns where the lines differ
        return lines
    return {**lines, "col": str(span.column), "endColumn": str(span.end_column)}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

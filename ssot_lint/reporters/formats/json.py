"""For programs: one JSON object, ASCII only, so that no output encoding can spoil it."""

from __future__ import annotations

import json
from typing import Any

from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Fix, Violation
from ssot_lint.reporters.protocol import Findings

HUMAN = False
FIXES = True


def render(findings: Findings) -> str:
    """One object: `version`, `summary`, `violations`."""
    summary = findings.summary
    document = {
        "version": findings.version,
        "summary": {
            "files": summary.files,
            "parsed": summary.parsed,
            "violations": len(findings.violations),
            "suppressed": summary.suppressed,
            "seconds": round(summary.seconds, 3),
        },
        "violations": [as_object(violation) for violation in findings.violations],
    }
    return json.dumps(document, indent=2) + "\n"


def as_object(violation: Violation) -> dict[str, Any]:
    """A violation as it stands in every document that we write."""
    return {
        "path": violation.path,
        **_place(violation.span),
        "code": violation.code,
        "rule": violation.rule,
        "truth": violation.truth,
        "severity": violation.severity,
        "message": violation.message,
        "chain": list(violation.chain),
        "fingerprint": violation.fingerprint,
        "fix": _fix(violation.fix) if violation.fix else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    if not fix.edits:
        return {"safety": fix.safety, "reason": fix.reason}
    edits = [{**_place(edit.span), "text": edit.text} for edit in fix.edits]
    return {"safety": fix.safety, "edits": edits, **({"reason": fix.reason} if fix.reason else {})}


def _place(span: Span) -> dict[str, int]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }

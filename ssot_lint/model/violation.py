"""What a rule reports, and what could be done about it."""

from __future__ import annotations

import msgspec

from ssot_lint.model.remedy import Remedy
from ssot_lint.model.spans import Span


class Edit(msgspec.Struct, frozen=True):
    """Replace the text of `span` by `text`."""

    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True):
    """What would settle a violation: `safety` is "safe", "unsafe" or "manual".

    A `manual` fix has no edits, only the reason why there are none.
    """

    safety: str
    edits: tuple[Edit, ...] = ()
    reason: str = ""


class Violation(msgspec.Struct, frozen=True):
    """One finding.

    Attributes:
        path: relative to the project root, with `/`.
        code: as configured in `codes`; assigned by the engine.
        rule: the rule's name, `import-bypass` for instance.
        truth: name of the truth concerned; empty where none is.
        severity: "warning" or "error"; assigned by the engine.
        message: one line, without the code.
        chain: the steps of the resolution, `module:name` each; empty where there was only one.
        symbol: what the finding is about, free of positions: the ground of the fingerprint.
        fingerprint: stable against moved lines; assigned by the engine.
        remedy: what would settle it; None where no rule knows.
        fix: the remedy as edits; filled in by `fixing`, for those who ask.
    """

    path: str
    span: Span
    rule: str
    message: str
    truth: str = ""
    chain: tuple[str, ...] = ()
    symbol: str = ""
    code: str = ""
    severity: str = "error"
    fingerprint: str = ""
    remedy: Remedy | None = None
    fix: Fix | None = None

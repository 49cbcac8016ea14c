"""What a rule says of itself."""

from __future__ import annotations

import msgspec


class Rule(msgspec.Struct, frozen=True):
    """The declaration at the head of each module in `ssot_lint.rules`.

    Attributes:
        name: its stable name, `import-bypass`; the module is called the same with underscores.
        code: its default code.
        summary: one line, for tables.
        severity: by default, "warning" or "error".
    """

    name: str
    code: str
    summary: str
    severity: str = "error"

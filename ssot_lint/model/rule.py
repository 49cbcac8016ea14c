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
        latent: it judges how a truth is used, and cannot see that as long as something old is used in its place, so
            that a fix may bring to light what it reports.
    """

    name: str
    code: str
    summary: str
    severity: str = "error"
    latent: bool = False

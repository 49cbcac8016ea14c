"""Names of events that more than one module speaks of."""

from __future__ import annotations

DIGEST_READY = "digest_ready"

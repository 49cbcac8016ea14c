"""Who is asking, and in which run. Everything that belongs to one request hangs off this value."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class UserContext:
    """Identity of a user within one request."""

    user_id: str
    run_id: str
    locale: str = "en"
    tags: tuple[str, ...] = field(default=())

    def child(self, suffix: str) -> UserContext:
        """The context of a sub-run, of an agent that another agent calls for instance."""
        return UserContext(self.user_id, f"{self.run_id}.{suffix}", self.locale, self.tags)

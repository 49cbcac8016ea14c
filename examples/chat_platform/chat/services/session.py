"""Sessions of users. UserContext was defined here until 2.5, and many imports never followed it to chat.context."""

from __future__ import annotations

from chat.context import UserContext

__all__ = ["SessionStore", "UserContext"]


class SessionStore:
    """Counts the runs of each user."""

    def __init__(self) -> None:
        self._runs: dict[str, int] = {}

    def open(self, user_id: str) -> UserContext:
        """The context of the user's next run."""
        self._runs[user_id] = self._runs.get(user_id, 0) + 1
        return UserContext(user_id, f"{user_id}-{self._runs[user_id]}")

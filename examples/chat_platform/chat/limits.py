"""How much a user may say."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable

logger = logging.getLogger(__name__)


class RateLimiter:
    """So many messages in so many seconds for each user, and a pause for who does not stop."""

    def __init__(self, limit: int, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.window = window
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}
        self._paused_until: dict[str, float] = {}

    def allow(self, user_id: str) -> bool:
        """Whether the user may send a message now; counts it if so."""
        now = self._clock()
        if self._paused_until.get(user_id, 0.0) > now:
            return False
        sent = self._sent.setdefault(user_id, deque())
        while sent and sent[0] <= now - self.window:
            sent.popleft()
        if len(sent) >= self.limit:
            logger.info("%s has said enough", user_id)
            self.pause(user_id, self.window)
            return False
        sent.append(now)
        return True

    def remaining(self, user_id: str) -> int:
        """How many messages are left to the user in this window."""
        now = self._clock()
        if self._paused_until.get(user_id, 0.0) > now:
            return 0
        recent = [moment for moment in self._sent.get(user_id, ()) if moment > now - self.window]
        return max(self.limit - len(recent), 0)

    def pause(self, user_id: str, seconds: float) -> None:
        """Let the user wait, from now or from the end of the present pause."""
        start = max(self._paused_until.get(user_id, 0.0), self._clock())
        self._paused_until[user_id] = start + seconds
        self._sent.pop(user_id, None)

    def forget_idle(self) -> int:
        """Forget users that have been silent for a whole window, and say how many."""
        now = self._clock()
        idle = [user for user, sent in self._sent.items() if not sent or sent[-1] <= now - self.window]
        for user in idle:
            del self._sent[user]
        for user, until in list(self._paused_until.items()):
            if until <= now:
                self._paused_until.pop(user)
        return len(idle)

"""The digest goes out by mail, and the gateway wants it slowly."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class MailThrottle:
    """No more than so many mails an hour to one address."""

    def __init__(self, limit: int = 20, window: float = 3600.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.window = window
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}
        self._paused_until: dict[str, float] = {}

    def remaining(self, address: str) -> int:
        """How many mails may still go to the address."""
        now = self._clock()
        if self._paused_until.get(address, 0) > now:
            return 0
        lately = [moment for moment in self._sent.get(address, ()) if moment > now - self.window]
        return max(self.limit - len(lately), 0)

    def allow(self, address: str) -> bool:
        """Whether a mail may go to the address now; it is counted."""
        now = self._clock()
        if self._paused_until.get(address, 0) > now:
            return False
        moments = self._sent.setdefault(address, deque())
        while moments and moments[0] <= now - self.window:
            moments.popleft()
        if len(moments) >= self.limit:
            self.hold_back(address, self.window)
            return False
        moments.append(now)
        return True

    def hold_back(self, address: str, seconds: float) -> None:
        """No mail to the address for a while."""
        start = max(self._paused_until.get(address, 0), self._clock())
        self._paused_until[address] = start + seconds
        self._sent.pop(address, None)

    def forget_idle(self) -> int:
        """Forget addresses that had no mail lately."""
        now = self._clock()
        idle = [one for one, moments in self._sent.items() if not moments or moments[-1] <= now - self.window]
        for one in idle:
            del self._sent[one]
        for one, until in list(self._paused_until.items()):
            if until <= now:
                self._paused_until.pop(one)
        return len(idle)


def subject_of(event: str) -> str:
    """What a mail about an event is headed."""
    return "Your digest" if event == "digest_ready" else "News"

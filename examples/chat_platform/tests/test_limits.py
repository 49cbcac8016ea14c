"""Two that say the same: how much may be sent."""

from __future__ import annotations

from chat.events import DIGEST_READY
from chat.jobs.mail import MailThrottle, subject_of
from chat.limits import RateLimiter


class Clock:
    """Time that goes on when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_who_says_too_much_has_to_wait() -> None:
    clock = Clock()
    limiter = RateLimiter(2, 10.0, clock)
    assert [limiter.allow("ada") for _ in range(3)] == [True, True, False]
    assert (limiter.remaining("ada"), limiter.remaining("grace")) == (0, 2)
    clock.now += 11.0
    assert limiter.allow("ada")
    clock.now += 11.0
    assert limiter.forget_idle() == 1


def test_mail_goes_out_slowly() -> None:
    clock = Clock()
    throttle = MailThrottle(1, 60.0, clock)
    assert throttle.allow("ada@example.org")
    assert not throttle.allow("ada@example.org")
    clock.now += 61.0
    assert throttle.remaining("ada@example.org") == 1
    assert throttle.forget_idle() == 0


def test_a_mail_says_what_it_is_about() -> None:
    assert (subject_of(DIGEST_READY), subject_of("other")) == ("Your digest", "News")

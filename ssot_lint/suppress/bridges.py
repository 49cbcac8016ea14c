"""Declared bridges: which of them are past their date on the day of a run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from ssot_lint.model.policy import Policy, Truth

Days = tuple[date, date]
"""The first and the last day of a time."""


def dated(policy: Policy, today: date) -> Policy:
    """The configuration as it is to be read on a day: what is remembered under it holds for days like that one."""
    if not any(truth.bridges for truth in policy.truths):
        return policy
    return msgspec.structs.replace(policy, truths=tuple(_dated(truth, today) for truth in policy.truths))


def _dated(truth: Truth, today: date) -> Truth:
    bridges = tuple(msgspec.structs.replace(bridge, expired=bridge.until < today) for bridge in truth.bridges)
    return msgspec.structs.replace(truth, bridges=bridges)


def days_alike(policies: Iterable[Policy]) -> Days:
    """The days on which no other bridge is past its date than those that were when the policies were `dated`."""
    first, last = date.min, date.max
    for bridge in (bridge for policy in policies for truth in policy.truths for bridge in truth.bridges):
        if bridge.expired:
            first = max(first, bridge.until + timedelta(days=1))
        else:
            last = min(last, bridge.until)
    return first, last

"""What planners of relocations share: a finding with its remedy, and what becomes of a group of them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ssot_lint.fixing.proposals import Proposal
from ssot_lint.model.policy import ObjectPath
from ssot_lint.model.remedy import Relocation
from ssot_lint.model.violation import Edit, Fix, Violation


_SHOWN = 3
"""Reasons that a person reads."""


class Task(msgspec.Struct, frozen=True):
    """One violation whose remedy is a relocation."""

    violation: Violation
    remedy: Relocation

    @property
    def old(self) -> ObjectPath:
        return self.remedy.old

    @property
    def new(self) -> ObjectPath:
        """The place to go to; there is one where there is no reason against it."""
        return self.remedy.new or self.remedy.old

    def towards(self, new: ObjectPath) -> Task:
        """The same with the new place put in other terms."""
        return Task(self.violation, msgspec.structs.replace(self.remedy, new=new))


def reason_of(*parts: str) -> str:
    """What is to be said of a change, each part once."""
    reasons = list(dict.fromkeys(filter(None, parts)))
    more = len(reasons) - _SHOWN
    return "; ".join([*reasons[:_SHOWN], *([f"and {more} more of the kind"] if more > 0 else [])])


class Refusal(Exception):
    """Why a group of violations is left alone; never seen by a user as an exception."""


def refused(tasks: Iterable[Task], reason: str) -> Proposal:
    """Nothing is changed, and here is why."""
    return Proposal(_violations(tasks), Fix("manual", (), reason))


def proposed(
    tasks: Iterable[Task],
    is_safe: bool,
    edits: tuple[Edit, ...],
    remark: str = "",
    unbinds: Iterable[str] = (),
    is_divisible: bool = False,
) -> Proposal:
    """The edits for a group of violations.

    Args:
        remark: what a reader should know of the change.
        unbinds: names that the module is to bind no more.
        is_divisible: each could be settled without the others.
    """
    if not edits:
        return refused(tasks, "nothing can be changed here")
    fix = Fix("safe" if is_safe else "unsafe", edits, remark)
    return Proposal(_violations(tasks), fix, tuple(unbinds), is_divisible)


def _violations(tasks: Iterable[Task]) -> tuple[Violation, ...]:
    return tuple(sorted((task.violation for task in tasks), key=lambda item: item.span))

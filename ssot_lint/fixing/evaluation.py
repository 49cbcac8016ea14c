"""Whether the arguments of a call, moved into an expression, are evaluated as they were: once, in order, at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ssot_lint.facts.replacement import Occurrence
from ssot_lint.facts.site import Piece


class Moved(msgspec.Struct, frozen=True):
    """An argument, or what the call is made on, with the name that stands for it in the replacement.

    Attributes:
        volatile: a name in it may mean something else after another argument was evaluated.
        lasting: it gives the same whenever it is evaluated.
        computed: reading an attribute in it runs code.
        open: that may be so.
    """

    name: str
    piece: Piece
    volatile: bool = False
    lasting: bool = False
    computed: bool = False
    open: bool = False

    @property
    def acts(self) -> bool:
        """Whether evaluating it may do something."""
        return self.piece.effects.acts or self.computed

    @property
    def matters(self) -> bool:
        """Whether it matters when it is evaluated."""
        return self.acts or self.piece.effects.reads or self.volatile


class Evaluation(msgspec.Struct, frozen=True):
    """The outcome.

    Attributes:
        obstacle: why the arguments cannot be moved; empty where they can.
        early: names of those that have to be evaluated before the statement, in their order.
        doubt: why it may not be the same; empty where it is.
    """

    obstacle: str = ""
    early: tuple[str, ...] = ()
    doubt: str = ""


def evaluate(
    moved: Sequence[Moved], occurrences: Sequence[Occurrence], steps: Sequence[str], in_class_body: bool
) -> Evaluation:
    """Hold the evaluation of the replacement against that of the call.

    Args:
        moved: in the order in which the call evaluates them.
        steps: of the replacement.
        in_class_body: the call stands in the body of a class, whose names inner scopes do not see.
    """
    by_name: dict[str, list[Occurrence]] = {item.name: [] for item in moved}
    for occurrence in occurrences:
        by_name.get(occurrence.name, []).append(occurrence)
    for item in moved:
        obstacle = _obstacle(item, by_name[item.name], in_class_body)
        if obstacle:
            return Evaluation(obstacle)
    if _keeps_order(moved, steps) and not any(_needs_place(item, by_name[item.name]) for item in moved):
        return Evaluation(doubt=next(filter(None, (_doubt(item, by_name[item.name]) for item in moved)), ""))
    early = (item for item in moved if item.name and (item.matters or _needs_place(item, by_name[item.name])))
    return Evaluation(early=tuple(item.name for item in early))


def _doubt(item: Moved, occurrences: list[Occurrence]) -> str:
    is_repeated = len(occurrences) > 1 or any(use.repeated for use in occurrences)
    if not item.open or not is_repeated:
        return ""
    return f"`{shortened(item.piece.text)}` would be read more than once, and nothing tells that this runs no code"


def _obstacle(item: Moved, occurrences: list[Occurrence], in_class_body: bool) -> str:
    piece, shown = item.piece, f"`{shortened(item.piece.text)}`"
    if not occurrences and item.acts:
        return f"the replacement has no use for {shown}, which may do something when it is evaluated"
    for occurrence in occurrences:
        captured = occurrence.bound.intersection(piece.names)
        if captured:
            return f"`{min(captured)}` in {shown} means something else inside of the replacement"
        inner = occurrence.repeated or occurrence.deferred
        if inner and in_class_body and piece.names:
            return f"{shown} cannot be read inside of the replacement, since it is a name of a class body"
        if occurrence.deferred and not item.lasting:
            return f"{shown} would be evaluated later than now"
    return ""


def _needs_place(item: Moved, occurrences: list[Occurrence]) -> bool:
    """Whether it has to be evaluated elsewhere, for it is used several times, perhaps never, or over and over."""
    if item.acts:
        return len(occurrences) > 1 or any(use.conditional or use.repeated for use in occurrences)
    return item.piece.effects.fresh and (len(occurrences) > 1 or any(use.repeated for use in occurrences))


def _keeps_order(moved: Sequence[Moved], steps: Sequence[str]) -> bool:
    """Whether what acts does so before the replacement does anything, and in its old order among what matters."""
    order = {item.name: place for place, item in enumerate(moved) if item.matters and item.name}
    acting = {item.name for item in moved if item.acts}
    last, last_acting, acted = -1, -1, False
    for step in steps:
        acted = acted or not step
        place = order.get(step)
        if place is None:
            continue
        if step in acting and (acted or place < last):
            return False
        if place < last_acting:
            return False
        last = max(last, place)
        last_acting = max(last_acting, place) if step in acting else last_acting
    return True


def shortened(text: str) -> str:
    """A piece of code as a reason shows it: on one line, and no longer than that can bear."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:40]}..."

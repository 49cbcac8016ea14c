"""Which proposals can be made together, and which of those spoil the others."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ssot_lint.fixing.proposals import Proposal
from ssot_lint.model.spans import Span

Place = tuple[int, int]
T = TypeVar("T")


def compatible(proposals: Iterable[Proposal]) -> list[Proposal]:
    """As many proposals as can be made at once, the first in the file first: no two overlap or touch."""
    chosen: list[Proposal] = []
    taken: list[tuple[Place, Place]] = []
    for proposal in sorted(proposals, key=_start):
        spans = [(_place(edit.span)) for edit in proposal.fix.edits]
        if not any(_is_taken(span, taken) for span in spans):
            chosen.append(proposal)
            for span in spans:
                insort(taken, span)
    return chosen


def sifted(items: Sequence[T], objection: Callable[[Sequence[T]], str]) -> tuple[list[T], list[tuple[T, str]]]:
    """The items (proposals, say) against which nothing can be said, and the others with what is said against each.

    Halves what is objected to, so that few culprits among many are found soon.

    Args:
        objection: what is said against items taken together; empty where nothing is.
    """
    good: list[T] = []
    bad: list[tuple[T, str]] = []

    def admit(group: Sequence[T]) -> None:
        problem = objection([*good, *group])
        if not problem:
            good.extend(group)
        elif len(group) == 1:
            bad.append((group[0], problem))
        else:
            middle = len(group) // 2
            admit(group[:middle])
            admit(group[middle:])

    if items:
        admit(items)
    return good, bad


def _start(proposal: Proposal) -> Span:
    return min(edit.span for edit in proposal.fix.edits)


def _place(span: Span) -> tuple[Place, Place]:
    return (span.line, span.column), (span.end_line, span.end_column)


def _is_taken(span: tuple[Place, Place], taken: Sequence[tuple[Place, Place]]) -> bool:
    """Whether a span overlaps or touches one of those taken, which are apart from one another and in order."""
    after = bisect_left(taken, span)
    if after < len(taken) and taken[after][0] <= span[1]:
        return True
    return after > 0 and taken[after - 1][1] >= span[0]

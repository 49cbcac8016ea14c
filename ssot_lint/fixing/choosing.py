"""Which proposals can be made together, and which of those spoil the others."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from ssot_lint.fixing.proposals import Proposal
from ssot_lint.model.spans import Span

Place = tuple[int, int]
T = TypeVar("T")


def compatible(proposals: Iterable[Proposal]) -> list[Proposal]:
    """As many proposals as can be made at once, the first in the file first: none overlap, touch, or have to wait."""
    chosen: list[Proposal] = []
    taken: list[tuple[Place, Place]] = []
    for proposal in sorted(_ready(proposals), key=_start):
        spans = [(_place(edit.span)) for edit in proposal.fix.edits]
        if not any(_is_taken(span, taken) for span in spans):
            chosen.append(proposal)
            for span in spans:
                insort(taken, span)
    return chosen


def _ready(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those that wait for none of the others."""
    found = list(proposals)
    open_ = frozenset(mark for proposal in found for mark in proposal.fingerprints)
    return [proposal for proposal in found if proposal.behind.isdisjoint(open_)]


Sifted = tuple[list[T], list[tuple[T, str]]]
"""The items against which nothing can be said, and the others with what is said against each."""


def sifted_together(
    items: Mapping[str, Sequence[T]], objections: Callable[[Mapping[str, Sequence[T]]], Mapping[str, str]]
) -> dict[str, Sifted[T]]:
    """The items of several files (proposals, say), sifted; one group of each file is tried at a time.

    Halves what is objected to, so that few culprits among many are found soon.

    Args:
        objections: what is said against groups of items, by file; empty where nothing is.
    """
    searches = {path: _Sifting(found) for path, found in items.items()}
    while groups := {path: search.group for path, search in searches.items() if search.group}:
        for path, problem in objections(groups).items():
            searches[path].go_on(problem)
    return {path: (search.good, search.bad) for path, search in searches.items()}


class _Sifting(Generic[T]):
    """The search for the culprits among some items, step by step."""

    def __init__(self, items: Sequence[T]) -> None:
        self.good: list[T] = []
        self.bad: list[tuple[T, str]] = []
        self._pending = [list(items)] if items else []

    @property
    def group(self) -> list[T]:
        """What is to be tried next; empty when all is known."""
        return [*self.good, *self._pending[-1]] if self._pending else []

    def go_on(self, problem: str) -> None:
        """Take note of what is said against the group."""
        tried = self._pending.pop()
        if not problem:
            self.good.extend(tried)
        elif len(tried) == 1:
            self.bad.append((tried[0], problem))
        else:
            middle = len(tried) // 2
            self._pending += [tried[middle:], tried[:middle]]


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

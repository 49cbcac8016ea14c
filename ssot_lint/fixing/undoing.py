"""Puts back what a run of `fix --backup` has changed, unless it has changed since."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from ssot_lint.fixing import backups
from ssot_lint.fixing.backups import NAME, Entry
from ssot_lint.fixing.content import Refused
from ssot_lint.fixing.saving import Stop


class Step(msgspec.Struct, frozen=True):
    """What became of one file.

    Attributes:
        path: absolute; of the backup itself where that cannot be read.
        outcome: "restored", "as before" (it was not changed after all), "left" or "broken".
        reason: why it was left.
        kept: where its content before is kept, if it was left.
    """

    path: str
    outcome: str
    reason: str = ""
    kept: str = ""


class Selection(msgspec.Struct, frozen=True):
    """What is to be put back.

    Attributes:
        wants: whether a file is asked for, by its absolute path.
        by_name: files were asked for one by one: what an earlier `undo` has left alone is tried again.
    """

    wants: Callable[[str], bool]
    by_name: bool


def undo(roots: Sequence[str], selection: Selection, stop: Stop) -> Iterator[Step]:
    """Put back what the last run has changed of what is selected; nothing where there is no such run.

    Args:
        roots: of projects; those that were fixed together are taken back together.
    """
    run = max((run for root in roots for run in _latest(root, selection)), default="")
    for root in roots if run else ():
        broken: list[str] = []
        for entry in _selected(root, run, selection, broken.append):
            if stop.signal:
                return
            yield _undone(entry, root)
        yield from (Step(place, "broken") for place in broken)


def _latest(root: str, selection: Selection) -> Iterator[str]:
    """The last run that has kept anything of what is selected."""
    for run in backups.runs(os.path.join(root, NAME)):
        if any(True for _ in _selected(root, run, selection, lambda place: None)):
            yield run
            return


def _selected(
    root: str, run: str, selection: Selection, broken: Callable[[str], object]
) -> Iterable[Entry]:
    for entry in backups.entries(os.path.join(root, NAME), run, broken):
        if (selection.by_name or not entry.is_left) and selection.wants(_place(entry, root)):
            yield entry


def _undone(entry: Entry, root: str) -> Step:
    path = _place(entry, root)
    try:
        outcome = "restored" if backups.put_back(entry, root) else "as before"
    except Refused as refusal:
        return Step(path, "left", refusal.reason, backups.leave(entry))
    backups.remove(entry.place)
    return Step(path, outcome)


def _place(entry: Entry, root: str) -> str:
    return os.path.normpath(os.path.join(root, *entry.header.path.split("/")))

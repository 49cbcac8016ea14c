"""Judges many files in several processes: copies of this one, which have the index already.

Every judgement asks an index of its own, so that it is the same wherever it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import msgspec

from ssot_lint.engine.bench import Bench
from ssot_lint.engine.ground import Ground
from ssot_lint.facts.copies import MOST, can_be_copied, copies
from ssot_lint.manifest import Judgement

_WORTH_A_PROCESS = 40
"""Files that take as long to judge as a copy takes to start."""

_AT_A_TIME = 8
"""Files that a process takes, before it asks for more."""


class _Found(msgspec.Struct, frozen=True, array_like=True):
    """What a copy has found out.

    Attributes:
        parsed: digest -> facts, of the contents that it parsed.
        unread: paths of the files that it could not read.
        warnings: about the cache.
    """

    judgements: dict[str, Judgement]
    unsure: set[str]
    looked_up: dict[str, bool]
    parsed: dict[str, bytes]
    unread: set[str]
    warnings: list[str]


_FOUND = msgspec.msgpack.Decoder(_Found)


def judge_together(bench: Bench, ground: Ground, paths: Sequence[str]) -> None:
    """Have the judgements of files at hand, where it pays to make them in several processes."""
    open_ = [path for path in paths if bench.known(path) is None]
    number = ground.crew.shares(len(open_), _WORTH_A_PROCESS)
    if number < 2:
        return
    ground.crew.close()  # with its threads, of which a copy would have none
    if not can_be_copied():
        return
    bench.judgement(open_[0])  # what all of them ask alike is known to the copies
    parts = _parted(open_[1:])
    with copies(partial(_found, bench, ground, parts), number - 1, len(parts)) as (mine, outcomes):
        for part in mine:
            _judge(bench, parts[part])
        for outcome in outcomes:
            _take(bench, ground, _FOUND.decode(outcome))


def _parted(paths: Sequence[str]) -> list[Sequence[str]]:
    """Parts of neighbours, which ask about the same files."""
    size = max(_AT_A_TIME, -(-len(paths) // MOST))
    return [paths[start:start + size] for start in range(0, len(paths), size)]


def _judge(bench: Bench, paths: Iterable[str]) -> dict[str, Judgement]:
    return {path: bench.judgement(path) for path in paths}


def _found(bench: Bench, ground: Ground, parts: Sequence[Sequence[str]], mine: Iterator[int]) -> bytes:
    """The work of a copy."""
    library, before = ground.library, set(ground.library.unsaved)
    judgements: dict[str, Judgement] = {}
    for part in mine:
        judgements.update(_judge(bench, parts[part]))
    return msgspec.msgpack.encode(_Found(
        judgements,
        bench.unsure,
        bench.looked_up,
        {digest: facts for digest, facts in library.unsaved.items() if digest not in before},
        library.unread,
        list(ground.store.warnings) if ground.store else [],
    ))


def _take(bench: Bench, ground: Ground, found: _Found) -> None:
    bench.take(found.judgements, found.unsure, found.looked_up)
    ground.library.take(found.parsed, found.unread)
    if ground.store is not None:
        ground.store.warnings += [text for text in found.warnings if text not in ground.store.warnings]

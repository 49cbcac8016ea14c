"""Judges many files in several processes: copies of this one, which have the index already.

Every judgement asks an index of its own, so that it is the same wherever it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from ssot_lint.engine.bench import Bench
from ssot_lint.engine.ground import Ground
from ssot_lint.facts.copies import can_be_copied, copies
from ssot_lint.manifest import Judgement

_WORTH_A_PROCESS = 40
"""Files that take as long to judge as a copy takes to start."""


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
    own, *others = _parted(ground, open_[1:], number)
    with copies([partial(_found, bench, ground, share) for share in others]) as outcomes:
        for path in own:
            bench.judgement(path)
        for outcome in outcomes:
            _take(bench, ground, _FOUND.decode(outcome))


def _parted(ground: Ground, paths: Sequence[str], number: int) -> list[Sequence[str]]:
    """Parts of about the same size, each of neighbours: these ask about the same files."""
    looks = ground.survey.looks
    sizes = [signature.size if (signature := looks[path].signature) else 0 for path in paths]
    whole, done = sum(sizes) or 1, 0
    parts: list[list[str]] = [[] for _ in range(number)]
    for path, size in zip(paths, sizes, strict=True):
        parts[min(number - 1, done * number // whole)].append(path)
        done += size
    return list(parts)


def _found(bench: Bench, ground: Ground, paths: Sequence[str]) -> bytes:
    """The work of a copy."""
    ground.crew.stay_alone()
    library, before = ground.library, set(ground.library.unsaved)
    judgements = {path: bench.judgement(path) for path in paths}
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

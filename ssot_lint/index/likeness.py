"""How much of one class or function there is in another, and the words by which that shows without parsing anything.

The numbers here are calibrated by `benchmarks/clones.py`.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.shapes import Shape, word_of
from ssot_lint.index.targets import Definition, Target
from ssot_lint.scan.telltales import Telltale

ALIKE = 0.6
"""How much two members need in common for one to be the counterpart of the other."""

ALIKE_ALONE = 0.8
"""The same for a function, which no other members bear out."""

COUNTERPARTS = 3
"""How many members need a counterpart, apart from the one that every class has."""

NAMED = 0.75
"""The share of the similarity that has to come from members that have kept their names."""

SUBSTANTIAL = {"class": 100, "function": 60}
"""How many parts there have to be: what is smaller resembles much that has nothing to do with it."""

_OF_EVERY_CLASS = "__init__"
_SLACK = 1e-6
_COMMON = frozenset(dir(builtins))


class Member(msgspec.Struct, frozen=True):
    """A method of a class, or a function, and what it is like."""

    name: str
    shape: Shape


class Likeness(msgspec.Struct, frozen=True):
    """How much of one thing there is in another.

    Attributes:
        score: how much of its members, weighted by size, has a counterpart, from 0 to 1.
        shared: names of the members that have one, the largest first.
        named: the share of those that have one under their own name.
    """

    score: float = 0.0
    shared: tuple[str, ...] = ()
    named: float = 0.0


class Original(msgspec.Struct, frozen=True):
    """A class or function with what it is like, and how like it something has to be to count as a copy.

    Attributes:
        kind: "class" or "function".
        similarity: from 0 to 1.
        members: the methods; of a function itself alone.
    """

    kind: str
    similarity: float
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        return size_of(self.members)

    @property
    def telltale(self) -> Telltale | None:
        """What a file with a copy has; None where too little tells a copy from other code."""
        if not self.similarity or self.size < SUBSTANTIAL[self.kind]:
            return None
        if self.kind == "class":
            weights: Counter[str] = Counter()
            for member in self.members:
                weights[member.name] += member.shape.size
            return _told_by(weights, self.similarity * NAMED * self.size, defined=True)
        shape = self.members[0].shape
        words = Counter({word: 0 for word in map(word_of, shape.parts)})
        for part, count in shape.parts.items():
            words[word_of(part)] += count
        return _told_by(words, max(self.similarity, ALIKE_ALONE) * shape.size - words.pop("", 0), defined=False)

    def takes(self, found: Likeness) -> bool:
        """Whether that much likeness makes a copy."""
        if self.kind == "function":
            return found.score >= max(self.similarity, ALIKE_ALONE)
        enough = sum(name != _OF_EVERY_CLASS for name in found.shared) >= COUNTERPARTS
        return enough and found.score >= self.similarity and found.named >= self.similarity * NAMED


def originals(index: ProjectIndex, targets: Iterable[Target], similarity: float) -> Iterator[Original]:
    """What of the targets can have copies: classes and functions of the project."""
    for target in targets:
        if isinstance(target, Definition) and target.kind in SUBSTANTIAL:
            yield Original(target.kind, similarity, content_of(index.at(target.path), target))


def content_of(module: Module, definition: Definition) -> tuple[Member, ...]:
    """The members of a class; a function as the only member of itself."""
    if definition.kind == "class":
        return members_of(module, definition.index)
    return function_as_member(module, definition.index)


def size_of(members: Iterable[Member]) -> int:
    """How many parts members have together."""
    return sum(member.shape.size for member in members)


def members_of(module: Module, owner: int) -> tuple[Member, ...]:
    """The methods of a class."""
    found = ((index, item) for index, item in enumerate(module.facts.functions) if item.owner == owner)
    return tuple(Member(item.name, module.shapes[index]) for index, item in found if index in module.shapes)


def function_as_member(module: Module, index: int) -> tuple[Member, ...]:
    """A function, as the only member of itself; nothing for one that is a part of another."""
    shape = module.shapes.get(index)
    return () if shape is None else (Member(module.facts.functions[index].name, shape),)


def likeness(members: Sequence[Member], others: Sequence[Member]) -> Likeness:
    """How much of `members`, weighted by size, has a counterpart among `others`."""
    size = size_of(members)
    if not size:
        return Likeness()
    found = list(_counterparts(members, list(others)))
    return Likeness(
        sum(member.shape.size * share for member, _, share in found) / size,
        tuple(dict.fromkeys(member.name for member, _, _ in found)),
        sum(member.shape.size for member, other, _ in found if member.name == other.name) / size,
    )


def _counterparts(members: Sequence[Member], left: list[Member]) -> Iterator[tuple[Member, Member, float]]:
    """Each member with what is most like it, if anything is; of equals one of its own name."""
    for member in sorted(members, key=lambda member: -member.shape.size):
        best = max(left, key=lambda other: (member.shape.common(other.shape), other.name == member.name), default=None)
        share = 0.0 if best is None else member.shape.common(best.shape)
        if best is not None and member.shape.size and share >= ALIKE:
            left.remove(best)
            yield member, best, share


def _told_by(weights: Counter[str], needed: float, defined: bool) -> Telltale | None:
    """The telltale without the words that stand in too many files to tell anything, as far as it can do without."""
    if needed <= _SLACK:
        return None
    spare = needed / 2
    kept = dict(weights)
    for word in sorted(weights, key=lambda word: (not _is_common(word), len(word), word)):
        if kept[word] <= spare:
            spare -= kept[word]
            needed -= kept.pop(word)
    return Telltale({word: weight for word, weight in kept.items() if weight}, needed - _SLACK, defined)


def _is_common(word: str) -> bool:
    return word in _COMMON or word.startswith("__")


def may_be_copy(telltale: Telltale, names: Collection[str]) -> bool:
    """Whether a class with methods of these names can be a copy of the class that a telltale tells of."""
    return telltale.defined and telltale.may_be_met(names)

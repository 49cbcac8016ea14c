"""How much of one class or function there is in another, and the words by which that shows without parsing anything.

The numbers here are calibrated by `benchmarks/clones.py`.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from ssot_lint.facts.passing import COUNTERPARTS
from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.shapes import Shape, word_of
from ssot_lint.index.targets import Definition, Target
from ssot_lint.scan.telltales import Telltale

ALIKE = 0.6
"""How much two members need in common for one to be the counterpart of the other."""

ALIKE_ALONE = 0.8
"""The same for a function, which no other members bear out."""

NAMED = 0.75
"""The share of the similarity that has to come from members that have kept their names."""

SUBSTANTIAL = {"class": 100, "function": 60}
"""How many parts there have to be: what is smaller resembles much that has nothing to do with it."""

TELLING = 10
"""The same for the parts of a function that are not in every program."""

_OF_EVERY_CLASS = "__init__"
_SLACK = 1e-6
_OF_EVERY_PROGRAM = frozenset(
    ["", *dir(builtins), *(name for kind in (str, bytes, list, dict, set, BaseException) for name in dir(kind))]
)


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
        kept: their names, without `__init__`.
    """

    score: float = 0.0
    shared: tuple[str, ...] = ()
    named: float = 0.0
    kept: frozenset[str] = frozenset()


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
        return self._told_by_names() if self.kind == "class" else self._told_by_words()

    def _told_by_names(self) -> Telltale:
        """The members of which a good part has to be defined under their names."""
        weights: Counter[str] = Counter()
        for member in self.members:
            weights[member.name] += member.shape.size
        needed = self.similarity * NAMED * self.size - weights.pop(_OF_EVERY_CLASS, 0)
        return Telltale(weights, needed - _SLACK, COUNTERPARTS, defined=True)

    def _told_by_words(self) -> Telltale | None:
        """The words of a body of which a good part has to stand anywhere."""
        telling = _telling(self.members[0].shape)
        if telling.size < TELLING:
            return None
        weights: Counter[str] = Counter()
        for part, count in telling.parts.items():
            weights[word_of(part)] += count
        return Telltale(weights, self._least * telling.size - _SLACK, 0, defined=False)

    @property
    def _least(self) -> float:
        """The score that it takes."""
        return self.similarity if self.kind == "class" else max(self.similarity, ALIKE_ALONE)

    def likeness(self, others: Sequence[Member]) -> Likeness:
        """How much of it there is in something."""
        if self.kind == "class" or not others:
            return likeness(self.members, others)
        own, other = self.members[0].shape, others[0].shape
        return Likeness(min(own.common(other), _telling(own).common(_telling(other))))

    def takes(self, found: Likeness) -> bool:
        """Whether that much likeness makes a copy."""
        if found.score < self._least or self.kind == "function":
            return found.score >= self._least
        return len(found.kept) >= COUNTERPARTS and found.named >= self.similarity * NAMED


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
    kept = [member for member, other, _ in found if member.name == other.name]
    return Likeness(
        sum(member.shape.size * share for member, _, share in found) / size,
        tuple(dict.fromkeys(member.name for member, _, _ in found)),
        sum(member.shape.size for member in kept) / size,
        frozenset(member.name for member in kept) - {_OF_EVERY_CLASS},
    )


def _telling(shape: Shape) -> Shape:
    """What not every program does."""
    parts = {part: count for part, count in shape.parts.items() if word_of(part) not in _OF_EVERY_PROGRAM}
    return Shape(parts, sum(parts.values()), shape.waits)


def _counterparts(members: Sequence[Member], left: list[Member]) -> Iterator[tuple[Member, Member, float]]:
    """Each member with what is most like it, if anything is; of equals one of its own name."""
    for member in sorted(members, key=lambda member: -member.shape.size):
        best = max(left, key=lambda other: (member.shape.common(other.shape), other.name == member.name), default=None)
        share = 0.0 if best is None else member.shape.common(best.shape)
        if best is not None and member.shape.size and share >= ALIKE:
            left.remove(best)
            yield member, best, share


def may_be_copy(telltale: Telltale, names: Collection[str]) -> bool:
    """Whether a class with methods of these names can be a copy of the class that a telltale tells of."""
    return telltale.defined and telltale.may_be_met(names)

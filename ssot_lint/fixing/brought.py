"""What the proposals for one file import, so that the later ones can use what the first have brought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.task import Task
from ssot_lint.model.facts import NONE
from ssot_lint.model.policy import ObjectPath


class Brought:
    """What has been planned so far.

    Args:
        names: what becomes of single names: the imports that bring them, and the names that come by a star.
    """

    def __init__(self, manuscript: Manuscript, names: Iterable[Task]) -> None:
        self._facts = manuscript.facts
        self._known = [(self._scope_of(task), _root(task), task.violation.fingerprint) for task in names]

    def depth(self, scope: int) -> int:
        """How many scopes are around one, itself included: what the outer ones bring, the inner ones see."""
        return len(list(self._around(scope)))

    def before(self, scope: int, tasks: Sequence[Task]) -> frozenset[str]:
        """What is to be settled before something is taken in a scope: it brings the same to a place that sees it."""
        roots, around = set(map(_root, tasks)), set(self._around(scope))
        found = frozenset(mark for home, root, mark in self._known if root in roots and home in around)
        self._known += [(scope, _root(task), task.violation.fingerprint) for task in tasks]
        return found

    def _scope_of(self, task: Task) -> int:
        is_import = task.remedy.kind != "expression"
        return self._facts.blocks[self._facts.imports[task.remedy.place].block].scope if is_import else 0

    def _around(self, scope: int) -> Iterator[int]:
        while scope != NONE:
            yield scope
            scope = self._facts.scopes[scope].parent


def _root(task: Task) -> ObjectPath:
    return ObjectPath(task.new.module, task.new.name.partition(".")[0])

"""What the planners of edits are given, and what they give."""

from __future__ import annotations

from typing import Protocol

import msgspec

from ssot_lint.index import Module
from ssot_lint.model.policy import ObjectPath
from ssot_lint.model.violation import Edit, Fix, Violation
from ssot_lint.rules.context import Knowledge


class Page(msgspec.Struct, frozen=True):
    """A file that is to be changed: its text, what that says, and what the project knows.

    Attributes:
        text: as decoded, without BOM, with the line ends as they are.
    """

    module: Module
    knowledge: Knowledge
    text: str


class Proposal(msgspec.Struct, frozen=True):
    """One change, whole: all of its edits are made or none. Every violation planned for is in exactly one.

    Attributes:
        unbinds: names that the module is to bind no more.
        is_divisible: some of its violations can be settled without the others, by planning for them alone.
        behind: fingerprints of violations that are to be settled first, if they are to be at all: what that imports may
            be used then.
        milder: a smaller change that settles the same, for the case that something speaks against this one.
        is_partial: its violations are still there afterwards, with less to them.
    """

    violations: tuple[Violation, ...]
    fix: Fix
    unbinds: tuple[str, ...] = ()
    is_divisible: bool = False
    behind: frozenset[str] = frozenset()
    milder: Proposal | None = None
    is_partial: bool = False

    @property
    def fingerprints(self) -> frozenset[str]:
        return frozenset(violation.fingerprint for violation in self.violations)


class Importer(Protocol):
    """Sees to it that names can be used in a file. One serves one proposal."""

    def local(self, path: ObjectPath, place: int) -> str | None:
        """The expression to write for an object at the expression with the index `place`.

        What is imported already is used; else an import is added to `edits`. None where no name can be bound without
        taking another's place.

        Raises:
            Refusal: an import that would have to be added may lead back to the file.
        """

    @property
    def doubt(self) -> str:
        """Why an added import may fail, or do what was not done before; empty where it does not."""

    def edits(self) -> tuple[Edit, ...]:
        """The imports that were added, for the proposal: they belong to its edits."""

"""What a rule is given: one file's facts, the project's index, and the policy; and the verbs that rules share."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ssot_lint.index import Module, ProjectIndex
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.inference import Inference
from ssot_lint.index.values import Values
from ssot_lint.model.facts import FileFacts
from ssot_lint.model.policy import Policy
from ssot_lint.model.remedy import Remedy
from ssot_lint.model.source import SourceFile
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Violation
from ssot_lint.rules.catalogue import Catalogue
from ssot_lint.rules.suspicion import Meanings, Suspicion


START = Span(1, 1, 1, 2)
"""Where a finding about a module as a whole stands."""


class Knowledge(msgspec.Struct, frozen=True):
    """What all files of a project are judged by.

    Attributes:
        ask_astroid: (module, index of an expression) -> what it can be; the last resort, asked through `Settling`.
        meanings: what need not be resolved.
    """

    policy: Policy
    index: ProjectIndex
    classes: ClassIndex
    inference: Inference
    catalogue: Catalogue
    ask_astroid: Callable[[Module, int], Values]
    meanings: Meanings


class RuleContext(msgspec.Struct, frozen=True):
    """The whole input of a rule.

    Attributes:
        suspicion: tells which expressions of the file need be resolved.
    """

    module: Module
    knowledge: Knowledge
    suspicion: Suspicion

    @property
    def file(self) -> SourceFile:
        return self.module.file

    @property
    def facts(self) -> FileFacts:
        return self.module.facts

    @property
    def policy(self) -> Policy:
        return self.knowledge.policy

    @property
    def index(self) -> ProjectIndex:
        return self.knowledge.index

    @property
    def classes(self) -> ClassIndex:
        return self.knowledge.classes

    @property
    def catalogue(self) -> Catalogue:
        return self.knowledge.catalogue

    @property
    def meanings(self) -> Meanings:
        return self.knowledge.meanings

    def values(self, place: int) -> Values:
        """What the expression at `place` can be, as our own resolver settles it."""
        return self.knowledge.inference.values(self.module, place)

    def violation(
        self,
        rule: str,
        span: Span,
        message: str,
        truth: str = "",
        chain: tuple[object, ...] = (),
        symbol: str = "",
        remedy: Remedy | None = None,
    ) -> Violation:
        """A finding in this file.

        Args:
            chain: the steps of the resolution; fewer than two are left out.
            symbol: what it is about, without positions.
            remedy: what would settle it.
        """
        steps = tuple(str(step) for step in chain) if len(chain) > 1 else ()
        return Violation(self.file.path, span, rule, message, truth, steps, symbol, remedy=remedy)


def span_of(fact: object) -> Span:
    """The span of a fact that has all four positions."""
    return Span(fact.line, fact.column, fact.end_line, fact.end_column)  # type: ignore[attr-defined]


def span_of_name(fact: object, name: str) -> Span:
    """The span of a name on one line, from a fact that has its start."""
    line, column = fact.line, fact.column  # type: ignore[attr-defined]
    return Span(line, column, line, column + len(name))

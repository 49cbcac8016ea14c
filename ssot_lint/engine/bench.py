"""Judges files: as they are on disk, each once, or as a draft has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial

import msgspec

from ssot_lint.engine.ground import Ground
from ssot_lint.index import Module, Modules
from ssot_lint.index.survey import Survey
from ssot_lint.manifest import Judgement
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import Knowledge
from ssot_lint.rules.judging import judge, knowledge_of
from ssot_lint.rules.suspicion import EVERYTHING
from ssot_lint.rules.verdicts import finished
from ssot_lint.suppress.noqa import split_noqa
from ssot_lint.suppress.paths import rules_off
from ssot_lint.suppress.unused import UNUSED, unused_codes

UNREADABLE = "unreadable-file"
_COMMENTED = frozenset({"noqa", "untold"})
"""Marks of files in which a comment may list a code."""

_NOTHING = Judgement((), (), 0)


class Bench:
    """The judge of one project's files.

    Attributes:
        judgements: path -> what was found, of the files that were judged in this run.
        unsure: paths of those in which more might have been found with more time or memory.
        looked_up: dotted names that were looked for on disk -> whether they were there.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.judgements: dict[str, Judgement] = {}
        self.unsure: set[str] = set()
        self.looked_up: dict[str, bool] = {}

    @cached_property
    def as_it_is(self) -> Draft:
        """The project as it is on disk."""
        return Draft(self, {}, self._ground.modules, self._ground.survey)

    def is_judged(self, path: str) -> bool:
        """Whether a file can hold a finding, as it is on disk."""
        ground = self._ground
        return ground.thorough or path in (ground.history.still or ground.survey).concerned

    def known(self, path: str) -> Judgement | None:
        """What was found in a file, in this run or in an earlier one; None where that has to be found out."""
        still = self._ground.history.still
        return self.judgements.get(path) or (still.judgements if still else self._ground.taken_over).get(path)

    def judgement(self, path: str) -> Judgement:
        """What is found in a file as it is on disk."""
        if path not in self._ground.files or not self.is_judged(path):
            return _NOTHING
        known = self.known(path)
        if known is None:
            known = self.judgements[path] = self._checked(path, self.as_it_is)
            self._ground.library.trim()
        return known

    def take(self, judgements: Mapping[str, Judgement], unsure: Iterable[str], looked_up: Mapping[str, bool]) -> None:
        """Take over what another judge of the same project has found."""
        self.judgements.update(judgements)
        self.unsure.update(unsure)
        self.looked_up.update(looked_up)

    def judgement_in(self, draft: Draft, path: str) -> Judgement:
        """What is found in a file as a draft has it."""
        is_concerned = self._ground.thorough or path in draft.survey.concerned
        return self._checked(path, draft) if is_concerned else _NOTHING

    def may_differ(self, path: str, draft: Draft) -> bool:
        """Whether more may be found in a file as a draft has the project than as it is on disk."""
        if not self._ground.thorough and path not in draft.survey.concerned:
            return False
        known = self.known(path) if self.is_judged(path) else None
        return known is None or known.everyone or not known.consulted.isdisjoint(draft.texts)

    def _checked(self, path: str, draft: Draft) -> Judgement:
        policy = self._ground.policy
        found, knowledge = self.judged(draft.module(path), draft)
        if not knowledge.index.is_sure:
            self.unsure.add(path)
        kept = self.outside_exceptions(path, found)
        coded = finished(kept, policy)
        left, silenced = split_noqa(path, self._text(draft, draft.module(path)) if kept else "", coded)
        return Judgement(
            coded,
            tuple(left),
            silenced + len(found) - len(kept),
            frozenset(knowledge.index.consulted - {path}),
            knowledge.index.asked_everyone,
            frozenset(violation.rule for violation in found) & rules_off(policy, path),
            frozenset(knowledge.catalogue.excused),
        )

    def judged(self, module: Module, draft: Draft) -> tuple[list[Violation], Knowledge]:
        """What the rules find in a file, and what was asked for it."""
        knowledge = self.knowledge(draft)
        found = judge(module, knowledge)
        self.looked_up.update(knowledge.index.looked_up)
        if module.file.path not in draft.survey.concerned:  # an unreadable file is reported where it can matter
            found = [violation for violation in found if violation.rule != UNREADABLE]
        return [*found, *self._unused_codes(module, draft, found)], knowledge

    def _unused_codes(self, module: Module, draft: Draft, found: Sequence[Violation]) -> Iterable[Violation]:
        """What is to be said of the `noqa` comments of a file when all rules have had their say."""
        path, policy = module.file.path, self._ground.policy
        marks = draft.survey.looks[path].marks if path in draft.survey.looks else ()
        may_list_codes = self._ground.thorough or not _COMMENTED.isdisjoint(marks)
        if not may_list_codes or policy.severity.get(UNUSED) == "off" or is_unread(found):
            return ()
        idle = {UNUSED, *(rule for rule, severity in policy.severity.items() if severity == "off")}
        return unused_codes(path, self._text(draft, module), finished(found, policy), policy.codes, idle)

    def knowledge(self, draft: Draft) -> Knowledge:
        """What a project knows, with nothing remembered yet."""
        meanings = EVERYTHING if self._ground.thorough else draft.survey.words
        return knowledge_of(self._ground.policy, draft.modules, meanings, partial(self._text, draft))

    def _text(self, draft: Draft, module: Module) -> str:
        path = module.file.path
        return draft.texts[path] if path in draft.texts else self._ground.text(module.file)

    def outside_exceptions(self, path: str, violations: list[Violation]) -> list[Violation]:
        """Those that `per-path` does not hold back."""
        off = rules_off(self._ground.policy, path)
        return [violation for violation in violations if violation.rule not in off]


class Draft(msgspec.Struct, frozen=True):
    """A project in which some files say something else than on disk; `Project.draft` makes it.

    Attributes:
        texts: path -> what they say.
        known: path -> what was found there.
    """

    bench: Bench
    texts: Mapping[str, str]
    modules: Modules
    survey: Survey
    known: dict[str, Judgement] = {}

    def module(self, path: str) -> Module:
        """The file at a path, as it is here."""
        return self.modules.by_path[path]

    def knowledge(self) -> Knowledge:
        """What the project knows, with nothing remembered yet."""
        return self.bench.knowledge(self)

    def may_differ(self, path: str) -> bool:
        """Whether more may be found in a file than is on disk."""
        return self.bench.may_differ(path, self)

    def judgement(self, path: str) -> Judgement:
        """What is found in a file."""
        if path not in self.known:
            found = self.bench.judgement_in(self, path) if self.texts else self.bench.judgement(path)
            self.known[path] = found
        return self.known[path]


def is_unread(found: Iterable[Violation]) -> bool:
    """Whether a file was not analysed."""
    return any(violation.rule == UNREADABLE for violation in found)

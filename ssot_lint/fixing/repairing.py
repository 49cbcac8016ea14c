"""Fixes files in memory, in rounds, until nothing is left that can be fixed; nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from ssot_lint.engine import Draft, Project
from ssot_lint.fixing.choosing import compatible, sifted
from ssot_lint.fixing.content import Change, Content, Refused, changed
from ssot_lint.fixing.net import ground, lasting, objection_in_project, objection_to_text
from ssot_lint.fixing.opening import Opened
from ssot_lint.fixing.planning import Planner, page_of, proposals
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.fixing.ranges import Ranges
from ssot_lint.manifest import Judgement
from ssot_lint.model.violation import Violation
from ssot_lint.suppress.unused import UNUSED

ROUNDS = 100


class Terms(msgspec.Struct, frozen=True):
    """What may be fixed, and by whom.

    Attributes:
        selected: whether a violation is to be fixed.
        unsafe: make fixes that may change behaviour, too.
        rounds: how many passes over a file are made at most.
    """

    planners: Sequence[Planner]
    selected: Callable[[Violation], bool] = lambda violation: True
    unsafe: bool = False
    rounds: int = ROUNDS


class Left(msgspec.Struct, frozen=True):
    """A violation that is still there.

    Attributes:
        now, before: as it is reported after the fix, and as it was before.
        reason: why it was refused to fix it; empty where nobody knows how to.
    """

    now: Violation
    before: Violation
    reason: str = ""


class Repair(msgspec.Struct, frozen=True):
    """What became of one file.

    Attributes:
        before, after: what it holds; the same where nothing could be fixed.
        fixed: as they were reported before.
        left: what is reported afterwards.
        remarks: what is to be said of those that were fixed.
    """

    path: str
    before: Content
    after: Content
    fixed: tuple[Violation, ...]
    left: tuple[Left, ...]
    remarks: tuple[tuple[Violation, str], ...] = ()

    @property
    def is_changed(self) -> bool:
        return self.after.data != self.before.data

    def undone(self, reason: str) -> Repair:
        """The same where the file could not be written after all."""
        left = [Left(item.before, item.before, item.reason) for item in self.left]
        left += (Left(violation, violation, reason) for violation in self.fixed)
        left.sort(key=lambda item: item.now.span)
        return Repair(self.path, self.before, self.before, (), tuple(left))


def repaired(
    project: Project,
    opened: Opened,
    terms: Terms,
    progress: Callable[[int, int], None] = lambda done, files: None,
) -> list[Repair]:
    """Fix what can be fixed in some files, all at once.

    Args:
        progress: told after each round how many of the files are done.
    """
    work = _Work(project, opened, terms)
    while work.advance() or work.reconsider():
        progress(len(work.files) - len(work.open), len(work.files))
    work.settle()
    return [work.files[path].repair() for path in sorted(work.files)]


class _File:
    """One file on its way.

    Attributes:
        blocked: why it cannot be written; empty where it can.
        findings: what is found in `content`.
        reasons: fingerprint of a violation in `findings` -> why it is not fixed.
        origins: fingerprint of a violation in `findings` -> the violation as it was reported first.
    """

    def __init__(self, path: str, content: Content, findings: Judgement, terms: Terms, blocked: str) -> None:
        self.path = path
        self.blocked = blocked
        self.content = self.before = content
        self.findings = self._first = findings
        self.reasons: dict[str, str] = {}
        self.by_hand: set[str] = set()
        self.origins = {violation.fingerprint: violation for violation in findings.kept}
        self.fixed: list[Violation] = []
        self.terms = terms
        self.rounds = 0
        self.is_given_up = False
        self.remarks: list[tuple[Violation, str]] = []
        self._believed = findings

    def wanted(self) -> list[Violation]:
        """What may still be fixed."""
        return [
            violation for violation in self.findings.kept
            if self.terms.selected(violation) and violation.fingerprint not in self.reasons
        ]

    def admissible(self, planned: Iterable[Proposal]) -> list[Proposal]:
        """The proposals that may be tried; the others are refused."""
        open_ = {violation.fingerprint for violation in self.wanted()}
        found = []
        for proposal in planned:
            fingerprints = {violation.fingerprint for violation in proposal.violations}
            if not fingerprints or not fingerprints <= open_:
                continue
            open_ -= fingerprints
            if reason := self._why_not(proposal):
                self.refuse(proposal, reason)
                if proposal.fix.safety == "manual":
                    self.by_hand.update(fingerprints)
            else:
                found.append(proposal)
        return found

    def _why_not(self, proposal: Proposal) -> str:
        fix = proposal.fix
        if fix.safety == "manual" or not fix.edits:
            return fix.reason or "it has to be fixed by hand"
        if fix.safety == "unsafe" and not self.terms.unsafe:
            return f"its fix is unsafe{f' ({fix.reason})' if fix.reason else ''}: --unsafe-fixes makes it"
        return self.blocked

    def refuse(self, proposal: Proposal, reason: str) -> None:
        self.reasons.update((violation.fingerprint, reason) for violation in proposal.violations)

    def take(self, change: Change, made: Sequence[Proposal], findings: Judgement) -> None:
        """Go on from what a change has made of the file."""
        settled = [violation for proposal in made for violation in proposal.violations]
        self.fixed += (self.origins[violation.fingerprint] for violation in settled)
        for proposal in made:
            if proposal.fix.reason:
                self.remarks += ((self.origins[item.fingerprint], proposal.fix.reason) for item in proposal.violations)
        left = {violation.fingerprint for violation in self.findings.kept} - {item.fingerprint for item in settled}
        former = [violation for violation in self.findings.kept if violation.fingerprint in left]
        same = _pairs(change, former, findings.kept)
        self.fixed += (self.origins[fingerprint] for fingerprint in left - set(same.values()))
        reasons = {old: reason for old, reason in self.reasons.items() if old not in self.by_hand}
        self.reasons = {new: reasons[old] for new, old in same.items() if old in reasons}
        known = {new: self.origins[old] for new, old in same.items()}
        self.origins = {item.fingerprint: known.get(item.fingerprint, item) for item in findings.kept}
        self.by_hand = set()
        self.content, self.findings, self._believed = change.after, findings, findings

    def refresh(self, findings: Judgement) -> bool:
        """Go on from what is found now that other files have changed; False where that is what was known.

        What is gone was settled elsewhere, and what was refused may be possible now.
        """
        if findings == self.findings:
            return False
        known = _Known(self.findings.kept)
        same = {violation.fingerprint: known.taken(violation) for violation in findings.kept}
        self.fixed += (self.origins[violation.fingerprint] for violation in known.left)
        self.origins = {
            violation.fingerprint: violation if old is None else self.origins[old.fingerprint]
            for violation in findings.kept for old in [same[violation.fingerprint]]
        }
        self.findings = findings
        self.forget_refusals()
        return True

    def forget_refusals(self) -> None:
        if not self.is_given_up:
            self.reasons, self.by_hand = {}, set()

    def is_as_believed(self, now: Judgement) -> bool:
        """Whether nothing has come that was not there when the last change was made."""
        known = _Known(self._believed.found)
        return not self.is_changed or all(
            known.taken(violation) is not None for violation in lasting(now.found) if violation.rule != UNUSED
        )

    @property
    def is_changed(self) -> bool:
        return self.content is not self.before

    def give_up(self, reason: str) -> None:
        """Leave the file as it was."""
        self.is_given_up = True
        self.content, self.findings, self.fixed = self.before, self._first, []
        self._believed, self.remarks = self._first, []
        self.origins = {violation.fingerprint: violation for violation in self.findings.kept}
        self.reasons = {violation.fingerprint: reason for violation in filter(self.terms.selected, self.findings.kept)}

    def repair(self) -> Repair:
        left = tuple(
            Left(violation, self.origins[violation.fingerprint], self.reasons.get(violation.fingerprint, ""))
            for violation in filter(self.terms.selected, self.findings.kept)
        )
        fixed = tuple(sorted(self.fixed, key=lambda violation: violation.span))
        return Repair(self.path, self.before, self.content, fixed, left, tuple(self.remarks))


class _Work:
    """All files on their way.

    Attributes:
        open: paths of those that are not done.
    """

    def __init__(self, project: Project, opened: Opened, terms: Terms) -> None:
        self._project = project
        self._terms = terms
        self._texts = {path: opened.contents[path].text for path in opened.young}
        self._draft = project.draft(self._texts)
        self.files = {
            path: _File(path, content, self._draft.judgement(path), terms, opened.blocked.get(path, ""))
            for path, content in opened.contents.items()
        }
        self.open = set(self.files)
        self._has_changed = False

    def reconsider(self) -> bool:
        """Open all files again if anything has changed since: what was refused may be possible now."""
        if self._has_changed:
            self._has_changed = False
            self.open = {path for path, file in self.files.items() if not file.is_given_up}
            for path in self.open:
                self.files[path].forget_refusals()
        return bool(self.open)

    def advance(self) -> bool:
        """Make one pass over the files that are not done; False where nothing was to be done."""
        tries = {path: self._to_try(self.files[path]) for path in sorted(self.open)}
        tries = {path: found for path, found in tries.items() if found}
        self.open = set(tries)
        if tries:
            self._make(tries)
        return bool(tries)

    def _to_try(self, file: _File) -> list[Proposal]:
        if not file.is_given_up:
            file.refresh(self._draft.judgement(file.path))
        wanted = file.wanted()
        if not wanted:
            return []
        page = page_of(self._draft, file.path, file.content.text)
        found = compatible(file.admissible(proposals(page, wanted, self._terms.planners)))
        file.rounds += 1
        if found and file.rounds > self._terms.rounds:
            file.give_up(f"more than {self._terms.rounds} passes would be needed")
            self._adopt(self._with({file.path: file.content.text}))
            return []
        return found

    def _make(self, tries: Mapping[str, Sequence[Proposal]]) -> None:
        """Make everything at once, and look more closely only where something can be said against that."""
        changes = {path: change for path, found in tries.items() if (change := self._tried(path, found))}
        after = self._with({path: change.after.text for path, change in changes.items()})
        while spoilt := [path for path in changes if self._is_spoilt(path, tries[path], after)]:
            changes = {path: change for path, change in changes.items() if path not in spoilt}
            after = self._with({path: change.after.text for path, change in changes.items()})
        for path, change in changes.items():
            self.files[path].take(change, tries[path], after.judgement(path))
        self._adopt(after)
        for path in sorted(set(tries) - set(changes)):
            if not self.files[path].refresh(self._draft.judgement(path)):
                self._sift(self.files[path], tries[path])

    def _is_spoilt(self, path: str, found: Sequence[Proposal], after: Draft) -> bool:
        return bool(objection_in_project(path, found, self.files[path].findings, self._draft, after))

    def _tried(self, path: str, found: Sequence[Proposal]) -> Change | None:
        """The change that proposals make, as far as the text alone says nothing against it."""
        try:
            change = changed(self.files[path].content, [edit for proposal in found for edit in proposal.fix.edits])
        except Refused:
            return None
        return None if self._objection_to_text(path, change) else change

    def _sift(self, file: _File, found: Sequence[Proposal]) -> None:
        """Make those of the proposals against which nothing can be said."""
        good, bad = sifted(found, lambda group: self._objection(file, group))
        for proposal, reason in bad:
            if not proposal.is_divisible or len(proposal.violations) == 1:
                file.refuse(proposal, reason)
            elif not good:
                self._divide(file, proposal, reason)
        if good:
            change = changed(file.content, [edit for proposal in good for edit in proposal.fix.edits])
            self._adopt(self._with({file.path: change.after.text}))
            file.take(change, good, self._draft.judgement(file.path))

    def _divide(self, file: _File, proposal: Proposal, reason: str) -> None:
        """Refuse those violations of a proposal alone that spoil it: the next round plans for the others."""
        _, bad = sifted(proposal.violations, lambda group: self._objection_to_settling(file, group))
        for violation, problem in bad:
            file.refuse(Proposal((violation,), proposal.fix), problem)
        if not bad:
            file.refuse(proposal, reason)

    def _objection_to_settling(self, file: _File, violations: Sequence[Violation]) -> str:
        """What can be said against settling some violations by what is planned for them alone."""
        page = page_of(self._draft, file.path, file.content.text)
        found = proposals(page, violations, self._terms.planners)
        manual = next((proposal.fix.reason for proposal in found if not proposal.fix.edits), "")
        return manual or self._objection(file, found)

    def _objection(self, file: _File, group: Sequence[Proposal]) -> str:
        try:
            change = changed(file.content, [edit for proposal in group for edit in proposal.fix.edits])
        except Refused as refusal:
            return refusal.reason
        if problem := self._objection_to_text(file.path, change):
            return problem
        after = self._with({file.path: change.after.text})
        return objection_in_project(file.path, group, file.findings, self._draft, after)

    def _objection_to_text(self, path: str, change: Change) -> str:
        return objection_to_text(change, self._project.drafted(path, change.after.text))

    def _with(self, texts: Mapping[str, str]) -> Draft:
        return self._project.draft({**self._texts, **texts}, self._draft)

    def _adopt(self, draft: Draft) -> None:
        self._has_changed = self._has_changed or draft.texts != self._texts
        self._texts, self._draft = dict(draft.texts), draft

    def settle(self) -> None:
        """See to it that every file is as it was when it was believed, after all that was done to others since."""
        while unsettled := [file for file in self.files.values() if file.rounds and not self._is_settled(file)]:
            for file in unsettled:
                file.give_up("what was done to other files has brought new findings here")
            self._adopt(self._with({file.path: file.content.text for file in unsettled}))

    def _is_settled(self, file: _File) -> bool:
        return file.is_as_believed(self._draft.judgement(file.path))


class _Known:
    """Violations of a text that has not changed, each to be found again once: at its place, or by what it is about.

    Attributes:
        left: those that were not found again.
    """

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.left = list(violations)

    def taken(self, violation: Violation) -> Violation | None:
        """The one that this one was; None where there was none."""
        same = [item for item in self.left if ground(item) == ground(violation)]
        here = [item for item in self.left if item.span == violation.span and item.rule == violation.rule]
        found = next((item for item in (*(item for item in same if item in here), *here, *same)), None)
        if found is not None:
            self.left.remove(found)
        return found


def _pairs(change: Change, former: Iterable[Violation], now: Iterable[Violation]) -> dict[str, str]:
    """Fingerprint of a violation in the new text -> the fingerprint that the same one had before.

    Those of one ground are told apart by their places, as far as these tell. What has none was brought to light, or is
    a suppression that holds nothing back any more.
    """
    before, after = change.before.ranges(), change.after.ranges()
    waiting: dict[object, list[tuple[int, str]]] = {}
    for violation in former:
        place = change.moved(_start(before, violation))
        waiting.setdefault(ground(violation), []).append((place, violation.fingerprint))
    found = {}
    for violation in now:
        if not waiting.get(ground(violation)):
            continue
        start = _start(after, violation)
        nearest = min(waiting[ground(violation)], key=lambda item: abs(item[0] - start))
        waiting[ground(violation)].remove(nearest)
        found[violation.fingerprint] = nearest[1]
    return found


def _start(ranges: Ranges, violation: Violation) -> int:
    return ranges.offset(violation.span.line, violation.span.column)

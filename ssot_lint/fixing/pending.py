"""One file on its way through the rounds of a fix: what is found in it, what was refused, and what was settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from ssot_lint.fixing.content import Change, Content
from ssot_lint.fixing.net import ground, lasting
from ssot_lint.fixing.planning import Planner, with_fix
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.fixing.ranges import Ranges
from ssot_lint.manifest import Judgement
from ssot_lint.model.violation import Fix, Violation
from ssot_lint.suppress.unused import UNUSED


ROUNDS = 100
_BY_THE_WAY = Fix("safe", (), "it went with what was done about others")


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
        fix = Fix("manual", (), reason)
        left = [Left(with_fix(item.before, item.now.fix), item.before, item.reason) for item in self.left]
        left += (Left(with_fix(violation, fix), violation, reason) for violation in self.fixed)
        left.sort(key=lambda item: item.now.span)
        return Repair(self.path, self.before, self.before, (), tuple(left))


class Pending:
    """One file on its way.

    Attributes:
        blocked: why it cannot be written; empty where it can.
        findings: what is found in `content`.
        reasons: fingerprint of a violation in `findings` -> why it is not fixed.
        origins: fingerprint of a violation in `findings` -> the violation as it was reported first.
        mild: fingerprints of violations that are to be settled by the milder one of two changes.
    """

    def __init__(self, path: str, content: Content, findings: Judgement, terms: Terms, blocked: str) -> None:
        self.path = path
        self.blocked = blocked
        self.content = self.before = content
        self.findings = self._first = findings
        self.reasons: dict[str, str] = {}
        self.by_hand: set[str] = set()
        self.mild: set[str] = set()
        self.origins = {violation.fingerprint: violation for violation in findings.kept}
        self.fixed: list[Violation] = []
        self.terms = terms
        self.rounds = 0
        self.is_given_up = False
        self.remarks: list[tuple[Violation, str]] = []
        self._believed = findings
        self._refused: dict[str, Fix] = {}

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
        for proposal in map(self._milder, planned):
            fingerprints = proposal.fingerprints
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

    def _milder(self, proposal: Proposal) -> Proposal:
        return proposal if proposal.milder is None or self.mild.isdisjoint(proposal.fingerprints) else proposal.milder

    def _why_not(self, proposal: Proposal) -> str:
        fix = proposal.fix
        if fix.safety == "manual" or not fix.edits:
            return fix.reason or "it has to be fixed by hand"
        if fix.safety == "unsafe" and not self.terms.unsafe:
            return f"its fix is unsafe{f' ({fix.reason})' if fix.reason else ''}: --unsafe-fixes makes it"
        return self.blocked

    def refuse(self, proposal: Proposal, reason: str) -> None:
        is_unsafe = proposal.fix.safety == "unsafe" and proposal.fix.edits
        fix = Fix("unsafe" if is_unsafe else "manual", (), reason)
        for violation in proposal.violations:
            self.reasons[violation.fingerprint] = reason
            self._refused[violation.fingerprint] = fix

    def take(self, change: Change, made: Sequence[Proposal], findings: Judgement) -> None:
        """Go on from what a change has made of the file."""
        made = [proposal for proposal in made if not proposal.is_partial]
        settled = [violation for proposal in made for violation in proposal.violations]
        for proposal in made:
            found = [self._as_fixed(item, proposal.fix) for item in proposal.violations]
            self.fixed += found
            self.remarks += ((item, proposal.fix.reason) for item in found if proposal.fix.reason)
        left = {violation.fingerprint for violation in self.findings.kept} - {item.fingerprint for item in settled}
        former = [violation for violation in self.findings.kept if violation.fingerprint in left]
        same = _pairs(change, former, findings.kept)
        gone = (violation for violation in former if violation.fingerprint not in set(same.values()))
        self.fixed += (self._as_fixed(violation, _BY_THE_WAY) for violation in gone)
        reasons = {old: reason for old, reason in self.reasons.items() if old not in self.by_hand}
        self.reasons = {new: reasons[old] for new, old in same.items() if old in reasons}
        self.mild = {new for new, old in same.items() if old in self.mild}
        known = {new: self.origins[old] for new, old in same.items()}
        self.origins = {item.fingerprint: known.get(item.fingerprint, item) for item in findings.kept}
        self.by_hand = set()
        self.content, self.findings, self._believed = change.after, findings, findings

    def _as_fixed(self, violation: Violation, fix: Fix) -> Violation:
        """A violation as it was reported first, with what was done; with the places of the text that was read."""
        known = fix if not self.is_changed else msgspec.structs.replace(fix, edits=())
        return msgspec.structs.replace(self.origins[violation.fingerprint], fix=known)

    def refresh(self, findings: Judgement) -> bool:
        """Go on from what is found now that other files have changed; False where that is what was known.

        What is gone was settled elsewhere, and what was refused may be possible now.
        """
        if findings == self.findings:
            return False
        known = _Known(self.findings.kept)
        same = {violation.fingerprint: known.taken(violation) for violation in findings.kept}
        self.fixed += (self._as_fixed(violation, _BY_THE_WAY) for violation in known.left)
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
        left = tuple(map(self._left, filter(self.terms.selected, self.findings.kept)))
        fixed = tuple(sorted(self.fixed, key=lambda violation: violation.span))
        return Repair(self.path, self.before, self.content, fixed, left, tuple(self.remarks))

    def _left(self, violation: Violation) -> Left:
        reason = self.reasons.get(violation.fingerprint, "")
        known = self._refused.get(violation.fingerprint)
        fix = known if known and known.reason == reason else Fix("manual", (), reason) if reason else None
        return Left(with_fix(violation, fix), self.origins[violation.fingerprint], reason)


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

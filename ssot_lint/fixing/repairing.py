"""Fixes files in memory, in rounds, until nothing is left that can be fixed; nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ssot_lint.engine import Draft, Project
from ssot_lint.fixing.choosing import compatible, sifted_together
from ssot_lint.fixing.content import Change, Refused, changed
from ssot_lint.fixing.net import objection_in_project, objection_to_text
from ssot_lint.fixing.opening import Opened
from ssot_lint.fixing.pending import Pending, Repair, Terms
from ssot_lint.fixing.planning import page_of, proposals
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.model.source import SourceFile
from ssot_lint.model.violation import Violation

_FEW = 8
"""Files that are looked at more closely one by one; more of them are looked at together."""


def repaired(
    project: Project,
    opened: Opened,
    terms: Terms,
    progress: Callable[[int, int], None] = lambda done, files: None,
    asked: Callable[[SourceFile], bool] = lambda file: True,
) -> list[Repair]:
    """Fix what can be fixed in some files, all at once.

    Args:
        opened: the files; those are added in which the fixes bring something to light.
        progress: told after each round how many of the files are done.
        asked: whether a file is to be spoken of.
    """
    work = _Work(project, opened, terms)
    is_begun = True
    while is_begun:
        while work.advance() or work.reconsider():
            progress(len(work.files) - len(work.open), len(work.files))
        work.settle()
        is_begun = work.widen(asked)
    return [work.files[path].repair() for path in sorted(work.files)]


class _Work:
    """All files on their way.

    Attributes:
        open: paths of those that are not done.
    """

    def __init__(self, project: Project, opened: Opened, terms: Terms) -> None:
        self._project = project
        self._terms = terms
        self._opened = opened
        self._texts = {path: opened.contents[path].text for path in opened.young}
        self._draft = self._last = project.draft(self._texts)
        self.files = {path: self._pending(path) for path in opened.contents}
        self.open = set(self.files)
        self._has_changed = False

    def _pending(self, path: str) -> Pending:
        opened = self._opened
        blocked = opened.blocked.get(path, "")
        return Pending(path, opened.contents[path], self._draft.judgement(path), self._terms, blocked)

    def widen(self, asked: Callable[[SourceFile], bool]) -> bool:
        """Take in the files in which something is found only now that others have changed; whether there are any."""
        stirred = self._project.stirred(self._draft, asked) if self._draft.texts else ()
        found = [
            path for path in stirred if path not in self.files
            and any(map(self._terms.selected, self._draft.judgement(path).kept)) and self._opened.read(path)
        ]
        young = {path: self._opened.contents[path].text for path in found if path in self._opened.young}
        if young:
            self._adopt(self._drafted(young))
        self.files.update((path, self._pending(path)) for path in found)
        self.open.update(found)
        return bool(found)

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

    def _to_try(self, file: Pending) -> list[Proposal]:
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
            self._adopt(self._drafted({file.path: file.content.text}))
            return []
        return found

    def _make(self, tries: Mapping[str, Sequence[Proposal]]) -> None:
        """Make everything at once, and look more closely only where something can be said against that."""
        left = self._make_at_once(tries)
        for paths in [left] if len(left) > _FEW else [[path] for path in left]:
            self._sift({path: tries[path] for path in paths if not self._is_other_now(path)})

    def _make_at_once(self, tries: Mapping[str, Sequence[Proposal]]) -> list[str]:
        """Make the proposals for all files against which nothing can be said; gives the paths of the others."""
        changes, _ = self._changes(tries)
        after = self._with(changes)
        while spoilt := {path for path in changes if self._objection(path, tries[path], after)}:
            changes = {path: change for path, change in changes.items() if path not in spoilt}
            after = self._with(changes)
        for path, change in changes.items():
            self.files[path].take(change, tries[path], after.judgement(path))
        self._adopt(after)
        return [path for path in sorted(tries) if path not in changes]

    def _is_other_now(self, path: str) -> bool:
        return self.files[path].refresh(self._draft.judgement(path))

    def _sift(self, tries: Mapping[str, Sequence[Proposal]]) -> None:
        """Make those of the proposals against which nothing can be said.

        What is tried in one of several files may speak against another one, where they have to do with each other.
        What comes of it is made only where nothing can be said against it afterwards.
        """
        sifted = sifted_together(tries, self._objections)
        divisible: dict[str, list[tuple[Proposal, str]]] = {}
        for path, (good, bad) in sifted.items():
            for proposal, reason in bad:
                if proposal.milder is not None:
                    self.files[path].mild.update(proposal.fingerprints)
                elif not proposal.is_divisible or len(proposal.violations) == 1:
                    self.files[path].refuse(proposal, reason)
                elif not good:
                    divisible.setdefault(path, []).append((proposal, reason))
        self._divide(divisible)
        fit = {path: good for path, (good, _) in sifted.items() if good}
        for path in self._make_at_once(fit):
            if not self._is_other_now(path) and len(tries) > 1:
                self._sift({path: fit[path]})

    def _divide(self, found: Mapping[str, list[tuple[Proposal, str]]]) -> None:
        """Refuse those violations of proposals alone that spoil them: the next round plans for the others."""
        while first := {path: waiting.pop(0) for path, waiting in found.items() if waiting}:
            violations = {path: proposal.violations for path, (proposal, _) in first.items()}
            for path, (_, bad) in sifted_together(violations, self._objections_to_settling).items():
                file, (proposal, reason) = self.files[path], first[path]
                for violation, problem in bad:
                    file.refuse(Proposal((violation,), proposal.fix), problem)
                if not bad:
                    file.refuse(proposal, reason)

    def _objections_to_settling(self, groups: Mapping[str, Sequence[Violation]]) -> dict[str, str]:
        """What can be said against settling some violations by what is planned for them alone."""
        planned: dict[str, Sequence[Proposal]] = {}
        problems: dict[str, str] = {}
        for path, violations in groups.items():
            page = page_of(self._draft, path, self.files[path].content.text)
            planned[path] = proposals(page, violations, self._terms.planners)
            problems[path] = next((proposal.fix.reason for proposal in planned[path] if not proposal.fix.edits), "")
        return problems | self._objections({path: found for path, found in planned.items() if not problems[path]})

    def _objections(self, groups: Mapping[str, Sequence[Proposal]]) -> dict[str, str]:
        """What can be said against proposals for some files, all made at once."""
        changes, problems = self._changes(groups)
        after = self._with(changes)
        return problems | {path: self._objection(path, groups[path], after) for path in changes}

    def _objection(self, path: str, found: Sequence[Proposal], after: Draft) -> str:
        return objection_in_project(path, found, self.files[path].findings, self._draft, after)

    def _changes(self, groups: Mapping[str, Sequence[Proposal]]) -> tuple[dict[str, Change], dict[str, str]]:
        """The changes that proposals make, and what the text alone says against the others."""
        changes, problems = {}, {}
        for path, group in groups.items():
            try:
                change = changed(self.files[path].content, [edit for proposal in group for edit in proposal.fix.edits])
                problem = objection_to_text(change, self._project.drafted(path, change.after.text))
            except Refused as refusal:
                problem = refusal.reason
            if problem:
                problems[path] = problem
            else:
                changes[path] = change
        return changes, problems

    def _with(self, changes: Mapping[str, Change]) -> Draft:
        return self._drafted({path: change.after.text for path, change in changes.items()})

    def _drafted(self, texts: Mapping[str, str]) -> Draft:
        """The project with some files changed; the one that was asked for last is kept."""
        texts = {**self._texts, **texts}
        if self._last.texts != texts:
            self._last = self._project.draft(texts, self._draft)
        return self._last

    def _adopt(self, draft: Draft) -> None:
        self._has_changed = self._has_changed or draft.texts != self._texts
        self._texts, self._draft = dict(draft.texts), draft

    def settle(self) -> None:
        """See to it that every file is as it was when it was believed, after all that was done to others since."""
        while unsettled := [file for file in self.files.values() if file.rounds and not self._is_settled(file)]:
            for file in unsettled:
                file.give_up("what was done to other files has brought new findings here")
            self._adopt(self._drafted({file.path: file.content.text for file in unsettled}))

    def _is_settled(self, file: Pending) -> bool:
        return file.is_as_believed(self._draft.judgement(file.path))

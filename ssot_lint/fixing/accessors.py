"""Plans for imported names whose calls give way to expressions: the calls are replaced, and then the import goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ssot_lint.facts.sheet import Sheet as Code
from ssot_lint.fixing.calls import InlinedCall, inlined
from ssot_lint.fixing.dropping import doubt_about_dropping
from ssot_lint.fixing.imports import ImportEditor
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.task import Refusal, reason_of
from ssot_lint.model.facts import Call
from ssot_lint.model.remedy import Inlining, Replacing
from ssot_lint.model.violation import Edit, Fix, Violation

_TOO_HARD = "the code around it cannot be taken apart"


class _Try(msgspec.Struct, frozen=True):
    """What can be done about one call.

    Attributes:
        reason: why it stays; empty where it need not.
        doubt: why it may not be the same.
        edits: those that replace it, without any of imports.
    """

    call: Call
    inlining: Inlining
    reason: str = ""
    doubt: str = ""
    edits: tuple[Edit, ...] = ()

    def touches(self, other: _Try) -> bool:
        """Whether the two need the same place, as a call in another one's arguments does."""
        return any(_meet(one, two) for one in self.edits for two in other.edits)


def proposals(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
    """What becomes of the imports with a `Replacing` for a remedy; one proposal for each."""
    return [
        _Replacement(page, violation, violation.remedy).proposal()
        for violation in violations if isinstance(violation.remedy, Replacing)
    ]


class _Replacement:
    """The calls of one imported name."""

    def __init__(self, page: Page, violation: Violation, remedy: Replacing) -> None:
        self._page = page
        self._violation = violation
        self._remedy = remedy
        self._fact = page.module.facts.imports[remedy.place]

    def proposal(self) -> Proposal:
        if self._remedy.reason:
            return self._refused(self._remedy.reason)
        try:
            tries = list(self._tries())
        except SyntaxError:
            return self._refused("the file cannot be parsed")
        left = sorted([*self._remedy.left, *((item.call.line, item.reason) for item in tries if item.reason)])
        reasons = reason_of(*(f"in line {line}: {reason}" for line, reason in left))
        chosen = _compatible(tries)
        if not chosen:
            return self._refused(reasons)
        return self._made(chosen, not left and len(chosen) == len(tries), reasons)

    def _refused(self, reason: str) -> Proposal:
        return Proposal((self._violation,), Fix("manual", reason=reason))

    def _tries(self) -> Iterator[_Try]:
        code = Code(self._page.text)
        for inlining in self._remedy.calls:
            call = self._page.module.expression(inlining.place)
            assert isinstance(call, Call)
            yield self._tried(code, call, inlining)

    def _tried(self, code: Code, call: Call, inlining: Inlining) -> _Try:
        if inlining.reason:
            return _Try(call, inlining, inlining.reason)
        importer = ImportEditor(self._page)
        try:
            made = self._inlined(code, call, inlining)
            edits = made.edits(importer)
        except Refusal as refusal:
            return _Try(call, inlining, str(refusal))
        except (SyntaxError, RecursionError):
            return _Try(call, inlining, _TOO_HARD)
        return _Try(call, inlining, "", reason_of(made.doubt, importer.doubt), edits)

    def _inlined(self, code: Code, call: Call, inlining: Inlining) -> InlinedCall:
        truth = self._page.knowledge.catalogue.truth(inlining.truth)
        assert truth is not None
        return inlined(self._page, code, call, truth, inlining)

    def _made(self, chosen: Sequence[_Try], is_whole: bool, reasons: str) -> Proposal:
        """The calls replaced; the import goes with the last of them."""
        manuscript = Manuscript(self._page)
        sheet = Sheet(manuscript)
        importer = ImportEditor(self._page, sheet, manuscript)
        code = Code(self._page.text)
        edits: list[Edit] = []
        for item in chosen:
            edits += self._inlined(code, item.call, item.inlining).edits(importer)
        doubts = [item.doubt for item in chosen]
        if is_whole:
            try:
                _drop(manuscript, sheet, self._remedy)
                doubts.append(self._doubt_about_dropping(manuscript, chosen[0].inlining))
            except Refusal as refusal:
                is_whole, reasons = False, str(refusal)
        edits = sorted((*edits, *importer.edits()), key=lambda edit: edit.span)
        doubt = reason_of(*doubts, importer.doubt)
        fix = Fix("unsafe" if doubt else "safe", tuple(edits), doubt if is_whole else reason_of(doubt, reasons))
        unbinds = (self._fact.alias or self._fact.name,) if is_whole else ()
        return Proposal((self._violation,), fix, unbinds, is_partial=not is_whole)

    def _doubt_about_dropping(self, manuscript: Manuscript, inlining: Inlining) -> str:
        truth = self._page.knowledge.catalogue.truth(inlining.truth)
        old, new = self._page.module.absolute(self._fact), truth.canonical.module if truth else ""
        return doubt_about_dropping(manuscript.index, self._page.module, self._fact, old, new)


def _compatible(tries: Sequence[_Try]) -> list[_Try]:
    """Those that can be made at once, without a doubt where there are any: inner calls before the ones around them."""
    open_ = [item for item in tries if not item.reason]
    sure = [item for item in open_ if not item.doubt]
    chosen: list[_Try] = []
    for item in sorted(sure or open_, key=lambda item: item.inlining.place):
        if not any(map(item.touches, chosen)):
            chosen.append(item)
    return chosen


def _meet(one: Edit, other: Edit) -> bool:
    return _start(one) <= _end(other) and _start(other) <= _end(one)


def _start(edit: Edit) -> tuple[int, int]:
    return edit.span.line, edit.span.column


def _end(edit: Edit) -> tuple[int, int]:
    return edit.span.end_line, edit.span.end_column


def _drop(manuscript: Manuscript, sheet: Sheet, remedy: Replacing) -> None:
    statement, position = manuscript.home(manuscript.facts.imports[remedy.place])
    if manuscript.attempt_of(statement) is not None:
        raise Refusal("its import stands in a `try`: what that is for is to be seen by hand")
    draft = sheet.draft(statement)
    if len(draft.items) == 1:
        sheet.remove(statement)
    else:
        sheet.put(statement, draft.without(position))

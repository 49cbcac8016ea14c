"""Plans for imported names whose calls all give way to expressions: the calls are replaced, and the import goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssot_lint.facts.sheet import Sheet as Code
from ssot_lint.fixing.calls import InlinedCall, inlined
from ssot_lint.fixing.imports import ImportEditor
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.task import Refusal, reason_of
from ssot_lint.model.facts import Call
from ssot_lint.model.remedy import Replacing
from ssot_lint.model.violation import Edit, Fix, Violation

_NESTED = "its calls stand in one another, or need the same place: take them apart"


def proposals(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
    """What becomes of the imports with a `Replacing` for a remedy; one proposal for each."""
    return [
        Proposal((violation,), _fix(page, violation.remedy), _unbound(page, violation.remedy))
        for violation in violations if isinstance(violation.remedy, Replacing)
    ]


def _unbound(page: Page, remedy: Replacing) -> tuple[str, ...]:
    fact = page.module.facts.imports[remedy.place]
    return (fact.alias or fact.name,)


def _fix(page: Page, remedy: Replacing) -> Fix:
    if remedy.reason:
        return Fix("manual", reason=remedy.reason)
    manuscript = Manuscript(page)
    sheet = Sheet(manuscript)
    importer = ImportEditor(page, sheet, manuscript)
    try:
        calls = [*_replaced(page, remedy)]
        edits = [edit for call in calls for edit in call.edits(importer)]
        _drop(manuscript, sheet, remedy)
    except Refusal as refusal:
        return Fix("manual", reason=str(refusal))
    except (SyntaxError, RecursionError):
        return Fix("manual", reason="the code around its calls cannot be taken apart")
    edits = sorted((*edits, *importer.edits()), key=lambda edit: edit.span)
    if any(_ends_behind(one, other) for one, other in zip(edits, edits[1:])):
        return Fix("manual", reason=_NESTED)
    doubt = reason_of(*(call.doubt for call in calls), importer.doubt)
    return Fix("unsafe" if doubt else "safe", tuple(edits), doubt)


def _replaced(page: Page, remedy: Replacing) -> Iterator[InlinedCall]:
    code = Code(page.text)
    for inlining in remedy.calls:
        truth = page.knowledge.catalogue.truth(inlining.truth)
        call = page.module.expression(inlining.place)
        assert truth is not None and isinstance(call, Call)
        yield inlined(page, code, call, truth, inlining)


def _drop(manuscript: Manuscript, sheet: Sheet, remedy: Replacing) -> None:
    statement, position = manuscript.home(manuscript.facts.imports[remedy.place])
    if manuscript.attempt_of(statement) is not None:
        raise Refusal("its import stands in a `try`: what that is for is to be seen by hand")
    draft = sheet.draft(statement)
    if len(draft.items) == 1:
        sheet.remove(statement)
    else:
        sheet.put(statement, draft.without(position))


def _ends_behind(one: Edit, other: Edit) -> bool:
    """Whether an edit reaches into the next one."""
    return (one.span.end_line, one.span.end_column) > (other.span.line, other.span.column)

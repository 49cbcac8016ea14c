"""Plans for literals that are constants spelled out again: each gives way to the constant's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ssot_lint.fixing.imports import ImportEditor
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.task import Refusal, reason_of
from ssot_lint.fixing.uses import Uses
from ssot_lint.model.facts import Text
from ssot_lint.model.policy import ObjectPath
from ssot_lint.model.remedy import Naming
from ssot_lint.model.violation import Fix, Violation

_WORD = re.compile(r"\w")
_REMARK = "a string that only happens to be the same is taken for the constant"


def proposals(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
    """What becomes of literals with a `Naming` for a remedy: one proposal for all that are one constant."""
    groups: dict[ObjectPath, list[tuple[Violation, Naming]]] = {}
    found = []
    for violation in violations:
        remedy = violation.remedy
        if isinstance(remedy, Naming) and remedy.reason:
            found.append(Proposal((violation,), Fix("manual", reason=remedy.reason)))
        elif isinstance(remedy, Naming):
            groups.setdefault(remedy.path, []).append((violation, remedy))
    if groups:
        manuscript = Manuscript(page)
        found += (proposal for group in groups.values() for proposal in _planned(page, manuscript, group))
    return found


def _planned(page: Page, manuscript: Manuscript, group: list[tuple[Violation, Naming]]) -> list[Proposal]:
    sheet, uses = Sheet(manuscript), Uses(manuscript)
    importer = ImportEditor(page, sheet, manuscript)
    settled: list[Violation] = []
    found = []
    for violation, remedy in group:
        try:
            _name(manuscript, sheet, uses, importer, remedy)
            settled.append(violation)
        except Refusal as refusal:
            found.append(Proposal((violation,), Fix("manual", reason=str(refusal))))
    if settled:
        remark = reason_of(_REMARK, importer.doubt)
        found.append(Proposal(tuple(settled), Fix("unsafe", importer.edits(), remark), is_divisible=True))
    return found


def _name(manuscript: Manuscript, sheet: Sheet, uses: Uses, importer: ImportEditor, remedy: Naming) -> None:
    """Put the name in the place of a literal.

    Raises:
        Refusal: it cannot be done there.
    """
    text = manuscript.module.expression(remedy.place)
    assert isinstance(text, Text)
    uses.text_span(remedy.place)
    lines = manuscript.lines
    start, end = lines.offset(text.line, text.column), lines.offset(text.end_line, text.end_column)
    local = importer.local(remedy.path, remedy.place)
    if local is None:
        raise Refusal(f"`{remedy.path}` cannot be used there: its name means something else")
    before, after = manuscript.text[:start][-1:], manuscript.text[end:end + 1]
    sheet.replace(start, end, _set_apart(before, local + remedy.tail, after))


def _set_apart(before: str, name: str, after: str) -> str:
    """A name that does not run together with what it stands beside: `return"x"if y else z`."""
    return " " * bool(_WORD.match(before)) + name + " " * bool(_WORD.match(after))

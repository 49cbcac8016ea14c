"""Makes the edits of proposals, for tests: in rounds, no two that touch at once, with nothing to catch a mistake."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from ssot_lint.config import find, load
from ssot_lint.engine import Project
from ssot_lint.facts.layout import Lines
from ssot_lint.fixing import constants
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.fixing.relocations import proposals
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Edit, Violation
from ssot_lint.rules.judging import knowledge_of
from ssot_lint.rules.suspicion import EVERYTHING

ROUNDS = 10


class Outcome(msgspec.Struct):
    """What became of one file.

    Attributes:
        made: the proposals whose edits were made.
        refused: those without edits, in the last round.
        left: the violations of the last round.
    """

    text: str
    made: list[Proposal]
    refused: list[Proposal]
    left: list[Violation]


def project_at(root: Path, texts: dict[str, str]) -> Project:
    """The project with other texts for some of its files."""
    configuration = find(str(root))
    assert configuration is not None
    overlay = {path: text.encode("utf-8") for path, text in texts.items()}
    return Project(str(root), load(configuration), jobs=1, overlay=overlay)


def page_of(project: Project, path: str, text: str) -> Page:
    modules = project._ground.modules
    knowledge = knowledge_of(project.policy, modules, EVERYTHING, lambda module: project._ground.text(module.file))
    return Page(modules.by_path[path], knowledge, text)


def fixed(root: Path, path: str, *, rename: bool = False, unsafe: bool = True) -> Outcome:
    """Fix one file of a project, and leave the others alone."""
    text = (root / path).read_bytes().decode("utf-8").removeprefix("\ufeff")
    made: list[Proposal] = []
    for _ in range(ROUNDS):
        project = project_at(root, {path: text})
        found = [item for item in project.check().violations if item.path == path]
        page = page_of(project, path, text)
        planned = [*proposals(page, found, rename=rename), *constants.proposals(page, found)]
        _require_each_once(planned)
        refused = [item for item in planned if not item.fix.edits]
        chosen = compatible(item for item in planned if item.fix.edits and (unsafe or item.fix.safety == "safe"))
        if not chosen:
            return Outcome(text, made, refused, found)
        made += chosen
        text = applied(text, [edit for item in chosen for edit in item.fix.edits])
    raise AssertionError("the rounds never end")


def _require_each_once(planned: Iterable[Proposal]) -> None:
    seen: set[str] = set()
    for item in planned:
        assert item.violations
        assert (item.fix.safety == "manual") == (not item.fix.edits), item
        assert item.fix.safety != "manual" or item.fix.reason, item
        for violation in item.violations:
            assert violation.fingerprint not in seen, violation
            seen.add(violation.fingerprint)


def compatible(planned: Iterable[Proposal]) -> list[Proposal]:
    """The first proposals that do not touch each other, nor have to wait for another one."""
    taken: list[Span] = []
    chosen = []
    found = list(planned)
    open_ = {violation.fingerprint for item in found for violation in item.violations}
    for item in (item for item in found if item.behind.isdisjoint(open_)):
        spans = [edit.span for edit in item.fix.edits]
        if not any(_touch(span, other) for span in spans for other in taken):
            chosen.append(item)
            taken += spans
    return chosen


def _touch(one: Span, other: Span) -> bool:
    return (one.line, one.column) <= (other.end_line, other.end_column) and (
        (other.line, other.column) <= (one.end_line, one.end_column)
    )


def applied(text: str, edits: list[Edit]) -> str:
    """The text with all edits made."""
    lines = Lines(text)
    placed = sorted((*_offsets(lines, edit.span), edit.text) for edit in edits)
    parts, done = [], 0
    for start, end, new in placed:
        assert start >= done, f"edits overlap: {edits}"
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def _offsets(lines: Lines, span: Span) -> tuple[int, int]:
    return lines.offset(span.line, span.column), lines.offset(span.end_line, span.end_column)

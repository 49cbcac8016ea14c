"""Pairs of before and after, as Markdown: what a call becomes, or why it stays.

    `ssot-lint.toml`:                  in the head: files of every case

    ```toml
    ...
    ```

    ## A case

    ```toml                            an unnamed one: added to the configuration
    ...
    ```

    ```python                          `app.py` before
    ...
    ```

    becomes:                           or `becomes, unsafe:`

    ```python                          `app.py` after; without it, what stands there stays, for the reason given:
    ...
    ```

    stays: "a part of the reason"

A case may name further files of its own. A case may hold both: what becomes of some calls, and why others stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ssot_lint.config import load
from ssot_lint.engine import Project
from ssot_lint.fixing.calls import proposals
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.model.violation import Edit, Violation
from ssot_lint.rules.judging import knowledge_of
from ssot_lint.rules.suspicion import EVERYTHING
from tests.fixing.plain_importer import PlainImporter
from tests.trees import write_files

CONFIGURATION = "ssot-lint.toml"
APP = "app.py"
RULES = ("removed-call", "legacy-constructor")
_TOKENS = re.compile(
    r"^## +(?P<title>.*?) *$|^`(?P<name>[^`]+)`: *$|^(?P<becomes>becomes(?:, (?P<safety>\w+))?:) *$"
    r'|^stays: "(?P<reason>[^\n]*)" *$|^```(?P<language>\w*) *\n(?P<body>.*?)^``` *$',
    re.MULTILINE | re.DOTALL,
)
_ROUNDS = 10


class Pair(msgspec.Struct):
    """A case; `after` is None where the file stays as it is."""

    title: str
    files: dict[str, str]
    after: str | None = None
    safety: str = "safe"
    reasons: list[str] = []


def read_pairs(document: Path) -> list[Pair]:
    """The cases of a document."""
    pairs = [Pair("", {})]
    named, after = "", False
    for match in _TOKENS.finditer(document.read_text(encoding="utf-8")):
        if match["title"]:
            pairs.append(Pair(match["title"], dict(pairs[0].files)))
            after = False
        elif match["name"]:
            named = match["name"]
        elif match["becomes"]:
            after, pairs[-1].safety = True, match["safety"] or "safe"
        elif match["reason"]:
            pairs[-1].reasons.append(match["reason"])
        elif named:
            pairs[-1].files[named], named = match["body"], ""
        elif match["language"] == "toml":
            pairs[-1].files[CONFIGURATION] += "\n" + match["body"]
        elif after:
            pairs[-1].after = match["body"]
        else:
            pairs[-1].files[APP] = match["body"]
    return pairs[1:]


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of one file.

    Attributes:
        text: in the end.
        made: the proposals that were carried out.
        refused: those of the last round that have no edits.
        before, left: all violations in the project, at first and in the end.
    """

    text: str
    made: tuple[Proposal, ...]
    refused: tuple[Proposal, ...]
    before: tuple[Violation, ...]
    left: tuple[Violation, ...]


def settle(root: Path, files: dict[str, str], path: str = APP) -> Outcome:
    """Carry out what is proposed for a file, in rounds, until nothing more is."""
    write_files(root, {name: text.encode() for name, text in files.items()})
    text, before = files[path], None
    made: list[Proposal] = []
    for _ in range(_ROUNDS):
        project = Project(str(root), load(str(root / CONFIGURATION)), jobs=1)
        violations = project.check().violations
        before = violations if before is None else before
        page = page_of(project, path, text)
        concerned = [item for item in violations if item.path == path and item.rule in RULES]
        found = proposals(page, concerned, PlainImporter)
        changes = list(_apart([item for item in found if item.fix.edits]))
        if not changes:
            return Outcome(text, tuple(made), tuple(found), before, violations)
        made += changes
        text = applied(text, [edit for item in changes for edit in item.fix.edits])
        (root / path).write_bytes(text.encode())
    raise AssertionError(f"not settled after {_ROUNDS} rounds:\n{text}")


def page_of(project: Project, path: str, text: str) -> Page:
    ground, texts = project._ground, {path: text}
    modules = ground.modules
    knowledge = knowledge_of(
        project.policy, modules, EVERYTHING, lambda module: texts.get(module.file.path) or ground.text(module.file)
    )
    return Page(modules.by_path[path], knowledge, text)


def _apart(found: list[Proposal]) -> Iterator[Proposal]:
    """Those that do not touch one another; of those that do, the first."""
    taken: list[Edit] = []
    for proposal in found:
        if not any(_overlap(edit, other) for edit in proposal.fix.edits for other in taken):
            taken += proposal.fix.edits
            yield proposal


def _overlap(one: Edit, other: Edit) -> bool:
    first, second = (one.span, other.span) if one.span <= other.span else (other.span, one.span)
    return (second.line, second.column) < (first.end_line, first.end_column) or one.span == other.span


def applied(text: str, edits: list[Edit]) -> str:
    """A text with edits made, last one first."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    for edit in sorted(edits, key=lambda item: item.span, reverse=True):
        start = starts[edit.span.line - 1] + edit.span.column - 1
        end = starts[edit.span.end_line - 1] + edit.span.end_column - 1
        text = text[:start] + edit.text + text[end:]
    return text

"""Every pair of `tests/fixes`: what a fix makes of a file, and what holds of every fix."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ssot_lint.facts import facts_of_text
from ssot_lint.fixing.net import lasting
from ssot_lint.index import Module
from ssot_lint.model.source import SourceFile
from ssot_lint.model.violation import Violation
from tests.fixing.applying import Outcome, fixed, project_at
from tests.fixing.pairs import Case, Pair, read
from tests.trees import write_files

DOCUMENTS = sorted((Path(__file__).parent.parent / "fixes").glob("*.md"))
PAIRS = [
    pytest.param(case, pair, id=f"{document.stem}::{case.title}::{pair.path}")
    for document in DOCUMENTS for case in read(document) for pair in case.asked
]


@pytest.mark.parametrize(("case", "pair"), PAIRS)
def test_a_pair(case: Case, pair: Pair, tmp_path: Path) -> None:
    write_files(tmp_path, {name: text.encode("utf-8") for name, text in case.files.items()})
    outcome = fixed(tmp_path, pair.path, rename=pair.rename)
    assert outcome.text == (pair.before if pair.after is None else pair.after).removeprefix("\ufeff")
    assert_refused(pair, outcome)
    assert_said(pair, outcome)
    if pair.after is not None:
        assert weakest(outcome) == pair.safety, [proposal.fix.reason for proposal in outcome.made]
    assert_whole(pair, outcome)
    assert_nothing_new(tmp_path, pair, outcome)


def weakest(outcome: Outcome) -> str:
    return "unsafe" if any(item.fix.safety == "unsafe" for item in outcome.made) else "safe"


def assert_refused(pair: Pair, outcome: Outcome) -> None:
    """Each violation that is left has its reason."""
    reasons = [(item.span, proposal.fix.reason) for proposal in outcome.refused for item in proposal.violations]
    found = [reason for _, reason in sorted(reasons)]
    assert len(found) == len(pair.refused), found
    assert all(part in reason for part, reason in zip(pair.refused, found)), found


def assert_said(pair: Pair, outcome: Outcome) -> None:
    """What is unsafe says why, and what is safe says no more than is expected."""
    reasons = [proposal.fix.reason for proposal in outcome.made]
    said = [proposal.fix.reason for proposal in outcome.made if proposal.fix.safety == "safe" and proposal.fix.reason]
    assert all(proposal.fix.reason for proposal in outcome.made if proposal.fix.safety == "unsafe")
    assert len(said) <= len(pair.remarks), said
    assert all(any(part in reason for reason in reasons) for part in pair.remarks), reasons


def assert_whole(pair: Pair, outcome: Outcome) -> None:
    """It parses, and binds at its top level what it bound before."""
    assert facts_of_text(outcome.text).unreadable is None
    lost = names(pair.before) - names(outcome.text) - set(pair.unbinds)
    assert not lost


def names(text: str) -> frozenset[str]:
    return Module.of(SourceFile("a.py", "/a.py", ("a",)), facts_of_text(text)).names


def assert_nothing_new(root: Path, pair: Pair, outcome: Outcome) -> None:
    """What was fixed is gone, and nothing has come, here or elsewhere, but for what has come to light."""
    before, after = (list(findings(root, pair.path, text)) for text in (pair.before, outcome.text))
    for violation in after:
        assert violation in before, violation
    settled = {ground(item) for proposal in outcome.made for item in proposal.violations}
    left = [ground(item) for item in outcome.left if ground(item) in settled]
    refused = [ground(item) for proposal in outcome.refused for item in proposal.violations]
    assert set(left) <= set(refused), left


def findings(root: Path, path: str, text: str) -> Iterator[tuple[object, ...]]:
    """In the file what is found, in the others where: the way there may be another now."""
    for item in lasting(project_at(root, {path: text}).check().violations):
        yield (item.path, item.rule, item.symbol if item.path == path else item.span)


def ground(violation: Violation) -> tuple[str, str, str]:
    return violation.rule, violation.truth, violation.symbol

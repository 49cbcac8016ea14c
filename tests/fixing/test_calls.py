"""What legacy calls become, by the pairs of `tests/fixes/inline.md`, with the checks that each gets for free."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from ssot_lint.model.violation import Violation
from tests.fixing.inline_pairs import RULES, Pair, read_pairs, settle

DOCUMENT = Path(__file__).parent.parent / "fixes" / "inline.md"
PAIRS = read_pairs(DOCUMENT)


@pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.title) for pair in PAIRS])
def test_a_pair(pair: Pair, tmp_path: Path) -> None:
    before = pair.files["app.py"]
    outcome = settle(tmp_path, pair.files)
    reasons = [proposal.fix.reason for proposal in outcome.refused]
    assert outcome.text == (before if pair.after is None else pair.after), reasons
    assert len(reasons) == len(pair.reasons)
    assert all(part in reason for part, reason in zip(pair.reasons, reasons)), reasons
    assert {proposal.fix.safety for proposal in outcome.made} == ({pair.safety} if outcome.made else set())
    ast.parse(outcome.text)
    left = [item for item in outcome.left if item.rule in RULES and item.path == "app.py"]
    assert len(left) == len(pair.reasons)
    assert not kinds(outcome.left) - kinds(outcome.before)


def kinds(violations: tuple[Violation, ...]) -> Counter[tuple[str, str, str]]:
    return Counter((item.path, item.rule, item.symbol) for item in violations)


def test_there_are_enough_of_them() -> None:
    assert len(PAIRS) >= 60
    assert len({pair.title for pair in PAIRS}) == len(PAIRS)

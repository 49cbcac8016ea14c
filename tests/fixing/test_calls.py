"""What legacy calls become, by the pairs of `tests/fixes/calls/inline.md`, with the checks that each gets for free."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from ssot_lint.model.violation import Violation
from tests.fixing.inline_pairs import RULES, Pair, read_pairs, settle

DOCUMENT = Path(__file__).parent.parent / "fixes" / "calls" / "inline.md"
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


def test_code_that_is_nested_too_deeply_is_left_alone(tmp_path: Path) -> None:
    long = " + ".join(["a"] * 1500)
    app = f"from chat.engine import Engine\nx = Engine.pair(1) + {long}\ny = Engine.pair(2)\n"
    outcome = settle(tmp_path, {**PAIRS[0].files, "app.py": app})
    assert [proposal.fix.reason for proposal in outcome.refused] == [
        "the code around it cannot be taken apart: it is nested too deeply"
    ]
    assert outcome.text.endswith("\ny = Engine(2, 2, None)\n")


def test_line_ends_stay_what_they_are(tmp_path: Path) -> None:
    head = "from chat.engine import Engine\r\ndef go():\r\n"
    app = f"{head}    return Engine.swap(\r\n        f(),  # f\r\n        g())\r\n"
    outcome = settle(tmp_path, {**PAIRS[0].files, "app.py": app})
    assert outcome.text == (
        "from chat.engine import Engine\r\ndef go():\r\n    # f\r\n    a = f()\r\n    b = g()\r\n"
        "    return Engine(\r\n        b,\r\n        a,\r\n    )\r\n"
    )


def test_a_file_that_does_not_parse_is_left_alone(tmp_path: Path) -> None:
    outcome = settle(tmp_path, {**PAIRS[0].files, "app.py": "from chat.engine import Engine\nEngine.pair(1\n"})
    assert not outcome.made

"""Each pair of `tests/fixes/whole`, with all planners and the whole safety net."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_lint.fixing.opening import opened
from ssot_lint.fixing.planning import planners
from ssot_lint.fixing.pending import Repair, Terms
from ssot_lint.fixing.repairing import repaired
from tests.fixing.pairs import Case, Pair, read
from tests.fixing.repairs import YOUNG, open_project
from tests.trees import write_files

DOCUMENTS = sorted((Path(__file__).parent.parent / "fixes" / "whole").glob("*.md"))


CASES = [
    pytest.param(case, pair, id=f"{document.stem}::{case.title}")
    for document in DOCUMENTS for case in read(document) for pair in case.asked
]


@pytest.mark.parametrize(("case", "pair"), CASES)
def test_a_pair(case: Case, pair: Pair, tmp_path: Path) -> None:
    write_files(tmp_path, {name: text.encode("utf-8") for name, text in case.files.items()})
    repair = fixed(tmp_path, pair.path, unsafe=pair.safety == "unsafe")
    assert repair.after.text == (pair.before if pair.after is None else pair.after)
    reasons = [item.reason for item in repair.left]
    assert len(reasons) == len(pair.refused), reasons
    assert all(part in reason for part, reason in zip(pair.refused, reasons)), reasons


def fixed(root: Path, path: str, unsafe: bool) -> Repair:
    project = open_project(root)
    terms = Terms(planners(), unsafe=unsafe)
    found = repaired(project, opened(project, {path}, YOUNG), terms)
    return next(repair for repair in found if repair.path == path)

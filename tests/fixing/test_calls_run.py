"""Random legacy calls, executed before and after: the same is done in the same order, or the call stays as it is."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.fixing.inline_pairs import settle
from tests.fixing.programs import draw, run

EXAMPLES = int(os.environ.get("SSOT_LINT_INLINE_EXAMPLES", "400"))
SEED = int(os.environ.get("SSOT_LINT_INLINE_SEED", "0"))
PARTS = 4
pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")
ENGINE = "class Engine:\n    def __init__(self, *args, **kwargs): ...\n    def run(self, *args, **kwargs): ...\n"
SUPPORT = "class Holder: ...\no = Holder()\n"


@pytest.mark.parametrize("part", range(PARTS))
def test_what_a_program_does_stays_the_same(part: int, tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    for seed in range(SEED + part, SEED + EXAMPLES, PARTS):
        program = draw(Random(seed))
        before = run(program, program.app, legacy=True)
        if before is None:
            outcomes["fails anyway"] += 1
            continue
        root = tmp_path / str(seed)
        files = {
            "ssot-lint.toml": program.configuration, "app.py": program.app, "chat/engine.py": ENGINE,
            "chat/factory.py": "def build(*args, **kwargs): ...\n", "support.py": SUPPORT,
        }
        outcome = settle(root, files)
        shutil.rmtree(root)
        assert all(proposal.fix.safety != "unsafe" or proposal.fix.reason for proposal in outcome.made)
        after = run(program, outcome.text, legacy=bool(outcome.refused))
        shown = f"seed {seed}\n{program.configuration}\n{program.app}\n--- after\n{outcome.text}"
        assert after == before, f"{shown}\n{before}\n{after}"
        outcomes["changed"] += len(outcome.made)
        outcomes["stays"] += len(outcome.refused)
    if EXAMPLES >= 400 and outcomes["changed"] < outcomes["stays"] / 4:
        pytest.fail(f"hardly anything is changed: {outcomes}")

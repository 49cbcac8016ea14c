"""After a change to few files, a check starts from what the last one came to, and says what one from scratch says.

Random projects are changed at random, file by file; the list of files stays, and all times count as old.

    SSOT_LINT_RESUMING_EXAMPLES=5000 python -m pytest tests/test_resuming.py
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import count
from pathlib import Path
from random import Random
from shutil import rmtree

import pytest

from ssot_lint import manifest
from ssot_lint.config import load
from ssot_lint.engine import Project
from ssot_lint.errors import ConfigurationError
from tests.edits import CONFIGURATION
from tests.projects import draw
from tests.trees import write_files

EXAMPLES = int(os.environ.get("SSOT_LINT_RESUMING_EXAMPLES", "60"))
SEED = int(os.environ.get("SSOT_LINT_RESUMING_SEED", "0"))
PARTS = 4
ROUNDS = 5

BROKEN = b")  # broken\n"

Said = tuple[object, ...]


class Trial:
    """One project, changed over and over.

    Attributes:
        ways: how often a check was resumed ("resumed"), and how many judgements it took over ("standing").
    """

    def __init__(self, root: Path, seed: int, ticks: count[int]) -> None:
        self.ways: Counter[str] = Counter()
        self._random = Random(seed)
        self._seed = seed
        self._root = root
        self._cache = root.with_name("cache")
        self._ticks = ticks
        self._history: list[str] = []
        for folder in (root, self._cache):
            rmtree(folder, ignore_errors=True)
        write_files(root, draw(Random(seed)))
        self._python = sorted(path for path in root.rglob("*.py") if path.is_file())

    def run(self) -> None:
        """Check, change, and check again, for some rounds."""
        self._said(self._cache)
        for _ in range(ROUNDS if self._python else 0):
            for _ in range(self._random.choice((1, 1, 1, 2))):
                self._change()
            self._compare()

    def _compare(self) -> None:
        without, kept = self._said(None), self._said(self._cache)
        history = "\n".join(self._history)
        assert kept == without, f"seed {self._seed}, after\n{history}\n{without}\n{kept}"

    def _said(self, cache: Path | None) -> Said:
        try:
            policy = load(str(self._root / CONFIGURATION))
            project = Project(str(self._root), policy, jobs=1, cache=None if cache is None else str(cache))
            report = project.check()
        except ConfigurationError as error:
            return (str(error),)
        self.ways["resumed"] += project._ground.resumed is not None
        self.ways["standing"] += len(project._ground.taken_over)
        self.ways["all"] += cache is not None
        return report.violations, report.suppressed, report.files, report.parsed, report.notices

    def _change(self) -> None:
        path, other = self._random.choice(self._python), self._random.choice(self._python)
        lines, more = (each.read_bytes().splitlines(keepends=True) for each in (path, other))
        kind = self._random.choice(("comment", "borrow", "borrow", "lose", "lose", "become", "break"))
        if kind == "comment":
            lines.append(b"\n# nothing\n")
        elif kind == "become":
            lines = more
        elif kind == "break" and BROKEN in lines:
            lines.remove(BROKEN)
        elif kind == "break":
            lines += [b"\n", BROKEN]
        elif kind == "borrow" and more:
            start = self._random.randrange(len(more))
            lines.insert(self._random.randint(0, len(lines)), b"\n" + b"".join(more[start:start + 4]))
        elif lines:
            del lines[self._random.randrange(len(lines))]
        self._history.append(f"{kind}: {path.relative_to(self._root)} ({other.relative_to(self._root)})")
        path.write_bytes(b"".join(lines))
        tick = next(self._ticks)
        os.utime(path, ns=(tick, tick))


@pytest.mark.parametrize("part", range(PARTS))
def test_a_resumed_check_says_what_one_from_scratch_says(
    part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "NEAR", -10**18)
    ticks, ways = count(10**18, 10**9), Counter[str]()
    for seed in range(SEED + part, SEED + EXAMPLES, PARTS):
        trial = Trial(tmp_path / "project", seed, ticks)
        trial.run()
        ways += trial.ways
    assert ways["resumed"] * 8 > ways["all"] and ways["standing"] > ways["resumed"], ways

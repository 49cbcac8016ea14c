"""Edits a tree at random, and holds what `ssot-lint check` says with its cache against what it says without.

    python -m benchmarks.edits                                      a small project, generated
    python -m benchmarks.edits --tree benchmarks/.corpora/airflow   a copy of a tree that has a configuration
    python -m benchmarks.edits --edits 200 --seed 7

After every one to three edits, `check` runs without a cache and twice with it. Before that, some runs are asked for a
part of the tree only, or see files change while they run. Exits 1 where any answer differs, and shows what led to it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from ssot_lint.config import find, load
from tests.adapters.program import environment
from tests.answers import Said, difference, program_says
from tests.edits import CACHE, RandomProject, RandomTree

CHECK = (sys.executable, "-m", "ssot_lint", "check", "--format=json")
SAID_EVERY = 50
"""Edits between two lines of progress where nobody watches them on a terminal."""


class Differing:
    """Edits a tree, compares, and counts.

    Attributes:
        edits: how many were made.
        compared: how many answers with the cache were held against one without.
        differed: how many of them were not the same.
    """

    def __init__(self, tree: RandomTree) -> None:
        self.edits = self.compared = self.differed = 0
        self._tree = tree
        self._random = tree.random
        self._history: list[str] = []
        self._seconds = 1.0

    def __str__(self) -> str:
        return f"{self.compared} comparisons, {self.differed} differed"

    def round(self) -> None:
        """Some edits, and the comparison after them."""
        for _ in range(self._random.choice((1, 1, 2, 3))):
            self._edit()
        self._random.choice((self._ask_for_a_part, self._edit_meanwhile, self._do_nothing, self._do_nothing))()
        self._compare()

    def _edit(self, when: str = "") -> None:
        self.edits += 1
        self._history.append(f"{self.edits}. {when}{self._tree.edit()}")

    def _compare(self, *paths: str) -> None:
        without = self._say("--no-cache", *paths)
        for _ in range(2):
            started = time.perf_counter()
            with_cache = self._say(*paths)
            self._seconds = time.perf_counter() - started
            self.compared += 1
            if with_cache != without:
                self._tell(paths, without, with_cache)
        if isinstance(without, Said) and without.status == 2 and self._random.random() < 0.5:
            self._history.append(self._tree.undo_all())  # without its truths, a tree has no findings

    def _say(self, *arguments: str) -> Said | str:
        """What the program says; that it fails is an answer too, and one that differs."""
        try:
            return program_says(*arguments, cwd=self._tree.root)
        except AssertionError as error:
            return f"{arguments}: {error}"

    def _tell(self, paths: Sequence[str], without: object, with_cache: object) -> None:
        """Say what differs, and begin anew, so that a difference is not found again and again."""
        self.differed += 1
        said = "\n".join(self._history)
        print(f"\nAfter these edits:\n{said}\ncheck {' '.join(paths)}\n{difference(without, with_cache)}\n")
        shutil.rmtree(self._tree.root / CACHE, ignore_errors=True)

    # --- before a comparison

    def _do_nothing(self) -> None: ...

    def _ask_for_a_part(self) -> None:
        self._compare(self._random.choice((self._tree.pick(), self._tree.folder())))

    def _edit_meanwhile(self) -> None:
        """That run may see files before or after; it must not take them for what they are not."""
        run = subprocess.Popen(CHECK, cwd=self._tree.root, env=environment(), stdout=subprocess.DEVNULL)
        time.sleep(self._random.random() * self._seconds)
        self._edit("(during a check) ")
        run.wait()


def copied(tree: Path, root: Path, random: Random) -> RandomTree:
    """A copy of a tree, to be edited with what its configuration retires."""
    configuration = find(str(tree))
    if configuration is None or Path(configuration).parent != tree.resolve():
        raise SystemExit(f"{tree} has no configuration of its own")
    retired = [str(retirement.path) for retirement in load(configuration).retirements]
    if not retired:
        raise SystemExit(f"{configuration} retires nothing that could be used")
    shutil.copytree(tree, root, symlinks=True, ignore=shutil.ignore_patterns(CACHE, "__pycache__"))
    return RandomTree(root, random, retired)


def show_progress(differing: Differing, edits: int) -> None:
    """All the time on a terminal, now and then elsewhere."""
    text = f"{differing.edits} of {edits} edits, {differing}"
    if sys.stderr.isatty():
        print(f"\r{text}", end="", file=sys.stderr, flush=True)
    elif differing.edits % SAID_EVERY < 3:
        print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Edit and compare; 1 where anything differed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--edits", type=int, default=1000, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed makes the same edits")
    parser.add_argument("--tree", type=Path, metavar="DIR", help="a tree with a configuration; it is copied first")
    arguments = parser.parse_args()
    random = Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "tree"
        tree = copied(arguments.tree, root, random) if arguments.tree else RandomProject(root, random)
        differing = Differing(tree)
        while differing.edits < arguments.edits:
            differing.round()
            show_progress(differing, arguments.edits)
    print(f"\nseed {arguments.seed}: {differing.edits} edits, {differing}")
    return bool(differing.differed)


if __name__ == "__main__":
    sys.exit(main())

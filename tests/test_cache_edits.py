"""The cache can never change a result: whatever happens to a tree, a check with it says what one without it says.

`EDITS=1000 SEEDS=7,8 python -m pytest tests/test_cache_edits.py` does more than CI, and `python -m benchmarks.edits`
does it by the command line and on large trees.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random

import pytest

from ssot_lint.engine import Report
from ssot_lint.rules.registry import rules
from tests.adapters.program import CONFIGURATION as PYPROJECT
from tests.adapters.program import project, tree
from tests.answers import Question, difference, everything, program_says, project_says
from tests.edits import CACHE, LINKS, RandomProject
from tests.moments import Moments

EDITS = int(os.environ.get("EDITS", "60"))
SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "1,2,3").split(",")]


class Trial:
    """Edits a random project, and asks for violations with the cache and without after every few edits.

    Attributes:
        raised: the rules that have been raised so far.
    """

    def __init__(self, root: Path, seed: int) -> None:
        self.raised: set[str] = set()
        self._root = root
        self._cache = root / CACHE
        self._seed = seed
        self._random = Random(seed)
        self._project = RandomProject(root, self._random)
        self._history: list[str] = []
        self._moments = 100

    def run(self, edits: int) -> None:
        """Go on until there were so many edits; whatever goes wrong is told with everything that led to it."""
        try:
            self._ask_for_everything()
            while len(self._history) < edits:
                self._round()
        except Exception as error:
            history = "\n".join(f"{number}. {said}" for number, said in enumerate(self._history, 1))
            told = f"{type(error).__name__}: {error}"
            raise AssertionError(f"seed {self._seed}, after these edits:\n{history}\n{told}") from error

    def _round(self) -> None:
        for _ in range(self._random.choice((1, 1, 2, 3))):
            self._edit()
        if self._random.random() < 0.5:
            self._ask_something_else()
        self._ask_for_everything()
        if self._random.random() < 0.08:
            self._ask_the_program()

    def _edit(self, when: str = "") -> None:
        self._history.append(when + self._project.edit())

    def _ask_for_everything(self) -> None:
        without = project_says(self._root, everything, None)
        for asked in ("check", "the same check again"):
            self._hold(asked, without, project_says(self._root, everything, self._cache))
        if isinstance(without, Report):
            self.raised.update(violation.rule for violation in without.violations)
        elif self._random.random() < 0.5:  # a project whose truth is lost has no findings that could differ
            self._history.append(self._project.undo_all())

    def _hold(self, asked: str, without: object, with_cache: object) -> None:
        if without != with_cache:
            raise AssertionError(f"{asked}:\n{difference(without, with_cache)}")

    # --- what leaves a cache that knows only a part

    def _ask_something_else(self) -> None:
        ways = (self._ask_for_some, self._ask_for_a_buffer, self._ask_with_an_overlay, self._edit_meanwhile)
        self._random.choice(ways)()

    def _ask_both(self, asked: str, question: Question, overlay: Mapping[str, bytes] | None = None) -> None:
        answers = [project_says(self._root, question, cache, overlay) for cache in (None, self._cache)]
        self._hold(asked, *answers)

    def _ask_for_some(self) -> None:
        files = self._project.files()
        some = set(self._random.sample(files, len(files) // 3))
        self._ask_both(f"check of {sorted(some)}", lambda project: project.check(lambda file: file.path in some))

    def _ask_for_a_buffer(self) -> None:
        path, text = self._project.pick(), self._project.use()
        self._ask_both(f"buffer of {path}, {text!r}", lambda project: project.check_buffer(path, text))

    def _ask_with_an_overlay(self) -> None:
        overlay = {path: self._project.use().encode() for path in (self._project.pick(), self._project.new_path())}
        self._ask_both(f"check with the overlay {overlay}", everything, overlay)

    def _edit_meanwhile(self) -> None:
        """Edit while a check runs; what that one says is of no interest, but what it leaves in the cache is."""
        numbers = sorted(self._random.sample(range(1, self._moments), 2))
        actions = {number: partial(self._edit, f"(at moment {number} of a check) ") for number in numbers}
        with Moments(actions) as moments:
            project_says(self._root, everything, self._cache)
        self._moments = max(moments.count, 10)

    # --- the command line

    def _ask_the_program(self) -> None:
        """Ask for all, for a folder or for a file, from within the project's folder or one below."""
        folder = self._root / self._random.choice(["", *self._project.folders()])
        paths = self._random.choice([[], [str(self._root)], [str(self._root / self._project.pick())]])
        without, *answers = [program_says(*paths, *options, cwd=folder) for options in (["--no-cache"], [], [])]
        for with_cache in answers:
            self._hold(f"`ssot-lint check {' '.join(paths)}` in {folder}", without, with_cache)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_to_a_tree(tmp_path: Path, seed: int) -> None:
    trial = Trial(tmp_path / "project", seed)
    trial.run(EDITS)
    assert len(trial.raised) > len(rules()) / 2, "the trial had next to nothing to find"


def test_the_random_projects_have_something_for_every_rule(tmp_path: Path) -> None:
    raised: set[str] = set()
    for seed in range(20):
        RandomProject(tmp_path / str(seed), Random(seed))
        report = project_says(tmp_path / str(seed), everything, None)
        assert isinstance(report, Report)
        raised.update(violation.rule for violation in report.violations)
    assert raised == set(rules()) - {"unreadable-file"}


# --- one thing at a time

OLD, NEW = b"from chat.old import Engine\n", b"from chat.new import Engine\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that has been checked with a cache; `chat/api.py` is one word away from having no violation."""
    return checked(project(tmp_path / "project", {"chat/new.py": "from chat.engine import Engine\n"}))


def checked(root: Path) -> Path:
    agree(root)
    return root


def agree(root: Path, cache: Path | None = None, configuration: str = "pyproject.toml") -> object:
    """What a check says of a project, after making sure that it says it with and without the cache."""
    without = project_says(root, everything, None, configuration=configuration)
    for _ in range(2):
        assert project_says(root, everything, cache or root / CACHE, configuration=configuration) == without
    return without


def write_unseen(path: Path, content: bytes) -> None:
    """Write a file that keeps size and time."""
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_file_that_keeps_size_and_time(root: Path) -> None:
    before = agree(root)
    write_unseen(root / "chat/api.py", NEW)
    assert agree(root) != before


def test_a_file_in_whose_place_comes_another_of_its_size_and_time(root: Path) -> None:
    before = agree(root)
    path = root / "chat/api.py"
    shutil.copy2(path, root / "copy")
    write_unseen(root / "copy", NEW)
    os.replace(root / "copy", path)
    assert agree(root) != before


def test_a_file_elsewhere_on_which_the_finding_hangs(root: Path) -> None:
    tree(root, {"chat/api.py": NEW, "chat/way.py": OLD, "chat/new.py": "from chat.way import Engine\n"})
    before = agree(root)
    write_unseen(root / "chat/way.py", b"Engine = NotImplemented    \n")
    assert agree(root) != before


def test_a_module_that_is_looked_for_and_comes_into_being_where_nobody_reads_it(root: Path) -> None:
    tree(root, {"chat/api.py": "from chat.generated import Engine\n"})
    before = agree(root)
    tree(root, {"chat/generated.c": ""})
    assert agree(root) != before


def test_a_module_that_is_looked_for_is_the_same_to_everybody_where_git_ignores_it(root: Path) -> None:
    tree(root, {"chat/api.py": "from chat.generated import Engine\n"})
    before = agree(root)
    tree(root, {".gitignore": "/chat/generated.py\n"})
    ignored = agree(root)
    tree(root, {"chat/generated.py": ""})
    assert agree(root) == ignored != before


@pytest.mark.skipif(not LINKS, reason="links need privileges there")
@pytest.mark.parametrize("follows", [True, False], ids=["outside", "elsewhere"])
def test_a_file_that_a_link_leads_to(root: Path, tmp_path: Path, follows: bool) -> None:
    """Its content changes, or the link comes to lead to another of the same size and time."""
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_bytes(OLD)
    shutil.copy2(one, other)
    write_unseen(other, NEW)
    link = root / "chat/api.py"
    point(link, one)
    before = agree(root)
    write_unseen(one, NEW) if follows else point(link, other)
    assert agree(root) != before


def point(link: Path, target: Path) -> None:
    link.unlink()
    link.symlink_to(target)


def change(root: Path) -> None:
    write_unseen(root / "chat/api.py", OLD)


def take_place(root: Path) -> None:
    tree(root, {"new.tmp": OLD})
    os.replace(root / "new.tmp", root / "chat/api.py")


def appear(root: Path) -> None:
    tree(root, {"chat/another.py": OLD})


def be_ignored(root: Path) -> None:
    tree(root, {".gitignore": "/chat/clean.py\n"})


@pytest.mark.parametrize("happen", [change, take_place, appear, be_ignored])
def test_a_change_at_any_moment_of_a_check(root: Path, happen: Callable[[Path], None]) -> None:
    """What that check says may be of before or of after. What it leaves must not be taken for the state after."""
    begin_again(root)
    happen(root)
    after = agree(root)
    moment, count = 0, 1
    while moment < count:
        moment += 1
        begin_again(root)
        with Moments({moment: partial(happen, root)}) as moments:
            project_says(root, everything, root / CACHE, configuration="pyproject.toml")
        count = moments.count
        if moment > count:  # this run had fewer moments than the one before, and nothing happened
            break
        said = project_says(root, everything, root / CACHE, configuration="pyproject.toml")
        assert said == after, f"moment {moment} of {count}"


def begin_again(root: Path) -> None:
    """Back to what was there before anything happened, and that written just now."""
    for path in ("chat/another.py", ".gitignore"):
        (root / path).unlink(missing_ok=True)
    tree(root, {"chat/api.py": NEW})


def test_a_cache_that_comes_back_from_an_earlier_day(root: Path, tmp_path: Path) -> None:
    before = agree(root)
    shutil.copytree(root / CACHE, tmp_path / "earlier")
    write_unseen(root / "chat/api.py", NEW)
    assert agree(root) != before
    shutil.rmtree(root / CACHE)
    shutil.copytree(tmp_path / "earlier", root / CACHE)
    assert agree(root) != before


def test_a_tree_that_is_copied_with_its_cache(root: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(root, tmp_path / "copy")
    write_unseen(copy / "chat/api.py", NEW)
    assert agree(copy) != agree(root)


def test_a_tree_that_moves_with_its_cache(root: Path, tmp_path: Path) -> None:
    before = agree(root)
    moved = root.rename(tmp_path / "moved")
    assert agree(moved) == before
    write_unseen(moved / "chat/api.py", NEW)
    assert agree(moved) != before


def test_projects_that_share_a_cache(root: Path, tmp_path: Path) -> None:
    other = shutil.copytree(root, tmp_path / "other")
    write_unseen(other / "chat/api.py", NEW)
    for _ in range(2):
        assert agree(root, tmp_path / "shared") != agree(other, tmp_path / "shared")


def test_two_configurations_of_one_tree(root: Path) -> None:
    tree(root, {"other.toml": PYPROJECT.replace("tool.ssot-lint.", "").replace("chat.old", "chat.new")})
    for _ in range(2):
        assert agree(root) != agree(root, configuration="other.toml")


@pytest.mark.parametrize("overlay", [{"chat/api.py": NEW}, {"chat/more.py": OLD}], ids=["changed", "new"])
def test_what_an_editor_holds_is_not_taken_for_what_is_on_the_disk(
    root: Path, tmp_path: Path, overlay: dict[str, bytes]
) -> None:
    for cache in (root / CACHE, tmp_path / "fresh"):
        without, held = (project_says(root, everything, place, overlay, "pyproject.toml") for place in (None, cache))
        assert held == without != agree(root, cache)

"""What the list of files rests on, thing by thing: the cache notices it after a check, and at any moment of one."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ssot_lint import manifest
from ssot_lint.cache import grounds
from ssot_lint.config import load
from ssot_lint.engine import Project
from tests.adapters.program import CONFIGURATION, project, tree
from tests.answers import everything, project_says
from tests.edits import CACHE, LINKS
from tests.moments import Moments

OLD = "from chat.old import Engine\n"
BUILT = f'{CONFIGURATION}\n[tool.maturin]\nmodule-name = "chat.late"\n'
TICK = 10_000_000
"""Nanoseconds: more than any clock of a file system takes for a tick where these tests run."""

STEP = int(os.environ.get("STEP", "4"))
"""Every which moment of a run is tried; 1 for all of them."""

LOOKS = frozenset({"open", "stat", "lstat", "scandir", "readlink", "is_dir", "is_file", "is_symlink"})
"""The calls before which something may happen: what else a run does tells it nothing of the list of files."""

LINKED = pytest.mark.skipif(not LINKS, reason="links need privileges there")

Act = Callable[[Path], None]


@pytest.fixture(autouse=True)
def trust_what_is_as_old_as_a_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (manifest, grounds):
        monkeypatch.setattr(module, "NEAR", TICK)


def settle() -> None:
    """Let what has been written grow old enough to be trusted."""
    time.sleep(2 * TICK / 1e9)


def say(root: Path, cache: bool) -> object:
    place = root.with_name(CACHE) if cache else None  # beside the project, of which it would change a folder
    return project_says(root, everything, place, configuration="pyproject.toml")


def is_trusted(root: Path) -> bool:
    """Whether the cache would answer without looking at the tree."""
    policy = load(str(root / "pyproject.toml"))
    return Project(str(root), policy, cache=str(root.with_name(CACHE)))._ground.history.still is not None


# --- each makes a project, and then something happens that changes which files there are or which are ignored


def plain(root: Path) -> None:
    tree(root.parent, {".git/HEAD": "", ".gitignore": ""})


def ignored_from_above(root: Path) -> None:
    tree(root.parent, {".git/HEAD": "", ".gitignore": "api.py\n"})


def ignored_by_the_repository(root: Path) -> None:
    tree(root.parent, {".git/info/exclude": "api.py\n"})


def nested_repository(root: Path) -> None:
    tree(root, {"inner/.git/info/exclude": "late.py\n", "inner/late.py": OLD})


def nested_work_tree(root: Path) -> None:
    elsewhere = root.parent / "elsewhere"
    tree(elsewhere, {f"{name}/commondir": ".\n" for name in ("one", "two")})
    tree(elsewhere, {"one/info/exclude": "late.py\n", "two/info/exclude": ""})
    tree(root, {"inner/.git": f"gitdir: {elsewhere}/one\n", "inner/late.py": OLD})


def chain_of_links(root: Path) -> None:
    tree(root.parent / "outside", {"first/__init__.py": "", "first/late.py": OLD, "second/__init__.py": ""})
    (root.parent / "outside/way").symlink_to("first")
    (root / "linked").symlink_to(root.parent / "outside/way")


def dangling_link(root: Path) -> None:
    (root.parent / "outside").mkdir()
    (root.parent / "outside/way").symlink_to("nowhere")
    (root / "linked").symlink_to(root.parent / "outside/way")


def link_to_what_is_walked(root: Path) -> None:
    tree(root, {"walked/__init__.py": "", "walked/late.py": OLD})
    (root.parent / "outside").mkdir()
    (root.parent / "outside/way").symlink_to(root / "walked")
    (root / "linked").symlink_to(root.parent / "outside/way")


def missing(root: Path) -> None:
    tree(root.parent, {".git/HEAD": ""})
    tree(root, {"late_user.py": "from chat.late import Engine\n"})


def promised(root: Path) -> None:
    missing(root)
    tree(root, {"setup.py": "Extension('chat.late')\n"})


def remove(path: str, root: Path) -> None:
    (root / path).unlink()


def write(path: str, text: str, root: Path) -> None:
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(text)


def point(path: str, target: str, root: Path) -> None:
    (root / path).unlink()
    (root / path).symlink_to(target)


def lead_to_new_package(root: Path) -> None:
    tree(root.parent / "outside", {"nowhere/late.py": OLD, "nowhere/__init__.py": ""})


def lead_out_of_the_walked(root: Path) -> None:
    """The module that had a second name has one less; what imported it by that name imports nothing now."""
    point("../outside/way", "nowhere", root)


HAPPENINGS = [
    pytest.param(plain, partial(write, "../.gitignore", "api.py\n"), id="ignored from above"),
    pytest.param(ignored_from_above, partial(remove, "../.gitignore"), id="no longer ignored from above"),
    pytest.param(plain, partial(write, "../.git/info/exclude", "api.py\n"), id="ignored by the repository"),
    pytest.param(
        ignored_by_the_repository, partial(remove, "../.git/info/exclude"), id="no longer ignored by the repository"
    ),
    pytest.param(nested_repository, partial(remove, "inner/.git/info/exclude"), id="nested repository"),
    pytest.param(
        nested_repository, partial(write, "inner/.git/info/exclude", "other.py\n"), id="nested repository changes"
    ),
    pytest.param(
        nested_work_tree, partial(write, "inner/.git", "gitdir: ../../elsewhere/two\n"), id="nested work tree"
    ),
    pytest.param(
        nested_work_tree, partial(write, "../elsewhere/one/commondir", "../two\n"), id="nested work tree's repository"
    ),
    pytest.param(missing, partial(write, "chat/.gitignore", "late*.py\n"), id="an import of what is ignored"),
    pytest.param(missing, partial(write, "setup.py", "Extension('chat.late')\n"), id="an import of what is built"),
    pytest.param(missing, partial(write, "pyproject.toml", BUILT), id="an import of what is said to be built"),
    pytest.param(promised, partial(write, "setup.py", ""), id="an import of what is no longer built"),
    pytest.param(chain_of_links, partial(point, "../outside/way", "second"), id="chain of links", marks=LINKED),
    pytest.param(dangling_link, partial(point, "../outside/way", "first"), id="dangling link", marks=LINKED),
    pytest.param(dangling_link, lead_to_new_package, id="dangling link's end", marks=LINKED),
    pytest.param(link_to_what_is_walked, lead_out_of_the_walked, id="link to what is walked", marks=LINKED),
]


def begin(folder: Path, prepare: Act) -> Path:
    """The project anew, and nothing known of it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    canonical = "from chat.engine import Engine\n"
    files = {"chat/api.py": OLD, "chat/new.py": canonical, "user.py": "from linked.late import Engine\n"}
    root = project(folder / "project", {"inner/known.py": "", **files})
    prepare(root)
    if prepare is dangling_link:
        tree(folder / "outside", {"first/late.py": OLD, "first/__init__.py": ""})
    return root


@pytest.mark.parametrize("prepare, happen", HAPPENINGS)
def test_what_happens_after_a_check_is_noticed(tmp_path: Path, prepare: Act, happen: Act) -> None:
    root = begin(tmp_path / "here", prepare)
    settle()
    before = say(root, cache=True)
    assert is_trusted(root), "there is nothing that could go stale"
    happen(root)
    after = say(root, cache=False)
    assert say(root, cache=True) == after != before


@pytest.mark.parametrize("prepare, happen", HAPPENINGS)
def test_what_happens_during_a_check_is_noticed_by_the_next(tmp_path: Path, prepare: Act, happen: Act) -> None:
    moment = count = 1
    while moment <= count:
        root = begin(tmp_path / "here", prepare)
        settle()
        with Moments({moment: partial(happen, root)}, LOOKS) as moments:
            say(root, cache=True)
        count = moments.count
        assert say(root, cache=True) == say(root, cache=False), f"moment {moment} of {count}"
        moment += STEP

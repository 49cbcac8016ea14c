"""The last answer is given again only where a run without a cache would say the same."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from ssot_lint import manifest
from ssot_lint.adapters.cli import replay
from ssot_lint.adapters.cli.app import run
from ssot_lint.cache import grounds
from ssot_lint.config import discovery
from ssot_lint.files.grounds import looked_up
from tests.adapters.program import CHAT, tree
from tests.edits import CACHE, CONFIGURATION, LINKS, RandomProject

EDITS = int(os.environ.get("EDITS", "40"))
SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "1,2").split(",")]
LONG_AGO = -10**18
TICK = 0.02
"""Seconds after which every file system's clock has moved on."""

DURATION = re.compile(r"(?<=checked in )[\d.]+|(?<=\"seconds\": )[\d.]+")
OTHER_TRUTH = CHAT["pyproject.toml"].replace("chat.old", "chat.clean")


class Said(NamedTuple):
    """What a run said, but for the time that it took."""

    status: int
    out: str
    err: str


class Asker:
    """Runs the command line in this process.

    Attributes:
        recalled: whether the last run was answered from memory.
    """

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.recalled = False
        self._capsys = capsys
        self._recall = replay.recalled
        monkeypatch.setattr(replay, "recalled", self._noting)

    def __call__(self, *words: str, today: str = "") -> Said:
        discovery._configuration_in.cache_clear()  # a run is a process of its own
        status = run(["check", *words], today)
        out, err = self._capsys.readouterr()
        return Said(status, DURATION.sub("", out), DURATION.sub("", err))

    def _noting(self, words: list[str], today: str) -> replay.Answer | None:
        answer = self._recall(words, today)
        self.recalled = answer is not None
        return answer


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Asker:
    """What a user would hear who waits for a while between an edit and a check."""
    monkeypatch.delenv("SSOT_LINT_CACHE_DIR", raising=False)
    for module in (grounds, manifest):
        monkeypatch.setattr(module, "NEAR", LONG_AGO)
    return Asker(capsys, monkeypatch)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a repository, some of whose files are ignored."""
    made = tmp_path / "repository" / "project"
    tree(tmp_path / "repository", {".git/HEAD": "", "ignored/note": ""})
    tree(made, {
        **CHAT,
        "pyproject.toml": 'tool.ssot-lint.src = [".", "libs/*/src", "later"]\n' + CHAT["pyproject.toml"],
        "chat/new.py": "from chat.engine import Engine\n",
        "inner/api.py": "from chat.old import Engine\n",
        "inner/pyproject.toml": "[tool.other]\n",
        ".gitignore": "/ignored/\n/later/\n",
        "ignored/api.py": "",
    })
    if LINKS:
        tree(tmp_path, {"elsewhere/linked.py": "from chat.new import Engine\n"})
        (made / "chat" / "linked.py").symlink_to(tmp_path / "elsewhere" / "linked.py")
    monkeypatch.chdir(made)
    return made


def warm(ask: Asker, *words: str) -> Said:
    """What is said, once that is remembered."""
    ask(*words)  # makes the cache, which is a change to the root
    said = ask(*words)
    assert ask(*words) == said and ask.recalled
    return said


def unseen(path: Path, old: str, new: str) -> None:
    """Write a file that keeps size and time."""
    before, text = path.stat(), path.read_text("utf-8")
    assert old in text and len(old) == len(new)
    path.write_text(text.replace(old, new), "utf-8", newline="\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def again(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file that keeps size and time": lambda root: unseen(root / "chat/api.py", "chat.old", "chat.new"),
    "a file is added": lambda root: again(root / "chat/more.py", "import chat.old\n"),
    "a file is removed": lambda root: (root / "chat/api.py").unlink(),
    "a folder is removed": lambda root: shutil.rmtree(root / "inner"),
    "the configuration": lambda root: unseen(root / "pyproject.toml", "chat.old", "chat.new"),
    "a better configuration": lambda root: again(root / "ssot-lint.toml", "src = []\n"),
    "a configuration further down": lambda root: again(root / "inner/ssot-lint.toml", "src = []\n"),
    "one that was there and not ours": lambda root: again(root / "inner/pyproject.toml", "[tool.ssot-lint]\n"),
    "an ignore file": lambda root: again(root / ".gitignore", "/inner/\n"),
    "one further down": lambda root: again(root / "chat/.gitignore", "api.py\n"),
    "one above": lambda root: again(root.parent / ".gitignore", "api.py\n"),
    "what nobody else ignores": lambda root: again(root.parent / ".git/info/exclude", "api.py\n"),
    "an import root appears, ignored": lambda root: (root / "later").mkdir(),
    "an import root matches": lambda root: again(root / "libs/one/src/more.py", "import chat.old\n"),
    "a repository of its own": lambda root: again(root / ".git/info/exclude", "api.py\n"),
}
if LINKS:
    CHANGES["what a link leads to"] = lambda root: unseen(
        root.parent.parent / "elsewhere/linked.py", "chat.new", "chat.old"
    )


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_every_change_is_noticed(ask: Asker, root: Path, change: Callable[[Path], object]) -> None:
    before = warm(ask)
    time.sleep(TICK)
    change(root)
    now = ask()
    assert not ask.recalled
    assert now == ask("--no-cache") != before


@pytest.mark.parametrize("name", ["hidden.made", "hidden.inner.made", "absent.made", "made"])
def test_a_name_that_was_looked_up_where_nobody_else_looks(tmp_path: Path, name: str) -> None:
    tree(tmp_path, {"hidden/inner/note": "", "hidden/other.py": ""})
    packed = looked_up([name, "hidden.other"], str(tmp_path), ("",)).packed()
    assert grounds.hold(packed)
    time.sleep(TICK)
    again(tmp_path.joinpath(*name.split(".")).with_suffix(".py"), "")
    assert not grounds.hold(packed)


def test_other_questions_are_answered_anew(
    ask: Asker, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = warm(ask)
    assert ask("chat") != said and not ask.recalled
    assert ask("--select", "SOT").out == said.out and not ask.recalled
    monkeypatch.chdir(root / "chat")
    assert ask() != said and not ask.recalled


@pytest.mark.parametrize("words", [
    ["--format=json"], ["--format=grouped", "--statistics"], ["--format=github", "--statistics"], ["chat", "inner"],
    ["chat/api.py"], ["--exit-zero"], ["--cache-dir", "kept"], ["--config", "pyproject.toml"],
])
def test_many_questions_have_an_answer_that_is_remembered(ask: Asker, root: Path, words: list[str]) -> None:
    assert warm(ask, *words) == ask("--no-cache", *[word for word in words if word not in ("--cache-dir", "kept")])


@pytest.mark.parametrize("words", [
    ["--no-cache"], ["--output", "report"], ["../project/ignored/api.py"], ["chat/old.py", "ignored/api.py"],
    ["../../repository"],
])
def test_some_are_answered_anew_each_time(ask: Asker, root: Path, words: list[str]) -> None:
    for _ in range(3):
        said = ask(*words)
        assert not ask.recalled
    assert said == ask(*words)


def test_what_was_changed_only_just_now_is_looked_at_again(
    ask: Asker, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (grounds, manifest):
        monkeypatch.setattr(module, "NEAR", 2_000_000_000)
    for _ in range(3):
        ask()
        assert not ask.recalled


def test_a_broken_configuration_is_no_answer(ask: Asker, root: Path) -> None:
    warm(ask)
    again(root / "pyproject.toml", "[tool.ssot-lint]\nsrc = 1\n")
    for _ in range(2):
        assert ask().status == 2
        assert not ask.recalled


def answer_file(root: Path) -> Path:
    [found] = (root / CACHE).glob("v*/answer-*.state")
    return found


def test_a_damaged_answer_is_none(ask: Asker, root: Path) -> None:
    said = warm(ask)
    file = answer_file(root)
    whole = file.read_bytes()
    for at in [*range(0, len(whole), max(1, len(whole) // 40)), len(whole) - 1]:
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]):
            file.write_bytes(damaged)
            assert replay.recalled(["check"], "2026-01-01") is None
    assert ask() == said


def test_another_version_does_not_read_it(ask: Asker, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = warm(ask)
    monkeypatch.setattr(replay, "tool_identity", lambda: "another")
    assert ask() == said and not ask.recalled


def test_there_are_only_so_many_answers(ask: Asker, root: Path) -> None:
    warm(ask)
    for number in range(60):
        ask("--select", ",".join(["SOT101"] * (number + 1)))
    assert len(list((root / CACHE).glob("v*/answer-*.state"))) <= 16


@pytest.fixture
def random_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    made = tmp_path / "random"
    made.mkdir()
    monkeypatch.chdir(made)
    yield made


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_to_a_tree(ask: Asker, random_root: Path, seed: int) -> None:
    random = Random(seed)
    project = RandomProject(random_root, random)
    history: list[str] = []
    recalled = 0
    for _ in range(EDITS):
        time.sleep(TICK)
        history.append(project.edit())
        assert (random_root / CONFIGURATION).exists()
        without = ask("--no-cache")
        for _ in range(3):
            assert ask() == without, "\n".join(history)
        recalled += ask.recalled
        if without.status == 2:
            history.append(project.undo_all())
    assert recalled > EDITS / 5, "next to nothing was answered from memory"  # a refused configuration never is


def test_an_answer_holds_until_a_bridge_is_past_its_date(ask: Asker, root: Path) -> None:
    bridge = '[[tool.ssot-lint.truth.bridge]]\ntarget = "chat.shim"\nuntil = 2027-03-01\n'
    again(root / "pyproject.toml", (root / "pyproject.toml").read_text("utf-8") + bridge)
    again(root / "chat/shim.py", "from chat.engine import Engine as Engine\n")
    ask(today="2027-02-27")  # makes the cache, which is a change to the root
    before = ask(today="2027-02-27")
    assert ask(today="2027-03-01") == before and ask.recalled
    after = ask(today="2027-03-02")
    assert not ask.recalled and "SOT406" in after.out and "SOT406" not in before.out
    assert ask(today="2030-01-01") == after and ask.recalled
    assert ask(today="2027-03-01") == before and not ask.recalled  # a clock that was wrong

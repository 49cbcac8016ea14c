"""Judging in several processes finds what one finds, whatever happens to the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from ssot_lint.config import load
from ssot_lint.engine import Project, Report, together
from ssot_lint.engine.bench import Bench
from ssot_lint.facts.copies import can_be_copied, copies
from ssot_lint.manifest import Judgement
from tests.trees import write_files

pytestmark = pytest.mark.skipif(not can_be_copied(), reason="processes are not copied on this platform")

CONFIGURATION = """
[[truth]]
name = "engine"
canonical = "chat.engine:Engine"
retired = ["chat.old:Engine"]
"""
FILES = {
    "ssot-lint.toml": CONFIGURATION,
    "chat/engine.py": "class Engine:\n    def run(self):\n        return 1\n",
    "chat/old.py": "from chat.engine import Engine\n",
    **{f"chat/m{number}.py": f"from chat.old import Engine as E{number}\nE{number}()\n" for number in range(60)},
    **{f"chat/broken{number}.py": "from chat.old import Engine as A as B\n" for number in range(4)},
}

STUCK = """
import signal

from ssot_lint.facts.copies import copies
from ssot_lint.facts.processes import Crew


def copied(parts):
    print("here", flush=True)
    return bytes(1_000_000)  # which nobody takes


def tasked(batch):
    print("here", flush=True)
    signal.pause()


def in_copies():
    with copies(copied, 2, 4):
        signal.pause()


def in_a_pool():
    list(Crew(2).map(tasked, [b"1", b"2"], worth=True))


if __name__ == "__main__":
    {way}()
"""


@pytest.fixture
def root(tmp_path: Path) -> str:
    write_files(tmp_path / "project", {path: text.encode() for path, text in FILES.items()})
    return str(tmp_path / "project")


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "_WORTH_A_PROCESS", 1)


def opened(root: str, jobs: int = 1, cache: str | None = None) -> Project:
    return Project(root, load(f"{root}/ssot-lint.toml"), jobs=jobs, cache=cache)


def checked(root: str, jobs: int, cache: str | None = None) -> Report:
    return opened(root, jobs, cache).check()


def test_the_same_is_found(root: str) -> None:
    alone = checked(root, 1)
    assert len(alone.violations) == 60 + 4 + 1  # bypasses, broken files, the shim
    assert checked(root, 2) == checked(root, 5) == alone


def test_the_others_do_take_part(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[int] = []
    take = Bench.take

    def counted(
        self: Bench, judgements: Mapping[str, Judgement], unsure: Iterable[str], looked_up: Mapping[str, bool]
    ) -> None:
        shares.append(len(judgements))
        take(self, judgements, unsure, looked_up)

    monkeypatch.setattr(Bench, "take", counted)
    checked(root, 3)
    assert len(shares) == 2


def test_there_are_no_more_of_them_than_files_may_be_open(root: str) -> None:
    """A process speaks to each of the others by files."""
    check = f"exec {sys.executable} -m ssot_lint check --no-cache --jobs 40"
    run = ["sh", "-c", f"ulimit -n 24; {check}"]
    done = subprocess.run(run, cwd=root, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"65 violations" in done.stdout


def test_what_they_parse_is_kept(root: str, tmp_path: Path) -> None:
    caches = [str(tmp_path / name) for name in ("one", "many")]
    before = [checked(root, jobs, cache) for jobs, cache in zip((1, 4), caches)]
    after = [opened(root, cache=cache) for cache in caches]
    assert before[0] == before[1]
    assert after[0].check() == after[1].check()
    assert after[0].standing == after[1].standing


def dies(_: Bench, path: str) -> Judgement:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError(path)


def fails(_: Bench, path: str) -> Judgement:
    raise MemoryError(path)


@pytest.mark.parametrize("fate", [dies, fails])
def test_one_that_is_lost_is_done_without(
    root: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    fate: Callable[[Bench, str], Judgement],
) -> None:
    alone, here, judgement = checked(root, 1), os.getpid(), Bench.judgement

    def judged(self: Bench, path: str) -> Judgement:
        return judgement(self, path) if os.getpid() == here else fate(self, path)

    monkeypatch.setattr(Bench, "judgement", judged)
    assert checked(root, 3) == alone
    assert capfd.readouterr() == ("", "")


def test_none_is_left_behind_where_this_one_fails() -> None:
    def work(parts: object) -> bytes:
        signal.pause()
        return b""

    with pytest.raises(KeyboardInterrupt):
        with copies(work, 2, 4):
            raise KeyboardInterrupt
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize("way", ["in_copies", "in_a_pool"])
def test_none_is_left_behind_where_this_one_is_killed(tmp_path: Path, way: str) -> None:
    script = tmp_path / "stuck.py"
    script.write_text(STUCK.format(way=way))
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        for _ in range(2):
            process.stdout.readline()
        process.kill()
        process.communicate(timeout=30)  # ends when nobody holds the other end any more
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise


def test_each_part_is_done_once() -> None:
    with copies(lambda parts: bytes(parts), 3, 200) as (mine, outcomes):
        done = [*mine, *(part for outcome in outcomes for part in outcome)]
    assert sorted(done) == list(range(200))

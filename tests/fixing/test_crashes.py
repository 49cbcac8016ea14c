"""Runs of `fix` that are killed, that are interrupted, and that get in one another's way: each file stays whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ssot_lint.__main__ import main
from ssot_lint.adapters.cli import repairing, streams
from ssot_lint.fixing.pending import Repair
from ssot_lint.fixing.saving import saved
from tests.adapters.program import environment, project
from tests.moments import CHANGES, Moments

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such thing")
FIX = (sys.executable, "-m", "ssot_lint", "fix", "--backup", "--no-cache")
BEFORE = b"from chat.old import Engine\n" + b"x = 1\n" * 200
AFTER = BEFORE.replace(b"chat.old", b"chat.engine")
NAMES = [f"chat/use{number:02}.py" for number in range(12)]
KILLS = 50


def fresh(root: Path) -> Path:
    return project(root, {"chat/api.py": "", **dict.fromkeys(NAMES, BEFORE)})


def held(root: Path) -> list[bytes]:
    return [(root / name).read_bytes() for name in NAMES]


def assert_whole(root: Path) -> None:
    assert [name for name, data in zip(NAMES, held(root)) if data not in (BEFORE, AFTER)] == []


def assert_undone(root: Path) -> None:
    """`undo` puts back everything, whatever the run had come to."""
    status, _, complaint = child(root, "undo")
    assert status == 0 or "there is no backup" in complaint, complaint
    assert held(root) == [BEFORE] * len(NAMES)


def child(root: Path, *arguments: str, moment: int = 0, by: int = 0) -> tuple[int, str, str]:
    """Exit status and streams of a process of its own, forked since that is soon done.

    Args:
        moment: the number of the call into the operating system, counted from the first file that is written on,
            before which the process sends itself a signal.
    """
    out, errors = root / "out", root / "errors"
    process = os.fork()
    if not process:  # pragma: no cover
        with out.open("w") as sys.stdout, errors.open("w") as sys.stderr:
            os.chdir(root)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os._exit(_obeyed(arguments, moment, by))
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), out.read_text(), errors.read_text()


def _obeyed(arguments: Sequence[str], moment: int, by: int) -> int:
    def counted(*given: Any) -> Iterator[Repair]:
        with Moments({moment: lambda: os.kill(os.getpid(), by)}, CHANGES | {"fsync", "fchmod"}) as moments:
            yield from saved(*given)
        streams.say(f"moments: {moments.count}")

    setattr(repairing, "saved", counted)
    try:
        return main(arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


@pytest.fixture(scope="module")
def total(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many moments there are."""
    root = fresh(tmp_path_factory.mktemp("total") / "root")
    status, _, said = child(root, "fix", "--backup", "--no-cache", moment=-1)
    assert status == 0
    return int(said.rpartition("moments: ")[2])


@POSIX
def test_killed_at_any_moment_of_its_writing(tmp_path: Path, total: int) -> None:
    """At moments drawn among all of those in which anything on the disk can change."""
    assert total > 10 * len(NAMES)
    came_to = set()
    for moment in Random(1).sample(range(1, total + 1), KILLS):
        root = fresh(tmp_path / str(moment))
        status, *_ = child(root, "fix", "--backup", "--no-cache", moment=moment, by=signal.SIGKILL)
        assert status == -signal.SIGKILL
        assert_whole(root)
        came_to.add(held(root).count(AFTER))
        assert_undone(root)
    assert len(came_to) > 6


@POSIX
def test_what_a_killed_run_has_left_lying_about_is_cleaned_by_the_next(tmp_path: Path, total: int) -> None:
    strays = 0
    for moment in range(total // 2, total // 2 + total // len(NAMES), 5):
        root = fresh(tmp_path / str(moment))
        child(root, "fix", "--no-cache", moment=moment, by=signal.SIGKILL)
        strays += len(list((root / "chat").glob(".ssot-lint-*.tmp")))
        assert child(root, "fix", "--no-cache")[0] == 0
        assert held(root) == [AFTER] * len(NAMES)
        assert not list((root / "chat").glob(".*"))
    assert strays


@POSIX
def test_killed_from_outside_at_random_times(tmp_path: Path) -> None:
    random = Random(2)
    for number in range(10):
        root = fresh(tmp_path / str(number))
        nowhere = subprocess.DEVNULL
        process = subprocess.Popen(FIX, cwd=root, env=environment(), stdout=nowhere, stderr=nowhere)
        time.sleep(random.uniform(0.1, 0.6))
        process.kill()
        process.wait()
        assert_whole(root)
        assert_undone(root)


@POSIX
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_stops_between_two_files_and_says_what_was_done(tmp_path: Path, total: int, by: int) -> None:
    for moment in range(1, total, total // 5):
        root = fresh(tmp_path / str(moment))
        status, said, complaint = child(root, "fix", "--backup", "--no-cache", moment=moment, by=by)
        assert status == 128 + by
        assert "interrupted: what is listed as fixed is done, the rest is as it was" in complaint
        fixed = held(root).count(AFTER)
        assert f"{fixed} fixed\n" in said or not fixed
        left = len(NAMES) - fixed
        assert f"{left} refused: the run was interrupted before it was written" in said or not left
        assert_whole(root)
        assert not list((root / "chat").glob(".*"))
        assert_undone(root)


@POSIX
def test_several_at_once(tmp_path: Path) -> None:
    for number in range(3):
        root = fresh(tmp_path / str(number))
        runs = [
            subprocess.Popen(FIX, cwd=root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(3)
        ]
        for process in runs:
            said, complaint = process.communicate(timeout=120)
            assert process.returncode in (0, 1) and b"Traceback" not in complaint, complaint
        assert held(root) == [AFTER] * len(NAMES)
        assert not list((root / "chat").glob(".*.tmp"))
        for _ in runs:
            child(root, "undo")
        assert held(root) == [BEFORE] * len(NAMES)


@POSIX
def test_somebody_who_writes_meanwhile_loses_nothing(tmp_path: Path) -> None:
    """Each file ends as what was written by hand, or as the fix of that; never as the fix of what was there before."""
    for number in range(5):
        root = fresh(tmp_path / str(number))
        process = subprocess.Popen(FIX, cwd=root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        mine = {name: f"from chat.old import Engine\n# mine {name}\n".encode() for name in NAMES}
        while process.poll() is None:
            for name, data in mine.items():
                if (root / name).read_bytes() == BEFORE:
                    (root / f"{name}.new").write_bytes(data)
                    (root / f"{name}.new").replace(root / name)
        process.communicate()
        for name, data in zip(NAMES, held(root)):
            assert data in (AFTER, mine[name], mine[name].replace(b"chat.old", b"chat.engine"))

"""What `undo` puts back: what the last run changed, unless it changed since, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ssot_lint.fixing.backups import NAME, Header, Journal, digest, new_run, runs
from ssot_lint.fixing.content import Refused
from ssot_lint.fixing.saving import Stop
from ssot_lint.fixing.undoing import Selection, Step, undo
from ssot_lint.fixing.writing import replace, snapshot

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such thing")


def fix(root: Path, run: str = "", **contents: str) -> str:
    """Change `NAME.py` as a run of `fix --backup` does, and return the run."""
    run = run or new_run()
    journal = Journal(str(root), run)
    for name, content in contents.items():
        path = root / f"{name}.py"
        if not path.exists():
            path.write_bytes(b"")
        journal.keep(path.name, path.read_bytes(), content.encode())
        replace(snapshot(str(path)), content.encode())
    return run


def put_back(*roots: Path, only: str = "") -> list[tuple[str, str]]:
    """(name, outcome) of each step."""
    return [(os.path.basename(step.path), step.outcome) for step in steps(*roots, only=only)]


def steps(*roots: Path, only: str = "") -> list[Step]:
    selection = Selection(lambda path: path.endswith(only), bool(only))
    return list(undo([str(root) for root in roots], selection, Stop()))


def held(root: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(root.glob("*.py"))}


def test_the_last_run_and_then_the_one_before(tmp_path: Path) -> None:
    fix(tmp_path, a="1", b="1")
    fix(tmp_path, a="2", c="2")
    assert put_back(tmp_path) == [("a.py", "restored"), ("c.py", "restored")]
    assert held(tmp_path) == {"a.py": "1", "b.py": "1", "c.py": ""}
    assert put_back(tmp_path) == [("a.py", "restored"), ("b.py", "restored")]
    assert held(tmp_path) == {"a.py": "", "b.py": "", "c.py": ""}
    assert put_back(tmp_path) == []
    assert runs(str(tmp_path / NAME)) == []


def test_file_by_file(tmp_path: Path) -> None:
    fix(tmp_path, a="1", b="1")
    assert put_back(tmp_path, only="b.py") == [("b.py", "restored")]
    assert held(tmp_path) == {"a.py": "1", "b.py": ""}
    assert put_back(tmp_path, only="b.py") == []
    assert put_back(tmp_path) == [("a.py", "restored")]


def test_a_file_that_an_earlier_run_changed_last(tmp_path: Path) -> None:
    fix(tmp_path, a="1")
    fix(tmp_path, b="1")
    assert put_back(tmp_path, only="a.py") == [("a.py", "restored")]


@pytest.mark.parametrize("change", [lambda path: path.write_text("mine"), Path.unlink])
def test_what_has_changed_since_is_left_and_its_backup_kept(tmp_path: Path, change: Callable[[Path], object]) -> None:
    fix(tmp_path, a="before")
    fix(tmp_path, a="after", b="after")
    change(tmp_path / "a.py")
    [left, other] = steps(tmp_path)
    assert (left.outcome, other.outcome) == ("left", "restored")
    assert Path(left.kept).read_bytes().endswith(b"\nbefore")
    assert put_back(tmp_path, only="a.py")[0][1] == "left"


def test_what_was_left_does_not_stand_in_the_way_of_the_run_before(tmp_path: Path) -> None:
    fix(tmp_path, b="1")
    fix(tmp_path, a="1")
    (tmp_path / "a.py").write_text("mine")
    assert put_back(tmp_path) == [("a.py", "left")]
    assert put_back(tmp_path) == [("b.py", "restored")]
    (tmp_path / "a.py").write_text("1")
    assert put_back(tmp_path) == []
    assert put_back(tmp_path, only="a.py") == [("a.py", "restored")]


def test_a_file_that_was_not_changed_after_all(tmp_path: Path) -> None:
    """As where the run was killed between the backup and the change."""
    (tmp_path / "a.py").write_bytes(b"before")
    Journal(str(tmp_path), new_run()).keep("a.py", b"before", b"after")
    assert put_back(tmp_path) == [("a.py", "as before")]
    assert held(tmp_path) == {"a.py": "before"}


def test_several_projects_that_were_fixed_together(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    fix(one, a="0")
    run = fix(one, a="1")
    fix(other, run, b="1")
    assert put_back(one, other) == [("a.py", "restored"), ("b.py", "restored")]
    assert (held(one), held(other)) == ({"a.py": "0"}, {"b.py": ""})


def test_git_ignores_backups(tmp_path: Path) -> None:
    fix(tmp_path, a="1")
    assert (tmp_path / NAME / ".gitignore").read_text() == "*\n"


def entry_of(root: Path) -> Path:
    [entry] = (root / NAME).glob("*/*.entry")
    return entry


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: b"",
        lambda data: data.partition(b"\n")[0],
        lambda data: b"\xff" + data,
        lambda data: data.replace(b'"before"', b'"befor"'),
    ],
)
def test_a_backup_that_is_damaged_puts_nothing_back(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    (tmp_path / "a.py").write_bytes(b"long ago\n")
    fix(tmp_path, a="after", b="after")
    first = min((tmp_path / NAME).glob("*/*.entry"))
    first.write_bytes(damage(first.read_bytes()))
    assert put_back(tmp_path) == [("b.py", "restored"), (first.name, "broken")]
    assert held(tmp_path) == {"a.py": "after", "b.py": ""}


@POSIX
@pytest.mark.parametrize(
    "path", ["../victim.py", "/etc/victim", "a/../../victim.py", "link/victim.py", "", ".", "a//b"]
)
def test_a_backup_that_somebody_else_has_made_reaches_nothing_outside(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    fix(root, a="after")
    victim = tmp_path / "victim.py"
    victim.write_bytes(b"after")
    (root / "link").symlink_to(tmp_path)
    header = Header(path, digest(b"evil"), digest(b"after"))
    entry_of(root).write_bytes(msgspec.json.encode(header) + b"\nevil")
    assert [outcome for _, outcome in put_back(root)] == ["left"]
    assert victim.read_bytes() == b"after"


@POSIX
def test_a_folder_of_backups_that_is_a_link_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / NAME).symlink_to("elsewhere")
    with pytest.raises(Refused, match="is a link"):
        fix(tmp_path, a="1")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_where_there_is_nothing(tmp_path: Path) -> None:
    assert put_back(tmp_path) == []
    (tmp_path / NAME / "notes").mkdir(parents=True)
    assert put_back(tmp_path) == []


def test_a_stop_ends_it_between_two_files(tmp_path: Path) -> None:
    fix(tmp_path, a="1", b="1")
    stop = Stop()
    found = undo([str(tmp_path)], Selection(lambda path: True, False), stop)
    assert next(iter(found)).outcome == "restored"
    stop.signal = 2
    assert list(found) == []
    assert held(tmp_path) == {"a.py": "", "b.py": "1"}
    assert put_back(tmp_path) == [("b.py", "restored")]

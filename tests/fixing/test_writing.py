"""Files that are replaced whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.fixing import writing
from ssot_lint.fixing.content import Refused
from ssot_lint.fixing.writing import remove_strays, replace, snapshot, why_not

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such thing")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(b"before\n")
    return path


def write(path: Path, data: bytes = b"after\n") -> None:
    replace(snapshot(str(path)), data)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("data", [b"", b"after\r\n", b"\xff\x00", b"x" * 5_000_000])
def test_the_content_is_replaced_and_nothing_else_is_left(file: Path, data: bytes) -> None:
    write(file, data)
    assert file.read_bytes() == data
    assert names(file.parent) == ["a.py"]


@POSIX
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664, 0o2755])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    before = os.umask(0o077)
    try:
        write(file)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(file: Path) -> None:
    os.chown(file, 12345, 23456)
    write(file)
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="the platform has no extended attributes")
def test_extended_attributes_stay(file: Path) -> None:
    try:
        os.setxattr(file, "user.note", b"mine")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    write(file)
    assert os.getxattr(file, "user.note") == b"mine"


@POSIX
def test_through_a_link_its_target_is_written_and_the_link_stays(file: Path) -> None:
    link = file.with_name("link.py")
    link.symlink_to("a.py")
    write(link)
    assert (os.readlink(link), file.read_bytes()) == ("a.py", b"after\n")


def linked(path: Path) -> None:
    os.link(path, path.with_name("other.py"))


def outside(path: Path) -> None:
    target = path.parent.with_name(f"{path.parent.name}-outside.py")
    path.rename(target)
    path.symlink_to(target)


@POSIX
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (linked, "it has 2 hard links, which writing it would part"),
        (outside, "outside of the project"),
        (lambda path: path.chmod(0o444), "it is read-only"),
        (lambda path: None, ""),
    ],
)
def test_what_is_not_to_be_written(file: Path, change: Callable[[Path], object], reason: str) -> None:
    change(file)
    found = why_not(snapshot(str(file)), str(file.parent))
    assert reason in found and bool(reason) == bool(found)


@POSIX
def test_a_project_that_is_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.py").write_bytes(b"")
    (tmp_path / "link").symlink_to("real")
    assert why_not(snapshot(str(tmp_path / "link" / "a.py")), str(tmp_path / "link")) == ""


def change_content(path: Path) -> None:
    path.write_bytes(b"BEFORE\n")


def change_time(path: Path) -> None:
    os.utime(path, (1, 1))


def swap(path: Path) -> None:
    other = path.with_name("new")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_a_link(path: Path) -> None:
    other = path.with_name("other.py")
    path.rename(other)
    path.symlink_to(other.name)


CHANGES = [change_content, change_time, swap, Path.unlink, make_a_folder, make_a_link]


@POSIX
@pytest.mark.parametrize("change", CHANGES)
def test_what_has_changed_since_it_was_read_is_left_alone(file: Path, change: Callable[[Path], object]) -> None:
    read = snapshot(str(file))
    change(file)
    there = file.read_bytes() if file.is_file() else None
    with pytest.raises(Refused, match="it changed since it was read"):
        replace(read, b"after\n")
    assert (file.read_bytes() if file.is_file() else None) == there
    assert not any(name.startswith(".ssot-lint") for name in names(file.parent))


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.py").write_bytes(b"")
    read = snapshot(str(folder / "a.py"))
    (folder / "a.py").unlink()
    folder.rmdir()
    with pytest.raises(Refused, match="it changed since it was read: does not exist"):
        replace(read, b"after\n")


FULL = """
import resource, sys
from ssot_lint.fixing.content import Refused
from ssot_lint.fixing.writing import replace, snapshot
file = snapshot(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    replace(file, b"x" * 2000)
except Refused as refusal:
    print(refusal.reason)
"""


@POSIX
def test_a_full_disk_leaves_the_file_as_it_was(file: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(file)], capture_output=True, check=True)
    assert done.stdout == b"it cannot be written: File too large\n"
    assert (file.read_bytes(), names(file.parent)) == (b"before\n", ["a.py"])


class TestStrays:
    """Temporary files of processes that were killed."""

    NAME = ".ssot-lint-0123456789abcdef.tmp"

    def test_are_removed(self, file: Path) -> None:
        file.with_name(self.NAME).write_bytes(b"half")
        remove_strays([str(file.parent), str(file.parent / "nowhere")])
        assert names(file.parent) == ["a.py"]

    @POSIX
    def test_are_not_while_somebody_writes_them(self, file: Path) -> None:
        import fcntl

        with file.with_name(self.NAME).open("wb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            remove_strays([str(file.parent)])
            assert names(file.parent) == [self.NAME, "a.py"]

    @pytest.mark.parametrize("name", [".ssot-lint-x.tmp", "a.tmp", ".ssot-lint-0123456789abcdef.tmp.py"])
    def test_are_not_files_of_others(self, file: Path, name: str) -> None:
        file.with_name(name).write_bytes(b"mine")
        remove_strays([str(file.parent)])
        assert name in names(file.parent)

    @POSIX
    def test_are_no_links_and_no_folders(self, file: Path) -> None:
        file.with_name(self.NAME).symlink_to("a.py")
        (file.parent / self.NAME.replace("0", "f")).mkdir()
        remove_strays([str(file.parent)])
        assert len(names(file.parent)) == 3 and file.read_bytes() == b"before\n"

    def test_one_that_is_taken_away_is_written_again(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """As happens where another process cleans up before the file is locked."""
        dress = writing._dress
        taken: list[str] = []

        def take_away(descriptor: int, temporary: str, path: str) -> None:
            dress(descriptor, temporary, path)
            if not taken:
                taken.append(temporary)
                os.unlink(temporary)

        monkeypatch.setattr(writing, "_dress", take_away)
        write(file)
        assert taken and file.read_bytes() == b"after\n"

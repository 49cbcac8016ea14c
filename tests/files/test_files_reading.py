"""Bytes from the disk."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from ssot_lint.files import Unreadable, read
from ssot_lint.model.source import SourceFile

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def at(path: Path | str) -> SourceFile:
    return SourceFile("x.py", str(path), ("x",))


def refusal(path: Path | str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(at(path))
    assert (caught.value.line, caught.value.column) == (1, 1)
    return caught.value.reason


# The bytes as they are.
def test_bytes(tmp_path: Path) -> None:
    for data in (b"", b"\xff\x00\r\n\x1a", b"x" * 1_000_000):
        (tmp_path / "x.py").write_bytes(data)
        assert read(at(tmp_path / "x.py")) == data


# A file that vanished since it was found.
def test_vanished(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.py") == "does not exist"


# A path that no file can have.
def test_impossible_path(tmp_path: Path) -> None:
    assert refusal(f"{tmp_path}/nul\0.py") == "cannot be read: no file can have this path"
    assert refusal(f"{tmp_path}/{'x' * 5000}.py")


# A folder.
def test_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "is no regular file but a folder"


# Whatever would block or never end is not opened.
@posix_only
def test_special_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    os.mkfifo("fifo.py")
    assert refusal("fifo.py") == "is no regular file but a FIFO"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        assert refusal("socket.py") == "is no regular file but a socket"
    assert refusal("/dev/zero") == "is no regular file but a device"


# A FIFO that takes the place of the file after it was looked at.
@posix_only
def test_exchanged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.py").touch()
    os.mkfifo(tmp_path / "fifo")
    looked_at = os.stat(tmp_path / "x.py")
    monkeypatch.setattr(os, "stat", lambda path: looked_at)
    assert refusal(tmp_path / "fifo") == "is no regular file but a FIFO"


# Permission (a test that runs as root could read anything).
def test_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.py").touch()

    def denied(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", denied)
    assert refusal(tmp_path / "x.py") == "permission denied"


# A file larger than memory.
def test_out_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.py").touch()

    def exhausted(path: str, flags: int) -> int:
        raise MemoryError

    monkeypatch.setattr(os, "open", exhausted)
    assert refusal(tmp_path / "x.py") == "cannot be read: out of memory"

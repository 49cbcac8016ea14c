"""The facts of files come from the store by content alone, and are the same with it and without."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ssot_lint.facts import extraction
from ssot_lint.files import discover
from ssot_lint.index.library import Library
from ssot_lint.index.store import Store
from ssot_lint.model.facts import FileFacts
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile

FILES = {
    "a.py": b"import b\nb.C()\n",
    "b.py": b"class C: ...\n",
    "twin.py": b"class C: ...\n",
    "broken.py": b"def f(:\n",
    "odd.py": b'x = "\\ud800"\n',
    "undecodable.py": b"x = '\xff'\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> tuple[SourceFile, ...]:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return discover(str(tmp_path), Policy()).files


@pytest.mark.parametrize("jobs", [1, 2])
def test_it_gives_the_same_facts_with_a_store_and_without(
    tree: tuple[SourceFile, ...], tmp_path: Path, jobs: int
) -> None:
    bare = Library(None, jobs).facts(tree)
    folder = str(tmp_path / "cache")
    assert Library(folder, jobs).facts(tree) == bare
    assert Library(folder, jobs).facts(tree) == bare


def test_a_content_is_parsed_once(
    tree: tuple[SourceFile, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "cache")
    Library(folder, 1).facts(tree)
    parsed: list[bytes] = []
    original = extraction.facts_of_bytes

    def counted(data: bytes) -> FileFacts:
        parsed.append(data)
        return original(data)

    monkeypatch.setattr(extraction, "facts_of_bytes", counted)
    Library(folder, 1).facts(tree)
    assert parsed == []
    Path(tree[0].absolute).write_bytes(b"import c\n")
    Library(folder, 1).facts(tree)
    assert parsed == [b"import c\n"]


def test_a_file_that_cannot_be_read_is_not_remembered(tree: tuple[SourceFile, ...], tmp_path: Path) -> None:
    folder = str(tmp_path / "cache")
    Path(tree[0].absolute).unlink()
    gone = Library(folder, 1).facts(tree)[0]
    assert gone.unreadable is not None
    Path(tree[0].absolute).write_bytes(FILES["a.py"])
    assert Library(folder, 1).facts(tree)[0].unreadable is None


def test_a_damaged_store_changes_nothing(tree: tuple[SourceFile, ...], tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    bare = Library(None, 1).facts(tree)
    Library(str(folder), 1).facts(tree)
    for pack in folder.rglob("*.pack"):
        data = bytearray(pack.read_bytes())
        data[len(data) // 2] ^= 0xFF
        pack.write_bytes(bytes(data))
    library = Library(str(folder), 1)
    assert library.facts(tree) == bare


def test_a_cache_that_only_ever_takes_in_facts_is_tidied_up_too(
    tree: tuple[SourceFile, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    Library(str(folder), 1).facts(tree)
    long_ago = (folder / "CACHEDIR.TAG").stat().st_mtime - 86_400
    os.utime(folder / "CACHEDIR.TAG", (long_ago, long_ago))
    tidied: list[Store] = []
    monkeypatch.setattr(Store, "prune", lambda self, limit=0: tidied.append(self))
    Path(tree[0].absolute).write_bytes(b"import c\n")
    Library(str(folder), 1).facts(tree)
    assert len(tidied) == 1

"""The facts of files come from the store by content alone, and are the same with it and without."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ssot_lint.facts import extraction
from ssot_lint.facts.processes import Crew
from ssot_lint.files import discover
from ssot_lint.index.library import Library
from ssot_lint.cache.store import Store
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
VERSION = "1"

Tree = tuple[SourceFile, ...]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return discover(str(tmp_path), Policy()).files


def facts_of(tree: Tree, folder: Path | None, jobs: int = 1) -> list[FileFacts]:
    """The facts of all files, fetched at once, and kept in the folder afterwards."""
    crew = Crew(jobs)
    library = Library(Store(str(folder), VERSION) if folder else None, crew)
    library.prefetch(tree)
    found = [library.module(file).facts for file in tree]
    library.save()
    crew.close()
    return found


@pytest.mark.parametrize("jobs", [1, 2])
def test_it_gives_the_same_facts_with_a_store_and_without(tree: Tree, tmp_path: Path, jobs: int) -> None:
    bare = facts_of(tree, None, jobs)
    assert facts_of(tree, tmp_path / "cache", jobs) == bare
    assert facts_of(tree, tmp_path / "cache", jobs) == bare


def test_who_takes_every_outcome_and_asks_no_further_keeps_the_processes() -> None:
    crew = Crew(2)
    tasks = [b"1", b"2", b"3"]
    workers = set()
    for _ in range(3):
        pairs = zip(tasks, crew.map(whose, tasks, worth=True))  # stops at the last task, before the outcomes end
        workers |= {worker for _, worker in pairs}
    crew.close()
    assert len(workers) <= 2


def whose(task: bytes) -> bytes:
    """The process that this runs in."""
    return str(os.getpid()).encode()


def test_one_by_one_they_are_the_same(tree: Tree) -> None:
    library = Library(None, Crew(1))
    assert [library.module(file).facts for file in tree] == facts_of(tree, None)


def test_a_content_is_parsed_once(tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts_of(tree, tmp_path / "cache")
    parsed: list[bytes] = []
    original = extraction.facts_of_bytes

    def counted(data: bytes) -> FileFacts:
        parsed.append(data)
        return original(data)

    monkeypatch.setattr(extraction, "facts_of_bytes", counted)
    facts_of(tree, tmp_path / "cache")
    assert parsed == []
    Path(tree[0].absolute).write_bytes(b"import c\n")
    facts_of(tree, tmp_path / "cache")
    assert parsed == [b"import c\n"]


def test_a_file_that_cannot_be_read_is_not_remembered(tree: Tree, tmp_path: Path) -> None:
    Path(tree[0].absolute).unlink()
    assert facts_of(tree, tmp_path / "cache")[0].unreadable is not None
    Path(tree[0].absolute).write_bytes(FILES["a.py"])
    assert facts_of(tree, tmp_path / "cache")[0].unreadable is None


def test_a_damaged_store_changes_nothing(tree: Tree, tmp_path: Path) -> None:
    bare = facts_of(tree, None)
    facts_of(tree, tmp_path / "cache")
    for pack in (tmp_path / "cache").rglob("*.pack"):
        data = bytearray(pack.read_bytes())
        data[len(data) // 2] ^= 0xFF
        pack.write_bytes(bytes(data))
    assert facts_of(tree, tmp_path / "cache") == bare


def test_what_was_opened_first_is_closed_when_there_is_no_room(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssot_lint.index.library._ROOM", 1)
    library = Library(None, Crew(1))
    modules = [library.module(file) for file in tree]
    before = [module.facts for module in modules]
    library.trim()
    assert not any(module.is_loaded for module in modules[:-1])
    assert [module.facts for module in modules] == before


def test_a_cache_that_only_ever_takes_in_facts_is_tidied_up_too(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    facts_of(tree, folder)
    long_ago = (folder / "CACHEDIR.TAG").stat().st_mtime - 86_400
    os.utime(folder / "CACHEDIR.TAG", (long_ago, long_ago))
    tidied: list[Store] = []
    monkeypatch.setattr(Store, "prune", lambda self, limit=0: tidied.append(self))
    Path(tree[0].absolute).write_bytes(b"import c\n")
    facts_of(tree, folder)
    assert len(tidied) == 1

"""The store under the cache: it gives back what was put into it or nothing, and never raises."""

from __future__ import annotations

import builtins
import errno
import hashlib
import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssot_lint.cache import files as cache_files, store as store_module
from ssot_lint.cache.folder import clean
from ssot_lint.cache.place import cache_folder
from ssot_lint.cache.store import Store
from ssot_lint.errors import UsageError

DAY = 24 * 3600
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such thing, or not without privileges")


def key(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()


def content(of: str) -> bytes:
    """What a key stands for, of a length between 0 and some kB."""
    return of.encode() * (int(of[:2], 16) // 4)


def entries(*numbers: int) -> dict[str, bytes]:
    return {key(number): content(key(number)) for number in numbers}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """A store that has nothing to complain of until the test is over."""
    made = Store(str(folder), "1")
    yield made
    assert made.warnings == []


def fresh(folder: Path, version: str = "1") -> Store:
    return Store(str(folder), version)


def files_of(folder: Path, suffix: str = "") -> list[Path]:
    return sorted(path for path in folder.rglob(f"*{suffix}") if path.is_file())


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


class TestStates:
    def test_what_was_saved_is_loaded(self, folder: Path, store: Store) -> None:
        store.save_state("manifest-1", b"\0one")
        store.save_state("manifest-2", b"")
        assert fresh(folder).load_state("manifest-1") == b"\0one"
        assert fresh(folder).load_state("manifest-2") == b""

    def test_the_last_writer_wins(self, folder: Path, store: Store) -> None:
        for writer, data in ((store, b"old"), (fresh(folder), b"new, and longer"), (store, b"last")):
            writer.save_state("manifest", data)
            assert store.load_state("manifest") == data

    def test_where_there_is_none(self, folder: Path, store: Store) -> None:
        assert store.load_state("manifest") is None
        assert not folder.exists()

    def test_another_version_sees_nothing_of_it(self, folder: Path, store: Store) -> None:
        store.save_state("manifest", b"1")
        other = fresh(folder, "2")
        assert other.load_state("manifest") is None
        other.save_state("manifest", b"2")
        assert (store.load_state("manifest"), other.load_state("manifest")) == (b"1", b"2")

    def test_a_file_under_the_name_of_another_is_not_taken_for_it(self, folder: Path, store: Store) -> None:
        store.save_state("manifest-1", b"1")
        [path] = files_of(folder, ".state")
        path.rename(path.with_name("manifest-2.state"))
        assert fresh(folder).load_state("manifest-2") is None


class TestEntries:
    def test_what_was_stored_is_loaded(self, folder: Path, store: Store) -> None:
        store.store(entries(1, 2, 3))
        store.store(entries(4))
        assert fresh(folder).load([key(4), key(2), key(5)]) == entries(2, 4)

    def test_a_store_sees_what_others_have_added_since(self, folder: Path, store: Store) -> None:
        assert store.load([key(1)]) == {}
        fresh(folder).store(entries(1))
        assert store.load([key(1)]) == entries(1)

    def test_another_version_sees_nothing_of_it(self, folder: Path, store: Store) -> None:
        store.store(entries(1))
        assert fresh(folder, "2").load([key(1)]) == {}

    def test_nothing_is_neither_stored_nor_looked_for(self, folder: Path, store: Store) -> None:
        store.store({})
        assert store.load([]) == {}
        assert not folder.exists()

    def test_the_same_entries_are_kept_once(self, folder: Path, store: Store) -> None:
        for _ in range(5):
            fresh(folder).store(entries(1, 2))
        assert len(files_of(folder, ".pack")) == 1


class TestCompaction:
    def test_many_small_packs_become_few(self, folder: Path, store: Store) -> None:
        for number in range(200):
            store.store(entries(number))
        assert len(files_of(folder, ".pack")) <= 25
        assert fresh(folder).load(map(key, range(200))) == entries(*range(200))

    def test_a_large_pack_is_not_written_again_for_every_few_small_ones(self, folder: Path, store: Store) -> None:
        store.store(entries(*range(1000, 1500)))
        [large] = files_of(folder, ".pack")
        for number in range(60):
            store.store(entries(number))
        assert large.exists()
        assert len(files_of(folder, ".pack")) <= 25

    def test_a_reader_that_knew_the_old_packs_finds_everything_in_the_new_one(self, folder: Path) -> None:
        reader, writer = fresh(folder), fresh(folder)
        for number in range(60):
            writer.store(entries(number))
            assert reader.load(map(key, range(number + 1))) == entries(*range(number + 1))
        assert reader.warnings == writer.warnings == []

    def test_a_pack_that_vanishes_while_it_is_read_is_a_miss(
        self, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.store(entries(1))
        store.store(entries(2))
        store.load([key(1)])
        gone = files_of(folder, ".pack")[0]
        names = [path.name for path in files_of(folder, ".pack")]
        gone.unlink()
        monkeypatch.setattr(store, "_pack_names", lambda: names)
        assert len(store.load([key(1), key(2)])) == 1

    def test_only_one_process_does_it_at_a_time(self, folder: Path, store: Store) -> None:
        store.store(entries(1))
        lock = files_of(folder, ".pack")[0].with_name("compaction.tmp")
        lock.write_bytes(b"")
        for number in range(30):
            store.store(entries(number))
        assert len(files_of(folder, ".pack")) == 30
        lock.unlink()
        store.store(entries(30))
        assert len(files_of(folder, ".pack")) < 25
        assert not lock.exists()

    def test_one_that_makes_a_pack_that_is_there_already_keeps_that(
        self, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store_module, "_MANY", 2)
        store.store(entries(2, 1))
        age(files_of(folder, ".pack")[0], 3 * DAY)
        store.store(entries(1))
        for path in files_of(folder, ".pack"):
            age(path, time.time() - path.stat().st_mtime + DAY)
        store.store(entries(2))
        assert len(files_of(folder, ".pack")) == 1
        assert store.load([key(1), key(2)]) == entries(1, 2)

    def test_one_that_fails_loses_nothing(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store, replace = fresh(folder), os.replace
        done: list[tuple[str, ...]] = []
        for number in range(24):
            store.store(entries(number))

        def full_soon(*paths: str) -> None:
            failing(errno.ENOSPC)() if done else replace(*paths)
            done.append(paths)

        monkeypatch.setattr(os, "replace", full_soon)
        store.store(entries(24))
        assert len(store.warnings) == 1
        assert fresh(folder).load(map(key, range(25))) == entries(*range(25))

    def test_what_outgrows_the_limit_is_what_nobody_used(
        self, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(24):
            fresh(folder).store({key(number): bytes(1000)})
        monkeypatch.setattr(store_module, "LIMIT", 2 * 5 * 1000)
        used = [key(3), key(20)]
        store.load(used)
        store.store({key(24): bytes(1000)})
        left = fresh(folder).load(map(key, range(25)))
        assert len(left) == 5
        assert {*used, key(24)} <= left.keys()


class TestPruning:
    @staticmethod
    def fill(folder: Path) -> dict[str, Path]:
        """Four files of more than 1 kB each, the oldest first."""
        for version, name in (("2", "other"), ("1", "old"), ("1", "used")):
            fresh(folder, version).save_state(name, bytes(1000))
        fresh(folder).store({key(1): bytes(1000)})
        states = {path.stem: path for path in files_of(folder, ".state")}
        files = {**{name: states[name] for name in ("other", "old", "used")}, "pack": files_of(folder, ".pack")[0]}
        for days, path in enumerate(reversed(files.values()), 1):
            age(path, days * DAY)
        return files

    @pytest.mark.parametrize("limit", range(0, 6000, 1500))
    def test_deletes_the_oldest_until_the_rest_fits(self, folder: Path, store: Store, limit: int) -> None:
        files = self.fill(folder)
        store.prune(limit)
        left = [name for name, path in files.items() if path.exists()]
        assert left == list(files)[len(files) - limit // 1500 if limit < 4500 else 0:]

    def test_what_was_loaded_counts_as_new(self, folder: Path, store: Store) -> None:
        files = self.fill(folder)
        store.load_state("old")
        store.prune(1500)
        assert [name for name, path in files.items() if path.exists()] == ["old"]
        files = self.fill(folder)
        age(files["pack"], 9 * DAY)
        store.load([key(1)])
        store.prune(1500)
        assert [name for name, path in files.items() if path.exists()] == ["pack"]

    def test_a_version_that_nobody_uses_any_more_leaves_no_folder(self, folder: Path, store: Store) -> None:
        files = self.fill(folder)
        store.prune(5000 - 1500)
        assert not files["other"].parent.exists()
        assert files["used"].parent.exists()

    def test_deletes_what_killed_processes_left_but_not_what_is_being_written(self, folder: Path, store: Store) -> None:
        files = self.fill(folder)
        parents = (folder, files["used"].parent)
        left = [parent / f"{'0' * 15}{digit}.tmp" for parent in parents for digit in "ab"]
        for path in left:
            path.write_bytes(b"half")
            age(path, DAY if path.stem.endswith("a") else 1)
        store.prune()
        assert [path.stem[-1] for path in left if path.exists()] == ["b", "b"]
        assert all(path.exists() for path in files.values())

    def test_saving_a_state_does_it_once_in_a_while(self, folder: Path, store: Store) -> None:
        store.save_state("manifest", b"")
        litter = folder / f"{'0' * 16}.tmp"
        litter.write_bytes(b"half")
        age(litter, DAY)
        store.save_state("manifest", b"")
        assert litter.exists()
        age(folder / "CACHEDIR.TAG", DAY)
        store.save_state("manifest", b"")
        assert not litter.exists()
        assert time.time() - (folder / "CACHEDIR.TAG").stat().st_mtime < 3600

    def test_there_need_be_no_cache(self, folder: Path, store: Store) -> None:
        store.prune()
        assert not folder.exists()


class TestFolder:
    def test_marks_itself_as_a_cache_that_git_ignores(self, folder: Path, store: Store) -> None:
        store.save_state("manifest", b"")
        assert (folder / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n")
        assert (folder / ".gitignore").read_bytes() == b"*\n"

    def test_leaves_no_other_file_behind(self, folder: Path, store: Store) -> None:
        store.save_state("manifest", b"")
        store.store(entries(1))
        names = [path.name for path in files_of(folder) if path.suffix not in (".pack", ".state")]
        assert names == [".gitignore", "CACHEDIR.TAG"]

    def test_an_empty_folder_is_taken_over(self, folder: Path, store: Store) -> None:
        folder.mkdir()
        (folder / ".gitignore").write_text("*\n!.gitignore\n")
        store.save_state("manifest", b"1")
        assert store.load_state("manifest") == b"1"
        assert (folder / ".gitignore").read_text() == "*\n!.gitignore\n"

    @pytest.mark.parametrize("size", [0, 10, 100])
    def test_a_mark_that_a_power_failure_cut_short_is_mended(self, folder: Path, store: Store, size: int) -> None:
        Store(str(folder), "0").save_state("manifest", b"1")
        mark = folder / "CACHEDIR.TAG"
        whole = mark.read_bytes()
        mark.write_bytes(whole[:size])
        store.save_state("manifest", b"1")
        assert mark.read_bytes() == whole

    @pytest.mark.parametrize("name", ["main.py", "CACHEDIR.TAG", "v1"])
    def test_a_folder_that_holds_other_things_is_left_alone(self, folder: Path, name: str) -> None:
        folder.mkdir()
        (folder / name).write_text("Signature: 8a477f597d28d172789f06886806bc55\n# This is a cache of another tool.\n")
        store = fresh(folder)
        store.save_state("manifest", b"1")
        store.store(entries(1))
        store.prune(0)
        assert os.listdir(folder) == [name]
        assert (store.load_state("manifest"), store.load([key(1)])) == (None, {})
        [warning] = store.warnings
        assert str(folder) in warning and f"({name})" in warning

    def test_a_file_in_its_place_is_left_alone(self, folder: Path) -> None:
        folder.write_text("mine")
        store = fresh(folder)
        assert (store.load_state("manifest"), store.load([key(1)])) == (None, {})
        store.save_state("manifest", b"1")
        store.store(entries(1))
        store.prune()
        assert folder.read_text() == "mine"
        assert len(store.warnings) == 1

    def test_is_created_again_when_somebody_deletes_it(self, folder: Path, store: Store) -> None:
        store.store(entries(1))
        clean(str(folder))
        store.store(entries(2))
        store.save_state("manifest", b"1")
        assert store.load([key(1), key(2)]) == entries(2)
        assert (folder / "CACHEDIR.TAG").is_file()

    @POSIX
    def test_may_be_a_link(self, folder: Path, store: Store, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        folder.symlink_to(tmp_path / "elsewhere")
        store.store(entries(1))
        assert store.load([key(1)]) == entries(1)

    @POSIX
    def test_permissions_follow_the_umask(self, folder: Path, store: Store) -> None:
        before = os.umask(0o027)
        try:
            store.save_state("manifest", b"1")
            store.store(entries(1))
        finally:
            os.umask(before)
        modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
        assert modes == {True: 0o750, False: 0o640}


class TestCacheFolder:
    @pytest.fixture(autouse=True)
    def nothing_in_the_environment(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("SSOT_LINT_CACHE_DIR", raising=False)
        monkeypatch.chdir(tmp_path)

    def test_stands_at_the_root_of_the_project(self, tmp_path: Path) -> None:
        assert cache_folder(str(tmp_path / "project"), None) == str(tmp_path / "project" / ".ssot_lint_cache")

    def test_or_where_the_environment_says(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSOT_LINT_CACHE_DIR", "shared")
        assert cache_folder(str(tmp_path / "project"), None) == os.path.join(os.getcwd(), "shared")
        monkeypatch.setenv("SSOT_LINT_CACHE_DIR", "")
        assert cache_folder(str(tmp_path / "project"), None) == str(tmp_path / "project" / ".ssot_lint_cache")

    def test_or_before_all_where_the_user_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSOT_LINT_CACHE_DIR", "shared")
        assert cache_folder("project", "given") == os.path.join(os.getcwd(), "given")
        assert cache_folder("project", "~/given") == os.path.normpath(os.path.expanduser("~/given"))


class TestClean:
    def test_removes_everything_and_says_how_much_that_was(self, folder: Path, store: Store) -> None:
        store.save_state("manifest", bytes(1000))
        store.store(entries(1))
        size = sum(path.stat().st_size for path in files_of(folder))
        assert clean(str(folder)) == size
        assert not folder.exists()

    def test_where_there_is_nothing(self, folder: Path) -> None:
        assert clean(str(folder)) == 0

    @pytest.mark.parametrize("name", ["", "main.py", "CACHEDIR.TAG"])
    def test_refuses_what_is_not_ours(self, folder: Path, name: str) -> None:
        folder.mkdir()
        if name:
            (folder / name).write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
        with pytest.raises(UsageError, match="is not a cache of ssot-lint"):
            clean(str(folder))
        assert os.listdir(folder) == [name] * bool(name)

    def test_refuses_a_file(self, folder: Path) -> None:
        folder.write_text("mine")
        with pytest.raises(UsageError, match="is not a cache of ssot-lint"):
            clean(str(folder))
        assert folder.read_text() == "mine"

    @POSIX
    def test_follows_no_link(self, folder: Path, store: Store, tmp_path: Path) -> None:
        store.save_state("manifest", b"1")
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "x.py").write_text("x = 1\n")
        for parent in (folder, files_of(folder, ".state")[0].parent):
            (parent / "folder").symlink_to(tmp_path / "mine")
            (parent / "file").symlink_to(tmp_path / "mine" / "x.py")
            (parent / "broken").symlink_to(tmp_path / "nowhere")
        link = tmp_path / "link"
        link.symlink_to(folder)
        with pytest.raises(UsageError, match="symbolic link"):
            clean(str(link))
        clean(str(folder))
        assert not folder.exists()
        assert (tmp_path / "mine" / "x.py").read_text() == "x = 1\n"

    def test_what_cannot_be_removed_is_an_error_and_can_be_tried_again(
        self, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.save_state("manifest", b"1")
        with monkeypatch.context() as patch:
            patch.setattr(os, "rmdir", failing(errno.EACCES))
            with pytest.raises(UsageError, match="cannot remove"):
                clean(str(folder))
        clean(str(folder))
        assert not folder.exists()

    def test_what_others_write_meanwhile_stays_a_cache(
        self, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.save_state("manifest", b"1")
        remove_folder = os.rmdir

        def late(path: str) -> None:
            monkeypatch.setattr(os, "rmdir", remove_folder)
            store.save_state("manifest", b"2")
            remove_folder(path)

        monkeypatch.setattr(os, "rmdir", late)
        clean(str(folder))
        assert store.load_state("manifest") == b"2"
        assert (folder / "CACHEDIR.TAG").is_file()
        clean(str(folder))
        assert not folder.exists()


def failing(number: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


class TestTrouble:
    """Disks that are full, read-only or broken."""

    ERRORS = pytest.mark.parametrize(
        "error", [errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EIO], ids=errno.errorcode.get
    )

    @ERRORS
    @pytest.mark.parametrize("name", ["replace", "open", "makedirs", "listdir", "fstat"])
    @pytest.mark.parametrize("exists", [True, False])
    def test_is_a_miss_and_one_warning(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, error: int, name: str, exists: bool
    ) -> None:
        if exists:
            fresh(folder).save_state("manifest", b"1")
            fresh(folder).store(entries(1))
        store = fresh(folder)
        with monkeypatch.context() as patch:
            patch.setattr(os, name, failing(error))
            store.save_state("manifest", b"2")
            store.store(entries(1, 2))
            assert store.load_state("manifest") in (b"1", b"2", None)
            assert store.load([key(1)]) in ({}, entries(1))
            store.prune()
        assert files_of(folder, ".tmp") == []
        self.check(store.warnings, folder, error, fails=not exists or name not in ("makedirs", "fstat"))

    @staticmethod
    def check(warnings: list[str], folder: Path, error: int, fails: bool) -> None:
        assert len(warnings) <= 1
        if fails and not (os.name == "nt" and error in (errno.EACCES, errno.EPERM)):
            [warning] = warnings
            assert warning.startswith(f"the cache {folder} cannot be used ({os.strerror(error)}: ")
            assert "results are not affected" in warning
            for way_out in ("ssot-lint clean", "--cache-dir", "SSOT_LINT_CACHE_DIR", "--no-cache"):
                assert way_out in warning

    def test_a_disk_that_is_full_half_way_keeps_what_was_there(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fresh(folder).save_state("manifest", b"1")
        fresh(folder).store(entries(1))
        before = {path: path.read_bytes() for path in files_of(folder)}
        store = fresh(folder)
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "open", full_disk(100))
            store.save_state("manifest", bytes(10_000))
            store.store({key(2): bytes(10_000)})
        assert {path: path.read_bytes() for path in files_of(folder)} == before
        [warning] = store.warnings
        assert os.strerror(errno.ENOSPC) in warning

    @POSIX
    @pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write anywhere")
    def test_a_folder_that_can_only_be_read_serves_all_the_same(self, folder: Path) -> None:
        fresh(folder).save_state("manifest", b"1")
        fresh(folder).store(entries(1))
        places = [folder, files_of(folder, ".state")[0].parent]
        for path in (*files_of(folder), *places):
            age(path, DAY)
            path.chmod(0o555 if path in places else 0o444)
        store = fresh(folder)
        assert (store.load_state("manifest"), store.load([key(1)]), store.warnings) == (b"1", entries(1), [])
        store.save_state("manifest", b"2")
        assert len(store.warnings) == 1
        for path in places:
            path.chmod(0o755)

    @POSIX
    def test_a_fifo_does_not_block(self, folder: Path, store: Store) -> None:
        store.save_state("manifest", b"1")
        [path] = files_of(folder, ".state")
        path.unlink()
        os.mkfifo(path)
        os.mkfifo(path.with_suffix(".pack"))
        other = fresh(folder)
        assert (other.load_state("manifest"), other.load([key(1)])) == (None, {})
        assert len(other.warnings) == 1

    def test_windows_file_that_is_open_is_waited_for(
        self, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.save_state("manifest", b"1")
        replace, failures = os.replace, iter([errno.EACCES] * 3)

        def busy(*arguments: str) -> None:
            number = next(failures, None)
            failing(number)() if number else replace(*arguments)

        monkeypatch.setattr(cache_files, "WINDOWS", True)
        monkeypatch.setattr(os, "replace", busy)
        store.save_state("manifest", b"2")
        assert store.load_state("manifest") == b"2"

    def test_windows_file_that_stays_open_is_given_up_silently(
        self, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.save_state("manifest", b"1")
        monkeypatch.setattr(cache_files, "WINDOWS", True)
        monkeypatch.setattr(os, "replace", failing(errno.EACCES))
        store.save_state("manifest", b"2")
        store.store(entries(1))
        assert store.load_state("manifest") == b"1"
        assert files_of(folder, ".tmp") == []


def full_disk(room: int) -> Callable[..., Any]:
    """An `open` whose files take up so many bytes and no more."""
    really_open = builtins.open

    def opened(*arguments: Any, **options: Any) -> Any:
        stream = really_open(*arguments, **options)
        write = stream.raw.write
        left = [room]

        class Full:
            def __enter__(self) -> Full:
                return self

            def __exit__(self, *_: object) -> None:
                stream.close()

            def write(self, data: bytes) -> None:
                write(data[:left[0]])
                left[0] -= len(data)
                if left[0] < 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            def writelines(self, parts: tuple[bytes, ...]) -> None:
                for part in parts:
                    self.write(part)

        return Full()

    return opened


# --- any sequence of operations, held against a dictionary

NUMBERS = st.lists(st.integers(0, 12), max_size=4)
NAMES = st.sampled_from(["a", "b-1"])
VERSIONS = st.sampled_from(["1", "2"])
OPERATIONS = st.one_of(
    st.tuples(st.just("store"), VERSIONS, NUMBERS),
    st.tuples(st.just("load"), VERSIONS, NUMBERS),
    st.tuples(st.just("save_state"), VERSIONS, NAMES, st.binary(max_size=40)),
    st.tuples(st.just("load_state"), VERSIONS, NAMES),
    st.tuples(st.just("reopen"), VERSIONS),
    st.tuples(st.just("prune"), VERSIONS),
    st.tuples(st.just("empty"), VERSIONS),
    st.tuples(st.just("clean"), VERSIONS),
)


class Model:
    """A store and a dictionary of each version, on which the same is done."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.stores = {version: Store(folder, version) for version in "12"}
        self.entries: dict[str, dict[str, bytes]] = {"1": {}, "2": {}}
        self.states: dict[tuple[str, str], bytes] = {}

    def store(self, version: str, numbers: list[int]) -> None:
        self.stores[version].store(entries(*numbers))
        self.entries[version].update(entries(*numbers))

    def load(self, version: str, numbers: list[int]) -> None:
        wanted = {key(number) for number in numbers}
        kept = {each: data for each, data in self.entries[version].items() if each in wanted}
        assert self.stores[version].load(wanted) == kept

    def save_state(self, version: str, name: str, data: bytes) -> None:
        self.stores[version].save_state(name, data)
        self.states[version, name] = data

    def load_state(self, version: str, name: str) -> None:
        assert self.stores[version].load_state(name) == self.states.get((version, name))

    def reopen(self, version: str) -> None:
        self.stores[version] = Store(self.folder, version)

    def prune(self, version: str) -> None:
        self.stores[version].prune()

    def empty(self, version: str) -> None:
        self.stores[version].prune(0)
        self._forget()

    def clean(self, version: str) -> None:
        clean(self.folder)
        assert not os.path.exists(self.folder)
        self._forget()

    def _forget(self) -> None:
        self.entries = {"1": {}, "2": {}}
        self.states = {}

    def finish(self) -> None:
        for version in self.stores:
            self.reopen(version)
            self.load(version, list(range(13)))
            for name in ("a", "b-1"):
                self.load_state(version, name)
            assert self.stores[version].warnings == []


@given(st.lists(OPERATIONS, max_size=40))
@settings(deadline=None)
def test_any_sequence_of_operations_is_that_on_a_dictionary(operations: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as parent, pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "_MANY", 2)
        model = Model(os.path.join(parent, "cache"))
        for name, *arguments in operations:
            getattr(model, name)(*arguments)
        model.finish()


# --- anything done to any file

DAMAGE = st.tuples(
    st.integers(0, 100),
    st.sampled_from(["flip", "cut", "empty", "append", "exchange", "folder", "delete"]),
    st.floats(0, 1),
    st.integers(1, 255),
)


def damage(files: list[Path], which: int, how: str, where: float, what: int) -> None:
    path = files[which % len(files)]
    data = path.read_bytes() if path.is_file() else b""
    position = int(where * len(data))
    other = files[what % len(files)]
    damaged = {
        "flip": data[:position] + bytes(byte ^ what for byte in data[position:position + 1]) + data[position + 1:],
        "cut": data[:position],
        "empty": b"",
        "append": data + bytes([what]) * (position + 1),
        "exchange": other.read_bytes() if other.is_file() else b"",
    }
    if path.is_file():
        path.unlink()
    if how == "folder":
        path.mkdir(exist_ok=True)
    elif how != "delete" and not path.exists():
        path.write_bytes(damaged[how])


@given(st.lists(DAMAGE, min_size=1, max_size=4))
@settings(deadline=None)
def test_damage_to_any_file_is_a_miss(damages: list[tuple[int, str, float, int]]) -> None:
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "cache"
        whole, states = entries(*range(8)), {"a": b"0123456789" * 9, "b": b""}
        write_everything(folder, states)
        files = files_of(folder)
        for each in damages:
            damage(files, *each)
        store = fresh(folder)
        assert store.load(whole).items() <= whole.items()
        assert all(store.load_state(name) in (data, None) for name, data in states.items())
        store.prune()
        write_again(store, whole, states)
        assert fresh(folder).load(whole) == whole
        assert len(store.warnings) <= 1


def write_everything(folder: Path, states: dict[str, bytes]) -> None:
    store = fresh(folder)
    for numbers in ((0, 1, 2), (3,), (4, 5, 6, 7), (0, 7)):
        store.store(entries(*numbers))
    for name, data in states.items():
        store.save_state(name, data)


def write_again(store: Store, whole: dict[str, bytes], states: dict[str, bytes]) -> None:
    store.store(whole)
    for name, data in states.items():
        store.save_state(name, data)
        assert store.load_state(name) in (data, None)


@pytest.mark.parametrize("suffix", [".pack", ".state"])
def test_no_single_bit_can_change_unnoticed(folder: Path, suffix: str) -> None:
    fresh(folder).store(entries(7))
    fresh(folder).save_state("manifest", b"0123456789")
    [path] = files_of(folder, suffix)
    sound = path.read_bytes()
    for position in range(len(sound)):
        path.write_bytes(sound[:position] + bytes([sound[position] ^ 1 << position % 8]) + sound[position + 1:])
        store = fresh(folder)
        assert store.load_state("manifest") == (b"0123456789" if suffix == ".pack" else None)
        assert store.load([key(7)]) == (entries(7) if suffix == ".state" else {})
        assert len(store.warnings) == 1
        assert "damaged" in store.warnings[0] and path.name in store.warnings[0]


def test_a_damaged_file_is_complained_of_once_and_then_gone(folder: Path) -> None:
    write_everything(folder, {"manifest": b"1"})
    for path in files_of(folder, ".pack"):
        path.write_bytes(path.read_bytes()[:-1])
    first, second = fresh(folder), fresh(folder)
    assert (first.load([key(1)]), len(first.warnings)) == ({}, 1)
    assert (second.load([key(1)]), second.warnings) == ({}, [])


# --- many processes, and processes that are killed

PROCESS = """
import hashlib, random, sys
from ssot_lint.cache.store import Store

def key(number):
    return hashlib.sha256(b"%d" % number).hexdigest()

def content(of):
    return of.encode() * (int(of[:2], 16) // 4)

folder, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
store = Store(folder, "1")
for number in range(first, first + count):
    store.store({key(number): content(key(number)), key(number % 7): content(key(number % 7))})
    store.save_state("last", b"%d " % number * 100)
    print(number, flush=True)
    asked = [key(random.randrange(8 * count)) for _ in range(5)] + [key(number)]
    found = store.load(asked)
    assert all(found[each] == content(each) for each in found), "wrong bytes"
    words = store.load_state("last").split()
    assert len(words) == 100 and len(set(words)) == 1, "a mixed state"
assert store.warnings == [], store.warnings
"""


def start(folder: Path, first: int, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROCESS, str(folder), str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_eight_processes_at_once(folder: Path, store: Store) -> None:
    processes = [start(folder, 40 * worker, 40) for worker in range(8)]
    outcomes = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
    assert outcomes == [("", 0)] * 8
    assert store.load(map(key, range(320))) == entries(*range(320))
    assert files_of(folder, ".tmp") == []


def test_a_process_that_is_killed_leaves_all_that_it_had_finished(folder: Path) -> None:
    done: set[int] = set()
    for attempt in range(10):
        process = start(folder, 100_000 * attempt, 100_000)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0, 0.12))
        process.kill()
        lines = process.communicate(timeout=60)[0].split("\n")[:-1]
        done |= {100_000 * attempt, *map(int, lines)}
        store = fresh(folder)
        assert store.load(map(key, done)) == entries(*done)
        state = store.load_state("last")
        assert state is not None and len(set(state.split())) == 1 and int(state.split()[0]) >= max(done)
        assert store.warnings == []


def test_importing_it_is_cheap() -> None:
    # What msgspec and the interpreter bring is not ours to choose, and differs between versions.
    code = "import sys, msgspec; known = set(sys.modules); import ssot_lint.cache.store; "
    code += "print(*set(sys.modules) - known)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"hashlib", "shutil", "tempfile", "pickle", "subprocess", "multiprocessing", "ssot_lint.cache.packs"}
    assert "ssot_lint.cache.store" in loaded
    assert heavy.isdisjoint(loaded)

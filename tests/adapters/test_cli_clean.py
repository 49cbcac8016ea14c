"""`ssot-lint clean`, as the real program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ssot_lint.cache.store import Store
from tests.adapters.program import CONFIGURATION, Done, project, ssot_lint, tree

CACHE = ".ssot_lint_cache"


def filled(folder: Path, size: int = 2_000_000) -> Path:
    """A cache with something in it."""
    store = Store(str(folder), "1")
    store.save_state("manifest", bytes(size))
    assert store.warnings == []
    return folder


def said(done: Done) -> str:
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().replace("\r\n", "\n").replace(os.sep, "/")


def refused(done: Done) -> str:
    assert done.returncode == 2
    return done.stderr.decode().replace(os.sep, "/")


@pytest.mark.parametrize("arguments", [[], ["chat"], ["chat/engine.py"], ["--config", "pyproject.toml"]])
def test_removes_the_cache_of_the_project_and_says_what_that_freed(tmp_path: Path, arguments: list[str]) -> None:
    cache = filled(project(tmp_path) / CACHE)
    assert said(ssot_lint("clean", *arguments, cwd=tmp_path)) == f"Removed {CACHE} (2.0 MB)\n"
    assert not cache.exists()
    assert (tmp_path / "chat" / "engine.py").is_file()


def test_from_a_folder_below(tmp_path: Path) -> None:
    cache = filled(project(tmp_path) / CACHE, 20_000)
    assert said(ssot_lint("clean", cwd=tmp_path / "chat")).endswith(f"/{CACHE} (20.2 kB)\n")
    assert not cache.exists()


def test_the_caches_of_projects_further_down(tmp_path: Path) -> None:
    tree(tmp_path, {"a/pyproject.toml": CONFIGURATION, "b/c/pyproject.toml": CONFIGURATION, "d/x.py": ""})
    caches = [filled(tmp_path / name / CACHE) for name in ("a", "b/c")]
    assert said(ssot_lint("clean", cwd=tmp_path)) == f"Removed a/{CACHE} (2.0 MB)\nRemoved b/c/{CACHE} (2.0 MB)\n"
    assert not any(cache.exists() for cache in caches)


def test_but_not_those_in_folders_of_tools(tmp_path: Path) -> None:
    cache = filled(project(tmp_path) / "node_modules" / "x" / CACHE)
    said(ssot_lint("clean", cwd=tmp_path))
    assert cache.exists()


def test_the_folder_that_cache_dir_names(tmp_path: Path) -> None:
    kept, removed = filled(project(tmp_path) / CACHE), filled(tmp_path / "elsewhere")
    assert said(ssot_lint("clean", "--cache-dir", "elsewhere", cwd=tmp_path)) == "Removed elsewhere (2.0 MB)\n"
    assert (kept.exists(), removed.exists()) == (True, False)


def test_the_folder_that_the_environment_names(tmp_path: Path) -> None:
    kept, removed = filled(project(tmp_path) / CACHE), filled(tmp_path / "shared")
    done = ssot_lint("clean", cwd=tmp_path / "chat", SSOT_LINT_CACHE_DIR=str(removed))
    assert said(done).endswith("/shared (2.0 MB)\n")
    assert (kept.exists(), removed.exists()) == (True, False)


def test_nothing_to_remove(tmp_path: Path) -> None:
    assert said(ssot_lint("clean", cwd=project(tmp_path))) == f"There is no cache to remove ({CACHE})\n"


def test_no_project_at_all(tmp_path: Path) -> None:
    assert said(ssot_lint("clean", cwd=tmp_path)) == "There is no cache to remove (no project at .)\n"


def test_refuses_a_folder_that_is_no_cache(tmp_path: Path) -> None:
    root = project(tmp_path)
    assert "chat is not a cache of ssot-lint" in refused(ssot_lint("clean", "--cache-dir", "chat", cwd=root))
    assert (root / "chat" / "engine.py").is_file()


def test_refuses_a_foreign_folder_and_removes_the_others(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": CONFIGURATION, f"{CACHE}/notes.txt": "mine", "a/pyproject.toml": CONFIGURATION})
    removed = filled(tmp_path / "a" / CACHE)
    done = ssot_lint("clean", cwd=tmp_path)
    assert f"{CACHE} is not a cache of ssot-lint" in refused(done)
    assert f"Removed a/{CACHE} (2.0 MB)" in done.stdout.decode().replace(os.sep, "/")
    assert (tmp_path / CACHE / "notes.txt").read_text() == "mine"
    assert not removed.exists()


@pytest.mark.parametrize("arguments", [["nowhere"], ["--config", "nowhere"]])
def test_refuses_a_path_that_does_not_exist(tmp_path: Path, arguments: list[str]) -> None:
    assert "nowhere: does not exist" in refused(ssot_lint("clean", *arguments, cwd=tmp_path))


@pytest.mark.skipif(os.name == "nt", reason="links need privileges there")
def test_does_not_follow_a_link(tmp_path: Path) -> None:
    target = filled(tmp_path / "elsewhere")
    root = project(tmp_path / "project")
    (root / CACHE).symlink_to(target)
    assert f"ssot-lint clean --cache-dir {target.resolve()}" in refused(ssot_lint("clean", cwd=root))
    assert target.exists()

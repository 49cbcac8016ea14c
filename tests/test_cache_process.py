"""What only this process could not do, for want of time or memory, is not kept; nor is the environment a part of it."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.config import load
from ssot_lint.engine import Project, Report
from ssot_lint.facts import extract
from ssot_lint.index import astroid_bridge
from ssot_lint.model.facts import FileFacts
from tests.adapters.program import CONFIGURATION as PYPROJECT
from tests.adapters.program import project
from tests.edits import CACHE
from tests.test_cache_witnesses import settle, trust_what_is_as_old_as_a_tick

__all__ = ["trust_what_is_as_old_as_a_tick"]

OLD = "from chat.old import Engine\n"
ONLY_ASTROID_KNOWS = """
from chat.engine import Engine
engines = [Engine()]
engines[0].create_from_legacy()
"""
REMOVED = PYPROJECT + 'removed = { create_from_legacy = "construct it" }\n'
LONG = f"{OLD}x = {'9' * 6000}\n"


def checked(root: Path) -> Report:
    """With a cache beside the project, and everything old enough to be trusted."""
    settle()
    return Project(str(root), load(str(root / "pyproject.toml")), jobs=1, cache=str(root.with_name(CACHE))).check()


def test_a_parser_without_memory_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path / "project", {"chat/api.py": OLD})

    def fail(text: str, parse: Callable[[str], object] = ast.parse) -> object:
        if text == OLD:
            raise MemoryError
        return parse(text)

    with monkeypatch.context() as patch:
        patch.setattr("ssot_lint.facts.extract.ast.parse", fail)
        assert "unreadable-file" in {item.rule for item in checked(root).violations}
    after = checked(root)
    assert "unreadable-file" not in {item.rule for item in after.violations}
    assert checked(root) == after


def test_a_text_that_is_nested_too_deeply_is_fleeting(monkeypatch: pytest.MonkeyPatch) -> None:
    def facts_in(depth: int) -> FileFacts:
        return extract.facts_of_text("x = " + "-" * depth + "1\n")

    unreadable = facts_in(100_000).unreadable
    assert unreadable is not None and unreadable.fleeting
    assert facts_in(10).unreadable is None


def test_what_astroid_had_no_time_for_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path / "project", {"chat/api.py": ONLY_ASTROID_KNOWS, "pyproject.toml": REMOVED})
    with monkeypatch.context() as patch:
        patch.setattr(astroid_bridge, "BUDGET", -1.0)
        hurried = checked(root)
    after = checked(root)
    assert after.violations != hurried.violations
    assert checked(root) == after


@pytest.mark.skipif(not hasattr(sys, "set_int_max_str_digits"), reason="this Python reads integers of any length")
@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_long_integer_is_read_whatever_the_environment_says(command: str, tmp_path: Path) -> None:
    root = project(tmp_path / "project", {"chat/api.py": LONG})
    said = [
        subprocess.run(
            [sys.executable, "-m", "ssot_lint", command, "--no-cache", *(["--diff"] if command == "fix" else [])],
            cwd=root, env={**os.environ, "PYTHONINTMAXSTRDIGITS": digits}, capture_output=True, timeout=120,
        ).stdout.partition(b" in ")[0]
        for digits in ("0", "640", "100000")
    ]
    assert said[0] == said[1] == said[2] and b"api.py" in said[0]

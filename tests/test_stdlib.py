"""The standard library as a project: large, old, and deliberately bad where it tests Python itself."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import sysconfig
import warnings
from pathlib import Path

import pytest

CONFIGURATION = """
gone = ["distutils"]
unreadable-file = { scope = "all" }

[[truth]]
name = "path"
canonical = "pathlib:Path"
retired = ["posixpath", "ntpath:join"]
removed = { link_to = "use hardlink_to" }
duplicates = { names = ["*Path"] }
"""
# Ends with a statement cut short, in a coding nobody knows, in the middle of a character, deeper than any parser goes.
BAD_FILES = {
    "cut_short.py": b"def f(:\n",
    "unknown_coding.py": b"# coding: no-such-thing\nx = 1\n",
    "broken_character.py": b"x = '\xff'\n",
    "too_deep.py": b"x = " + b"(" * 5000 + b")" * 5000 + b"\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the standard library's sources, its tests included where they are installed, and a few bad files."""
    root = tmp_path_factory.mktemp("library")
    shutil.copytree(sysconfig.get_path("stdlib"), root, ignore=not_source, dirs_exist_ok=True)
    for name, content in BAD_FILES.items():
        (root / name).write_bytes(content)
    (root / "ssot-lint.toml").write_text(CONFIGURATION, encoding="utf-8")
    return root


def not_source(folder: str, names: list[str]) -> set[str]:
    """What `copytree` leaves out of a folder."""
    installed = {"site-packages", "dist-packages", "__pycache__"}
    return {name for name in names if name in installed or "." in name and not name.endswith(".py")}


def refused_by_the_parser(root: Path) -> set[str]:
    """Paths, relative with `/`, of the files that Python itself cannot parse."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*.py") if path.is_file() and not parses(path)}


def parses(path: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(path.read_bytes(), str(path), "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def test_each_file_that_python_cannot_parse_is_unreadable_and_no_other(library: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "ssot_lint", "check", "--format", "json", str(library)],
        capture_output=True,
        timeout=300,
        cwd=library.parent,
    )
    assert (outcome.returncode, outcome.stderr) == (1, b"")
    violations = json.loads(outcome.stdout)["violations"]
    unreadable = [
        item["path"].removeprefix(f"{library.name}/") for item in violations if item["code"] == "SOT901"
    ]
    assert sorted(unreadable) == sorted(refused_by_the_parser(library))
    assert set(BAD_FILES) <= set(unreadable)

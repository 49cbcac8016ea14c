"""What a start costs: which modules it imports. What comes in by accident fails here, and not in a user's editor."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.adapters.program import environment, project

OUR_PACKAGES = {"ssot_lint", "ssot_lint.adapters", "ssot_lint.adapters.cli", "ssot_lint.cache"}

UNCHANGED = OUR_PACKAGES | {
    "ssot_lint.__main__",
    "ssot_lint.adapters.cli.app",
    "ssot_lint.adapters.cli.replay",
    "ssot_lint.adapters.cli.streams",
    "ssot_lint.cache.answers",
    "ssot_lint.cache.framing",
    "ssot_lint.cache.grounds",
    "ssot_lint.cache.identity",
    "ssot_lint.cache.place",
    "ssot_lint.cache.states",
    "ssot_lint.errors",
}
"""All of ours that is needed to find that nothing has changed; nothing of anybody else's is."""

HELP = UNCHANGED | {
    "ssot_lint.adapters.cli.commands",
    "ssot_lint.adapters.cli.options",
    "ssot_lint.adapters.cli.parser",
    "ssot_lint.reporters",
    "ssot_lint.reporters.formats",
    "ssot_lint.reporters.registry",
    "ssot_lint.reporters.style",
    "ssot_lint.reporters.totals",
}
"""Besides the commands themselves, which all have a say in `--help`."""

SPARED = {
    "argparse", "ast", "asyncio", "concurrent", "dataclasses", "enum", "hashlib", "importlib.metadata", "inspect",
    "json", "logging", "multiprocessing", "pathlib", "pkgutil", "re", "shutil", "socket", "subprocess", "tempfile",
    "threading", "typing",
}
"""Of Python's own modules, those that take longest. `--help` needs the first, and what that is made of."""

SPARED_BY_HELP = SPARED - {"argparse", "enum", "inspect", "pkgutil", "re", "shutil", "typing"} - {"ast"}

LIST = """
import json, sys
before = set(sys.modules)
from ssot_lint.__main__ import main
try:
    status = main(sys.argv[2:])
except SystemExit as error:
    status = error.code
with open(sys.argv[1], "w") as stream:
    json.dump([status, sorted(set(sys.modules) - before)], stream)
"""


def imported(tmp_path: Path, *words: str) -> set[str]:
    """The modules that a run of `ssot-lint WORDS` imports beyond those of a bare interpreter."""
    tmp_path.mkdir(exist_ok=True)
    command = (sys.executable, "-c", LIST, str(tmp_path.parent / "modules.json"), *words)
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, timeout=60)
    status, modules = json.loads((tmp_path.parent / "modules.json").read_text("utf-8"))
    assert status in (0, 1), done.stderr.decode()
    return set(modules)


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] == "ssot_lint"}


def foreign(modules: set[str]) -> set[str]:
    """The packages that are neither ours nor Python's."""
    return {name.partition(".")[0] for name in modules} - {"ssot_lint"} - set(sys.stdlib_module_names)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is imported where nothing has changed since the last run, and for some time before."""
    root = project(tmp_path_factory.mktemp("startup") / "project")
    imported(root, "check")
    time.sleep(2.2)  # what is younger is not trusted
    imported(root, "check")
    return imported(root, "check")


def test_an_unchanged_tree_needs_little_of_ours(unchanged: set[str]) -> None:
    assert ours(unchanged) == UNCHANGED


def test_an_unchanged_tree_needs_nobody_elses(unchanged: set[str]) -> None:
    assert foreign(unchanged) == set()


def test_an_unchanged_tree_needs_little_of_pythons(unchanged: set[str]) -> None:
    assert unchanged & SPARED == set()


@pytest.fixture(scope="module")
def of_help(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return imported(tmp_path_factory.mktemp("help") / "empty", "--help")


def test_help_needs_no_engine(of_help: set[str]) -> None:
    commands = {name for name in ours(of_help) if name.startswith("ssot_lint.adapters.cli.commands.")}
    assert ours(of_help) - commands == HELP


def test_help_needs_nobody_elses(of_help: set[str]) -> None:
    assert foreign(of_help) == set()


def test_help_needs_little_of_pythons(of_help: set[str]) -> None:
    assert of_help & SPARED_BY_HELP == set()

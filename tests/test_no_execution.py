"""Analysed code is data: nothing of it is imported, executed or loaded, whatever it is called and wherever we stand.

The tree under check holds a module for every door by which code could get in: the names that Python runs at start-up,
the names of modules that ssot-lint and its libraries import themselves, receivers that only inference can settle, a
broken extension module that fails whoever loads it. Each module leaves a mark when it is executed, and an audit hook in
the checking processes writes down what goes on there.
"""

from __future__ import annotations

import importlib.machinery
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import WriteTree

CONFIGURATION = """
[[truth]]
name = "engine"
canonical = "chat.engine:Engine"
retired = ["chat.old", "chat.native"]
removed = { create_from_legacy = "construct it directly" }
duplicates = { names = ["*Engine"] }
"""

# Executed on import, on definition, on decoding, on loading: wherever a tool could slip.
MARK = """
import os
def leave_a_mark(*arguments, **options):
    open(os.environ["SSOT_LINT_TEST_MARKS"], "a").write({name!r} + chr(10))
    return lambda thing: thing
leave_a_mark()
"""
MODULE = """
@leave_a_mark()
class Decorated(metaclass=leave_a_mark() and type):
    field: leave_a_mark() = leave_a_mark()
def function(argument: leave_a_mark() = leave_a_mark()) -> "leave_a_mark()": ...
def __getattr__(name): return leave_a_mark()
"""
ENGINE = """
class Engine:
    def __init__(self, context): ...
    def run(self): ...
"""
USES = """
from chat.engine import Engine
from chat.native import make_native
from chat.old import OldEngine
from chat.makers import make, Maker
import importlib
importlib.import_module("chat.old")
make().create_from_legacy(1)
make_native().create_from_legacy(2)
[maker() for maker in (make, Maker().build)][0].create_from_legacy(3)
Engine.create_from_legacy(4)
"""
MAKERS = """
import json, collections, dataclasses, chat.native
from chat.engine import Engine
def make(): return {"engine": Engine(None)}["engine"]
@dataclasses.dataclass
class Maker:
    kind: type = Engine
    def build(self): return self.kind(json.loads("{}"))
"""
RUN_AT_START_UP = ["sitecustomize", "usercustomize", "conftest", "setup", "noxfile", "__main__", "__init__"]
SHADOWING = ["json", "ast", "tokenize", "logging", "tomli", "msgspec", "pathspec", "astroid", "flake8", "ssot_lint"]

# Runs at the start of each checking process, child processes included, since its folder is on PYTHONPATH.
WATCHER = """
import json, os, sys
TREE, LOG = os.environ["SSOT_LINT_TEST_TREE"], os.environ["SSOT_LINT_TEST_LOG"]
PROCESSES = {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "subprocess.Popen"}
def below_tree(value):
    return isinstance(value, str) and os.path.isabs(value) and os.path.realpath(value).startswith(TREE + os.sep)
def suspicious(event, arguments):
    if event == "import":
        return below_tree(arguments[1]) or any(entry in ("", TREE) or below_tree(entry) for entry in arguments[2] or ())
    if event == "exec":
        return below_tree(getattr(arguments[0], "co_filename", None))
    if event == "ctypes.dlopen":
        return below_tree(arguments[0])
    if event == "open":
        writes = bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        return writes and below_tree(arguments[0]) and ".ssot_lint_cache" not in str(arguments[0])
    return event in PROCESSES
def watch(event, arguments):
    if suspicious(event, arguments):
        descriptor = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, (json.dumps([event, repr(arguments)]) + chr(10)).encode())
        os.close(descriptor)
sys.addaudithook(watch)
"""


class Scene:
    """A mined tree, and what happened in the processes that were sent over it."""

    def __init__(self, tree: Path, desk: Path) -> None:
        self.tree = Path(os.path.realpath(tree))
        self.marks = desk / "marks"
        self.log = desk / "log"
        watcher = desk / "watcher"
        watcher.mkdir(parents=True)
        (watcher / "sitecustomize.py").write_text(WATCHER, encoding="utf-8")
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(watcher),
            "SSOT_LINT_TEST_MARKS": str(self.marks),
            "SSOT_LINT_TEST_LOG": str(self.log),
            "SSOT_LINT_TEST_TREE": str(self.tree),
        }

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command, by default from within the tree."""
        return subprocess.run(
            command, cwd=cwd or self.tree, env=self.environment, capture_output=True, text=True, timeout=120
        )

    def events(self) -> list[str]:
        """What the watcher found suspicious."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []

    def executed(self) -> list[str]:
        """The modules of the tree that left their mark, and the byte code that an import leaves behind."""
        marks = self.marks.read_text(encoding="utf-8").splitlines() if self.marks.exists() else []
        return marks + [str(path) for path in self.tree.rglob("__pycache__")]


@pytest.fixture
def scene(write_tree: WriteTree, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    tree = write_tree(dict(mined_files()))
    extension = tree / "chat" / f"native{importlib.machinery.EXTENSION_SUFFIXES[0]}"
    extension.write_bytes(b"not an extension module, and an ImportError for whoever loads it")
    return Scene(tree, tmp_path_factory.mktemp("desk"))


def mined_files() -> Iterator[tuple[str, str]]:
    yield "ssot-lint.toml", CONFIGURATION
    for name in [*RUN_AT_START_UP, *SHADOWING]:
        yield f"{name}.py", MARK.format(name=name) + MODULE
    for name, body in {"engine": ENGINE, "old": "class OldEngine: ...", "uses": USES, "makers": MAKERS}.items():
        yield f"chat/{name}.py", MARK.format(name=f"chat.{name}") + MODULE + body
    yield "chat/__init__.py", MARK.format(name="chat") + "from chat.engine import Engine\n"
    yield "chat/coded.py", "# -*- coding: chat.engine -*-\n" + MARK.format(name="chat.coded")


def script(name: str) -> str:
    """Path of an installed console script."""
    return str(Path(sysconfig.get_path("scripts"), name))


def test_the_watcher_sees_an_import_and_the_tree_leaves_a_mark(scene: Scene) -> None:
    scene.run(sys.executable, "-c", "import chat.engine")
    assert {"chat", "chat.engine"} <= set(scene.executed())
    assert any("chat" in event for event in scene.events())


def test_the_watcher_sees_an_extension_module_being_loaded(scene: Scene) -> None:
    loading = f"from importlib.util import *; module_from_spec(spec_from_file_location('native', {native(scene)!r}))"
    scene.run(sys.executable, "-P" if sys.version_info >= (3, 11) else "-s", "-c", loading)
    assert any("native" in event for event in scene.events())


def native(scene: Scene) -> str:
    return str(next(scene.tree.rglob("native*")))


def assert_judged(outcome: subprocess.CompletedProcess[str]) -> None:
    """The check went all the way: nothing was spared because a module could not be imported."""
    assert (outcome.returncode, outcome.stderr) == (1, "")
    found = {(item["path"].rpartition("/")[2], item["rule"]) for item in json.loads(outcome.stdout)["violations"]}
    assert {
        ("uses.py", "import-bypass"),
        ("uses.py", "dynamic-import-bypass"),
        ("uses.py", "removed-call"),
        ("coded.py", "unreadable-file"),
    } <= found


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_command_executes_nothing_from_within_the_tree(scene: Scene, jobs: str) -> None:
    outcome = scene.run(script("ssot-lint"), "check", "--format", "json", "--jobs", jobs)
    assert_judged(outcome)
    assert (scene.executed(), scene.events()) == ([], [])


def test_the_module_executes_nothing_from_elsewhere(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    outcome = scene.run(sys.executable, "-m", "ssot_lint", "check", "--format", "json", str(scene.tree), cwd=elsewhere)
    assert_judged(outcome)
    assert (scene.executed(), scene.events()) == ([], [])


def test_flake8_executes_nothing_from_within_the_tree(scene: Scene) -> None:
    outcome = scene.run(script("flake8"), "--select", "SOT", "--jobs", "2", ".")
    assert "chat/uses.py".replace("/", os.sep) in outcome.stdout, outcome.stderr
    assert (scene.executed(), scene.events()) == ([], [])

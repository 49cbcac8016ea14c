"""The last resort: astroid, held to the project's own files, to a budget, and to what can be known for certain."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from ssot_lint.facts import facts_of_text
from ssot_lint.index import Module, Modules, ProjectIndex, astroid_bridge
from ssot_lint.index.astroid_bridge import AstroidBridge
from ssot_lint.model.facts import Attribute
from ssot_lint.model.source import SourceFile
from tests.conftest import WriteTree
from tests.index.asking import IMPORTS, SHARED, asked, index_of, shown

Text = Callable[[Module], str]


class Bench:
    """A project with its bridge.

    Args:
        text: gives a module's text in place of the files given, by its name.
    """

    def __init__(self, files: dict[str, str], text: Callable[[str], str] | None = None) -> None:
        texts = {**SHARED, **files}
        self.index: ProjectIndex = index_of(files)
        self.bridge = AstroidBridge(self.index, lambda module: (text or texts.__getitem__)(module.name))

    def answers(self, name: str = "app") -> list[str]:
        """What each `ask(...)` of a module can be."""
        module = self.index.at(f"{name}.py")
        return [shown(self.bridge.receiver(module, place)) for place in asked(module)]


def answers(text: str, **others: str) -> list[str]:
    return Bench({"app": IMPORTS + dedent(text), **others}).answers()


# --- what it knows


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("[Other()][0]", "Other+()"),
        ("(Other, Engine)[1]", "Engine+"),
        ("{'a': Other}['a']()", "Other+()"),
        ("(lambda: Other())()", "Other+()"),
        ("(lambda x: x)(Engine())", "Engine+()"),
        ("(lambda: (1,))()", "tuple"),
        ("(lambda: 'text')()", "str"),
        ("(lambda: len)()", "function"),
        ("(lambda x: x)(str)", "type"),
        ("(lambda x: x)(3.5)", "float"),
        ("undefined", "?"),
        ("undefined()", "?"),
        ("[][0]", "?"),
        ("f'text'", "?"),
        ("type('Made', (Engine,), {})", "?"),
        ("type('Made', (Engine,), {})()", "?"),
    ],
)
def test_an_expression(expression: str, values: str) -> None:
    assert answers(f"ask({expression})") == [values]


def test_it_follows_the_project_through_imports() -> None:
    maker = "from chat.other import Other\nKINDS = (Other,)\ndef make(kind): return kind()"
    assert answers(
        """
        import maker
        from maker import make, KINDS
        ask(make(Engine)); ask(maker.make(Other)); ask(KINDS[0])
        """,
        maker=maker,
    ) == ["Engine+()", "Other+()", "Other+"]


def test_modules_that_import_each_other_come_to_an_end() -> None:
    one = "from two import back\nfrom chat.other import Other\ndef make(): return (lambda: Other())()"
    two = "from one import *\nback = 1"
    assert answers("from one import make\nask(make())", one=one, two=two) == ["Other+()"]


def test_few_trees_are_kept_and_one_that_is_gone_is_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(astroid_bridge, "_MOST_KEPT", 170)
    files = {f"m{n}": f"from m{n + 1} import make\nask(make())\nask([make][0]())" for n in range(6)}
    bench = Bench({**files, "m6": f"{IMPORTS}def make(): return [Other()][0]"})
    for name in (*files, *reversed(files), *files):
        assert bench.answers(name) == ["Other+()"] * 2
        assert 1 <= len(bench.bridge._trees) <= 2
        bench.bridge._answers.clear()


def test_a_name_that_several_files_share_is_not_followed() -> None:
    texts = {"app.py": "from maker import make\nask(make())", "one/maker.py": "def make(): return 1"}
    for others, found in (({}, "int"), ({"two/maker.py": "def make(): return ''"}, "?")):
        files = {**texts, **others}
        index = ProjectIndex(Modules([
            Module.of(SourceFile(path, f"/nowhere/{path}", (Path(path).stem,)), facts_of_text(text))
            for path, text in files.items()
        ]))
        bridge = AstroidBridge(index, lambda module: files[module.file.path])
        [place] = asked(index.at("app.py"))
        assert shown(bridge.receiver(index.at("app.py"), place)) == found


# --- finding the place


PLACES = [
    "é = 1; ask([Other()][0]); ask([Engine()][0])",
    "'𝒳é', ask([Other()][0]), 'é', ask([Engine()][0])",
    "ask([Other()][0]); ask((\n    [Engine()]\n    [0]\n))",
    "if 1:\n\task([Other()][0]); ask([Engine()][0])",
    "ask([\n  Other()][0]) or \\\n  ask([Engine()][0])",
    "'''\né'''; ask([Other()][0]); ask([Engine()][0])",
    "'a\\\né'; ask([Other()][0]); ask([Engine()][0])",
    "\x0cask([Other()][0]); ask([Engine()][0])",
    "'\u2028é'; ask([Other()][0]); ask([Engine()][0])",
]


@pytest.mark.parametrize("text", PLACES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_place_is_found_wherever_it_stands(text: str, line_end: str) -> None:
    found = Bench({"app": (IMPORTS + text).replace("\n", line_end)}).answers()
    assert found == ["Other+()", "Engine+()"]


def test_attributes_of_one_name_on_one_line_are_told_apart() -> None:
    text = "class A:\n    def f(self): ...\nclass B:\n    def f(self): ...\né = (A(), B()); é[0].f(); é[1].f()"
    index = index_of({"app": text})
    module = index.at("app.py")
    bridge = AstroidBridge(index, lambda module: text)
    receivers = [item.value for item in module.facts.expressions if isinstance(item, Attribute)]
    assert [shown(bridge.receiver(module, place)) for place in receivers] == ["A+()", "B+()"]


def test_statements_on_one_line_have_no_order_for_astroid() -> None:
    text = "x = (lambda: Other())()\nask(x); x = (lambda: Engine())(); ask(x)"
    assert Bench({"app": IMPORTS + text}).answers() == ["Engine+() | Other+()"] * 2


def test_what_two_nodes_share_a_place_with_is_unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench({"app": f"{IMPORTS}x = Other\nask(x)"})
    assert bench.answers() == ["Other+"]
    twice = Bench({"app": f"{IMPORTS}x = Other\nask(x)"})
    monkeypatch.setattr(astroid_bridge, "_places_of", lambda tree, positions: [
        *astroid_bridge_places(tree, positions), *astroid_bridge_places(tree, positions),
    ])
    assert twice.answers() == ["?"]


astroid_bridge_places = astroid_bridge._places_of


# --- budget and mishaps


class Clock:
    """Time that goes on by a second whenever somebody looks."""

    def __init__(self) -> None:
        self.looks = 0

    def thread_time(self) -> float:
        self.looks += 1
        return float(self.looks)


TWO_QUESTIONS = f"{IMPORTS}ask([Other()][0])\nask([Engine()][0])"


def test_without_any_time_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(astroid_bridge, "BUDGET", 0.0)
    monkeypatch.setattr(AstroidBridge, "_within_budget", None)
    assert Bench({"app": TWO_QUESTIONS}).answers() == ["?", "?"]


def test_the_questions_of_a_file_share_its_budget_and_those_of_another_have_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(astroid_bridge, "time", clock)
    bench = Bench({"app": TWO_QUESTIONS, "other": TWO_QUESTIONS})
    monkeypatch.setattr(astroid_bridge, "BUDGET", 1_000.0)
    first, second = asked(bench.index.at("app.py"))
    bench.bridge.receiver(bench.index.at("app.py"), first)
    monkeypatch.setattr(astroid_bridge, "BUDGET", float(clock.looks))
    bench.bridge._spent["app.py"] = float(clock.looks)
    assert shown(bench.bridge.receiver(bench.index.at("app.py"), second)) == "?"
    monkeypatch.setattr(astroid_bridge, "BUDGET", 1_000.0)
    assert bench.answers("other") == ["Other+()", "Engine+()"]


class Alarm(Clock):
    """Time that stands still, and is up from the given look on."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.last = last

    def thread_time(self) -> float:
        return 1_000.0 * (super().thread_time() > self.last)


def test_it_looks_at_the_clock_all_the_way_and_stops_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of functions, each of which has to be followed to know the first."""
    chain = "\n".join(f"def f{n}(): return f{n + 1}()" for n in range(8))
    text = f"{IMPORTS}{chain}\ndef f8(): return Other()\nask(f0())"
    clock = Alarm(10_000)
    monkeypatch.setattr(astroid_bridge, "time", clock)
    assert Bench({"app": text}).answers() == ["Other+()"]
    looks = clock.looks
    assert looks > 16
    for last in range(1, looks - 1):
        monkeypatch.setattr(astroid_bridge, "time", Alarm(last))
        assert Bench({"app": text}).answers() == ["?"]


def test_a_tree_for_which_the_time_of_one_file_was_too_short_is_there_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = "from maker import make\nask(make(1))"
    files = {"first": user, "second": user, "maker": f"{IMPORTS}def make(x): return (Other(),)[0]"}
    for budget in range(2, 40):
        monkeypatch.setattr(astroid_bridge, "time", Clock())
        bench = Bench(files)
        monkeypatch.setattr(astroid_bridge, "BUDGET", float(budget))
        bench.answers("first")
        monkeypatch.setattr(astroid_bridge, "BUDGET", 10_000.0)
        assert bench.answers("second") == ["Other+()"]


@pytest.mark.parametrize("error", [RecursionError, MemoryError, KeyError, AssertionError, UnicodeError, OSError])
def test_whatever_goes_wrong_leaves_the_receiver_unsettled(error: type[Exception]) -> None:
    def text(name: str) -> str:
        raise error

    assert Bench({"app": TWO_QUESTIONS}, text).answers() == ["?", "?"]


def test_a_text_that_nests_too_deep_for_astroid_is_survived() -> None:
    chain = "\n".join(f"def f{n}(): return f{n + 1}()" for n in range(1_000))
    assert Bench({"app": f"{IMPORTS}{chain}\ndef f1000(): return Other()\nask(f0())"}).answers() == ["?"]
    attributes = ".x" * 150
    assert Bench({"app": f"x = 1\nask(x{attributes})"}).answers() == ["?"]


def test_a_text_that_is_another_than_the_facts_are_of_is_survived() -> None:
    assert Bench({"app": TWO_QUESTIONS}, lambda name: "x = (").answers() == ["?", "?"]
    assert Bench({"app": TWO_QUESTIONS}, lambda name: "").answers() == ["?", "?"]


def test_a_file_too_long_for_the_budget_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(astroid_bridge, "_MOST_CHARACTERS", len(TWO_QUESTIONS) - 1)
    assert Bench({"app": TWO_QUESTIONS}).answers() == ["?", "?"]
    monkeypatch.setattr(astroid_bridge, "_MOST_CHARACTERS", len(TWO_QUESTIONS))
    assert Bench({"app": TWO_QUESTIONS}).answers() == ["Other+()", "Engine+()"]


def test_what_can_be_too_many_things_is_unsettled() -> None:
    classes = "\n".join(f"class K{n}: pass" for n in range(40))
    items = ", ".join(f"K{n}" for n in range(40))
    assert Bench({"app": f"{classes}\nfor k in ({items}): ask(k)"}).answers() == ["?"]


# --- other users of astroid in the same process


@pytest.fixture
def managers() -> Iterator[object]:
    from astroid.manager import AstroidManager

    before = AstroidManager.ast_from_module_name
    yield AstroidManager
    assert AstroidManager.ast_from_module_name is before


@pytest.mark.usefixtures("managers")
@pytest.mark.parametrize("text", [TWO_QUESTIONS, "x = (", f"{IMPORTS}import json\nask(json.loads)"])
def test_nothing_of_it_stays_behind(text: str) -> None:
    from astroid.context import InferenceContext
    from astroid.manager import AstroidManager

    Bench({"zebra": TWO_QUESTIONS}, lambda name: SHARED.get(name, text)).answers("zebra")
    assert "zebra" not in AstroidManager().astroid_cache
    assert not InferenceContext().inferred


def test_other_threads_have_astroid_as_it_is() -> None:
    from astroid.manager import AstroidManager

    seen: list[str] = []

    def use_astroid() -> None:
        seen.append(AstroidManager().ast_from_module_name("this").name)

    def text(name: str) -> str:
        thread = threading.Thread(target=use_astroid)
        thread.start()
        thread.join()
        return {**SHARED, "app": TWO_QUESTIONS}[name]

    assert Bench({"app": TWO_QUESTIONS}, text).answers() == ["Other+()", "Engine+()"]
    assert set(seen) == {"this"}


# --- in a process of its own


CONFIGURATION = """
[[truth]]
name = "engine"
canonical = "chat.engine:Engine"
removed = { create = "construct it directly" }
"""
CHECK = """
import json, os, sys

events = []
def watch(event, arguments):
    if event in ("import", "open", "os.listdir", "os.scandir"):
        events.append([event, str(arguments[0])])

from ssot_lint.config import find, load
from ssot_lint.engine import Project

root, outside = sys.argv[1:]
sys.path.append(outside)
sys.addaudithook(watch)
violations = Project(root, load(find(root)), jobs=1).check().violations
found = [[item.path, item.span.line, item.message] for item in violations]
print(json.dumps({"found": found, "events": events, "astroid": "astroid" in sys.modules, "path": sys.path}))
"""


def checked(root: Path, outside: Path) -> Any:
    """What a check of `root` finds, opens and imports in a process that has `outside` on its path."""
    command = [sys.executable, "-c", CHECK, str(root), str(outside)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


SETTLED = IMPORTS + """
Engine.create()
Other().create()
class Sub(Engine):
    def f(self): self.create()
def f(engine: Engine, other: Other):
    engine.create()
    other.create()
"""


@pytest.mark.parametrize(
    ("text", "loaded"),
    [
        (SETTLED, False),
        (f"{SETTLED}\ndef g(engine): engine.create()", False),
        (f"{SETTLED}\nfor x in [Other()]: x.create()", True),
    ],
    ids=["settled", "unsettled for good", "open"],
)
def test_astroid_is_loaded_only_when_a_receiver_is_open(
    text: str, loaded: bool, write_tree: WriteTree, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chat = {f"{name.replace('.', '/')}.py": content for name, content in SHARED.items()}
    root = write_tree({"ssot-lint.toml": CONFIGURATION, **chat, "app.py": text})
    assert checked(root, tmp_path_factory.mktemp("outside"))["astroid"] == loaded


OUTSIDE = """
class Thing:
    def create(self): ...
def make(): return Thing()
"""
USES = IMPORTS + """
import _ctypes_test, numerical, sqlite3
import numerical.native as native
from numerical import Thing, make
from numerical.native import *
for x in [make()]: x.create()
for x in [numerical.make(), native.load()]: x.create()
for x in [Thing()]: x.create()
for x in [sqlite3.connect(""), _ctypes_test.func()]: x.create()
for x in [Other()]: x.create()
"""


def test_no_installed_package_and_no_extension_is_looked_at(
    write_tree: WriteTree, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "numerical").mkdir()
    (outside / "numerical" / "__init__.py").write_text(OUTSIDE)
    (outside / "numerical" / "native.so").write_bytes(b"no library at all")
    chat = {f"{name.replace('.', '/')}.py": content for name, content in SHARED.items()}
    root = write_tree({"ssot-lint.toml": CONFIGURATION, **chat, "app.py": USES})
    result = checked(root, outside)
    assert [line for _, line, _ in result["found"]] == [8, 9, 10, 11]
    assert all("cannot be settled" in message for _, _, message in result["found"])
    assert result["astroid"]
    names = {argument for event, argument in result["events"] if event == "import"}
    assert "astroid" in names and names.isdisjoint({"numerical", "_ctypes_test", "sqlite3", "_sqlite3"})
    assert not [argument for _, argument in result["events"] if argument.startswith(str(outside / "numerical"))]
    assert not [argument for _, argument in result["events"] if "sqlite3" in argument or "_ctypes_test" in argument]

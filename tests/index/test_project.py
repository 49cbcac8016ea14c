"""What a name means, held against what Python binds when it really imports the same tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ssot_lint.index import Definition, ProjectIndex
from tests.index.interpreter import (
    MISSING,
    UNKNOWN,
    Layout,
    Python,
    index_of,
    index_says,
    project,
    read_layouts,
    resolutions,
)
from tests.trees import write_files

ENGINE = "class Engine: pass\n"
TOOL = "class Tool: pass\n"
USE = "from p import Engine as it"

Files = dict[str, str]


def layouts(section: str) -> pytest.MarkDecorator:
    """The layouts of a section of `layouts.txt`, each as a case of its own."""
    found = read_layouts(Path(__file__).with_name("layouts.txt"))[section]
    return pytest.mark.parametrize("layout", [pytest.param(layout, id=layout.title) for layout in found])


@pytest.fixture(scope="module")
def python() -> Iterator[Python]:
    with Python() as interpreter:
        yield interpreter


@layouts("python decides")
def test_the_index_says_what_python_binds(layout: Layout, python: Python, tmp_path: Path) -> None:
    write_files(tmp_path, layout.files)
    assert index_says(index_of(tmp_path)) == {python.binds(tmp_path)}


@layouts("any of several")
def test_what_depends_on_the_run_means_any_of_several(layout: Layout, python: Python, tmp_path: Path) -> None:
    write_files(tmp_path, layout.files)
    assert python.binds(tmp_path) in layout.meanings
    assert index_says(index_of(tmp_path)) == layout.meanings


@layouts("cannot be told")
def test_the_index_never_guesses(layout: Layout, python: Python, tmp_path: Path) -> None:
    write_files(tmp_path, layout.files)
    assert not python.binds(tmp_path).startswith("broken")
    assert index_says(index_of(tmp_path)) == {UNKNOWN}


@layouts("otherwise")
def test_where_the_index_knows_better_than_one_run(layout: Layout, python: Python, tmp_path: Path) -> None:
    write_files(tmp_path, layout.files)
    assert python.binds(tmp_path) == MISSING
    assert index_says(index_of(tmp_path)) == layout.meanings


CHECKING = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import Engine\n"

TYPING_ONLY: dict[str, tuple[Files, bool]] = {
    "bound under TYPE_CHECKING": ({"p.": CHECKING}, True),
    "bound by typing.TYPE_CHECKING": (
        {"p.": "import typing\nif typing.TYPE_CHECKING:\n    from .a import Engine"}, True,
    ),
    "passed on by another module": ({"p.": "from .b import Engine", "p.b": CHECKING}, True),
    "passed on by a star": ({"p.": "from .b import *", "p.b": CHECKING}, True),
    "bound for both": ({"p.": CHECKING + "else:\n    from .a import Engine"}, False),
    "bound at run time only": (
        {"p.": "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    from .a import Engine"}, False,
    ),
    "a stand-in at run time": ({"p.": CHECKING + "else:\n    Engine = object"}, False),
    "bound again later": ({"p.": CHECKING + "from .a import Engine"}, False),
    "fetched by __getattr__": (
        {
            "p.": CHECKING + "import importlib\ndef __getattr__(name):\n"
                             "    return vars(importlib.import_module('p.a'))[name]",
        },
        False,
    ),
    "made by globals()": ({"p.": CHECKING + "globals()['Engine'] = 'p:Engine'"}, False),
}


@pytest.mark.parametrize(("files", "expected"), TYPING_ONLY.values(), ids=TYPING_ONLY)
def test_what_only_type_checkers_see(files: Files, expected: bool, python: Python, tmp_path: Path) -> None:
    write_files(tmp_path, project({"p.a": ENGINE, "probe": USE, **files}))
    found = list(resolutions(index_of(tmp_path)))
    assert found and all(item.typing_only for item in found) == expected
    assert python.binds(tmp_path).startswith((MISSING, "broken")) == expected


# --- several import roots

def test_a_name_under_two_roots_means_the_nearer_one(tmp_path: Path) -> None:
    tree = {
        "one/settings.py": "class Engine: pass", "one/main.py": "from settings import Engine",
        "two/settings.py": "class Engine: pass", "two/main.py": "from settings import Engine",
    }
    write_files(tmp_path, project(tree))
    index = index_of(tmp_path, ("one", "two"))
    assert _paths(index, "one/main.py", "Engine") == {"one/settings.py"}
    assert _paths(index, "two/main.py", "Engine") == {"two/settings.py"}


def test_a_folder_whose_name_is_no_identifier_is_a_root(python: Python, tmp_path: Path) -> None:
    write_files(tmp_path, project({"my-tool/m.py": ENGINE, "my-tool/probe.py": "from m import Engine as it"}))
    assert index_says(index_of(tmp_path)) == {python.binds(tmp_path, ("my-tool",))} == {"m:Engine"}


@pytest.mark.parametrize("src", [(".", "lib"), ("lib", ".")])
@pytest.mark.parametrize("way", ["lib.p.a", "p.a"])
def test_one_file_under_two_names_is_one_definition(src: tuple[str, ...], way: str, tmp_path: Path) -> None:
    tree = {"lib/p/__init__.py": "", "lib/p/a.py": ENGINE, "probe": f"from {way} import Engine as it"}
    write_files(tmp_path, project(tree))
    assert index_says(index_of(tmp_path, src)) == {"p.a:Engine"}


def test_a_relative_import_holds_under_the_name_that_reaches_far_enough(tmp_path: Path) -> None:
    tree = {"lib/p/__init__.py": "", "lib/p/a.py": "from ...other import Engine", "other.py": ENGINE}
    write_files(tmp_path, project({**tree, "lib/__init__.py": "", "probe": "from p.a import Engine as it"}))
    assert index_says(index_of(tmp_path, (".", "lib"))) == {"other:Engine"}


def test_a_src_layout_needs_no_configuration(python: Python, tmp_path: Path) -> None:
    tree = {"src/p/__init__.py": "from .a import Engine", "src/p/a.py": ENGINE, "tests/probe.py": ""}
    write_files(tmp_path, project({**tree, "probe": USE}))
    assert index_says(index_of(tmp_path)) == {python.binds(tmp_path, (".", "src"))} == {"p.a:Engine"}


def test_parts_of_a_package_without_init_under_two_roots(python: Python, tmp_path: Path) -> None:
    tree = {"one/n/a.py": "from n.b import Engine", "two/n/b.py": ENGINE, "probe": "from n.a import Engine as it"}
    write_files(tmp_path, project(tree))
    src = (".", "one", "two")
    assert index_says(index_of(tmp_path, src)) == {python.binds(tmp_path, src)} == {"n.b:Engine"}


def test_a_missing_part_of_a_package_without_init_may_be_anywhere(tmp_path: Path) -> None:
    write_files(tmp_path, project({"n/a.py": ENGINE, "probe": "from n.b import Engine as it"}))
    assert index_says(index_of(tmp_path)) == {UNKNOWN}


def test_an_ignored_module_exists_all_the_same(tmp_path: Path) -> None:
    tree = {"p.": "", "p/made.py": ENGINE, "probe": "from p.made import Engine as it"}
    write_files(tmp_path, {**project(tree), ".gitignore": b"made.py\n", ".git/HEAD": b""})
    assert index_says(index_of(tmp_path)) == {UNKNOWN}


def test_an_extension_module_may_hold_anything(tmp_path: Path) -> None:
    tree = {"p.": "", "probe": "from p.fast import Engine as it"}
    write_files(tmp_path, {**project(tree), "p/fast.cpython-311-x86_64-linux-gnu.so": b""})
    assert index_says(index_of(tmp_path)) == {UNKNOWN}


def test_an_unreadable_provider_may_hold_anything(tmp_path: Path) -> None:
    write_files(tmp_path, project({"p.": "def (:", "probe": USE}))
    assert index_says(index_of(tmp_path)) == {UNKNOWN}


def test_what_lies_outside_the_project_goes_by_its_path(tmp_path: Path) -> None:
    write_files(tmp_path, project({"p.": "import os.path as path", "probe": "from p import path\nit = path.join"}))
    assert index_says(index_of(tmp_path)) == {"os.path.join"}


# --- the way there

CHAINS: dict[str, tuple[Files, list[str]]] = {
    "a definition": ({"p.": ENGINE, "probe": USE}, ["p:Engine"]),
    "re-exports": (
        {"p.": "from .a import Engine", "p.a": "from .b import Tool as Engine", "p.b": TOOL, "probe": USE},
        ["p:Engine", "p.a:Engine", "p.b:Tool"],
    ),
    "a star": ({"p.": "from .a import *", "p.a": ENGINE, "probe": USE}, ["p:Engine", "p.a:Engine"]),
    "a lazy table": (
        {"p.": "_T = {'Engine': '.a'}\ndef __getattr__(name): return _T[name]", "p.a": ENGINE, "probe": USE},
        ["p:Engine", "p.a:Engine"],
    ),
    "a name that is nowhere": (
        {"p.": "from .a import Engine", "p.a": "", "probe": USE}, ["p:Engine", "p.a:Engine"],
    ),
    "a module that is nowhere": ({"p.": "from .a import Engine", "probe": USE}, ["p:Engine", "p.a:Engine"]),
    "a submodule": ({"p.": "", "p.a": "", "probe": "import p.a as it"}, ["p.a"]),
}


@pytest.mark.parametrize(("files", "chain"), CHAINS.values(), ids=CHAINS)
def test_an_answer_carries_the_chain_that_led_to_it(files: Files, chain: list[str], tmp_path: Path) -> None:
    write_files(tmp_path, project(files))
    [answer] = resolutions(index_of(tmp_path))
    assert [str(hop) for hop in answer.chain] == chain


def _paths(index: ProjectIndex, path: str, name: str) -> set[str]:
    module = index.at(path)
    answers = [item.target for binding in module.exported(name) for item in index.of_binding(module, binding)]
    return {target.path for target in answers if isinstance(target, Definition)}


# --- trees that nobody has thought of

MODULES = ["q", "p.", "p.a", "p.b", "p.c.", "p.c.d"]
SUBMODULES = {"p.a", "p.b", "p.c", "p.c.d"}
NAMES = ["X", "Y", "a", "c", "d", "_z"]
_names = st.sampled_from(NAMES)


@st.composite
def statements(draw: st.DrawFn, place: int) -> str:
    """One statement of a module; it imports only from modules further down the list, so that there is no circle."""
    kinds = ["class {name}: pass", "{name} = {other}", "del {name}", "__all__ = ['{name}', '{other}']"]
    below = [module.rstrip(".") for module in MODULES[place + 1:]]
    if below:
        kinds += ["from {module} import {name}", "from {module} import {name} as {other}", "from {module} import *"] * 2
        kinds += ["import {module}", "import {module} as {name}"]
    text = draw(st.sampled_from(kinds))
    module = draw(st.sampled_from(below)) if below else ""
    return text.format(name=draw(_names), other=draw(_names), module=module)


@st.composite
def trees(draw: st.DrawFn) -> Files:
    files = {
        module: "\n".join(draw(st.lists(statements(place), max_size=4))) for place, module in enumerate(MODULES)
    }
    asked, name = draw(st.sampled_from(MODULES)).rstrip("."), draw(_names)
    probes = [
        f"from {asked} import {name} as it", f"import {asked} as m\nit = m.{name}",
        f"import {asked}\nit = {asked}.{name}",
    ]
    return {**files, "probe": draw(st.sampled_from(probes))}


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(trees())
def test_the_index_says_what_python_binds_in_any_tree(python: Python, files: Files) -> None:
    """But for submodules: whether another file has imported one by then is left open."""
    with TemporaryDirectory() as folder:
        write_files(Path(folder), project(files))
        bound = python.binds(Path(folder))
        assume(not bound.startswith("broken"))
        assume(bound not in SUBMODULES or not any("import *" in text for text in files.values()))
        said = index_says(index_of(Path(folder)))
        assert said == {bound} or (bound == MISSING and said <= SUBMODULES)

"""Code that is nested a thousand levels deep is checked like any other, or said to be too deep; nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_lint.config import load
from ssot_lint.engine import Project
from tests.trees import write_files

CONFIGURATION = b"""
[[truth]]
name = "engine"
canonical = "chat.engine:Engine"
retired = ["chat.old"]
removed = { gone = "no" }
"""
SHAPES = {
    "attributes": "x = chat.old{}\n".format(".a" * 1500),
    "attributes of the truth": "x = Engine{}\n".format(".a" * 1500),
    "attributes that are assigned": "Engine{} = 1\n".format(".a" * 1500),
    "calls": "x = Engine{}\n".format("()" * 1500),
    "methods": "x = Engine{}.gone()\n".format(".a()" * 700),
    "subscripts": "x = Engine{}\n".format("[0]" * 1500),
    "choices": "x = {}Engine{}\n".format("Engine or (" * 90, ")" * 90),
    "bases": "class A(Engine{}): ...\n".format(".a" * 1500),
    "annotations": "def f(a: Engine{}): ...\n".format(".a" * 1500),
    "decorators": "@Engine{}\ndef f(): ...\n".format(".a" * 1500),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_nested_deeply_is_checked(shape: str, tmp_path: Path) -> None:
    write_files(tmp_path, {
        "ssot-lint.toml": CONFIGURATION, "chat/__init__.py": b"",
        "chat/engine.py": b"class Engine: ...\n", "chat/old.py": b"def helper(): ...\n",
        "use.py": f"import chat.old\nfrom chat.engine import Engine\n{SHAPES[shape]}".encode(),
    })
    report = Project(str(tmp_path), load(str(tmp_path / "ssot-lint.toml"))).check()
    assert "import-bypass" in {item.rule for item in report.violations if item.path == "use.py"}

"""What a fix brings to light in files in which nothing was to be fixed: said, and fixed as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.program import Files, ssot_lint, tree

MOVED = '[moved]\n"chat.old:run" = "chat.new:run"\n'
SUPPRESSED = "from user import run  # noqa: SOT101\n"
FILES: Files = {
    "ssot-lint.toml": MOVED,
    "chat/__init__.py": "",
    "chat/new.py": "def run():\n    return 1\n",
    "chat/old.py": "from chat.new import run\n",
    "user.py": "from chat.old import run\n",
}


def said(*words: str, cwd: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ssot_lint(*words, "--format=json", cwd=cwd).stdout)
    return found


def codes(violations: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(violation["path"], violation["code"]) for violation in violations]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path, FILES)


def test_a_suppression_that_holds_nothing_back_any_more_goes(root: Path) -> None:
    tree(root, {"next.py": SUPPRESSED})
    assert codes(said("fix", cwd=root)["fixed"]) == [("next.py", "SOT902"), ("user.py", "SOT101")]
    assert (root / "next.py").read_text() == "from user import run\n"
    assert said("fix", cwd=root)["files"] == []


def test_only_what_was_asked_for_is_spoken_of(root: Path) -> None:
    tree(root, {"next.py": SUPPRESSED})
    assert codes(said("fix", "user.py", cwd=root)["fixed"]) == [("user.py", "SOT101")]
    assert (root / "next.py").read_text() == SUPPRESSED


def test_only_what_is_selected_is_spoken_of(root: Path) -> None:
    tree(root, {"next.py": SUPPRESSED})
    assert codes(said("fix", "--select=SOT101", cwd=root)["fixed"]) == [("user.py", "SOT101")]
    assert (root / "next.py").read_text() == SUPPRESSED

"""Which configuration governs a file."""

from __future__ import annotations

import builtins
import os
from pathlib import Path

import pytest

from ssot_lint.config import find
from ssot_lint.errors import ConfigurationError

OURS = "[tool.ssot-lint]\n"


def draw(root: Path, **files: str) -> None:
    """Write files; `__` in a name is `/`, and each ends in `.toml`."""
    for name, content in files.items():
        file = root / (name.replace("__", "/").replace("_", "-") + ".toml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


def test_own_file_beside_the_file(tmp_path: Path) -> None:
    draw(tmp_path, ssot_lint="")
    assert find(str(tmp_path / "module.py")) == str(tmp_path / "ssot-lint.toml")


def test_a_folder_is_searched_itself(tmp_path: Path) -> None:
    draw(tmp_path, ssot_lint="", a__ssot_lint="")
    assert find(str(tmp_path / "a")) == str(tmp_path / "a" / "ssot-lint.toml")


def test_walks_up_to_the_nearest(tmp_path: Path) -> None:
    draw(tmp_path, ssot_lint="", a__pyproject=OURS, a__b__c__other="")
    assert find(str(tmp_path / "a" / "b" / "c" / "module.py")) == str(tmp_path / "a" / "pyproject.toml")


def test_a_file_that_does_not_exist_yet(tmp_path: Path) -> None:
    draw(tmp_path, ssot_lint="")
    assert find(str(tmp_path / "new" / "deep" / "module.py")) == str(tmp_path / "ssot-lint.toml")


def test_own_file_wins_in_the_same_folder(tmp_path: Path) -> None:
    draw(tmp_path, ssot_lint="", pyproject=OURS)
    assert find(str(tmp_path)) == str(tmp_path / "ssot-lint.toml")


@pytest.mark.parametrize(
    "content",
    [
        "[tool.other]\n",
        'project.dependencies = ["ssot-lint"]\n',
        '[tool]\nother = "ssot-lint"\n',
        'tool = "ssot-lint"\n',
        "[broken",
        "\ufeff[tool.other]",
    ],
    ids=["other tool", "dependency", "value", "tool is no table", "broken", "byte order mark"],
)
def test_a_pyproject_without_our_table_is_passed_by(tmp_path: Path, content: str) -> None:
    draw(tmp_path, ssot_lint="", a__pyproject=content)
    assert find(str(tmp_path / "a")) == str(tmp_path / "ssot-lint.toml")


@pytest.mark.parametrize(
    "content", [OURS, "[tool.ssot-lint.codes]\n", "tool.ssot-lint = 3\n", "[[tool.ssot-lint.truth]]\n"]
)
def test_a_pyproject_with_our_table(tmp_path: Path, content: str) -> None:
    draw(tmp_path, ssot_lint="", a__pyproject=content)
    assert find(str(tmp_path / "a")) == str(tmp_path / "a" / "pyproject.toml")


def test_a_broken_pyproject_that_mentions_us(tmp_path: Path) -> None:
    draw(tmp_path, ssot_lint="", a__pyproject="[tool.ssot-lint]\nsrc = .\n")
    file = tmp_path / "a" / "pyproject.toml"
    with pytest.raises(ConfigurationError) as caught:
        find(str(tmp_path / "a"))
    assert str(caught.value).startswith(f"{file}: line 2, column 7: not valid TOML: ")


def test_folders_under_the_names_of_configurations(tmp_path: Path) -> None:
    draw(tmp_path, ssot_lint="")
    (tmp_path / "a" / "ssot-lint.toml").mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").mkdir()
    assert find(str(tmp_path / "a")) == str(tmp_path / "ssot-lint.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    draw(tmp_path, ssot_lint="")
    (tmp_path / "a").mkdir()
    os.mkfifo(tmp_path / "a" / "pyproject.toml")
    assert find(str(tmp_path / "a")) == str(tmp_path / "ssot-lint.toml")


def test_none_up_to_the_top(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os.path, "isfile", lambda path: False)
    assert find(str(tmp_path / "module.py")) is None


def test_each_folder_is_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    draw(tmp_path, pyproject=OURS, a__pyproject="[tool.other]\n", a__b__other="")
    opened = []

    def spy(file: str, *args: object) -> object:
        opened.append(file)
        return original(file, *args)  # type: ignore[call-overload]

    original = builtins.open
    monkeypatch.setattr(builtins, "open", spy)
    for module in ("a/x.py", "a/y.py", "a/b/x.py", "x.py"):
        assert find(str(tmp_path / module)) == str(tmp_path / "pyproject.toml")
    assert opened == [str(tmp_path / "a" / "pyproject.toml"), str(tmp_path / "pyproject.toml")]

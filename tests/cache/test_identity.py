"""What was cached by another tool, other libraries or another Python is never read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli

from ssot_lint.cache import identity
from tests.trees import write_files


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tool that is installed beside its libraries."""
    write_files(tmp_path, {"tool/cache/identity.py": b"", "tool/engine.py": b"1", "flake8-7.0.0.dist-info/RECORD": b""})
    monkeypatch.setattr(identity, "__file__", str(tmp_path / "tool/cache/identity.py"))
    return tmp_path / "tool"


def test_it_stays_the_same(package: Path) -> None:
    before = identity.tool_identity()
    write_files(package, {"__pycache__/engine.pyc": b"", "py.typed": b""})
    write_files(package.parent, {"other-1.0.dist-info/RECORD": b"", "notes.txt": b""})
    assert identity.tool_identity() == before


@pytest.mark.parametrize("change", [
    {"tool/engine.py": b"12"}, {"tool/rules/more.py": b""}, {"astroid-4.0.0.dist-info/RECORD": b""},
])
def test_it_changes_with_tool_and_libraries(package: Path, change: dict[str, bytes]) -> None:
    before = identity.tool_identity()
    write_files(package.parent, change)
    assert identity.tool_identity() != before


def test_it_changes_with_the_version_of_a_library(package: Path) -> None:
    before = identity.tool_identity()
    (package.parent / "flake8-7.0.0.dist-info").rename(package.parent / "flake8-7.1.0.dist-info")
    assert identity.tool_identity() != before


def test_every_library_that_is_required_has_a_say() -> None:
    project = tomli.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    required = {re.split(r"[^\w-]", line)[0].replace("-", "_") for line in project["dependencies"]}
    assert set(identity.LIBRARIES) == required


def test_a_checkout_knows_the_libraries_that_lie_elsewhere(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "environment/site-packages"
    write_files(elsewhere, {"msgspec-0.18.0.dist-info/RECORD": b""})
    monkeypatch.setattr("sys.path", [str(elsewhere)])
    before = identity.tool_identity()
    (elsewhere / "msgspec-0.18.0.dist-info").rename(elsewhere / "msgspec-0.19.0.dist-info")
    assert identity.tool_identity() != before

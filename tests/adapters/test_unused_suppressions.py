"""Suppressions that hold nothing back, on every surface, and under every way to ask for less than everything."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.adapters.program import CONFIGURATION, check_json, project, run, ssot_lint

TOML = f"""\
{CONFIGURATION}allow-in = ["chat.api", "chat.gone"]

[tool.ssot-lint.per-path]
"tests/" = ["import-bypass"]
"none/" = ["SOT1"]
"""
FILES = {
    "pyproject.toml": TOML,
    "chat/noted.py": "x = 1  # noqa: E501, SOT101\n",
    "chat/other.py": "from chat.old import Engine  # noqa: SOT101\n",
    "tests/test_a.py": "from chat.old import Engine\n",
}
COMMENT = "chat/noted.py:1:22"
ENTRIES = ["pyproject.toml:6:25", "pyproject.toml:10:1"]


def unused(root: Path, *arguments: str, stdin: bytes = b"") -> list[str]:
    document = check_json(*arguments, cwd=root, stdin=stdin)
    return [
        f"{item['path']}:{item['line']}:{item['column']}" for item in document["violations"]
        if item["rule"] == "unused-suppression"
    ]


def test_a_check_of_everything_judges_comments_and_entries(tmp_path: Path) -> None:
    root = project(tmp_path / "p", FILES)
    assert unused(root) == [COMMENT, *ENTRIES]
    assert unused(root, str(root)) == [COMMENT, *ENTRIES]
    assert unused(root, "chat", ".") == [COMMENT, *ENTRIES]


@pytest.mark.parametrize("paths", [("chat",), ("chat/noted.py",), ("chat/noted.py", "tests")])
def test_a_check_of_less_judges_comments_alone(paths: tuple[str, ...], tmp_path: Path) -> None:
    assert unused(project(tmp_path / "p", FILES), *paths) == [COMMENT]


def test_a_buffer_is_judged_by_its_own_comments(tmp_path: Path) -> None:
    root = project(tmp_path / "p", FILES)
    arguments = ("--stdin-filename", "chat/new.py", "-")
    assert unused(root, *arguments, stdin=b"y = 1\nx = 1  # noqa: SOT101\n") == ["chat/new.py:2:16"]
    assert unused(root, *arguments, stdin=b"from chat.old import Engine  # noqa: SOT101\n") == []


@pytest.mark.parametrize(
    "arguments", [("--select", "SOT101"), ("--ignore", "SOT902"), ("--select", "import-bypass,SOT3")]
)
def test_what_was_not_asked_for_is_not_said(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert unused(project(tmp_path / "p", FILES), *arguments) == []


def test_rules_that_are_not_reported_were_asked_all_the_same(tmp_path: Path) -> None:
    root = project(tmp_path / "p", FILES)
    assert unused(root, "--select", "SOT902") == unused(root, "--ignore", "SOT101") == [COMMENT, *ENTRIES]


def test_warnings_fail_no_run(tmp_path: Path) -> None:
    root = project(tmp_path / "p", FILES)
    done = ssot_lint("check", cwd=root)
    assert done.returncode == 0, done.stdout.decode()
    assert b"SOT902 (warning) per-path `none/` suppresses nothing: remove the entry" in done.stdout


@pytest.mark.parametrize("form", ["text", "grouped", "json", "github"])
def test_every_format_shows_findings_in_the_configuration(form: str, tmp_path: Path) -> None:
    done = ssot_lint("check", "--format", form, cwd=project(tmp_path / "p", FILES))
    assert b"pyproject.toml" in done.stdout and b"allow-in `chat.gone`" in done.stdout and not done.stderr


def test_from_another_folder(tmp_path: Path) -> None:
    root = project(tmp_path / "p", FILES)
    assert unused(tmp_path, "p") == [f"p/{place}" for place in (COMMENT, *ENTRIES)]
    assert set(unused(root / "chat", "..")) == {COMMENT.removeprefix("chat/"), *(f"../{place}" for place in ENTRIES)}


def test_a_nested_project_keeps_its_files_to_itself(tmp_path: Path) -> None:
    nested = {"none/pyproject.toml": "[tool.ssot-lint]\n", "none/a.py": "from chat.old import Engine\n"}
    assert unused(project(tmp_path / "p", {**FILES, **nested})) == [COMMENT, *ENTRIES]


def test_what_is_remembered_follows_every_change(tmp_path: Path) -> None:
    root = settled(project(tmp_path / "p", FILES))
    assert unused(root) == unused(root) == [COMMENT, *ENTRIES]
    change(root, "chat/noted.py", "# noqa: SOT101 is not code\nx = 1\n")
    assert unused(root) == unused(root) == ["chat/noted.py:1:9", *ENTRIES]
    change(root, "chat/noted.py", "from chat.old import Engine  # noqa: SOT101\n")
    assert unused(root) == unused(root) == ENTRIES
    change(root, "none/a.py", "from chat.old import Engine\n")
    assert unused(root) == unused(root) == ENTRIES[:1]
    change(root, "tests/test_a.py", "x = 1\n")
    assert unused(root) == unused(root) == [ENTRIES[0], "pyproject.toml:9:1"]
    change(root, "pyproject.toml", TOML.replace('"chat.api", "chat.gone"', '"chat"'))
    assert unused(root) == unused(root) == ["chat/noted.py:1:38", "chat/other.py:1:38", "pyproject.toml:9:1"]
    change(root, "pyproject.toml", "\n\n" + TOML)
    assert unused(root) == unused(root) == ["pyproject.toml:8:25", "pyproject.toml:11:1"]


def test_less_and_more_in_turn(tmp_path: Path) -> None:
    root = settled(project(tmp_path / "p", FILES))
    for _ in range(2):
        assert unused(root, "chat") == [COMMENT]
        assert unused(root) == [COMMENT, *ENTRIES]


def settled(root: Path) -> Path:
    """Let all times be so old that they tell of changes."""
    for path in root.rglob("*"):
        os.utime(path, (time.time() - 100, time.time() - 100))
    return root


def change(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(text)


def test_fix_takes_out_what_lists_nothing_else(tmp_path: Path) -> None:
    root = project(tmp_path / "p", {**FILES, "chat/more.py": MORE})
    done = ssot_lint("fix", "--validate", cwd=root)
    assert (root / "chat/noted.py").read_text() == "x = 1  # noqa: E501\n"
    assert (root / "chat/more.py").read_text() == FIXED
    assert b"the comment says more than that" in done.stdout and done.returncode == 0, done.stdout.decode()
    assert (root / "pyproject.toml").read_text() == TOML
    assert ssot_lint("fix", "--diff", cwd=root).stdout == b""


MORE = """\
a = 1  # noqa: SOT101
b = 1  # noqa:SOT101,E501,SOT103
c = 1  # noqa: SOT101 - it is so
d = 1  # noqa: SOT101  # type: ignore
e = 1  # type: ignore  # noqa: SOT101, SOT3
# noqa: SOT101
f = (  # noqa: SOT101
    1,  # noqa: SOT101
)
g = "# noqa: SOT101"  # noqa: SOT902, SOT101
"""
FIXED = """\
a = 1
b = 1  # noqa:E501
c = 1  # noqa: SOT101 - it is so
d = 1  # type: ignore
e = 1  # type: ignore

f = (
    1,
)
g = "# noqa: SOT101"  # noqa: SOT902, SOT101
"""


def test_flake8_says_the_same_of_comments_and_nothing_of_entries(tmp_path: Path) -> None:
    root = project(tmp_path / "p", FILES)
    for _ in range(2):
        done = run("-m", "flake8", "--select=SOT", "chat", "tests", cwd=root)
        assert [line.partition(" `")[0] for line in done.stdout.decode().splitlines()] == [f"{COMMENT}: SOT902"]
    for select in ("--select=SOT101", "--select=SOT1,SOT3"):
        assert run("-m", "flake8", select, "chat", cwd=root).stdout == b""
    piped = run("-m", "flake8", "--select=SOT", "--stdin-display-name=chat/x.py", "-", cwd=root,
                stdin=b"x = 1  # noqa: SOT101\n")
    assert piped.stdout.startswith(b"chat/x.py:1:16: SOT902")


def test_flake8_that_is_told_to_mind_no_comment_shows_both(tmp_path: Path) -> None:
    root = project(tmp_path / "p", FILES)
    done = run("-m", "flake8", "--select=SOT", "--disable-noqa", "chat", cwd=root)
    assert [line.split(" ")[1] for line in done.stdout.decode().splitlines()] == ["SOT902", "SOT101"]

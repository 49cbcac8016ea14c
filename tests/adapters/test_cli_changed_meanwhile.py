"""What is said of a file that somebody changes while it is checked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.adapters.cli import fixes
from ssot_lint.adapters.cli.app import run
from ssot_lint.engine import Project
from ssot_lint.fixing.opening import Opened, opened
from tests.trees import write_files

CONFIGURATION = b"""
[[truth]]
name = "started"
canonical = "chat.events:STARTED"
"""
FILES = {
    "ssot-lint.toml": CONFIGURATION,
    "chat/events.py": b'STARTED = "agent_started"\n',
    "chat/a.py": b'print(1 == 2)\n\n\ndef f(x):\n    return x == "agent_started"\n',
}


@pytest.mark.parametrize("now", [
    b"",
    b"x = 1\n",
    b"def f(x):\n    return (((x))) == 1 if x in (2, 3) else x\n",
    b"class C as D:\n",
    b"\xff\xfe",
])
def test_no_fix_is_planned_for_what_is_not_there_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], now: bytes
) -> None:
    write_files(tmp_path, FILES)

    def changed_before(project: Project, paths: Iterable[str], since: int) -> Opened:
        (tmp_path / "chat/a.py").write_bytes(now)
        return opened(project, paths, since)

    monkeypatch.setattr(fixes, "opened", changed_before)
    monkeypatch.chdir(tmp_path)
    assert run(["check", "--no-cache", "--format", "json", "."]) == 0  # a warning
    output = capsys.readouterr()
    report: dict[str, Any] = json.loads(output.out)
    [violation] = report["violations"]
    assert (violation["code"], violation["line"], violation["fix"]["safety"]) == ("SOT204", 5, "manual")
    assert violation["fix"]["reason"].startswith(("the file has changed", "the file cannot be read"))
    assert output.err == ""

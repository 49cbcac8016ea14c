"""The pre-commit hook, tried out by the real pre-commit from a copy of this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.program import environment, project

ROOT = Path(__file__).parents[2]


def git(*arguments: str, cwd: Path) -> bytes:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=cwd, env=outside_of_hooks(), capture_output=True, check=True).stdout


def outside_of_hooks() -> dict[str, str]:
    """The tests may run in a hook themselves; what git tells that one is not for the repositories made here."""
    return {name: value for name, value in environment().items() if not name.startswith(("GIT_", "PRE_COMMIT"))}


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """This checkout as it stands, changes and new files included, as the one commit of a repository."""
    copy = tmp_path / "hooks"
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split(b"\0")
    for name in map(os.fsdecode, filter(None, listed)):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    return committed(copy)


def committed(folder: Path) -> Path:
    git("init", "--quiet", cwd=folder)
    git("add", "--all", "--force", cwd=folder)
    git("commit", "--quiet", "--no-verify", "--message=all", cwd=folder)
    return folder


def test_a_staged_violation_fails_the_commit_and_is_named(tmp_path: Path, hooks: Path) -> None:
    scratch = project(tmp_path / "scratch", {"chat/api.py": "from chat.engine import Engine\n"})
    committed(scratch)
    (scratch / "chat/api.py").write_text("import os\nfrom chat.old import Engine\n")
    (scratch / "notes.md").write_text("from chat.old import Engine\n")
    git("add", "--all", cwd=scratch)

    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(hooks), "ssot-lint"],
        cwd=scratch,
        env=outside_of_hooks(),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert "- hook id: ssot-lint\n- exit code: 1\n" in done.stdout
    assert "chat/api.py:2:22: SOT101 " in done.stdout
    assert "1 violation in 1 file (1 file checked" in done.stdout

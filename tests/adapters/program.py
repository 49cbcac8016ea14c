"""The real programs, run on small projects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.trees import write_files

CONFIGURATION = """\
[[tool.ssot-lint.truth]]
name = "engine"
canonical = "chat.engine:Engine"
owner = "@platform"
retired = ["chat.old"]
"""

CHAT = {
    "pyproject.toml": CONFIGURATION,
    "chat/__init__.py": "",
    "chat/engine.py": "class Engine:\n    pass\n",
    "chat/old.py": "from chat.engine import Engine\nENGINE = Engine()\n",
    "chat/clean.py": "from chat.engine import Engine\n",
    "chat/api.py": "from chat.old import Engine\n",
}

# Everything that could change how a program looks or is found, apart from what the test says.
_UNSET = (
    "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING", "PYTHONUTF8", "SSOT_LINT_DEBUG", "SSOT_LINT_CACHE_DIR", "COLUMNS",
)

Done = subprocess.CompletedProcess[bytes]


Files = Mapping[str, str | bytes]


def project(root: Path, more: Files | None = None) -> Path:
    """Write the project `CHAT` with more files, or others in place of its own."""
    return tree(root, {**CHAT, **(more or {})})


def tree(root: Path, files: Files) -> Path:
    """Write these files and no others."""
    root.mkdir(exist_ok=True)
    write_files(root, {name: text.encode() if isinstance(text, str) else text for name, text in files.items()})
    return root


def environment(**changes: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _UNSET} | changes


def run(*command: str, cwd: Path, stdin: bytes = b"", **env: str) -> Done:
    """Run `python COMMAND...`."""
    command = (sys.executable, *command)
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, env=environment(**env), timeout=120)


def ssot_lint(*arguments: str, cwd: Path, stdin: bytes = b"", **env: str) -> Done:
    """Run `ssot-lint ARGUMENTS...`; no traceback may come of it, whatever they are."""
    done = run("-m", "ssot_lint", *arguments, cwd=cwd, stdin=stdin, **env)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def check_json(*arguments: str, cwd: Path, stdin: bytes = b"") -> dict[str, Any]:
    """The object that `check --format json` prints."""
    done = ssot_lint("check", "--format=json", *arguments, cwd=cwd, stdin=stdin)
    assert done.returncode in (0, 1), done.stderr.decode()
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def found(*arguments: str, cwd: Path, stdin: bytes = b"") -> list[tuple[str, int, int, str]]:
    """(path, line, column, code) of each violation that `check` reports."""
    violations = check_json(*arguments, cwd=cwd, stdin=stdin)["violations"]
    return [(one["path"], one["line"], one["column"], one["code"]) for one in violations]


def flake8(*arguments: str, cwd: Path, stdin: bytes = b"", isolated: bool = True) -> Done:
    """Run flake8 with nothing but what plugins bring, so that its own checks do not drown ours."""
    alone = ("--isolated",) if isolated else ()
    return run("-m", "flake8", *alone, "--extend-ignore=E,W,F,C", *arguments, cwd=cwd, stdin=stdin)


def flake8_found(done: Done) -> list[tuple[str, int, int, str]]:
    """(path, line, column, code) of each line that flake8 printed."""
    assert done.stderr == b"", done.stderr.decode()
    rows = []
    for line in done.stdout.decode().splitlines():
        path, row, column, text = line.split(":", 3)
        rows.append((os.path.normpath(path).replace(os.sep, "/"), int(row), int(column), text.split()[0]))
    return sorted(rows)

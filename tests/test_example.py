"""The example service: every rule fires in it, as the golden output says, and on every surface alike."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ssot_lint.rules.registry import rules

ROOT = Path(__file__).parent.parent
EXAMPLE = "examples/chat_platform"
GOLDEN = Path(__file__).parent / "golden" / "chat_platform.txt"
_FLAKE8_LINE = re.compile(r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<code>[A-Z]+\d+) ")
_UNPARSABLE = f"{EXAMPLE}/scripts/half_migrated.py"  # flake8 itself reports it, as E999

Place = tuple[str, int, int, str]


def run(*command: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1"}
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, input=stdin, capture_output=True)


@pytest.fixture(scope="module")
def violations() -> list[dict[str, object]]:
    done = run("ssot_lint", "check", EXAMPLE, "--format", "json")
    assert done.returncode == 1, done.stderr.decode()
    found: list[dict[str, object]] = json.loads(done.stdout)["violations"]
    return found


def places(violations: list[dict[str, object]]) -> set[Place]:
    return {
        (str(item["path"]), int(str(item["line"])), int(str(item["column"])), str(item["code"]))
        for item in violations if item["path"] != _UNPARSABLE and str(item["path"]).endswith(".py")
    }


def flake8_places(output: bytes) -> set[Place]:
    matches = map(_FLAKE8_LINE.match, output.decode().replace(os.sep, "/").splitlines())
    found = {(m["path"], int(m["line"]), int(m["column"]), m["code"]) for m in matches if m}
    return {place for place in found if place[3].startswith("SOT")}


def test_the_findings_are_the_golden_ones(violations: list[dict[str, object]]) -> None:
    lines = [
        f"{item['path']}:{item['line']}:{item['column']} {item['code']} [{item['severity']}] {item['message']}"
        for item in violations
    ]
    if os.environ.get("SSOT_LINT_UPDATE_GOLDEN"):
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_every_rule_fires(violations: list[dict[str, object]]) -> None:
    assert {item["rule"] for item in violations} == set(rules())


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_flake8_finds_the_same(violations: list[dict[str, object]], jobs: str) -> None:
    done = run("flake8", "--jobs", jobs, "--config", f"{EXAMPLE}/setup.cfg", EXAMPLE)
    assert flake8_places(done.stdout) == places(violations), done.stderr.decode()
    assert f"{_UNPARSABLE}:6:" in done.stdout.decode().replace(os.sep, "/")
    assert "E999" in done.stdout.decode()


def test_flake8_finds_the_same_in_each_file_from_stdin(violations: list[dict[str, object]]) -> None:
    found: set[Place] = set()
    for file in sorted((ROOT / EXAMPLE).rglob("*.py")):
        shown = file.relative_to(ROOT).as_posix()
        done = run("flake8", "--isolated", "--stdin-display-name", shown, "-", stdin=file.read_bytes())
        found |= flake8_places(done.stdout)
    assert found == places(violations)


def test_the_service_runs_before_its_migration() -> None:
    done = subprocess.run([sys.executable, "-m", "chat"], cwd=ROOT / EXAMPLE, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_its_own_tests_pass_before_its_migration() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=ROOT / EXAMPLE, capture_output=True)
    assert done.returncode == 0, done.stdout.decode()

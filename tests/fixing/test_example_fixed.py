"""The example service, fixed with `--unsafe-fixes`: as the golden patch says, and it works as before."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.rules.registry import rules

ROOT = Path(__file__).parent.parent.parent
GOLDEN = ROOT / "tests" / "golden" / "chat_platform_fixed.patch"
OPTIONS = ("--no-cache", "--unsafe-fixes")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ssot_lint_cache", ".pytest_cache")
_PROGRAMS = (("-m", "chat"), ("main.py",), ("-m", "scripts.seed_demo"))
_EVENTS = ("13 events sent", "15 events sent")  # the engine that the digest gets now tells two more


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *words], cwd=folder, env=environment, capture_output=True, timeout=120)


def outcome_of_tests(folder: Path) -> str:
    """What the example's own tests come to."""
    done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout.decode()
    return done.stdout.decode().rpartition(" passed")[0].rpartition("\n")[2]


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(ROOT / "examples" / "chat_platform", folder / "chat_platform", ignore=_LEFT_OUT))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="module")
def patch(before: Path) -> bytes:
    return run(before, "-m", "ssot_lint", "fix", "--diff", *OPTIONS).stdout


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """What `fix` says; filled by `after`."""
    return {}


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory, report: dict[str, Any]) -> Path:
    folder = copied(tmp_path_factory.mktemp("after"))
    done = run(folder, "-m", "ssot_lint", "fix", "--validate", "--format", "json", *OPTIONS)
    report.update(json.loads(done.stdout))
    return folder


def test_the_patch_is_the_golden_one(patch: bytes) -> None:
    if os.environ.get("SSOT_LINT_UPDATE_GOLDEN"):
        GOLDEN.write_bytes(patch)
    assert patch.decode("utf-8") == GOLDEN.read_text(encoding="utf-8")


def test_the_patch_makes_what_fix_makes(after: Path, patch: bytes, tmp_path: Path) -> None:
    patched = copied(tmp_path)
    subprocess.run(["git", "init", "-q"], cwd=patched, check=True)
    subprocess.run(["git", "apply", "-"], cwd=patched, input=patch, check=True)
    for file in patched.rglob("*.py"):
        assert file.read_bytes() == (after / file.relative_to(patched)).read_bytes(), file


def test_its_own_tests_pass_before_and_after(before: Path, after: Path) -> None:
    assert outcome_of_tests(after) == outcome_of_tests(before) != ""


@pytest.mark.parametrize("words", _PROGRAMS, ids=" ".join)
def test_its_programs_say_the_same(before: Path, after: Path, words: tuple[str, ...]) -> None:
    done, expected = run(after, *words), run(before, *words)
    assert done.returncode == expected.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == expected.stdout.decode().replace(*_EVENTS) != ""


def test_every_module_can_be_imported(after: Path) -> None:
    files = sorted((after / "chat").rglob("*.py"))
    modules = [".".join(file.relative_to(after).with_suffix("").parts) for file in files if file.stem != "__main__"]
    statements = "".join(f"import {module.removesuffix('.__init__')}\n" for module in modules)
    assert run(after, "-c", statements).returncode == 0


def test_check_finds_what_was_refused_and_what_is_for_people(after: Path, report: dict[str, Any]) -> None:
    found = json.loads(run(after, "-m", "ssot_lint", "check", "--no-cache", "--format", "json").stdout)["violations"]
    assert sorted(map(place, found)) == sorted(map(place, report["remaining"]))
    refused = {place(item) for item in report["refused"]}
    known = {item["rule"] for item in report["fixed"]} | {item["rule"] for item in report["refused"]}
    assert all(place(item) in refused for item in found if item["rule"] in known)
    brought = {item["rule"] for item in report["brought"]}
    assert brought and all(rules()[rule].latent for rule in brought)


def place(violation: dict[str, Any]) -> tuple[str, int, int, str]:
    return violation["path"], violation["line"], violation["column"], violation["code"]


def test_another_run_changes_nothing(after: Path) -> None:
    assert run(after, "-m", "ssot_lint", "fix", "--diff", *OPTIONS).stdout == b""

"""Modules that need not be there: git ignores them, or the build makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_lint.files.promised import Existence
from tests.adapters.program import tree


@pytest.mark.parametrize(
    "module, promised",
    [
        ("pkg.conf", True), ("pkg.below.conf", True), ("pkg.made.one", True), ("made.one", False), ("lib.pkg.x", True),
        ("pkg.x", True), ("pkg.own", True), ("pkg.own.below", True), ("pkg.other", False), ("pkg.fast", True),
        ("pkg.slow", True), ("pkg.rust", True), ("pkg.version", True), ("pkg.late", True), ("other.late", False),
        ("pkg.broken", False), ("late", False), ("", False), ("..", False), ("pkg.", False),
    ],
)
def test_modules_that_git_ignores_or_a_build_makes_are_promised(module: str, promised: bool, tmp_path: Path) -> None:
    root = tree(tmp_path, {
        ".git/info/exclude": "own/\n",
        ".gitignore": "conf.py\n/lib/pkg/x.py\n/pkg/made/\n*.so\n",
        "pkg/below/__init__.py": "",
        "setup.py": "Extension('pkg.fast', []), CythonExtension(\n  name=\"pkg.slow\")",
        "pyproject.toml": (
            "[tool.maturin]\nmodule-name = 'pkg.rust'\n[tool.setuptools_scm]\nwrite_to = 'lib/pkg/version.py'\n"
            "version_file = 3\n[tool.pdm]\nversion = ['pkg/broken.py']\n"
            "[tool.poetry-dynamic-versioning.files.'./pkg/late.py']\npersistent-substitution = true\n"
        ),
    })
    assert Existence(str(root), ("", "lib"))(module) is promised


def test_build_files_that_cannot_be_read_promise_nothing(tmp_path: Path) -> None:
    root = tree(tmp_path, {"setup.py/x.py": "", "pyproject.toml": "[tool.maturin\nmodule-name = 'pkg.rust'\n"})
    assert not Existence(str(root), ("",))("pkg.rust")

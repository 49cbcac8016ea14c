"""Folders that tools fill: nobody's own code, in every project alike."""

from __future__ import annotations

# By name, at any depth. Other folders that begin with a dot are a team's own: `.github/scripts`, for instance. So may
# `build`, `dist`, `env` and `venv` be: there are packages of these names.
TOOL_FOLDERS = frozenset(
    {
        ".bzr", ".git", ".git-rewrite", ".hg", ".jj", ".svn", "CVS",
        ".nox", ".pixi", ".pyenv", ".tox", ".venv", "__pypackages__", "site-packages",
        ".bundle", ".gradle", ".terraform", ".yarn", "buck-out", "node_modules",
        ".cache", ".direnv", ".dmypy", ".eggs", ".hypothesis", ".idea", ".ipynb_checkpoints", ".mypy_cache", ".pants.d",
        ".pyre", ".pytest_cache", ".pytype", ".ruff_cache", ".ssot_lint_backup", ".ssot_lint_cache", ".vscode",
        "__pycache__",
    }
)

# What a virtual environment, whatever it is called, holds at its top (of venv and of conda).
ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})

"""Where the folder of a cache is."""

from __future__ import annotations

import os

NAME = ".ssot_lint_cache"
VARIABLE = "SSOT_LINT_CACHE_DIR"


def cache_folder(root: str, given: str | None) -> str:
    """The absolute path of a project's cache; nothing is created.

    Args:
        root: the project root.
        given: `--cache-dir`; else the environment variable `SSOT_LINT_CACHE_DIR` is asked. Either is relative to the
            current directory, and several projects may share it.
    """
    chosen = given or os.environ.get(VARIABLE)
    return os.path.abspath(os.path.expanduser(chosen) if chosen else os.path.join(root, NAME))

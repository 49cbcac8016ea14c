"""Finds the configuration that governs a file."""

from __future__ import annotations

import os
from functools import cache

from ssot_lint.config.document import OWN_FILE, SHARED_FILE, TOOL, own_table, parse_toml, read


def find(start: str) -> str | None:
    """The nearest configuration file at or above `start`, None where there is none.

    A `pyproject.toml` counts only with a `[tool.ssot-lint]` table; in one folder `ssot-lint.toml` wins over it. The
    answer for a folder is remembered as long as the process lives.

    Args:
        start: absolute path of a file or a folder; it need not exist.

    Raises:
        ConfigurationError: a `pyproject.toml` on the way mentions ssot-lint and is not valid TOML, or cannot be read.
    """
    path = os.path.abspath(start)
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    while True:
        found = _configuration_in(folder)
        parent = os.path.dirname(folder)
        if found or parent == folder:
            return found
        folder = parent


@cache
def _configuration_in(folder: str) -> str | None:
    own = os.path.join(folder, OWN_FILE)
    if os.path.isfile(own):
        return own
    shared = os.path.join(folder, SHARED_FILE)
    return shared if os.path.isfile(shared) and _is_for_us(shared) else None


def _is_for_us(file: str) -> bool:
    content = read(file)
    # Most projects above and around say nothing of us: neither parse_toml theirs nor judge whether it is valid.
    return TOOL.encode() in content and own_table(file, parse_toml(file, content)) is not None

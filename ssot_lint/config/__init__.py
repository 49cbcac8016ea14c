"""Configuration: `pyproject.toml` or `ssot-lint.toml` -> `Policy`.

`find` finds the file, `load` reads it, `show` writes the effective configuration out again.
"""

from __future__ import annotations

from ssot_lint.config.discovery import find
from ssot_lint.config.loading import load
from ssot_lint.config.showing import show

__all__ = ["find", "load", "show"]

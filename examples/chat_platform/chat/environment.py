"""The one place that reads the process environment, so that tests and tenants can override it."""

from __future__ import annotations

import os

_overrides: dict[str, str] = {}


def get_env(name: str, default: str = "") -> str:
    """Value of a setting: an override if there is one, else the process environment, else `default`."""
    if name in _overrides:
        return _overrides[name]
    return os.environ.get(name, default)


def override(**values: str) -> None:
    """Put values before the process environment."""
    _overrides.update(values)

"""Configuration: `pyproject.toml` or `ssot-lint.toml` -> `Policy`."""

from __future__ import annotations

from ssot_lint.config.discovery import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ssot_lint.model.policy import Policy

__all__ = ["find", "load", "show"]


def load(file: str) -> Policy:
    """Read and validate a configuration file; see `loading`, which takes long to import."""
    from ssot_lint.config import loading

    return loading.load(file)


def show(policy: Policy) -> str:
    """Write the effective configuration out again; see `showing`."""
    from ssot_lint.config import showing

    return showing.show(policy)

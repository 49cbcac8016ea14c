"""Which ssot-lint this is."""

from __future__ import annotations


def version() -> str:
    """The version of the installed package; "unknown" where it runs without being installed."""
    from importlib import metadata

    try:
        return metadata.version("ssot-lint")
    except metadata.PackageNotFoundError:
        return "unknown"

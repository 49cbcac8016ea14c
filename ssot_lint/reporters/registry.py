"""Finds the reporters by name, importing none but the one that is asked for."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, cast

from ssot_lint.reporters import formats

if TYPE_CHECKING:
    from ssot_lint.reporters.protocol import Reporter


def names() -> list[str]:
    """Names of all formats, sorted."""
    return sorted(info.name for info in pkgutil.iter_modules(formats.__path__))


def load(name: str) -> Reporter:
    """The reporter called `name`, one of `names()`."""
    return cast("Reporter", importlib.import_module(f"{formats.__name__}.{name}"))

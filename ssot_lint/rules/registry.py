"""Finds the rules: every module of this package that declares a `RULE`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

import ssot_lint.rules
from ssot_lint.model.rule import Rule


@cache
def rule_modules() -> dict[str, ModuleType]:
    """Rule name -> its module, in the order of the default codes."""
    found = {}
    for info in pkgutil.iter_modules(ssot_lint.rules.__path__):
        module = importlib.import_module(f"{ssot_lint.rules.__name__}.{info.name}")
        if isinstance(getattr(module, "RULE", None), Rule):
            found[module.RULE.name] = module
    return dict(sorted(found.items(), key=lambda item: item[1].RULE.code))


def rules() -> dict[str, Rule]:
    """Rule name -> its declaration, in the order of the default codes."""
    return {name: module.RULE for name, module in rule_modules().items()}

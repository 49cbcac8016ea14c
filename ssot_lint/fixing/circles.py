"""Whether an import can fail because modules import each other in a circle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ssot_lint.files.dotted import above
from ssot_lint.index import Module, ProjectIndex

_MOST = 60
"""Modules that are looked at, the nearest first: a circle that is longer than that has been there all along."""


def may_lead_back(index: ProjectIndex, module: Module, source: str, thorough: bool = True) -> bool:
    """Whether importing `source` while `module` is imported may come back to `module`, which is not ready then.

    Args:
        thorough: look at all that `source` imports in turn; else only at its own imports.
    """
    pending = deque(_loaded(index, source, module))
    seen = {item.file.path for item in pending}
    while pending and len(seen) <= _MOST:
        current = pending.popleft()
        for name in _imported(current):
            for item in _loaded(index, name, current):
                if item.file.path == module.file.path:
                    return True
                if thorough and item.file.path not in seen:
                    seen.add(item.file.path)
                    pending.append(item)
    return False


def _loaded(index: ProjectIndex, name: str, importer: Module) -> Iterator[Module]:
    """The modules that an import of a dotted name runs; the packages around the importer are being run already."""
    around = {outer for own in importer.file.modules for outer in above(own)}
    for part in (name, *(package for package in above(name) if package not in around)):
        found = index.module(part, importer)
        if found is not None:
            yield found


def _imported(module: Module) -> Iterator[str]:
    """The modules that are imported as soon as a module is."""
    for binding in module.facts.bindings:
        runs = binding.kind == "import" and is_run_on_import(module, binding.block)
        if runs and not module.typing_only(binding.block):
            fact = module.facts.imports[binding.value]
            source = module.absolute(fact)
            if source:
                yield source
            if source and fact.name and fact.name != "*":
                yield f"{source}.{fact.name}"


def is_run_on_import(module: Module, block: int) -> bool:
    """Whether a place is reached while the module is imported, and not only when a function is called."""
    scope = module.facts.blocks[block].scope
    while scope >= 0:
        fact = module.facts.scopes[scope]
        if fact.kind == "function":
            return False
        scope = fact.parent
    return True

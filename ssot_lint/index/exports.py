"""What modules list in `__all__`, and the lists that theirs are made of."""

from __future__ import annotations

from typing import Protocol

from ssot_lint.index.module import Module
from ssot_lint.index.targets import ModuleTarget, Resolution
from ssot_lint.model.facts import Exports, Import


class Finder(Protocol):
    """What is asked of the project's index."""

    def module(self, name: str, importer: Module | None = None) -> Module | None: ...

    def of_import(self, module: Module, fact: Import) -> tuple[Resolution, ...]: ...


class ExportLists:
    """Answers for one project.

    Args:
        finder: tells what imports mean.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._known: dict[str, Exports | None] = {}

    def of(self, provider: Module) -> Exports | None:
        """A module's `__all__` with those that it is made of; None where it has none."""
        path = provider.file.path
        if path not in self._known:
            self._known[path] = Exports((), True)  # lists that hold each other end here
            self._known[path] = self._gathered(provider)
        return self._known[path]

    def _gathered(self, provider: Module) -> Exports | None:
        exports = provider.facts.exports
        if exports is None and any(binding.kind == "import" for binding in provider.exported("__all__")):
            exports = Exports((), False, ("__all__",))
        if exports is None or not exports.sources:
            return exports
        parts = [self._named(provider, source) for source in exports.sources]
        names = (name for part in parts for name in part.names)
        return Exports((*exports.names, *names), exports.dynamic or any(part.dynamic for part in parts))

    def _named(self, module: Module, source: str) -> Exports:
        """The `__all__` that is written `b.__all__`, or that an import has brought under a local name."""
        first, *rest = source.split(".")
        for binding in module.exported(first):
            if binding.kind != "import":
                continue
            fact = module.facts.imports[binding.value]
            home = module.absolute(fact) if not rest and fact.name == "__all__" else ""
            for resolution in self._finder.of_import(module, fact) if rest else ():
                path = (*[getattr(resolution.target, "module", "")], *rest[:-1])
                home = ".".join(path) if isinstance(resolution.target, ModuleTarget) else ""
            provider = self._finder.module(home, module) if home else None
            found = None if provider is None else self.of(provider)
            if found is not None:
                return found
        return Exports((), True)

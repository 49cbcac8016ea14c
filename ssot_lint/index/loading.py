"""Which import of a package's `__init__` loads which of its submodules first, and so sets the attribute."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import islice
from typing import Any, Protocol, TypeVar

from ssot_lint.files.dotted import above
from ssot_lint.index.module import Module
from ssot_lint.model.facts import Binding, Import


_Answer = TypeVar("_Answer")


class Finder(Protocol):
    """What modules are found by: the project's index."""

    def module(self, name: str, importer: Module | None = None) -> Module | None: ...

    def once(self, key: Hashable, question: Callable[[Any], _Answer]) -> _Answer: ...


class Loading:
    """Answers for one project.

    Args:
        finder: tells the file that a dotted name means.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def first_import(self, package: Module, name: str) -> Binding | None:
        """The import in a package's `__init__` that loads its submodule `name`; None where there is none."""
        submodule = f"{package.name}.{name}"
        evident = _evident(package, name, submodule)
        if evident is not None:
            return evident
        loads = self._finder.once(("loads", package.file.path), lambda finder: Loading(finder)._loads(package))
        return loads.get(submodule)

    def _loads(self, package: Module) -> dict[str, Binding]:
        """Module -> the import of a package's `__init__` that loads it first."""
        loaded = {package.name: None}
        by_import: dict[str, Binding] = {}
        for binding in package.import_bindings:
            known = len(loaded)
            self._load(package, package.facts.imports[binding.value], loaded)
            by_import.update(dict.fromkeys(islice(loaded, known, None), binding))
        return by_import

    def _load(self, importer: Module, fact: Import, loaded: dict[str, None]) -> None:
        """Add what an import loads, and what that loads in turn, at the top level of modules of the project."""
        pending = [(importer, fact)]
        while pending:
            importer, fact = pending.pop()
            source = importer.absolute(fact)
            for name in (*above(source), source, f"{source}.{fact.name}"):
                module = self._finder.module(name, importer)
                if module is not None and name not in loaded and not importer.typing_only(fact.block):
                    loaded[name] = None
                    pending += [(module, module.facts.imports[item.value]) for item in module.import_bindings]


def _evident(package: Module, name: str, submodule: str) -> Binding | None:
    """The import that loads a submodule by its own words, where that settles it.

    An earlier import may have loaded it on its way already. That makes no difference, unless the package binds the name
    itself in between; what all of them load need not be looked at then.
    """
    for binding in package.import_bindings:
        fact = package.facts.imports[binding.value]
        source = package.absolute(fact)
        if fact.name == "*":
            return None  # it may bring the name as well
        if submodule in (source, f"{source}.{fact.name}") or source.startswith(f"{submodule}."):
            own = package.exported(name)
            before = any(item.order <= binding.order and item is not binding for item in own)
            conditional = package.kinds_around(binding.block) != ["body"]
            return None if before or conditional else binding
    return None

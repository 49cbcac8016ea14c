"""The files of a project by path and by dotted name: what every question starts from, and no answer ever changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Protocol

from ssot_lint.index.module import Module


class Circle(Protocol):
    """The files over which questions about the whole project range: who inherits from this, who assigns to that?"""

    def with_word(self, word: str) -> Iterable[str]:
        """Paths of those in which a word may stand."""

    def may_import(self, word: str) -> Iterable[str]:
        """Paths of those that may import a name."""

    def importing(self, word: str) -> Iterable[tuple[str, str]]:
        """(path of a file that imports a name, the module as written), as far as the statements tell."""

    def with_heirs(self) -> Iterable[str]:
        """Paths of those with classes that may inherit from what matters."""


class Modules:
    """The files of a project.

    Args:
        modules: the files; their facts are loaded only when somebody asks for them.
        natives: dotted names of extension modules beside the sources.
        exists: whether a dotted module name exists on disk, whatever the ignore files say, or could.
        circle: the files over which questions about the whole project range; None = all of them.

    Attributes:
        answers: what was asked once for all judgements; see `ProjectIndex.once`.
    """

    def __init__(
        self,
        modules: Iterable[Module],
        natives: frozenset[str] = frozenset(),
        exists: Callable[[str], bool] = lambda name: False,
        circle: Circle | None = None,
    ) -> None:
        self.by_path = {module.file.path: module for module in modules}
        self.natives = natives
        self.exists = exists
        self.by_name: dict[str, list[Module]] = {}
        self.packages: set[str] = set()
        self.answers: dict[Hashable, object] = {}
        self._circle = circle
        for module in self.by_path.values():
            self._enter(module)

    def _enter(self, module: Module) -> None:
        for name in module.file.modules:
            self.by_name.setdefault(name, []).append(module)
            parent = name.rpartition(".")[0]
            while parent and parent not in self.packages:
                self.packages.add(parent)
                parent = parent.rpartition(".")[0]

    def with_word(self, word: str) -> list[Module]:
        """The files that a question about something of that name concerns, by path."""
        return self._sorted(self.by_path if self._circle is None else self._circle.with_word(word))

    def with_heirs(self) -> list[Module]:
        """The files that a question about subclasses concerns, by path."""
        return self._sorted(self.by_path if self._circle is None else self._circle.with_heirs())

    def may_import(self, word: str) -> list[Module]:
        """The files that may import a name, by path."""
        return self._sorted(self.by_path if self._circle is None else self._circle.may_import(word))

    def importing(self, word: str) -> list[tuple[Module, str]]:
        """The files that import a name, with the module as written."""
        if self._circle is not None:
            return [(self.by_path[path], written) for path, written in self._circle.importing(word)]
        found = ((module, fact) for module in self.by_path.values() for fact in module.facts.imports)
        return [(module, "." * fact.level + fact.module) for module, fact in found if fact.name == word]

    def _sorted(self, paths: Iterable[str]) -> list[Module]:
        return [self.by_path[path] for path in sorted(paths) if path in self.by_path]

    def within(self, circle: Circle) -> Modules:
        """The same files, with other limits to questions about the whole project."""
        other = self._copy()
        other._circle = circle
        return other

    def with_modules(self, modules: Iterable[Module]) -> Modules:
        """The same files with some laid over those of their paths, or added."""
        other = self._copy()
        other.packages = set(self.packages)
        for module in modules:
            other._replace(module)
        return other

    def _replace(self, module: Module) -> None:
        before = self.by_path.get(module.file.path)
        names = dict.fromkeys((*module.file.modules, *(before.file.modules if before else ())))
        for name in names:  # a new list: other copies hold the old one
            self.by_name[name] = [item for item in self.by_name.get(name, ()) if item is not before]
            if not self.by_name[name]:
                del self.by_name[name]
        self.by_path[module.file.path] = module
        self._enter(module)

    def _copy(self) -> Modules:
        other = Modules((), self.natives, self.exists, self._circle)
        other.by_path = dict(self.by_path)
        other.by_name = dict(self.by_name)
        other.packages = self.packages
        return other

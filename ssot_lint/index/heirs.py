"""Which classes may inherit from one that matters, told by names and imports alone: rather too many than too few."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection, Container, Iterable, Sequence

import msgspec

Taken = tuple[str, str, str]
"""(module, name there, local name) of an import."""


class Family(msgspec.Struct, frozen=True):
    """The classes of one file.

    Attributes:
        path: of the file.
        modules: its dotted names.
        classes: (name, every name in its bases; ".x" for one behind a dot).
        brought: what it imports of these.
    """

    path: str
    modules: tuple[str, ...]
    classes: Sequence[tuple[str, Sequence[str]]]
    brought: Sequence[Taken]


Origins = tuple[tuple[str, str], ...]
"""(module, name there) of what a name of a module may be."""


class Heirs:
    """Grows with the classes of the project.

    Args:
        roots: names of the classes that matter.
        doubtful: a base that cannot be told counts as one of them.
    """

    def __init__(self, roots: Collection[str], doubtful: bool = False) -> None:
        self._doubtful = doubtful
        self._own: Container[str] = ()
        self._origins: Callable[[str, str], Origins] = lambda module, name: ()
        self._known_origins: dict[tuple[str, str], Origins] = {}
        self._roots = frozenset(roots)
        self._names = set(roots)
        self._found: set[tuple[str, str]] = set()
        self._paths: set[str] = set()
        self._defined: dict[tuple[str, str], str] = {}
        self._families: list[Family] = []

    def meet(
        self, families: Iterable[Family], origins: Callable[[str, str], Origins], own: Container[str]
    ) -> None:
        """Take in the classes of the files of a project.

        Args:
            own: the dotted names of its modules.
            origins: (module, name) -> where the module has the name from; asked where it defines no such class.
        """
        if not self._roots:
            return
        self._origins = origins
        self._own = own
        self._families = list(families)
        for family in self._families:
            for name, _ in family.classes:
                self._defined.update(((module, name), family.path) for module in family.modules)

    def grow(self) -> bool:
        """Follow inheritance to its end, and say whether that led to any class that was not known before."""
        before = len(self._found)
        grown = bool(self._roots)
        while grown:
            count = len(self._found)
            for family in self._families:
                self._look_through(family)
            grown = len(self._found) != count
        return len(self._found) != before

    @property
    def found(self) -> Collection[tuple[str, str]]:
        """(path, name) of every such class."""
        return self._found

    def add_name(self, name: str) -> bool:
        """Take in another name of such a class, and say whether it was new."""
        new = name not in self._names
        self._names.add(name)
        return new

    def may_be(self, name: str) -> bool:
        """Whether something of that name may be such a class."""
        return name in self._names

    def are_in(self, path: str) -> bool:
        """Whether a file defines such a class."""
        return path in self._paths

    def _look_through(self, family: Family) -> None:
        imported = {local: (module, name) for module, name, local in family.brought}
        own = {name for name, _ in family.classes}
        brings = any(self._is_heir(*origin) for origin in imported.values())
        for name, bases in family.classes:
            if (family.path, name) not in self._found and any(
                self._is_one(family, own, imported, brings, base) for base in bases
            ):
                self._found.add((family.path, name))
                self._paths.add(family.path)
                self._names.add(name)

    def _is_one(
        self, family: Family, own: Collection[str], imported: dict[str, tuple[str, str]], brings: bool, base: str
    ) -> bool:
        if base.startswith("."):
            return self._doubtful or base[1:] in self._names
        if base in self._roots or (family.path, base) in self._found:
            return True
        if base in imported:
            return self._is_heir(*imported[base])
        if base in own:
            return False
        # a variable of the file, or what a star import brings: it may be whatever else is here
        doubtful = self._doubtful or brings or family.path in self._paths
        return base in self._names or (doubtful and not hasattr(builtins, base))

    def _is_heir(self, module: str, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> bool:
        if name in self._roots:
            return True
        home = self._defined.get((module, name))
        if home is not None:
            return (home, name) in self._found
        if (module, name) in seen:
            return False
        if name in self._names:  # handed on under its own name
            return True
        if self._doubtful and module in self._own:
            return True
        if (module, name) not in self._known_origins:
            self._known_origins[module, name] = self._origins(module, name)
        places = self._known_origins[module, name]
        return any(self._is_heir(*origin, seen | {(module, name)}) for origin in places)

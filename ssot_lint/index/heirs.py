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


class _Relations:
    """A family, made ready to be looked through again and again.

    Attributes:
        unsettled: class -> its bases, of those of which it is not known yet.
    """

    def __init__(self, family: Family) -> None:
        self.path = family.path
        self.imported = {local: (module, name) for module, name, local in family.brought}
        self.own = frozenset(name for name, _ in family.classes)
        self.unsettled: dict[str, set[str]] = {}
        for name, bases in family.classes:
            self.unsettled.setdefault(name, set()).update(bases)


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
        self._families: dict[str, _Relations] = {}

    @classmethod
    def recalled(cls, names: Collection[str], paths: Collection[str], doubtful: bool = False) -> Heirs:
        """What grew to its end before.

        Args:
            names: of the classes.
            paths: of the files that define them.
        """
        found = cls((), doubtful)
        found._names, found._paths = set(names), set(paths)
        return found

    @property
    def names(self) -> frozenset[str]:
        """The names of such classes."""
        return frozenset(self._names)

    @property
    def paths(self) -> frozenset[str]:
        """The files that define such classes."""
        return frozenset(self._paths)

    def meet(
        self, families: Iterable[Family], origins: Callable[[str, str], Origins], own: Container[str]
    ) -> None:
        """Take in the classes of files of a project, in place of what was known of the same files.

        Args:
            own: the dotted names of its modules.
            origins: (module, name) -> where the module has the name from; asked where it defines no such class.
        """
        if not self._roots:
            return
        self._origins = origins
        self._own = own
        for family in families:
            self._families[family.path] = _Relations(family)
            for name, _ in family.classes:
                self._defined.update(((module, name), family.path) for module in family.modules)

    def grow(self) -> bool:
        """Follow inheritance to its end, and say whether that led to any class that was not known before."""
        before = len(self._found)
        grown = bool(self._roots)
        while grown:
            count = len(self._found)
            for relations in self._families.values():
                self._look_through(relations)
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

    def _look_through(self, relations: _Relations) -> None:
        path, unsettled = relations.path, relations.unsettled
        brings = any(self._is_heir(*origin) for origin in relations.imported.values())
        for name, bases in list(unsettled.items()):  # in the order of the text: a chain is followed in one go
            if any(self._is_one(relations, brings, base) for base in bases):
                del unsettled[name]
                self._found.add((path, name))
                self._paths.add(path)
                self._names.add(name)

    def _is_one(self, relations: _Relations, brings: bool, base: str) -> bool:
        if base.startswith("."):
            return self._doubtful or base[1:] in self._names
        if base in self._roots or (relations.path, base) in self._found:
            return True
        if base in relations.imported:
            return self._is_heir(*relations.imported[base])
        if base in relations.own:
            return False
        # a variable of the file, or what a star import brings: it may be whatever else is here
        doubtful = self._doubtful or brings or relations.path in self._paths
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

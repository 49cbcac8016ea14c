"""The words by which a finding can be known: those of the configuration, and those under which files hand them on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import msgspec

from ssot_lint.files.dotted import above, last
from ssot_lint.index.heirs import Heirs, Taken
from ssot_lint.index.likeness import may_be_copy
from ssot_lint.facts.passing import CALL, STRING, Brought, Outlined, Passing
from ssot_lint.model.source import SourceFile
from ssot_lint.model.triggers import Triggers
from ssot_lint.scan import Look, Wanted
from ssot_lint.scan.telltales import Telltale
from ssot_lint.scan.occurrences import DYNAMIC_WORDS, QUOTED, UNTOLD


class Surroundings(msgspec.Struct, frozen=True):
    """What the project tells of the words of the configuration.

    Attributes:
        territory: dotted names of modules of which every name matters: what is retired as a whole, truths that are
            modules, and the other names that these go by.
        offered: of modules from which only names may be imported that are there -> the names that surely are.
        leaves: those of `offered` that are no packages, so that nothing can be below them.
        names: further names of the truths, where their canonical places hand on what is called otherwise elsewhere.
        inherited: names of classes of which it matters who inherits from them.
        kin: names of classes of which it matters who uses one that inherits from them.
        built: names of classes and functions of which it matters who calls them, or a class that inherits from them.
        below: names of classes of which it matters which files define one that inherits from them.
        lost: dotted names of modules that the configuration names, and that do not exist.
        harmless: name -> modules from which it may be imported.
        telltales: words by which copies of what must have none can be known.
        literals: values of constants that are not to be spelled out.
        own: top-level names of the project.
        retired: dotted paths of all that is retired.
    """

    territory: frozenset[str] = frozenset()
    offered: Mapping[str, frozenset[str]] = {}
    leaves: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    inherited: frozenset[str] = frozenset()
    kin: frozenset[str] = frozenset()
    built: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    harmless: Mapping[str, tuple[str, ...]] = {}
    telltales: tuple[Telltale, ...] = ()
    literals: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    retired: frozenset[str] = frozenset()


_HARMLESS_MARKS = frozenset({"probes", "own"})
"""What is of interest only where a class inherits from what matters."""

Gift = tuple[str, str]
"""What a file hands on: ("name", a name), or another name: of a "module", or of a class of one of `Words.families`."""


class Learned(msgspec.Struct, frozen=True, array_like=True):
    """What `Words` have grown to.

    Attributes:
        around: what they grew from.
        pairs: word -> paths of the files that hand something on under it.
        handles: see `Words`.
        known_as: other names of modules.
        families: "heirs", "kin", "built", "below" -> names of classes that inherit from what matters, and the paths of
            the files that define them.
    """

    around: Surroundings
    pairs: dict[str, tuple[str, ...]]
    handles: frozenset[str]
    known_as: frozenset[str]
    families: dict[str, tuple[frozenset[str], frozenset[str]]]


class Words:
    """Grows while files are found that hand something on under another name.

    Args:
        triggers: what the rules need to see.
        surroundings: what the project tells of that.

    Attributes:
        singles: words that matter wherever they stand, or nearly so.
        pairs: word -> the files that hand something on under it, by path: it matters in who takes it from there.
        handles: names of modules that hand something on, where it matters which other names these have.
    """

    def __init__(self, triggers: Triggers, surroundings: Surroundings) -> None:
        self._triggers = triggers
        self._around = surroundings
        modules = map(last, (*surroundings.territory, *surroundings.lost))
        names = {*triggers.names, *surroundings.names, *modules} - {""}
        self.singles = frozenset({*triggers.words, *names})
        self._noted = frozenset(last(path.name) for path, _ in triggers.originals)
        self.pairs: dict[str, dict[str, SourceFile]] = {}
        self.heirs = Heirs(surroundings.inherited, doubtful=bool(triggers.bases))
        self.kin = Heirs(surroundings.kin)
        self.built = Heirs(surroundings.built)
        self.below = Heirs(surroundings.below)
        self._parts = frozenset(_longest_literal(glob) for glob in triggers.globs)
        self.handles: set[str] = set()
        self._known_as: set[str] = set()
        self._homes_of: dict[str, set[str]] = {}

    @classmethod
    def recalled(cls, triggers: Triggers, learned: Learned, file: Callable[[str], SourceFile]) -> Words:
        """What grew to its end before; it does not grow on.

        Args:
            file: gives a file by its path.
        """
        found = cls(triggers, learned.around)
        for word, paths in learned.pairs.items():
            for path in paths:
                found._provide(file(path), word)
        found.handles |= learned.handles
        found._known_as |= learned.known_as
        found.heirs = Heirs.recalled(*learned.families["heirs"], bool(triggers.bases))
        found.kin, found.built, found.below = (
            Heirs.recalled(*learned.families[name]) for name in ("kin", "built", "below")
        )
        return found

    @property
    def learned(self) -> Learned:
        """For `recalled`."""
        return Learned(
            self._around,
            {word: tuple(homes) for word, homes in self.pairs.items()},
            frozenset(self.handles),
            frozenset(self._known_as),
            {name: (heirs.names, heirs.paths) for name, heirs in self.families.items()},
        )

    @property
    def families(self) -> dict[str, Heirs]:
        """The classes that inherit from what matters, by what it is that matters of them."""
        return {"heirs": self.heirs, "kin": self.kin, "built": self.built, "below": self.below}

    def wanted(self) -> Wanted:
        """What to look for in all files."""
        around = self._around
        return Wanted(
            words=self._triggers.words,
            names=self.singles - self._triggers.words,
            uses=self._triggers.uses - self._triggers.words,
            passed=self._triggers.passed - self._triggers.words,
            deprecated=self._triggers.deprecated - self._triggers.words,
            patched=self._triggers.patched - self._triggers.words,
            called=self.built.names,
            members=frozenset(self.pairs),
            handles=frozenset(self.handles | self._known_as),
            parts=self._parts - {""},
            modules=dict(around.offered),
            leaves=around.leaves,
            harmless=dict(around.harmless),
            noted=self._noted - self.singles,
            telltales=around.telltales,
            literals=around.literals,
            own=around.own,
            retired=around.retired,
            codes=self._triggers.codes,
            dynamic=self._triggers.dynamic,
            roots=around.inherited | around.kin | around.below,
            classes=bool(around.inherited | around.kin | around.built | around.below),
            stars=True,
        )

    @property
    def everything(self) -> bool:
        """Whether every file can hold a finding."""
        return self._triggers.everything or "" in self._parts

    def concern(self, look: Look) -> bool:
        """Whether something can be found in a file, as far as this can be told from what was looked for everywhere."""
        called = any(map(self.built.may_be, look.called))
        return bool(look.words) or called or not _HARMLESS_MARKS.issuperset(look.marks)

    def watches(self, file: SourceFile) -> bool:
        """Whether `from . import name` in a file can mean a module of which only certain names may be imported."""
        return _is_inside(file, self._around.offered)

    def may_be_missing(self, module: str, name: str) -> bool:
        """Whether a module, or a name in it, may be one that the configuration takes to be there, and is not.

        Args:
            name: "?" for any.
        """
        offered = self._around.offered.get(module)
        if offered is None:
            return name == "?" and not self._around.leaves.isdisjoint(above(module))
        return name not in offered and name != "*"

    def takes(self, file: SourceFile, look: Look, brought: Collection[Taken]) -> bool:
        """Whether a file takes what matters from where it does.

        Args:
            brought: (module, name, local name) of its imports.
        """
        homes_of = self._homes_of
        if any(name in homes_of.get(module, ()) for module, name, _ in brought):
            return True
        if any(self._is_taken(look, word, owner) for word, owner in look.taken):
            return True
        return bool(look.stars) and any(file.path in self.pairs.get(word, ()) for word in look.members)

    def is_heir(self, path: str, look: Look) -> bool:
        """Whether a class of a file inherits from one whose subclasses are looked at."""
        if self.kin.are_in(path) or self.below.are_in(path) or ("own" in look.marks and self.built.are_in(path)):
            return True
        needs_probes = not self._triggers.bases
        return self.heirs.are_in(path) and (not needs_probes or "probes" in look.marks)

    def _is_taken(self, look: Look, word: str, owner: str) -> bool:
        """Whether a word that is taken from something can be taken from where it matters."""
        lasts = self._lasts(word)
        if not lasts or owner == UNTOLD:
            return bool(lasts)
        if owner == QUOTED:
            return not lasts.isdisjoint(look.handles) or not self._known_as.isdisjoint(look.handles)
        return owner in lasts or owner in self._known_as

    def _lasts(self, word: str) -> set[str]:
        return {last(name) for home in self.pairs.get(word, {}).values() for name in home.modules}

    def seek(self, look: Look) -> bool:
        """Take in of which modules the other names have to be known to judge a file, and say whether any was new."""
        before = len(self.handles)
        for word, _ in look.taken:
            self.handles |= self._lasts(word)
        return len(self.handles) != before

    def learn_renames(self, look: Look) -> bool:
        """Take in the other names that modules have, and say whether any was new.

        Names that an assignment gives to such a name again are not followed: on a large tree, they soon are all names.
        An earlier survey may have seen other names of what need not be known any more.
        """
        before = len(self._known_as)
        for handle, local, by_import in look.renames:
            if handle in self.handles or (by_import and handle in self._known_as):
                self._know_as(local)
        return len(self._known_as) != before

    # --- what a name can mean

    def may_mean(self, module: str, name: str = "") -> bool:
        """Whether a module, or a name in it, can be anything that matters."""
        return (
            name == "*" or name in self.singles or name in self.pairs or self._is_territory(module)
            or (bool(name) and self._is_territory(f"{module}.{name}"))
        )

    def matters(self, word: str) -> bool:
        """Whether a name can be anything that matters."""
        return word in self.singles or word in self.pairs

    def may_be_built(self, name: str) -> bool:
        """Whether calling something of that name may build what matters."""
        return self.built.may_be(name)

    def may_inherit(self, names: Iterable[str]) -> bool:
        """Whether a class in whose bases these names stand can inherit from one that matters."""
        if self._triggers.bases:
            return True  # then every class is looked at that has a base which cannot be told
        return any(self.heirs.may_be(name) or name in self.pairs for name in names)

    def _is_territory(self, module: str) -> bool:
        territory = self._around.territory
        return module in territory or not territory.isdisjoint(above(module))

    # --- growing

    def learn(self, home: SourceFile, passing: Passing, dynamic: bool) -> bool:
        """Take in what a file hands on, and say whether anything of it was new.

        Args:
            dynamic: the file can import by a string.
        """
        return any([self._accept(home, gift) for gift in self.gifts(passing, dynamic)])

    def gifts(self, passing: Passing, dynamic: bool) -> Iterator[Gift]:
        """What a file hands on that matters, known already or not."""
        yield from (("name", item.local) for item in passing.brought if self._is_new_name(item))
        yield from (
            ("name", alias.local) for alias in passing.aliases
            if alias.local not in self.singles and any(self._is_meant(mention, dynamic) for mention in alias.mentions)
        )
        yield from (
            ("name", constant.local) for constant in passing.constants
            if constant.local not in self.singles and self.matters(constant.text)
        )
        yield from (("name", item.name) for item in passing.outlines if self._may_be_copy(item))
        yield from (("module", item.local) for item in passing.brought if self._is_home_renamed(item))
        for family, heirs in self.families.items():
            yield from ((family, name) for name in _other_names_of_heirs(heirs, passing))

    def _may_be_copy(self, item: Outlined) -> bool:
        """Whether a class may be a copy of one that must have none: then it counts who takes it."""
        return item.name not in self.singles | self._noted and any(
            may_be_copy(telltale, item.methods) for telltale in self._around.telltales
        )

    def _accept(self, home: SourceFile, gift: Gift) -> bool:
        kind, name = gift
        if kind == "name":
            return self._provide(home, name)
        if kind == "module":
            return self._know_as(name)
        return self.families[kind].add_name(name)

    def learn_kin(self, file_at: Callable[[str], SourceFile]) -> bool:
        """Take in the classes that inherit from those whose heirs matter wherever they are used."""
        self.kin.grow()
        return any([self._provide(file_at(path), name) for path, name in sorted(self.kin.found)])

    def _know_as(self, local: str) -> bool:
        new = local not in self._known_as
        self._known_as.add(local)
        return new

    def _is_home_renamed(self, item: Brought) -> bool:
        """Whether an import gives another name to a module that hands something on."""
        module = f"{item.module}.{item.name}" if item.name else item.module
        return module in self._homes_of and item.local not in (last(module), module.partition(".")[0])

    def _is_meant(self, mention: str, dynamic: bool) -> bool:
        """Whether something that an alias mentions can be what matters, or import it by a string."""
        if mention.endswith(CALL):
            name = mention.removesuffix(CALL)
            return dynamic and (name in DYNAMIC_WORDS or name in self.pairs)
        return self.matters(mention.removeprefix(STRING))

    def learn_star(self, home: SourceFile, source: str, names_in: Callable[[str], Iterable[str]]) -> bool:
        """Take in what a star import of a file hands on, and say whether anything of it was new.

        Args:
            names_in: the names of a module of the project.
        """
        brought = set(self._homes_of.get(source, ()))
        if self._is_territory(source):
            brought.update(names_in(source))
        new = [self._provide(home, name) for name in sorted(brought - self.singles)]
        return any(new)

    def _is_new_name(self, item: Brought) -> bool:
        """Whether an import gives something that matters a name that is not a word everywhere anyway."""
        if not item.local or item.local in self.singles or item.name == "*":
            return False
        if not item.name:
            package, _, name = item.module.rpartition(".")  # an attribute of the package may hide its module
            hidden = item.local != item.module.partition(".")[0] and name in self._homes_of.get(package, ())
            return hidden or self._is_territory(item.module) or name in self.singles
        if item.name in self.singles or self._is_territory(item.module):
            return True
        if self._triggers.dynamic and item.name in DYNAMIC_WORDS and item.local != item.name:
            return True
        return item.name in self._homes_of.get(item.module, ()) or self._is_territory(f"{item.module}.{item.name}")

    def _provide(self, home: SourceFile, name: str) -> bool:
        if not _add(self.pairs, home, name):
            return False
        for module in home.modules:
            self._homes_of.setdefault(module, set()).add(name)
        return True


def _other_names_of_heirs(heirs: Heirs, passing: Passing) -> Iterator[str]:
    yield from (item.local for item in passing.brought if item.local != item.name and heirs.may_be(item.name))
    yield from (alias.local for alias in passing.aliases if any(map(heirs.may_be, alias.mentions)))


def _add(table: dict[str, dict[str, SourceFile]], home: SourceFile, name: str) -> bool:
    homes = table.setdefault(name, {})
    if home.path in homes:
        return False
    homes[home.path] = home
    return True


def other_names(modules: Collection[str], files: Iterable[SourceFile]) -> frozenset[str]:
    """Dotted names with those that the same files go by where import roots or links give them several."""
    found = set(modules)
    for file in files:
        if len(file.modules) > 1 and any(way in found for name in file.modules for way in (name, *above(name))):
            found.update(name for name in file.modules if found.isdisjoint(above(name)))
    return frozenset(found)


def _is_inside(file: SourceFile, packages: Collection[str]) -> bool:
    return any(way in packages for name in file.modules for way in (name, *above(name)))


def _longest_literal(glob: str) -> str:
    """The longest run of characters that every name matching a glob holds; "" where there is none to go by."""
    runs, current, inside = [], "", False
    for sign in glob:
        if inside:
            inside = sign != "]"
        elif sign in "*?[":
            runs.append(current)
            current, inside = "", sign == "["
        else:
            current += sign
    found = max((*runs, current), key=len)
    return found if found.replace("_", "a").isalnum() else ""

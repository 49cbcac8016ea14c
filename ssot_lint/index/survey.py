"""Which files can hold a finding: a search for words, over and over until no file hands on anything new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence

import msgspec

from ssot_lint.facts.passing import Passing
from ssot_lint.facts.processes import Crew
from ssot_lint.files import Unreadable, read
from ssot_lint.index.heirs import Family, Origins, Taken
from ssot_lint.index.module import Module
from ssot_lint.index.modules import Modules
from ssot_lint.index.words import Words
from ssot_lint.model.source import SourceFile
from ssot_lint.scan import Look, Search, Wanted, looks
from ssot_lint.scan.disguise import undisguised
from ssot_lint.scan.statements import FromImport, from_imports


_SEARCHES = 24
"""Searches of which is known what they saw: those of two or three surveys."""


class Survey(msgspec.Struct, frozen=True):
    """The outcome.

    Attributes:
        words: what was searched for in the end.
        wanted: the same, as it was asked of the files.
        looks: path -> what was seen there, of every file.
        passing: path -> what a file hands on, of those that are concerned.
        concerned: paths of the files that can hold a finding.
        rests_on: paths of the files of which more counts than what was seen there and what they hand on.
    """

    words: Words
    wanted: Wanted
    looks: dict[str, Look]
    passing: dict[str, Passing]
    concerned: frozenset[str]
    rests_on: frozenset[str]

    @property
    def readable(self) -> int:
        """How many of the concerned files can be parsed."""
        return sum(not self.passing[path].unreadable for path in self.concerned)

    def without(self, paths: Container[str]) -> Remembered:
        """What of it still holds where some files are others."""
        looks = {path: look for path, look in self.looks.items() if path not in paths}
        passing = {path: item for path, item in self.passing.items() if path not in paths}
        return Remembered(self.wanted, looks, passing)


class Remembered(msgspec.Struct, frozen=True):
    """What an earlier survey saw in files that have not changed since.

    Attributes:
        wanted: what it looked for.
        looks: path -> what it saw.
        passing: path -> what a file hands on.
    """

    wanted: Wanted = Wanted()
    looks: Mapping[str, Look] = {}
    passing: Mapping[str, Passing] = {}


class Looked:
    """What was seen in files on disk, by what was looked for: surveys of one project, one after another, ask alike."""

    def __init__(self) -> None:
        self._seen: dict[bytes, dict[str, Look]] = {}

    def by(self, wanted: Wanted) -> dict[str, Look]:
        """Path -> look, of the files that were looked at for just this; to be added to."""
        key = msgspec.msgpack.encode(wanted, order="deterministic")
        found = self._seen[key] = self._seen.pop(key, {})
        while len(self._seen) > _SEARCHES:
            del self._seen[next(iter(self._seen))]
        return found


class Surveyor:
    """Looks through the files of one project.

    Args:
        modules: all files.
        words: what to begin with; grows.
        homes: paths of files that are concerned whatever stands in them.
        consulted: paths of the files that `words` rest on.
        prefetch: loads the facts of many files at once.
        passing_of: tells what a file hands on.
        trim: lets go of facts that were opened, where there are too many.
        crew: does the work.
        buffers: path -> the content that stands in for the file on disk.
        remembered: what need not be looked at again.
        looked: what was seen in the same files before, whatever for.
    """

    def __init__(
        self,
        modules: Modules,
        words: Words,
        homes: frozenset[str],
        consulted: Collection[str],
        prefetch: Callable[[Sequence[SourceFile]], None],
        passing_of: Callable[[Module], Passing],
        trim: Callable[[], None],
        crew: Crew,
        buffers: Mapping[str, bytes],
        remembered: Remembered,
        looked: Looked | None = None,
    ) -> None:
        self._modules = modules
        self._files = [module.file for module in modules.by_path.values()]
        self._words = words
        self._homes = homes
        self._rests_on = {*homes, *consulted}
        self._prefetch = prefetch
        self._passing_of = passing_of
        self._trim = trim
        self._crew = crew
        self._buffers = buffers
        self._remembered = remembered
        self._looked = looked
        self._wanted = Wanted()
        self._looks: dict[str, Look] = {}
        self._taken_over: dict[str, Look] = {}
        self._passing: dict[str, Passing] = {}
        self._concerned: set[str] = set()
        self._missing: dict[str, bool] = {}
        self._statements: dict[str, list[FromImport]] = {}

    def survey(self) -> Survey:
        """Search until nothing new turns up."""
        learned = True
        while learned:
            wanted = self._words.wanted()
            if wanted != self._wanted or not self._looks:
                self._meet_families(self._search(wanted))
            found = self._newly_concerned()
            self._concerned |= found
            self._read(sorted(found))
            learned = self._learn() or self._seek() or self._words.wanted() != self._wanted
        concerned, rests_on = frozenset(self._concerned), frozenset(self._rests_on)
        return Survey(self._words, self._wanted, self._looks, self._passing, concerned, rests_on)

    def _meet_families(self, paths: Iterable[str]) -> None:
        told = (path for path in paths if path not in self._passing or not is_untold(self._looks[path]))
        looks = ((self._modules.by_path[path], self._looks[path]) for path in told)
        families = [
            Family(module.file.path, module.file.modules, look.classes, _resolved(module, look.brought))
            for module, look in looks if look.classes
        ]
        self._meet(families)

    def _meet(self, families: Iterable[Family]) -> None:
        known = list(families)
        for heirs in self._words.families.values():
            heirs.meet(known, self._origins, self._modules.by_name)
            heirs.grow()

    def _origins(self, module: str, name: str) -> Origins:
        """Where a module of the project has a name from that it renames, as its imports tell."""
        places: dict[tuple[str, str], None] = {}
        for home in self._modules.by_name.get(module, ()):
            self._rests_on.add(home.file.path)
            if home.file.path not in self._statements:
                self._statements[home.file.path] = list(from_imports(self._text(home.file)))
            for item in self._statements[home.file.path]:
                for there, alias in item.names:
                    if alias == name:
                        places[home.absolute_of(item.module), there] = None
        return tuple(places)

    def _text(self, file: SourceFile) -> bytes:
        try:
            data = self._buffers[file.path] if file.path in self._buffers else read(file)
            return undisguised(data, broad=True) or data
        except Unreadable:
            return b""

    def _seek(self) -> bool:
        """Whether the other names of some modules have to be looked for, to settle what remains open."""
        open_ = (look for path, look in self._looks.items() if look.taken and path not in self._concerned)
        return any([self._words.seek(look) for look in open_])

    # --- looking

    def _search(self, wanted: Wanted) -> Collection[str]:
        """Look for what was not looked for before, add it to what was seen, and return where that was anything."""
        first, new = not self._looks, wanted.beyond(self._wanted)
        self._wanted = wanted
        if first:
            rest = self._recalled(wanted)
            self._looks.update(self._looked_at(rest, wanted))
            return self._looks
        files = self._files
        if wanted.is_covered_by(self._remembered.wanted):
            files = [file for file in files if file.path not in self._taken_over]
        seen = {path: look for path, look in self._looked_at(files, new) if not look.is_empty}
        self._looks.update((path, self._looks[path].with_more(look)) for path, look in seen.items())
        return seen

    def _recalled(self, wanted: Wanted) -> list[SourceFile]:
        """Take over what an earlier survey saw, and return the files that it did not see.

        Of a file that nobody can tell anything of but that a word stands in it, it may have been a word that matters no
        more.
        """
        if wanted.is_covered_by(self._remembered.wanted):
            seen = self._remembered.looks
            paths = (file.path for file in self._files if file.path in seen)
            self._taken_over = {path: seen[path] for path in paths if "untold" not in seen[path].marks}
            self._looks.update(self._taken_over)
        return [file for file in self._files if file.path not in self._taken_over]

    def _looked_at(self, files: Sequence[SourceFile], wanted: Wanted) -> Iterable[tuple[str, Look]]:
        buffered = [file for file in files if file.path in self._buffers]
        if buffered:
            search = Search(wanted)  # is made once: that takes longer than a look
            for file in buffered:
                yield file.path, search.look_at(self._buffers[file.path], inside=self._words.watches(file))
        on_disk = [file for file in files if file.path not in self._buffers]
        known = {} if self._looked is None else self._looked.by(wanted)
        rest = [file for file in on_disk if file.path not in known] if known else on_disk
        found = looks(rest, wanted, self._crew, map(self._words.watches, rest) if wanted.modules else ())
        seen = zip((file.path for file in rest), found)
        if self._looked is None:
            yield from seen
            return
        known.update(seen)
        yield from ((file.path, known[file.path]) for file in on_disk)

    def _newly_concerned(self) -> set[str]:
        candidates = [
            file for file in self._files
            if file.path not in self._concerned and (self._words.everything or not self._looks[file.path].is_empty)
        ]
        return {file.path for file in candidates if self._is_concerned(file)} | (self._homes - self._concerned)

    def _is_concerned(self, file: SourceFile) -> bool:
        return is_concerned(self._words, self._modules.by_path[file.path], self._looks[file.path], self._may_miss)

    def _may_miss(self, module: Module, look: Look) -> bool:
        """Whether a file may import what is not there: the first look at it tells."""
        path = module.file.path
        if path not in self._missing:
            self._missing[path] = may_miss(self._words, module, look)
        return self._missing[path]

    # --- learning

    def _read(self, paths: Sequence[str]) -> None:
        known = self._remembered.passing
        self._prefetch([self._modules.by_path[path].file for path in paths if path not in known])
        for path in paths:
            self._passing[path] = known[path] if path in known else self._passing_of(self._modules.by_path[path])
            self._trim()
        self._meet(self._family(path) for path in paths if is_untold(self._looks[path]))

    def _family(self, path: str) -> Family:
        """The classes of a file that only its facts tell."""
        file, passing = self._modules.by_path[path].file, self._passing[path]
        brought = [(item.module, item.name, item.local) for item in passing.brought if item.name]
        return Family(path, file.modules, passing.classes, brought)

    def _learn(self) -> bool:
        new = [
            self._words.learn(self._modules.by_path[path].file, passing, may_be_dynamic(self._looks[path]))
            for path, passing in self._passing.items()
        ]
        for path, passing in self._passing.items():
            stars = [item.module for item in passing.brought if item.name == "*"]
            home = self._modules.by_path[path].file
            new += [self._words.learn_star(home, star, self._names_in) for star in stars]
        for path, look in self._looks.items():
            module = self._modules.by_path[path]
            new += [
                self._words.learn_star(module.file, module.absolute_of(star), self._names_in) for star in look.stars
            ]
            if look.renames:
                new.append(self._words.learn_renames(look))
        new += [heirs.grow() for heirs in self._words.families.values()]
        new.append(self._words.learn_kin(lambda path: self._modules.by_path[path].file))
        return any(new)

    def _names_in(self, name: str) -> Iterable[str]:
        """The names that a star import of a module can bring, those of its own star imports included."""
        found: set[str] = set()
        pending, seen = [name], set()
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            for module in self._modules.by_name.get(current, ()):
                self._rests_on.add(module.file.path)
                found |= module.names
                found.update(self._submodules(current))
                found.update(module.facts.exports.names if module.facts.exports else ())
                pending += [module.absolute(star) for star in module.stars]
        return found

    def _submodules(self, package: str) -> Iterable[str]:
        start = f"{package}."
        return (name[len(start):].partition(".")[0] for name in self._modules.by_name if name.startswith(start))


def is_concerned(words: Words, module: Module, look: Look, may_miss: Callable[[Module, Look], bool]) -> bool:
    """Whether a file can hold a finding.

    Args:
        may_miss: whether it may import what is not there.
    """
    if words.everything or words.concern(look):
        return True
    path, taken = module.file.path, _resolved(module, look.brought)
    return words.is_heir(path, look) or words.takes(module.file, look, taken) or may_miss(module, look)


def may_miss(words: Words, module: Module, look: Look) -> bool:
    """Whether a file may import what is not there, as far as what was seen there tells."""
    return any(words.may_be_missing(module.absolute_of(written), name) for written, name in look.imports)


def is_untold(look: Look) -> bool:
    """Whether nobody can tell what is in a file without parsing it."""
    return "untold" in look.marks


def may_be_dynamic(look: Look) -> bool:
    """Whether a file can import by a string."""
    return not {"dynamic", "untold"}.isdisjoint(look.marks)


def _resolved(module: Module, brought: Iterable[Taken]) -> list[Taken]:
    return [(module.absolute_of(written), name, local) for written, name, local in brought]

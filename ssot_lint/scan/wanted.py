"""What to look for in the bytes of files, and what was seen in one of them."""

from __future__ import annotations

import msgspec

from ssot_lint.model.source import Signature
from ssot_lint.scan.telltales import Telltale


class Wanted(msgspec.Struct, frozen=True, array_like=True):
    """What to look for.

    Attributes:
        words: identifiers that matter wherever they stand.
        names: identifiers that matter where they are imported, defined, assigned, taken from something or quoted.
        uses: identifiers that matter where they are read in a file that does not bind them for all of itself.
        passed: identifiers that matter in a file that defines no class and no function.
        deprecated: identifiers that matter in a file that speaks of a deprecation.
        patched: identifiers that matter where a member may be put on what they stand for.
        called: identifiers that matter where they are called, or given another name.
        members: identifiers that matter where they are taken from something, or beside the name of a certain module.
        roots: those of `names` that are classes; it matters whether one gets another name.
        handles: identifiers of modules; it matters which other names these get.
        parts: what may be a part of the name of a class or function.
        modules: dotted names of modules from which only names may be imported that are there.
        leaves: those of them that have nothing below.
        harmless: name -> modules from which it may be imported.
        noted: identifiers of which it is noted where they stand, though they do not matter there.
        telltales: words that tell of code that is like other code.
        literals: strings that matter where they are spelled out.
        own: top-level names of the project.
        retired: dotted paths of all that is retired.
        codes: beginnings of error codes that a `noqa` may list.
        dynamic: whether to note files that can import by a string.
        classes: whether to note what every class inherits from.
        stars: whether to note star imports.
    """

    words: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    deprecated: frozenset[str] = frozenset()
    patched: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    roots: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    modules: dict[str, frozenset[str]] = {}
    leaves: frozenset[str] = frozenset()
    harmless: dict[str, tuple[str, ...]] = {}
    noted: frozenset[str] = frozenset()
    telltales: tuple[Telltale, ...] = ()
    literals: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    retired: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    dynamic: bool = False
    classes: bool = False
    stars: bool = False

    @property
    def of_bridges(self) -> frozenset[str]:
        """What matters only together with something else in the file."""
        return self.passed | self.deprecated | self.patched

    def beyond(self, other: Wanted) -> Wanted:
        """What of `called`, `members` and `handles` this asks for and the other does not."""
        called = self.called - other.called
        return Wanted(called=called, members=self.members - other.members, handles=self.handles - other.handles)

    def is_covered_by(self, other: Wanted) -> bool:
        """Whether who looked for `other` has seen everything that this asks for, and nothing that misleads."""
        grown = ("called", "members", "handles")
        more = all(getattr(self, name) <= getattr(other, name) for name in grown)
        return more and msgspec.structs.replace(self, **{name: getattr(other, name) for name in grown}) == other


class Look(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """What was seen in one file.

    Attributes:
        signature: of the content that was read; None where none could be.
        words: those that matter here: of `words`, `names` and `uses`.
        members: those of `members` that stand in it.
        taken: (one of `members`, what it is taken from: see `owner_of`).
        classes: (name, every name in its bases; ".x" for one behind a dot).
        brought: (module as written, name, local name) of `from` statements: of `members`, and of names in bases.
        handles: those that stand in it.
        renames: (one of `handles`, another name that it gets, whether an import gives it).
        imports: (module, name) of what is imported and might not be there, as written.
        stars: the modules that star imports name, as written.
        called: those of `called` that may be called here, or given another name.
        named: any of `words`, `names` and `noted` stands in it, in whichever surroundings.
        marks: "part" (a name with one of `parts` is defined), "literal" (one of `literals` stands there), "copy" (its
            code may be like other code), "dynamic", "probes" (a constructor asks what its arguments are like, or has
            one of two meanings), "own" (a method may construct the class that it belongs to), "redirects" (one of
            `passed` and no definition), "deprecates" (one of `deprecated`, and it speaks of a deprecation), "patches"
            (a member may be put on one of `patched`), "noqa" (a comment may list one of `codes`), "untold" (nobody can
            tell what is in it without parsing it), "undecodable".
    """

    signature: Signature | None
    words: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    taken: tuple[tuple[str, str], ...] = ()
    classes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    brought: tuple[tuple[str, str, str], ...] = ()
    handles: tuple[str, ...] = ()
    renames: tuple[tuple[str, str, bool], ...] = ()
    imports: tuple[tuple[str, str], ...] = ()
    stars: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    named: bool = False
    marks: tuple[str, ...] = ()

    @property
    def ties(self) -> tuple[frozenset[object], ...]:
        """What other files depend on: as long as it is the same, they are what they were to the search."""
        return tuple(map(frozenset, (self.classes, self.brought, self.taken, self.renames, self.stars)))

    @property
    def is_empty(self) -> bool:
        """Nothing was seen."""
        return not any((
            self.words, self.called, self.members, self.classes, self.handles, self.imports, self.stars, self.marks
        ))

    def with_more(self, other: Look) -> Look:
        """The same with what was seen of further `called`, `members` and `handles`."""
        return msgspec.structs.replace(
            self,
            called=(*self.called, *other.called),
            members=(*self.members, *other.members),
            taken=(*self.taken, *other.taken),
            brought=(*self.brought, *other.brought),
            handles=(*self.handles, *other.handles),
            renames=(*self.renames, *other.renames),
            marks=tuple(dict.fromkeys((*self.marks, *other.marks))),
        )

"""The first map: files -> which words stand in them, in this process or in several."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

import msgspec

from ssot_lint.facts.processes import Crew, is_given_up
from ssot_lint.files import Unreadable, read_signed
from ssot_lint.files.dotted import above, last
from ssot_lint.model.source import Signature, SourceFile
from ssot_lint.scan.bridges import defines_nothing, is_own_package, may_be_patched, may_hand_on, speaks_of_deprecation
from ssot_lint.scan.constructors import constructors_probe, constructs_its_own
from ssot_lint.scan.disguise import is_opaque, undisguised
from ssot_lint.scan.literals import Literals
from ssot_lint.scan.matching import Matcher, Seen
from ssot_lint.scan.occurrences import (
    DYNAMIC_WORDS, QUOTED, UNTOLD, Placement, is_constant, is_given_a_name, is_other_text, may_be_imported, names_given,
    owner_of,
)
from ssot_lint.scan.statements import (
    FromImport, classes, from_imports, may_have_classes, may_have_stars, plain_imports, stars,
)
from ssot_lint.scan.wanted import Look, Wanted

_WORTH_A_PROCESS = 800
"""Files below which starting processes costs more than they save."""

_BATCH = 200
_BY_STRING = re.compile(rb"(?:get|has|set|del)attr\b|attrgetter|\bpatch\b|__getattr__|\blazy")
_OWN_PACKAGE = re.compile(rb"[\"']\.+[\"':]")
"""A string that names a package without its name."""

_FROM_SYS = re.compile(rb"\bsys\b|\bimport\b[^\r\n]*\bmodules\b")
_DEFINED = re.compile(rb"\b(?:class|def)[ \t\f\\\r\n]+[\w\x80-\xff]*$")


class Search:
    """What is wanted, made ready for many contents.

    Attributes:
        wanted: as it was given.
        lasts: the last parts of `wanted.modules`.
        matcher: finds all identifiers that any part of `wanted` asks for.
        is_broad: one of them is not in ASCII.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.lasts = frozenset(map(last, wanted.modules))
        dynamic = DYNAMIC_WORDS if wanted.dynamic else frozenset()
        names = wanted.words | wanted.names | wanted.uses | wanted.called | wanted.members | wanted.of_bridges
        told = frozenset(word for telltale in wanted.telltales for word in telltale.weights)
        self.literals = Literals(wanted.literals)
        others = wanted.noted | wanted.roots | wanted.handles | self.lasts
        words = names | others | told | self.literals.words | dynamic
        self.matcher = Matcher(tuple(sorted(words)), tuple(sorted(wanted.parts)))
        codes = self._codes = sorted(code.encode() for code in wanted.codes)
        self._noqa = re.compile(rb"[nN][oO][qQ][aA][^\r\n]*?(?:%s)" % b"|".join(codes)) if codes else None
        self.is_broad = not all(map(str.isascii, words))

    def look_at(self, data: bytes, signature: Signature | None = None, inside: bool = False) -> Look:
        """What stands in a content.

        Args:
            inside: the file belongs to a package that is one of `wanted.modules`: its `from . import` count, too.
        """
        if data.startswith(codecs.BOM_UTF8):
            data = b"   " + data[3:]
        try:
            if is_opaque(data):
                return Look(signature, marks=("untold",))
            seen = self.matcher.seen(data)
            look = self._look(data, seen, signature, inside)
        except Unreadable:
            return Look(signature, marks=("undecodable",))
        return msgspec.structs.replace(look, marks=(*look.marks, "noqa")) if self._may_list_codes(data) else look

    def _may_list_codes(self, data: bytes) -> bool:
        return self._noqa is not None and any(code in data for code in self._codes) and bool(self._noqa.search(data))

    def _look(self, data: bytes, seen: Seen, signature: Signature | None, inside: bool) -> Look:
        plain = undisguised(data, self.is_broad)
        with_classes = self.wanted.classes and may_have_classes(data)
        with_stars = self.wanted.stars and may_have_stars(data)
        if plain is not None:
            bare = self.matcher.seen(plain)
            if bare.places or bare.parts or seen.places or seen.parts or with_classes or with_stars:
                places = {**seen.places, **bare.places}
                has_part = bool(seen.parts or bare.parts)
                return _look_at_disguised(places, self, signature, data + b"\n" + plain, has_part)
        if not (seen.places or seen.parts or with_stars or with_classes or inside):
            return Look(signature)
        imports = inside or not self.lasts.isdisjoint(seen.places)
        return _Reading(data, self.wanted, seen, self.literals).look(signature, imports)


def _look_at_disguised(
    places: Iterable[str], search: Search, signature: Signature | None, data: bytes, has_part: bool
) -> Look:
    """Where anything is disguised, whatever stands in the file counts, in whichever surroundings."""
    wanted, found = search.wanted, frozenset(places)
    dynamic = DYNAMIC_WORDS if wanted.dynamic else frozenset()
    named = wanted.words | wanted.names | wanted.uses | wanted.called | wanted.of_bridges
    alarming = named | wanted.roots | search.lasts | search.literals.words | dynamic
    own = wanted.passed and b"import" in data and is_own_package(stars(from_imports(data)))
    if has_part or own or found & alarming or any(telltale.may_be_met(found) for telltale in wanted.telltales):
        return Look(
            signature,
            classes=tuple(dict.fromkeys(classes(data))) if wanted.classes else (),
            brought=_all_brought(data) if wanted.classes else (),
            stars=stars(from_imports(data)),
            named=True,
            marks=("untold", "probes", "own"),
        )
    members = tuple(sorted(found & wanted.members))
    return Look(
        signature,
        members=members,
        taken=tuple((word, UNTOLD) for word in members),
        classes=tuple(dict.fromkeys(classes(data))) if wanted.classes else (),
        brought=_all_brought(data) if wanted.classes else (),
        stars=stars(from_imports(data)),
        named=not found.isdisjoint(wanted.noted),
        marks=("untold",) if found & wanted.handles else ("probes", "own") if wanted.classes else (),
    )


def _all_brought(data: bytes) -> tuple[tuple[str, str, str], ...]:
    found = from_imports(data)
    return tuple(dict.fromkeys((item.module, name, alias or name) for item in found for name, alias in item.names))


def _is_dynamic(words: Iterable[str], data: bytes) -> bool:
    found = DYNAMIC_WORDS.intersection(words)
    return bool(found) and (found != {"modules"} or _FROM_SYS.search(data) is not None)


class _Reading:
    """One content while it is looked at."""

    def __init__(self, data: bytes, wanted: Wanted, seen: Seen, literals: Literals) -> None:
        self._literals = literals
        self._data = data
        self._wanted = wanted
        self._seen = seen
        self._places = seen.places

    def look(self, signature: Signature | None, imports: bool) -> Look:
        data, wanted, places = self._data, self._wanted, self._places
        statements: list[FromImport] = []
        found = tuple(dict.fromkeys(classes(data))) if wanted.classes else ()
        imported = any(map(self._may_be_imported, wanted.members & places.keys()))
        named = imported or not (wanted.names | wanted.uses | wanted.called).isdisjoint(places)
        if imports or found or (wanted.stars and may_have_stars(data)) or named:
            statements = list(from_imports(data))
        marks = []
        if any(_DEFINED.search(data, max(0, end - 200), end) for end in self._seen.parts):
            marks.append("part")
        if any(telltale.is_met(data, places) for telltale in wanted.telltales):
            marks.append("copy")
        if self._literals.are_in(data, places):
            marks.append("literal")
        if wanted.dynamic and _is_dynamic(places, data):
            marks.append("dynamic")
        members = tuple(sorted(wanted.members.intersection(places)))
        if any(self._is_renamed(word) for word in wanted.roots.intersection(places)):
            marks.append("untold")
        if found and constructors_probe(data):
            marks.append("probes")
        if found and wanted.called and constructs_its_own(data):
            marks.append("own")
        marks += self._marks_of_bridges(statements)
        handles = tuple(sorted(wanted.handles.intersection(places)))
        return Look(
            signature,
            tuple(sorted(self._alarming(statements))),
            members,
            tuple(sorted(set(self._taken(members)))),
            found,
            tuple(dict.fromkeys(self._brought(statements, found))),
            handles,
            tuple(sorted({(word, *given) for word in handles for given in self._names_given(word)})),
            tuple(dict.fromkeys(self._imports(statements))) if imports else (),
            stars(statements),
            tuple(sorted(self._called(statements))),
            not (wanted.words | wanted.names | wanted.noted).isdisjoint(places),
            tuple(marks),
        )

    def _marks_of_bridges(self, statements: list[FromImport]) -> Iterator[str]:
        data, wanted, places = self._data, self._wanted, self._places
        if wanted.passed and self._may_redirect(statements):
            yield "redirects"
        if not wanted.deprecated.isdisjoint(places) and speaks_of_deprecation(data):
            yield "deprecates"
        if any(self._is_patched(word) for word in wanted.patched.intersection(places)):
            yield "patches"

    def _may_redirect(self, statements: list[FromImport]) -> bool:
        passed = self._wanted.passed.intersection(self._places)
        of_all = is_own_package(stars(statements))
        if not (passed or of_all) or not defines_nothing(self._data):  # which is told soonest
            return False
        return of_all or may_hand_on(self._data, statements or from_imports(self._data), passed)

    def _is_patched(self, word: str) -> bool:
        length = len(word.encode())
        return any(may_be_patched(self._data, start, start + length) for start in self._places[word])

    def _may_be_imported(self, word: str) -> bool:
        length = len(word.encode())
        return any(may_be_imported(self._data, start, start + length) for start in self._places[word])

    def _alarming(self, statements: list[FromImport]) -> Iterator[str]:
        wanted = self._wanted
        names = wanted.names.intersection(self._places) - wanted.words
        uses = wanted.uses.intersection(self._places)
        yield from wanted.words.intersection(self._places)
        if names or uses:
            around = self._placement(statements)
            alarming = {
                name for name in names if any(around.is_alarming(name, start) for start in self._places[name])
            }
            yield from alarming
            for name in uses - alarming:
                read = any(around.is_read(name, start) for start in self._places[name])
                if read and not around.is_bound_at_top(name):
                    yield name

    def _called(self, statements: list[FromImport]) -> Iterator[str]:
        called = self._wanted.called.intersection(self._places)
        around = self._placement(statements) if called else None
        for name in called:
            assert around is not None
            if any(around.may_build(name, start, self._has_tables) for start in self._places[name]):
                yield name

    def _placement(self, statements: list[FromImport]) -> Placement:
        wanted = self._wanted
        return Placement(self._data, statements, wanted.harmless, wanted.own, wanted.retired)

    def _taken(self, words: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Words with what they are taken from; those that begin a string only where strings name attributes."""
        for word in words:
            length = len(word.encode())
            places = [
                start for start in self._places[word]
                if self._has_tables or not is_other_text(self._data, start, start + length)
            ]
            for owner in {owner_of(self._data, start) for start in places} - {""}:
                if owner != QUOTED:
                    yield word, owner
                elif _BY_STRING.search(self._data):
                    yield word, UNTOLD if _OWN_PACKAGE.search(self._data) else owner
            if any(is_constant(self._data, start, start + length) for start in places):
                yield word, UNTOLD  # another file may take something by it

    @cached_property
    def _has_tables(self) -> bool:
        """Whether a module may answer for names by looking them up."""
        return b"__getattr__" in self._data or b"lazy" in self._data

    def _is_renamed(self, word: str) -> bool:
        length = len(word.encode())
        return any(is_given_a_name(self._data, start, start + length) for start in self._places[word])

    def _names_given(self, word: str) -> Iterator[tuple[str, bool]]:
        length = len(word.encode())
        for start in self._places[word]:
            yield from names_given(self._data, start, start + length)

    def _brought(
        self, statements: list[FromImport], found: Iterable[tuple[str, tuple[str, ...]]]
    ) -> Iterator[tuple[str, str, str]]:
        members = self._wanted.members.intersection(self._places)
        bases = {base for _, names in found for base in names}
        for item in statements if members or bases else ():
            if item.plain:
                names = ((name, alias or name) for name, alias in item.names)
                yield from ((item.module, *pair) for pair in names if pair[0] in members or pair[1] in bases)
            else:
                yield from ((item.module, name, name) for name in sorted(members))

    def _imports(self, statements: list[FromImport]) -> Iterator[tuple[str, str]]:
        modules, leaves = self._wanted.modules, self._wanted.leaves
        for item in statements:
            relative = item.module.startswith(".")
            known = modules.get(item.module)
            if not relative and known is None and not _is_below(item.module, leaves):
                continue
            if not item.plain or (known is None and not relative):
                yield item.module, "?"
            yield from ((item.module, name) for name, _ in item.names if known is None or name not in known)
        yield from ((name, "?") for name in plain_imports(self._data) if _is_below(name, leaves))


def _is_below(module: str, modules: Container[str]) -> bool:
    return any(package in modules for package in above(module))


def looked_into(file: SourceFile, wanted: Wanted, inside: bool) -> Look:
    """What stands in a file; see `Search.look_at`."""
    return _looked_into(os.fsencode(file.absolute), Search(wanted), inside)


def looks(files: Sequence[SourceFile], wanted: Wanted, crew: Crew, inside: Iterable[bool] = ()) -> Iterator[Look]:
    """What stands in files, in their order.

    Args:
        inside: for each file, whether it belongs to a package that is one of `wanted.modules`; empty = none does.
    """
    paths = [os.fsencode(file.absolute) for file in files]  # a file's name need not be text
    asked = list(inside) or [False] * len(paths)
    batches = [
        msgspec.msgpack.encode(_Batch(wanted, paths[start:start + _BATCH], asked[start:start + _BATCH]))
        for start in range(0, len(paths), _BATCH)
    ]
    found = crew.map(look_at_batch, batches, worth=len(files) >= _WORTH_A_PROCESS)
    return chain.from_iterable(map(_LOOKS.decode, found))


class _Batch(msgspec.Struct, frozen=True, array_like=True):
    wanted: Wanted
    paths: list[bytes]
    inside: list[bool]


_LOOKS = msgspec.msgpack.Decoder(list[Look])
_BATCHES = msgspec.msgpack.Decoder(_Batch)


def look_at_batch(packed: bytes) -> bytes:
    """The work of one process on some files."""
    batch = _BATCHES.decode(packed)
    search = Search(batch.wanted)
    return msgspec.msgpack.encode([
        _looked_into(path, search, inside)
        for path, inside in zip(batch.paths, batch.inside) if not is_given_up()
    ])


def _looked_into(path: bytes, search: Search, inside: bool) -> Look:
    try:
        signature, data = read_signed(path)
    except Unreadable:
        return Look(None, marks=("undecodable",))
    return search.look_at(data, signature, inside)

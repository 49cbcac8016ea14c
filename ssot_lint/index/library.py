"""The facts of files: each content is parsed once in its life, and only when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ssot_lint.cache.store import Store
from ssot_lint.facts.extraction import Extract, decoded, digest_of, extract, extract_at, facts_of_bytes
from ssot_lint.facts.passing import Passing
from ssot_lint.facts.processes import Crew
from ssot_lint.files import Unreadable, read
from ssot_lint.index.module import Module
from ssot_lint.index.passing import passing_of, placed
from ssot_lint.model.facts import FileFacts
from ssot_lint.model.source import SourceFile

_ROOM = 500_000
"""Bytes of facts, as they are stored, that may be open at a time; open they take some ten times the room."""


class Library:
    """Gives the facts of files, from the store where it has them.

    The store is asked by content alone, so that it can make a run faster, but never change what it finds.

    Args:
        store: where facts are kept between runs; None to do without.
        crew: parses many files at once.
        buffers: path -> the content that stands in for the file on disk.

    Attributes:
        unread: paths of the files that could not be read, or of which another process might have got more.
    """

    def __init__(self, store: Store | None, crew: Crew, buffers: Mapping[str, bytes] | None = None) -> None:
        self._store = store
        self._crew = crew
        self._buffers = buffers or {}
        self._encoded: dict[str, bytes] = {}
        self._modules: dict[str, Module] = {}
        self._open: dict[str, int] = {}
        self._unsaved: dict[str, bytes] = {}
        self._passing: dict[str, Passing] = {}
        self.unread: set[str] = set()

    def module(self, file: SourceFile) -> Module:
        """A file, whose facts are loaded when they are needed."""
        return self._modules.setdefault(file.path, Module(file, self._load))

    def prefetch(self, files: Sequence[SourceFile]) -> None:
        """Have the facts of many files at hand, before they are asked for one by one."""
        wanted = [file for file in files if file.path not in self._encoded and file.path not in self._buffers]
        missing = self._from_store(wanted)
        for file, item in zip(missing, extract(missing, self._crew)):
            self._take(file, item)

    def passing_of(self, module: Module) -> Passing:
        """What a file hands on; facts that were only just parsed are not opened for it."""
        path = module.file.path
        known = self._passing.pop(path, None) if self._modules.get(path) is module else None  # it is asked for once
        return passing_of(module) if known is None else placed(module, known)

    def trim(self) -> None:
        """Close the modules that were opened first, as far as more are open than there is room for."""
        excess = sum(self._open.values()) - _ROOM
        while excess > 0:
            path, size = next(iter(self._open.items()))
            del self._open[path]
            self._modules[path].forget()
            excess -= size

    def take(self, parsed: Mapping[str, bytes], unread: Iterable[str]) -> None:
        """Take over what another process has parsed, to be kept, and which files it could not read."""
        self._unsaved.update(parsed)
        self.unread.update(unread)

    @property
    def unsaved(self) -> Mapping[str, bytes]:
        """What was parsed and is not kept yet, by the digests of contents."""
        return self._unsaved

    def save(self) -> None:
        """Keep what was parsed for later runs."""
        if self._store is not None and self._unsaved:
            self._store.store(self._unsaved)
            self._unsaved = {}

    def _load(self, file: SourceFile) -> FileFacts:
        if file.path in self._buffers:
            return facts_of_bytes(self._buffers[file.path])
        if file.path not in self._encoded and self._from_store([file]):
            self._parse(file)
        try:
            facts = decoded(self._encoded[file.path])
        except (msgspec.DecodeError, ValueError):  # the store is damaged
            facts = decoded(self._parse(file))
        self._open[file.path] = len(self._encoded[file.path])
        return facts

    def _parse(self, file: SourceFile) -> bytes:
        item = extract_at(file.absolute)
        self._take(file, item)
        return item.encoded

    def _from_store(self, files: Sequence[SourceFile]) -> list[SourceFile]:
        """Fetch what the store has, and return the files of which it has nothing."""
        if self._store is None:
            return list(files)
        digests = {file.path: _digest(file) for file in files}
        found = self._store.load(set(digests.values()) - {""})
        self._encoded.update((path, found[digest]) for path, digest in digests.items() if digest in found)
        return [file for file in files if file.path not in self._encoded]

    def _take(self, file: SourceFile, item: Extract) -> None:
        self._encoded[file.path] = item.encoded
        self._passing[file.path] = item.passing
        if item.digest:
            self._unsaved[item.digest] = item.encoded
        else:
            self.unread.add(file.path)


def _digest(file: SourceFile) -> str:
    """The digest of a file's content; "" where it cannot be read."""
    try:
        return digest_of(read(file))
    except Unreadable:
        return ""

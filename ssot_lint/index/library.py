"""The facts of files: each content is parsed once in its life."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import msgspec

from ssot_lint.facts.extraction import digest_of, extract
from ssot_lint.files import Unreadable, read
from ssot_lint.index.store import Store
from ssot_lint.model.facts import SCHEMA, FileFacts
from ssot_lint.model.source import SourceFile


class Library:
    """Gives the facts of files, from the store where it has them.

    The store is asked by content alone, so that it can make a run faster, but never change what it finds.

    Args:
        folder: the cache folder; None to do without.
        jobs: how many processes may parse; 0 = one a core where it pays.
    """

    def __init__(self, folder: str | None, jobs: int) -> None:
        self._store = None if folder is None else Store(folder, tool_identity())
        self._jobs = jobs

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of the cache."""
        return () if self._store is None else tuple(self._store.warnings)

    def facts(self, files: Sequence[SourceFile]) -> list[FileFacts]:
        """The facts of files, in their order."""
        if self._store is None:
            return [item.facts for item in extract(files, self._jobs)]
        digests = [_digest(file) for file in files]
        found = _decoded(self._store.load(filter(None, digests)))
        missing = [place for place, digest in enumerate(digests) if digest not in found]
        new = dict(zip(missing, extract([files[place] for place in missing], self._jobs)))
        self._store.store({item.digest: msgspec.msgpack.encode(item.facts) for item in new.values() if item.digest})
        return [new[place].facts if place in new else found[digest] for place, digest in enumerate(digests)]


def _decoded(entries: dict[str, bytes]) -> dict[str, FileFacts]:
    decoder = msgspec.msgpack.Decoder(FileFacts)
    found = {}
    for digest, data in entries.items():
        try:
            found[digest] = decoder.decode(data)
        except (msgspec.DecodeError, ValueError):
            continue  # then it is parsed again
    return found


def _digest(file: SourceFile) -> str:
    """The digest of a file's content; "" where it cannot be read."""
    try:
        return digest_of(read(file))
    except Unreadable:
        return ""


def tool_identity() -> str:
    """A key that changes with the tool, its facts' schema, and Python.

    The tool is known by its own files rather than by its version, so that a development checkout never reads what
    its code of a minute ago has written; and no metadata has to be searched for.
    """
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return f"{digest_of(_listing(top).encode())}-{SCHEMA}-{sys.implementation.cache_tag}-{sys.hexversion:x}"


def _listing(top: str) -> str:
    """Name, size and time of each module below a folder; empty where it is no folder (a zip file)."""
    found = []
    folders = [top]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        status = entry.stat()
                        found.append(f"{entry.path} {status.st_size} {status.st_mtime_ns}")
                    elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                        folders.append(entry.path)
        except OSError:
            continue
    return "\n".join(sorted(found))

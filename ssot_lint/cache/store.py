"""The persistent store under the cache: bytes that many processes share, and that a crash at any moment leaves valid.

    FOLDER/CACHEDIR.TAG, .gitignore      whose it is; nobody else need look into it
    FOLDER/v1-0badf00d/NAME.state        one version's states: small blobs with a name, the last writer wins
    FOLDER/v1-0badf00d/DIGEST.pack       one version's entries, by the digest of what they were made from (see `packs`)

Every file is written under another name first and never changed afterwards, and everything read is checked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from ssot_lint.cache import states
from ssot_lint.cache.files import TEMPORARY, Damaged, Unusable, is_passing, publish, publish_as, remove
from ssot_lint.cache.folder import MARK, VERSION_FOLDER, claim, mark
from ssot_lint.cache.place import VARIABLE

if TYPE_CHECKING:
    from ssot_lint.cache.packs import Pack

LIMIT = 256 * 2**20
"""How many bytes a cache may take up."""

_PACK = ".pack"
_LOCK = "compaction.tmp"
_MANY = 24  # packs that may lie about before some are merged
_HOUR = 3600.0  # how often somebody tidies up, in seconds
_WAY_OUT = (
    "results are not affected, but take longer. `ssot-lint clean` removes a cache; --cache-dir or "
    f"{VARIABLE} chooses another place for it, and --no-cache does without"
)


class Store:
    """A folder of cached bytes that many processes share. Whatever is wrong with it is a miss and at most one warning.

    Args:
        folder: the cache folder, see `cache_folder`; created when something is first written to it.
        version: what everything cached depends on (the tool's version, the facts' schema, Python's version). What was
            written under another version is never read.

    Attributes:
        warnings: what the user should know, at most one sentence; it names the folder and the way out.
    """

    def __init__(self, folder: str, version: str) -> None:
        self.warnings: list[str] = []
        self._folder = folder
        self._version = version
        self._place = states.place(folder, version)
        self._packs: dict[str, Pack] = {}
        self._recent: set[str] = set()

    def load_state(self, name: str) -> bytes | None:
        """The blob last saved under a name; None where there is none.

        Args:
            name: lower-case letters, digits and `-`.
        """
        path = os.path.join(self._place, name + states.SUFFIX)
        with self._tolerant(path):
            found, used = states.read(path)
            data = states.content(found, name, self._version)
            if data is None:
                raise Damaged(path)
            states.note_use(path, used, time.time())
            return data
        return None

    def save_state(self, name: str, data: bytes) -> None:
        """Save a blob under a name, in place of what had it; now and then, `prune`.

        Args:
            name: lower-case letters, digits and `-`.
        """
        head = states.head(name, self._version, data)
        saved = self._write(partial(publish_as, name + states.SUFFIX, self._place, head, data))
        if saved and self._is_untidy():
            self.prune()

    def load(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The entries with these keys, as far as they are there."""
        from ssot_lint.cache.packs import read

        found: dict[str, bytes] = {}
        missing = set(keys)
        for pack in self._known_packs() if missing else ():
            wanted = missing & pack.entries.keys()
            if wanted:
                with self._tolerant(pack.path):
                    for key, content in read(pack, wanted):
                        found[key] = content
                states.note_use(pack.path, pack.used, time.time())
                missing -= found.keys()
        self._recent |= found.keys()
        return found

    def store(self, entries: Mapping[str, bytes]) -> None:
        """Add entries; now and then, `prune`.

        Args:
            entries: by a digest of everything that they depend on, in hexadecimal: a key never stands for anything
                else than it did before.
        """
        from ssot_lint.cache.packs import write

        if not entries:
            return
        self._recent |= entries.keys()
        fill = partial(write, entries=entries, version=self._version)
        if not self._write(lambda: publish(self._place, fill)):
            return
        if len(self._pack_names()) > _MANY:
            self._compact()
        if self._is_untidy():
            self.prune()

    def prune(self, limit: int = LIMIT) -> None:
        """Delete what was unused for longest until the rest takes up no more than `limit` bytes, and what crashes left.

        This concerns all versions.
        """
        if not os.path.isdir(self._folder):
            return
        with self._tolerant(self._folder):
            claim(self._folder)
            files = sorted(_files(self._folder))
            excess = sum(size for _, _, size in files) - limit
            for _, path, size in files:
                if excess > 0 and remove(path):
                    excess -= size
            _remove_empty(self._folder)
            mark(self._folder)

    # --- packs

    def _pack_names(self) -> list[str]:
        with self._tolerant(self._place):
            return [name for name in os.listdir(self._place) if name.endswith(_PACK)]
        return []

    def _known_packs(self) -> list[Pack]:
        """The packs as they lie there now; the index of each is read once."""
        from ssot_lint.cache.packs import load

        known, self._packs = self._packs, {}
        for name in self._pack_names():
            path = os.path.join(self._place, name)
            with self._tolerant(path):
                self._packs[name] = known.get(name) or load(path, self._version)
        return list(self._packs.values())

    def _compact(self) -> None:
        """Merge packs unless another process is about it; readers lose nothing but the packs that they hold on to."""
        from ssot_lint.cache.packs import merge

        lock = os.path.join(self._place, _LOCK)
        try:
            open(lock, "xb").close()
        except OSError:
            return
        try:
            old = _small(self._known_packs())
            fill = partial(merge, packs=old, recent=self._recent, limit=LIMIT // 2, version=self._version)
            merged = self._write(lambda: publish(self._place, fill)) if len(old) > 1 else None
            for pack in old if merged else ():
                if os.path.basename(pack.path) != merged:
                    remove(pack.path)
        finally:
            remove(lock)

    # --- the folder

    def _write(self, published: Callable[[], str | None]) -> str | None:
        """Publish something, in a folder that may have to be created first."""
        with self._tolerant(self._place):
            try:
                return published()
            except FileNotFoundError:
                claim(self._folder)
                os.makedirs(self._place, exist_ok=True)
                return published()
        return None

    def _is_untidy(self) -> bool:
        try:
            return abs(time.time() - os.stat(os.path.join(self._folder, MARK)).st_mtime) > _HOUR
        except OSError:
            return True

    @contextmanager
    def _tolerant(self, path: str) -> Iterator[None]:
        """Nothing that is wrong with this file of the cache, or with the cache, comes out of the block."""
        try:
            yield
        except FileNotFoundError:
            pass
        except Damaged as error:
            remove(path)
            self._warn(error.reason)
        except Unusable as error:
            self._warn(error.reason)
        except OSError as error:
            if not is_passing(error):
                self._warn(f"cannot be used ({error.strerror or type(error).__name__}: {os.path.basename(path)})")

    def _warn(self, reason: str) -> None:
        if not self.warnings:
            self.warnings.append(f"the cache {self._folder} {reason}: {_WAY_OUT}")


def _small(packs: Iterable[Pack]) -> list[Pack]:
    """The packs that are worth merging, the last used first.

    Those that outweigh all smaller ones together stay as they are, or each merger would write everything again.
    """
    chosen = sorted(packs, key=lambda pack: pack.size)
    while len(chosen) > 1 and chosen[-1].size > sum(pack.size for pack in chosen[:-1]):
        chosen.pop()
    return sorted(chosen, key=lambda pack: -pack.used)


def _files(folder: str) -> Iterator[tuple[float, str, int]]:
    """When last used, path and size of all that the versions keep there; temporary files that are old are deleted."""
    for entry in [*_entries(folder), *(file for version in _version_folders(folder) for file in _entries(version))]:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue  # gone
        if TEMPORARY.fullmatch(entry.name):
            if time.time() - status.st_mtime > _HOUR:
                remove(entry.path)
        elif entry.name.endswith((states.SUFFIX, _PACK)):
            yield status.st_mtime, entry.path, status.st_size


def _version_folders(folder: str) -> list[str]:
    return [
        entry.path for entry in _entries(folder)
        if VERSION_FOLDER.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
    ]


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _remove_empty(folder: str) -> None:
    for version in _version_folders(folder):
        try:
            os.rmdir(version)
        except OSError:
            pass  # in use

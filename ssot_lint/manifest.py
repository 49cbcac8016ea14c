"""What a run found, for the next one: as long as the file system says that nothing has changed, that is the answer.

A file or folder counts as unchanged if size, times and inode are what they were, and neither time is so near to the
start of the run that a later change could bear the same (git calls such entries racily clean). The start is taken
before anything is looked at, so that whatever changes in the middle of a run is too near. Times of Windows do not tell
when something was changed back, nor do file systems that keep no change times: a content of the same size whose
modification time was put back by hand is not noticed there.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import msgspec

from ssot_lint.cache.grounds import NEAR, Grounds, hold
from ssot_lint.cache.store import Store
from ssot_lint.files import Existence, Tree
from ssot_lint.files.grounds import around, looked_up
from ssot_lint.files.witnesses import UNTOLD, signature_at
from ssot_lint.facts.passing import Passing
from ssot_lint.index.resuming import Conclusion
from ssot_lint.index.survey import Remembered, Survey
from ssot_lint.index.words import Learned
from ssot_lint.model.policy import Allowance, Policy
from ssot_lint.model.source import Signature
from ssot_lint.model.violation import Violation
from ssot_lint.scan import Look, Wanted


class Judgement(msgspec.Struct, frozen=True, array_like=True):
    """What was found in one file.

    Attributes:
        found: with `per-path` applied and `noqa` not.
        kept: with both applied.
        suppressed: how many violations these hold back.
        consulted: paths of the other files that it rests on.
        everyone: it rests on all files that may have a say in what becomes of a truth.
        held: the rules whose findings `per-path` holds back.
        excused: the entries of the configuration without which there would be more.
    """

    found: tuple[Violation, ...]
    kept: tuple[Violation, ...]
    suppressed: int
    consulted: frozenset[str] = frozenset()
    everyone: bool = False
    held: frozenset[str] = frozenset()
    excused: frozenset[Allowance] = frozenset()


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """The outcome of runs over one state of a tree.

    Attributes:
        taken: when the run began, in nanoseconds since the epoch.
        tree: the files.
        looks: what was seen in each of them.
        around: what ignore files above the project say, and which import roots there are, as `hold` takes it; empty
            where that cannot be told.
        looked_up: dotted names that were looked for on disk -> whether they were there.
        wanted: what was looked for.
        passing: path -> what a file hands on.
        concerned: paths of the files that can hold a finding.
        learned: what the words grew to.
        rests_on: paths of the files of which more counts than what was seen there and what they hand on.
        readable: how many of these can be parsed.
        judgements: by path, of the concerned files that were judged.
    """

    taken: int
    tree: Tree
    looks: tuple[Look, ...]
    around: bytes
    looked_up: dict[str, bool]
    wanted: Wanted
    passing: dict[str, Passing]
    concerned: frozenset[str]
    learned: Learned
    rests_on: frozenset[str]
    readable: int
    judgements: dict[str, Judgement]

    def changed(self) -> set[str]:
        """Paths of the files that are not surely what they were."""
        seen = ((file.absolute, look.signature) for file, look in zip(self.tree.files, self.looks))
        return {file.path for file, holds in zip(self.tree.files, self._hold(seen)) if not holds}

    def is_complete(self, exists: Callable[[str], bool]) -> bool:
        """Whether the list of files is surely what it was, and so is what was looked for beside them.

        Args:
            exists: whether a dotted name is on disk.
        """
        witnesses = self.tree.witnesses
        return (
            bool(self.around) and hold(self.around)
            and all(self._hold(witnesses.signed.items(), absent=True))
            and all(os.path.realpath(link) == target for link, target in witnesses.links.items())
            and all(exists(name) == found for name, found in self.looked_up.items())
        )

    def grounds(self, root: str) -> Grounds | None:
        """All that this rests on besides what lies around the project; None where that cannot be told.

        Args:
            root: the project root.
        """
        if any(look.signature is None for look in self.looks):
            return None
        grounds = Grounds()
        grounds.links.update(self.tree.witnesses.links)
        seen = {file.absolute: look.signature for file, look in zip(self.tree.files, self.looks)}
        for path, signature in (*seen.items(), *self.tree.witnesses.signed.items()):
            if signature == UNTOLD:
                return None
            if signature is None:
                grounds.absent.add(path)
            else:
                grounds.signed[path] = msgspec.structs.astuple(signature)
        grounds.add(looked_up(self.looked_up, root, self.tree.roots))
        return grounds

    def _hold(self, signed: Iterable[tuple[str, Signature | None]], absent: bool = False) -> Iterator[bool]:
        """Whether each path surely still has its signature.

        Args:
            absent: None says that there was nothing; else, that nobody could tell.
        """
        last, look = self.taken - NEAR, os.stat  # this goes over every file, in runs that do little else
        for path, signature in signed:
            if signature is None:
                yield absent and signature_at(path) is None
                continue
            try:
                now = look(path)
            except (OSError, ValueError):
                yield False
                continue
            yield (
                signature.modified == now.st_mtime_ns < last and signature.changed == now.st_ctime_ns < last
                and signature.size == now.st_size and signature.inode == now.st_ino
            )


class History:
    """What earlier runs have found in one project under one configuration, as far as it still holds.

    Args:
        store: where it is kept; None for nowhere: then nothing is known.
        root: the project root.
        policy: the whole configuration, of which the findings are a function.
    """

    def __init__(self, store: Store | None, root: str, policy: Policy) -> None:
        key = msgspec.msgpack.encode((os.fsencode(root), policy), order="deterministic")
        self._store = store
        self._name = f"manifest-{hashlib.blake2b(key, digest_size=12).hexdigest()}"
        self._root = root
        self._policy = policy
        self._started = time.time_ns()
        self._around = self._noted_around()
        self._kept: Manifest | None = None

    @cached_property
    def _past(self) -> Manifest | None:
        """What was kept, whatever has changed since; None where there is nothing that can be read."""
        data = None if self._store is None else self._store.load_state(self._name)
        try:
            return None if data is None else msgspec.msgpack.decode(data, type=Manifest)
        except (msgspec.MsgspecError, ValueError):
            return None

    @cached_property
    def _changed(self) -> set[str] | None:
        """The files that have changed since then; None where nothing is known, or not even which files there are."""
        past = self._past
        return past.changed() if past is not None and past.is_complete(self._exists_in(past.tree)) else None

    def _exists_in(self, tree: Tree) -> Callable[[str], bool]:
        return Existence(self._root, tree.roots)

    @property
    def still(self) -> Manifest | None:
        """What was found when everything was as it is now."""
        return self._past if self._changed is not None and not self._changed else None

    @property
    def tree(self) -> Tree | None:
        """The files of the project, where these are surely the same."""
        return self._past.tree if self._past is not None and self._changed is not None else None

    @property
    def grounds(self) -> Grounds | None:
        """What the findings of this run rest on; None where that cannot be told, or nothing was kept."""
        manifest = self._kept or self.still
        if manifest is None or self._around is None or not self._is_as_before:
            return None
        try:
            grounds = manifest.grounds(self._root)
        except OSError:
            return None
        exists = self._exists_in(manifest.tree)
        if grounds is None or not all(exists(name) == found for name, found in manifest.looked_up.items()):
            return None
        grounds.add(self._around)
        return grounds

    @property
    def _is_as_before(self) -> bool:
        """Whether what lies around the project is what it was when the run began."""
        now = self._noted_around()
        return now is not None and self._around is not None and vars(now) == vars(self._around)

    def _noted_around(self) -> Grounds | None:
        try:
            return None if self._store is None else around(self._root, self._policy)
        except OSError:
            return None

    def remembered(self, tree: Tree) -> Remembered:
        """What was seen in those of the files that are what they were."""
        past = self._past
        if past is None:
            return Remembered()
        changed = past.changed() if self._changed is None else self._changed
        now = {file.path: file for file in tree.files}
        same = {
            file.path: look for file, look in zip(past.tree.files, past.looks)
            if file.path not in changed and now.get(file.path) == file
        }
        return Remembered(past.wanted, same, {path: item for path, item in past.passing.items() if path in same})

    @property
    def changed(self) -> frozenset[str] | None:
        """Paths of the files that may not be what they were; None where their list may not be."""
        return None if self._changed is None else frozenset(self._changed)

    @cached_property
    def conclusion(self) -> Conclusion | None:
        """What the last survey came to, where the list of files is surely the same."""
        past = self._past
        if past is None or self._changed is None:
            return None
        looks = {file.path: look for file, look in zip(past.tree.files, past.looks)}
        return Conclusion(past.learned, past.wanted, looks, past.passing, past.concerned, past.rests_on)

    def standing(self, survey: Survey) -> dict[str, Judgement]:
        """The judgements that still stand after a survey that was resumed from the last one."""
        past, changed = self._past, self.changed
        if past is None or changed is None:
            return {}
        looks = [look for file, look in zip(past.tree.files, past.looks) if file.path in changed]
        looks += [survey.looks[path] for path in changed]
        has_say = not changed.isdisjoint(past.concerned | survey.concerned) or any(
            look.named or look.classes for look in looks
        )
        return {
            path: item for path, item in past.judgements.items()
            if path not in changed and item.consulted.isdisjoint(changed) and not (item.everyone and has_say)
        }

    @property
    def looked_up(self) -> dict[str, bool]:
        """What the judgements that may still stand had looked for on disk."""
        return {} if self._past is None else self._past.looked_up

    def add(self, judgements: dict[str, Judgement], looked_up: dict[str, bool]) -> None:
        """Keep what was found in more files while everything is `still` as it was."""
        past = self.still
        if past is not None and judgements:
            self._save(msgspec.structs.replace(
                past, judgements={**past.judgements, **judgements}, looked_up={**past.looked_up, **looked_up}
            ))

    def replace(
        self, tree: Tree, survey: Survey, judgements: dict[str, Judgement], looked_up: dict[str, bool]
    ) -> None:
        """Keep what was found now in place of what was kept."""
        if self._store is None:
            return
        self._save(Manifest(
            taken=self._started,
            tree=tree,
            looks=tuple(survey.looks[file.path] for file in tree.files),
            around=self._settled_around(),
            looked_up=looked_up,
            wanted=survey.wanted,
            passing=survey.passing,
            concerned=survey.concerned,
            learned=survey.words.learned,
            rests_on=survey.rests_on,
            readable=survey.readable,
            judgements=judgements,
        ))

    def _settled_around(self) -> bytes:
        """What lies around, if that was the same all the time, and no later change can go by its signatures."""
        around = self._around
        try:
            return around.packed() if around and self._is_as_before and around.is_settled(self._started) else b""
        except UnicodeEncodeError:
            return b""

    def _save(self, manifest: Manifest) -> None:
        """A file whose name is no text keeps the manifest from being kept."""
        if self._store is not None:
            try:
                self._store.save_state(self._name, msgspec.msgpack.encode(manifest))
                self._kept = manifest
            except UnicodeEncodeError:
                return

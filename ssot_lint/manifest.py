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
from collections.abc import Callable, Iterable

import msgspec

from ssot_lint.files import Tree, evidence, signature_of
from ssot_lint.index.passing import Passing
from ssot_lint.index.store import Store
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import Signature
from ssot_lint.model.violation import Violation
from ssot_lint.scan import Look, Wanted

_NEAR = 2_000_000_000
"""Nanoseconds before the start of a run in which a time says too little: the coarsest clock of any file system."""


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """What was found in one file.

    Attributes:
        found: with `per-path` applied and `noqa` not.
        kept: with both applied.
        suppressed: how many violations these hold back.
    """

    found: tuple[Violation, ...]
    kept: tuple[Violation, ...]
    suppressed: int


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """The outcome of runs over one state of a tree.

    Attributes:
        taken: when the run began, in nanoseconds since the epoch.
        tree: the files.
        looks: what was seen in each of them.
        witnesses: path -> signature of what the list of files rests on; None for what is not there.
        surroundings: what ignore files above the project say.
        looked_up: dotted names that were looked for on disk -> whether they were there.
        missing_roots: notices about import roots.
        wanted: what was looked for.
        passing: path -> what a file hands on.
        concerned: paths of the files that can hold a finding.
        readable: how many of these can be parsed.
        verdicts: by path, of the concerned files that were judged.
    """

    taken: int
    tree: Tree
    looks: tuple[Look, ...]
    witnesses: dict[str, Signature | None]
    surroundings: str
    looked_up: dict[str, bool]
    missing_roots: tuple[str, ...]
    wanted: Wanted
    passing: dict[str, Passing]
    concerned: frozenset[str]
    readable: int
    verdicts: dict[str, Verdict]

    def changed(self) -> set[str]:
        """Paths of the files that are not surely what they were."""
        return {
            file.path for file, look in zip(self.tree.files, self.looks)
            if look.signature is None or not self._holds(file.absolute, look.signature)
        }

    def is_complete(self, root: str, exists: Callable[[str], bool]) -> bool:
        """Whether the list of files is surely what it was, and so is what was looked for beside them.

        Args:
            exists: whether a dotted name is on disk.
        """
        return (
            all(self._holds(path, signature) for path, signature in self.witnesses.items())
            and self.surroundings == evidence(os.path.realpath(root))
            and all(exists(name) == found for name, found in self.looked_up.items())
        )

    def _holds(self, path: str, signature: Signature | None) -> bool:
        if signature != signature_at(path):
            return False
        return signature is None or max(signature.modified, signature.changed) < self.taken - _NEAR


class Manifests:
    """Keeps the manifest of one project under one configuration.

    Args:
        store: where.
        root: the project root.
        policy: the whole configuration, of which the findings are a function.
    """

    def __init__(self, store: Store, root: str, policy: Policy) -> None:
        key = msgspec.msgpack.encode((os.fsencode(root), policy), order="deterministic")
        self._store = store
        self._name = f"manifest-{hashlib.blake2b(key, digest_size=12).hexdigest()}"

    def load(self) -> Manifest | None:
        """What was kept; None where there is nothing that can be read."""
        data = self._store.load_state(self._name)
        if data is None:
            return None
        try:
            return msgspec.msgpack.decode(data, type=Manifest)
        except (msgspec.MsgspecError, ValueError):
            return None

    def save(self, manifest: Manifest) -> None:
        """Keep a manifest in place of what was kept; a file whose name is no text keeps it from being kept."""
        try:
            data = msgspec.msgpack.encode(manifest)
        except UnicodeEncodeError:
            return
        self._store.save_state(self._name, data)


def signatures(paths: Iterable[str]) -> dict[str, Signature | None]:
    """The signature of what stands at each path now."""
    return {path: signature_at(path) for path in paths}


def signature_at(path: str) -> Signature | None:
    """The signature of what stands at a path, links followed; None where there is nothing."""
    try:
        return signature_of(os.stat(path))
    except (OSError, ValueError):
        return None

"""What surfaces remember between runs so that they can do without the configuration's reader and the engine."""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.cache import answers
from ssot_lint.cache.framing import framed
from ssot_lint.cache.identity import tool_identity
from ssot_lint.model.policy import Policy
from ssot_lint.model.violation import Violation

if TYPE_CHECKING:
    from ssot_lint.cache.store import Store
    from ssot_lint.engine import Project

_STANDING = "standing"


class _Read(msgspec.Struct, frozen=True, array_like=True):
    """A configuration file, and what it means.

    Attributes:
        shown: how the file is called in messages, which is a part of what it means.
    """

    shown: str
    content: bytes
    policy: Policy


def recalled_policy(store: Store, shown: str, content: bytes) -> Policy | None:
    """What a configuration file of this content means, where somebody has read it before."""
    data = store.load_state(_name(shown))
    try:
        read = None if data is None else msgspec.msgpack.decode(data, type=_Read)
    except (msgspec.MsgspecError, ValueError):
        return None
    return read.policy if read is not None and (read.shown, read.content) == (shown, content) else None


def remember_policy(store: Store, shown: str, content: bytes, policy: Policy) -> None:
    """Keep for `recalled_policy` what a configuration file means."""
    try:
        store.save_state(_name(shown), msgspec.msgpack.encode(_Read(shown, content, policy)))
    except UnicodeEncodeError:  # no text can be such a name
        return


def _name(shown: str) -> str:
    return f"policy-{zlib.crc32(os.fsencode(os.path.abspath(shown))):08x}"


class Recalled:
    """Where a project stands, as far as one file at a time needs to be known.

    Args:
        files: the paths of all files, with a NUL before and behind each.
        found: path -> what was found in a file, encoded.
        unjudged: as in `Standing`.
    """

    def __init__(self, files: bytes, found: dict[str, msgspec.Raw], unjudged: frozenset[str]) -> None:
        self._files = files
        self._found = found
        self._unjudged = unjudged

    def settles(self, asked: Collection[str], root: str) -> bool:
        """Whether all of these files, given by their absolute paths, were judged, as far as they can hold a finding."""
        return not any(os.path.join(root, *path.split("/")) in asked for path in self._unjudged)

    def lists(self, path: str) -> bool:
        """Whether a file is one of the project."""
        return b"\0%s\0" % path.encode("utf-8", "surrogatepass") in self._files

    def found(self, path: str) -> tuple[Violation, ...] | None:
        """What was found in one of these files; None where that is not known."""
        if path in self._unjudged or not self.lists(path):
            return None
        return msgspec.msgpack.decode(self._found[path], type=tuple[Violation, ...]) if path in self._found else ()


def recalled_standing(cache: str, root: str, policy: Policy) -> Recalled | None:
    """Where a project stands; None where that is not known, or something has changed.

    Args:
        cache: the folder of the cache.
        root: the project root.
    """
    known = answers.load(_STANDING, cache, tool_identity(), _asked(root, policy))
    if known is None:
        return None
    files, found, unjudged = known
    return Recalled(
        files,
        msgspec.msgpack.decode(found, type=dict[str, msgspec.Raw]),
        msgspec.msgpack.decode(unjudged, type=frozenset[str]),
    )


def remember_standing(cache: str, project: Project, started: int) -> None:
    """Keep for `recalled_standing` where a project stands, unless something was changed only just now.

    Args:
        cache: the folder of the cache.
        started: when the run began, in nanoseconds since the epoch.
    """
    grounds = project.grounds
    if grounds is not None and grounds.is_settled(started):
        standing = project.standing
        try:
            files = "\0".join(["", *standing.files, ""]).encode()
            data = [files, *map(msgspec.msgpack.encode, (standing.found, standing.unjudged))]
        except UnicodeEncodeError:  # a path is no text
            return
        answers.save(_STANDING, cache, tool_identity(), _asked(project.root, project.policy), data, grounds)


def _asked(root: str, policy: Policy) -> bytes:
    return framed([os.fsencode(root), msgspec.msgpack.encode(policy, order="deterministic")])

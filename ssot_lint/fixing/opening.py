"""Files as they are read before anything is planned for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import msgspec

from ssot_lint.cache.grounds import NEAR
from ssot_lint.engine import Project
from ssot_lint.fixing.content import Content, Refused
from ssot_lint.fixing.writing import Snapshot, snapshot, why_not


class Opened(msgspec.Struct, frozen=True):
    """Files of one project, by their paths relative to its root.

    Attributes:
        snapshots: what was read, with the signatures.
        contents: the same decoded.
        unreadable: why a file cannot be read or decoded; it is in none of the others.
        blocked: why a file is not to be written, of those of which that holds.
        young: those of which the project may have seen another content than this.
    """

    snapshots: Mapping[str, Snapshot]
    contents: Mapping[str, Content]
    unreadable: Mapping[str, str]
    blocked: Mapping[str, str]
    young: frozenset[str]


def opened(project: Project, paths: Iterable[str], since: int) -> Opened:
    """Read some files of a project.

    Args:
        since: when the project was opened or before that, in nanoseconds since the epoch.
    """
    snapshots: dict[str, Snapshot] = {}
    contents: dict[str, Content] = {}
    unreadable: dict[str, str] = {}
    for path in paths:
        try:
            file = snapshot(project.place_of(path))
            contents[path] = Content.of(file.data)
            snapshots[path] = file
        except Refused as refusal:
            unreadable[path] = refusal.reason
    blocked = {path: reason for path, file in snapshots.items() if (reason := why_not(file, project.root))}
    young = (path for path, file in snapshots.items() if _is_young(file, since) or not project.lists(path))
    return Opened(snapshots, contents, unreadable, blocked, frozenset(young))


def _is_young(file: Snapshot, since: int) -> bool:
    return max(file.signature.modified, file.signature.changed) >= since - NEAR


def folders(found: Opened) -> set[str]:
    """Where the files are."""
    return {os.path.dirname(file.path) for file in found.snapshots.values()}

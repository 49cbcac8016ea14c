"""Files as they are read before anything is planned for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import msgspec

from ssot_lint.engine import Project
from ssot_lint.fixing.content import Content, Refused
from ssot_lint.fixing.writing import Snapshot, snapshot, why_not
from ssot_lint.manifest import NEAR


class Opened(msgspec.Struct, frozen=True):
    """Files of one project, by their paths relative to its root.

    Attributes:
        snapshots: what was read, with the signatures.
        contents: the same decoded.
        blocked: why a file is not to be written, of those of which that holds.
        young: those of which the project may have seen another content than this.
    """

    snapshots: Mapping[str, Snapshot]
    contents: Mapping[str, Content]
    blocked: Mapping[str, str]
    young: frozenset[str]


def opened(project: Project, paths: Iterable[str], since: int) -> Opened:
    """Read some files of a project; those that cannot be read, or not be decoded, are left out.

    Args:
        since: when the project was opened or before that, in nanoseconds since the epoch.
    """
    found = {path: file for path in paths if (file := _read(project, path))}
    contents = {path: content for path, file in found.items() if (content := _decoded(file))}
    snapshots = {path: found[path] for path in contents}
    return Opened(
        snapshots,
        contents,
        {path: reason for path, file in snapshots.items() if (reason := why_not(file, project.root))},
        frozenset(path for path, file in snapshots.items() if _is_young(file, since) or not project.lists(path)),
    )


def _read(project: Project, path: str) -> Snapshot | None:
    try:
        return snapshot(project.place_of(path))
    except Refused:
        return None


def _decoded(file: Snapshot) -> Content | None:
    try:
        return Content.of(file.data)
    except Refused:
        return None


def _is_young(file: Snapshot, since: int) -> bool:
    return max(file.signature.modified, file.signature.changed) >= since - NEAR


def folders(found: Opened) -> set[str]:
    """Where the files are."""
    return {os.path.dirname(file.path) for file in found.snapshots.values()}

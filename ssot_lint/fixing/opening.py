"""Files as they are read before anything is planned for them."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ssot_lint.cache.grounds import NEAR
from ssot_lint.engine import Project
from ssot_lint.fixing.content import Content, Refused
from ssot_lint.fixing.writing import Snapshot, snapshot, why_not


class Opened:
    """Files of one project, by their paths relative to its root.

    Args:
        since: when the project was opened or before that, in nanoseconds since the epoch.

    Attributes:
        snapshots: what was read, with the signatures.
        contents: the same decoded.
        unreadable: why a file cannot be read or decoded; it is in none of the others.
        blocked: why a file is not to be written, of those of which that holds.
        young: those of which the project may have seen another content than this.
    """

    def __init__(self, project: Project, since: int) -> None:
        self._project = project
        self._since = since
        self.snapshots: dict[str, Snapshot] = {}
        self.contents: dict[str, Content] = {}
        self.unreadable: dict[str, str] = {}
        self.blocked: dict[str, str] = {}
        self.young: set[str] = set()

    def read(self, path: str) -> bool:
        """Read one more file; False where that cannot be done."""
        project = self._project
        try:
            file = snapshot(project.place_of(path))
            self.contents[path] = Content.of(file.data)
        except Refused as refusal:
            self.unreadable[path] = refusal.reason
            return False
        self.snapshots[path] = file
        if reason := why_not(file, project.root):
            self.blocked[path] = reason
        if _is_young(file, self._since) or not project.lists(path):
            self.young.add(path)
        return True


def opened(project: Project, paths: Iterable[str], since: int) -> Opened:
    """Read some files of a project; see `Opened`."""
    found = Opened(project, since)
    for path in paths:
        found.read(path)
    return found


def _is_young(file: Snapshot, since: int) -> bool:
    return max(file.signature.modified, file.signature.changed) >= since - NEAR


def folders(found: Opened) -> set[str]:
    """Where the files are."""
    return {os.path.dirname(file.path) for file in found.snapshots.values()}

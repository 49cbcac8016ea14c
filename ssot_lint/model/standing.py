"""Where a project stands: what was found in it, for whoever asks file by file."""

from __future__ import annotations

import msgspec

from ssot_lint.model.violation import Violation


class Standing(msgspec.Struct, frozen=True):
    """What is known of a project that has not changed since it was checked.

    Attributes:
        files: paths of its files, relative to its root.
        found: path -> what was found in a file, with `per-path` applied and `noqa` not; where that is not empty.
        unjudged: paths of files that may hold a finding, and that nobody has asked about.
    """

    files: frozenset[str]
    found: dict[str, tuple[Violation, ...]]
    unjudged: frozenset[str]

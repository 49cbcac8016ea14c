"""What `exclude` in the configuration takes out, whatever else holds."""

from __future__ import annotations

import os
from functools import lru_cache

from ssot_lint.files.ignore import Patterns, Scopes, enter, is_ignored
from ssot_lint.files.paths import relative
from ssot_lint.model.policy import Policy


def is_excluded(path: str, root: str, policy: Policy) -> bool:
    """Whether `policy.exclude` takes a path out; False outside the root.

    Ignore files and tool folders are not asked: this is for files that somebody named.

    Args:
        path: absolute, or relative to `root`; need not exist.
        root: the project root.
    """
    if not policy.exclude:
        return False
    way = relative(path, root)
    return bool(way) and excludes_way(policy, str(way), os.path.isdir(os.path.join(root, path)))


def excludes_way(policy: Policy, way: str, is_folder: bool) -> bool:
    """The same for a path that is already relative to the root, with `/`."""
    scopes = exclusions(policy)
    *folders, last = way.split("/")
    for folder in folders if scopes else []:
        if is_ignored(scopes, folder, is_folder=True):
            return True
        scopes = enter(scopes, folder)
    return is_ignored(scopes, last, is_folder)


def exclusions(policy: Policy) -> Scopes:
    """`policy.exclude` as it applies in the root."""
    patterns = _patterns(policy.exclude)
    return ((patterns, ""),) if patterns else ()


@lru_cache(maxsize=8)
def _patterns(exclude: tuple[str, ...]) -> Patterns:
    return Patterns(exclude)

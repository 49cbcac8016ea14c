"""What the list of a project's files rests on beside the folders that hold them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

from ssot_lint.cache.grounds import Grounds
from ssot_lint.files.ignore import consulted
from ssot_lint.files.naming import listings, names_in
from ssot_lint.files.promised import promises
from ssot_lint.files.roots import globbed, is_glob
from ssot_lint.model.policy import Policy


def around(root: str, policy: Policy) -> Grounds:
    """What ignore files above the project say, and which import roots there are.

    Raises:
        OSError: that cannot be told without looking more closely.
    """
    grounds = Grounds()
    folders, paths = consulted(os.path.realpath(root))
    grounds.folders.update(folders)
    for path in paths:
        grounds.note(path)
    for entry in policy.src:
        if is_glob(entry):
            grounds.globs[root, entry] = globbed(root, entry)
        for match in grounds.globs.get((root, entry), [entry]):
            _note_folder(os.path.join(root, *match.split("/")), grounds)
    if policy.src == Policy().src:
        _note_folder(os.path.join(root, "src"), grounds)
        grounds.note(os.path.join(root, "src", "__init__.py"))
    return grounds


def looked_up(names: Iterable[str], root: str, roots: tuple[str, ...]) -> Grounds:
    """Whether dotted names are on disk, or could be.

    Raises:
        OSError: that cannot be told without looking more closely.
    """
    grounds = Grounds()
    listed = cache(names_in)
    folders = {folder for name in names for folder in listings(name, root, roots, listed)}
    for path in (*folders, *(promises(folders, root) if folders else ())):
        grounds.note(path)
    return grounds


def _note_folder(path: str, grounds: Grounds) -> None:
    if os.path.isdir(path):
        grounds.folders.add(path)
    else:
        grounds.note(path)

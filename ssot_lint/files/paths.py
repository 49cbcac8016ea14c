"""Paths relative to the project root."""

from __future__ import annotations

import os


def relative(path: str, root: str) -> str | None:
    """`path` as seen from the project root, with `/`; "" for the root itself, None outside of it.

    By spelling alone where that settles it; otherwise by where symbolic links lead, as the folder for temporary files
    is one on macOS.

    Args:
        path: absolute, or relative to `root`; need not exist.
        root: the project root.
    """
    full = os.path.abspath(os.path.join(root, path))
    spelled = below(full, os.path.abspath(root))
    if spelled is not None:
        return spelled
    folder, name = os.path.split(full)
    return below(os.path.join(os.path.realpath(folder), name), os.path.realpath(root))


def below(path: str, folder: str) -> str | None:
    """The way from `folder` to `path` with `/`, "" where they are the same, None where `path` is not in `folder`.

    Args:
        path: absolute and normal.
        folder: absolute and normal.
    """
    if os.path.normcase(path) == os.path.normcase(folder):
        return ""
    start = os.path.join(folder, "")
    if not os.path.normcase(path).startswith(os.path.normcase(start)):
        return None
    return path[len(start):].replace(os.sep, "/")

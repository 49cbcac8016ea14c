"""A file of the project, before anything is known of its content."""

from __future__ import annotations

import msgspec


class SourceFile(msgspec.Struct, frozen=True):
    """One Python file.

    Attributes:
        path: relative to the project root, with `/`.
        absolute: the path to open.
        modules: dotted names under which it can be imported, never empty, the one by its innermost import root
            first. A folder whose name is no identifier can only be an import root, so it acts as one.
        is_package: it is an `__init__`.
        is_stub: it is a `.pyi`.
    """

    path: str
    absolute: str
    modules: tuple[str, ...]
    is_package: bool = False
    is_stub: bool = False


class Signature(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the file system says of a file's content without reading it. Times are in nanoseconds since the epoch."""

    size: int
    modified: int
    changed: int
    inode: int

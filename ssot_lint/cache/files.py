"""Files of the cache: each appears whole or not at all, while other processes read, write and delete them."""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Callable
from typing import BinaryIO

from ssot_lint.cache.states import FLAGS

TEMPORARY = re.compile(r"(?:[0-9a-f]{16}|compaction)\.tmp")
"""The names of files that nobody reads; what is old among them was left by a process that was killed."""

# Windows replaces and deletes no file that somebody holds open, and calls that "permission denied".
WINDOWS = os.name == "nt"
_PAUSES = (0.01, 0.02, 0.04, 0.08)


class Unusable(Exception):
    """A folder or file of the cache cannot be used; becomes a miss and a warning.

    Attributes:
        reason: what follows "the cache FOLDER ..." in the warning.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Damaged(Unusable):
    """A file does not hold what we wrote."""

    def __init__(self, path: str) -> None:
        super().__init__(f"held a damaged file ({os.path.basename(path)}), which is ignored")


def opened(path: str) -> io.FileIO:
    """Open a file to read it; never blocks.

    Raises:
        OSError: it cannot be opened.
    """
    return io.FileIO(path, "rb", opener=lambda name, _: os.open(name, FLAGS))


def publish(folder: str, write: Callable[[BinaryIO], str]) -> str | None:
    """Write a file and then give it its name, replacing what had it; its permissions follow the umask.

    Args:
        folder: an existing folder.
        write: fills the file and returns its name.

    Returns:
        The name; None where another process held the file of that name all the while, as can happen on Windows.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    temporary = os.path.join(folder, f"{os.urandom(8).hex()}.tmp")
    try:
        with open(temporary, "xb") as stream:
            name = write(stream)
        if not _replace(temporary, os.path.join(folder, name)):
            remove(temporary)
            return None
        return name
    except BaseException:
        remove(temporary)
        raise


def publish_as(name: str, folder: str, *parts: bytes) -> str | None:
    """`publish` a file whose name and content are known."""

    def write(stream: BinaryIO) -> str:
        stream.writelines(parts)
        return name

    return publish(folder, write)


def remove(path: str) -> bool:
    """Delete a file if that can be done, and say whether it was."""
    try:
        os.unlink(path)
    except OSError:
        return False
    return True


def is_passing(error: OSError) -> bool:
    """The error says no more than that another process uses the file just now."""
    return WINDOWS and isinstance(error, PermissionError)


def _replace(temporary: str, path: str) -> bool:
    for pause in (*_PAUSES, 0):
        try:
            os.replace(temporary, path)
            return True
        except OSError as error:
            if not is_passing(error):
                raise
            time.sleep(pause)
    return False

"""Which ssot-lint wrote something into the cache, and under which Python."""

from __future__ import annotations

import os
import sys
import zlib


LIBRARIES = ("ahocorasick_rs", "astroid", "flake8", "msgspec", "pathspec", "tomli")
"""What has a say in what is found, besides the tool itself."""

_INSTALLED = ("site-packages", "dist-packages")
"""Names of the folders on the way of imports where libraries lie, if the tool is a checkout that lies elsewhere."""


def tool_identity() -> str:
    """A key that changes with the tool, with the libraries that are installed beside it, and with Python.

    The tool is known by its own files rather than by its version, so that a development checkout never reads what
    its code of a minute ago has written; and no metadata has to be searched for. The schema of what is cached is code
    as well.
    """
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    installed = [path for path in sys.path if os.path.basename(path) in _INSTALLED]
    libraries = map(_libraries, dict.fromkeys([os.path.dirname(top), *installed]))
    listing = (_listing(top) + "".join(libraries)).encode("utf-8", "surrogatepass")
    checks = f"{zlib.crc32(listing):08x}{zlib.adler32(listing):08x}{len(listing):x}"
    return f"{checks}-{sys.implementation.cache_tag}-{sys.hexversion:x}"


def _listing(top: str) -> str:
    """Name, size and time of each module below a folder; of the archive that it is in where there is no such folder."""
    found = []
    folders = [top]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        found.append(_described(entry.path, entry.stat()))
                    elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                        folders.append(entry.path)
        except OSError:
            continue
    return "\n".join(sorted(found)) or _archive(top)


def _libraries(folder: str) -> str:
    """The libraries in a folder with their versions."""
    starts = tuple(f"{name}-" for name in LIBRARIES)
    try:
        return "\n".join(sorted(name for name in os.listdir(folder) if name.startswith(starts)))
    except OSError:
        return ""


def _archive(path: str) -> str:
    while path != os.path.dirname(path):
        if os.path.isfile(path):
            return _described(path, os.stat(path))
        path = os.path.dirname(path)
    return ""


def _described(path: str, status: os.stat_result) -> str:
    return f"{path} {status.st_size} {status.st_mtime_ns}"

"""Whether a git work tree holds changes that are not committed, asked without running anything that it configures."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping

from ssot_lint import files
from ssot_lint.files.ignore import git_top

_PATIENCE = 5.0
"""Seconds after which a notice is not worth the wait."""


def is_dirty(folder: str) -> bool:
    """Whether tracked files differ from the last commit; False where that cannot be told.

    Filters and monitors that the repository's configuration names are turned off, and not run: it may be anybody's. So
    git is asked only which files look changed, and their contents are compared here.
    """
    top = git_top(os.path.realpath(folder))
    if top is None:
        return False
    off = _turned_off(top)
    status, _ = _git(top, off, "diff-index", "--cached", "--quiet", "--ignore-submodules=all", "HEAD")
    return status == 1 or any(_differs(top, changed) for changed in _changed(top, off))


def _turned_off(top: str) -> dict[str, str]:
    """Settings under which git runs no program that its configuration names."""
    off = {"core.fsmonitor": "false"}
    listed = _git(top, off, "config", "--null", "--name-only", "--get-regexp", r"^filter\.")[1]
    for name in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
        off[name] = "false" if name.endswith(".required") else ""
    return off


def _changed(top: str, off: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Digest in the index and path of each file that looks changed."""
    parts = _git(top, off, "diff-files", "-z", "--ignore-submodules=all")[1].split(b"\0")
    for head, name in zip(parts[::2], parts[1::2]):
        yield head.split()[2].decode("ascii"), os.fsdecode(name)


def _differs(top: str, changed: tuple[str, str]) -> bool:
    indexed, name = changed
    try:
        data = files.read_regular(os.path.join(top, *name.split("/")))
    except files.Unreadable:
        return True
    algorithm = hashlib.sha1 if len(indexed) == 40 else hashlib.sha256
    return indexed not in (_blob(algorithm, data), _blob(algorithm, data.replace(b"\r\n", b"\n")))


def _blob(algorithm: object, data: bytes) -> str:
    return str(algorithm(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest())  # type: ignore[operator]


def _git(top: str, settings: Mapping[str, str], *arguments: str) -> tuple[int, bytes]:
    """The exit status of git, and what it says: 128 and nothing where it cannot be had."""
    import subprocess  # costs start-up time

    set_ = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        set_ |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    try:
        done = subprocess.run(
            ("git", "--no-optional-locks", "-C", top, *arguments), env={**os.environ, **set_},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_PATIENCE, check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return 128, b""
    return done.returncode, done.stdout

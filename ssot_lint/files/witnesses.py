"""What a list of files rests on, signed before it is looked at: what changes later does not go by the signature."""

from __future__ import annotations

import errno
import os

import msgspec

from ssot_lint.files.reading import signature_of
from ssot_lint.model.source import Signature

UNTOLD = Signature(-1, -1, -1, -1)
"""Of what nobody can look at: it is never found to be the same."""

_NOTHING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


class Witnesses(msgspec.Struct, frozen=True, array_like=True):
    """What was there, by absolute path.

    Attributes:
        signed: what stood at a path, links followed; None where there was nothing.
        links: a symbolic link -> the real path that it led to.
    """

    signed: dict[str, Signature | None] = {}
    links: dict[str, str] = {}

    def sign(self, path: str) -> None:
        """Rest on what stands at a path; the first signature is the one that counts."""
        if path not in self.signed:
            self.signed[path] = signature_at(path)

    def resolve(self, link: str) -> str:
        """Rest on where a link leads, and on what stands there."""
        target = self.links[link] = os.path.realpath(link)
        self.sign(target)
        return target


def signature_at(path: str) -> Signature | None:
    """The signature of what stands at a path, links followed; None where there is nothing."""
    try:
        return signature_of(os.stat(path))
    except OSError as error:
        return None if error.errno in _NOTHING else UNTOLD
    except ValueError:  # no file can have this path
        return None

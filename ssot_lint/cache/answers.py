"""What the same question was answered the last time, together with the grounds: while these hold, that is the answer.

An answer lies in one of a few slots, so that many different questions do not fill a cache.
"""

from __future__ import annotations

import os
import time
import zlib

from ssot_lint.cache import states
from ssot_lint.cache.framing import framed, unframed
from ssot_lint.cache.grounds import Grounds, hold

_SLOTS = 16


def load(kind: str, folder: str, version: str, question: bytes) -> list[bytes] | None:
    """The parts of the answer, where it surely still holds.

    Args:
        kind: of the question; one kind never takes away the room of another. Lower-case letters.
        folder: the cache folder.
        version: of everything that the answer depends on and that is not among its grounds.
        question: whatever tells one question from another.
    """
    name = _slot(kind, question)
    path = os.path.join(states.place(folder, version), name + states.SUFFIX)
    try:
        found, used = states.read(path)
    except OSError:
        return None
    data = states.content(found, name, version)
    if data is None:
        return None
    asked, grounds, *answer = unframed(data)
    if asked != question or not hold(grounds):
        return None
    states.note_use(path, used, time.time())
    return answer


def save(
    kind: str, folder: str, version: str, question: bytes, answer: list[bytes], grounds: Grounds
) -> None:
    """Keep an answer, if that can be done; only in a folder in which the same version has kept something before."""
    from ssot_lint.cache.files import publish_as

    name = _slot(kind, question)
    try:
        data = framed([question, grounds.packed(), *answer])
        publish_as(name + states.SUFFIX, states.place(folder, version), states.head(name, version, data), data)
    except (OSError, OverflowError, UnicodeEncodeError):
        return


def forget(kind: str, folder: str, version: str, question: bytes) -> None:
    """Spare the next run to find out, look by look, that an answer no longer holds."""
    try:
        os.unlink(os.path.join(states.place(folder, version), _slot(kind, question) + states.SUFFIX))
    except OSError:
        return


def _slot(kind: str, question: bytes) -> str:
    return f"{kind}-{zlib.crc32(question) % _SLOTS}"

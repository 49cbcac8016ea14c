"""Says again what the same command line was answered the last time, where nothing that counts has changed since.

Imports next to nothing: this is what a run on an unchanged tree consists of.
"""

from __future__ import annotations

import os
import time

from ssot_lint.adapters.cli import streams
from ssot_lint.cache import answers
from ssot_lint.cache.framing import framed, unframed
from ssot_lint.cache.identity import tool_identity
from ssot_lint.cache.place import NAME, VARIABLE, cache_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ssot_lint.cache.grounds import Grounds

COMMAND = "check"
_KIND = "answer"
_CACHE_DIR, _NO_CACHE = "--cache-dir", "--no-cache"
_ONE, _OTHER = 1111.1111, 2222.2222
"""Two durations that differ in every digit."""


class Answer:
    """What a run says, free of how long it took.

    Args:
        status: the exit status.
        before, after: lines for stderr, before and after the text.
        text: for stdout, in parts: where there are two, the time stands between them, with so many decimals.
    """

    def __init__(
        self, status: int, before: Sequence[str], text: Sequence[str], decimals: int, after: Sequence[str]
    ) -> None:
        self.status = status
        self._before = before
        self._text = text
        self._decimals = decimals
        self._after = after

    def give(self, started: float) -> int:
        """Say it, and return the exit status.

        Args:
            started: what `time.perf_counter` said when the run began.

        Raises:
            UsageError: stdout cannot be written to.
        """
        for line in self._before:
            streams.say(line)
        streams.write(f"{time.perf_counter() - started:.{self._decimals}f}".join(self._text))
        for line in self._after:
            streams.say(line)
        return self.status

    def encoded(self) -> list[bytes]:
        """For `decoded`."""
        numbers = b"%d %d" % (self.status, self._decimals)
        return [numbers, *(framed(list(map(_bytes, part))) for part in (self._before, self._text, self._after))]


def decoded(parts: list[bytes]) -> Answer:
    """What was encoded."""
    status, decimals = map(int, parts[0].split())
    before, text, after = ([item.decode("utf-8", "surrogatepass") for item in unframed(part)] for part in parts[1:])
    return Answer(status, before, text, decimals, after)


def timeless(render: Callable[[float], str]) -> tuple[list[str], int]:
    """A text in the parts before and after the time that stands in it, and how many decimals that has.

    Args:
        render: the seconds that something took -> the text.
    """
    from bisect import bisect_left

    one, other = render(_ONE), render(_OTHER)
    if one == other:
        return [one], 0
    start = bisect_left(range(len(one)), True, key=lambda at: one[:at + 1] != other[:at + 1])
    decimals = next(number for number in (4, 3, 2, 1, 0) if one.startswith(f"{_ONE:.{number}f}", start))
    return [one[:start], one[start + len(f"{_ONE:.{decimals}f}"):]], decimals


def recalled(words: list[str]) -> Answer | None:
    """The remembered answer to a command line; None where there is none that surely holds."""
    folder = _cache(words)
    if not folder or not os.path.isdir(folder):
        return None
    found = answers.load(_KIND, folder, tool_identity(), _question(words))
    return decoded(found) if found else None


def remember(words: list[str], answer: Answer, grounds: Grounds) -> None:
    """Keep the answer to a command line for `recalled`."""
    folder = _cache(words)
    if folder:
        answers.save(_KIND, folder, tool_identity(), _question(words), answer.encoded(), grounds)


def forget(words: list[str]) -> None:
    """Drop what a command line was answered, where it is known not to hold and nothing takes its place."""
    folder = _cache(words)
    if folder:
        answers.forget(_KIND, folder, tool_identity(), _question(words))


def _question(words: list[str]) -> bytes:
    """Whatever an answer depends on that is neither on the disk nor part of the tool."""
    return framed([*map(os.fsencode, (os.getcwd(), streams.encoding(), *words)), b"%d" % streams.colours()])


def _cache(words: list[str]) -> str | None:
    """The cache in which the answer to a command line is kept, told without looking for a configuration.

    It is that of the nearest project at or above the first folder named, or the current one, that has a cache.
    """
    if words[:1] != [COMMAND] or _NO_CACHE in words:
        return None
    try:
        given = _given(words)
        if given or os.environ.get(VARIABLE):
            return cache_folder("", given)
        folder = os.path.abspath(next((word for word in words[1:] if word[:1] != "-" and os.path.isdir(word)), "."))
        while not os.path.isdir(os.path.join(folder, NAME)):
            parent = os.path.dirname(folder)
            if parent == folder:
                return None
            folder = parent
        return os.path.join(folder, NAME)
    except (OSError, ValueError):  # the current directory is gone; a word is no path
        return None


def _given(words: list[str]) -> str | None:
    """The value of `--cache-dir`."""
    for number, word in enumerate(words):
        if word == _CACHE_DIR:
            return words[number + 1] if number + 1 < len(words) else None
        if word.startswith(f"{_CACHE_DIR}="):
            return word[len(_CACHE_DIR) + 1:]
    return None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")

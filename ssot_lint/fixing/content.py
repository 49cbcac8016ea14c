"""What a file holds, as bytes and as text, and what edits make of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from ssot_lint.files import Unreadable, decode, encoding_of
from ssot_lint.fixing.ranges import Ranges
from ssot_lint.model.violation import Edit

_MARK = "\ufeff"
_BARE_LINE_END = re.compile(r"(?<!\r)\n")


class Refused(Exception):
    """Something is not to be changed; never reaches a user as an exception.

    Attributes:
        reason: why, without the path.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Content(msgspec.Struct, frozen=True):
    """What a file holds.

    Attributes:
        data: the bytes.
        text: what these say, without byte order mark, with the line ends as they are.
        encoding: "utf-8-sig" where there is a byte order mark.
    """

    data: bytes
    text: str
    encoding: str

    @classmethod
    def of(cls, data: bytes) -> Content:
        """The content of a file.

        Raises:
            Refused: it cannot be decoded.
        """
        try:
            text = decode(data)
        except Unreadable as error:
            raise Refused(error.reason) from None
        if text.startswith(_MARK):
            raise Refused("begins with two byte order marks, which Python does not read")
        return cls(data, text, encoding_of(data))

    def ranges(self) -> Ranges:
        """The places of the text."""
        return Ranges(self.text, self.encoding)


class Change(msgspec.Struct, frozen=True):
    """Edits that were made.

    Attributes:
        before, after: the content.
        old: start and end, in characters of the text before, of what was replaced; in their order.
        new: start and end of what stands there now, in characters of the text after.
    """

    before: Content
    after: Content
    old: tuple[tuple[int, int], ...]
    new: tuple[tuple[int, int], ...]

    def moved(self, offset: int) -> int:
        """Where what stood at an offset before stands after; for what was replaced, where its replacement starts."""
        for (start, end), (new_start, new_end) in zip(reversed(self.old), reversed(self.new)):
            if offset >= end:
                return offset - end + new_end
            if offset >= start:
                return new_start
        return offset


def changed(content: Content, edits: Sequence[Edit]) -> Change:
    """Make edits in the bytes of a file, so that whatever they do not touch stays as it is, byte for byte.

    Line ends in what is put in are those of the lines around.

    Args:
        edits: none of which overlap.

    Raises:
        Refused: a place that the file does not have, characters that its encoding does not have, or bytes that
            do not say afterwards what they are meant to.
    """
    ranges = content.ranges()
    placed = _placed(edits, ranges)
    parts: list[str] = []
    new: list[tuple[int, int]] = []
    done = length = 0
    for (start, end), text in placed:
        kept = content.text[done:start]
        parts += [kept, text]
        new.append((length + len(kept), length + len(kept) + len(text)))
        length, done = length + len(kept) + len(text), end
    meant = "".join([*parts, content.text[done:]])
    return Change(content, _written(content, ranges, placed, meant), tuple(place for place, _ in placed), tuple(new))


def _placed(edits: Iterable[Edit], ranges: Ranges) -> list[tuple[tuple[int, int], str]]:
    """Edits by offsets, in their order, with the line ends of the file."""
    found = []
    for edit in edits:
        try:
            start, end = ranges.offsets(edit.span)
        except ValueError as error:
            raise Refused(f"the fix does not fit the file: {error}") from None
        found.append(((start, end), _BARE_LINE_END.sub(ranges.line_end(start), edit.text)))
    found.sort(key=lambda item: item[0])
    if any(one[0][1] > other[0][0] for one, other in zip(found, found[1:])):
        raise Refused("the fix contradicts itself: its edits overlap")
    return found


def _written(
    content: Content, ranges: Ranges, placed: Sequence[tuple[tuple[int, int], str]], meant: str
) -> Content:
    parts: list[bytes] = []
    done = 0
    try:
        for (start, end), text in placed:
            parts += [content.data[done:ranges.byte(start)], _encoded(text, content.encoding)]
            done = ranges.byte(end)
    except UnicodeEncodeError as error:
        character = error.object[error.start:error.end]
        raise Refused(f"the file's encoding, {error.encoding}, has no {character!a}, which the fix needs") from None
    after = _read_again(b"".join([*parts, content.data[done:]]))
    if after.text != meant or after.encoding != content.encoding:
        raise Refused(f"the fix would change what the file's bytes mean ({content.encoding})")
    return after


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode("utf-8" if encoding == "utf-8-sig" else encoding)


def _read_again(data: bytes) -> Content:
    try:
        return Content.of(data)
    except Refused as refusal:
        raise Refused(f"the file could not be read any more after the fix: {refusal.reason}") from None

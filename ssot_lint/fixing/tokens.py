"""Whether edits leave alone what they do not touch: tokens outside of them are the same, and no comment is lost."""

from __future__ import annotations

import tokenize
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from ssot_lint.facts.layout import margin_lines
from ssot_lint.files import lines
from ssot_lint.fixing.content import Change, Content
from ssot_lint.fixing.ranges import Ranges

Place = tuple[int, int]

_SILENT = (tokenize.NL, tokenize.COMMENT, tokenize.ENDMARKER)
_DEEPER = {tokenize.INDENT: 1, tokenize.DEDENT: -1}


def objection(change: Change) -> str:
    """Why a change is not what its edits say; empty where it is.

    Both texts parse. Tokens that an edit touches may be others; every other one has to come again, first in its line or
    not, and on the same level, so that nothing outside has slipped into a string, another statement or another block.
    """
    try:
        return _objection(_parts(change))
    except (tokenize.TokenError, SyntaxError):
        pass
    try:
        return _objection([_whole(change)])
    except (tokenize.TokenError, SyntaxError):
        return "its tokens could not be told apart"


class _Part(msgspec.Struct, frozen=True):
    """A part of a text, and what it became.

    Attributes:
        old, new: start and end, in characters of these two, of what was replaced and of what replaces it.
    """

    before: str
    after: str
    old: list[tuple[int, int]]
    new: list[tuple[int, int]]


def _whole(change: Change) -> _Part:
    return _Part(change.before.text, change.after.text, list(change.old), list(change.new))


def _parts(change: Change) -> list[_Part]:
    """The runs of whole statements of the module, in both texts, that hold all edits: tokenizing takes long.

    What is between them is the same, and begins and ends where a statement does; otherwise all is one part.
    """
    before, after = change.before.text, change.after.text
    old = [0, *_starts(change.before), len(before)]
    new = {0, *_starts(change.after), len(after)}
    runs: list[tuple[int, int]] = []
    for start, end in change.old:
        first = old[max(0, bisect_left(old, start) - 1)]
        last = old[min(len(old) - 1, bisect_right(old, end))]
        if runs and first <= runs[-1][1]:
            first = runs.pop()[0]
        runs.append((first, last))
    there = [(change.moved(start) if start else 0, _moved_end(change, end)) for start, end in runs]
    if _between(before, runs) != _between(after, there) or not new.issuperset(chain.from_iterable(there)):
        return [_whole(change)]
    return [_part(change, run, other) for run, other in zip(runs, there, strict=True)]


def _starts(content: Content) -> list[int]:
    ranges = content.ranges()
    return [ranges.offset(line, 1) for line in margin_lines(content.text)]


def _moved_end(change: Change, offset: int) -> int:
    return len(change.after.text) if offset == len(change.before.text) else change.moved(offset)


def _between(text: str, runs: Sequence[tuple[int, int]]) -> list[str]:
    """What is before, between and behind parts of a text."""
    starts, ends = [start for start, _ in runs], [end for _, end in runs]
    return [text[start:end] for start, end in zip([0, *ends], [*starts, len(text)], strict=True)]


def _part(change: Change, run: tuple[int, int], there: tuple[int, int]) -> _Part:
    (start, end), (new_start, new_end) = run, there
    places = [(old, new) for old, new in zip(change.old, change.new, strict=True) if start <= old[0] and old[1] <= end]
    return _Part(
        change.before.text[start:end],
        change.after.text[new_start:new_end],
        [(old[0] - start, old[1] - start) for old, _ in places],
        [(new[0] - new_start, new[1] - new_start) for _, new in places],
    )


def _objection(parts: Sequence[_Part]) -> str:
    lost: Counter[str] = Counter()
    for part in parts:
        before, after = _tokens(part.before), _tokens(part.after)
        if list(_outside(before, part.before, part.old)) != list(_outside(after, part.after, part.new)):
            return "it would change code that its edits do not touch"
        lost.update(_comments(before))
        lost.subtract(_comments(after))
        lost.subtract(_rewritten(before, part))
    missing = next((comment for comment, count in lost.items() if count > 0), "")
    return f"it would lose the comment {missing!a}" if missing else ""


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return list(tokenize.generate_tokens(iter(lines(plain)).__next__))


def _comments(tokens: Sequence[tokenize.TokenInfo]) -> Iterator[str]:
    return (token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)


def _rewritten(tokens: Sequence[tokenize.TokenInfo], part: _Part) -> Iterator[str]:
    """The comments in which alone an edit replaces something, or which it takes away as such."""
    ranges = Ranges(part.before)
    pieces = [
        (_place(ranges, old[0]), _place(ranges, old[1]), new[0] == new[1])
        for old, new in zip(part.old, part.new) if old[0] < old[1]
    ]
    for token in tokens:
        if token.type == tokenize.COMMENT:
            line, column = token.start
            before = line, len(token.line[:column].rstrip())
            if any((token.start < start or (is_cut and before <= start)) and end <= token.end
                   for start, end, is_cut in pieces):
                yield token.string.rstrip()


def _outside(
    tokens: Sequence[tokenize.TokenInfo], text: str, touched: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, str, bool, int]]:
    """The tokens that no edit touches: kind, spelling, whether a logical line begins with it, level."""
    ranges = Ranges(text)
    starts, ends = ([_place(ranges, edit[side]) for edit in touched] for side in (0, 1))
    level, is_first = 0, True
    for token in tokens:
        if token.type == tokenize.NEWLINE:
            is_first = True
        elif token.type in _DEEPER:
            level += _DEEPER[token.type]
        elif token.type not in _SILENT:
            if not _touches(token, starts, ends):
                yield token.type, token.string, is_first, level
            is_first = False


def _place(ranges: Ranges, offset: int) -> Place:
    line, column = ranges.place(offset)
    return line, column - 1


def _touches(token: tokenize.TokenInfo, starts: Sequence[Place], ends: Sequence[Place]) -> bool:
    """Whether any of the ordered edits ends at or after the token's start and starts at or before its end."""
    last = bisect_right(starts, token.end) - 1
    return last >= 0 and ends[last] >= token.start

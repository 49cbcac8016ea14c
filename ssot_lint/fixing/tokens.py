"""Whether edits leave alone what they do not touch: tokens outside of them are the same, and no comment is lost."""

from __future__ import annotations

import tokenize
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

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
        before, after = _tokens(change.before.text), _tokens(change.after.text)
    except (tokenize.TokenError, SyntaxError):
        return "its tokens could not be told apart"
    if list(_outside(before, change.before, change.old)) != list(_outside(after, change.after, change.new)):
        return "it would change code that its edits do not touch"
    lost = Counter(_comments(before)) - Counter(_comments(after)) - Counter(_rewritten(before, change))
    if lost:
        return f"it would lose the comment {next(iter(lost))!a}"
    return ""


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return list(tokenize.generate_tokens(iter(lines(plain)).__next__))


def _comments(tokens: Sequence[tokenize.TokenInfo]) -> Iterator[str]:
    return (token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)


def _rewritten(tokens: Sequence[tokenize.TokenInfo], change: Change) -> Iterator[str]:
    """The comments in which alone an edit replaces something, or which it takes away as such."""
    ranges = change.before.ranges()
    pieces = [
        (_place(ranges, old[0]), _place(ranges, old[1]), new[0] == new[1])
        for old, new in zip(change.old, change.new) if old[0] < old[1]
    ]
    for token in tokens:
        if token.type == tokenize.COMMENT:
            line, column = token.start
            before = line, len(token.line[:column].rstrip())
            if any((token.start < start or (is_cut and before <= start)) and end <= token.end
                   for start, end, is_cut in pieces):
                yield token.string.rstrip()


def _outside(
    tokens: Sequence[tokenize.TokenInfo], content: Content, touched: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, str, bool, int]]:
    """The tokens that no edit touches: kind, spelling, whether a logical line begins with it, level."""
    ranges = content.ranges()
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

"""`noqa` comments that list codes of ours and hold nothing back."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from ssot_lint.model.remedy import Rewriting
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Violation
from ssot_lint.suppress.noqa import Comments, silences

UNUSED = "unused-suppression"

_LETTERS = re.compile(r"[A-Z]+")
_COMMON = frozenset({"C", "E", "F", "W"})
"""The series of flake8 itself: what begins so need not be meant for us."""
_DIRECTIVE = re.compile(r"[ \t]*(?:#|$)")


class Listed(msgspec.Struct, frozen=True):
    """A code that a comment lists.

    Attributes:
        start, end: its columns, from 0.
    """

    code: str
    start: int
    end: int


class Comment(msgspec.Struct, frozen=True):
    """A `noqa` comment with codes, as flake8 obeys it.

    Attributes:
        lines: the first and the last line for which it holds.
        text: of the whole line that it stands in, without the line's end.
        start, end: the columns of `# noqa: ...` in it, from 0.
        codes: in their order.
    """

    line: int
    lines: tuple[int, int]
    text: str
    start: int
    end: int
    codes: tuple[Listed, ...]


def unused_codes(
    path: str, text: str, found: Collection[Violation], codes: Mapping[str, str], idle: Collection[str]
) -> Iterator[Violation]:
    """What is to be said of a file's `noqa` comments; nothing where it cannot be told apart into tokens.

    Args:
        found: everything that rules say of the file, held back or not, with codes.
        codes: rule -> code.
        idle: rules that did not run, and those whose comments are no business of this rule.
    """
    if "noqa" not in text.lower():
        return
    for comment in _comments(Comments(path, text)):
        here = {item.code for item in found if comment.lines[0] <= item.span.line <= comment.lines[1]}
        listed = [item for item in comment.codes if _is_unused(item.code, here, codes, idle)]
        for item in listed:
            yield _finding(path, comment, item, listed)


def _is_unused(listed: str, here: Iterable[str], codes: Mapping[str, str], idle: Collection[str]) -> bool:
    meant = {rule for rule, code in codes.items() if _is_ours(listed, code)}
    return bool(meant) and meant.isdisjoint(idle) and not any(silences(code, f"# noqa: {listed}") for code in here)


def _is_ours(listed: str, code: str) -> bool:
    """Whether somebody who lists this means that code of ours: as such, or by letters and some of its digits."""
    if listed == code:
        return True
    letters = _LETTERS.match(code)
    known = letters[0] if letters else ""
    return code.startswith(listed) and listed.startswith(known) and known not in _COMMON


def _comments(comments: Comments) -> Iterator[Comment]:
    try:
        tokens = comments.tokens()
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        if token.type == tokenize.COMMENT:
            found = _comment(comments, token)
            if found is not None:
                yield found


def _comment(comments: Comments, token: tokenize.TokenInfo) -> Comment | None:
    """The comment of a token; None where it lists no codes, or flake8 obeys another one in its place."""
    from flake8 import defaults

    line, column = token.start
    match = defaults.NOQA_INLINE_REGEXP.search(token.string)
    if match is None or not match["codes"]:
        return None
    first, last, obeyed = comments.reach(line)
    start = column + match.start()
    before = sum(len(text) for text in comments.lines[first - 1:line - 1])
    other = defaults.NOQA_INLINE_REGEXP.search(obeyed)
    if other is None or other.start() != before + start:
        return None
    offset = column + match.start("codes")
    parts = re.finditer(r"[^,\s]+", match["codes"])
    codes = (Listed(part[0], offset + part.start(), offset + part.end()) for part in parts)
    text = comments.lines[line - 1].rstrip("\n")
    return Comment(line, (first, last), text, start, column + match.end(), tuple(codes))


def _finding(path: str, comment: Comment, listed: Listed, unused: list[Listed]) -> Violation:
    way_out = "take it out" if len(unused) < len(comment.codes) else "remove the comment"
    message = f"`noqa: {listed.code}` suppresses nothing here: {way_out}"
    span = Span(comment.line, listed.start + 1, comment.line, listed.end + 1)
    remedy = _remedy(comment, unused)
    return Violation(path, span, UNUSED, message, symbol=f"noqa {listed.code}", remedy=remedy)


def _remedy(comment: Comment, unused: list[Listed]) -> Rewriting:
    kept = [item.code for item in comment.codes if item not in unused]
    if kept:
        start, end = comment.codes[0].start, comment.codes[-1].end
        separator = comment.text[comment.codes[0].end:comment.codes[1].start]
        return Rewriting(_span(comment, start, end), separator.join(kept))
    rest = comment.text[comment.end:]
    start = len(comment.text[:comment.start].rstrip(" \t"))
    if not _DIRECTIVE.match(rest):
        return Rewriting(_span(comment, comment.start, comment.end), "", "the comment says more than that")
    if rest.strip():
        return Rewriting(_span(comment, comment.start, len(comment.text) - len(rest.lstrip(" \t"))), "")
    return Rewriting(_span(comment, start, len(comment.text)), "")


def _span(comment: Comment, start: int, end: int) -> Span:
    return Span(comment.line, start + 1, comment.line, end + 1)

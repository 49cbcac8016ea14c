"""flake8's `# noqa`, asked of the installed flake8 itself, so that every surface suppresses the same."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Iterable
from tokenize import TokenInfo
from typing import TYPE_CHECKING

from ssot_lint.model.violation import Violation

if TYPE_CHECKING:
    from flake8.processor import FileProcessor


def split_noqa(path: str, text: str, violations: Iterable[Violation]) -> tuple[list[Violation], int]:
    """Take out the violations that a `# noqa` or `# flake8: noqa` of their file suppresses.

    Args:
        path: the file's path, for flake8's own messages only.
        text: the file's decoded content, its newlines of any kind.
        violations: violations of this one file, codes assigned.

    Returns:
        the violations that stay, in their order, and how many were taken out.
    """
    found = list(violations)
    if not found or not _may_suppress(text, {violation.code for violation in found}):
        return found, 0
    comments = Comments(path, text)
    kept = [violation for violation in found if not comments.suppress(violation)]
    return kept, len(found) - len(kept)


def _may_suppress(text: str, codes: set[str]) -> bool:
    """Whether any comment, wherever it stands, can suppress one of the codes: to tell for which line needs tokens."""
    if "noqa" not in text.lower():
        return False
    from flake8 import defaults

    if defaults.NOQA_FILE.search(text):
        return True
    for match in defaults.NOQA_INLINE_REGEXP.finditer(text):
        line = text[match.start():_end_of_line(text, match.start())]
        if any(silences(code, part) for code in codes for part in (line, match[0])):
            return True
    return False


def _end_of_line(text: str, start: int) -> int:
    ends = [end for end in (text.find("\n", start), text.find("\r", start)) if end >= 0]
    return min(ends, default=len(text))


def silences(code: str, line: str) -> bool:
    """Whether a line of code holds back what is reported under a code."""
    from flake8.violation import Violation as Flake8Violation

    return bool(Flake8Violation(code, "", 1, 1, "", line).is_inline_ignored(False))


class Comments:
    """The `noqa` comments of one file, as flake8 reads them.

    Attributes:
        lines: with their ends, which are all alike.
    """

    def __init__(self, path: str, text: str) -> None:
        # flake8 reads with universal newlines; form feeds and other separators do not end a line.
        self.lines = list(io.StringIO(text, newline=None))
        self._processor = _processor(path, list(self.lines))
        self._whole_file = bool(self._processor.should_ignore_file())

    def tokens(self) -> list[TokenInfo]:
        """The tokens of the file.

        Raises:
            TokenError: it has none.
        """
        tokens: list[TokenInfo] = self._processor.file_tokens
        return tokens

    def reach(self, number: int) -> tuple[int, int, str]:
        """The lines that share a comment with the line of that number, from the first to the last, and their text."""
        text = self._line_for(number)
        first = last = number
        while first > 1 and self._processor.noqa_line_for(first - 1) is text:
            first -= 1
        while self._processor.noqa_line_for(last + 1) is text:
            last += 1
        return first, last, text

    def suppress(self, violation: Violation) -> bool:
        return self._whole_file or silences(violation.code, self._line_for(violation.span.line))

    def _line_for(self, number: int) -> str:
        """The text that flake8 searches; the bare line where the file has no tokens (it does not parse)."""
        mapped: str | None = self._processor.noqa_line_for(number)
        if mapped is not None:
            return mapped
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def _processor(path: str, lines: list[str]) -> FileProcessor:
    from flake8 import defaults
    from flake8.processor import FileProcessor

    options = Namespace(
        disable_noqa=False,
        hang_closing=False,
        indent_size=defaults.INDENT_SIZE,
        max_doc_length=None,
        max_line_length=defaults.MAX_LINE_LENGTH,
        stdin_display_name=path,
        verbose=0,
    )
    return FileProcessor(path, options, lines=lines)

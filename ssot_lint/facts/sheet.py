"""A text with its tree, by offsets in characters: what an edit of code needs to know of what stands there."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

import msgspec

from ssot_lint.facts.parsing import plain_parser
from ssot_lint.facts.positions import Positions
from ssot_lint.model.spans import Span

_LINE_END = re.compile(r"\r\n|\r|\n")


class Comment(msgspec.Struct, frozen=True):
    """A comment by its offsets."""

    start: int
    end: int
    text: str


class Sheet:
    """A text that parses.

    Args:
        text: as decoded, without BOM, with the line ends as they are.

    Raises:
        SyntaxError: it does not parse.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = parsed(text)
        self._positions = Positions(text)
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    # --- places

    def offset(self, line: int, column: int) -> int:
        """The offset of a 1-based line and column in characters."""
        return self._starts[line - 1] + column - 1

    def range(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where a node starts and ends."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return (
            self.offset(node.lineno, self._positions.column(node.lineno, node.col_offset)),
            self.offset(end_line, self._positions.column(end_line, end_column)),
        )

    def span(self, start: int, end: int) -> Span:
        return Span(*self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_start(self, offset: int) -> int:
        """Where the line of an offset starts."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, without its line end."""
        match = _LINE_END.search(self.text, offset)
        return match.start() if match else len(self.text)

    def indentation(self, offset: int) -> str:
        """The white space at the start of the line of an offset."""
        start = self.line_start(offset)
        line = self.text[start:self.line_end(offset)]
        return line[:len(line) - len(line.lstrip())]

    @cached_property
    def line_break(self) -> str:
        """How the lines of the text end."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    @cached_property
    def width(self) -> int:
        """The length of the longest line."""
        return max(map(len, _LINE_END.split(self.text)))

    # --- what stands there

    @cached_property
    def calls(self) -> dict[tuple[int, int], ast.Call]:
        """Every call by where it starts and ends, but for those in strings."""
        return {self.range(node): node for node in ast.walk(self.tree) if isinstance(node, ast.Call)}

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside out."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    @cached_property
    def comments(self) -> list[Comment]:
        """All comments.

        Raises:
            SyntaxError: the tokenizer has another opinion of the text than the parser.
        """
        try:
            return list(self._comments())
        except tokenize.TokenError as error:
            raise SyntaxError(str(error)) from None

    def _comments(self) -> Iterator[Comment]:
        plain = _LINE_END.sub("\n", self.text)
        tokens = tokenize.generate_tokens(io.StringIO(plain, newline="\n").readline)
        for token in tokens:
            if token.type == tokenize.COMMENT:
                start = self.offset(token.start[0], token.start[1] + 1)
                yield Comment(start, start + len(token.string), token.string)


def parsed(text: str) -> ast.Module:
    """The tree of a text.

    Raises:
        SyntaxError: it does not parse.
    """
    try:
        with plain_parser():
            return ast.parse(text)
    except (ValueError, MemoryError, RecursionError) as error:
        raise SyntaxError(str(error)) from None


def expression(text: str) -> ast.expr:
    """The tree of an expression that may stand on several lines, as it does in parentheses.

    Raises:
        SyntaxError: it is none.
    """
    statement = parsed(f"({text}\n)").body
    if len(statement) != 1 or not isinstance(statement[0], ast.Expr):
        raise SyntaxError("no expression")
    return statement[0].value

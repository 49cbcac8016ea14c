"""A call as it stands in a text: its arguments, what it is made on, and what stands around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

import msgspec

from ssot_lint.facts.effects import Effects, effects
from ssot_lint.facts.freedom import COMPREHENSIONS, free_names
from ssot_lint.facts.sheet import Comment, Sheet, expression

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LATER = (*_FUNCTIONS, ast.Lambda, ast.ClassDef, *COMPREHENSIONS)


class Piece(msgspec.Struct, frozen=True):
    """A part of a call that is evaluated by itself: an argument, or what the call is made on.

    Attributes:
        start, end: its offsets, without parentheses around it.
        names: what it reads from around it.
        binds: names that it binds.
    """

    start: int
    end: int
    text: str
    effects: Effects
    names: tuple[str, ...]
    binds: tuple[str, ...]


class Site:
    """One call of a text."""

    def __init__(self, sheet: Sheet, call: ast.Call) -> None:
        self.sheet = sheet
        self.call = call

    @cached_property
    def arguments(self) -> tuple[Piece, ...]:
        """The arguments: those without a keyword, then those with one."""
        return tuple(self._piece(node) for node in (*self.call.args, *(item.value for item in self.call.keywords)))

    @cached_property
    def function(self) -> Piece:
        """What is called."""
        return self._piece(self.call.func)

    @cached_property
    def receiver(self) -> Piece | None:
        """What the member is taken from that is called; None where a plain name is called."""
        return self._piece(self.call.func.value) if isinstance(self.call.func, ast.Attribute) else None

    def _piece(self, node: ast.expr) -> Piece:
        start, end = self.sheet.range(node)
        bound = (item.target.id for item in ast.walk(node) if isinstance(item, ast.NamedExpr))
        return Piece(start, end, self.sheet.text[start:end], effects(node), free_names(node), tuple(bound))

    def between(self, piece: Piece) -> tuple[tuple[int, int], tuple[int, int]]:
        """The lines and columns between which a part stands."""
        span = self.sheet.span(piece.start, piece.end)
        return (span.line, span.column), (span.end_line, span.end_column)

    # --- around it

    @cached_property
    def awaited(self) -> ast.Await | None:
        """The `await` whose operand it is."""
        parent = self.sheet.parents[self.call]
        return parent if isinstance(parent, ast.Await) else None

    @cached_property
    def string(self) -> ast.JoinedStr | None:
        """The f-string in which it stands, the outermost one."""
        found = [node for node in self.sheet.around(self.call) if isinstance(node, ast.JoinedStr)]
        return found[-1] if found else None

    @cached_property
    def is_where_it_says(self) -> bool:
        """Whether the text at its place is the call: in f-strings, older Pythons are mistaken at times."""
        start, end = self.sheet.range(self.call)
        try:
            return ast.dump(expression(self.sheet.text[start:end])) == ast.dump(self.call)
        except SyntaxError:
            return False

    def fits_string(self, text: str) -> bool:
        """Whether a text may stand in its f-string, by the rules that hold up to Python 3.11."""
        if self.string is None:
            return True
        start, _ = self.sheet.range(self.string)
        quote = next((char for char in self.sheet.text[start:] if char in "'\""), "")
        return not {"\\", "\n", "\r", "#", quote} & set(text)

    @cached_property
    def is_in_class_body(self) -> bool:
        """Whether functions inside of it do not see the names that it sees."""
        around = self.sheet.around(self.call)
        return isinstance(next((node for node in around if isinstance(node, _LATER)), None), ast.ClassDef)

    @cached_property
    def statement(self) -> ast.stmt | None:
        """The statement in a function that does nothing before the call, so that something can be put before it."""
        target: ast.expr = self.awaited or self.call
        parent = self.sheet.parents[target]
        whole = isinstance(parent, (ast.Expr, ast.Return, ast.Assign, ast.AnnAssign)) and parent.value is target
        around = self.sheet.around(self.call)
        in_function = isinstance(next((node for node in around if isinstance(node, _LATER)), None), _FUNCTIONS)
        if not whole or not in_function or not isinstance(parent, ast.stmt):
            return None
        return parent if self._starts_line(parent) else None

    def _starts_line(self, statement: ast.stmt) -> bool:
        start, _ = self.sheet.range(statement)
        first = self.sheet.line_start(start)
        before = self.sheet.text[:first].rstrip("\r\n")
        return not self.sheet.text[first:start].strip() and not before.endswith("\\")

    # --- the space between its parts

    @cached_property
    def opening(self) -> int:
        """The offset of the parenthesis before the arguments."""
        start = self.function.end
        for comment in self.sheet.comments if "#" in self._text_after_function else ():
            if start <= comment.start and "(" not in self.sheet.text[start:comment.start]:
                start = comment.end
        return self.sheet.text.index("(", start)

    @cached_property
    def _text_after_function(self) -> str:
        return self.sheet.text[self.function.end:self.sheet.range(self.call)[1]]

    def gaps(self) -> Iterator[str]:
        """What stands between the parentheses and is no argument."""
        place = self.opening + 1
        for piece in sorted(self.arguments, key=lambda item: item.start):
            yield self.sheet.text[place:piece.start]
            place = piece.end
        yield self.sheet.text[place:self.sheet.range(self.call)[1] - 1]

    def comments(self, start: int, end: int) -> list[Comment]:
        """The comments in a range of offsets."""
        if "#" not in self.sheet.text[start:end]:
            return []
        return [comment for comment in self.sheet.comments if start <= comment.start < end]

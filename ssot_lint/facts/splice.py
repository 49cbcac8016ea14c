"""Puts a filled-in expression in the place of a call: parentheses, layout, comments, and the proof that it fits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

import msgspec

from ssot_lint.facts.replacement import Filled
from ssot_lint.facts.sheet import Comment, Sheet, expression, parsed
from ssot_lint.facts.site import Site
from ssot_lint.model.violation import Edit

_WIDTH = 88
_STEP = "    "
_WORD = re.compile(r"\w")


class Early(msgspec.Struct, frozen=True):
    """What is evaluated before the statement: a new name for the argument with the index `argument`."""

    name: str
    argument: int


class Notes(msgspec.Struct, frozen=True):
    """Comments of a call, by what they stand at.

    Attributes:
        opening: behind the opening parenthesis.
        above: part of the replacement -> the lines above it.
        behind: part of the replacement -> what stands behind it.
        closing: lines before the closing parenthesis.
        early: (index of an argument, comment) of arguments that are evaluated early.
    """

    opening: tuple[str, ...] = ()
    above: tuple[tuple[int, str], ...] = ()
    behind: tuple[tuple[int, str], ...] = ()
    closing: tuple[str, ...] = ()
    early: tuple[tuple[int, str], ...] = ()

    @property
    def are_laid_out(self) -> bool:
        """Whether some stand in the replacement, which needs lines for them."""
        return bool(self.opening or self.above or self.behind or self.closing)


class Splice:
    """One way to put a filled-in expression in the place of a call.

    Args:
        drop_await: the `await` before the call goes with it.
        early: what is evaluated before the statement.
    """

    def __init__(
        self, site: Site, filled: Filled, notes: Notes = Notes(), drop_await: bool = False, early: Sequence[Early] = ()
    ) -> None:
        self._site = site
        self._sheet = site.sheet
        self._filled = filled
        self._notes = notes
        self._early = early
        self._drop_await = drop_await and site.awaited is not None
        self._target: ast.expr = site.awaited if drop_await and site.awaited is not None else site.call

    def edits(self) -> tuple[Edit, ...] | None:
        """The edits that do it; None where no way to write it means what it should."""
        wanted = self._wanted()
        before = self._statements_before()
        for start, end, text in self._candidates():
            changes = [*before, (start, end, text)]
            if self._means(changes, wanted):
                return tuple(Edit(self._sheet.span(start, end), text) for start, end, text in changes)
        return None

    # --- how it may be written

    def _candidates(self) -> Iterator[tuple[int, int, str]]:
        start, end = self._sheet.range(self._target)
        for text in self._layouts():
            inner = self._sheet.text[start - 1:start], self._sheet.text[end:end + 1]
            if self._drop_await and inner == ("(", ")"):
                yield start - 1, end + 1, text
            text += " " * bool(_WORD.match(text[-1:]) and _WORD.match(inner[1]))  # `call(1)if x else y`
            yield start, end, text
            yield start, end, f"({text})"

    def _layouts(self) -> Iterator[str]:
        if self._is_tall():
            yield self._tall(",")
            yield self._tall("")
        if not self._notes.are_laid_out:
            yield self._filled.text

    def _is_tall(self) -> bool:
        """Whether the arguments stand on lines of their own: as they did, for comments, or for want of space."""
        if not self._filled.parts or self._site.string is not None:
            return False
        if self._notes.are_laid_out or any("\n" in gap or "\r" in gap for gap in self._site.gaps()):
            return True
        if not self._is_whole():
            return False
        start, end = self._sheet.range(self._target)
        around = self._sheet.text[self._sheet.line_start(start):start], self._sheet.text[end:self._sheet.line_end(end)]
        longest = max(map(len, f"{around[0]}{self._filled.text}{around[1]}".splitlines()))
        return longest > max(_WIDTH, self._sheet.width)

    def _is_whole(self) -> bool:
        """Whether it is what a statement is about, rather than a part of something larger."""
        return isinstance(self._sheet.parents[self._target], (ast.Expr, ast.Return, ast.Assign, ast.AnnAssign))

    def _tall(self, last: str) -> str:
        base = self._sheet.indentation(self._sheet.range(self._target)[0])
        inner = base + ("\t" if base.startswith("\t") else _STEP)
        lines = ["  ".join((self._filled.head, *self._notes.opening))]
        parts = self._filled.parts
        for place, part in enumerate(parts):
            lines += [inner + comment for where, comment in self._notes.above if where == place]
            comma = "," if place < len(parts) - 1 else last
            behind = (comment for where, comment in self._notes.behind if where == place)
            lines.append("  ".join((f"{inner}{part}{comma}", *behind)))
        lines += [inner + comment for comment in self._notes.closing]
        return self._sheet.line_break.join((*lines, f"{base})"))

    def _statements_before(self) -> list[tuple[int, int, str]]:
        statement = self._site.statement
        if not self._early or statement is None:
            return []
        start, _ = self._sheet.range(statement)
        indentation, line_break = self._sheet.indentation(start), self._sheet.line_break
        lines: list[str] = []
        for item in self._early:
            comments = [comment for argument, comment in self._notes.early if argument == item.argument]
            lines += [f"{indentation}{comment}" for comment in comments]
            lines.append(f"{indentation}{item.name} = {self._standing_alone(item)}")
        first = self._sheet.line_start(start)
        return [(first, first, "".join(f"{line}{line_break}" for line in lines))]

    def _standing_alone(self, item: Early) -> str:
        text = self._site.arguments[item.argument].text
        try:
            assigned = parsed(f"{item.name} = {text}\n").body
        except SyntaxError:
            return f"({text})"
        return text if len(assigned) == 1 else f"({text})"

    # --- whether it means what it should

    def _wanted(self) -> str:
        """What the statements around the call should be."""
        statements = self._statements()
        with _Changed(self._sheet, self._target, self._filled.tree, self._site.statement, self._assignments()):
            return _dumped(statements)

    def _assignments(self) -> list[ast.stmt]:
        return [
            ast.Assign([ast.Name(item.name, ast.Store())], expression(self._site.arguments[item.argument].text))
            for item in self._early
        ]

    def _means(self, changes: list[tuple[int, int, str]], wanted: str) -> bool:
        start, end = self._segment()
        text, place = "", start
        for first, last, new in changes:
            text += self._sheet.text[place:first] + new
            place = last
        try:
            return _dumped(parsed(text + self._sheet.text[place:end]).body) == wanted
        except SyntaxError:
            return False

    def _statements(self) -> list[ast.stmt]:
        """The statements at top level that stand on the lines of the one that holds the call."""
        first, last = self._lines
        return [item for item in self._sheet.tree.body if _first_line(item) <= last and first <= _last_line(item)]

    @property
    def _lines(self) -> tuple[int, int]:
        """The lines of that statement, and of the others that share them."""
        line = self._target.lineno
        holders = [item for item in self._sheet.tree.body if _first_line(item) <= line <= _last_line(item)]
        first, last = min(map(_first_line, holders)), max(map(_last_line, holders))
        for item in self._sheet.tree.body:
            if _first_line(item) <= last <= _last_line(item):
                last = _last_line(item)
        for item in reversed(self._sheet.tree.body):
            if _first_line(item) <= first <= _last_line(item):
                first = _first_line(item)
        return first, last

    def _segment(self) -> tuple[int, int]:
        first, last = self._lines
        return self._sheet.offset(first, 1), self._sheet.line_end(self._sheet.offset(last, 1))


class _Changed:
    """A tree that is changed for a while: an expression gives way to another, statements stand before one."""

    def __init__(
        self, sheet: Sheet, old: ast.expr, new: ast.expr, statement: ast.stmt | None, before: list[ast.stmt]
    ) -> None:
        self._sheet = sheet
        self._old, self._new = old, new
        self._statement, self._before = statement, before

    def __enter__(self) -> None:
        self._swap(self._old, self._new)
        if self._statement is not None and self._before:
            body = self._body(self._statement)
            place = body.index(self._statement)
            body[place:place] = self._before

    def __exit__(self, *_: object) -> None:
        self._swap(self._new, self._old)
        if self._statement is not None and self._before:
            body = self._body(self._statement)
            place = body.index(self._before[0])
            del body[place:place + len(self._before)]

    def _swap(self, old: ast.expr, new: ast.expr) -> None:
        parent = self._sheet.parents[self._old]
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if item is old else item for item in value]

    def _body(self, statement: ast.stmt) -> list[ast.stmt]:
        parent = self._sheet.parents[statement]
        bodies = [value for _, value in ast.iter_fields(parent) if isinstance(value, list) and statement in value]
        found: list[ast.stmt] = bodies[0]
        return found


def _dumped(statements: Sequence[ast.stmt]) -> str:
    return "\n".join(map(ast.dump, statements))


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min((statement.lineno, *(item.lineno for item in decorators)))


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def placed(site: Site, filled: Filled, owner_of: Sequence[int | None], early: Sequence[Early]) -> Notes | None:
    """The comments of a call, and where they stand in its replacement; None where one would be lost.

    Args:
        owner_of: for each argument the part of the replacement that holds it; None where there is none.
    """
    start, end = site.sheet.range(site.awaited or site.call)
    first = {item.argument for item in early}
    found: dict[str, list[tuple[int, str]]] = {"opening": [], "above": [], "behind": [], "closing": [], "early": []}
    for comment in site.comments(start, end):
        holder = _holder(site, comment)
        if holder is not None:
            if owner_of[holder] is None and holder not in first:
                return None
            continue  # it goes with the argument in which it stands
        if not site.opening < comment.start < site.sheet.range(site.call)[1] or filled.replacement.parts is None:
            return None
        kind, index = _anchor(site, comment)
        part = 0 if index < 0 else index if index in first else owner_of[index]
        if part is None:
            return None
        found["early" if index in first else kind].append((part, comment.text))
    opening, closing = (tuple(text for _, text in found[kind]) for kind in ("opening", "closing"))
    return Notes(opening, tuple(found["above"]), tuple(found["behind"]), closing, tuple(found["early"]))


def _holder(site: Site, comment: Comment) -> int | None:
    """The argument in which a comment stands."""
    pieces = enumerate(site.arguments)
    return next((index for index, piece in pieces if piece.start <= comment.start < piece.end), None)


def _anchor(site: Site, comment: Comment) -> tuple[str, int]:
    """What a comment stands at: "opening", "closing", or "above" or "behind" an argument."""
    line = site.sheet.line_start(comment.start)
    pieces = sorted(enumerate(site.arguments), key=lambda item: item[1].start)
    before = [index for index, piece in pieces if line < piece.end <= comment.start]
    after = [index for index, piece in pieces if piece.start > comment.start]
    if before:
        return "behind", before[-1]
    if site.opening >= line:
        return "opening", -1
    return ("above", after[0]) if after else ("closing", -1)

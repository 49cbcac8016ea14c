"""How a text is laid out in statements: asked only where the text is to be changed, and never kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import msgspec

from ssot_lint.facts.parsing import plain_parser
from ssot_lint.facts.positions import Positions

_LINE_END = re.compile(r"\r\n|\r|\n")
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError"}
_PLAIN = (ast.If, ast.Try, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Pass)


class Statement(msgspec.Struct, frozen=True):
    """One statement.

    Attributes:
        start, end: offsets into the text; a decorator belongs to what it decorates.
        kind: "from", "future", "import", "docstring", "plain" (may stand between the imports of a file's head) or
            "other".
        body: index of the run of statements that it belongs to.
        names: (line, column) of each name that it imports, as facts have it.
    """

    start: int
    end: int
    kind: str
    body: int
    names: tuple[tuple[int, int], ...] = ()


class Attempt(msgspec.Struct, frozen=True):
    """A `try` with handlers.

    Attributes:
        arms: indices of the bodies of the `try` and of its handlers.
        is_plain: it has one handler, which catches nothing but import errors, and nothing behind it.
    """

    start: int
    end: int
    arms: tuple[int, ...]
    is_plain: bool


class Layout(msgspec.Struct, frozen=True):
    """The statements of one text.

    Attributes:
        bodies: runs of statements, each the indices of its statements; the first is the module's.
        attempts: indices of bodies -> the `try` that they are the arms of.
        compared: (line, column) where a pattern has a value to compare with: there, a bare name would be bound.
    """

    statements: tuple[Statement, ...]
    bodies: tuple[tuple[int, ...], ...]
    attempts: dict[int, Attempt]
    compared: frozenset[tuple[int, int]]


class Lines:
    """From lines and columns in characters to offsets, and back. Lines end as Python ends them.

    Args:
        text: without byte order mark.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column - 1

    def place(self, offset: int) -> tuple[int, int]:
        low, high = 0, len(self.starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.starts[middle] <= offset else (low, middle)
        return low + 1, offset - self.starts[low] + 1

    def line_start(self, offset: int) -> int:
        return self.starts[self.place(offset)[0] - 1]

    def line_end(self, offset: int) -> int:
        """Where the line ends that holds an offset, before its line end."""
        match = _LINE_END.search(self.text, offset)
        return match.start() if match else len(self.text)


def layout_of(text: str) -> Layout:
    """The layout of a text that parses.

    Args:
        text: without byte order mark.
    """
    return _Reading(text).layout()


def margin_lines(text: str) -> list[int]:
    """The lines at whose first column a statement of the module begins, with its decorators; none for broken text."""
    try:
        with plain_parser():
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    first = (min([node, *getattr(node, "decorator_list", ())], key=lambda item: item.lineno) for node in body)
    starts = [(node.lineno, node.col_offset - isinstance(node, ast.expr)) for node in first]  # "@" is before those
    return [line for line, column in starts if column == 0]


class _Reading:
    def __init__(self, text: str) -> None:
        self._lines = Lines(text)
        self._positions = Positions(text)
        self._statements: list[Statement] = []
        self._bodies: list[tuple[int, ...]] = []
        self._attempts: dict[int, Attempt] = {}
        with plain_parser():
            self._tree = ast.parse(text)

    def layout(self) -> Layout:
        pending: list[tuple[ast.AST, list[ast.stmt]]] = [(self._tree, self._tree.body)]
        known: dict[int, int] = {}
        tries: list[ast.Try] = []
        while pending:
            owner, body = pending.pop()
            known[id(body)] = len(self._bodies)
            self._add_body(owner, body)
            for node in body:
                tries += [node] if isinstance(node, ast.Try) else []
                pending += [(node, inner) for inner in _inner(node)]
        for node in tries:
            self._note_attempt(node, known)
        return Layout(tuple(self._statements), tuple(self._bodies), self._attempts, frozenset(self._compared()))

    def _compared(self) -> Iterator[tuple[int, int]]:
        for node in ast.walk(self._tree) if "match" in self._lines.text else ():
            keys = node.keys if isinstance(node, ast.MatchMapping) else ()
            for value in (*keys, *([node.value] if isinstance(node, ast.MatchValue) else [])):
                yield value.lineno, self._column(value.lineno, value.col_offset)

    def _add_body(self, owner: ast.AST, body: list[ast.stmt]) -> None:
        place, first = len(self._bodies), len(self._statements)
        for position, node in enumerate(body):
            kind = _kind(node, position == 0 and isinstance(owner, ast.Module))
            names = node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            where = tuple((name.lineno, self._column(name.lineno, name.col_offset)) for name in names)
            self._statements.append(Statement(self._start(node), self._end(node), kind, place, where))
        self._bodies.append(tuple(range(first, len(self._statements))))

    def _note_attempt(self, node: ast.Try, known: dict[int, int]) -> None:
        arms = tuple(known[id(body)] for body in (node.body, *(handler.body for handler in node.handlers)))
        attempt = Attempt(self._start(node), self._end(node), arms, _is_plain(node))
        self._attempts.update(dict.fromkeys(arms, attempt))

    def _column(self, line: int, offset: int) -> int:
        return self._positions.column(line, offset)

    def _start(self, node: ast.stmt) -> int:
        places = [(node.lineno, node.col_offset)]
        places += [(item.lineno, item.col_offset) for item in getattr(node, "decorator_list", ())]
        line, offset = min(places)
        decorated = (line, offset) != (node.lineno, node.col_offset)
        return self._lines.offset(line, self._column(line, offset)) - decorated  # the `@`

    def _end(self, node: ast.stmt) -> int:
        line, offset = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self._lines.offset(line, self._column(line, offset))


def _is_plain(node: ast.Try) -> bool:
    if len(node.handlers) != 1 or node.orelse or node.finalbody or node.handlers[0].name:
        return False
    caught = node.handlers[0].type
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return all((getattr(kind, "id", "") or getattr(kind, "attr", "")) in _IMPORT_ERRORS for kind in kinds)


def _kind(node: ast.stmt, first: bool) -> str:
    if isinstance(node, ast.ImportFrom):
        return "future" if node.module == "__future__" and not node.level else "from"
    if isinstance(node, ast.Import):
        return "import"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return "docstring" if first else "plain"
    return "plain" if isinstance(node, _PLAIN) else "other"


def _inner(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        inner = getattr(node, field, None)
        if inner:
            yield inner
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body

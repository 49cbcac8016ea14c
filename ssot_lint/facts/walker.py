"""The one walk: scopes, blocks, and the verbs by which the collectors record what they see.

A collector module registers a function for each node type it understands: `@statement(ast.Import)` for statements,
`@expression(ast.Call)` for expressions. Nothing else dispatches.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from ssot_lint.facts.positions import Positions
from ssot_lint.model.facts import (
    NONE,
    Binding,
    Block,
    ClassFact,
    EntryAssignment,
    Expression,
    FunctionFact,
    Import,
    LambdaFact,
    LazyName,
    Literal,
    MemberAssignment,
    Opaque,
    Scope,
    Text,
)

OPAQUE = 0
"""Index of the one `Opaque`."""

_Statement = Callable[["Walker", ast.AST], None]
_Expression = Callable[["Walker", ast.AST], int]
STATEMENTS: dict[type[ast.AST], Callable[..., None]] = {}
EXPRESSIONS: dict[type[ast.AST], Callable[..., int]] = {}


def statement(*types: type[ast.AST]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register the decorated function for these statements."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        STATEMENTS.update(dict.fromkeys(types, function))
        return function

    return register


def expression(*types: type[ast.AST]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Register the decorated function for these expressions; it returns the index of what it recorded."""

    def register(function: Callable[..., int]) -> Callable[..., int]:
        EXPRESSIONS.update(dict.fromkeys(types, function))
        return function

    return register


class Exported:
    """What is collected of `__all__`; see `model.facts.Exports`."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.sources: list[str] = []
        self.dynamic = False


def storable(text: str) -> str:
    """The text, with a question mark for each half of a surrogate pair, which no encoding has."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class Frame:
    """What is collected of the function being walked.

    Attributes:
        answers: `return` statements with the index of what they return.
        leaves: how many expressions were recorded when the first of the `return` statements was.
        questions: calls of `hasattr` and its kin, and `match` statements: whatever may ask what a parameter is like.
    """

    def __init__(self) -> None:
        self.answers: dict[ast.AST, int] = {}
        self.leaves = NONE
        self.yielded: list[int] = []
        self.delegated: list[int] = []
        self.questions: list[ast.AST] = []


class Walker:
    """Walks one tree and collects its facts.

    Args:
        text: the text the tree was parsed from, for columns.
    """

    def __init__(self, text: str) -> None:
        self.positions = Positions(text)
        self.expressions: list[Expression] = [Opaque()]
        self.scopes: list[Scope] = [Scope(NONE, "module", NONE, (), ())]
        self.blocks: list[Block] = [Block(0, NONE, "body", NONE)]
        self.bindings: list[Binding] = []
        self.imports: list[Import] = []
        self.classes: list[ClassFact | None] = []
        self.functions: list[FunctionFact | None] = []
        self.members: list[MemberAssignment] = []
        self.entries: list[EntryAssignment] = []
        self.lazy: list[LazyName] = []
        self.compared: list[int] = []
        self.lambdas: list[LambdaFact] = []
        self.exported: Exported | None = None
        self.has_getattr = False
        self.opaque_namespace = False
        self.extends_path = False
        self.block = 0
        self.scope = 0
        self.qualnames: list[str] = []
        self.owner = NONE
        self.frames: list[Frame] = [Frame()]
        self.types: dict[ast.expr, int] = {}
        self.declared_elsewhere: dict[tuple[int, str], int] = {}
        self._groups = 0
        self._literals: dict[tuple[str, int], int] = {}
        self._origin: tuple[int, int, bool] | None = None
        self._inner = self.positions

    # --- walking

    def statements(self, nodes: Iterable[ast.stmt]) -> None:
        for node in nodes:
            handler = STATEMENTS.get(type(node))
            if handler is None:
                self.children(node)
            else:
                handler(self, node)

    def expression(self, node: ast.AST | None) -> int:
        """Record an expression; its index, `NONE` for no expression."""
        if node is None:
            return NONE
        handler = EXPRESSIONS.get(type(node))
        return self.children(node) if handler is None else handler(self, node)

    def children(self, node: ast.AST) -> int:
        """Record what is below a node that has no meaning of its own here."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self.statements((child,))
            else:
                self.expression(child)
        return OPAQUE

    # --- recording

    def add(self, fact: Expression) -> int:
        self.expressions.append(fact)
        return len(self.expressions) - 1

    def text(self, value: str, role: str, node: ast.AST) -> int:
        return self.add(Text(storable(value), role, self.block, *self.span(node)))

    def literal(self, type_name: str, digit: int = NONE) -> int:
        key = type_name, digit
        if key not in self._literals:
            self._literals[key] = self.add(Literal(type_name, digit))
        return self._literals[key]

    def bind(
        self, name: str, kind: str, node: ast.AST, value: int = NONE, annotation: int = NONE, block: int = NONE
    ) -> None:
        """Record that `name` is bound by `node`, in the current block unless another is given."""
        line, column = self.start(node)
        if name == "__getattr__" and self.at_module_level:
            self.has_getattr = True
        block = self.block if block == NONE else block
        if self.declared_elsewhere:
            block = self.declared_elsewhere.get((self.blocks[block].scope, name), block)
        self.bindings.append(Binding(block, name, kind, value, annotation, len(self.expressions), line, column))

    # --- positions

    def start(self, node: ast.AST) -> tuple[int, int]:
        line, offset = node.lineno, node.col_offset  # type: ignore[attr-defined]  # only located nodes come here
        return self._place(line, self._inner.column(line, offset))

    def span(self, node: ast.AST) -> tuple[int, int, int, int]:
        line, offset = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        return (*self.start(node), *self._place(line, self._inner.column(line, offset)))

    def tail(self, node: ast.Attribute) -> tuple[int, int]:
        """Where the name after the dot starts."""
        line, offset = node.end_lineno or node.lineno, node.end_col_offset or 0
        column = self._inner.last_name(line, offset, node.attr) if self._exact else self._inner.column(line, offset)
        return self._place(line, max(1, column))

    @property
    def _exact(self) -> bool:
        return self._origin is None or self._origin[2]

    def _place(self, line: int, column: int) -> tuple[int, int]:
        if self._origin is None:
            return line, column
        origin_line, origin_column, exact = self._origin
        return origin_line, origin_column + column - 1 if exact else origin_column

    @contextmanager
    def inside_string(self, node: ast.Constant, text: str) -> Iterator[None]:
        """Place what is recorded meanwhile inside a string constant that holds code."""
        line, column = self.start(node)
        content = self._inner.string_content(node.lineno, node.col_offset, text) if self._exact else None
        if content is not None:
            line, column = self._place(node.lineno, content + len(text) - len(text.lstrip()))
        before = self._origin, self._inner
        self._origin, self._inner = (line, column, content is not None), Positions(text.strip())
        try:
            yield
        finally:
            self._origin, self._inner = before

    # --- scopes and blocks

    def new_group(self) -> int:
        self._groups += 1
        return self._groups

    @contextmanager
    def in_block(self, kind: str, group: int = NONE) -> Iterator[None]:
        before = self.block
        self.blocks.append(Block(self.scope, before, kind, group))
        self.block = len(self.blocks) - 1
        try:
            yield
        finally:
            self.block = before

    @contextmanager
    def in_scope(self, kind: str, owner: int = NONE) -> Iterator[int]:
        """Walk the body of a class, function or comprehension; gives the scope's index."""
        before = self.block, self.scope
        self.scopes.append(Scope(self.scope, kind, owner, (), ()))
        self.scope = len(self.scopes) - 1
        self.blocks.append(Block(self.scope, NONE, "body", NONE))
        self.block = len(self.blocks) - 1
        try:
            yield self.scope
        finally:
            self.block, self.scope = before

    def block_elsewhere(self, scope: int) -> int:
        """A block of another scope for bindings that an inner function makes there at some time."""
        home = next(index for index, block in enumerate(self.blocks) if block.scope == scope and block.parent == NONE)
        self.blocks.append(Block(scope, home, "elsewhere", NONE))
        return len(self.blocks) - 1

    @property
    def at_module_level(self) -> bool:
        return self.scope == 0

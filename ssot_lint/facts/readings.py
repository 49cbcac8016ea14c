"""Tells what the arm of a branch takes from the function's parameters, and what it makes of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ssot_lint.facts.questions import PROBING_CALLS, Subjects, dotted

_SPEAKING = ("log", "warn", "print", "debug")
_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Slot(NamedTuple):
    """Where in a value something stands.

    Attributes:
        through: for an argument, the parameter and attribute that are called with it.
        keyword: for a keyword argument, its name.
    """

    through: tuple[str, str] | None = None
    keyword: str = ""


class Read(NamedTuple):
    """One use of a parameter.

    Attributes:
        attribute: what of it is used: an attribute, "()" for a call, "=" where it is the value as it stands, "" else.
    """

    subject: str
    attribute: str
    slot: Slot = Slot()

    @property
    def place(self) -> tuple[str, str]:
        return self.subject, self.attribute


class Taking(NamedTuple):
    """Something made of parameters.

    Attributes:
        target: the name or `self.x` that is set, "return", or the method that is called (with "()").
        value: what it is set to, or called with.
    """

    target: str
    reads: tuple[Read, ...]
    value: ast.expr


class Readings:
    """Reads arms, and remembers what it read of each statement: the end of a function follows many an early return."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects
        self._known: dict[ast.stmt, tuple[Taking, ...]] = {}

    def of_statements(self, statements: list[ast.stmt]) -> frozenset[Taking]:
        """What a run of statements takes; nothing where it ends in a `raise`, whatever the message is made of."""
        if statements and isinstance(statements[-1], ast.Raise):
            return frozenset()
        return frozenset(taking for statement in statements for taking in self._of(statement))

    def of_value(self, target: str, value: ast.expr | None) -> frozenset[Taking]:
        """What a value takes; nothing for the value of no parameter."""
        subject = self._subjects.of(value)
        reads = (Read(subject, "="),) if subject else tuple(self._reads(value))
        return frozenset({Taking(target, reads, value)} if value is not None and reads else ())

    def _of(self, statement: ast.stmt) -> tuple[Taking, ...]:
        if statement not in self._known:
            self._known[statement] = tuple(self._takings(statement))
        return self._known[statement]

    def _takings(self, node: ast.stmt) -> Iterator[Taking]:
        if isinstance(node, _NESTED):
            return
        if isinstance(node, ast.Return):
            yield from self.of_value("return", node.value)
        elif isinstance(node, ast.Expr):
            yield from self._called(node.value)
        for target, value in _assignments(node):
            yield from self._assigned(target, value)
        for body in inner_bodies(node):
            for statement in body:
                yield from self._of(statement)

    def _assigned(self, target: ast.expr, value: ast.expr | None) -> Iterator[Taking]:
        if not isinstance(target, (ast.Tuple, ast.List)):
            yield from self.of_value(dotted(target) or "[]", value)
        elif isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            for item, item_value in zip(target.elts, value.elts):
                yield from self._assigned(item, item_value)
        else:
            for item in target.elts:
                yield from self._assigned(item, value)

    def _called(self, node: ast.expr) -> Iterator[Taking]:
        """A call for its effect: a method of `self`, another initialiser, `setattr`; others change nothing here."""
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            yield from self.of_value("return", node.value)
        node = node.value if isinstance(node, ast.Await) and isinstance(node.value, ast.expr) else node
        if not isinstance(node, ast.Call) or speaks(node):
            return
        name, function = dotted(node.func), node.func
        if name.endswith("setattr") and len(node.args) == 3:
            yield from self.of_value(f"{dotted(node.args[0])}.{getattr(node.args[1], 'value', '')}", node.args[2])
        elif name == "self.__dict__.update" or (isinstance(function, ast.Attribute) and _is_own(function)):
            for item in (*node.args, *(keyword.value for keyword in node.keywords)):
                for taking in self.of_value("", item):
                    yield taking._replace(target=f"{function.attr}()")  # type: ignore[attr-defined]

    def _reads(self, node: ast.AST | None, slot: Slot = Slot()) -> Iterator[Read]:
        """In the order of the text. Tests are left out: they ask, and take nothing."""
        if node is None:
            return
        place = self._place(node)
        if place:
            yield Read(*place, slot)
        if isinstance(node, ast.Call):
            yield from () if place else self._reads_of_call(node, slot)
        elif isinstance(node, ast.IfExp):
            yield from self._reads(node.body, slot)
            yield from self._reads(node.orelse, slot)
        elif isinstance(node, ast.BinOp):
            for operand in _operands(node):
                yield from self._reads(operand, slot)
        elif not place:
            for child in ast.iter_child_nodes(node):
                yield from self._reads(child, slot)

    def _reads_of_call(self, node: ast.Call, slot: Slot) -> Iterator[Read]:
        name = getattr(node.func, "id", "")
        if name == "getattr" and node.args:
            yield from self._attribute_read(node, slot)
        elif name not in PROBING_CALLS:
            called = self._called_place(node.func)
            yield from self._reads(node.func, slot) if called is None else (Read(*called, slot),)
            for argument in node.args:
                yield from self._reads(argument, slot._replace(through=called or slot.through))
            for keyword in node.keywords:
                yield from self._reads(keyword.value, Slot(called or slot.through, keyword.arg or slot.keyword))

    def _attribute_read(self, node: ast.Call, slot: Slot) -> Iterator[Read]:
        subject = self._subjects.of(node.args[0])
        name = node.args[1].value if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) else ""
        if subject:
            yield Read(subject, str(name), slot)
        for item in node.args[2:] if subject else node.args:
            yield from self._reads(item, slot)

    def _called_place(self, function: ast.expr) -> tuple[str, str] | None:
        subject = self._subjects.of(function)
        return (subject, "()") if subject else self._place(function)

    def _place(self, node: ast.AST) -> tuple[str, str] | None:
        """The parameter, or the attribute of one, that an expression is."""
        subject = self._subjects.of(node) if isinstance(node, ast.expr) else ""
        if subject:
            return subject, ""
        if isinstance(node, ast.Name):
            return self._subjects.fetched.get(node.id)
        if isinstance(node, ast.Attribute):
            subject = self._subjects.of(node.value)
            return (subject, node.attr) if subject else None
        return None


def _assignments(node: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        yield node.target, node.value
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield node.target, node.iter
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield from ((item.optional_vars, item.context_expr) for item in node.items if item.optional_vars is not None)


def _operands(node: ast.BinOp) -> Iterator[ast.expr]:
    """The operands of `a + b + c`: thousands of them are no nesting."""
    operands: list[ast.expr] = []
    current: ast.expr = node
    while isinstance(current, ast.BinOp):
        operands.append(current.right)
        current = current.left
    return reversed([*operands, current])


def _is_own(function: ast.Attribute) -> bool:
    """A method of the object itself or of its base, or somebody's `__init__`."""
    owner = function.value
    superclass = isinstance(owner, ast.Call) and getattr(owner.func, "id", "") == "super"
    return superclass or getattr(owner, "id", "") in ("self", "cls") or function.attr == "__init__"


def speaks(node: ast.expr) -> bool:
    """A call that only tells somebody something: logging, warnings, `print`."""
    name = dotted(node.func).lower() if isinstance(node, ast.Call) else ""
    return any(word in name for word in _SPEAKING)


def leaves(statements: list[ast.stmt]) -> bool:
    """Whether nothing that follows is reached from the end of a run of statements."""
    last = statements[-1]
    return leaves(last.body) if isinstance(last, (ast.With, ast.AsyncWith)) else isinstance(last, _LEAVES)


def inner_bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The runs of statements inside a statement, in the order of the text; those of inner functions are not its own."""
    if isinstance(node, _NESTED):
        return
    while isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        yield node.body  # thousands of `elif` are no nesting
        node = node.orelse[0]
    for field in ("body", "handlers", "cases", "orelse", "finalbody"):
        inner = getattr(node, field, ())
        if inner and isinstance(inner[0], ast.stmt):
            yield inner
        elif inner:
            yield from (item.body for item in inner)  # handlers and cases

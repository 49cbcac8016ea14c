"""Recognises the questions that a function asks about its parameters: `hasattr(p, "x")`, `isinstance(p, X)` ..."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ssot_lint.facts.walker import storable
from ssot_lint.model.facts import Parameter

PROBING_CALLS = frozenset({"hasattr", "getattr", "isinstance", "type", "callable"})
_IDENTITY = (ast.Is, ast.IsNot, ast.Eq, ast.NotEq, ast.In, ast.NotIn)
_FETCH = ("get", "pop")
_ANSWERS = (ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.NamedExpr)
_TESTS = frozenset({*PROBING_CALLS, "bool", "any", "all"})
Place = ast.Name | ast.Attribute


class Question(NamedTuple):
    """One question about one parameter.

    Attributes:
        subject: the parameter as a reader would name it: `registry`, `args[0]`, `kwargs["registry"]`.
        kind, attribute: as in `Probe`.
        types: the classes it is held against.
        default: the third argument of `getattr`.
        node: what is reported.
    """

    subject: str
    kind: str
    attribute: str
    types: tuple[ast.expr, ...]
    node: ast.AST
    default: ast.expr | None = None


class Subjects:
    """What local names stand for at one point of a function.

    Attributes:
        aliases: local name -> the parameter whose value it is.
        fetched: local name -> parameter and attribute that a `getattr` took it from.
        flags: local name or `self.x` -> the questions whose answer it holds.
    """

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self.parameters = {parameter.name for parameter in parameters}
        self.aliases = {name: name for name in self.parameters}
        self.fetched: dict[str, tuple[str, str]] = {}
        self.flags: dict[str, tuple[Question, ...]] = {}
        self._packed = {parameter.name for parameter in parameters if parameter.kind in ("*", "**")}

    def of(self, node: ast.expr | None) -> str:
        """The parameter whose whole value an expression is; empty for anything else."""
        if isinstance(node, ast.Name):
            return self.aliases.get(node.id, "")
        if isinstance(node, ast.NamedExpr):
            return self.of(node.value)
        if isinstance(node, ast.Subscript):
            return self.item(self.of(node.value), node.slice)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _FETCH and node.args:
            return self.item(self.of(node.func.value), node.args[0])  # type: ignore[attr-defined]
        return ""

    def item(self, packed: str, key: ast.expr) -> str:
        """One value out of `*args` or `**kwargs`; empty where `packed` is neither or the key is not constant."""
        value = getattr(key, "value", None)
        if packed not in self._packed or not isinstance(value, (str, int)):
            return ""
        return f'{packed}["{storable(value)}"]' if isinstance(value, str) else f"{packed}[{value}]"

    def copied(self, node: ast.expr | None) -> str:
        """The parameter that a value is, where it is there at all: `args[0] if args else None`, `args[0] or None`."""
        if isinstance(node, ast.IfExp):
            return self.copied(node.body) or self.copied(node.orelse)
        if isinstance(node, ast.BoolOp):
            return next(filter(None, map(self.copied, node.values)), "")
        return self.of(node)

    def mentions(self, node: ast.AST, name: str) -> bool:
        return any(isinstance(item, ast.Name) and self.aliases.get(item.id) == name for item in ast.walk(node))

    def questions(self, node: ast.expr) -> tuple[Question, ...]:
        """Every question in an expression, flags that hold an answer included."""
        found = tuple(self._questions(node))
        if not found:
            return ()
        shadowed = {
            item.id
            for comprehension in ast.walk(node) if isinstance(comprehension, ast.comprehension)
            for item in ast.walk(comprehension.target) if isinstance(item, ast.Name)
        }
        return tuple(question for question in found if question.subject not in shadowed)

    def _questions(self, node: ast.AST) -> Iterator[Question]:
        if isinstance(node, ast.Lambda) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
            return  # asked at another time; part of a text
        if isinstance(node, (ast.Name, ast.Attribute)) and self.flags:
            yield from self.flags.get(dotted(node), ())
        if isinstance(node, ast.NamedExpr):
            self.learn(node.target, node.value)
        if isinstance(node, ast.Compare):
            yield from self._compared(node)
            return
        if isinstance(node, ast.Call):
            question = self._question(node)
            if question:
                yield question
        for child in ast.iter_child_nodes(node):
            yield from self._questions(child)

    def _compared(self, node: ast.Compare) -> Iterator[Question]:
        """`type(p) is X`, `p.__class__.__name__ == "X"` ...; whether a name has a part (`"X" in ...`) is not asked.

        Of what `getattr` gives, only whether it is there is asked.
        """
        if not isinstance(node.ops[0], _IDENTITY):
            return
        presence = isinstance(node.ops[0], (ast.Is, ast.IsNot))
        for side, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
            named = isinstance(side, ast.Attribute) and side.attr in ("__name__", "__qualname__")
            if named and side is not node.left and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                continue
            asking = side.value if named else side  # type: ignore[attr-defined]
            for question in (*self._class_read(asking), *self._questions(side)):
                if question.node is asking and question.kind == "type":
                    yield question._replace(attribute=_text(other)) if named else question._replace(types=_types(other))
                elif presence or question.kind != "getattr":
                    yield question

    def _class_read(self, node: ast.expr) -> Iterator[Question]:
        """`p.__class__`, which asks what `type(p)` asks."""
        subject = self.of(node.value) if isinstance(node, ast.Attribute) and node.attr == "__class__" else ""
        if subject:
            yield Question(subject, "type", "", (), node)

    def _question(self, node: ast.Call) -> Question | None:
        kind = getattr(node.func, "id", "")
        subject = self.of(node.args[0]) if node.args else ""
        if kind not in PROBING_CALLS or kind in self.aliases or not subject:
            return None
        second = node.args[1] if len(node.args) > 1 else None
        if kind == "getattr" and len(node.args) < 3:
            return None
        if kind == "isinstance":
            if isinstance(second, ast.Call):
                return None  # type(None): asks whether there is one, and not what it is like
            return Question(subject, kind, "", _types(second), node)
        return Question(subject, kind, _text(second), (), node, node.args[2] if kind == "getattr" else None)

    def learn(self, target: ast.expr, value: ast.expr | None, asks: bool = True) -> None:
        """Remember what an assignment says: a copy of a parameter, or the answer to a question.

        Args:
            asks: whether the value may hold a question.
        """
        if isinstance(target, (ast.Tuple, ast.List)):
            self._learn_items(target.elts, value, asks)
        elif value is not None and isinstance(target, (ast.Name, ast.Attribute)):
            self._learn_one(target, value, self.questions(value) if asks else ())

    def _learn_one(self, target: Place, value: ast.expr, questions: tuple[Question, ...]) -> None:
        name = dotted(target)
        if not isinstance(value, ast.Constant):
            self.flags.pop(name, None)
        if questions and _is_answer(value) and name not in self.parameters:
            self.flags[name] = questions
        if len(questions) == 1 and questions[0].node is value and questions[0].kind == "getattr":
            self.fetched[name] = (questions[0].subject, questions[0].attribute)
        if isinstance(target, ast.Name) and name not in self.parameters and not questions:
            copied = self.copied(value)
            self.aliases.pop(name, None)
            if copied:
                self.aliases[name] = copied

    def _learn_items(self, targets: list[ast.expr], value: ast.expr | None, asks: bool) -> None:
        """`first, second = args`, `a, b = x, y`."""
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(targets):
            for target, item in zip(targets, value.elts):
                self.learn(target, item, asks)
            return
        packed = value.value if isinstance(value, ast.Subscript) and _is_head(value.slice) else value
        for place, target in enumerate(targets):
            subject = self.item(self.of(packed), ast.Constant(place))
            if isinstance(target, ast.Name) and subject and target.id not in self.parameters:
                self.aliases[target.id] = subject

    def forget(self, target: ast.expr, value: ast.expr) -> None:
        """A parameter that is bound to something else altogether is no parameter from here on."""
        if isinstance(target, ast.Name) and target.id in self.parameters:
            subject = self.aliases.get(target.id, "")
            if subject and not self.mentions(value, subject):
                del self.aliases[target.id]


def pattern_questions(subjects: Subjects, subject: ast.expr, pattern: ast.pattern) -> Iterator[Question]:
    """The classes that `case` holds a parameter, or the items of `*args`, against; captures become copies."""
    name = subjects.of(subject)
    if isinstance(pattern, ast.MatchOr):
        for option in pattern.patterns:
            yield from pattern_questions(subjects, subject, option)
    elif isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        yield from pattern_questions(subjects, subject, pattern.pattern)
        if name and pattern.name and pattern.name not in subjects.parameters:
            subjects.aliases[pattern.name] = name
    elif isinstance(pattern, ast.MatchClass) and name:
        yield Question(name, "isinstance", "", (pattern.cls,), pattern)
    elif isinstance(pattern, ast.MatchSequence):
        for item, inner in zip(_matched_items(subject, len(pattern.patterns)), pattern.patterns):
            yield from pattern_questions(subjects, item, inner)


def _matched_items(subject: ast.expr, count: int) -> list[ast.expr]:
    if isinstance(subject, (ast.Tuple, ast.List)):
        return subject.elts
    return [ast.Subscript(subject, ast.Constant(place), ast.Load()) for place in range(count)]


def _is_head(index: ast.expr) -> bool:
    """`[:2]`"""
    return isinstance(index, ast.Slice) and index.lower is None and index.step is None


def _is_answer(value: ast.expr) -> bool:
    """Whether a value that contains a question is its answer, and not something that is made with it."""
    called = getattr(value.func, "id", "") if isinstance(value, ast.Call) else "all"
    return isinstance(value, _ANSWERS) and called in _TESTS


def dotted(node: ast.AST) -> str:
    """`name` or `self.name`; empty for anything else."""
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr | None) -> str:
    value = node.value if isinstance(node, ast.Constant) else None
    return storable(value) if isinstance(value, str) else ""


def _types(node: ast.expr | None) -> tuple[ast.expr, ...]:
    """The classes of `X`, `(X, Y)` or `X | Y`."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return tuple(item for element in node.elts for item in _types(element))
    if isinstance(node, ast.BinOp):
        return (*_types(node.left), *_types(node.right))
    return (node,) if isinstance(node, (ast.Name, ast.Attribute)) else ()

"""Collects what a module's `__getattr__` answers by code: `if name == "Engine": ... return engines.Engine`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.facts.walker import Frame, Walker, storable
from ssot_lint.model.facts import LazyName

_Function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def note_answers(walker: Walker, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
    """Note the names that the module's `__getattr__` is asked for in a test, with what it returns for them."""
    if node.args.args:
        asked = node.args.args[0].arg
        for names, body in _arms(node.body, asked):
            for returned in _returns(body):
                walker.lazy.extend(_answer(returned, name, asked, frame) for name in names)


def _arms(body: list[ast.stmt], asked: str) -> Iterator[tuple[list[str], list[ast.stmt]]]:
    """The runs of statements that are reached for certain names only."""
    for position, statement in enumerate(body):
        while isinstance(statement, ast.If):
            if names := _names(statement.test, asked, (ast.Eq, ast.In)):
                yield names, statement.body
            if names := _names(statement.test, asked, (ast.NotEq, ast.NotIn)):
                yield names, statement.orelse or body[position + 1:]
            if len(statement.orelse) != 1:
                break
            statement = statement.orelse[0]
        if isinstance(statement, ast.Match) and getattr(statement.subject, "id", "") == asked:
            for case in statement.cases:
                yield _cased(case.pattern), case.body


def _names(test: ast.expr, asked: str, operators: tuple[type[ast.cmpop], ...]) -> list[str]:
    """The strings that the name asked for is compared with."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], operators):
        return []
    sides = (test.left, test.comparators[0])
    if not any(getattr(side, "id", "") == asked for side in sides):
        return []
    return [name for side in sides for name in _strings(side)]


def _strings(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [storable(node.value)]
    items = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else ()
    return [storable(item.value) for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]


def _cased(pattern: ast.pattern) -> list[str]:
    options = pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]
    return [name for option in options if isinstance(option, ast.MatchValue) for name in _strings(option.value)]


def _returns(body: list[ast.stmt]) -> Iterator[ast.Return]:
    pending: list[ast.AST] = list(reversed(body))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, (*_Function, ast.expr)):
            pending.extend(ast.iter_child_nodes(node))


def _answer(node: ast.Return, name: str, asked: str, frame: Frame) -> LazyName:
    """`return value`, or the value's attribute in `return getattr(value, name)`."""
    called = node.value
    if isinstance(called, ast.Call) and getattr(called.func, "id", "") == "getattr" and len(called.args) > 1:
        key = called.args[1]
        attribute = name if getattr(key, "id", "") == asked else "".join(_strings(key))
        if attribute:
            return LazyName(name, "", attribute, frame.answers[node])
    return LazyName(name, "", "", frame.answers[node])

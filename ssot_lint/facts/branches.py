"""Collects the arms of `if`, `try`, `while` and `match`: which bindings may have happened when."""

from __future__ import annotations

import ast

from ssot_lint.facts.expressions import narrow, types_of
from ssot_lint.facts.walker import Walker, statement
from ssot_lint.model.facts import NONE

_CATCH_IMPORT_ERROR = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


@statement(ast.If)
def if_(walker: Walker, node: ast.If) -> None:
    """An `elif` chain of generated code has thousands of arms: it is walked in a loop, not by recursion."""
    group = walker.new_group()
    arm: ast.If | None = node
    while arm is not None:
        walker.expression(arm.test)
        kinds = _arm_kinds(arm.test)
        with walker.in_block(kinds[0], group):
            narrow(walker, arm.test)
            walker.statements(arm.body)
        following = arm.orelse
        if len(following) == 1 and isinstance(following[0], ast.If):
            arm = following[0]
            continue
        with walker.in_block(kinds[1], group):
            walker.statements(following)
        arm = None
    if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not) and isinstance(node.body[-1], _LEAVES):
        if not node.orelse:
            narrow(walker, node.test.operand)


def _arm_kinds(test: ast.expr) -> tuple[str, str]:
    if _is_type_checking(test):
        return "typing", "runtime"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and _is_type_checking(test.operand):
        return "runtime", "typing"
    return "if", "else"


def _is_type_checking(test: ast.expr) -> bool:
    return "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))


@statement(ast.Assert)
def assert_(walker: Walker, node: ast.Assert) -> None:
    walker.expression(node.test)
    walker.expression(node.msg)
    narrow(walker, node.test)


@statement(ast.While)
def while_(walker: Walker, node: ast.While) -> None:
    with walker.in_block("loop"):
        walker.expression(node.test)
        walker.statements(node.body)
    with walker.in_block("else"):
        walker.statements(node.orelse)


def try_(walker: Walker, node: ast.Try) -> None:
    with walker.in_block("try"):
        walker.statements(node.body)
        if node.orelse:
            with walker.in_block("try-else"):
                walker.statements(node.orelse)
    for handler in node.handlers:
        walker.expression(handler.type)
        with walker.in_block("import-error" if _catches_import_error(handler.type) else "except"):
            if handler.name:
                walker.bind(handler.name, "other", handler)
            walker.statements(handler.body)
    walker.statements(node.finalbody)


statement(ast.Try)(try_)
if hasattr(ast, "TryStar"):
    statement(ast.TryStar)(try_)


def _catches_import_error(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any((getattr(item, "id", "") or getattr(item, "attr", "")) in _CATCH_IMPORT_ERROR for item in kinds)


@statement(ast.Match)
def match(walker: Walker, node: ast.Match) -> None:
    walker.frames[-1].questions.append(node)
    walker.expression(node.subject)
    group = walker.new_group()
    for case in node.cases:
        with walker.in_block("case", group):
            _pattern(walker, case.pattern)
            if isinstance(case.pattern, ast.MatchClass) and isinstance(node.subject, ast.Name):
                kind = walker.types[case.pattern.cls]
                walker.bind(node.subject.id, "narrow", case.pattern, annotation=kind)
            walker.expression(case.guard)
            walker.statements(case.body)


def _pattern(walker: Walker, pattern: ast.pattern) -> None:
    name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
    if name:
        matched = pattern.pattern if isinstance(pattern, ast.MatchAs) else None
        kind = types_of(walker, matched.cls) if isinstance(matched, ast.MatchClass) else NONE
        walker.bind(name, "other", pattern, annotation=kind)
    for child in ast.iter_child_nodes(pattern):
        if isinstance(child, ast.pattern):
            _pattern(walker, child)
        elif not isinstance(pattern, ast.MatchClass):
            walker.expression(child)
        elif child not in walker.types:
            types_of(walker, pattern.cls)

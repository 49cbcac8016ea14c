"""Collects assignments, loop variables, `with` and `del`, `global` and `nonlocal`."""

from __future__ import annotations

import ast

from ssot_lint.facts.exports import (
    note_export_removed,
    note_exports,
    note_lazy_entry,
    note_lazy_table,
    note_namespace_use,
)
from ssot_lint.facts.expressions import annotation
from ssot_lint.facts.targets import bind_target
from ssot_lint.facts.walker import Walker, statement
from ssot_lint.model.facts import NONE, Scope

_SWALLOWING = {"suppress", "raises", "assertRaises", "assertRaisesRegex"}


@statement(ast.Assign)
def assign(walker: Walker, node: ast.Assign) -> None:
    value = walker.expression(node.value)
    for target in node.targets:
        bind_target(walker, target, value, "assign", source=node.value)
        if isinstance(target, ast.Name):
            note_exports(walker, target.id, node.value)
        note_lazy_entry(walker, target, node.value)
        note_namespace_use(walker, target)
    note_lazy_table(walker, node.value)


@statement(ast.AnnAssign)
def annotated_assign(walker: Walker, node: ast.AnnAssign) -> None:
    kind = annotation(walker, node.annotation)
    value = walker.expression(node.value)
    bind_target(walker, node.target, value, "declare" if node.value is None else "assign", kind)
    if isinstance(node.target, ast.Name) and node.value is not None:
        note_exports(walker, node.target.id, node.value)
        note_lazy_table(walker, node.value)


@statement(ast.AugAssign)
def augmented_assign(walker: Walker, node: ast.AugAssign) -> None:
    walker.expression(node.value)
    bind_target(walker, node.target)
    if isinstance(node.target, ast.Name):
        note_exports(walker, node.target.id, node.value, added=True)
    note_lazy_entry(walker, node.target, node.value)


@statement(ast.Expr)
def bare_expression(walker: Walker, node: ast.Expr) -> None:
    """A string that stands alone is a docstring or a comment; it is no use of anything."""
    if isinstance(node.value, ast.Constant):
        return
    walker.expression(node.value)
    if isinstance(node.value, ast.Call):
        note_namespace_use(walker, node.value.func)
        _note_list_call(walker, node.value)


def _note_list_call(walker: Walker, node: ast.Call) -> None:
    """`__all__.append("x")`, `__all__.extend([...])`; the same for an entry of a lazy-import table."""
    function = node.func
    if not isinstance(function, ast.Attribute) or not node.args:
        return
    owner, argument = function.value, node.args[0]
    name = owner.id if isinstance(owner, ast.Name) else ""
    if function.attr == "remove":
        note_export_removed(walker, name, argument)
    elif function.attr in ("append", "extend"):
        added = ast.List([argument], ast.Load()) if function.attr == "append" else argument
        note_exports(walker, name, added, added=True)
        note_lazy_entry(walker, owner, added)


@statement(ast.Delete)
def delete(walker: Walker, node: ast.Delete) -> None:
    for target in node.targets:
        bind_target(walker, target, kind="delete")


@statement(ast.For, ast.AsyncFor)
def for_loop(walker: Walker, node: ast.For | ast.AsyncFor) -> None:
    walker.expression(node.iter)
    with walker.in_block("loop"):
        bind_target(walker, node.target)
        walker.statements(node.body)
    with walker.in_block("else"):
        walker.statements(node.orelse)


@statement(ast.With, ast.AsyncWith)
def with_(walker: Walker, node: ast.With | ast.AsyncWith) -> None:
    kind = "with" if isinstance(node, ast.With) else "async-with"
    for item in node.items:
        value = walker.expression(item.context_expr)
        if item.optional_vars is not None:
            bind_target(walker, item.optional_vars, value, kind)
    if any(_may_swallow(item.context_expr) for item in node.items):
        with walker.in_block("try"):
            walker.statements(node.body)
    else:
        walker.statements(node.body)


def _may_swallow(manager: ast.expr) -> bool:
    """`suppress(...)` and its kin end their body anywhere, and what follows goes on."""
    function = manager.func if isinstance(manager, ast.Call) else None
    return (getattr(function, "id", "") or getattr(function, "attr", "")) in _SWALLOWING


@statement(ast.Global, ast.Nonlocal)
def declared_elsewhere(walker: Walker, node: ast.Global | ast.Nonlocal) -> None:
    scope = walker.scopes[walker.scope]
    if isinstance(node, ast.Global):
        home = 0
        scope = Scope(scope.parent, scope.kind, scope.owner, (*scope.outer, *node.names), scope.nonlocals)
    else:
        home = _enclosing_function(walker)
        scope = Scope(scope.parent, scope.kind, scope.owner, scope.outer, (*scope.nonlocals, *node.names))
    walker.scopes[walker.scope] = scope
    if home != walker.scope:
        block = walker.block_elsewhere(home)
        walker.declared_elsewhere.update({(walker.scope, name): block for name in node.names})


def _enclosing_function(walker: Walker) -> int:
    scope = walker.scopes[walker.scope].parent
    while scope != NONE and walker.scopes[scope].kind != "function":
        scope = walker.scopes[scope].parent
    return max(scope, 0)

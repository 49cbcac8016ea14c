"""What evaluating an expression does besides giving a value, as far as that can be told without knowing any type."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

import msgspec

from ssot_lint.facts.freedom import COMPREHENSIONS

_OPAQUE = (ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Compare, ast.Call, ast.Subscript, ast.Starred, ast.Await)
_SILENT_OPERATORS = (ast.Is, ast.IsNot)


class Effects(msgspec.Struct, frozen=True):
    """What matters when an expression is moved.

    Attributes:
        acts: it may do something that others notice, or depend on what others do at that moment.
        reads: it reads attributes, whose values may change.
        fresh: each evaluation gives another object.
    """

    acts: bool = False
    reads: bool = False
    fresh: bool = False


def effects(node: ast.expr) -> Effects:
    """The effects of an expression.

    Reading an attribute of a name counts as reading only: what a property does is left out of account.
    """
    if isinstance(node, (ast.Constant, ast.Name)):
        return Effects()
    if isinstance(node, ast.Attribute):
        return Effects(reads=True) if _is_path(node) else Effects(acts=True)
    if isinstance(node, ast.Lambda):
        return _lambda(node)
    if is_plain_super(node):
        return Effects(reads=True)
    if isinstance(node, (ast.UnaryOp, ast.BinOp)) and _is_arithmetic(node):
        return Effects()
    if isinstance(node, ast.Compare) and all(isinstance(item, _SILENT_OPERATORS) for item in node.ops):
        return _together((node.left, *node.comparators))
    if isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict)):
        return _display(node)
    return Effects(acts=True)


def is_plain_super(node: ast.expr) -> bool:
    """`super()`: it only looks at where it stands."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
        and not node.args and not node.keywords
    )


def _is_path(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _is_arithmetic(node: ast.expr) -> bool:
    """Whether it is made of numbers alone."""
    if isinstance(node, ast.UnaryOp):
        return _is_arithmetic(node.operand)
    if isinstance(node, ast.BinOp):
        divides = isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.RShift))
        return not divides and _is_arithmetic(node.left) and _is_arithmetic(node.right)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _lambda(node: ast.Lambda) -> Effects:
    defaults = [item for item in (*node.args.defaults, *node.args.kw_defaults) if item is not None]
    return msgspec.structs.replace(_together(defaults), fresh=True)


def _display(node: ast.Tuple | ast.List | ast.Set | ast.Dict) -> Effects:
    if isinstance(node, (ast.Set, ast.Dict)) and _hashes(node):
        return Effects(acts=True)
    items = [*node.keys, *node.values] if isinstance(node, ast.Dict) else node.elts
    found = _together([item for item in items if item is not None])
    return found if isinstance(node, ast.Tuple) else msgspec.structs.replace(found, fresh=True)


def _hashes(node: ast.Set | ast.Dict) -> bool:
    """Whether making it asks something other than constants for their hash, or unpacks something."""
    keys = node.keys if isinstance(node, ast.Dict) else node.elts
    return not all(isinstance(key, ast.Constant) for key in keys)


def _together(nodes: list[ast.expr] | tuple[ast.expr, ...]) -> Effects:
    found = [effects(node) for node in nodes]
    return Effects(
        any(item.acts for item in found), any(item.reads for item in found), any(item.fresh for item in found)
    )


# --- the order of evaluation


def steps(node: ast.AST, moving: Collection[str]) -> Iterator[str]:
    """The steps of evaluating an expression: a name that is read, or "" for something that is done.

    What a lambda or a generator does later is left out.

    Args:
        moving: names whose attributes may be properties; those of others are only read.
    """
    if isinstance(node, ast.Name):
        yield node.id
        return
    if isinstance(node, COMPREHENSIONS):
        yield from steps(node.generators[0].iter, moving)
        yield ""
        return
    for child in _children(node):
        yield from steps(child, moving)
    if _acts(node, moving):
        yield ""


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What is below a node and evaluated with it, in that order."""
    if isinstance(node, ast.Lambda):
        yield from (item for item in (*node.args.defaults, *node.args.kw_defaults) if item is not None)
    elif isinstance(node, ast.Dict):
        for pair in zip(node.keys, node.values):
            yield from (item for item in pair if item is not None)
    elif isinstance(node, ast.IfExp):
        yield from (node.test, node.body, node.orelse)
    else:
        yield from ast.iter_child_nodes(node)


def _acts(node: ast.AST, moving: Collection[str]) -> bool:
    """Whether a node itself, without what is below it, does something."""
    if isinstance(node, ast.Attribute):
        while isinstance(node, ast.Attribute):
            node = node.value
        return not isinstance(node, ast.Name) or node.id in moving
    return isinstance(node, _OPAQUE) or (isinstance(node, (ast.Set, ast.Dict)) and _hashes(node))

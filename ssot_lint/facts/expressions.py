"""Collects expressions: names, attributes, calls, strings, displays."""

from __future__ import annotations

import ast

from ssot_lint.facts.questions import PROBING_CALLS
from ssot_lint.facts.targets import bind_target
from ssot_lint.facts.walker import OPAQUE, Walker, expression
from ssot_lint.model.facts import (
    NONE,
    Attribute,
    Await,
    Call,
    Choice,
    Items,
    Join,
    Mapping,
    Name,
    Starred,
    Subscript,
    Text,
)

_CONTEXTS: dict[type[ast.expr_context], str] = {ast.Load: "load", ast.Store: "store", ast.Del: "del"}


@expression(ast.Name)
def name(walker: Walker, node: ast.Name) -> int:
    return walker.add(Name(node.id, walker.block, *walker.start(node)))


@expression(ast.Attribute)
def attribute(walker: Walker, node: ast.Attribute) -> int:
    value = walker.expression(node.value)
    context = _CONTEXTS[type(node.ctx)]
    return walker.add(Attribute(value, node.attr, walker.block, *walker.tail(node), context))


@expression(ast.Call)
def call(walker: Walker, node: ast.Call) -> int:
    function = walker.expression(node.func)
    callee = _callee(node)
    if callee in PROBING_CALLS:
        walker.frames[-1].questions.append(node)
    arguments = tuple(
        annotation(walker, argument) if callee == "cast" and not position else walker.expression(argument)
        for position, argument in enumerate(node.args)
    )
    keywords = tuple((keyword.arg or "", walker.expression(keyword.value)) for keyword in node.keywords)
    return walker.add(Call(function, arguments, keywords, walker.block, *walker.span(node)))


def _callee(node: ast.Call) -> str:
    name: str = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
    return name


@expression(ast.Starred)
def starred(walker: Walker, node: ast.Starred) -> int:
    return walker.add(Starred(walker.expression(node.value)))


@expression(ast.Await)
def await_(walker: Walker, node: ast.Await) -> int:
    return walker.add(Await(walker.expression(node.value)))


@expression(ast.IfExp)
def conditional(walker: Walker, node: ast.IfExp) -> int:
    walker.expression(node.test)
    return walker.add(Choice((walker.expression(node.body), walker.expression(node.orelse))))


@expression(ast.BoolOp)
def and_or(walker: Walker, node: ast.BoolOp) -> int:
    return walker.add(Choice(tuple(walker.expression(value) for value in node.values)))


@expression(ast.NamedExpr)
def walrus(walker: Walker, node: ast.NamedExpr) -> int:
    value = walker.expression(node.value)
    walker.bind(node.target.id, "assign", node.target, value, block=_block_for_walrus(walker))
    return value


def _block_for_walrus(walker: Walker) -> int:
    """A walrus in a comprehension binds in the scope around it."""
    block, scope = walker.block, walker.scope
    while walker.scopes[scope].kind == "comprehension":
        scope = walker.scopes[scope].parent
        block = max(index for index, item in enumerate(walker.blocks) if item.scope == scope)
    return block


@expression(ast.Subscript)
def subscript(walker: Walker, node: ast.Subscript) -> int:
    value = walker.expression(node.value)
    index = walker.expression(node.slice)
    return walker.add(Subscript(value, index, walker.block, *walker.span(node)))


@expression(ast.Constant)
def constant(walker: Walker, node: ast.Constant) -> int:
    if isinstance(node.value, str):
        return walker.add(Text(node.value, "plain", walker.block, *walker.span(node)))
    return walker.literal(type(node.value).__name__)


@expression(ast.JoinedStr)
def f_string(walker: Walker, node: ast.JoinedStr) -> int:
    parts = tuple(_part(walker, value) for value in node.values)
    return walker.add(Join(parts, walker.block, *walker.span(node)))


def _part(walker: Walker, node: ast.expr) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return walker.add(Text(node.value, "part", walker.block, *walker.span(node)))
    if isinstance(node, ast.FormattedValue):
        value = walker.expression(node.value)
        walker.expression(node.format_spec)
        return value if node.conversion == -1 and node.format_spec is None else OPAQUE
    return walker.expression(node)


@expression(ast.BinOp)
def binary(walker: Walker, node: ast.BinOp) -> int:
    """A long concatenation leans to the left for thousands of levels: it is walked in a loop, not by recursion."""
    operands: list[ast.expr] = []
    only_plus = True
    current: ast.expr = node
    while isinstance(current, ast.BinOp):
        operands.append(current.right)
        only_plus = only_plus and isinstance(current.op, ast.Add)
        current = current.left
    operands.append(current)
    operands.reverse()
    parts = tuple(_part(walker, operand) for operand in operands)
    return walker.add(Join(parts, walker.block, *walker.span(node))) if only_plus else OPAQUE


@expression(ast.Compare, ast.UnaryOp)
def boolean(walker: Walker, node: ast.expr) -> int:
    walker.children(node)
    return OPAQUE


@expression(ast.Tuple, ast.List, ast.Set)
def display(walker: Walker, node: ast.Tuple | ast.List | ast.Set) -> int:
    items = tuple(walker.expression(item) for item in node.elts)
    return walker.add(Items(type(node).__name__.lower(), items))


@expression(ast.Dict)
def mapping(walker: Walker, node: ast.Dict) -> int:
    keys = tuple(walker.expression(key) for key in node.keys)
    return walker.add(Mapping(keys, tuple(walker.expression(value) for value in node.values)))


@expression(ast.Lambda)
def lambda_(walker: Walker, node: ast.Lambda) -> int:
    for default in (*node.args.defaults, *node.args.kw_defaults):
        walker.expression(default)
    with walker.in_scope("function"):
        arguments = node.args
        optional = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *optional):
            walker.bind(argument.arg, "other", argument)
        walker.expression(node.body)
    return walker.literal("function")


@expression(ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
def comprehension(walker: Walker, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> int:
    walker.expression(node.generators[0].iter)  # the first iterable belongs to the scope around
    with walker.in_scope("comprehension"):
        for position, generator in enumerate(node.generators):
            if position:
                walker.expression(generator.iter)
            bind_target(walker, generator.target)
            for condition in generator.ifs:
                walker.expression(condition)
        for element in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            walker.expression(element)
    return walker.literal(_COMPREHENSIONS[type(node)])


_COMPREHENSIONS: dict[type[ast.expr], str] = {
    ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.GeneratorExp: "generator",
}


@expression(ast.Yield, ast.YieldFrom)
def yield_(walker: Walker, node: ast.Yield | ast.YieldFrom) -> int:
    value = walker.expression(node.value)
    walker.frames[-1].yielded.append(value if isinstance(node, ast.Yield) and value != NONE else OPAQUE)
    return OPAQUE


# --- annotations ----------------------------------------------------------------------------------------------------


def annotation(walker: Walker, node: ast.expr | None) -> int:
    """Record an annotation: strings in it are code, `|` is a union."""
    if node is None:
        return NONE
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _string_annotation(walker, node, node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return walker.add(Choice((annotation(walker, node.left), annotation(walker, node.right))))
    if isinstance(node, (ast.Tuple, ast.List)):
        return walker.add(Items(type(node).__name__.lower(), tuple(annotation(walker, item) for item in node.elts)))
    if isinstance(node, ast.Subscript):
        return _generic(walker, node)
    return walker.expression(node)


def _generic(walker: Walker, node: ast.Subscript) -> int:
    value = walker.expression(node.value)
    kind = getattr(node.value, "id", None) or getattr(node.value, "attr", "")
    if kind == "Literal":
        index = walker.expression(node.slice)
    elif kind == "Annotated" and isinstance(node.slice, ast.Tuple):
        first, *rest = node.slice.elts
        index = walker.add(Items("tuple", (annotation(walker, first), *(walker.expression(item) for item in rest))))
    else:
        index = annotation(walker, node.slice)
    return walker.add(Subscript(value, index, walker.block, *walker.span(node)))


def _string_annotation(walker: Walker, node: ast.Constant, text: str) -> int:
    walker.add(Text(text, "annotation", walker.block, *walker.span(node)))
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return OPAQUE
    with walker.inside_string(node, text):
        return annotation(walker, tree.body)

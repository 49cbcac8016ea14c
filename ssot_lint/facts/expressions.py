"""Collects expressions: names, attributes, calls, strings, displays."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Container, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

from ssot_lint.facts.exports import note_module_itself
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
    LambdaFact,
    Literal,
    Mapping,
    MemberAssignment,
    Name,
    Starred,
    Subscript,
    Text,
)

_TYPE_ARGUMENTS: dict[str, Container[int]] = {
    "cast": {0}, "isinstance": {1}, "NewType": {1}, "TypeVar": range(1, sys.maxsize),
}
_CONTEXTS: dict[type[ast.expr_context], str] = {ast.Load: "load", ast.Store: "store", ast.Del: "del"}


@expression(ast.Name)
def name(walker: Walker, node: ast.Name) -> int:
    return walker.add(Name(node.id, walker.block, *walker.start(node)))


@expression(ast.Attribute)
def attribute(walker: Walker, node: ast.Attribute) -> int:
    value = walker.expression(node.value)
    context = _CONTEXTS[type(node.ctx)]
    if node.attr == "__class__":
        walker.frames[-1].questions.append(node)
    return walker.add(Attribute(value, node.attr, walker.block, *walker.tail(node), context))


@expression(ast.Call)
def call(walker: Walker, node: ast.Call) -> int:
    function = walker.expression(node.func)
    callee = _callee(node)
    if callee in PROBING_CALLS:
        walker.frames[-1].questions.append(node)
    types = _TYPE_ARGUMENTS.get(callee, ())
    arguments = tuple(
        types_of(walker, argument) if position in types else walker.expression(argument)
        for position, argument in enumerate(node.args)
    )
    typed = callee == "TypeVar"
    keywords = tuple(
        (keyword.arg or "", (types_of if typed else Walker.expression)(walker, keyword.value))
        for keyword in node.keywords
    )
    place = walker.add(Call(function, arguments, keywords, walker.block, *walker.span(node)))
    if callee == "setattr" and len(arguments) == 3 and isinstance(node.args[1], ast.Constant):
        walker.members.append(MemberAssignment(place, arguments[2], NONE))
    return place


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
    with _where_it_holds(walker, node.test):
        value = walker.expression(node.body)
    return walker.add(Choice((value, walker.expression(node.orelse))))


@expression(ast.BoolOp)
def and_or(walker: Walker, node: ast.BoolOp) -> int:
    values = []
    with ExitStack() as proofs:
        for value in node.values:
            values.append(walker.expression(value))
            if isinstance(node.op, ast.And):
                proofs.enter_context(_where_it_holds(walker, value))
    return walker.add(Choice(tuple(values)))


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
    note_module_itself(walker, node)
    return walker.add(Subscript(value, index, walker.block, *walker.span(node)))


@expression(ast.Constant)
def constant(walker: Walker, node: ast.Constant) -> int:
    if isinstance(node.value, str):
        return walker.text(node.value, "plain", node)
    kind, value = type(node.value).__name__, node.value
    return walker.literal(kind, int(value) if isinstance(value, int) and value in range(10) else NONE)


@expression(ast.JoinedStr)
def f_string(walker: Walker, node: ast.JoinedStr) -> int:
    constant_text = _text_of(node)
    if constant_text is not None:
        return walker.text(constant_text, "plain", node)
    parts = tuple(_part(walker, value) for value in node.values)
    return walker.add(Join(parts, walker.block, *walker.span(node)))


def _text_of(node: ast.expr | None) -> str | None:
    """The value of a string constant, which an f-string without placeholders is too; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    texts = [_text_of(value) for value in node.values] if isinstance(node, ast.JoinedStr) else [None]
    return None if None in texts else "".join(filter(None, texts))


def _part(walker: Walker, node: ast.expr) -> int:
    text = _text_of(node)
    if text is not None:
        return walker.text(text, "part", node)
    if isinstance(node, ast.FormattedValue):
        value = walker.expression(node.value)
        if _text_of(node.format_spec) is None:
            walker.expression(node.format_spec)
        return value if node.conversion == -1 and node.format_spec is None else OPAQUE
    return walker.expression(node)


_DIRECTIVES = re.compile(r"%[s%]|[^%]+|%")


def _filled_in(node: ast.BinOp) -> list[str | ast.expr]:
    """The pieces of `"a.%s" % b`, in their order; empty for anything that does more than to put texts together."""
    text = _text_of(node.left) if isinstance(node.op, ast.Mod) else None
    if text is None or "%s" not in text:
        return []
    values = list(node.right.elts if isinstance(node.right, ast.Tuple) else [node.right])
    pieces = _DIRECTIVES.findall(text)
    if "%" in pieces or pieces.count("%s") != len(values) or any(isinstance(item, ast.Starred) for item in values):
        return []
    return [values.pop(0) if piece == "%s" else piece.replace("%%", "%") for piece in pieces]


@expression(ast.BinOp)
def binary(walker: Walker, node: ast.BinOp) -> int:
    """A long concatenation leans to the left for thousands of levels: it is walked in a loop, not by recursion."""
    formatted = _filled_in(node)
    if formatted:
        parts = tuple(
            walker.text(part, "part", node.left) if isinstance(part, str) else walker.expression(part)
            for part in formatted
        )
        return walker.add(Join(parts, walker.block, *walker.span(node)))
    operands: list[tuple[ast.operator, ast.expr]] = []
    current: ast.expr = node
    while isinstance(current, ast.BinOp):
        operands.append((current.op, current.right))
        current = current.left
    operands.append((ast.Add(), current))
    only_plus = all(isinstance(operator, ast.Add) for operator, _ in operands)
    parts = tuple(
        walker.expression(operand) if isinstance(operator, ast.Mod) else _part(walker, operand)  # `"%s" % "text"`
        for operator, operand in reversed(operands)
    )
    return walker.add(Join(parts, walker.block, *walker.span(node))) if only_plus else OPAQUE


@expression(ast.Compare)
def comparison(walker: Walker, node: ast.Compare) -> int:
    operands = [walker.expression(operand) for operand in (node.left, *node.comparators)]
    walker.compared += (place for place in operands if isinstance(walker.expressions[place], (Items, Text)))
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
    given = [item for item in (*node.args.defaults, *node.args.kw_defaults) if item is not None]
    defaults = tuple(walker.expression(default) for default in given)
    with walker.in_scope("function") as scope:
        arguments = node.args
        optional = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *optional):
            walker.bind(argument.arg, "other", argument)
        body = walker.expression(node.body)
    place = walker.add(Literal("function"))
    walker.lambdas.append(LambdaFact(place, scope, body, defaults))
    return place


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
                narrow(walker, condition)
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
    if isinstance(node, ast.YieldFrom):
        walker.frames[-1].delegated.append(value)
    return OPAQUE


# --- narrowing ----------------------------------------------------------------------------------------------------


def narrow(walker: Walker, test: ast.expr) -> None:
    """`isinstance(name, Class)` proves what `name` is from here on in this block."""
    for subject, classes in _proofs(test):
        walker.bind(subject.id, "narrow", subject, annotation=walker.types[classes])


def _where_it_holds(walker: Walker, test: ast.expr) -> AbstractContextManager[None]:
    """A block of its own for what is evaluated only if `test` is true, where that proves anything."""
    return _proven(walker, test) if any(True for _ in _proofs(test)) else nullcontext()


@contextmanager
def _proven(walker: Walker, test: ast.expr) -> Iterator[None]:
    with walker.in_block("if"):
        narrow(walker, test)
        yield


def _proofs(test: ast.expr) -> Iterator[tuple[ast.Name, ast.expr]]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for value in test.values:
            yield from _proofs(value)
    elif isinstance(test, ast.Call) and getattr(test.func, "id", "") == "isinstance" and len(test.args) == 2:
        if isinstance(test.args[0], ast.Name):
            yield test.args[0], test.args[1]


def types_of(walker: Walker, node: ast.expr) -> int:
    """Record the types that something is held against, as an annotation; recorded again, each would count twice."""
    if isinstance(node, ast.Tuple):
        walker.types[node] = walker.add(Choice(tuple(types_of(walker, item) for item in node.elts)))
    else:
        walker.types[node] = annotation(walker, node)
    return walker.types[node]


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
    walker.text(text, "annotation", node)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return OPAQUE
    with walker.inside_string(node, text):
        return annotation(walker, tree.body)

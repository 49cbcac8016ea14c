"""Reads what the configuration spells in Python: the signature of a legacy call, and what replaces it."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator

import msgspec

from ssot_lint.facts.freedom import COMPREHENSIONS, free_names
from ssot_lint.model.policy import InlineParameter

_RECEIVERS = ("self", "cls")


class SignatureReading(msgspec.Struct, frozen=True):
    """A signature, or what is wrong with it: `expected` instead of `found`."""

    member: str = ""
    parameters: tuple[InlineParameter, ...] = ()
    expected: str = ""
    found: str = ""


class ExpressionReading(msgspec.Struct, frozen=True):
    """What an expression asks of its surroundings, or what is wrong with it: `expected` instead of `found`.

    Attributes:
        names: what it reads and does not bind itself, in the order of the text.
        awaits: it awaits something.
        is_blank: it is `...` and nothing more.
        called: the plain name that it calls as a whole; "" where it is something else than such a call.
        given: the keyword of each argument of that call, "" where it has none; empty where they cannot be counted.
    """

    names: tuple[str, ...] = ()
    awaits: bool = False
    is_blank: bool = False
    expected: str = ""
    found: str = ""
    called: str = ""
    given: tuple[str, ...] = ()


# --- signatures


def read_signature(text: str) -> SignatureReading:
    """The signature in `name(parameters)`, spelled as a definition would spell it, without `self`."""
    tree = _parsed(f"def {text}: ...")
    if tree is None or not _is_bare_definition(tree, text):
        return SignatureReading(expected='a call with its parameters, "create(registry, bridge=None)"', found="")
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    defect = _defect_of(function.args)
    if defect:
        return SignatureReading(expected=defect[0], found=defect[1])
    return SignatureReading(function.name, tuple(_parameters(function.args)))


def _is_bare_definition(tree: ast.Module, text: str) -> bool:
    function = tree.body[0]
    if len(tree.body) != 1 or not isinstance(function, ast.FunctionDef) or function.returns is not None:
        return False
    only = function.body[0]
    ends_there = isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant) and only.value.value is ...
    generic = bool(getattr(function, "type_params", ()))
    return len(function.body) == 1 and ends_there and not generic and text.rstrip().endswith(")")


def _defect_of(arguments: ast.arguments) -> tuple[str, str] | None:
    """What was expected of the parameters, and what was found instead."""
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    names = [item.arg for item in named]
    for sign, item in (("*", arguments.vararg), ("**", arguments.kwarg)):
        if item is not None:
            return "parameters that are named one by one", f"{sign}{item.arg}"
    for item in named:
        if item.annotation is not None:
            return "parameters without annotations", f"{item.arg}: {ast.unparse(item.annotation)}"
        if names.count(item.arg) > 1:
            return "a name of its own for each parameter", f"{item.arg} twice"
    if names and names[0] in _RECEIVERS:
        return "the parameters as a caller sees them", f"{names[0]}, which Python passes by itself"
    for default in (*arguments.defaults, *arguments.kw_defaults):
        if default is not None and not _is_constant(default):
            return "constants or names for defaults", ast.unparse(default)
    return None


def _is_constant(node: ast.expr) -> bool:
    """Whether evaluating an expression again gives the same, with no effect: constants, names, paths of names."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.Attribute):
        return _is_constant(node.value) and not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Tuple):
        return all(map(_is_constant, node.elts))
    return isinstance(node, (ast.Constant, ast.Name))


def _parameters(arguments: ast.arguments) -> Iterator[InlineParameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    for place, item in enumerate(positional):
        kind = "positional-only" if place < len(arguments.posonlyargs) else "positional"
        default = arguments.defaults[place - required] if place >= required else None
        yield InlineParameter(item.arg, kind, _text(default))
    for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        yield InlineParameter(item.arg, "keyword-only", _text(default))


def _text(node: ast.expr | None) -> str | None:
    return None if node is None else ast.unparse(node)


# --- expressions


def read_expression(text: str) -> ExpressionReading:
    """What an expression on one line asks of its surroundings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ExpressionReading(expected="a Python expression", found="")
    defect = _defect_in(body, text)
    if defect:
        return ExpressionReading(expected=defect[0], found=defect[1])
    is_blank = isinstance(body, ast.Constant) and body.value is ...
    called, given = _call_in(body)
    return ExpressionReading(free_names(body), _awaits(body), is_blank, called=called, given=given)


def _call_in(body: ast.expr) -> tuple[str, tuple[str, ...]]:
    """The name that an expression calls as a whole, and how each argument is given."""
    if not isinstance(body, ast.Call) or not isinstance(body.func, ast.Name):
        return "", ()
    if any(isinstance(item, ast.Starred) for item in body.args) or any(item.arg is None for item in body.keywords):
        return body.func.id, ()
    return body.func.id, ("",) * len(body.args) + tuple(item.arg or "" for item in body.keywords)


def names_in(text: str) -> tuple[str, ...]:
    """The names in an expression that is known to be one."""
    return free_names(ast.parse(text, mode="eval").body)


def _defect_in(body: ast.expr, text: str) -> tuple[str, str] | None:
    if any(token.type == tokenize.COMMENT for token in tokenize.generate_tokens(io.StringIO(text.strip()).readline)):
        return "an expression without a comment", ""
    for node in ast.walk(body):
        if isinstance(node, ast.NamedExpr):
            return "an expression that binds no name", ast.unparse(node)
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return "an expression that yields nothing", ast.unparse(node)
        if isinstance(node, ast.FormattedValue):
            return "an expression without placeholders in strings", ast.unparse(node.value)
        if isinstance(node, (ast.Lambda, *COMPREHENSIONS)) and _awaits(node):
            return "an expression that awaits outside of functions and comprehensions only", ast.unparse(node)
    return None


def _awaits(node: ast.AST) -> bool:
    return any(isinstance(item, ast.Await) for item in ast.walk(node))


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None

"""Collects classes and functions."""

from __future__ import annotations

import ast

from ssot_lint.facts.answers import note_answers
from ssot_lint.facts.expressions import annotation
from ssot_lint.facts.probes import signature_probes
from ssot_lint.facts.walker import Frame, Walker, statement
from ssot_lint.model.facts import NONE, ClassFact, FunctionFact, Parameter

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@statement(ast.ClassDef)
def class_(walker: Walker, node: ast.ClassDef) -> None:
    decorators = tuple(walker.expression(item) for item in node.decorator_list)
    index = len(walker.classes)
    walker.classes.append(None)
    qualname = ".".join((*walker.qualnames, node.name))
    column = walker.positions.defined_name(node.lineno, node.col_offset)
    home = walker.block
    before = walker.owner, walker.qualnames
    walker.owner, walker.qualnames = index, [*walker.qualnames, node.name]
    outer_scope = walker.block
    with walker.in_scope("class", index) as scope:
        _type_parameters(walker, node)
        inner_scope, walker.block = walker.block, outer_scope
        bases = tuple(walker.expression(base) for base in node.bases)
        keywords = {keyword.arg: walker.expression(keyword.value) for keyword in node.keywords}
        walker.block = inner_scope
        walker.statements(node.body)
    walker.owner, walker.qualnames = before
    walker.classes[index] = ClassFact(
        home, scope, node.name, qualname, bases, decorators, node.lineno, column, keywords.get("metaclass", NONE)
    )
    walker.bind(node.name, "class", node, index)


@statement(*_Function)
def function(walker: Walker, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    decorators = tuple(walker.expression(item) for item in node.decorator_list)
    index = len(walker.functions)
    walker.functions.append(None)
    qualname = ".".join((*walker.qualnames, node.name))
    column = walker.positions.defined_name(node.lineno, node.col_offset)
    home, owner = walker.block, walker.owner
    parameters = _parameters(walker, node.args)
    returns = annotation(walker, node.returns)
    before = walker.qualnames
    walker.owner, walker.qualnames = NONE, [*walker.qualnames, node.name, "<locals>"]
    walker.frames.append(Frame())
    with walker.in_scope("function", index) as scope:
        _type_parameters(walker, node)
        _bind_parameters(walker, node.args, parameters)
        walker.statements(node.body)
        probes = signature_probes(walker, node, parameters)
    frame = walker.frames.pop()
    if walker.at_module_level and node.name == "__getattr__":
        note_answers(walker, node, frame)
    walker.owner, walker.qualnames = owner, before
    traits = ("async",) * isinstance(node, ast.AsyncFunctionDef) + ("generator",) * bool(frame.yielded)
    walker.functions[index] = FunctionFact(
        home, scope, node.name, qualname, owner, traits, parameters, returns, tuple(frame.answers.values()),
        tuple(frame.yielded), decorators, probes, node.lineno, column, tuple(frame.delegated), frame.leaves,
    )
    walker.bind(node.name, "function", node, index)


@statement(ast.Return)
def return_(walker: Walker, node: ast.Return) -> None:
    value = walker.expression(node.value)
    frame = walker.frames[-1]
    frame.answers[node] = walker.literal("NoneType") if value == NONE else value
    frame.leaves = len(walker.expressions) if frame.leaves == NONE else frame.leaves


def _parameters(walker: Walker, arguments: ast.arguments) -> tuple[Parameter, ...]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [NONE] * (len(positional) - len(arguments.defaults))
    defaults += [walker.expression(default) for default in arguments.defaults]
    found = [
        Parameter(item.arg, "positional-only" if place < len(arguments.posonlyargs) else "positional",
                  annotation(walker, item.annotation), default)
        for place, (item, default) in enumerate(zip(positional, defaults))
    ]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, "*", annotation(walker, arguments.vararg.annotation), NONE))
    for item, default_node in zip(arguments.kwonlyargs, arguments.kw_defaults):
        default = walker.expression(default_node)
        found.append(Parameter(item.arg, "keyword-only", annotation(walker, item.annotation), default))
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, "**", annotation(walker, arguments.kwarg.annotation), NONE))
    return tuple(found)


def _bind_parameters(walker: Walker, arguments: ast.arguments, parameters: tuple[Parameter, ...]) -> None:
    nodes = {item.arg: item for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    nodes.update({item.arg: item for item in (arguments.vararg, arguments.kwarg) if item})
    for index, parameter in enumerate(parameters):
        walker.bind(parameter.name, "parameter", nodes[parameter.name], index, parameter.annotation)


def _type_parameters(walker: Walker, node: ast.AST) -> None:
    for parameter in getattr(node, "type_params", ()):
        annotation(walker, getattr(parameter, "bound", None))
        walker.bind(parameter.name, "other", parameter)


if hasattr(ast, "TypeAlias"):

    @statement(ast.TypeAlias)
    def type_alias(walker: Walker, node: ast.TypeAlias) -> None:  # type: ignore[name-defined,unused-ignore]
        with walker.in_scope("function"):
            _type_parameters(walker, node)
            value = annotation(walker, node.value)
        walker.bind(node.name.id, "assign", node.name, value)

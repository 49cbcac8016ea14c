"""Collects import statements, name by name."""

from __future__ import annotations

import ast

from ssot_lint.facts.walker import Walker, statement
from ssot_lint.model.facts import Import


@statement(ast.Import)
def import_(walker: Walker, node: ast.Import) -> None:
    for alias in node.names:
        _record(walker, alias, alias.name, 0, "", alias.asname or alias.name.partition(".")[0])


@statement(ast.ImportFrom)
def import_from(walker: Walker, node: ast.ImportFrom) -> None:
    for alias in node.names:
        _record(walker, alias, node.module or "", node.level, alias.name, alias.asname or alias.name)


def _record(walker: Walker, alias: ast.alias, module: str, level: int, name: str, bound: str) -> None:
    fact = Import(walker.block, module, level, name, alias.asname or "", *walker.span(alias))
    walker.imports.append(fact)
    walker.bind(bound, "import", alias, len(walker.imports) - 1)

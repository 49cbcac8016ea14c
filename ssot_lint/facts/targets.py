"""Collects what assignment targets bind."""

from __future__ import annotations

import ast

from ssot_lint.facts.walker import Walker
from ssot_lint.model.facts import NONE, Attribute, EntryAssignment, MemberAssignment, Name, Subscript, Text


def bind_target(
    walker: Walker,
    target: ast.expr,
    value: int = NONE,
    kind: str = "other",
    annotation: int = NONE,
    source: ast.expr | None = None,
) -> None:
    """Bind everything in `target`.

    Args:
        value: index of the value's expression, where it is known as a whole.
        kind: the kind of binding for a plain name.
        source: the value's node, to pair the items of `a, b = x, y`.
    """
    if isinstance(target, ast.Name):
        walker.bind(target.id, kind, target, value, annotation)
    elif isinstance(target, ast.Attribute):
        whole = value if kind in ("assign", "declare") else NONE  # `with x as self.y` gives what entering `x` gives
        walker.members.append(MemberAssignment(walker.expression(target), whole, annotation))
    elif isinstance(target, (ast.Tuple, ast.List)):
        _bind_items(walker, target, value, source)
    elif isinstance(target, ast.Starred):
        bind_target(walker, target.value)
    else:
        place = walker.expression(target)
        if kind == "assign" and value != NONE:
            _note_entry(walker, place, value)


def _note_entry(walker: Walker, place: int, value: int) -> None:
    target = walker.expressions[place]
    if isinstance(target, Subscript) and isinstance(walker.expressions[target.index], (Text, Name, Attribute)):
        walker.entries.append(EntryAssignment(place, value))


def _bind_items(walker: Walker, target: ast.Tuple | ast.List, value: int, source: ast.expr | None) -> None:
    """Pair names and values one by one where the value is a display of the same length."""
    starred = any(isinstance(item, ast.Starred) for item in target.elts)
    nodes = source.elts if isinstance(source, (ast.Tuple, ast.List)) and not starred else []
    items = getattr(walker.expressions[value], "items", ()) if nodes else ()
    if items and len(items) == len(target.elts):
        for item, item_value, node in zip(target.elts, items, nodes):
            bind_target(walker, item, item_value, "assign", source=node)
    else:
        for item in target.elts:
            bind_target(walker, item)

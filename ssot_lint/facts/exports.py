"""Collects what a module offers beyond its plain bindings: `__all__`, lazy-import tables, namespace tricks."""

from __future__ import annotations

import ast

from ssot_lint.facts.walker import Walker
from ssot_lint.model.facts import LazyName

_NAMESPACE_CALLS = {"globals", "locals", "vars", "exec"}


def note_exports(walker: Walker, name: str, value: ast.expr, added: bool = False) -> None:
    """Read `__all__ = [...]` and what is added to it later."""
    if name != "__all__" or not walker.at_module_level:
        return
    if walker.exported is None or not added:
        walker.exported = []
    for part in _concatenated(value):
        if isinstance(part, (ast.List, ast.Tuple, ast.Set)):
            for item in part.elts:
                _note_export(walker, item)
        else:
            walker.exports_dynamic = True


def _concatenated(value: ast.expr) -> list[ast.expr]:
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return [*_concatenated(value.left), *_concatenated(value.right)]
    return [value]


def _note_export(walker: Walker, item: ast.expr) -> None:
    if isinstance(item, ast.Constant) and isinstance(item.value, str) and walker.exported is not None:
        walker.exported.append(item.value)
    else:
        walker.exports_dynamic = True


def note_namespace_use(walker: Walker, node: ast.expr) -> None:
    """Notice names that enter the module behind the parser's back, and packages that look elsewhere for submodules."""
    root = node
    while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call)):
        if isinstance(root, ast.Subscript) and _is_sys_modules(root):
            walker.opaque_namespace = True
        root = root.func if isinstance(root, ast.Call) else root.value
    if not isinstance(root, ast.Name):
        return
    if root.id == "__path__" or (root.id == "exec" and walker.at_module_level):
        walker.extends_path = walker.extends_path or root.id == "__path__"
        walker.opaque_namespace = walker.opaque_namespace or root.id == "exec"
    elif root.id in _NAMESPACE_CALLS and root is not node:
        walker.opaque_namespace = True


def _is_sys_modules(node: ast.Subscript) -> bool:
    """`sys.modules[__name__]`: the module replaces itself or sets attributes on itself."""
    return getattr(node.value, "attr", "") == "modules" and getattr(node.slice, "id", "") == "__name__"


def note_lazy_table(walker: Walker, value: ast.expr) -> None:
    """Read a dict of strings; it becomes a lazy-import table if the module turns out to have a `__getattr__`."""
    if walker.at_module_level and isinstance(value, ast.Dict):
        for key, item in zip(value.keys, value.values):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                _note_entry(walker, key.value, item)


def _note_entry(walker: Walker, key: str, value: ast.expr) -> None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        module, colon, attribute = value.value.partition(":")
        walker.lazy.append(LazyName(key, module, attribute if colon else ""))
        return
    if not isinstance(value, (ast.Tuple, ast.List, ast.Set)):
        return
    strings = [item.value for item in value.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    if len(strings) != len(value.elts):
        return
    if isinstance(value, ast.Tuple) and len(strings) == 2:
        walker.lazy.append(LazyName(key, strings[0], strings[1]))
    walker.lazy.extend(LazyName(name, key, name) for name in strings)  # `{module: [names]}`, as lazy_loader has it

"""Collects what a module offers beyond its plain bindings: `__all__`, lazy-import tables, namespace tricks."""

from __future__ import annotations

import ast

from ssot_lint.facts.walker import Exported, Walker, storable
from ssot_lint.model.facts import LazyName

_NAMESPACE_CALLS = {"globals", "locals", "vars", "exec"}
_COPIES = {"list", "tuple", "sorted", "set"}


def note_exports(walker: Walker, name: str, value: ast.expr, added: bool = False) -> None:
    """Read `__all__ = [...]` and what is added to it later; what stands in an arm of a branch is added too."""
    if name != "__all__" or not walker.at_module_level:
        return
    exports = walker.exported
    if exports is None or not (added or walker.block):
        exports = walker.exported = Exported()
    for part in concatenated(value):
        if isinstance(part, (ast.List, ast.Tuple, ast.Set)):
            for item in part.elts:
                _note_export(exports, item)
        else:
            _note_source(exports, part)


def note_export_removed(walker: Walker, name: str, value: ast.expr) -> None:
    """Read `__all__.remove("x")`; in an arm of a branch it may not happen."""
    if name == "__all__" and walker.at_module_level and not walker.block and walker.exported:
        removed = value.value if isinstance(value, ast.Constant) else None
        walker.exported.names = [item for item in walker.exported.names if item != removed]


def concatenated(value: ast.expr) -> list[ast.expr]:
    """The operands of `a + b + c`, or of a copy of it; thousands of them are no nesting."""
    parts: list[ast.expr] = []
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            pending += (part.left, part.right)
        elif isinstance(part, ast.Call) and getattr(part.func, "id", "") in _COPIES and len(part.args) == 1:
            pending.append(part.args[0])
        else:
            parts.append(part)
    return parts[::-1]


def _note_export(exports: Exported, item: ast.expr) -> None:
    if isinstance(item, ast.Constant) and isinstance(item.value, str):
        exports.names.append(storable(item.value))
    elif isinstance(item, ast.Starred):
        _note_source(exports, item.value)
    else:
        exports.dynamic = True


def _note_source(exports: Exported, part: ast.expr) -> None:
    """Another module's `__all__`, as an attribute of it or as the name of an import."""
    names: list[str] = []
    node = part
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and (not names or names[0] == "__all__"):
        exports.sources.append(".".join((node.id, *reversed(names))))
    else:
        exports.dynamic = True


def note_namespace_use(walker: Walker, node: ast.expr) -> None:
    """Notice names that enter the module behind the parser's back, and packages that look elsewhere for submodules."""
    root = node
    while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call)):
        if isinstance(root, ast.Subscript) and getattr(root.value, "attr", "") == "modules":
            walker.opaque_namespace = True  # of `sys`: the module may be replacing itself
        root = root.func if isinstance(root, ast.Call) else root.value
    if not isinstance(root, ast.Name):
        return
    if root.id == "__path__" or (root.id == "exec" and walker.at_module_level):
        walker.extends_path = walker.extends_path or root.id == "__path__"
        walker.opaque_namespace = walker.opaque_namespace or root.id == "exec"
    elif root.id in _NAMESPACE_CALLS and root is not node:
        walker.opaque_namespace = True


def note_module_itself(walker: Walker, node: ast.Subscript) -> None:
    """`sys.modules[__name__]`: whoever holds it can set attributes on the module."""
    if getattr(node.value, "attr", "") == "modules" and getattr(node.slice, "id", "") == "__name__":
        walker.opaque_namespace = True


def note_lazy_table(walker: Walker, value: ast.expr) -> None:
    """Read a dict of strings; it becomes a lazy-import table if the module turns out to have a `__getattr__`.

    It may also be an argument of what makes the `__getattr__`, as `lazy_loader.attach(...)`.
    """
    if not walker.at_module_level:
        return
    arguments = (*value.args, *(item.value for item in value.keywords)) if isinstance(value, ast.Call) else (value,)
    for table in arguments:
        for key, item in zip(table.keys, table.values) if isinstance(table, ast.Dict) else ():
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                _note_entry(walker, key.value, item)


def note_lazy_entry(walker: Walker, target: ast.expr, value: ast.expr) -> None:
    """Read `_import_structure["module"] = ["Name"]`, and what is added to such an entry."""
    if walker.at_module_level and isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
            _note_entry(walker, target.slice.value, value)


def _note_entry(walker: Walker, key: str, value: ast.expr) -> None:
    key = storable(key)
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        module, colon, attribute = storable(value.value).partition(":")
        walker.lazy.append(LazyName(key, module, attribute if colon else ""))
        return
    if not isinstance(value, (ast.Tuple, ast.List, ast.Set)):
        return
    constants = [item.value for item in value.elts if isinstance(item, ast.Constant)]
    strings = [storable(text) for text in constants if isinstance(text, str)]
    if len(strings) != len(value.elts):
        return
    if isinstance(value, ast.Tuple) and len(strings) == 2:
        walker.lazy.append(LazyName(key, strings[0], strings[1]))
    walker.lazy.extend(LazyName(name, key, name) for name in strings)  # `{module: [names]}`, as lazy_loader has it

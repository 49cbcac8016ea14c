"""Dynamic imports: which modules a file names in calls and in `sys.modules`."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index import External, ModuleTarget
from ssot_lint.model.facts import Attribute, Call, Name, Subscript, Text
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext

_IMPORTERS = frozenset({"importlib.import_module", "builtins.__import__", "pkgutil.resolve_name"})
_TABLE_METHODS = frozenset({"get", "pop", "setdefault", "__getitem__"})


class DynamicImport(msgspec.Struct, frozen=True):
    """A string by which a module, or with `name` something in it, is imported at run time.

    Attributes:
        place: index of the expression that makes the string.
    """

    place: int
    module: str
    name: str


def dynamic_imports(context: RuleContext) -> Iterator[DynamicImport]:
    """Every dynamic import of the file whose string is made of constants."""
    if not _can_import_dynamically(context):
        return
    for expression in context.facts.expressions:
        if isinstance(expression, Call):
            yield from _of_call(context, expression)
        elif isinstance(expression, Subscript) and _is_module_table(context, expression.value):
            yield from _named(context, expression.index)


def imported_texts(context: RuleContext) -> frozenset[int]:
    """Places of strings that dynamic imports consume, so that they are no mere strings."""
    return frozenset(item.place for item in dynamic_imports(context))


def _can_import_dynamically(context: RuleContext) -> bool:
    roots = {fact.module.partition(".")[0] for fact in context.facts.imports}
    return bool(roots & {"importlib", "pkgutil", "sys", "builtins"}) or any(
        isinstance(item, Name) and item.id == "__import__" for item in context.facts.expressions
    )


def _of_call(context: RuleContext, call: Call) -> Iterator[DynamicImport]:
    function = context.module.expression(call.function)
    if isinstance(function, Attribute) and function.name in _TABLE_METHODS:
        if call.arguments and _is_module_table(context, function.value):
            yield from _named(context, call.arguments[0])
        return
    argument = call.arguments[0] if call.arguments else dict(call.keywords).get("name", -1)
    path = context.index.callee(context.module, call) if argument >= 0 else ""
    if path == "importlib.import_module":
        module = context.index.dynamically_imported(context.module, call)
        names = [module] if module else context.index.constant_texts(context.module, argument)
        yield from (DynamicImport(argument, name, "") for name in names if not name.startswith("."))
    elif path in _IMPORTERS:
        yield from _named(context, argument)


def _named(context: RuleContext, argument: int) -> Iterator[DynamicImport]:
    for text in context.index.constant_texts(context.module, argument):
        module, _, name = text.partition(":")
        yield DynamicImport(argument, module, name)


def _is_module_table(context: RuleContext, place: int) -> bool:
    expression = context.module.expression(place)
    if getattr(expression, "name", getattr(expression, "id", "")) not in ("modules", "sys_modules"):
        return False
    targets = [item.target for item in context.index.reference(context.module, place)]
    return External("sys.modules") in targets


def bypassing_getattrs(context: RuleContext) -> Iterator[tuple[Text, Bypass]]:
    """`getattr(module, "Name")` where the module was imported, by whichever way."""
    for expression in context.facts.expressions:
        if not isinstance(expression, Call) or len(expression.arguments) < 2:
            continue
        function = context.module.expression(expression.function)
        text = context.module.expression(expression.arguments[1])
        if not isinstance(function, Name) or function.id != "getattr" or not isinstance(text, Text):
            continue
        for owner in context.index.reference(context.module, expression.arguments[0]):
            if isinstance(owner.target, ModuleTarget):
                module = owner.target.module
                for bypass in context.catalogue.of_import(context.module, module, text.value):
                    yield text, bypass


def resolution_of(context: RuleContext, found: DynamicImport) -> list[Bypass]:
    """How a dynamic import goes round the canonical way; `package.module.name` in one string is tried as such too."""
    catalogue, module = context.catalogue, context.module
    if found.name:
        return catalogue.of_import(module, found.module, found.name.partition(".")[0])
    bypasses = catalogue.of_import(module, found.module, "")
    parent, _, last = found.module.rpartition(".")
    if not bypasses and parent and context.index.module(found.module, module) is None:
        bypasses = catalogue.of_import(module, parent, last)
    return bypasses

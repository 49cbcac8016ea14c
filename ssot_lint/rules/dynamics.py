"""Dynamic imports: which modules a file names in calls and in `sys.modules`."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index import External, Hop, Resolution
from ssot_lint.model.facts import (
    NONE,
    Attribute,
    Call,
    Choice,
    Expression,
    Import,
    Items,
    Join,
    Literal,
    Name,
    Subscript,
    Text,
)
from ssot_lint.rules.attributes import bypasses_of_member, bypassing_attributes, imported_owners
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext
from ssot_lint.scan import DYNAMIC_WORDS

_MODULES = frozenset({"importlib", "pkgutil", "sys", "builtins"})
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
    for _, call in context.module.all_of(Call):
        yield from _of_call(context, call)
    for _, subscript in context.module.all_of(Subscript):
        if _is_module_table(context, subscript.value):
            yield from _named(context, subscript.index)


def imported_texts(context: RuleContext) -> frozenset[int]:
    """Places of strings that dynamic imports consume, so that they are no mere strings."""
    return frozenset(item.place for item in dynamic_imports(context))


def _can_import_dynamically(context: RuleContext) -> bool:
    if any(fact.module.partition(".")[0] in _MODULES or fact.name in DYNAMIC_WORDS for fact in context.facts.imports):
        return True
    return any(name.id == "__import__" for _, name in context.module.all_of(Name))


def _of_call(context: RuleContext, call: Call) -> Iterator[DynamicImport]:
    function = context.module.expression(call.function)
    if isinstance(function, Attribute) and function.name in _TABLE_METHODS:
        if call.arguments and _is_module_table(context, function.value):
            yield from _named(context, call.arguments[0])
        return
    if not context.suspicion.is_dynamic(call.function):
        return
    argument = call.arguments[0] if call.arguments else dict(call.keywords).get("name", -1)
    path = context.index.callee(context.module, call) if argument >= 0 else ""
    if path == "importlib.import_module":
        module = context.index.dynamically_imported(context.module, call)
        found = [DynamicImport(argument, module, "")] if module else _named(context, argument)
        yield from (item for item in found if item.module and not item.module.startswith("."))
    elif path == "builtins.__import__":
        for item in _of_builtin_import(context, call, argument):
            yield item
            yield from _of_fromlist(context, call, item.module)
    elif path == "pkgutil.resolve_name":
        yield from _named(context, argument)


def _of_builtin_import(context: RuleContext, call: Call, argument: int) -> Iterator[DynamicImport]:
    """`__import__("name", globals(), locals(), [...], level)`; nothing where it cannot be told relative to what."""
    place = _argument(call, "level", 4)
    level = context.module.expression(place) if place != NONE else Literal("int", 0)
    if not isinstance(level, Literal) or level.digit == NONE:
        return
    for found in _named(context, argument):
        written = Import(0, found.module, level.digit, "", "", 0, 0, 0, 0)
        module = context.module.absolute(written)
        if module:
            yield DynamicImport(found.place, module, found.name)


def _of_fromlist(context: RuleContext, call: Call, module: str) -> Iterator[DynamicImport]:
    """`__import__("package", fromlist=["name"])`; nothing where the package itself is what may not be imported."""
    names = context.module.expression(max(_argument(call, "fromlist", 3), 0))
    if isinstance(names, Items) and not context.catalogue.of_import(context.module, module, ""):
        for place in names.items:
            texts = context.index.constant_texts(context.module, place)
            yield from (DynamicImport(place, module, text) for text in texts)


def _argument(call: Call, keyword: str, position: int) -> int:
    """The place of an argument of a call; `NONE` where it is not given."""
    return dict(call.keywords).get(keyword, call.arguments[position] if len(call.arguments) > position else NONE)


def _named(context: RuleContext, argument: int) -> Iterator[DynamicImport]:
    for place in _options(context, argument):
        for text in context.index.constant_texts(context.module, place):
            module, _, name = text.partition(":")
            yield DynamicImport(place, module, name)


def _options(context: RuleContext, place: int) -> Iterator[int]:
    """The expressions of which one is taken, one by one: what only one of them names is reported there."""
    expression = context.module.expression(place)
    if not isinstance(expression, Choice):
        yield place
        return
    for option in expression.options:
        yield from _options(context, option)


def _is_module_table(context: RuleContext, place: int) -> bool:
    expression = context.module.expression(place)
    if not isinstance(expression, (Name, Attribute)) or not context.suspicion.is_dynamic(place):
        return False
    targets = [item.target for item in context.index.reference(context.module, place)]
    return External("sys.modules") in targets


def bypassing_getattrs(context: RuleContext) -> Iterator[tuple[int, Bypass]]:
    """`getattr(module, "Name")` where the module was imported, by whichever way."""
    for _, call in context.module.all_of(Call):
        function = context.module.expression(call.function)
        if not isinstance(function, Name) or function.id != "getattr" or len(call.arguments) < 2:
            continue
        owner, place = call.arguments[:2]
        if isinstance(context.module.expression(place), Join):
            continue  # no search for a name finds one that is put together
        if not context.suspicion.falls_on(owner) and not _may_name(context, place):
            continue
        for name in context.index.constant_texts(context.module, place):
            for bypass in bypasses_of_member(context, any_owners(context, owner), name):
                yield place, bypass


def _may_name(context: RuleContext, place: int) -> bool:
    """Whether a string, or what an expression makes one of, can be a name that matters."""
    text = context.module.expression(place)
    return context.meanings.matters(text.value) if isinstance(text, Text) else context.suspicion.falls_on(place)


def attributes_of_dynamic_modules(context: RuleContext) -> Iterator[tuple[int, Attribute, Bypass]]:
    """Attributes that reach something by a bypass, of modules that were imported at run time.

    Where a name can hold a module that was plainly imported as well, `import-bypass` has the first word.
    """
    if not _can_import_dynamically(context):
        return
    for place, attribute, bypass in bypassing_attributes(context, dynamic_owners):
        plainly = imported_owners(context, attribute.value)
        if not bypasses_of_member(context, plainly, attribute.name):
            yield place, attribute, bypass


def any_owners(context: RuleContext, place: int) -> tuple[Resolution, ...]:
    """What an expression is, by whichever way the module has come that it starts with."""
    return tuple(dict.fromkeys((*context.index.reference(context.module, place), *dynamic_owners(context, place))))


def dynamic_owners(context: RuleContext, place: int) -> Iterator[Resolution]:
    """What an expression is that starts with a dynamic import, or with a name that holds the result of one."""
    return _dynamic_owners(context, place, frozenset())


def _dynamic_owners(context: RuleContext, place: int, seen: frozenset[int]) -> Iterator[Resolution]:
    expression = context.module.expression(place)
    if isinstance(expression, Attribute):
        for owner in _dynamic_owners(context, expression.value, seen):
            yield from context.index.attribute(context.module, owner.target, expression.name)
    elif isinstance(expression, (Call, Subscript)):
        for module in _modules_given(context, expression):
            yield Resolution(context.index.module_target(module, context.module), (Hop(module, ""),))
    elif place not in seen:
        for value in _values_of(context, place, expression):
            yield from _dynamic_owners(context, value, seen | {place})


def _values_of(context: RuleContext, place: int, expression: Expression) -> Iterator[int]:
    """The places of what a name was bound to, or of the options of a choice."""
    if isinstance(expression, Choice):
        yield from expression.options
    elif isinstance(expression, Name):
        bindings = context.module.lookup(expression.id, expression.block, place)
        yield from (binding.value for binding in bindings if binding.kind == "assign")


def _modules_given(context: RuleContext, expression: Call | Subscript) -> Iterator[str]:
    """The modules that a dynamic import gives to its caller."""
    if isinstance(expression, Subscript):
        if _is_module_table(context, expression.value):
            yield from (found.module for found in _named(context, expression.index))
        return
    path = context.index.callee(context.module, expression)
    names = context.module.expression(max(_argument(expression, "fromlist", 3), 0))
    for found in _of_call(context, expression):
        if found.name or (path == "pkgutil.resolve_name" and not _is_module(context, found.module)):
            continue
        gives_top = path == "builtins.__import__" and not getattr(names, "items", ())
        yield found.module.partition(".")[0] if gives_top else found.module


def _is_module(context: RuleContext, name: str) -> bool:
    return context.index.module(name, context.module) is not None or context.catalogue.is_retired(name)


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

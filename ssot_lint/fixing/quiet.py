"""Whether importing a module does anything but define what is in it, so that it matters what is imported before it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.files.dotted import above
from ssot_lint.fixing.running import is_run_on_import
from ssot_lint.index import Module, ProjectIndex
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, Expression, Items, Mapping, Name, Subscript, last_name

_HARMLESS = frozenset({
    "getLogger", "get_logger", "TypeVar", "ParamSpec", "NewType", "namedtuple", "NamedTuple", "TypedDict", "dataclass",
    "field", "compile", "frozenset", "set", "dict", "list", "tuple", "object", "Path", "Enum", "wraps", "lru_cache",
    "cache", "property", "contextmanager", "abstractmethod", "staticmethod", "classmethod", "total_ordering",
})
_SAYING = frozenset({
    "debug", "info", "error", "critical", "exception", "log", "print", "simplefilter", "filterwarnings", "isinstance",
    "hasattr", "getattr", "len", "range", "find_spec", "exists", "isfile", "isdir", "getenv", "get", "globals",
})
_WARNING = ("warn", "deprecat")
_REGISTERING = ("register", "receiver", "route", "listens", "hook")


def is_quiet(index: ProjectIndex, importer: Module, source: str) -> bool:
    """Whether a module of the project, and the packages around it, only define things when they are imported.

    What is outside the project is taken to be.
    """
    around = {outer for own in importer.file.modules for outer in above(own)}
    modules = (index.module(name, importer) for name in (source, *above(source)) if name not in around)
    return not any(module is not None and _acts(module) for module in modules)


def _acts(module: Module) -> bool:
    reads = (item for _, item in module.all_of(Attribute) if item.name == "environ")
    return any(is_run_on_import(module, item.block) for item in reads) or any(True for _ in acting_lines(module))


def acting_lines(module: Module) -> Iterator[int]:
    """The lines on which a module does more than define things when it is imported."""
    yield from (line for line, _ in _changes(module))
    yield from (call.line for _, call in _calls(module))


def effect_lines(module: Module) -> Iterator[int]:
    """The lines on which a module does something that others may rely on when it is imported.

    A call that gives a name of its own its value is none, nor is what it has to say: warnings, and the like.
    """
    yield from (line for line, place in _changes(module) if not _is_own_place(module, place))
    yield from _raises(module)
    used: frozenset[int] = frozenset()
    for place, call in _calls(module):
        used = used or frozenset(_used(module))
        is_used = place in used or _is_assigned(module, place, call)
        if (not is_used or place in _decorators(module)) and not _only_says(module, call):
            yield call.line


def _raises(module: Module) -> Iterator[int]:
    """The lines on which a module that handles no exceptions names one, as `raise ImportError` does."""
    if not any(block.kind in ("except", "import-error") for block in module.facts.blocks):
        for _, name in module.all_of(Name):
            if name.id in ("ImportError", "ModuleNotFoundError") and is_run_on_import(module, name.block):
                yield name.line


def _changes(module: Module) -> Iterator[tuple[int, int]]:
    """(line, place) of what is set on something that the module has not made itself."""
    for place, item in module.all_of(Attribute):
        if item.context != "load" and is_run_on_import(module, item.block) and not _is_own(module, item.value):
            yield item.line, place
    for entry in module.facts.entries:
        target = module.expression(entry.target)
        assert isinstance(target, Subscript)
        if is_run_on_import(module, target.block) and not _is_own(module, target.value):
            yield target.line, entry.target


def _calls(module: Module) -> Iterator[tuple[int, Call]]:
    for place, call in module.all_of(Call):
        if last_name(module.expression(call.function)) not in _HARMLESS and is_run_on_import(module, call.block):
            yield place, call


def _is_own_place(module: Module, place: int) -> bool:
    """Whether it is the module itself that is replaced: `sys.modules[__name__] = ...`."""
    item = module.expression(place)
    return isinstance(item, Subscript) and getattr(module.expression(item.index), "id", "") == "__name__"


def _used(module: Module) -> Iterator[int]:
    """The places of expressions whose values are used: by other expressions, or for a name of the module."""
    for expression in module.facts.expressions:
        yield from _parts(expression)
    yield from (binding.value for binding in module.facts.bindings if binding.kind == "assign")
    yield from (item.value for item in module.facts.members)
    yield from (item.value for item in module.facts.entries)
    yield from (place for fact in module.facts.classes for place in (*fact.bases, *fact.decorators))
    for function in module.facts.functions:
        yield from (*function.decorators, *function.returned, *(item.default for item in function.parameters))


def _parts(expression: Expression) -> Iterator[int]:
    """The places of what an expression is made of."""
    for field in ("value", "function", "index"):
        if isinstance(part := getattr(expression, field, None), int):
            yield part
    for field in ("arguments", "options", "parts", "items", "keys", "values"):
        yield from getattr(expression, field, ())
    yield from (place for _, place in getattr(expression, "keywords", ()))


def _is_assigned(module: Module, place: int, call: Call) -> bool:
    """Whether a call stands somewhere in what is assigned to a name: what that is made of is not always told."""
    after = (item for item in module.facts.bindings if item.kind == "assign" and item.order > place)
    binding = min(after, key=lambda item: item.order, default=None)
    return binding is not None and call.line >= binding.line


def _decorators(module: Module) -> Iterator[int]:
    """Those that make what they decorate known to others, as far as their names tell."""
    facts = module.facts
    lists = (*(fact.decorators for fact in facts.classes), *(fact.decorators for fact in facts.functions))
    for place in (place for places in lists for place in places):
        expression = module.expression(place)
        named = last_name(module.expression(expression.function) if isinstance(expression, Call) else expression)
        if any(word in named for word in _REGISTERING):
            yield place


def _only_says(module: Module, call: Call) -> bool:
    function = module.expression(call.function)
    named = last_name(function)
    is_own = isinstance(function, Attribute) and (_is_own(module, function.value) or _is_globals(module, function))
    return is_own or named in _SAYING or any(word in named.lower() for word in _WARNING)


def _is_globals(module: Module, function: Attribute) -> bool:
    owner = module.expression(function.value)
    return isinstance(owner, Call) and last_name(module.expression(owner.function)) == "globals"


def _is_own(module: Module, place: int) -> bool:
    """Whether what an expression begins with is something that the module has made itself."""
    expression = module.expression(place)
    while isinstance(expression, (Attribute, Subscript)):
        expression = module.expression(expression.value)
    bound = module.all_in_scope(0, expression.id) if isinstance(expression, Name) else []
    return bool(bound) and all(_is_made(module, item) for item in bound)


def _is_made(module: Module, binding: Binding) -> bool:
    value = module.expression(binding.value) if binding.kind == "assign" and binding.value != NONE else None
    is_new = isinstance(value, Call) and last_name(module.expression(value.function)) in _HARMLESS
    return is_new or isinstance(value, (Items, Mapping)) or binding.kind in ("class", "function")

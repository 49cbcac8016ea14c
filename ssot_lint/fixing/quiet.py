"""Whether importing a module does anything but define what is in it, so that it matters what is imported before it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.files.dotted import above
from ssot_lint.fixing.running import is_run_on_import
from ssot_lint.index import Module, ProjectIndex
from ssot_lint.model.facts import Attribute, Binding, Call, Items, Mapping, Name, Subscript, last_name

_HARMLESS = frozenset({
    "getLogger", "get_logger", "TypeVar", "ParamSpec", "NewType", "namedtuple", "NamedTuple", "TypedDict", "dataclass",
    "field", "compile", "frozenset", "set", "dict", "list", "tuple", "object", "Path", "Enum", "wraps", "lru_cache",
    "cache", "property", "contextmanager", "abstractmethod", "staticmethod", "classmethod", "total_ordering",
})


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
    for _, item in module.all_of(Attribute):
        if item.context != "load" and is_run_on_import(module, item.block) and not _is_own(module, item.value):
            yield item.line
    for entry in module.facts.entries:
        target = module.expression(entry.target)
        assert isinstance(target, Subscript)
        if is_run_on_import(module, target.block) and not _is_own(module, target.value):
            yield target.line
    for _, call in module.all_of(Call):
        if last_name(module.expression(call.function)) not in _HARMLESS and is_run_on_import(module, call.block):
            yield call.line


def _is_own(module: Module, place: int) -> bool:
    """Whether what an expression begins with is something that the module has made itself."""
    expression = module.expression(place)
    while isinstance(expression, (Attribute, Subscript)):
        expression = module.expression(expression.value)
    bound = module.all_in_scope(0, expression.id) if isinstance(expression, Name) else []
    return bool(bound) and all(_is_made(module, item) for item in bound)


def _is_made(module: Module, binding: Binding) -> bool:
    is_display = binding.kind == "assign" and isinstance(module.expression(max(binding.value, 0)), (Items, Mapping))
    return is_display or binding.kind in ("class", "function")

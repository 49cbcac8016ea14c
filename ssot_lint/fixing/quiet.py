"""Whether importing a module does anything but define what is in it, so that it matters what is imported before it."""

from __future__ import annotations

from ssot_lint.files.dotted import above
from ssot_lint.fixing.circles import is_run_on_import
from ssot_lint.index import Module, ProjectIndex
from ssot_lint.model.facts import Attribute, Call, last_name

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
    for _, item in module.all_of(Attribute):
        acts = item.context != "load" or item.name == "environ"
        if acts and is_run_on_import(module, item.block):
            return True
    return any(_is_act(module, call) for _, call in module.all_of(Call))


def _is_act(module: Module, call: Call) -> bool:
    function = module.expression(call.function)
    called = last_name(function)
    return called not in _HARMLESS and is_run_on_import(module, call.block)

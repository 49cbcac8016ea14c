"""Whether a change of one file takes an import away on which others rely: it loads a submodule that they only reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from ssot_lint.engine import Draft
from ssot_lint.files.dotted import above, last
from ssot_lint.fixing.running import imports_of, reach
from ssot_lint.fixing.spelled import attributes_of
from ssot_lint.index import External, Module, ModuleTarget, ProjectIndex
from ssot_lint.model.facts import Attribute

_ALWAYS = frozenset({"os.path"})
_MOST = 200
_MOST_KEPT = 2_000
"""Modules that are looked at, the nearest first."""


def not_loaded(path: str, before: Draft, after: Draft, index: ProjectIndex) -> str:
    """Why others, or the file itself, would miss a module that it loads no more; empty where nobody would.

    Args:
        index: of the project with the change.
    """
    gone = _loads(before.module(path)) - _loads(after.module(path))
    for name in sorted(item for item in gone if "." in item and index.module(item) is not None):
        package = index.module(name.rpartition(".")[0])
        if package is not None and (name in _loads(package) or last(name) in package.names):
            continue
        other = index.once(("reached", name), partial(_reached_from, name))
        if other:
            return f"`{name}`, which {other} reaches without an import of its own, would not be loaded"
    lost = _lost_on_the_way(after.module(path), gone, index) if gone else ""
    return f"`{lost}`, which is used here without an import of its own, may not be loaded any more" if lost else ""


def _lost_on_the_way(module: Module, gone: Iterable[str], index: ProjectIndex) -> str:
    """A submodule that a file uses, and that only something has loaded that it imports no more; empty without one."""
    used = attributes_of(module)
    sources = [name for name in gone if index.module(name, module) is not None]
    own = _loads(module)
    there = {*own, *_ALWAYS}
    brought = {name for name in _names_loaded(index, reach(index, sources, module, _MOST)) if last(name) in used}
    reached = [name for name in sorted(brought - there) if "." in name and _means(module, index, name)]
    if not reached:
        return ""
    around = (outer for name in module.file.modules for outer in above(name))
    kept = set(_names_loaded(index, reach(index, (*own, *around), module, _MOST_KEPT)))
    return next((name for name in reached if name not in kept), "")


def _names_loaded(index: ProjectIndex, paths: Iterable[str]) -> Iterator[str]:
    """The modules that are loaded when some files are run, those outside the project as far as these name them."""
    for module in map(index.at, paths):
        yield from module.file.modules
        for names in imports_of(module):
            yield from (*names, *above(names[0]))


def _means(module: Module, index: ProjectIndex, name: str) -> bool:
    """Whether an attribute in a file is a submodule."""
    for place, item in module.all_of(Attribute):
        if item.name == last(name):
            for found in index.reference(module, place):
                if isinstance(found.target, (ModuleTarget, External)) and _dotted(found.target) == name:
                    return True
    return False


def _dotted(target: ModuleTarget | External) -> str:
    return target.path if isinstance(target, External) else target.module


def _reached_from(name: str, index: ProjectIndex) -> str:
    """The path of a file that takes a submodule from its package without importing it; empty where none does."""
    for other in index.with_word(last(name)):
        if last(name) in attributes_of(other) and name not in _loads(other):
            if _reaches(other, index, name):
                return other.file.path
    return ""


def _loads(module: Module) -> frozenset[str]:
    """The modules that a file imports, whenever that is, and those above them."""
    return module.noted("loads", _loaded)


def _loaded(module: Module) -> Iterator[str]:
    for fact in module.facts.imports:
        source = module.absolute(fact)
        if source and not module.typing_only(fact.block):
            yield from (source, *above(source), f"{source}.{fact.name}")


def _reaches(other: Module, index: ProjectIndex, name: str) -> bool:
    """Whether a file takes a submodule from its package, as an attribute."""
    package, _, submodule = name.rpartition(".")
    for _, item in other.all_of(Attribute):
        if item.name == submodule:
            owners = [found.target for found in index.reference(other, item.value)]
            if any(isinstance(owner, ModuleTarget) and owner.module == package for owner in owners):
                return True
    return False

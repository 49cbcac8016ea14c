"""Whether a change of one file takes an import away on which others rely: it loads a submodule that they only reach."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ssot_lint.engine import Draft
from ssot_lint.files.dotted import above, last
from ssot_lint.fixing.spelled import attributes_of
from ssot_lint.index import Module, ModuleTarget, ProjectIndex
from ssot_lint.model.facts import Attribute


def not_loaded(path: str, before: Draft, after: Draft, index: ProjectIndex) -> str:
    """Why others would miss a module that the file loads no more; empty where nobody would.

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
    return ""


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

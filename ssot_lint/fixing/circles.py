"""Whether an import can fail because modules import each other in a circle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial

from ssot_lint.files.dotted import above, last
from ssot_lint.index import Module, ProjectIndex
from ssot_lint.model.facts import Call

_ASKING = frozenset({"import_module", "importlib"})
_MOST = 60
"""Modules that are looked at, the nearest first: a circle that is longer than that has been there all along."""
_MOST_AFTERWARDS = 400
"""The same where all that was changed is looked over once."""


def may_lead_back(index: ProjectIndex, module: Module, source: str, thorough: bool = True) -> bool:
    """Whether importing `source` while `module` is imported may come back to `module`, which is not ready then.

    Args:
        thorough: look at all that `source` imports in turn; else only at its own imports.
    """
    return bool(way_back(index, module, source, thorough))


def way_back(
    index: ProjectIndex, module: Module, source: str, thorough: bool = True, most: int = _MOST
) -> tuple[str, ...]:
    """The modules by way of which importing `source` comes back to `module`, itself the last; empty where it does not.

    Args:
        thorough: look at all that `source` imports in turn; else only at its own imports.
        most: how many modules are looked at.
    """
    ways: dict[str, tuple[str, ...]] = {item.file.path: (item.name,) for item in _loaded(index, source, module)}
    pending = deque(ways)
    while pending and len(ways) <= most:
        current = pending.popleft()
        for path, name in index.once(("runs", current), partial(_run_by, current)):
            way = *ways[current], name
            if path == module.file.path:
                return way
            if thorough and path not in ways:
                ways[path] = way
                pending.append(path)
    return ()


def _run_by(path: str, index: ProjectIndex) -> tuple[tuple[str, str], ...]:
    """The files that are run as soon as one is imported: (path, module), each once, in the order of the imports."""
    module = index.at(path)
    names = dict.fromkeys((*_needed_by_statements(index, module), *_imported_by_calls(index, module)))
    return tuple(dict.fromkeys((item.file.path, item.name) for name in names for item in _loaded(index, name, module)))


def new_circles(before: ProjectIndex, after: ProjectIndex, old: Module, new: Module) -> Iterator[tuple[str, ...]]:
    """The circles into which the changes of one file have brought it: each as the modules on the way, the file first.

    What gives way to something that has led back as well brings none.
    """
    sources, known = (
        dict.fromkeys(_needed_by_statements(index, module)) for index, module in ((after, new), (before, old))
    )
    if any(way_back(before, old, source, most=_MOST_AFTERWARDS) for source in known if source not in sources):
        return
    ways = (way_back(after, new, source, most=_MOST_AFTERWARDS) for source in sources if source not in known)
    yield from dict.fromkeys((new.name, *way) for way in ways if way)


def is_imported_at_once(module: Module, source: str) -> bool:
    """Whether a module imports another one as soon as it is imported itself."""
    return any(source in names for names in _imported_by_statements(module))


def _loaded(index: ProjectIndex, name: str, importer: Module) -> Iterator[Module]:
    """The modules that an import of a dotted name runs.

    What stands on the way and is being run already is not run once more: the packages around the importer, and itself
    where it is the `__init__` of one. Nobody asks for anything in these.
    """
    running = {outer for own in importer.file.modules for outer in (own, *above(own))}
    for part in (name, *(package for package in above(name) if package not in running)):
        found = index.module(part, importer)
        if found is not None:
            yield found


def _needed_by_statements(index: ProjectIndex, module: Module) -> Iterator[str]:
    """The modules that are imported as soon as a module is.

    Of a package around it that is not meant where only a submodule is taken from it.
    """
    around = {outer for own in module.file.modules for outer in (own, *above(own))}
    for source, *submodule in _imported_by_statements(module):
        is_passed = source in around and any(_is_submodule(index, source, name, module) for name in submodule)
        yield from submodule if is_passed else (source, *submodule)


def _is_submodule(index: ProjectIndex, package: str, name: str, importer: Module) -> bool:
    """Whether a name in a package is a submodule, and the package itself binds nothing to it."""
    found = index.module(package, importer)
    return index.module(name, importer) is not None and (found is None or last(name) not in found.names)


def _imported_by_statements(module: Module) -> Iterator[tuple[str, ...]]:
    """For each import that is run with a module: the module that it names, and what it takes, as if that were one."""
    for binding in module.facts.bindings:
        runs = binding.kind == "import" and is_run_on_import(module, binding.block)
        if runs and not module.typing_only(binding.block):
            fact = module.facts.imports[binding.value]
            source = module.absolute(fact)
            if source:
                yield (source, f"{source}.{fact.name}") if fact.name and fact.name != "*" else (source,)


def _imported_by_calls(index: ProjectIndex, module: Module) -> Iterator[str]:
    """The same by `importlib.import_module("...")`, where that names them by constants."""
    if not any(_ASKING & {fact.name, fact.module} for fact in module.facts.imports):
        return
    for _, call in module.all_of(Call):
        if is_run_on_import(module, call.block) and not module.typing_only(call.block):
            yield from filter(None, (index.dynamically_imported(module, call),))


def is_run_on_import(module: Module, block: int) -> bool:
    """Whether a place is reached while the module is imported, and not only when a function is called."""
    scope = module.facts.blocks[block].scope
    while scope >= 0:
        fact = module.facts.scopes[scope]
        if fact.kind == "function":
            return False
        scope = fact.parent
    return True

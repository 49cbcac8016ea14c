"""What is run as soon as something is imported."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial

from ssot_lint.files.dotted import above, last
from ssot_lint.index import Module, ProjectIndex
from ssot_lint.model.facts import Call

_ASKING = frozenset({"import_module", "importlib"})


def run_by(path: str, index: ProjectIndex) -> tuple[tuple[str, str], ...]:
    """The files that are run as soon as one is imported: (path, module), each once, in the order of the imports."""
    module = index.at(path)
    names = dict.fromkeys((*needed_by(index, module), *_imported_by_calls(index, module)))
    found = (item for name in names for item in loaded_by(index, name, module))
    return tuple(dict.fromkeys((item.file.path, item.name) for item in found))


def reach(
    index: ProjectIndex, names: Iterable[str], importer: Module, most: int, without: Iterable[str] = ()
) -> dict[str, str]:
    """The files that are run where a file imports some modules, as path -> module, the nearest first.

    Args:
        most: how many are looked at.
        without: paths of files beyond which nobody looks.
    """
    found = {item.file.path: item.name for name in names for item in loaded_by(index, name, importer)}
    found = {path: name for path, name in found.items() if path not in without}
    pending = deque(found)
    while pending and len(found) <= most:
        current = pending.popleft()
        for path, name in index.once(("runs", current), partial(run_by, current)):
            if path not in found and path not in without:
                found[path] = name
                pending.append(path)
    return found


def loaded_by(index: ProjectIndex, name: str, importer: Module) -> Iterator[Module]:
    """The modules that an import of a dotted name runs.

    What stands on the way and is being run already is not run once more: the packages around the importer, and itself
    where it is the `__init__` of one. Nobody asks for anything in these.
    """
    running = {outer for own in importer.file.modules for outer in (own, *above(own))}
    for part in (name, *(package for package in above(name) if package not in running)):
        found = index.module(part, importer)
        if found is not None:
            yield found


def needed_by(index: ProjectIndex, module: Module) -> Iterator[str]:
    """The modules that are imported as soon as a module is.

    Of a package around it that is not meant where only a submodule is taken from it.
    """
    around = {outer for own in module.file.modules for outer in (own, *above(own))}
    for source, *submodule in imports_of(module):
        is_passed = source in around and any(_is_submodule(index, source, name, module) for name in submodule)
        yield from submodule if is_passed else (source, *submodule)


def _is_submodule(index: ProjectIndex, package: str, name: str, importer: Module) -> bool:
    """Whether a name in a package is a submodule, and the package itself binds nothing to it."""
    found = index.module(package, importer)
    return index.module(name, importer) is not None and (found is None or last(name) not in found.names)


def imports_of(module: Module) -> Iterator[tuple[str, ...]]:
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

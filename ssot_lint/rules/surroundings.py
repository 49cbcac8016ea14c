"""What the project tells of the words of the configuration: where they may be imported from, and what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ssot_lint.files.dotted import last
from ssot_lint.index import Definition, External, Module, Modules, ModuleTarget, ProjectIndex
from ssot_lint.index.likeness import originals
from ssot_lint.index.words import Surroundings, other_names
from ssot_lint.model.facts import NONE
from ssot_lint.model.policy import ObjectPath, Policy
from ssot_lint.model.source import SourceFile
from ssot_lint.model.triggers import Triggers
from ssot_lint.rules.constants import constants_of
from ssot_lint.rules.context import Knowledge
from ssot_lint.rules.scents import territory
from ssot_lint.scan.telltales import Telltale

_DEFINING = frozenset({"class", "function", "assign", "other", "with", "async-with"})


def surroundings_of(
    policy: Policy, triggers: Triggers, modules: Modules, base: Knowledge, prefetch: Callable[[list[SourceFile]], None]
) -> Surroundings:
    """The surroundings of a policy's words.

    Args:
        base: what is known of the canonical places.
        prefetch: loads the facts of many files at once.
    """
    index = base.index
    there = {
        name: index.module(name) for name in sorted(triggers.modules)
        if index.is_first_party(name) and not base.catalogue.is_retired(name)  # then that is what is said of it
    }
    prefetch([module.file for module in there.values() if module is not None])
    inherited = {*triggers.bases, *triggers.probed, *triggers.heirs}
    named_modules = (f"{item.path.module}.{item.path.name}" for item in policy.retirements if item.path.name)
    lands = {*territory(policy), *_modules_that_are_truths(policy, base)}
    lands.update(name for name in named_modules if name in modules.by_name)
    harmless = _harmless(policy, base)
    offered = dict(_offered(index, (module for module in there.values() if module is not None), harmless))
    return Surroundings(
        territory=other_names(lands, (module.file for module in modules.by_path.values())),
        names=_real_names(policy, base) if triggers.names else frozenset(),
        inherited=_names_of(inherited, base),
        kin=_names_of(triggers.kin, base),
        built=_names_of(triggers.built, base) | _methods_of(triggers.makers, base),
        below=_names_of(triggers.below, base),
        offered=offered,
        leaves=frozenset(
            name for name in offered if not all(module.file.is_package for module in modules.by_name.get(name, ()))
        ),
        lost=frozenset(
            name for name, module in there.items()
            if module is None and not isinstance(index.module_target(name), ModuleTarget)
        ),
        harmless=harmless,
        telltales=tuple(_telltales(triggers, base)),
        literals=frozenset(constant.value for constant in constants_of(index, sorted(triggers.literals))),
        own=frozenset(name.partition(".")[0] for name in (*modules.by_name, *modules.natives)),
        retired=frozenset(f"{item.path}".replace(":", ".") for item in policy.retirements),
    )


def _telltales(triggers: Triggers, base: Knowledge) -> Iterator[Telltale]:
    for path, similarity in sorted(triggers.originals):
        for original in originals(base.index, base.catalogue.targets(path), similarity):
            yield from filter(None, (original.telltale,))


def _names_of(paths: Iterable[ObjectPath], base: Knowledge) -> frozenset[str]:
    """The last parts of object paths, and the names under which the same objects are defined."""
    return frozenset(last(name) for path in paths for name in (path.name, *_defined_as(path, base))) - {""}


def _methods_of(paths: Iterable[ObjectPath], base: Knowledge) -> frozenset[str]:
    """The methods by which others may get something from the classes among some objects."""
    return frozenset(
        function.name
        for path in paths for target in base.catalogue.targets(path)
        if isinstance(target, Definition) and target.kind == "class"
        for function in base.index.at(target.path).facts.functions
        if function.owner == target.index and function.name[:1] != "_"
        and (function.returned or function.yielded or function.returns != NONE)
    )


def _modules_that_are_truths(policy: Policy, base: Knowledge) -> Iterable[str]:
    """`import main as Engine` in a canonical module makes a module the truth."""
    for truth in policy.truths:
        targets = base.catalogue.identities[truth.name]
        yield from (target.module for target in targets if isinstance(target, ModuleTarget))


def _defined_as(path: ObjectPath, base: Knowledge) -> Iterable[str]:
    for target in base.catalogue.targets(path):
        if isinstance(target, Definition):
            yield target.name
        elif isinstance(target, External):
            yield target.path


def _real_names(policy: Policy, base: Knowledge) -> frozenset[str]:
    return frozenset(
        last(name) for truth in policy.truths if truth.canonical.name for name in _defined_as(truth.canonical, base)
    )


def _offered(
    index: ProjectIndex, modules: Iterable[Module], harmless: Mapping[str, tuple[str, ...]]
) -> Iterable[tuple[str, frozenset[str]]]:
    """By every name of a module, what it surely has: definitions, and truths; what it only imports may be missing."""
    for module in modules:
        names = frozenset(name for name in module.names if _is_surely_there(module, name))
        for name in module.file.modules:
            truths = (truth for truth, homes in harmless.items() if name in homes)
            yield name, frozenset() if index.is_ambiguous(name) else names.union(truths)


def _is_surely_there(module: Module, name: str) -> bool:
    bindings = module.exported(name)
    return any(item.kind in _DEFINING and not module.typing_only(item.block) for item in bindings)


def _harmless(policy: Policy, base: Knowledge) -> dict[str, tuple[str, ...]]:
    """The canonical modules and facades of each truth, where importing its name surely gives the truth."""
    found: dict[str, list[str]] = {}
    for truth in policy.truths:
        name = truth.canonical.name
        if not name or "." in name:
            continue
        identity = base.catalogue.identities[truth.name]
        for module in (truth.canonical.module, *truth.facades):
            if _gives(base.index, module, name, identity) and base.catalogue.retirement_of(f"{module}.{name}") is None:
                found.setdefault(name, []).append(module)
    return {name: tuple(modules) for name, modules in found.items() if _is_name_of_one(policy, name)}


def _gives(index: ProjectIndex, module: str, name: str, identity: Iterable[object]) -> bool:
    resolutions = index.member(module, name)
    if index.is_ambiguous(module):
        return False
    return all(item.target in identity and not item.typing_only for item in resolutions)


def _is_name_of_one(policy: Policy, name: str) -> bool:
    """Two truths of one name, or something retired that is called the same, are told apart by resolution alone."""
    truths = [truth for truth in policy.truths if last(truth.canonical.name) == name]
    members = [truth for truth in policy.truths if name in truth.removed]
    return len(truths) == 1 and not members

"""The entries of the configuration, and what they mean in the project: the same for all of its files."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index import Definition, Module, ModuleTarget, ProjectIndex, Target, Unknown
from ssot_lint.model.facts import NONE, ClassFact, FunctionFact
from ssot_lint.model.policy import ObjectPath, Policy, Retirement, Truth
from ssot_lint.rules.scents import named_modules


class Entries:
    """The entries of the configuration by what they are asked for: the same for all files of a project.

    Attributes:
        identities: name of a truth -> what it is.
        truths: name -> truth.
        retired: dotted path -> what is retired.
        modules: every module that is named as something that exists.
        truth_of: what is a truth -> that truth.
        truth_modules: the same for those that are whole modules, by their names.
    """

    def __init__(self, policy: Policy, index: ProjectIndex) -> None:
        self.identities = {truth.name: _identity(index, truth) for truth in policy.truths}
        self.truths = {truth.name: truth for truth in policy.truths}
        self.retired = {dotted(item.path): _in_plain_terms(index, item) for item in policy.retirements}
        self.truth_of = {
            target: truth for truth in policy.truths if truth.canonical.name for target in self.identities[truth.name]
        }
        self.modules = named_modules(policy)
        self.truth_modules = {truth.canonical.module: truth for truth in policy.truths if not truth.canonical.name}


def _in_plain_terms(index: ProjectIndex, item: Retirement) -> Retirement:
    """The same with submodules put as modules, and not as names in their packages."""
    replacement = None if item.replacement is None else _as_module(index, item.replacement)
    return msgspec.structs.replace(item, path=_as_module(index, item.path), replacement=replacement)


def _as_module(index: ProjectIndex, path: ObjectPath) -> ObjectPath:
    module = dotted(path)
    if not path.name or not isinstance(index.module_target(module), ModuleTarget):
        return path
    found = index.member(path.module, path.name)
    is_module = all(isinstance(item.target, ModuleTarget) and item.target.module == module for item in found)
    return ObjectPath(module) if is_module else path


def _identity(index: ProjectIndex, truth: Truth) -> tuple[Target, ...]:
    if not truth.canonical.name:
        return (index.module_target(truth.canonical.module),)
    return tuple(target for target in targets_of(index, truth.canonical) if not isinstance(target, Unknown))


def targets_of(index: ProjectIndex, path: ObjectPath) -> Iterator[Target]:
    """What an object path of the configuration means; a member of a class is looked up by its qualified name."""
    first, *rest = path.name.split(".")
    for resolution in index.member(path.module, first):
        target = resolution.target
        if rest and isinstance(target, Definition):
            yield from _by_qualname(index.at(target.path), ".".join((target.name, *rest)))
        else:
            yield target


def _by_qualname(module: Module, qualname: str) -> Iterator[Definition]:
    tables: tuple[tuple[str, tuple[ClassFact | FunctionFact, ...]], ...] = (
        ("class", module.facts.classes), ("function", module.facts.functions),
    )
    for kind, facts in tables:
        for index, fact in enumerate(facts):
            if fact.qualname == qualname:
                yield Definition(module.name, qualname, kind, module.file.path, index)
    owner, _, name = qualname.rpartition(".")
    for fact in module.facts.classes:
        bindings = module.all_in_scope(fact.scope, name) if fact.qualname == owner else ()
        if any(binding.kind == "assign" for binding in bindings):
            yield Definition(module.name, qualname, "variable", module.file.path, NONE)


def dotted(path: ObjectPath) -> str:
    return f"{path.module}.{path.name}" if path.name else path.module

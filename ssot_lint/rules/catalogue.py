"""The declared truths held against the index: what is the truth, what is retired, who may do what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property

import msgspec

from ssot_lint.index import (
    Definition, External, Hop, Missing, Module, ModuleTarget, ProjectIndex, Resolution, Target,
)
from ssot_lint.index.classes import ClassIndex
from ssot_lint.model.policy import Allowance, ObjectPath, Policy, Retirement, Truth
from ssot_lint.rules.declared import Entries, dotted, targets_of


class Bypass(msgspec.Struct, frozen=True):
    """A way that reaches the truth or something retired and is not the canonical one.

    Attributes:
        name: what was imported, or the attribute that was read; empty for a module as a whole.
        retirement: what of the configuration is hit; None where it is the truth itself, reached by a detour.
        truth: the truth concerned; None for `moved` and `gone`.
        resolution: what it is, and the way there.
        hop: the step that is retired; the first one for a detour.
    """

    name: str
    hop: Hop
    retirement: Retirement | None
    truth: Truth | None
    resolution: Resolution


class Catalogue:
    """Answers for one project.

    Attributes:
        identities: name of a truth -> what it is.
        excused: entries of the configuration without which some answer would have been another.
    """

    def __init__(self, policy: Policy, index: ProjectIndex, classes: ClassIndex) -> None:
        self.policy = policy
        self._index = index
        self._classes = classes
        self._entries = index.once("entries", lambda own: Entries(policy, own))
        self.identities = self._entries.identities
        self.excused: set[Allowance] = set()

    def is_there(self, truth: Truth) -> bool:
        """Whether its canonical place exists; a module of the project may offer there what belongs to somebody else."""
        absent: tuple[type, ...] = (Missing, External)
        if truth.canonical.name and self._index.module(truth.canonical.module) is not None:
            absent = (Missing,)
        return any(not isinstance(target, absent) for target in self.identities[truth.name])

    def targets(self, path: ObjectPath) -> Iterator[Target]:
        """What an object path of the configuration means; see `targets_of`."""
        return targets_of(self._index, path)

    def module_at(self, path: str) -> Module:
        """The file at a path."""
        return self._index.at(path)

    # --- truths

    @cached_property
    def truths_by_own_name(self) -> dict[str, Truth]:
        """Last part of the canonical path -> the truth."""
        return {truth.canonical.name.rpartition(".")[2]: truth for truth in self.policy.truths if truth.canonical.name}

    @property
    def named_modules(self) -> frozenset[str]:
        """Every module that the configuration names as something that exists."""
        return self._entries.modules

    def truth(self, name: str) -> Truth | None:
        return self._entries.truths.get(name)

    def truth_at(self, target: Target) -> Truth | None:
        """The truth that a target is, or, for a truth that is a whole module, that it belongs to."""
        found = self._entries.truth_of.get(target)
        if found is None and isinstance(target, (Definition, ModuleTarget)):
            found = self._entries.truth_modules.get(target.module)
        return found

    def is_canonical_way(self, truth: Truth, module: str, name: str = "") -> bool:
        """Whether the truth, or `name` of a truth that is a module, may be imported from a module."""
        home = truth.canonical.module
        if module == home or module in truth.facades:
            return True
        return not truth.canonical.name and (module.startswith(home + ".") or f"{module}.{name}" == home)

    # --- what is retired

    def retirement_of(self, path: str) -> Retirement | None:
        """What of the configuration a dotted path names or leads into: the path itself, or a retired module above."""
        item = self._entries.retired.get(path)
        while item is None and "." in path:
            path = path.rpartition(".")[0]
            item = self._entries.retired.get(path)
        return item

    def retirement_at(self, hop: Hop) -> Retirement | None:
        return self.retirement_of(f"{hop.module}.{hop.name}" if hop.name else hop.module)

    def is_retired(self, module: str) -> bool:
        """Whether a module as a whole is retired."""
        item = self.retirement_of(module)
        return item is not None and not item.path.name

    def place_today(self, path: ObjectPath) -> ObjectPath:
        """Where something is after all the moves that the configuration tells of; the path itself if it never moved."""
        for _ in self.policy.retirements:  # no way leads through more of them
            retirement = self.retirement_of(dotted(path))
            if retirement is None or retirement.replacement is None or _has_no_counterpart(path, retirement):
                break
            path = _carried(path, retirement.path, retirement.replacement)
        return path

    def parted(self, path: ObjectPath) -> ObjectPath:
        """A dotted path as the longest module in it, and what is named in that."""
        if path.name:
            return path
        module, name = path.module, ""
        while not self._is_module(module) and "." in module:
            module, _, last = module.rpartition(".")
            name = f"{last}.{name}" if name else last
        return ObjectPath(module, name) if self._is_module(module) else path

    def _is_module(self, name: str) -> bool:
        named = self._entries.retired.get(name)
        retired = named is not None and not named.path.name
        return retired or isinstance(self._index.module_target(name), ModuleTarget)

    # --- bypasses

    def of_import(self, importer: Module, module: str, name: str) -> list[Bypass]:
        """How `from module import name` (or `import module`, with an empty name) goes round the canonical way."""
        if name:
            resolutions = self._index.member(module, name, importer)
        else:
            resolutions = (Resolution(self._index.module_target(module, importer), (Hop(module, ""),)),)
        return self.of_resolutions(importer, module, name, resolutions)

    def of_resolutions(
        self, importer: Module, module: str, name: str, resolutions: Iterable[Resolution]
    ) -> list[Bypass]:
        """The same for a name that has been resolved already; at most one for each truth and each retirement."""
        found: dict[object, Bypass] = {}
        for resolution in resolutions:
            bypass = self._judge(importer, module, name, resolution)
            if bypass is not None:
                found.setdefault(bypass.truth.name if bypass.truth else bypass.retirement, bypass)
        return list(found.values())

    def _judge(self, importer: Module, module: str, name: str, resolution: Resolution) -> Bypass | None:
        truth = self.truth_at(resolution.target)
        if truth is not None and self.is_canonical_way(truth, module, name):
            return None
        hop, retirement = self._first_retired(self._steps_of(truth, module, name, resolution), resolution.target)
        if retirement is not None:
            concerned = self._entries.truths.get(retirement.truth) or truth
            exempt = self._may_use(importer, retirement, concerned) or self._redirects(importer, resolution)
        elif truth is not None:
            concerned = truth
            exempt = self.may_reach(importer, truth) or self._redirects(importer, resolution)
        else:
            return None
        return None if exempt else Bypass(name, hop, retirement, concerned, resolution)

    def _first_retired(self, steps: Iterator[Hop], target: Target) -> tuple[Hop, Retirement | None]:
        passed: list[Hop] = []
        for hop in steps:
            retirement = self._retirement_on_the_way(hop, target)
            if retirement is not None and _leads_through_the_new_place(passed, hop, retirement):
                break
            if retirement is not None:
                return hop, retirement
            passed.append(hop)
        return passed[0] if passed else Hop("", ""), None

    def _retirement_on_the_way(self, hop: Hop, target: Target) -> Retirement | None:
        """A package may have a name of its own that hides its retired submodule: that name is something else."""
        retirement = self.retirement_at(hop)
        path = f"{hop.module}.{hop.name}"
        hidden = retirement is not None and hop.name and str(retirement.path) == path and not self._is_at(target, path)
        return self.retirement_of(hop.module) if hidden else retirement

    def _is_at(self, target: Target, module: str) -> bool:
        """Whether something can be the module of a dotted name."""
        if isinstance(target, ModuleTarget):
            other = self._index.module(module)
            return target.module == module or (other is not None and other.file.path == target.path)
        return not isinstance(target, Definition) and (not isinstance(target, External) or target.path == module)

    def _steps_of(self, truth: Truth | None, module: str, name: str, resolution: Resolution) -> Iterator[Hop]:
        """The steps for which the importer answers: where the truth is somebody else's, what its canonical module does
        to get it is its own affair."""
        home = truth.canonical if truth is not None and isinstance(resolution.target, External) else None
        for hop in self._steps(module, name, resolution):
            if home is not None and hop == Hop(home.module, home.name):
                return
            yield hop

    def _steps(self, module: str, name: str, resolution: Resolution) -> Iterator[Hop]:
        target = resolution.target
        end = (Hop(target.module, ""),) if isinstance(target, ModuleTarget) else ()
        for hop in (Hop(module, name), *resolution.chain, *end):
            yield hop
            yield from self._by_other_names(hop)

    def _by_other_names(self, hop: Hop) -> Iterator[Hop]:
        """The same step where import roots inside import roots give its module several names."""
        module = self._index.module(hop.module)
        for name in module.file.modules if module else ():
            if name != hop.module:
                yield Hop(name, hop.name)

    def may_use(self, importer: Module, retirement: Retirement) -> bool:
        """Whether a module may use something retired."""
        return self._may_use(importer, retirement, self._entries.truths.get(retirement.truth))

    def _may_use(self, importer: Module, retirement: Retirement, truth: Truth | None) -> bool:
        """The replacement itself, a truth's own modules, and the inside of what is retired may use it."""
        names = importer.file.modules
        home = retirement.replacement.module if retirement.replacement else ""
        inside = not retirement.path.name and any(_is_within(name, retirement.path.module) for name in names)
        return (truth is not None and self.may_reach(importer, truth)) or inside or home in names

    def may_reach(self, importer: Module, truth: Truth) -> bool:
        """Whether a module may go its own way to a truth: its home, a facade, what is allowed."""
        names = importer.file.modules
        allowing = [entry for entry in truth.allow_in if any(_is_within(name, entry) for name in names)]
        self.excused.update((truth.key, "allow-in", entry) for entry in allowing)  # even if another ground would do
        return bool(allowing) or truth.canonical.module in names or any(facade in names for facade in truth.facades)

    def _redirects(self, importer: Module, resolution: Resolution) -> bool:
        """A retired module that only passes on what lives elsewhere is the redirect, not a user of it."""
        facts = importer.facts
        if facts.classes or any(function.name not in ("__getattr__", "__dir__") for function in facts.functions):
            return False
        if not self.is_retired(importer.name):
            return False
        target = resolution.target
        return isinstance(target, (Definition, External)) and self.retirement_at(_home(target)) is None

    # --- receivers

    def stands_for(self, truth: Truth, definition: Definition) -> bool:
        """Whether a class is the truth, or what the truth has retired."""
        if definition in self.identities[truth.name]:
            return True
        retirement = self.retirement_at(Hop(definition.module, definition.name))
        if retirement is None or retirement.truth != truth.name:
            return False
        return bool(retirement.path.name) or self.is_named_like(truth, definition.name.rpartition(".")[2])

    def is_predecessor(self, truth: Truth, definition: Definition) -> bool:
        """Whether a class is what the truth has retired."""
        return definition not in self.identities[truth.name] and self.stands_for(truth, definition)

    def is_external_truth(self, truth: Truth, path: str) -> bool:
        """Whether a dotted path outside the project is what the truth has retired."""
        retirement = self.retirement_of(path)
        return retirement is not None and retirement.truth == truth.name

    # --- duplicates

    def truths_of_class(self, definition: Definition) -> Iterator[tuple[Truth, str]]:
        """The truths that a class is, extends, or implements a second time; with "truth", "subclass" or "duplicate"."""
        ancestors = self._classes.ancestry(definition).definitions
        for truth in self.policy.truths:
            identity = self.identities[truth.name]
            if definition in identity:
                yield truth, "truth"
            elif any(ancestor in identity for ancestor in ancestors):
                yield truth, "subclass"
            elif self.is_duplicate(truth, definition):
                yield truth, "duplicate"

    def is_duplicate(self, truth: Truth, definition: Definition) -> bool:
        """Whether a definition outside the truth is another implementation of it, whatever is allowed."""
        if definition in self.identities[truth.name] or definition.module == truth.canonical.module:
            return False
        hop = Hop(definition.module, definition.name)
        retirement = self.retirement_at(hop)
        by_name = self.is_named_like(truth, definition.name.rpartition(".")[2])
        if retirement is not None and retirement.truth == truth.name and (retirement.path.name or by_name):
            return True
        return by_name or any(True for _ in self.implemented(truth, definition))

    def is_named_like(self, truth: Truth, name: str) -> bool:
        return name == truth.canonical.name.rpartition(".")[2] or bool(self.pattern_of(truth, name))

    def pattern_of(self, truth: Truth, name: str) -> str:
        """The first of `duplicates.names` that a name matches; "" for none."""
        return next((pattern for pattern in truth.duplicates.names if fnmatchcase(name, pattern)), "")

    def implemented(self, truth: Truth, definition: Definition) -> Iterator[str]:
        """The interfaces of `duplicates.implements` that a class inherits from, as they are written there."""
        if definition.kind != "class" or not truth.duplicates.implements:
            return
        ancestry = self._classes.ancestry(definition)
        above = {_dotted_name(item) for item in ancestry.definitions} | set(ancestry.externals)
        for path in truth.duplicates.implements:
            names = {dotted(path)} | {_dotted_name(target) for target in self.targets(path)}
            if names & above:
                yield str(path)

    def is_allowed(self, truth: Truth, definition: Definition) -> bool:
        """Whether `duplicates.allow` sanctions a definition, or it is one of the interfaces, or another truth."""
        if self._entries.truth_of.get(definition, truth).name != truth.name:
            return True
        if any(self._is_meant_by(path, definition) for path in truth.duplicates.implements):
            return True
        allowing = [path for path in truth.duplicates.allow if self._is_meant_by(path, definition)]
        self.excused.update((truth.key, "duplicates.allow", str(path)) for path in allowing)
        return bool(allowing)

    def _is_meant_by(self, path: ObjectPath, definition: Definition) -> bool:
        name = _dotted_name(definition)
        return name == dotted(path) or any(name == _dotted_name(target) for target in self.targets(path))


def _leads_through_the_new_place(passed: Iterable[Hop], hop: Hop, retirement: Retirement) -> bool:
    """Whether one came to something retired by what took its place: where that gets it is its own affair."""
    if retirement.replacement is None:
        return False
    place = dotted(_carried(ObjectPath(hop.module, hop.name), retirement.path, retirement.replacement))
    return any(place == dotted(ObjectPath(item.module, item.name)) for item in passed)


def _has_no_counterpart(path: ObjectPath, retirement: Retirement) -> bool:
    """Whether something was in a module that gave way to one object, which is something else."""
    new = retirement.replacement
    in_module = not retirement.path.name and path.module == retirement.path.module and bool(path.name)
    return in_module and new is not None and bool(new.name) and path.name != new.name


def _carried(path: ObjectPath, old: ObjectPath, new: ObjectPath) -> ObjectPath:
    """What becomes of `path`, which is `old` or part of it, where `old` became `new`."""
    rest = dotted(path)[len(dotted(old)):]
    if new.name:
        return ObjectPath(new.module, new.name + rest) if old.name else new
    if old.name or not path.name or not rest:
        return ObjectPath(new.module + rest)
    return ObjectPath(new.module + path.module[len(old.module):], path.name)


def _dotted_name(target: Target) -> str:
    if isinstance(target, Definition):
        return f"{target.module}.{target.name}"
    if isinstance(target, Missing):
        return f"{target.module}.{target.name}" if target.name else target.module
    return getattr(target, "path", "") if isinstance(target, External) else getattr(target, "module", "")


def _home(target: Definition | External) -> Hop:
    if isinstance(target, Definition):
        return Hop(target.module, target.name)
    return Hop(target.path, "")


def _is_within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")

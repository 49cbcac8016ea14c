"""Resolves modules and names through re-exports, star imports, lazy tables and aliases to what they mean."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar, cast

import msgspec

from ssot_lint.index.constants import constant_texts
from ssot_lint.index.consulted import ConsultedFiles
from ssot_lint.index.exports import ExportLists
from ssot_lint.index.loading import Loading
from ssot_lint.index.module import Module
from ssot_lint.index.modules import Modules
from ssot_lint.index.targets import Definition, External, Hop, Missing, ModuleTarget, Resolution, Target, Unknown
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, Choice, Import, LazyName, Name

_Answer = TypeVar("_Answer")
_MODULE_ATTRIBUTES = frozenset({
    "__name__", "__file__", "__doc__", "__dict__", "__path__", "__package__", "__loader__", "__spec__", "__all__",
    "__builtins__", "__annotations__", "__cached__", "__getattr__", "__version__",
})


class _Known(msgspec.Struct, Generic[_Answer], frozen=True):
    """An answer with what it rests on; see `ProjectIndex`."""

    answer: _Answer
    consulted: frozenset[str]
    looked_up: dict[str, bool]
    asked_everyone: bool
    is_sure: bool


class ProjectIndex(ConsultedFiles):
    """Everything that the project's files say, linked: what one judgement asks.

    What was answered once is remembered, so that a judgement made with an index of its own depends on nothing that
    was asked before it.

    Args:
        modules: the files.
    """

    def __init__(self, modules: Modules) -> None:
        super().__init__(modules)
        self._exports = ExportLists(self)
        self._submodules = Loading(self)
        self._asked_unknown: set[Hop] = set()
        self._asked_texts: set[tuple[str, int]] = set()
        self._members: dict[tuple[str, str, str], tuple[Resolution, ...]] = {}

    def once(self, key: Hashable, question: Callable[[ProjectIndex], _Answer]) -> _Answer:
        """The answer to what every judgement asks alike; what the answer rests on, this one rests on too.

        Args:
            key: the same for the same question about the same files.
        """
        answers = self._modules.answers
        if key not in answers:
            own = ProjectIndex(self._modules)
            answer = question(own)
            answers[key] = _Known(answer, frozenset(own.consulted), own.looked_up, own.asked_everyone, own.is_sure)
        known = cast("_Known[_Answer]", answers[key])
        self.consulted |= known.consulted
        self.looked_up.update(known.looked_up)
        self.asked_everyone = self.asked_everyone or known.asked_everyone
        self.is_sure = self.is_sure and known.is_sure
        return known.answer

    def importers(self, definition: Definition, name: str) -> int:
        """How many other files import something under a name, from wherever."""
        self.asked_everyone = True
        found: set[str] = set()
        for module, written in self._modules.importing(name):
            source = module.absolute_of(written)
            targets = (item.target for item in self.member(source, name, module))
            if module.file.path != definition.path and definition in targets:
                found.add(module.file.path)
        return len(found)

    # --- names in modules

    def member(self, module: str, name: str, importer: Module | None = None) -> tuple[Resolution, ...]:
        """Everything that `from module import name` can mean; never empty."""
        key = (module, name, "" if importer is None or not self.is_ambiguous(module) else importer.file.path)
        if key not in self._members:
            found = self._member(module, name, importer, frozenset())
            self._members[key] = found or (Resolution(Unknown(), (Hop(module, name),)),)
        return self._members[key]

    def _member(self, module: str, name: str, importer: Module | None, seen: frozenset[Hop]) -> tuple[Resolution, ...]:
        hop = Hop(module, name)
        if hop in seen:
            return ()  # a cycle of re-exports adds nothing
        provider = self.module(module, importer)
        if provider is None:
            return (Resolution(self._member_without_file(module, name, importer), (hop,)),)
        found = self._bound(provider, name, seen | {hop})
        if all(item.typing_only for item in found):  # at run time it comes from beyond, if at all
            beyond = self._beyond_bindings(provider, name, seen | {hop})
            found += [item for item in beyond if not found or not isinstance(item.target, Missing)]
        return tuple(
            Resolution(item.target, (hop, *item.chain) if item.chain[:1] != (hop,) else item.chain, item.typing_only)
            for item in found
        )

    def _member_without_file(self, module: str, name: str, importer: Module | None) -> Target:
        target = self.module_target(module, importer)
        if isinstance(target, External):
            return External(f"{module}.{name}")
        if isinstance(target, ModuleTarget):  # a package without __init__: other parts of it may be elsewhere
            below = self.module_target(f"{module}.{name}", importer)
            return Unknown() if isinstance(below, Missing) else below
        return target

    def _bound(self, provider: Module, name: str, seen: frozenset[Hop]) -> list[Resolution]:
        found: list[Resolution] = []
        for binding in provider.exported(name, self._further(provider, name, seen)):
            typing_only = provider.typing_only(binding.block)
            found.extend(
                Resolution(item.target, item.chain, typing_only or item.typing_only)
                for item in self._of_binding(provider, binding, seen)
            )
        return list(dict.fromkeys(found))

    def _further(self, provider: Module, name: str, seen: frozenset[Hop]) -> list[Binding]:
        """Bindings of a top-level name that only other files show: by star imports, by the import of a submodule."""
        found = []
        for star in provider.import_bindings if provider.stars else ():
            fact = provider.facts.imports[star.value]
            if fact.name == "*" and self._by_star(provider, fact, name, seen):
                found.append(msgspec.structs.replace(star, name=name, kind="star"))
        if name in provider.names or found:
            loading = self._loading(provider, name)
            if loading is not None:
                found.append(msgspec.structs.replace(loading, name=name, kind="submodule"))
        return found

    def _loading(self, package: Module, name: str) -> Binding | None:
        """The import in a package's `__init__` that loads its submodule `name`, and so sets the attribute."""
        submodule = f"{package.name}.{name}"
        if not package.file.is_package or submodule not in self._modules.by_name:
            return None
        return self._submodules.first_import(package, name)

    def _beyond_bindings(self, provider: Module, name: str, seen: frozenset[Hop]) -> list[Resolution]:
        """A name that the module does not bind itself: `__getattr__`, lazy tables, submodules, in Python's order."""
        found = []
        if provider.facts.lazy or provider.facts.has_getattr:
            found = self._from_getattr(provider, name, seen)
        if not found and provider.file.is_package:
            below = self.module_target(f"{provider.name}.{name}", provider)
            if not isinstance(below, Missing):
                found = [Resolution(below, ())]
        found = found or self._loaded_by_others(provider, name, seen)
        return found or [Resolution(self._absent(provider, name), ())]

    def _loaded_by_others(self, provider: Module, name: str, seen: frozenset[Hop]) -> list[Resolution]:
        """A submodule that a star import brings if somebody else has imported it by then."""
        for star in reversed(provider.stars):
            source = provider.absolute(star)
            if self.offers_to_star(source, name, provider):
                found = self._member(source, name, provider, seen)
                if found and all(isinstance(item.target, ModuleTarget) for item in found):
                    return list(found)
        return []

    def is_left_to_others(self, name: str, attribute: str) -> bool:
        """Whether a module has a name only if another import has brought it before: a submodule, by a star import."""
        provider = self.module(name)
        if provider is None or not provider.stars or self._bound(provider, attribute, frozenset()):
            return False
        own = f"{name}.{attribute}"
        targets = [item.target for item in self.member(name, attribute)]
        return all(isinstance(target, ModuleTarget) and target.module != own for target in targets)

    def _absent(self, provider: Module, name: str) -> Target:
        facts = provider.facts
        opaque = facts.has_getattr or facts.opaque_namespace or facts.unreadable is not None
        if opaque or name in _MODULE_ATTRIBUTES or self._stars_may_bring(provider, name, {provider.file.path}):
            return Unknown()
        return Missing(provider.name, name)

    # --- star imports

    def _stars_may_bring(self, provider: Module, name: str, seen: set[str]) -> bool:
        """Whether a star import, directly or through others, reaches something that cannot be read."""
        for star in provider.stars:
            name_of_source = provider.absolute(star)
            source = self.module(name_of_source, provider)
            if source is None:
                return True
            exports = self._exports.of(source)
            if exports is not None and exports.dynamic:
                return True
            if source.file.path in seen or not self.offers_to_star(name_of_source, name, provider):
                continue
            if source.facts.opaque_namespace or source.facts.unreadable is not None:
                return True
            if self._is_unknown_in(source, name):
                return True
            if self._stars_may_bring(source, name, seen | {source.file.path}):
                return True
        return False

    def _is_unknown_in(self, source: Module, name: str) -> bool:
        """Whether a module has a name from where nothing can be read: an extension module, for instance."""
        hop = Hop(source.file.path, name)
        if name not in source.names or hop in self._asked_unknown:
            return False
        self._asked_unknown.add(hop)
        try:
            bound = self._bound(source, name, frozenset({Hop(source.name, name)}))
            return any(isinstance(item.target, Unknown) for item in bound)
        finally:
            self._asked_unknown.remove(hop)

    def _by_star(self, module: Module, star: Import, name: str, seen: frozenset[Hop]) -> list[Resolution]:
        """What a star import makes of a name; empty where it does not bring it, or not surely.

        Without `__all__`, a star brings what stands in the module, and asks no `__getattr__` and for no submodule.
        """
        source = module.absolute(star)
        if not self.offers_to_star(source, name, module):
            return []
        provider, hop = self.module(source, module), Hop(source, name)
        if provider is None or hop in seen:
            return []
        exports = self._exports.of(provider)
        listed = exports is not None and name in exports.names
        if listed or self._bound(provider, name, seen | {hop}):
            found = self._member(source, name, module, seen)
            return [item for item in found if not isinstance(item.target, (Missing, Unknown))]
        loading = self._loading(provider, name)
        return [] if loading is None else [Resolution(self.module_target(f"{source}.{name}", module), (hop,))]

    def offers_to_star(self, module: str, name: str, importer: Module | None = None) -> bool:
        """Whether `from module import *` may bring the name, as far as `__all__` and underscores say."""
        provider = self.module(module, importer)
        exports = None if provider is None else self._exports.of(provider)
        if exports is None:
            return not name.startswith("_")
        return name in exports.names or (exports.dynamic and not name.startswith("_"))

    # --- what a module's `__getattr__` answers

    def _from_getattr(self, provider: Module, name: str, seen: frozenset[Hop]) -> list[Resolution]:
        found: list[Resolution] = []
        for entry in provider.facts.lazy:
            if entry.name == name:
                found = self._of_lazy_name(provider, entry, seen)
                if found:
                    return found
        stub = self.stub_of(provider)
        if stub is not None and stub.exported(name):
            return self._bound(stub, name, seen)
        for function in provider.exported("__getattr__"):
            if function.kind == "function":
                scope = provider.facts.functions[function.value].scope
                for binding in provider.in_scope(scope, name):
                    found.extend(self._of_binding(provider, binding, seen))
        return found

    def _of_lazy_name(self, provider: Module, entry: LazyName, seen: frozenset[Hop]) -> list[Resolution]:
        if entry.value != NONE:
            return self._answered(provider, entry, seen)
        stripped = entry.module.lstrip(".")
        level = len(entry.module) - len(stripped)
        below = provider.absolute(Import(0, stripped, max(level, 1), "", "", 0, 0, 0, 0))
        for module in (below,) if level else (stripped, below):
            if not module or not isinstance(self.module_target(module, provider), ModuleTarget):
                parent, _, last = module.rpartition(".")  # `name: "package.module.attribute"`
                if parent and not entry.attribute and self.module(parent, provider) is not None:
                    return list(self._member(parent, last, provider, seen))
                continue
            found = list(self._member(module, entry.attribute or entry.name, provider, seen))
            if not entry.attribute and all(isinstance(item.target, Missing) for item in found):
                return [Resolution(self.module_target(module, provider), ())]
            return found
        return []

    def _answered(self, provider: Module, entry: LazyName, seen: frozenset[Hop]) -> list[Resolution]:
        """What the code of `__getattr__` returns for a name: a name, a path of names, or `getattr(module, name)`."""
        expression = provider.expression(entry.value)
        if not entry.attribute or not isinstance(expression, Call):
            return self._of_alias(provider, entry.value, seen)
        found: list[Resolution] = []
        for owner in self._of_reference(provider, expression.arguments[0], seen):
            found.extend(self._attribute(provider, owner, entry.attribute, seen))
        return found

    # --- bindings

    def of_binding(self, module: Module, binding: Binding) -> tuple[Resolution, ...]:
        """Everything that a binding can mean."""
        return tuple(self._of_binding(module, binding, frozenset()))

    def _of_binding(self, module: Module, binding: Binding, seen: frozenset[Hop]) -> list[Resolution]:
        if binding.kind == "import":
            return list(self._of_import(module, module.facts.imports[binding.value], seen))
        if binding.kind == "star":
            return self._by_star(module, module.facts.imports[binding.value], binding.name, seen)
        if binding.kind == "submodule":
            name = f"{module.name}.{binding.name}"
            return [Resolution(self.module_target(name, module), (Hop(name, ""),))]
        if binding.kind == "class":
            fact = module.facts.classes[binding.value]
            definition = Definition(module.name, fact.qualname, "class", module.file.path, binding.value)
            return [Resolution(definition, (Hop(module.name, fact.qualname),))]
        if binding.kind == "function":
            name = module.facts.functions[binding.value].qualname
            definition = Definition(module.name, name, "function", module.file.path, binding.value)
            return [Resolution(definition, (Hop(module.name, name),))]
        if binding.kind == "assign" and binding.value != NONE:
            aliased = self._of_alias(module, binding.value, seen)
            if aliased:
                return aliased
        definition = Definition(module.name, binding.name, "variable", module.file.path, NONE)
        return [Resolution(definition, (Hop(module.name, binding.name),))]

    def of_import(self, module: Module, fact: Import) -> tuple[Resolution, ...]:
        """Everything that the name bound by an import can mean."""
        return self._of_import(module, fact, frozenset())

    def _of_import(self, module: Module, fact: Import, seen: frozenset[Hop]) -> tuple[Resolution, ...]:
        source = module.absolute(fact)
        if fact.name:
            return self._member(source, fact.name, module, seen)
        if fact.alias and "." in source:
            return tuple(self._submodule(source, module, seen))
        name = source if fact.alias else source.partition(".")[0]
        return (Resolution(self.module_target(name, module), (Hop(name, ""),)),)

    def _submodule(self, name: str, importer: Module, seen: frozenset[Hop]) -> list[Resolution]:
        """What `import a.b as m` and `a.b` after `import a.b` mean.

        The import of `a.b` sets the attribute `b` of `a`, unless `a` itself imports `a.b` first and rebinds the name.
        """
        parent, _, last = name.rpartition(".")
        package = self.module(parent, importer)
        hop = Hop(name, "")
        if package is not None and package.file.is_package and last in package.names:
            if self.module(name, importer) is None or self._loading(package, last) is not None:
                found = self._member(parent, last, importer, seen)
                if found:
                    return list(found)
        return [Resolution(self.module_target(name, importer), (hop,))]

    # --- aliases

    def _of_alias(self, module: Module, index: int, seen: frozenset[Hop]) -> list[Resolution]:
        """What `A = b.C` makes of `A`: the same thing, if it is one that has an identity."""
        expression = module.expression(index)
        if isinstance(expression, Choice):
            return [item for option in expression.options for item in self._of_alias(module, option, seen)]
        found = self._of_reference(module, index, seen)
        return [item for item in found if not isinstance(item.target, Unknown) and not _is_missing_name(item.target)]

    def reference(self, module: Module, index: int) -> tuple[Resolution, ...]:
        """What a name or a dotted path of names means where it stands; empty where that cannot be told."""
        return tuple(self._of_reference(module, index, frozenset()))

    def _of_reference(self, module: Module, index: int, seen: frozenset[Hop]) -> list[Resolution]:
        expression = module.expression(index)
        if isinstance(expression, Name):
            return self._of_name(module, expression, index, seen)
        if isinstance(expression, Attribute):
            found = []
            for owner in self._of_reference(module, expression.value, seen):
                found.extend(self._attribute(module, owner, expression.name, seen))
            return found
        if isinstance(expression, Call):
            return self._of_dynamic_import(module, expression, seen)
        return []

    def _of_name(self, module: Module, name: Name, index: int, seen: frozenset[Hop]) -> list[Resolution]:
        found: list[Resolution] = []
        for binding in module.lookup(name.id, name.block, index, lambda: self._further(module, name.id, seen)):
            if binding.kind == "narrow":
                continue
            hop = Hop(f"{module.name}@{binding.block}", f"{binding.name}@{binding.order}")  # local: guards cycles only
            if hop not in seen:
                found.extend(self._of_binding(module, binding, seen | {hop}))
        return found

    def _attribute(self, module: Module, owner: Resolution, name: str, seen: frozenset[Hop]) -> list[Resolution]:
        target = owner.target
        if isinstance(target, ModuleTarget):
            below = f"{target.module}.{name}"
            if self._is_imported_as(module, below):
                found: Iterable[Resolution] = self._submodule(below, module, seen)
            else:
                found = self._member(target.module, name, module, seen)
        elif isinstance(target, Definition) and target.kind == "class":
            found = self._class_in_class(target, name)
        elif isinstance(target, External):
            found = [Resolution(External(f"{target.path}.{name}"), (Hop(target.path, name),))]
        elif isinstance(target, Missing) and not target.name:
            found = [Resolution(target, (Hop(target.module, name),))]
        else:
            return []
        return [Resolution(item.target, item.chain, item.typing_only or owner.typing_only) for item in found]

    def _class_in_class(self, owner: Definition, name: str) -> Iterable[Resolution]:
        """A class that the body of another one holds; its other members are no business of names."""
        module = self.at(owner.path)
        for binding in module.in_scope(module.facts.classes[owner.index].scope, name):
            if binding.kind == "class":
                yield from self._of_binding(module, binding, frozenset())

    def _is_imported_as(self, module: Module, name: str) -> bool:
        """Whether the file has `import name` (or something below it), which sets the attribute on its package."""
        return any(
            not fact.name and (fact.module == name or fact.module.startswith(name + "."))
            for fact in module.facts.imports
        )

    def bindings(self, module: Module, name: Name, place: int) -> list[Binding]:
        """The bindings that a name can mean where it is read; a function, which runs later, sees replaced ones too."""
        return module.lookup(name.id, name.block, place, lambda: self._further(module, name.id, frozenset()), ever=True)

    def attribute(self, module: Module, owner: Target, name: str) -> tuple[Resolution, ...]:
        """What an attribute of something that has been resolved means where `module` reads it."""
        return tuple(self._attribute(module, Resolution(owner, ()), name, frozenset()))

    # --- dynamic imports

    def _of_dynamic_import(self, module: Module, call: Call, seen: frozenset[Hop]) -> list[Resolution]:
        name = self.dynamically_imported(module, call, seen)
        return [Resolution(self.module_target(name, module), (Hop(name, ""),))] if name else []

    def dynamically_imported(self, module: Module, call: Call, seen: frozenset[Hop] = frozenset()) -> str:
        """The module that `importlib.import_module("...")` gives; "" for any other call."""
        if self.callee(module, call, seen) != "importlib.import_module" or not call.arguments:
            return ""
        names = self.constant_texts(module, call.arguments[0])
        if len(names) != 1:
            return ""
        name = names[0]
        if not name.startswith("."):
            return name
        packages = [value for key, value in call.keywords if key == "package"] or list(call.arguments[1:2])
        anchors = self.package_texts(module, packages[0]) if packages else []
        return _relative(name, anchors[0]) if anchors else ""

    def package_texts(self, module: Module, index: int) -> list[str]:
        """The package named by an expression: a constant, `__package__` or `__name__`."""
        expression = module.expression(index)
        if isinstance(expression, Name) and expression.id in ("__package__", "__name__"):
            return [module.package if expression.id == "__package__" else module.name]
        return self.constant_texts(module, index)

    def callee(self, module: Module, call: Call, seen: frozenset[Hop] = frozenset()) -> str:
        """Dotted path of an external or builtin function that is called; "" for anything else."""
        expression = module.expression(call.function)
        if isinstance(expression, Name) and not module.lookup(expression.id, expression.block, call.function):
            return f"builtins.{expression.id}"
        for resolution in self._of_reference(module, call.function, seen):
            if isinstance(resolution.target, External):
                return resolution.target.path
        return ""

    def constant_texts(self, module: Module, index: int) -> list[str]:
        """Every string that an expression of constants can be; empty where it cannot be told."""
        key = module.file.path, index
        if key in self._asked_texts:
            return []  # a constant that is made of itself
        self._asked_texts.add(key)
        try:
            return constant_texts(self, module, index)
        finally:
            self._asked_texts.remove(key)


def _is_missing_name(target: Target) -> bool:
    return isinstance(target, Missing) and bool(target.name)


def _relative(name: str, package: str) -> str:
    """The module that a name with leading dots means; "" where they lead out of the top package."""
    stripped = name.lstrip(".")
    parts = package.split(".")
    kept = parts[: max(0, len(parts) - (len(name) - len(stripped)) + 1)]
    if not kept:
        return ""
    return ".".join((*kept, stripped)) if kept and stripped else ".".join(kept)

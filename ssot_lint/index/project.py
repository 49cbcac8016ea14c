"""Resolves modules and names through re-exports, star imports, lazy tables and aliases to what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ssot_lint.index.constants import constant_texts
from ssot_lint.index.module import Module
from ssot_lint.index.targets import Definition, External, Hop, Missing, ModuleTarget, Resolution, Target, Unknown
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, Choice, Import, LazyName, Name

_MODULE_ATTRIBUTES = frozenset({
    "__name__", "__file__", "__doc__", "__dict__", "__path__", "__package__", "__loader__", "__spec__", "__all__",
    "__builtins__", "__annotations__", "__cached__", "__getattr__", "__version__",
})


class ProjectIndex:
    """Everything that the project's files say, linked.

    Args:
        modules: the files with their facts.
        natives: dotted names of extension modules beside the sources.
        exists: whether a dotted module name exists on disk, whatever the ignore files say.
    """

    def __init__(
        self,
        modules: Iterable[Module],
        natives: frozenset[str] = frozenset(),
        exists: Callable[[str], bool] = lambda name: False,
    ) -> None:
        self.modules = tuple(modules)
        self._natives = natives
        self._exists = exists
        self.by_path = {module.file.path: module for module in self.modules}
        self._by_name: dict[str, list[Module]] = {}
        self._packages: set[str] = set()
        for module in self.modules:
            for name in module.file.modules:
                self._by_name.setdefault(name, []).append(module)
                self._packages.update(_parents(name))
        self._members: dict[tuple[str, str, str], tuple[Resolution, ...]] = {}

    # --- modules

    def module(self, name: str, importer: Module | None = None) -> Module | None:
        """The file that a dotted name means; seen from `importer` where several files share the name.

        A package wins over a module, a source over its stub, and what stands nearer to the importer over the rest.
        """
        candidates = self._by_name.get(name)
        if not candidates:
            return None
        if len(candidates) == 1:
            return candidates[0]
        near = importer.file.path if importer else ""
        return min(
            candidates,
            key=lambda item: (
                item.file.modules[0] != name, -_shared_folders(item.file.path, near), not item.file.is_package,
                item.file.is_stub, item.file.path,
            ),
        )

    def is_first_party(self, name: str) -> bool:
        top = name.partition(".")[0]
        return top in self._by_name or top in self._packages

    def module_target(self, name: str, importer: Module | None = None) -> Target:
        """What a dotted module name means."""
        module = self.module(name, importer)
        if module is not None:
            return ModuleTarget(name if module.name != name else module.name, module.file.path)
        if name in self._packages:
            return ModuleTarget(name, "")
        if not name or name in self._natives:
            return Unknown()
        if not self.is_first_party(name):
            return External(name)
        return Missing(name, "") if self._surely_missing(name, importer) else Unknown()

    def _surely_missing(self, name: str, importer: Module | None) -> bool:
        """Whether no file can be behind a first-party name: its package is a regular one that looks nowhere else."""
        parent = name.rpartition(".")[0]
        if not parent or self._exists(name):
            return False
        package = self.module(parent, importer)
        if package is None:
            return parent not in self._packages and self._surely_missing(parent, importer)
        return not package.file.is_package or not package.facts.extends_path

    # --- names in modules

    def member(self, module: str, name: str, importer: Module | None = None) -> tuple[Resolution, ...]:
        """Everything that `from module import name` can mean; never empty."""
        key = (module, name, "" if len(self._by_name.get(module, ())) < 2 or importer is None else importer.file.path)
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
        found = self._bound(provider, name, seen | {hop}) or self._beyond_bindings(provider, name, seen | {hop})
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
        for binding in provider.exported(name):
            typing_only = provider.typing_only(binding.block)
            found.extend(
                Resolution(item.target, item.chain, typing_only or item.typing_only)
                for item in self._of_binding(provider, binding, seen)
            )
        return list(dict.fromkeys(found))

    def _beyond_bindings(self, provider: Module, name: str, seen: frozenset[Hop]) -> list[Resolution]:
        """A name that the module does not bind itself: star imports, lazy tables, submodules, in Python's order."""
        found = self._from_stars(provider, name, seen)
        if not found and provider.facts.has_getattr:
            found = self._from_getattr(provider, name, seen)
        if not found and provider.file.is_package:
            below = self.module_target(f"{provider.name}.{name}", provider)
            if not isinstance(below, Missing):
                found = [Resolution(below, ())]
        return found or [Resolution(self._absent(provider, name), ())]

    def _absent(self, provider: Module, name: str) -> Target:
        facts = provider.facts
        opaque = facts.has_getattr or facts.opaque_namespace or facts.unreadable is not None
        unknown_star = any(
            not isinstance(self.module_target(provider.absolute(star), provider), ModuleTarget)
            for star in provider.stars
        )
        if opaque or unknown_star or name in _MODULE_ATTRIBUTES:
            return Unknown()
        return Missing(provider.name, name)

    def _from_stars(self, provider: Module, name: str, seen: frozenset[Hop]) -> list[Resolution]:
        for star in reversed(provider.stars):  # the last one wins
            source = provider.absolute(star)
            if self.offers_to_star(source, name, provider):
                found = [
                    item for item in self._member(source, name, provider, seen)
                    if not isinstance(item.target, (Missing, Unknown, External))
                ]
                if found:
                    return found
        return []

    def offers_to_star(self, module: str, name: str, importer: Module | None = None) -> bool:
        """Whether `from module import *` may bring the name, as far as `__all__` and underscores say."""
        provider = self.module(module, importer)
        if provider is None:
            return not name.startswith("_")
        exports = provider.facts.exports
        if exports is None:
            return not name.startswith("_")
        return name in exports.names or (exports.dynamic and not name.startswith("_"))

    def _from_getattr(self, provider: Module, name: str, seen: frozenset[Hop]) -> list[Resolution]:
        for entry in provider.facts.lazy:
            if entry.name == name:
                found = self._of_lazy_name(provider, entry, seen)
                if found:
                    return found
        found = []
        for function in provider.exported("__getattr__"):
            if function.kind == "function":
                scope = provider.facts.functions[function.value].scope
                for binding in provider.in_scope(scope, name):
                    found.extend(self._of_binding(provider, binding, seen))
        return found

    def _of_lazy_name(self, provider: Module, entry: LazyName, seen: frozenset[Hop]) -> list[Resolution]:
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

    # --- bindings

    def of_binding(self, module: Module, binding: Binding) -> tuple[Resolution, ...]:
        """Everything that a binding can mean."""
        return tuple(self._of_binding(module, binding, frozenset()))

    def _of_binding(self, module: Module, binding: Binding, seen: frozenset[Hop]) -> list[Resolution]:
        if binding.kind == "import":
            return list(self._of_import(module, module.facts.imports[binding.value], seen))
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
            return tuple(self.submodule(source, module))
        name = source if fact.alias else source.partition(".")[0]
        return (Resolution(self.module_target(name, module), (Hop(name, ""),)),)

    def submodule(self, name: str, importer: Module | None = None) -> list[Resolution]:
        """What `import a.b as m` and `a.b` after `import a.b` mean.

        The import of `a.b` sets the attribute `b` of `a`, unless `a` itself imports `a.b` first and rebinds the name.
        """
        parent, _, last = name.rpartition(".")
        package = self.module(parent, importer)
        hop = Hop(name, "")
        if package is not None and package.file.is_package and last in package.names:
            if self.module(name, importer) is None or self._imports_itself(package, name):
                return list(self.member(parent, last, importer))
        return [Resolution(self.module_target(name, importer), (hop,))]

    def _imports_itself(self, package: Module, name: str) -> bool:
        """Whether a package's `__init__` imports one of its submodules (or something below)."""
        for fact in package.facts.imports:
            source = package.absolute(fact)
            if source == name or source.startswith(name + ".") or f"{source}.{fact.name}" == name:
                return True
        return False

    # --- aliases

    def _of_alias(self, module: Module, index: int, seen: frozenset[Hop]) -> list[Resolution]:
        """What `A = b.C` makes of `A`: the same thing, if it is one that has an identity."""
        expression = module.expression(index)
        if isinstance(expression, Choice):
            return [item for option in expression.options for item in self._of_alias(module, option, seen)]
        found = self._of_reference(module, index, seen)
        return [item for item in found if not isinstance(item.target, (Unknown, Missing))]

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
        bindings = module.lookup(name.id, name.block, index)
        if not bindings:
            return self._from_stars(module, name.id, seen) if module.stars else []
        found = []
        for binding in bindings:
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
                found: Iterable[Resolution] = self.submodule(below, module)
            else:
                found = self._member(target.module, name, module, seen)
        elif isinstance(target, External):
            found = [Resolution(External(f"{target.path}.{name}"), (Hop(target.path, name),))]
        elif isinstance(target, Missing) and not target.name:
            found = [Resolution(target, (Hop(target.module, name),))]
        else:
            return []
        return [Resolution(item.target, item.chain, item.typing_only or owner.typing_only) for item in found]

    def _is_imported_as(self, module: Module, name: str) -> bool:
        """Whether the file has `import name` (or something below it), which sets the attribute on its package."""
        return any(
            not fact.name and (fact.module == name or fact.module.startswith(name + "."))
            for fact in module.facts.imports
        )

    # --- dynamic imports

    def _of_dynamic_import(self, module: Module, call: Call, seen: frozenset[Hop]) -> list[Resolution]:
        name = self.dynamically_imported(module, call)
        return [Resolution(self.module_target(name, module), (Hop(name, ""),))] if name else []

    def dynamically_imported(self, module: Module, call: Call) -> str:
        """The module that `importlib.import_module("...")` gives; "" for any other call."""
        if self.callee(module, call) != "importlib.import_module" or not call.arguments:
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

    def callee(self, module: Module, call: Call) -> str:
        """Dotted path of an external or builtin function that is called; "" for anything else."""
        expression = module.expression(call.function)
        if isinstance(expression, Name) and not module.lookup(expression.id, expression.block, call.function):
            return f"builtins.{expression.id}"
        for resolution in self.reference(module, call.function):
            if isinstance(resolution.target, External):
                return resolution.target.path
        return ""

    def constant_texts(self, module: Module, index: int) -> list[str]:
        """Every string that an expression of constants can be; empty where it cannot be told."""
        return constant_texts(self, module, index)


def _parents(name: str) -> Iterable[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _shared_folders(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/")[:-1], other.split("/")[:-1]):
        if left != right:
            break
        count += 1
    return count


def _relative(name: str, package: str) -> str:
    stripped = name.lstrip(".")
    parts = package.split(".")
    kept = parts[: len(parts) - (len(name) - len(stripped)) + 1]
    return ".".join((*kept, stripped)) if kept and stripped else ".".join(kept)

"""What decorators make of what they decorate."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.targets import Definition, External
from ssot_lint.index.values import FunctionValue, Values
from ssot_lint.model.facts import Attribute, Await, Call, FunctionFact, Name

_TRANSPARENT = frozenset({
    "functools.lru_cache", "functools.cache", "functools.wraps", "builtins.staticmethod", "builtins.classmethod",
    "abc.abstractmethod", "typing.final", "typing.no_type_check", "typing_extensions.override", "typing.override",
    "typing_extensions.final",
})
_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_PROPERTIES = frozenset({"builtins.property", "functools.cached_property", "abc.abstractproperty"})
_OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})
_ACCESSORS = frozenset({"getter", "setter", "deleter"})


class Effect(msgspec.Struct, frozen=True):
    """What a function is for those who use it.

    Attributes:
        static: a static method.
        bound_to_class: a class method.
        property: reading it calls it.
        accessor: it is the setter or deleter of a property.
        manager: calling it gives a context manager.
        overload: it tells one of its own signatures.
        foreign: a decorator from outside has changed it, or one that cannot be told.
        replaced: a decorator of the project has put something else in its place.
    """

    static: bool = False
    bound_to_class: bool = False
    property: bool = False
    accessor: bool = False
    manager: bool = False
    overload: bool = False
    foreign: bool = False
    replaced: bool = False


class Decorators:
    """Answers for one project.

    Args:
        index: the project.
        classes: its classes.
        values: what an expression can be.
    """

    def __init__(
        self, index: ProjectIndex, classes: ClassIndex, values: Callable[[Module, int], Values]
    ) -> None:
        self._index = index
        self._classes = classes
        self._values = values

    def effect(self, module: Module, fact: FunctionFact) -> Effect:
        """What the decorators of a function make of it."""
        paths = [self._path(module, place) for place in fact.decorators]
        known = set(filter(None, paths))
        return Effect(
            static="builtins.staticmethod" in known,
            bound_to_class="builtins.classmethod" in known or fact.name in ("__new__", "__init_subclass__"),
            property=bool(known & _PROPERTIES),
            accessor=any(self._is_accessor(module, place) for place in fact.decorators),
            manager=bool(known & _MANAGERS),
            overload=bool(known & _OVERLOADS),
            foreign=bool(known - _TRANSPARENT - _PROPERTIES - _MANAGERS - _OVERLOADS) or any(
                not path and self._function(module, place) is None
                for path, place in zip(paths, fact.decorators)
            ),
            replaced=any(not self._keeps(module, place) for place in fact.decorators),
        )

    def replaces_class(self, definition: Definition) -> bool:
        """Whether a decorator of the project puts something else in the place of a class."""
        module, fact = self._classes.fact(definition)
        return any(not self._keeps(module, place) for place in fact.decorators)

    # --- one decorator

    def _path(self, module: Module, place: int) -> str:
        """Dotted path of a decorator from outside; "" for one of the project, or one that cannot be told."""
        targets = self._classes.targets(module, _decorator(module, place))
        return targets[0].path if targets and isinstance(targets[0], External) else ""

    def _is_accessor(self, module: Module, place: int) -> bool:
        expression = module.expression(place)
        return isinstance(expression, Attribute) and expression.name in _ACCESSORS and not self._path(module, place)

    def _function(self, module: Module, place: int) -> FunctionValue | None:
        """The function of the project that a decorator is."""
        place = _decorator(module, place)
        for target in self._classes.targets(module, place):
            if isinstance(target, Definition):
                return FunctionValue(target) if target.kind == "function" else None
        found = [value for value in self._values(module, place) if isinstance(value, FunctionValue)]
        return found[0] if found else None

    def _keeps(self, module: Module, place: int) -> bool:
        """Whether a decorator leaves what it decorates usable as before; one that is not the project's is taken to."""
        targets = self._classes.targets(module, _decorator(module, place))
        if any(isinstance(target, Definition) and target.kind == "class" for target in targets):
            return False
        function = self._function(module, place)
        if function is None:
            return True
        home = self._index.at(function.definition.path)
        fact = home.facts.functions[function.definition.index]
        if isinstance(module.expression(place), Call):
            inner = [self._inner(home, returned) for returned in fact.returned]
            return bool(inner) and all(item is not None and self._gives_back(home, item, False) for item in inner)
        return self._gives_back(home, fact, function.receiver is not None)

    def _gives_back(self, module: Module, fact: FunctionFact, bound: bool) -> bool:
        """Whether a function returns its first argument, or a wrapper that returns what that returns."""
        parameters = fact.parameters[bound:]
        if not parameters or not fact.returned:
            return False
        given = parameters[0].name
        for place in fact.returned:
            expression = module.expression(place)
            inner = self._inner(module, place)
            is_given = isinstance(expression, Name) and expression.id == given
            if not is_given and (inner is None or not self._passes_on(module, inner, given)):
                return False
        return True

    def _inner(self, module: Module, place: int) -> FunctionFact | None:
        """The function of the same file that a name means."""
        name = module.expression(place)
        if isinstance(name, Name):
            for binding in module.lookup(name.id, name.block, place):
                if binding.kind == "function":
                    return module.facts.functions[binding.value]
        return None

    def _passes_on(self, module: Module, wrapper: FunctionFact, given: str) -> bool:
        return bool(wrapper.returned) and all(self._is_result(module, place, given) for place in wrapper.returned)

    def _is_result(self, module: Module, place: int, given: str, depth: int = 0) -> bool:
        """Whether an expression is what calling `given` gives."""
        expression = module.expression(place)
        if isinstance(expression, Await):
            return self._is_result(module, expression.value, given, depth)
        if isinstance(expression, Call):
            function = module.expression(expression.function)
            return isinstance(function, Name) and function.id == given
        if isinstance(expression, Name) and depth < 3:
            bindings = module.lookup(expression.id, expression.block, place)
            return bool(bindings) and all(
                binding.kind == "assign" and self._is_result(module, binding.value, given, depth + 1)
                for binding in bindings
            )
        return False


def _decorator(module: Module, place: int) -> int:
    """The place of what a decorator names, without its arguments."""
    expression = module.expression(place)
    return expression.function if isinstance(expression, Call) else place

"""What a value can be that is declared with an annotation."""

from __future__ import annotations

from collections.abc import Iterable

from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.module import Module
from ssot_lint.index.targets import Definition, External, Target
from ssot_lint.index.values import (
    ABSENT,
    UNSETTLED,
    Anything,
    AwaitableValue,
    ClassValue,
    InstanceValue,
    PlainValue,
    Value,
    Values,
    possibly,
    present,
    union,
)
from ssot_lint.model.facts import NONE, Attribute, Choice, Items, Literal, Name, Subscript, last_name

_WRAPPERS = frozenset({
    "Optional", "Annotated", "Final", "ClassVar", "InitVar", "Required", "NotRequired", "ReadOnly",
})
_SILENT = frozenset({"Final", "ClassVar", "TypeAlias"})
_ANYTHING_GOES = frozenset({"builtins.object", "builtins.type", "types.ModuleType", "types.SimpleNamespace"})
_TYPING = ("typing.", "typing_extensions.", "collections.abc.", "contextlib.")
_BY_STRUCTURE = frozenset({
    "Any", "Type", "TypeVar", "Callable", "Hashable", "Sized", "Container", "Collection", "Iterable", "Iterator",
    "Reversible", "Generator", "Awaitable", "Coroutine", "AsyncIterable", "AsyncIterator", "AsyncGenerator",
    "ContextManager", "AsyncContextManager", "AbstractContextManager", "AbstractAsyncContextManager", "Protocol",
    "Generic", "NoReturn", "Never", "Self",
})
_CONTAINERS = ("builtins.", "collections.", *_TYPING)
_STAND_INS = ("unittest.mock.", "mock.")


class Annotations:
    """Reads annotations.

    Args:
        classes: the project's classes.
    """

    def __init__(self, classes: ClassIndex) -> None:
        self._classes = classes

    def says_nothing(self, module: Module, place: int) -> bool:
        """Whether there is none, or one that leaves the type to the value: a bare `Final` or `ClassVar`."""
        expression = module.expression(place) if place != NONE else None
        return expression is None or (isinstance(expression, (Name, Attribute)) and last_name(expression) in _SILENT)

    def mentions_self(self, module: Module, place: int) -> bool:
        """Whether `Self` stands in it."""
        expression = module.expression(place)
        if isinstance(expression, Subscript):
            return self.mentions_self(module, expression.index)
        if isinstance(expression, (Items, Choice)):
            parts = expression.items if isinstance(expression, Items) else expression.options
            return any(self.mentions_self(module, part) for part in parts)
        return last_name(expression) == "Self"

    def values(self, module: Module, place: int) -> Values:
        """What the annotation at `place` declares."""
        expression = module.expression(place)
        if isinstance(expression, Choice):
            return present(union(self.values(module, option) for option in expression.options)) or UNSETTLED
        if isinstance(expression, Subscript):
            return self._generic(module, expression)
        if isinstance(expression, Literal):
            return frozenset({PlainValue(expression.type)})
        if not isinstance(expression, (Name, Attribute)):
            return UNSETTLED
        if last_name(expression) == "Self":
            owner = module.enclosing_class(expression.block)
            return frozenset({InstanceValue(self._classes.of_fact(module, owner), False)}) if owner >= 0 else UNSETTLED
        targets = self._classes.targets(module, place)
        return union(self._instance(target) for target in targets) or UNSETTLED

    def _generic(self, module: Module, expression: Subscript) -> Values:
        name = last_name(module.expression(expression.value))
        index = module.expression(expression.index)
        arguments = index.items if isinstance(index, Items) else (expression.index,)
        if name in _WRAPPERS and arguments:
            return self.values(module, arguments[0]) - ABSENT or UNSETTLED
        if name == "Union":
            return present(union(self.values(module, argument) for argument in arguments)) or UNSETTLED
        if name in ("type", "Type") and arguments:
            return frozenset(_class_of(value) for value in self.values(module, arguments[0]))
        if name in ("Awaitable", "Coroutine") and arguments:
            return frozenset({AwaitableValue(self.values(module, arguments[-1]))})
        return self.values(module, expression.value) | self._handed_through(module, expression.value, arguments)

    def _handed_through(self, module: Module, place: int, arguments: Iterable[int]) -> Values:
        """A generic class from outside may stand for its argument, as descriptors and proxies do."""
        targets = self._classes.targets(module, place)
        if any(isinstance(target, External) and not target.path.startswith(_CONTAINERS) for target in targets):
            return possibly(union(self.values(module, argument) for argument in arguments)) - UNSETTLED
        return frozenset()

    def _instance(self, target: Target) -> Values:
        if isinstance(target, Definition) and target.kind == "class":
            return frozenset({InstanceValue(target, False)})
        if not isinstance(target, External) or _is_open(target.path):
            return UNSETTLED
        return frozenset({PlainValue(target.path.removeprefix("builtins."))})


def _is_open(path: str) -> bool:
    """Whether a class from outside is one that the truth can be an instance of, whatever it inherits from."""
    name = path.rpartition(".")[2]
    by_structure = path.startswith(_TYPING) and (name in _BY_STRUCTURE or name.startswith("Supports"))
    return by_structure or path in _ANYTHING_GOES or path.startswith(_STAND_INS)


def _class_of(value: Value) -> Value:
    return ClassValue(value.definition, value.exact) if isinstance(value, InstanceValue) else Anything()

"""What an expression can evaluate to, as far as receivers of calls are concerned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Union

import msgspec

from ssot_lint.index.targets import Definition
from ssot_lint.model.facts import NONE


class ClassValue(msgspec.Struct, frozen=True):
    """A class of the project itself. Not `exact`: it may be a subclass, as `cls` is."""

    definition: Definition
    exact: bool = True


class InstanceValue(msgspec.Struct, frozen=True):
    """An instance of a class of the project. Not `exact`: declared so, it may be of a subclass."""

    definition: Definition
    exact: bool


class SuperValue(msgspec.Struct, frozen=True):
    """`super()` in a method of the class."""

    definition: Definition


class FunctionValue(msgspec.Struct, frozen=True):
    """A function of the project, or a method with the value it was reached through.

    Not `plain`: a decorator may have put anything in its place.
    """

    definition: Definition
    receiver: Union[ClassValue, InstanceValue, None] = None
    plain: bool = True


class ModuleValue(msgspec.Struct, frozen=True):
    """A module of the project."""

    module: str


class ExternalValue(msgspec.Struct, frozen=True):
    """Something outside the project by its dotted path: a module, class or function, not what calling it gives."""

    path: str


class PlainValue(msgspec.Struct, frozen=True):
    """A value of a builtin type, or of a class from outside the project by its dotted path."""

    type: str


class AwaitableValue(msgspec.Struct, frozen=True):
    """What awaiting gives `values`."""

    values: frozenset["Value"]


class ManagerValue(msgspec.Struct, frozen=True):
    """A context manager: `with` gives `values`."""

    values: frozenset["Value"]


class Perhaps(msgspec.Struct, frozen=True):
    """It can be `value`, for all that is known, though nothing says that it is."""

    value: "Value"


class Anything(msgspec.Struct, frozen=True):
    """Nothing is known of it.

    Attributes:
        path: file of the expression that inference of another kind may still settle; "" where none can.
        place: its index.
    """

    path: str = ""
    place: int = NONE


Value = Union[
    ClassValue, InstanceValue, SuperValue, FunctionValue, ModuleValue, ExternalValue, PlainValue, AwaitableValue,
    ManagerValue, Perhaps, Anything,
]
Values = frozenset[Value]

NOTHING: Values = frozenset()
UNSETTLED: Values = frozenset({Anything()})
ABSENT: Values = frozenset({PlainValue("NoneType")})
"""`None`: a placeholder for something that comes later, so it says nothing of what it is."""


def union(parts: Iterable[Values]) -> Values:
    return NOTHING.union(*parts)


def over(values: Values, function: Callable[[Value], Values]) -> Values:
    """The union of a function's results; what it makes of a mere possibility is one too."""
    return union(
        possibly(function(value.value)) if isinstance(value, Perhaps) else function(value) for value in values
    )


def possibly(values: Values) -> Values:
    """The same values, as mere possibilities."""
    return frozenset(value if isinstance(value, (Perhaps, Anything)) else Perhaps(value) for value in values)


def present(values: Values) -> Values:
    """The values without `None`, unless there is nothing else."""
    return values - ABSENT or values


def is_settled(values: Values) -> bool:
    """Whether something certain is known, and all of it."""
    return bool(values - ABSENT) and not any(isinstance(value, (Anything, Perhaps)) for value in values)

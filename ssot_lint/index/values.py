"""What an expression can evaluate to, as far as receivers of calls are concerned."""

from __future__ import annotations

from typing import Union

import msgspec

from ssot_lint.index.targets import Definition


class ClassValue(msgspec.Struct, frozen=True):
    """A class of the project itself."""

    definition: Definition


class InstanceValue(msgspec.Struct, frozen=True):
    """An instance of a class of the project. Not `exact`: declared so, it may be of a subclass."""

    definition: Definition
    exact: bool


class SuperValue(msgspec.Struct, frozen=True):
    """`super()` in a method of the class."""

    definition: Definition


class FunctionValue(msgspec.Struct, frozen=True):
    """A function of the project, or a method with the value it was reached through."""

    definition: Definition
    receiver: Union[ClassValue, InstanceValue, None] = None


class ModuleValue(msgspec.Struct, frozen=True):
    """A module of the project."""

    module: str


class ExternalValue(msgspec.Struct, frozen=True):
    """Something outside the project by its dotted path: a module, class or function, not what calling it gives."""

    path: str


class PlainValue(msgspec.Struct, frozen=True):
    """A value of a builtin type."""

    type: str


class AwaitableValue(msgspec.Struct, frozen=True):
    """What awaiting gives `values`."""

    values: frozenset["Value"]


class Anything(msgspec.Struct, frozen=True):
    """Nothing is known of it."""


Value = Union[
    ClassValue, InstanceValue, SuperValue, FunctionValue, ModuleValue, ExternalValue, PlainValue, AwaitableValue,
    Anything,
]
Values = frozenset[Value]

UNSETTLED: Values = frozenset({Anything()})

"""What a name can turn out to be, and the way that led there."""

from __future__ import annotations

from typing import Union

import msgspec


class Hop(msgspec.Struct, frozen=True):
    """A step of a resolution: `name` as found in `module`; an empty `name` is the module itself."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}:{self.name}" if self.name else self.module


class Definition(msgspec.Struct, frozen=True):
    """Something the project defines. `kind`: "class", "function" or "variable".

    Attributes:
        path: the file, relative to the project root.
        index: of the class or function in its file's facts.
    """

    module: str
    name: str
    kind: str
    path: str
    index: int


class ModuleTarget(msgspec.Struct, frozen=True):
    """A module or package of the project. `path` is empty for a package without `__init__`."""

    module: str
    path: str


class External(msgspec.Struct, frozen=True):
    """Something outside the project, by its dotted path."""

    path: str


class Missing(msgspec.Struct, frozen=True):
    """A module of the project (`name` empty) or a name in one, that does not exist."""

    module: str
    name: str


class Unknown(msgspec.Struct, frozen=True):
    """Something that may be anything."""


Target = Union[Definition, ModuleTarget, External, Missing, Unknown]


class Resolution(msgspec.Struct, frozen=True):
    """One of the things that a name can mean.

    Attributes:
        chain: the steps, the first one as written at the place of use.
        typing_only: some step is bound only under `TYPE_CHECKING`.
    """

    target: Target
    chain: tuple[Hop, ...]
    typing_only: bool = False

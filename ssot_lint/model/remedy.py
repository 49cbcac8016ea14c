"""What would settle a finding, said in terms of meaning: `fixing` turns it into edits where it has the file's text."""

from __future__ import annotations

from typing import Union

import msgspec

from ssot_lint.model.policy import ObjectPath
from ssot_lint.model.spans import Span


class Relocation(msgspec.Struct, frozen=True, tag="relocation"):
    """What stands there is to be reached at another place.

    Attributes:
        kind: what of the file's facts it is about: "import" (`place` is an index into the imports) or "expression".
        place: the index.
        old: the place by which it is reached now; absolute.
        new: the place to reach it by; None where nothing took its place.
        same: whether what is found at `new` is provably the same object.
        reason: why it is not to be moved by a tool; empty where it may be.
    """

    kind: str
    place: int
    old: ObjectPath
    new: ObjectPath | None
    same: bool = False
    reason: str = ""


class Inlining(msgspec.Struct, frozen=True, tag="inlining"):
    """A call gives way to an expression.

    Attributes:
        place: index of the call among the file's expressions.
        truth: name of the truth whose `inline` entry it is.
        entry: index into the truth's `inline` entries; `NONE` where none fits.
        receiver: what it is made on: "truth" (as such), "old" (a class that the truth has replaced), "heir" (a class
            that inherits from one of these, or may do so), "instance" (of any of them), "super", "none" (the function
            goes by a name of its own) or "unsettled".
        exact: nothing that inherits from the truth can be concerned.
        reason: why a tool is not to do it; empty where it may.
        doubt: why a tool is not to do it unasked; empty where it may.
    """

    place: int
    truth: str
    entry: int
    receiver: str = "unsettled"
    exact: bool = False
    reason: str = ""
    doubt: str = ""


class Replacing(msgspec.Struct, frozen=True, tag="replacing"):
    """An imported name is needed no more where all of its calls give way to expressions.

    Attributes:
        place: index of the import.
        calls: every call of it; those with a reason stay.
        reason: why a tool is not to do it; empty where it may.
        left: (line, why) of the other uses, for which the import stays.
    """

    place: int
    calls: tuple[Inlining, ...]
    reason: str = ""
    left: tuple[tuple[int, str], ...] = ()


class Rewriting(msgspec.Struct, frozen=True, tag="rewriting"):
    """A piece of a comment gives way to another; findings that share the remedy are settled by it together.

    Attributes:
        span: on one line.
        reason: why a tool is not to do it; empty where it may.
    """

    span: Span
    text: str
    reason: str = ""


class Naming(msgspec.Struct, frozen=True, tag="naming"):
    """A literal gives way to the constant that holds its value.

    Attributes:
        place: index of the literal among the file's expressions.
        path: the constant.
        tail: what has to be written behind it to get the value.
        reason: why a tool is not to do it; empty where it may.
    """

    place: int
    path: ObjectPath
    tail: str = ""
    reason: str = ""


Remedy = Union[Relocation, Inlining, Replacing, Naming, Rewriting]

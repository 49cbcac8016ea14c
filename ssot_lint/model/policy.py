"""The parsed configuration: what a team declared, validated and frozen."""

from __future__ import annotations

from datetime import date

import msgspec


class ObjectPath(msgspec.Struct, frozen=True, order=True):
    """`module:name` in the notation of entry points; an empty `name` means the module itself."""

    module: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.module}:{self.name}" if self.name else self.module


class Retirement(msgspec.Struct, frozen=True):
    """Something that may not be used any more.

    Attributes:
        path: the module (with everything below it) or the single name that is retired.
        replacement: where to import from instead; None where nothing took its place.
        kind: "retired" (by a truth), "moved" or "gone".
        truth: name of the truth that retired it; empty for `moved` and `gone`.
    """

    path: ObjectPath
    replacement: ObjectPath | None
    kind: str
    truth: str = ""


class Duplicates(msgspec.Struct, frozen=True):
    """What counts as a second implementation of a truth.

    Attributes:
        similarity: how much of it there has to be in another class or function, from 0 to 1; 0 = nobody looks.
    """

    names: tuple[str, ...] = ()
    implements: tuple[ObjectPath, ...] = ()
    similarity: float = 0.6
    allow: tuple[ObjectPath, ...] = ()


class InlineParameter(msgspec.Struct, frozen=True):
    """A parameter of a call that is replaced. `kind`: "positional-only", "positional" or "keyword-only".

    Attributes:
        default: its source text; None where the parameter has to be given.
    """

    name: str
    kind: str = "positional"
    default: str | None = None


class Inline(msgspec.Struct, frozen=True):
    """A legacy call, and the expression that replaces it.

    Attributes:
        call: as written.
        member: what is called; "__init__" for the construction of the truth.
        replacement: the expression as written; "..." where there is none yet.
        imports: what it takes to evaluate the replacement.
        awaited: the legacy call was awaited, the replacement is not.
        names: what the replacement reads from around it.
        given: where the replacement constructs the truth, the keyword of each argument, "" where it has none; empty
            for any other replacement, and where its arguments cannot be counted.
    """

    call: str
    member: str
    parameters: tuple[InlineParameter, ...]
    replacement: str
    imports: tuple[ObjectPath, ...] = ()
    awaited: bool = False
    names: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


class Bridge(msgspec.Struct, frozen=True):
    """A compatibility bridge that is tolerated for now.

    Attributes:
        target: a module (with everything below it), a name in one, or a member of a class.
        until: the last day on which it is.
        issue: where its end is agreed on.
        owner: who answers for it.
        expired: that day has passed; told by `suppress.bridges`, since the configuration says the same every day.
    """

    target: ObjectPath
    until: date
    issue: str = ""
    owner: str = ""
    expired: bool = False


class Truth(msgspec.Struct, frozen=True):
    """One declared truth.

    Attributes:
        key: where it stands in the configuration file, `truth[0]` for instance.
        facades: modules that may re-export it and be imported from.
        removed: members that are gone -> what to do instead.
        factories: functions that build it; where there are any, nobody else does.
        lifetime: how long an instance lives, "any" or "request".
        required_arguments: parameters of its constructor that have to be given something.
        events: what an implementation emits.
        allow_in: modules (with everything below them) that may still use what is retired.
        inlines: legacy calls of it.
        bridges: ways to it that are tolerated for now.
    """

    name: str
    canonical: ObjectPath
    key: str
    owner: str = ""
    facades: tuple[str, ...] = ()
    retired: tuple[ObjectPath, ...] = ()
    removed: dict[str, str] = {}
    factories: tuple[ObjectPath, ...] = ()
    lifetime: str = "any"
    required_arguments: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    allow_in: tuple[str, ...] = ()
    duplicates: Duplicates = Duplicates()
    inlines: tuple[Inline, ...] = ()
    bridges: tuple[Bridge, ...] = ()


Allowance = tuple[str, str, str]
"""An entry of a truth's list of exceptions: the truth's key, the list's (`allow-in`, `duplicates.allow`), the entry."""


class PathException(msgspec.Struct, frozen=True):
    """Rules or codes that are not reported in the files that a gitignore-style pattern matches.

    Attributes:
        rules: their names.
        items: as written -> the names of the rules that are meant.
    """

    pattern: str
    rules: tuple[str, ...]
    items: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Policy(msgspec.Struct, frozen=True):
    """The whole configuration of a project.

    Attributes:
        file: the configuration file, for messages; empty for a policy made in a test.
        src: import roots relative to the project root, globs allowed.
        exclude: gitignore syntax.
        retirements: everything that `retired`, `moved` and `gone` list, in that order.
        codes: rule name -> code, every rule included.
        severity: rule name -> "off", "warning" or "error", every rule included.
        unreadable_files: which of them are reported, "concerned" or "all".
        missing_imports: which of them are reported: those that concern what the configuration names, or "all".
    """

    file: str = ""
    src: tuple[str, ...] = (".",)
    exclude: tuple[str, ...] = ()
    truths: tuple[Truth, ...] = ()
    retirements: tuple[Retirement, ...] = ()
    codes: dict[str, str] = {}
    severity: dict[str, str] = {}
    per_path: tuple[PathException, ...] = ()
    unreadable_files: str = "concerned"
    missing_imports: str = "concerned"

"""The configuration as TOML spells it: which keys there are, and of which type."""

from __future__ import annotations

from typing import Any

import msgspec


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A table with known keys: those of its fields, with dashes."""


class DuplicatesTable(Table, frozen=True):
    """`[truth.duplicates]`."""

    names: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


class InlineTable(Table, frozen=True):
    """`[[truth.inline]]`."""

    call: str
    replacement: str = msgspec.field(name="with")
    imports: tuple[str, ...] = ()
    awaited: bool = False


class TruthTable(Table, frozen=True):
    """`[[truth]]`; each table of `inline` is an `InlineTable`, left raw so that each is judged on its own."""

    name: str
    canonical: str
    owner: str | None = None
    facades: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    removed: dict[str, str] = {}
    factories: tuple[str, ...] = ()
    lifetime: str = "any"
    required_arguments: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    allow_in: tuple[str, ...] = ()
    duplicates: DuplicatesTable | None = None
    inline: tuple[dict[str, Any], ...] = ()


class UnreadableFileTable(Table, frozen=True):
    """`[unreadable-file]`."""

    scope: str = "concerned"


class PolicyTable(Table, frozen=True):
    """The whole; each table of `truth` is a `TruthTable`, left raw so that each is judged on its own."""

    src: tuple[str, ...] = (".",)
    exclude: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    codes: dict[str, str] = {}
    severity: dict[str, str] = {}
    per_path: dict[str, tuple[str, ...]] = {}
    truth: tuple[dict[str, Any], ...] = ()
    moved: dict[str, str] = {}
    unreadable_file: UnreadableFileTable | None = None

"""The configuration as TOML spells it: which keys there are, and of which type."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from ssot_lint.model.policy import Duplicates


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A table with known keys: those of its fields, with dashes."""


class DuplicatesTable(Table, frozen=True):
    """`[truth.duplicates]`."""

    names: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()
    similarity: float = Duplicates().similarity
    allow: tuple[str, ...] = ()


class InlineTable(Table, frozen=True):
    """`[[truth.inline]]`."""

    call: str
    replacement: str = msgspec.field(name="with")
    imports: tuple[str, ...] = ()
    awaited: bool = False


class BridgeTable(Table, frozen=True):
    """`[[truth.bridge]]`."""

    target: str
    until: date
    issue: str | None = None
    owner: str | None = None


class TruthTable(Table, frozen=True):
    """`[[truth]]`; the tables of `inline` and `bridge` are left raw so that each is judged on its own."""

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
    bridge: tuple[dict[str, Any], ...] = ()


class ScopeTable(Table, frozen=True):
    """`[unreadable-file]` and `[missing-import]`."""

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
    unreadable_file: ScopeTable | None = None
    missing_import: ScopeTable | None = None

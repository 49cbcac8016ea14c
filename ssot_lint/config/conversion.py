"""TOML values -> tables of `shape`, with every unknown key, missing key and wrong type noted on the way.

msgspec stops at the first error of a conversion, so each value is converted by itself.
"""

from __future__ import annotations

import re
from datetime import date
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from ssot_lint.config.problems import Problems, below, nearest, quoted
from ssot_lint.config.shape import Table

TableT = TypeVar("TableT", bound=Table)


def read_table(shape: type[TableT], data: object, key: str, problems: Problems) -> TableT | None:
    """The table at `key`; a key that cannot be read keeps its default.

    Returns:
        None where `data` is no table, or a key without a default is missing or unreadable; `problems` says so.
    """
    if not isinstance(data, dict):
        problems.add(key, f"expected a table, found {_found(data)}")
        return None
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    required = {name for name, field in fields.items() if field.required}
    values = {}
    for name, value in data.items():
        if name not in fields:
            problems.add(below(key, name), f"unknown key; {nearest(name, fields)}")
        elif (read := _read(fields[name].type, value, below(key, name), problems)) is not None:
            values[name] = read
    for name in sorted(required - data.keys()):
        wanted = _expected(fields[name].type, None, problems.full(key))
        problems.add(below(key, name), f"expected {wanted}, found nothing: the key is missing")
    return shape(**{fields[name].name: value for name, value in values.items()}) if required <= values.keys() else None


def _read(kind: Any, value: object, key: str, problems: Problems) -> Any:
    """`value` as `kind`; None where it cannot be (TOML itself has no null)."""
    if get_origin(kind) is UnionType:
        kind = get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, Table):
        return read_table(kind, value, key, problems)
    if get_origin(kind) is tuple and isinstance(value, list):
        items = [_read(get_args(kind)[0], item, f"{key}[{index}]", problems) for index, item in enumerate(value)]
        # As a whole or not at all: the positions of the items are part of their keys.
        return None if None in items else tuple(items)
    if get_origin(kind) is dict and isinstance(value, dict):
        return _read_mapping(get_args(kind)[1], value, key, problems)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        problems.add(key, f"expected {_expected(kind, value, problems.full(key))}, found {_found(value)}")
        return None


def _read_mapping(kind: Any, value: dict[str, object], key: str, problems: Problems) -> dict[str, Any]:
    read = {name: _read(kind, item, below(key, name), problems) for name, item in value.items()}
    return {name: item for name, item in read.items() if item is not None}


def _expected(kind: Any, value: object, key: str) -> str:
    if kind is bool:
        return "true or false"
    if kind is date:
        return "a date, 2027-03-01 for instance"
    if kind is float:
        return "a number"
    if get_origin(kind) is dict:
        return "a table"
    if get_origin(kind) is not tuple:
        return "a string"
    if get_origin(get_args(kind)[0]) is not dict:
        return "an array of strings"
    name = re.sub(r"\[\d+\]", "", key)
    return f"an array of tables, [[{name}]]" if isinstance(value, dict) else "an array of tables"


def _found(value: object) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, (dict, list)):
        return "a table" if isinstance(value, dict) else "an array"
    return f"the date or time {value}"

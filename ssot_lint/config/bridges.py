"""`[[truth.bridge]]` -> `Bridge`."""

from __future__ import annotations

from ssot_lint.config.conversion import read_table
from ssot_lint.config.problems import Problems
from ssot_lint.config.shape import BridgeTable
from ssot_lint.config.values import object_path, text
from ssot_lint.model.policy import Bridge, ObjectPath, Truth


def read_bridges(
    tables: tuple[dict[str, object], ...], owner: str, key: str, problems: Problems
) -> tuple[Bridge, ...]:
    """Every entry that has a target and a date; what is wrong with them is among `problems`.

    Args:
        owner: of the truth, for a bridge that names none of its own.
    """
    keyed = ((f"{key}[{index}]", data) for index, data in enumerate(tables))
    read = [(place, read_table(BridgeTable, data, place, problems)) for place, data in keyed]
    return tuple(_bridge(table, owner, place, problems) for place, table in read if table)


def _bridge(table: BridgeTable, owner: str, key: str, problems: Problems) -> Bridge:
    return Bridge(
        target=object_path(table.target, f"{key}.target", problems),
        until=table.until,
        issue="" if table.issue is None else text(table.issue, f"{key}.issue", problems),
        owner=owner if table.owner is None else text(table.owner, f"{key}.owner", problems),
    )


def check_bridges(truths: tuple[Truth, ...], problems: Problems) -> None:
    """A bridge has one date, and leads to a truth from somewhere else."""
    first: dict[ObjectPath, str] = {}
    canonical = {truth.canonical: truth for truth in truths}
    for truth in truths:
        for index, bridge in enumerate(truth.bridges):
            key = f"{truth.key}.bridge[{index}].target"
            other = first.setdefault(bridge.target, key)
            if other != key:
                found = f'"{bridge.target}" in {problems.full(other)} too'
                problems.add(key, f"expected each bridge to be declared once, found {found}")
            if bridge.target in canonical:
                named = problems.full(canonical[bridge.target].key)
                found = f'"{bridge.target}", the canonical of {named}'
                problems.add(key, f"expected what leads to a truth from elsewhere, found {found}")

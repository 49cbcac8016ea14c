"""`Policy` -> the TOML that loads to it again, with every default spelled out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ssot_lint.config.document import table_prefix
from ssot_lint.config.problems import toml_key, toml_string
from ssot_lint.model.policy import Bridge, Duplicates, Inline, Policy, Truth

_LINE_LENGTH = 100


def show(policy: Policy) -> str:
    """The effective configuration, in the form of the file that it came from.

    Returns:
        TOML; `load` makes an equal `Policy` of it when it stands in place of `policy.file`.
    """
    prefix = table_prefix(policy.file)
    blocks = [_head(policy, prefix), *_rule_tables(policy, prefix)]
    if moved := _moved(policy):
        blocks.append(_table(_within(prefix, "moved"), moved))
    for truth in policy.truths:
        blocks += _truth(truth, _within(prefix, "truth"))
    return "\n\n".join(blocks) + "\n"


def _head(policy: Policy, prefix: str) -> str:
    gone = [str(retirement.path) for retirement in policy.retirements if retirement.kind == "gone"]
    lines = [f"[{prefix}]"] if prefix else []
    lines += [_array("src", policy.src), _array("exclude", policy.exclude)]
    return "\n".join(lines + ([_array("gone", gone)] if gone else []))


def _rule_tables(policy: Policy, prefix: str) -> Iterator[str]:
    yield _table(_within(prefix, "codes"), policy.codes)
    yield _table(_within(prefix, "severity"), policy.severity)
    for rule, scope in (("unreadable-file", policy.unreadable_files), ("missing-import", policy.missing_imports)):
        if scope != "concerned":
            yield _table(_within(prefix, rule), {"scope": scope})
    if policy.per_path:
        arrays = [_array(exception.pattern, [item for item, _ in exception.items]) for exception in policy.per_path]
        yield "\n".join([f"[{_within(prefix, 'per-path')}]", *arrays])


def _moved(policy: Policy) -> dict[str, str]:
    moves = (retirement for retirement in policy.retirements if retirement.kind == "moved")
    return {str(move.path): str(move.replacement) for move in moves}


def _truth(truth: Truth, table: str) -> Iterator[str]:
    lines = [f"[[{table}]]", _string("name", truth.name), _string("canonical", str(truth.canonical))]
    lines += [_string("owner", truth.owner)] if truth.owner else []
    lines += [_string("lifetime", truth.lifetime)] if truth.lifetime != "any" else []
    lines += _arrays(facades=truth.facades, retired=truth.retired, factories=truth.factories, allow_in=truth.allow_in)
    lines += _arrays(required_arguments=truth.required_arguments, events=truth.events)
    yield "\n".join(lines)
    if truth.removed:
        yield _table(f"{table}.removed", truth.removed)
    if truth.duplicates != Duplicates():
        yield "\n".join([f"[{table}.duplicates]", *_duplicates(truth.duplicates)])
    for entry in truth.inlines:
        yield "\n".join([f"[[{table}.inline]]", *_inline(entry)])
    for bridge in truth.bridges:
        yield "\n".join([f"[[{table}.bridge]]", *_bridge(bridge)])


def _duplicates(duplicates: Duplicates) -> Iterator[str]:
    yield from _arrays(names=duplicates.names, implements=duplicates.implements, allow=duplicates.allow)
    if duplicates.similarity != Duplicates().similarity:
        yield f"similarity = {duplicates.similarity}"


def _inline(entry: Inline) -> Iterator[str]:
    yield _string("call", entry.call)
    yield _string("with", entry.replacement)
    yield from _arrays(imports=entry.imports)
    if entry.awaited:
        yield "awaited = true"


def _bridge(bridge: Bridge) -> Iterator[str]:
    yield _string("target", str(bridge.target))
    yield f"until = {bridge.until.isoformat()}"
    yield from (_string(key, value) for key, value in (("issue", bridge.issue), ("owner", bridge.owner)) if value)


def _within(prefix: str, name: str) -> str:
    """The dotted name of a table; `prefix` is dotted already."""
    return f"{prefix}.{name}" if prefix else name


def _table(name: str, values: Mapping[str, str]) -> str:
    return "\n".join([f"[{name}]", *(_string(key, value) for key, value in values.items())])


def _string(key: str, value: str) -> str:
    return f"{toml_key(key)} = {toml_string(value)}"


def _arrays(**values: Iterable[object]) -> list[str]:
    """An array for each keyword that has items, its underscores as dashes."""
    items = {name.replace("_", "-"): [str(item) for item in array] for name, array in values.items()}
    return [_array(name, array) for name, array in items.items() if array]


def _array(key: str, items: Iterable[str]) -> str:
    strings = [toml_string(item) for item in items]
    line = f"{toml_key(key)} = [{', '.join(strings)}]"
    if len(line) <= _LINE_LENGTH:
        return line
    return "\n".join([f"{toml_key(key)} = [", *(f"    {string}," for string in strings), "]"])

"""`[[truth.inline]]` -> `Inline`."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Iterable

import msgspec

from ssot_lint.config.conversion import read_table
from ssot_lint.config.problems import Problems, nearest, quoted
from ssot_lint.config.shape import InlineTable
from ssot_lint.config.values import each, named_path, text
from ssot_lint.facts.signature import ExpressionReading, SignatureReading, names_in, read_expression, read_signature
from ssot_lint.files.dotted import last
from ssot_lint.model.policy import Inline, ObjectPath
from ssot_lint.rules.inlining import CONSTRUCTOR, RECEIVERS

_BUILTINS = frozenset(dir(builtins))


class Callee(msgspec.Struct, frozen=True):
    """What the entries of one truth can be about.

    Attributes:
        removed: its removed members, with what to do instead.
        retired: what it replaced.
    """

    canonical: ObjectPath
    removed: dict[str, str]
    retired: tuple[ObjectPath, ...] = ()

    @property
    def name(self) -> str:
        """What a replacement calls the truth."""
        return last(self.canonical.name or self.canonical.module)

    @property
    def replaced(self) -> tuple[str, ...]:
        """The single names that it replaced: a call of one, or of something in one, can give way to an expression."""
        return tuple(path.name for path in self.retired if path.name and path.name not in self.removed)

    def is_replaced(self, member: str) -> bool:
        """Whether a member is such a name, or something in one."""
        return member in self.replaced or member.rpartition(".")[0] in self.replaced


def read_inlines(
    tables: tuple[dict[str, object], ...], callee: Callee, key: str, problems: Problems
) -> tuple[Inline, ...]:
    """Every entry that has a call and a replacement; what is wrong with them is among `problems`."""
    keyed = ((f"{key}[{index}]", data) for index, data in enumerate(tables))
    read = [(place, read_table(InlineTable, data, place, problems)) for place, data in keyed]
    entries = [(place, _inline(table, callee, place, problems)) for place, table in read if table]
    _check_different(entries, problems)
    return tuple(entry for _, entry in entries)


def _inline(table: InlineTable, callee: Callee, key: str, problems: Problems) -> Inline:
    expression = read_expression(table.replacement)
    signature = _signature(text(table.call, f"{key}.call", problems), callee, f"{key}.call", problems)
    entry = Inline(
        call=table.call,
        member=signature.member,
        parameters=signature.parameters,
        replacement=text(table.replacement, f"{key}.with", problems).strip(),
        imports=each(_import, table.imports, f"{key}.imports", problems),
        awaited=table.awaited,
        names=expression.names,
        given=expression.given if expression.called in (callee.name, "cls") else (),
    )
    if signature.member and table.replacement.strip():
        _check_member(entry, callee, f"{key}.call", problems)
        _check_defaults(entry, f"{key}.call", callee, problems)
        _check_replacement(entry, callee, key, problems)
    return entry


def _signature(call: str, callee: Callee, key: str, problems: Problems) -> SignatureReading:
    owner = _owner(call, callee)
    signature = read_signature(call[len(owner):])
    if signature.member:
        signature = msgspec.structs.replace(signature, member=owner + signature.member)
    if signature.expected and call.strip():
        found = signature.found or quoted(call)
        problems.add(key, f"expected {signature.expected}, found {found}")
    return signature


def _owner(call: str, callee: Callee) -> str:
    """The name that the truth replaced and whose member is called, with the dot behind it: of `environ.get(key)`."""
    owner = call.partition("(")[0].rpartition(".")[0].strip()
    return f"{owner}." if owner in callee.replaced else ""


def _import(value: str, key: str, problems: Problems) -> ObjectPath:
    path = named_path(value, key, problems)
    if "." in path.name:
        wanted = 'a name that can be imported, "package.module:Name"'
        problems.add(key, f"expected {wanted}, found the member {quoted(value)}")
    return path


def _check_member(entry: Inline, callee: Callee, key: str, problems: Problems) -> None:
    known = (CONSTRUCTOR, *callee.removed, *callee.replaced)
    if entry.member not in known and not callee.is_replaced(entry.member):
        others = " or something that `retired` names" if callee.replaced else ""
        problems.add(key, f"expected {CONSTRUCTOR} or a member of `removed`{others}, found {entry.member}; "
                          f"{nearest(entry.member, known)}")
    if entry.member == CONSTRUCTOR and not callee.canonical.name:
        problems.add(key, f"expected a member of `removed`, found {CONSTRUCTOR}: the truth is a module")
    if entry.member == CONSTRUCTOR and entry.awaited:
        problems.add(key, f"expected a member that can be awaited, found {CONSTRUCTOR} with `awaited`")


def _check_defaults(entry: Inline, key: str, callee: Callee, problems: Problems) -> None:
    known = {callee.name, *(path.name for path in entry.imports), *_BUILTINS}
    for parameter in entry.parameters:
        for name in names_in(parameter.default) if parameter.default is not None else ():
            if name not in known or name in _names(entry):
                wanted = "defaults made of constants, the truth, what `imports` brings and builtins"
                problems.add(key, f"expected {wanted}, found {parameter.name}={parameter.default}")


def _check_replacement(entry: Inline, callee: Callee, key: str, problems: Problems) -> None:
    expression = read_expression(entry.replacement)
    if expression.expected:
        found = expression.found or quoted(entry.replacement)
        problems.add(f"{key}.with", f"expected {expression.expected}, found {found}")
        return
    if expression.awaits and not entry.awaited:
        wanted = "an expression that awaits nothing, or `awaited = true`: it can only be awaited where the call was"
        problems.add(f"{key}.with", f"expected {wanted}, found {quoted(entry.replacement)}")
    _check_meanings(entry, callee, key, problems)
    _check_names(entry, expression, callee, f"{key}.with", problems)
    _check_imports_used(entry, expression, f"{key}.imports", problems)


def _check_meanings(entry: Inline, callee: Callee, key: str, problems: Problems) -> None:
    """A name is a parameter, the truth, or one import."""
    imports = [path.name for path in entry.imports if path != callee.canonical]
    for name, count in Counter([*_names(entry), callee.name, *imports]).items():
        if count > 1:
            problems.add(key, f"expected one meaning for each name, found {count} for {name}")


def _check_names(entry: Inline, expression: ExpressionReading, callee: Callee, key: str, problems: Problems) -> None:
    has_receiver = entry.member != CONSTRUCTOR and callee.canonical.name and not callee.is_replaced(entry.member)
    receivers = RECEIVERS if has_receiver else ()
    own = (*_names(entry), *receivers, callee.name, *(path.name for path in entry.imports))
    for name in expression.names:
        if name not in own and name not in _BUILTINS:
            wanted = "parameters of the call, the truth, names that `imports` brings, and builtins"
            problems.add(key, f"expected {wanted}, found the name {name}; {nearest(name, own)}")
    if set(RECEIVERS) <= set(expression.names):
        problems.add(key, "expected self or cls, as what the call is made on is an instance or a class, found both")


def _check_imports_used(entry: Inline, expression: ExpressionReading, key: str, problems: Problems) -> None:
    defaults = (parameter.default for parameter in entry.parameters if parameter.default is not None)
    used = {*expression.names, *(name for default in defaults for name in names_in(default))}
    for index, path in enumerate(entry.imports):
        if path.name and path.name not in used:
            problems.add(f"{key}[{index}]", f'expected something that `with` uses, found "{path}"')


def _check_different(entries: Iterable[tuple[str, Inline]], problems: Problems) -> None:
    first: dict[object, str] = {}
    for key, entry in entries:
        shape = [(item.name, item.kind, item.default is None) for item in entry.parameters]
        signature = (entry.member, *shape)
        other = first.setdefault(signature, key)
        if other != key and entry.member:
            found = f"the signature of {problems.full(other)} too"
            problems.add(f"{key}.call", f"expected a signature of its own, found {quoted(entry.call)}, {found}")


def _names(entry: Inline) -> list[str]:
    return [parameter.name for parameter in entry.parameters]

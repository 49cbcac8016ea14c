"""`--select` and `--ignore`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ssot_lint.errors import UsageError
from ssot_lint.model.policy import Policy
from ssot_lint.model.violation import Violation


def selection(
    select: Sequence[str], ignore: Sequence[str], policies: Iterable[Policy]
) -> Callable[[Violation], bool]:
    """Whether a violation is to be reported: selected (all are by default), and not ignored.

    Args:
        select, ignore: lists with commas of rule names, codes as configured, or prefixes of such codes.
        policies: of every project that was checked.

    Raises:
        UsageError: an entry that fits no rule, or a `--select` of nothing.
    """
    if select and not any(map(_parts, select)):
        raise UsageError("--select: names no rule; expected names of rules, codes, or prefixes of codes")
    codes = {(name, code) for policy in policies for name, code in policy.codes.items()}
    selected, ignored = _entries("--select", select, codes), _entries("--ignore", ignore, codes)

    def reported(violation: Violation) -> bool:
        return (not selected or _fits(violation, selected)) and not _fits(violation, ignored)

    return reported


def _fits(violation: Violation, entries: Iterable[str]) -> bool:
    return any(violation.rule == entry or violation.code.startswith(entry) for entry in entries)


def _entries(option: str, values: Sequence[str], codes: set[tuple[str, str]]) -> list[str]:
    entries = [entry for value in values for entry in _parts(value)]
    for entry in entries:
        if not _is_known(entry, codes):
            raise UsageError(f"{option}: no rule is called {entry!r}, and no code begins so; {_way_out(entry, codes)}")
    return entries


def _parts(value: str) -> list[str]:
    return [part for part in map(str.strip, value.split(",")) if part]


def _is_known(entry: str, codes: set[tuple[str, str]]) -> bool:
    return any(name == entry or code.startswith(entry) for name, code in codes)


def _way_out(entry: str, codes: set[tuple[str, str]]) -> str:
    from ssot_lint.config.problems import nearest
    from ssot_lint.rules.registry import rules

    remapped = [code for name, code in sorted(codes) if name in rules() and rules()[name].code == entry]
    if remapped:
        return f"the configuration reports {entry} as {' or '.join(remapped)}"
    for respelled in (entry.upper(), entry.lower()):
        if _is_known(respelled, codes):
            return f"did you mean {respelled}?"
    return nearest(entry, sorted(part for pair in codes for part in pair))

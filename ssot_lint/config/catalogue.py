"""What the configuration says of the rules: `codes`, `severity`, `per-path`."""

from __future__ import annotations

import re

from ssot_lint.config.problems import Problems, below, nearest, quoted
from ssot_lint.config.shape import ScopeTable
from ssot_lint.config.values import pattern
from ssot_lint.model.policy import PathException
from ssot_lint.rules.registry import rules

SCOPES = ("concerned", "all")
SEVERITIES = ("off", "warning", "error")

# flake8 refuses to register anything else.
_CODE = re.compile(r"[A-Z]{1,3}[0-9]{0,3}")


def read_codes(remapped: dict[str, str], problems: Problems) -> dict[str, str]:
    """Rule name -> code, every rule included."""
    codes = {name: rule.code for name, rule in rules().items()}
    for name, code in _of_known_rules(remapped, "codes", problems).items():
        codes[name] = code
        if not _CODE.fullmatch(code):
            wanted = "one to three capital letters, then at most three digits"
            problems.add(below("codes", name), f"expected a code that flake8 accepts ({wanted}), found {quoted(code)}")
    _check_unique(codes, remapped, problems)
    return codes


def read_severity(changed: dict[str, str], problems: Problems) -> dict[str, str]:
    """Rule name -> "off", "warning" or "error", every rule included."""
    severity = {name: rule.severity for name, rule in rules().items()}
    for name, value in _of_known_rules(changed, "severity", problems).items():
        severity[name] = value
        if value not in SEVERITIES:
            problems.add(below("severity", name), f"expected one of {', '.join(SEVERITIES)}, found {quoted(value)}")
    return severity


def read_scope(table: ScopeTable | None, rule: str, problems: Problems) -> str:
    """Where a rule looks: "concerned" or "all"."""
    scope = ScopeTable().scope if table is None else table.scope
    if scope not in SCOPES:
        problems.add(f"{rule}.scope", f"expected one of {', '.join(SCOPES)}, found {quoted(scope)}")
    return scope


def read_per_path(
    exceptions: dict[str, tuple[str, ...]], codes: dict[str, str], problems: Problems
) -> tuple[PathException, ...]:
    """The exceptions, with codes and their beginnings resolved to the names of rules.

    Args:
        codes: rule name -> code, as configured.
    """
    return tuple(_exception(glob, items, codes, problems) for glob, items in exceptions.items())


def _of_known_rules(values: dict[str, str], key: str, problems: Problems) -> dict[str, str]:
    known = rules()
    for name in values:
        if name not in known:
            problems.add(below(key, name), f"unknown rule; {nearest(name, known)}")
    return {name: value for name, value in values.items() if name in known}


def _check_unique(codes: dict[str, str], remapped: dict[str, str], problems: Problems) -> None:
    # Rules that keep their code come first: where there is a clash, the one that was remapped caused it.
    first: dict[str, str] = {}
    for name in sorted(codes, key=lambda name: name in remapped):
        other = first.setdefault(codes[name], name)
        if other != name:
            found = f'"{codes[name]}", the code of {other} too'
            problems.add(below("codes", name), f"expected a code of its own, found {found}")


def _exception(glob: str, items: tuple[str, ...], codes: dict[str, str], problems: Problems) -> PathException:
    meant = _meant(items, glob, codes, problems)
    rules = tuple(dict.fromkeys(name for _, names in meant for name in names))
    return PathException(pattern(glob, below("per-path", glob), problems), rules, meant)


def _meant(
    items: tuple[str, ...], glob: str, codes: dict[str, str], problems: Problems
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each item with the names of the rules that it means."""
    found = []
    for index, item in enumerate(items):
        meant = [item] if item in codes else [name for name, code in codes.items() if item and code.startswith(item)]
        found.append((item, tuple(meant)))
        if not meant:
            wanted = "a rule, a code or the beginning of a code"
            problem = f"expected {wanted}, found {quoted(item)}; {_way_out(item, codes)}"
            problems.add(f"{below('per-path', glob)}[{index}]", problem)
    return tuple(found)


def _way_out(item: str, codes: dict[str, str]) -> str:
    by_default = (name for name, rule in rules().items() if item and rule.code.startswith(item))
    remapped = next(by_default, None)
    if remapped:
        return f"the code of {remapped} is {codes[remapped]} here"
    return nearest(item, [*codes, *codes.values()])

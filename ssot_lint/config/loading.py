"""A configuration file -> `Policy`."""

from __future__ import annotations

from typing import Any

from ssot_lint.config.catalogue import read_codes, read_per_path, read_scope, read_severity
from ssot_lint.config.conversion import read_table
from ssot_lint.config.document import TOOL, own_table, parse_toml, read, table_prefix
from ssot_lint.config.problems import Problems
from ssot_lint.config.retirements import read_retirements
from ssot_lint.config.shape import PolicyTable
from ssot_lint.config.truths import read_truths
from ssot_lint.config.values import each, import_root, pattern
from ssot_lint.errors import ConfigurationError
from ssot_lint.model.policy import Policy


def load(file: str) -> Policy:
    """Read and validate a configuration file; whether what it declares exists in the tree is the engine's to say.

    Args:
        file: `[tool.ssot-lint]` is read from a `pyproject.toml`, the top level of a file of any other name.

    Raises:
        ConfigurationError: the file cannot be read or obeyed. Everything wrong with it is in the one message, each
            problem on a line of its own with file, key, what was expected and what was found.
    """
    problems = Problems(file, table_prefix(file))
    table = read_table(PolicyTable, _own_table(file), "", problems) or PolicyTable()
    policy = _policy(file, table, problems)
    problems.raise_any()
    return policy


def _own_table(file: str) -> Any:
    document = parse_toml(file, read(file))
    own = own_table(file, document)
    if own is None:
        raise ConfigurationError(file, table_prefix(file), f"expected the table [{table_prefix(file)}], found nothing")
    if not table_prefix(file) and isinstance(document.get("tool"), dict) and TOOL in document["tool"]:
        way_out = f"leave tool.{TOOL} out of their names, or move them to pyproject.toml"
        raise ConfigurationError(file, f"tool.{TOOL}", f"expected the tables at top level; {way_out}")
    return own


def _policy(file: str, table: PolicyTable, problems: Problems) -> Policy:
    codes = read_codes(table.codes, problems)
    truths = read_truths(table.truth, problems)
    if not table.src:
        problems.add("src", "expected at least one import root, found an empty array")
    return Policy(
        file=file,
        src=each(import_root, table.src, "src", problems),
        exclude=each(pattern, table.exclude, "exclude", problems),
        truths=truths,
        retirements=read_retirements(table, truths, problems),
        codes=codes,
        severity=read_severity(table.severity, problems),
        per_path=read_per_path(table.per_path, codes, problems),
        unreadable_files=read_scope(table.unreadable_file, "unreadable-file", problems),
        missing_imports=read_scope(table.missing_import, "missing-import", problems),
    )

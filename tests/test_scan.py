"""Only files that can matter are parsed and judged, and nothing is found otherwise than if all of them were.

The oracle is `Project(..., thorough=True)`, which parses, resolves and judges everything. Projects are drawn at random
from seeds, `SSOT_LINT_SCAN_EXAMPLES` of them (300), starting at `SSOT_LINT_SCAN_SEED` (0):

    SSOT_LINT_SCAN_EXAMPLES=20000 python -m pytest tests/test_scan.py -k random

What differs is reported with the least project that differs in the same way. Then come the ways by name.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Any

import pytest

from ssot_lint.config import load
from ssot_lint.engine import Project
from ssot_lint.errors import ConfigurationError
from ssot_lint.model.violation import Violation
from ssot_lint.rules.registry import rules
from tests.projects import CONFIGURATION, Files, draw, reduced
from tests.scan_cases import NOTHING, Case, cases
from tests.trees import write_files

EXAMPLES = int(os.environ.get("SSOT_LINT_SCAN_EXAMPLES", "300"))
SEED = int(os.environ.get("SSOT_LINT_SCAN_SEED", "0"))
PARTS = 10


class Outcome:
    """What a check says; or only that the configuration is refused, and why."""

    def __init__(self, root: Path, thorough: bool) -> None:
        self.violations: tuple[Violation, ...] = ()
        self.rest: tuple[object, ...] = ()
        try:
            policy = load(str(root / CONFIGURATION))
            report = Project(str(root), policy, jobs=1, thorough=thorough).check()
            self.violations, self.rest = report.violations, (report.suppressed, report.notices)
        except ConfigurationError as error:
            self.rest = (str(error),)


def differences(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """What only one of the two checks says: `-` what the scan misses, `+` what it adds."""
    rmtree(root, ignore_errors=True)
    write_files(root, files)
    scanned, thorough = Outcome(root, False), Outcome(root, True)
    found = [f"- {_shown(item)}" for item in thorough.violations if item not in scanned.violations]
    found += [f"+ {_shown(item)}" for item in scanned.violations if item not in thorough.violations]
    if not found and scanned.violations != thorough.violations:
        found = ["another order, or another number of the same"]
    return found + [f"{scanned.rest} instead of {thorough.rest}"] * (scanned.rest != thorough.rest)


def _shown(violation: Violation) -> str:
    place = f"{violation.path}:{violation.span.line}:{violation.span.column}"
    return f"{place} {violation.rule} {violation.message} {' -> '.join(violation.chain)}"


@pytest.mark.parametrize("part", range(PARTS))
def test_random_projects(part: int, tmp_path: Path) -> None:
    for seed in range(SEED + part, SEED + EXAMPLES, PARTS):
        files = draw(Random(seed))
        if found := differences(tmp_path / "project", files):
            pytest.fail("\n".join([f"seed {seed}", *found, *least(tmp_path / "project", files, found)]), pytrace=False)


def test_random_projects_have_something_for_every_rule(tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for seed in range(400):
        rmtree(tmp_path, ignore_errors=True)
        write_files(tmp_path, draw(Random(seed)))
        found.update({violation.rule for violation in Outcome(tmp_path, True).violations})
    assert {rule for rule in rules() if found[rule] < 3} == set()


def least(root: Path, files: Files, found: list[str]) -> list[str]:
    """The least project that differs in one of the same ways, written out."""
    kinds = {_kind(line) for line in found}
    small = reduced(files, lambda smaller: not kinds.isdisjoint(map(_kind, differences(root, smaller))))
    shown = [line for path, data in small.items() for line in (f"--- {path}", data.decode("utf-8", "backslashreplace"))]
    return ["", "the least that differs so:", *differences(root, small), *shown]


def _kind(line: str) -> str:
    sign, _, rest = line.partition(" ")
    return f"{sign} {rest.split(' ')[1]}" if sign in "+-" else sign


KNOWN_LIMITS = frozenset({
    "a chain of classes: by an alias over two lines",
    "a chain of classes: by code that is asked",
    "a chain of classes: by a conditional",
    "a chain of classes: in two lines with quotes",
    "a chain of classes: by aliases",
})
"""Names that are handed on, without a word of the configuration beside them, otherwise than by an import."""


def _parameter(case: Case) -> Any:
    marks = pytest.mark.xfail(reason="a known limit") if case.title in KNOWN_LIMITS else ()
    return pytest.param(case, id=case.title, marks=marks)


@pytest.mark.parametrize("case", list(map(_parameter, cases())))
def test_ways_that_a_scan_could_miss(case: Case, tmp_path: Path) -> None:
    write_files(tmp_path, case.files)
    found = {item.rule for item in Outcome(tmp_path, True).violations if _is_use(item)}
    assert not found if case.rule == NOTHING else case.rule in found
    assert differences(tmp_path / "project", case.files) == []


def _is_use(violation: Violation) -> bool:
    return violation.path.removesuffix("/__init__.py").rpartition("/")[2].partition(".")[0] == "use"

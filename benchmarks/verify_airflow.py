"""Compares what `ssot-lint check` reports for the Airflow tree with what the rules owe, counted independently.

    python -m benchmarks.verify_airflow                               runs `check` on benchmarks/.corpora/airflow
    python -m benchmarks.verify_airflow TREE --findings report.json   compares a report made earlier (`--format json`)
    python -m benchmarks.verify_airflow --expected                    only lists what is owed

A finding is the same as one that is owed where path, line and imported name agree. Exits 1 where precision or recall of
any rule falls below `--min-precision` or `--min-recall`, 2 where the tree or the report cannot be read.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpora import default_tree
from benchmarks.independent import CODES, Finding, Project, count_by_rule, expected

LAST_NAME = re.compile(r"(\w+|\*)\W*$")
Key = tuple[str, int, str]


class VerificationError(Exception):
    """Nothing can be compared; the message says why."""


@dataclass(frozen=True)
class Comparison:
    """One rule's owed and reported findings, set against each other; a key is path, line and last imported name."""

    rule: str
    agreed: Counter[Key]
    missed: Counter[Key]
    unexpected: Counter[Key]

    @property
    def precision(self) -> float:
        """Share of what is reported that is owed; 1 where nothing is reported."""
        return ratio(self.agreed.total(), self.agreed.total() + self.unexpected.total())

    @property
    def recall(self) -> float:
        """Share of what is owed that is reported; 1 where nothing is owed."""
        return ratio(self.agreed.total(), self.agreed.total() + self.missed.total())


def ratio(part: int, whole: int) -> float:
    """Part of a whole; 1 for an empty whole."""
    return part / whole if whole else 1.0


def reported(tree: Path, file: Path | None) -> list[dict[str, Any]]:
    """The violations of a report, or of a run of `check` made now.

    Raises:
        VerificationError: there is no readable report.
    """
    command = [sys.executable, "-m", "ssot_lint", "check", "--format", "json", "."]
    if file is None:
        run = subprocess.run(command, cwd=tree, capture_output=True, text=True, encoding="utf-8", check=False)
        if run.returncode not in {0, 1}:
            raise VerificationError(f"ssot-lint check exited with {run.returncode}: {run.stderr.strip()}")
        text = run.stdout
    else:
        text = file.read_text(encoding="utf-8")
    try:
        return list(json.loads(text)["violations"])
    except (ValueError, KeyError, TypeError) as error:
        raise VerificationError(f"{file or 'the output of ssot-lint check'} is no JSON report: {error!r}") from error


def reported_keys(tree: Path, violations: Iterable[Mapping[str, Any]]) -> dict[str, Counter[Key]]:
    """What was reported, by rule."""
    keys: dict[str, Counter[Key]] = {rule: Counter() for rule in CODES}
    lines: dict[str, list[str]] = {}
    for violation in violations:
        path, rule = str(violation["path"]), str(violation["rule"])
        if rule in keys:
            if path not in lines:
                lines[path] = (tree / path).read_text(encoding="utf-8").splitlines()
            keys[rule][path, int(violation["line"]), name_at(lines[path], violation)] += 1
    return keys


def name_at(lines: Sequence[str], violation: Mapping[str, Any]) -> str:
    """The last name in the text that a violation spans; for one that spans several lines, on its first."""
    line = lines[int(violation["line"]) - 1]
    end = int(violation["end_column"]) - 1 if violation["end_line"] == violation["line"] else len(line)
    return last_name(line[int(violation["column"]) - 1:end].partition(" as ")[0])


def last_name(text: str) -> str:
    """`Name` for `a.b.Name`, for `"a.b:Name"` and the like; "*" stands for itself."""
    match = LAST_NAME.search(text)
    return match[1] if match else text


def compare(owed: Iterable[Finding], found: Mapping[str, Counter[Key]]) -> list[Comparison]:
    """Sets both sides against each other, rule by rule; what `# noqa` silences is owed to nobody."""
    wanted: dict[str, Counter[Key]] = {rule: Counter() for rule in CODES}
    for finding in owed:
        if not finding.suppressed:
            wanted[finding.rule][finding.path, finding.line, last_name(finding.name)] += 1
    pairs = [(rule, wanted[rule], found[rule]) for rule in CODES]
    return [Comparison(rule, ours & theirs, ours - theirs, theirs - ours) for rule, ours, theirs in pairs]


def print_comparison(comparison: Comparison, shown: int) -> None:
    """Prints the counts of one rule, and the keys that only one side has."""
    counts = (f"{count.total()} {word}" for word, count in sides(comparison).items())
    print(f"{CODES[comparison.rule]} {comparison.rule}: {', '.join(counts)}")
    print(f"    precision {comparison.precision:.4f}, recall {comparison.recall:.4f}")
    for word, keys in (("missed", comparison.missed), ("unexpected", comparison.unexpected)):
        for path, line, name in sorted(keys.elements())[:shown]:
            print(f"    {word}: {path}:{line}: {name}")
        if keys.total() > shown:
            print(f"    {word}: ... and {keys.total() - shown} more")


def sides(comparison: Comparison) -> dict[str, Counter[Key]]:
    """The counted sets of one rule, by the word for each."""
    return {
        "expected": comparison.agreed + comparison.missed,
        "found": comparison.agreed + comparison.unexpected,
        "true positives": comparison.agreed,
        "missed": comparison.missed,
        "unexpected": comparison.unexpected,
    }


def print_expected(owed: Sequence[Finding], project: Project) -> None:
    """Prints every finding that is owed, and the counts."""
    for finding in owed:
        note = " (noqa)" if finding.suppressed else ""
        place = f"{finding.path}:{finding.line}:{finding.column}"
        print(f"{place}: {CODES[finding.rule]} {finding.name} [{finding.chain}]{note}")
    print_counts(owed, project)


def print_counts(owed: Sequence[Finding], project: Project) -> None:
    """Prints how much was read, and how much is owed."""
    counts = ", ".join(f"{count} {CODES[rule]}" for rule, count in count_by_rule(owed).items())
    silenced = sum(finding.suppressed for finding in owed)
    print(f"{len(project.files)} files read, {len(project.unreadable)} unreadable")
    print(f"owed: {counts}; of these silenced by noqa: {silenced}")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verify_airflow", description="Precision and recall.")
    parser.add_argument("tree", nargs="?", type=Path, default=default_tree("airflow"))
    parser.add_argument("--findings", type=Path, metavar="FILE", help="a report of `ssot-lint check --format json`")
    parser.add_argument("--expected", action="store_true", help="only list what is owed")
    parser.add_argument("--show", type=int, default=50, metavar="N", help="differences listed of a kind (default: 50)")
    for share in ("--min-precision", "--min-recall"):
        parser.add_argument(share, type=float, default=1.0, metavar="SHARE", help="default: 1.0")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compares and prints; returns 0, 1 where a share is too low, 2 where nothing can be compared."""
    options = parse(arguments)
    try:
        owed, project = expected(options.tree)
        if options.expected:
            print_expected(owed, project)
            return 0
        comparisons = compare(owed, reported_keys(options.tree, reported(options.tree, options.findings)))
    except (OSError, VerificationError) as error:
        print(error, file=sys.stderr)
        return 2
    print_counts(owed, project)
    for comparison in comparisons:
        print_comparison(comparison, options.show)
    low = any(c.precision < options.min_precision or c.recall < options.min_recall for c in comparisons)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())

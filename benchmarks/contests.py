"""What is measured: each contest runs ssot-lint beside another tool on one corpus and yields rows of the table."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from benchmarks.environments import Environments
from benchmarks.growth import grown
from benchmarks.measuring import (
    Command, Entrant, RunFailed, Sample, Spread, cpu_ratio, differences, race, ratios, run, spread,
)
from benchmarks.policies import TO_FIX

MEGABYTE = 1_000_000

YOUNG = 2.2
"""Seconds after which a change no longer looks as if it might go on: until then nothing counts as unchanged."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        corpus: what it was measured on.
        what: what was measured, against what.
        measured: the figure, over the rounds; None where a tool did not do its work.
        unit: "" for a ratio, "ms" or "MB".
        budget: the most that it may be; None where there is none.
        ours: median seconds of ssot-lint, on this machine.
        theirs: the same of what it is compared with; None where there is nothing.
        by_cpu: the ratio by processor time, which depends less on what else the machine does; None where none applies.
        note: what a reader has to know.
        samples: every run, by entrant.
    """

    corpus: str
    what: str
    measured: Spread | None
    unit: str = ""
    budget: float | None = None
    ours: float | None = None
    theirs: float | None = None
    by_cpu: float | None = None
    note: str = ""
    samples: Mapping[str, Sequence[Sample]] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the budget is met; None where there is none."""
        if self.budget is None:
            return None
        return self.measured is not None and self.measured.median <= self.budget


@dataclass(frozen=True)
class Settings:
    """How thoroughly to measure: rounds, and the files that the slow tools get."""

    rounds: int = 5
    flake8_files: int = 1200
    pylint_files: int = 100


@dataclass(frozen=True)
class Site:
    """One configured corpus, the tools, and a place for their caches."""

    name: str
    tree: Path
    tools: Environments
    scratch: Path
    settings: Settings

    # --- the commands

    def check(self, *words: str, cache: str = "", tree: Path | None = None) -> Command:
        """`ssot-lint check`, with the cache of that name, or with none where the name is empty."""
        options = ["--cache-dir", str(self.scratch / f"ours-{cache}")] if cache else ["--no-cache"]
        known = options if options[0] in self._help else []
        return Command((self.tools.ours.program("ssot-lint"), "check", *known, *words, "."), tree or self.tree)

    def ruff(self, cache: str = "", tree: Path | None = None) -> Command:
        """`ruff check`, likewise."""
        options = ("--cache-dir", str(self.scratch / f"ruff-{cache}")) if cache else ("--no-cache",)
        words = (self.tools.bare.program("ruff"), "check", *options, "--config", "ruff.toml", ".")
        return Command(words, tree or self.tree)

    def flake8(self, plugin: bool, *words: str, stdin: Path | None = None) -> Command:
        """flake8 with or without the plugin; the selection is the same, the rest is its own configuration."""
        environment = self.tools.ours if plugin else self.tools.bare
        variables = {"SSOT_LINT_CACHE_DIR": str(self.scratch / "ours-flake8")}
        line = (environment.program("flake8"), "--isolated", "--select", "E9,SOT", *words)
        return Command(line, self.tree, stdin, environment=variables)

    @cached_property
    def _help(self) -> str:
        words = (self.tools.ours.program("ssot-lint"), "check", "--help")
        return subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=True).stdout

    @property
    def caches(self) -> bool:
        """Whether ssot-lint has a cache that can be switched off."""
        return "--no-cache" in self._help

    # --- the corpus

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every Python file, relative to the tree."""
        return tuple(sorted(path.relative_to(self.tree).as_posix() for path in self.tree.rglob("*.py")))

    def sample_of_files(self, number: int) -> tuple[str, ...]:
        """That many files, evenly over the tree; all of them for 0."""
        return self.files[::max(1, len(self.files) // number)][:number] if number else self.files

    @cached_property
    def report(self) -> dict[str, object]:
        """What `ssot-lint check` says of the tree.

        Raises:
            RunFailed: it says nothing.
        """
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "report.json")
            run(self.check("--format", "json", "--output", str(file)))
            report: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
            return report

    @property
    def summary(self) -> Mapping[str, float]:
        """The counts of the report."""
        summary = self.report["summary"]
        assert isinstance(summary, dict)
        return summary

    @cached_property
    def troubled_file(self) -> str:
        """A file with a finding: the one in the middle."""
        violations = self.report["violations"]
        assert isinstance(violations, list)
        paths = sorted({str(violation["path"]) for violation in violations})
        return paths[len(paths) // 2]

    def ruffs_findings(self) -> int:
        """How many findings ruff has."""
        words = (*self.ruff().words, "--output-format", "json")
        found = subprocess.run(words, cwd=self.tree, capture_output=True, check=False).stdout
        return len(json.loads(found))


class Edit:
    """Changes one file before a run, to something new each time, and puts it back afterwards, time stamp included."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._original = path.read_bytes()
        self._status = path.stat()
        self._number = 0

    def make(self) -> None:
        """Appends a comment that was not there before."""
        self._number += 1
        self._path.write_bytes(self._original + f"\n# edited for the {self._number}. time\n".encode())

    def undo(self) -> None:
        """Puts the file back."""
        self._path.write_bytes(self._original)
        os.utime(self._path, ns=(self._status.st_atime_ns, self._status.st_mtime_ns))


def compared(
    site: Site, what: str, samples: Mapping[str, Sequence[Sample]], theirs: str, budget: float | None, note: str = ""
) -> Row:
    """The row of a ratio, ours over theirs; ours is what comes first in the samples."""
    first = next(iter(samples))
    pair = {first: samples[first], theirs: samples[theirs]}
    return Row(
        site.name,
        what,
        ratios(samples[first], samples[theirs]),
        budget=budget,
        ours=seconds(samples[first]),
        theirs=seconds(samples[theirs]),
        by_cpu=cpu_ratio(samples[first], samples[theirs]),
        note=note,
        samples=pair,
    )


def seconds(samples: Sequence[Sample]) -> float:
    """The median time of some runs."""
    return spread([sample.seconds for sample in samples]).median


# --- the contests


def cold(site: Site) -> Iterator[Row]:
    """No cache at all, and the memory that takes."""
    samples = race([Entrant("check", site.check()), Entrant("ruff", site.ruff())], site.settings.rounds)
    note = "" if site.caches else "ssot-lint has no cache yet"
    yield compared(site, "`check`, no cache : `ruff check --no-cache`", samples, "ruff", 1.0, note)
    peaks = [sample.peak / MEGABYTE for sample in samples["check"]]
    ruffs = max(sample.peak for sample in samples["ruff"]) / MEGABYTE
    note = f"ruff: {ruffs:.0f} MB"
    yield Row(site.name, "peak memory of `check`, largest process", spread(peaks), "MB", 150, note=note)


def warm(site: Site) -> Iterator[Row]:
    """Nothing changed since the last run."""
    entrants = [Entrant("check", site.check(cache="warm")), Entrant("ruff", site.ruff("warm"))]
    samples = race(entrants, site.settings.rounds)
    yield compared(site, "`check`, nothing changed : `ruff check`, the same", samples, "ruff", 1.0)


def edited(site: Site) -> Iterator[Row]:
    """One file changed since the last run; the budget is against ruff where nothing changed."""
    edit = Edit(site.tree / site.troubled_file)
    entrants = [
        Entrant("check", site.check(cache="edited"), edit.make, edit.undo),
        Entrant("ruff, nothing changed", site.ruff("warm")),
        Entrant("ruff", site.ruff("edited"), edit.make, edit.undo),
    ]
    samples = race(entrants, site.settings.rounds)
    time.sleep(YOUNG)
    what = "`check`, one file changed : `ruff check`"
    yield compared(site, f"{what}, nothing changed", samples, "ruff, nothing changed", 1.5)
    yield compared(site, f"{what}, one file changed", samples, "ruff", None)


def flake8(site: Site) -> Iterator[Row]:
    """flake8 over a part of the tree, with and without the plugin; the index is of the whole tree."""
    files = site.sample_of_files(site.settings.flake8_files)
    pair = [Entrant("with", site.flake8(True, *files)), Entrant("without", site.flake8(False, *files))]
    samples = race(pair, site.settings.rounds)
    note = f"{len(files)} of {len(site.files)} files, index of all of them"
    yield compared(site, "`flake8` with the plugin : without", samples, "without", 1.05, note)


def stdin(site: Site) -> Iterator[Row]:
    """One file from standard input through flake8, as an editor does it."""
    name = site.troubled_file
    words, file = ("--stdin-display-name", name, "-"), site.tree / name
    pair = [
        Entrant("with", site.flake8(True, *words, stdin=file)),
        Entrant("without", site.flake8(False, *words, stdin=file)),
    ]
    samples = race(pair, site.settings.rounds)
    extra = differences(samples["with"], samples["without"])
    measured = Spread(extra.median * 1000, extra.low * 1000, extra.high * 1000)
    ours, theirs = seconds(samples["with"]), seconds(samples["without"])
    what = "`flake8 -` with the plugin - without"
    yield Row(site.name, what, measured, "ms", 60, ours, theirs, samples=samples)


def import_linter(site: Site) -> Iterator[Row]:
    """A contract that forbids the retired modules, as far as import-linter knows them."""
    words = ("--config", "importlinter.ini", "--no-cache", "--no-logo")
    program = site.tools.bare.program("lint-imports")
    command = Command((program, *words), site.tree, environment={"PYTHONPATH": "."}, proof="Contracts: ")
    samples = race([Entrant("check", site.check()), Entrant("lint-imports", command)], min(3, site.settings.rounds))
    what = "`check`, no cache : `lint-imports --no-cache`"
    yield compared(site, what, samples, "lint-imports", None, "modules only, no names")


def pylint(site: Site) -> Iterator[Row]:
    """Duplicate code as pylint finds it, on a part of the tree; ssot-lint checks all of it."""
    files = site.sample_of_files(site.settings.pylint_files)
    words = (f"--rcfile={os.devnull}", "--persistent=n", "--disable=all", "--enable=R0801", *files)
    command = Command((site.tools.bare.program("pylint"), *words), site.tree, accepted=frozenset({0, 8}))
    samples = race([Entrant("check", site.check()), Entrant("pylint", command)], 1, warm_up=False)
    note = f"pylint: {len(files)} of {len(site.files)} files"
    yield compared(site, "`check`, no cache : `pylint`, R0801 only", samples, "pylint", None, note)


def fixing(site: Site) -> Iterator[Row]:
    """The patch for some 130 imports, without a cache, where a corpus has a configuration that moves as many."""
    if not (site.tree / TO_FIX).is_file():
        return
    fix, check = (
        Command((site.tools.ours.program("ssot-lint"), *words, "--no-cache", "--config", TO_FIX, "."), site.tree)
        for words in (("fix", "--diff", "--unsafe-fixes"), ("check",))
    )
    entrants = [Entrant("fix", fix), Entrant("check", check), Entrant("ruff", site.ruff())]
    samples = race(entrants, min(3, site.settings.rounds))
    times = spread([sample.seconds * 1000 for sample in samples["fix"]])
    yield Row(site.name, "`fix --diff` of 125 imports, no cache", times, "ms", 3000)
    yield compared(site, "`fix --diff`, no cache : `check`, the same", samples, "check", None)
    yield compared(site, "`fix --diff`, no cache : `ruff check --no-cache`", samples, "ruff", None)


def growth(site: Site) -> Iterator[Row]:
    """The same tree once, twice and four times."""
    trees = {times: grown(site.tree, times, site.scratch / "grown") for times in (1, 2, 4)}
    entrants = [Entrant(f"check {times}x", site.check(tree=tree)) for times, tree in reversed(trees.items())]
    entrants += [Entrant(f"ruff {times}x", site.ruff(tree=tree)) for times, tree in trees.items() if times != 2]
    samples = race(entrants, min(3, site.settings.rounds))
    what = "`check`, no cache: four times the tree : once"
    yield compared(site, what, samples, "check 1x", 4.2)
    twice = {"check 2x": samples["check 2x"], "check 1x": samples["check 1x"]}
    yield compared(site, "`check`, no cache: twice the tree : once", twice, "check 1x", None)
    ruffs = {"ruff 4x": samples["ruff 4x"], "ruff 1x": samples["ruff 1x"]}
    yield compared(site, "`ruff check --no-cache`: four times the tree : once", ruffs, "ruff 1x", None)


CONTESTS: Mapping[str, Callable[[Site], Iterator[Row]]] = {
    "cold": cold,
    "warm": warm,
    "edited": edited,
    "flake8": flake8,
    "stdin": stdin,
    "import-linter": import_linter,
    "pylint": pylint,
    "fix": fixing,
    "growth": growth,
}


def hold(name: str, site: Site) -> list[Row]:
    """The rows of a contest; one row that says why where it cannot be held to its end."""
    rows: list[Row] = []
    try:
        rows.extend(CONTESTS[name](site))
    except RunFailed as error:
        rows.append(Row(site.name, f"{name}: not measured", None, note=str(error)))
    return rows


def forget(site: Site) -> None:
    """Removes the caches that the contests filled."""
    shutil.rmtree(site.scratch, ignore_errors=True)

"""The figures as Markdown, and their place in the README."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contests import Row

BEGIN = "<!-- measured: begin (written by `python -m benchmarks.run --write`) -->"
END = "<!-- measured: end -->"


@dataclass(frozen=True)
class Size:
    """How large a corpus is, and how much is found there."""

    files: int
    bytes: int
    findings: int
    ruffs_findings: int


@dataclass(frozen=True)
class Measurement:
    """Everything that one run of the benchmark found out.

    Attributes:
        machine: what it ran on, in a line.
        tools: name -> version.
        sizes: corpus -> its size.
        rows: the table.
        phases: corpus -> phase -> seconds in one process, no cache.
    """

    machine: str
    tools: Mapping[str, str]
    sizes: Mapping[str, Size]
    rows: Sequence[Row]
    phases: Mapping[str, Mapping[str, float]]


def machine() -> str:
    """Cores, processor, system and Python: nothing that tells one machine of a kind from another."""
    interpreter = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores ({processor()}), {memory()}{platform.system()}, {interpreter}"


def processor() -> str:
    """The model of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def memory() -> str:
    """The size of the memory, with a comma, or nothing."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return ""
    return f"{size / 2**30:.0f} GB, "


def versions(site_packages: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """The versions of distributions in an environment."""
    found = {item.name: item.version for item in importlib.metadata.distributions(path=list(site_packages))}
    return {name: found[name] for name in names if name in found}


def render(measurement: Measurement) -> str:
    """All tables."""
    tools = ", ".join(f"{name} {version}" for name, version in measurement.tools.items())
    parts = [
        f"Measured on {measurement.machine}; {tools}.",
        sizes(measurement.sizes),
        "What counts is the ratio: ours : theirs, the median of runs side by side, with the extremes. Seconds are of "
        "this machine and this day only.",
        table(measurement.rows),
    ]
    if measurement.phases:
        parts += ["Where the time of a `check` without a cache goes, in one process:", shares(measurement.phases)]
    return "\n\n".join(parts) + "\n"


def sizes(found: Mapping[str, Size]) -> str:
    """What the corpora hold."""
    rows = [
        f"| {name} | {size.files:,} | {size.bytes / 1e6:,.0f} MB | {size.findings:,} | {size.ruffs_findings:,} |"
        for name, size in found.items()
    ]
    return "\n".join(["| corpus | files | Python | findings | ruff's |", "| --- | --: | --: | --: | --: |", *rows])


def table(rows: Sequence[Row]) -> str:
    """The table of the budgets, and of what has none."""
    head = "| corpus | what | budget | measured | met | by processor time | ours, here | theirs, here | |"
    return "\n".join([head, "|" + " --- |" * 9, *map(line, rows)])


def line(row: Row) -> str:
    """One row."""
    budget = "" if row.budget is None else shown(row.budget, row.unit)
    measured = "failed"
    if row.measured is not None:
        low, high = (shown(figure, row.unit) for figure in (row.measured.low, row.measured.high))
        measured = f"**{shown(row.measured.median, row.unit)}** ({low} - {high})"
    met = {True: "yes", False: "**no**", None: ""}[row.met]
    times = ("" if figure is None else f"{figure:.2f} s" for figure in (row.ours, row.theirs))
    by_cpu = "" if row.by_cpu is None else shown(row.by_cpu, "")
    cells = (row.corpus, row.what, budget, measured, met, by_cpu, *times, row.note.replace("|", "/"))
    return "| " + " | ".join(cells) + " |"


def shown(figure: float, unit: str) -> str:
    """A figure to three digits, at most two of them after the point."""
    text = f"{figure:.0f}" if abs(figure) >= 100 or unit else f"{figure:.2f}"
    return f"{text} {unit}".strip()


def shares(phases: Mapping[str, Mapping[str, float]]) -> str:
    """The share of each phase, a column for each corpus."""
    names = list(dict.fromkeys(name for found in phases.values() for name in found))
    lines = ["| phase | " + " | ".join(phases) + " |", "| --- |" + " --: |" * len(phases)]
    for name in names:
        cells = (f"{100 * found.get(name, 0) / sum(found.values()):.1f} %" for found in phases.values())
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    totals = (f"{sum(found.values()):.2f} s" for found in phases.values())
    return "\n".join([*lines, "| all, here | " + " | ".join(totals) + " |"])


def write(text: str, readme: Path) -> None:
    """Puts the tables between the markers.

    Raises:
        ValueError: the markers are not there.
    """
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{readme.name} has no markers {BEGIN} and {END}")
    readme.write_text(f"{before}{begin}\n{text}{end}{after}", encoding="utf-8", newline="\n")

"""Measures ssot-lint beside ruff, flake8, import-linter and pylint, and prints the table of the budgets.

    python -m benchmarks.run                                everything
    python -m benchmarks.run --corpus airflow --quick       one round each, on small parts for the slow tools
    python -m benchmarks.run --only cold --only warm        these contests only
    python -m benchmarks.run --write --json FILE            into README.md, and the raw figures into FILE

The corpora have to be there (`python -m benchmarks.corpora NAME`). The tools are installed into `benchmarks/.venvs/` as
pinned in `requirements.txt`, ssot-lint from this checkout, anew each time. Exits 1 where a budget is not met.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import corpora, policies, table
from benchmarks.contests import CONTESTS, Row, Settings, Site, forget, hold
from benchmarks.environments import ROOT, EnvironmentsError, Environments, prepare
from benchmarks.measuring import RunFailed

HERE = Path(__file__).resolve().parent
QUICK = Settings(rounds=1, flake8_files=60, pylint_files=30)
TOOLS = ("ssot-lint", "ruff", "flake8", "import-linter", "pylint")


def sites(names: Sequence[str], tools: Environments, settings: Settings) -> Iterator[Site]:
    """The corpora asked for, configured.

    Raises:
        PolicyError: one of them is not there.
    """
    for name in names:
        tree = corpora.default_tree(name)
        policies.write(name, tree)
        yield Site(name, tree, tools, tree.parent / f".scratch-{name}", settings)


def measure(chosen: Sequence[Site], contests: Sequence[str], growing: str) -> table.Measurement:
    """Holds the contests on each corpus; the one about growth on one corpus only.

    Raises:
        RunFailed: ssot-lint or ruff cannot even check a corpus once.
    """
    sizes, rows, phases = {}, list[Row](), {}
    for site in chosen:
        forget(site)
        sizes[site.name] = size(site)
        say(f"{site.name}: {sizes[site.name].files} files")
        for name in contests:
            if name != "growth" or site.name == growing:
                for row in hold(name, site):
                    say(table.line(row))
                    rows.append(row)
        phases[site.name] = phases_of(site)
        forget(site)
    return table.Measurement(table.machine(), installed(chosen[0].tools), sizes, rows, phases)


def size(site: Site) -> table.Size:
    """What a corpus holds.

    Raises:
        RunFailed: it cannot be checked.
    """
    held = corpora.measure(site.tree).size
    return table.Size(int(site.summary["files"]), held, int(site.summary["violations"]), site.ruffs_findings())


def phases_of(site: Site) -> Mapping[str, float]:
    """Seconds by phase, of one run in one process, the largest first.

    Raises:
        RunFailed: that run fails.
    """
    words = (site.tools.ours.program("python"), "-I", str(HERE / "phases.py"), str(site.tree), "--json")
    ran = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    if ran.returncode:
        raise RunFailed(f"phases.py: {ran.stderr.strip()}")
    found: dict[str, float] = json.loads(ran.stdout)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def installed(tools: Environments) -> dict[str, str]:
    """The versions of everybody who takes part."""
    return table.versions([str(path) for path in tools.ours.folder.rglob("site-packages")], TOOLS)


def say(text: str) -> None:
    """Progress."""
    print(text, file=sys.stderr, flush=True)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure ssot-lint beside others.")
    names = sorted(policies.ROOT_PACKAGES)
    parser.add_argument("--corpus", action="append", choices=names, help="default: all; repeatable")
    parser.add_argument("--only", action="append", choices=list(CONTESTS), help="contests; default: all; repeatable")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"default: {Settings().rounds}")
    parser.add_argument("--quick", action="store_true", help="one round, small parts")
    parser.add_argument("--flake8-files", type=int, metavar="N", help="files that flake8 gets; 0 for all")
    parser.add_argument("--growth", metavar="NAME", default="homeassistant", help="default: %(default)s")
    parser.add_argument("--source", type=Path, metavar="DIR", default=ROOT, help="measure that checkout, not this one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save every figure")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    return parser.parse_args(arguments)


def settings(options: argparse.Namespace) -> Settings:
    """How thoroughly to measure."""
    given: dict[str, Any] = {"rounds": options.rounds, "flake8_files": options.flake8_files}
    chosen = QUICK if options.quick else Settings()
    return dataclasses.replace(chosen, **{key: value for key, value in given.items() if value is not None})


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints; returns 0, 1 where a budget is not met, 2 where nothing can be measured."""
    options = parse(arguments)
    names = options.corpus or sorted(policies.ROOT_PACKAGES)
    try:
        say("installing the tools ...")
        chosen = list(sites(names, prepare(options.source), settings(options)))
        measurement = measure(chosen, options.only or list(CONTESTS), options.growth)
    except (EnvironmentsError, policies.PolicyError, RunFailed) as error:
        say(str(error))
        return 2
    text = table.render(measurement)
    print(text)
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(measurement)) + b"\n")
    if options.write:
        table.write(text, HERE / "README.md")
    return int(any(row.met is False for row in measurement.rows))


if __name__ == "__main__":
    sys.exit(main())

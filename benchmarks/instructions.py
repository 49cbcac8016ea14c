"""Guards the hot paths where a clock cannot: counts what a run does, and compares with what was accepted before.

    python -m benchmarks.instructions              compares with instructions.json; exits 1 where something grew
    python -m benchmarks.instructions --update     accepts what is counted now

Counted are, in a fresh interpreter each, over a small project that is generated the same each time:

* `lines`: lines of ssot-lint itself that are executed, imports included (`sys.settrace`). A loop too many, a cache that
  is missed, a quadratic search: each shows up here, on any machine, under any load;
* `parsed` and `characters`: how many sources the parser gets, and how long they are (audit events). What C does for us
  is not seen line by line, but it costs by the files that it is given;
* `opened` and `listed`: files opened and folders listed in the project and its cache (audit events);
* `modules`: modules that are imported and are not part of Python. Start-up is mostly that.

The cases are those of a user's day: no cache; no cache and four times the project; nothing changed, asked as before
and asked otherwise; one file changed; one that is not saved yet.

Why not instructions of the processor: callgrind counts those, but it is not everywhere, takes fifty times the time, and
its figures change with every build of Python and every processor that has other vector instructions. Why not
instructions of the byte code, or calls: both change with every minor version of Python (comprehensions became part of
their function in 3.12, for one). The figures here are the same on every machine, and nearly so under every version.
They are kept for each minor version of Python, and compared under those alone that are on record.

`lines` and `modules` may grow by 10 %, the others not at all; four times the project may take 4.2 times the lines.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "instructions.json"
TOLERANCE = {"lines": 1.10, "modules": 1.10}
GROWTH = 4.2
LONG_AGO = 1_600_000_000
"""The time stamp of every generated file: none may look as if it had been written during a run."""

YOUNG = 2.2
"""Seconds in which a run distrusts what was written just before it: the time of creation cannot be set."""

CONFIGURATION = """\
src = ["."]
gone = ["shop.legacy.helpers"]

[[truth]]
name = "order-engine"
canonical = "shop.orders.engine:OrderEngine"
facades = ["shop.orders"]
retired = ["shop.old_engine", "shop.orders.compat:LegacyEngine"]
removed = { create_from_legacy = "construct it directly" }
duplicates = { names = ["*OrderEngine"] }

[moved]
"shop.utilities:retry" = "shop.retrying:retry"
"""

TRUTH = '''\
class OrderEngine:
    """Runs orders."""

    def __init__(self, context):
        self.context = context

    def run(self, order):
        return self.context.price(order)
'''

MODULES = {
    "shop/__init__.py": "",
    "shop/orders/__init__.py": "from shop.orders.engine import OrderEngine\n\n__all__ = ['OrderEngine']\n",
    "shop/orders/engine.py": TRUTH,
    "shop/orders/compat.py": "from shop.orders.engine import OrderEngine as LegacyEngine\n",
    "shop/old_engine.py": "from shop.orders.engine import OrderEngine\n",
    "shop/legacy/__init__.py": "",
    "shop/legacy/helpers.py": "def helper(value):\n    return value\n",
    "shop/utilities.py": "from shop.retrying import retry\n",
    "shop/retrying.py": "def retry(times):\n    return times\n",
}

# Most of a project has nothing to do with its truths.
PLAIN = '''\
"""Module {number}: reports on stock and prices."""

import json
import logging
from collections import defaultdict

logger = logging.getLogger(__name__)
LIMITS = {{"small": 10, "large": 1000, "path": "stock.reports.daily_{number}"}}


class Report{number}:
    """Adds up what is in stock."""

    kind = "daily"

    def __init__(self, source, *, limit=None):
        self.source = source
        self.limit = limit or LIMITS["small"]
        self._totals = defaultdict(int)

    def add(self, line):
        name, amount = line.split(",")[:2]
        if hasattr(self.source, "normalise"):
            name = self.source.normalise(name)
        self._totals[name] += int(amount)
        return self

    def render(self):
        rows = [{{"name": name, "amount": amount}} for name, amount in sorted(self._totals.items())]
        logger.info("rendered %s rows", len(rows))
        return json.dumps(rows[: self.limit])


def load_{number}(lines, source):
    report = Report{number}(source)
    for line in lines:
        try:
            report.add(line)
        except (ValueError, TypeError) as error:
            logger.warning("skipped %r: %s", line, error)
    return report
'''

USERS = (
    "from shop.orders import OrderEngine\n\n\n"
    "def user_{number}(context):\n    return OrderEngine(context).run({number})\n",
    "from shop.old_engine import OrderEngine\n\n\ndef user_{number}(context):\n    return OrderEngine(context)\n",
    "def user_{number}(registry):\n    from shop.orders.compat import LegacyEngine as Engine\n\n"
    "    return Engine.create_from_legacy(registry)\n",
    "import importlib\nfrom unittest import mock\n\nfrom shop.utilities import retry\n\n\ndef user_{number}():\n"
    "    importlib.import_module('shop.legacy.helpers')\n"
    "    with mock.patch('shop.old_engine.OrderEngine'):\n        return retry({number})\n",
)

Counts = dict[str, int]


# --- the project


def generate(folder: Path, times: int = 1) -> None:
    """Writes the project; its modules that are no truth so many times."""
    write(folder, "ssot-lint.toml", CONFIGURATION)
    for path, text in MODULES.items():
        write(folder, path, text)
    for number in range(80 * times):
        write(folder, f"stock/part{number % 8}/report_{number}.py", PLAIN.format(number=number))
    for number in range(8 * times):
        text = USERS[number % len(USERS)].format(number=number)
        write(folder, f"shop/users/user_{number}.py", text + "\n\n" + PLAIN.format(number=number))


def write(folder: Path, path: str, text: str) -> None:
    """Writes one file, of long ago."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    os.utime(file, (LONG_AGO, LONG_AGO))


# --- the counting, in a process of its own


class Counting:
    """Counts from now on, until the process ends.

    Args:
        package: the folder of ssot-lint.
        places: the folders whose files and folders are counted, project and cache.
    """

    def __init__(self, package: str, places: Sequence[str]) -> None:
        self._package = package + os.sep
        self._places = tuple(places)
        self._lines = 0
        self._events: Counter[str] = Counter()
        self._own: dict[str, bool] = {}
        self._known = set(sys.modules)  # what the environment loads into every process
        sys.addaudithook(self._heard)
        sys.settrace(self._called)

    def counts(self) -> Counts:
        """What was counted."""
        sys.settrace(None)
        imported = [name.partition(".")[0] for name in sys.modules.keys() - self._known]
        modules = sum(name not in sys.stdlib_module_names for name in imported)
        names = ("parsed", "characters", "opened", "listed")
        return {"lines": self._lines, **{name: self._events[name] for name in names}, "modules": modules}

    def _called(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        file = frame.f_code.co_filename
        if file not in self._own:
            self._own[file] = file.startswith(self._package)
        return self._stepped if self._own[file] else None

    def _stepped(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        self._lines += event == "line"
        return self._stepped

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "compile" and arguments[0] is not None and str(arguments[1]) == "<unknown>":
            self._events["parsed"] += 1
            self._events["characters"] += len(arguments[0])
        elif event == "open" and self._is_counted(arguments[0]):
            self._events["opened"] += 1
        elif event in ("os.scandir", "os.listdir") and self._is_counted(arguments[0]):
            self._events["listed"] += 1

    def _is_counted(self, path: object) -> bool:
        return isinstance(path, (str, bytes)) and os.path.abspath(os.fsdecode(path)).startswith(self._places)


def count_here(package: str, output: Path, places: Sequence[str], words: Sequence[str]) -> int:
    """Runs a command under the counters, and writes what they counted."""
    sys.path.insert(0, str(Path(package).parent))
    counting = Counting(package, places)
    from ssot_lint.__main__ import main as command

    status = command(words)
    output.write_text(json.dumps(counting.counts()), encoding="utf-8")
    return status


# --- the cases


class Bench:
    """Runs commands in generated projects and counts.

    Args:
        scratch: an empty folder.
        package: the folder of ssot-lint.
    """

    def __init__(self, scratch: Path, package: Path) -> None:
        self._scratch = scratch
        self._package = package
        self._help = self._output("check", "--help")

    def all(self) -> dict[str, Counts]:
        """Every case."""
        project, large = self._scratch / "project", self._scratch / "large"
        generate(project)
        generate(large, 4)
        time.sleep(YOUNG)
        found = {"cold": self._count(project, *self._uncached()), "cold, 4x": self._count(large, *self._uncached())}
        cache = self._cached()
        self._count(project, *cache)
        found["unchanged"] = self._count(project, *cache)
        found["asked otherwise"] = self._count(project, *cache, "--statistics")
        changed = project / "shop" / "users" / "user_1.py"
        changed.write_text(changed.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8", newline="\n")
        os.utime(changed, (LONG_AGO + 1000, LONG_AGO + 1000))
        found["one changed"] = self._count(project, *cache)
        buffer = ("--stdin-filename", "shop/users/user_2.py", "-")
        text = (project / "shop/users/user_2.py").read_bytes() + b"\n# not saved\n"
        found["buffer"] = self._count(project, *cache[:-1], *buffer, text=text)
        return found

    def _uncached(self) -> tuple[str, ...]:
        return ("check", "--jobs", "1", *(("--no-cache",) if "--no-cache" in self._help else ()), ".")

    def _cached(self) -> tuple[str, ...]:
        known = ("--cache-dir", str(self._scratch / "cache")) if "--cache-dir" in self._help else ()
        return ("check", "--jobs", "1", *known, ".")

    def _count(self, project: Path, *words: str, text: bytes = b"") -> Counts:
        output = self._scratch / "counts.json"
        places = (str(project), str(self._scratch / "cache"))
        child = (str(Path(__file__).resolve()), "--child", str(self._package), str(output), *places, "--", *words)
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        ran = subprocess.run(
            (sys.executable, *child), cwd=project, env=environment, input=text, capture_output=True, check=False
        )
        if ran.returncode != 1:  # the project has violations
            raise SystemExit(f"ssot-lint {' '.join(words)}: status {ran.returncode}: {ran.stderr.decode()}")
        counts: Counts = json.loads(output.read_text(encoding="utf-8"))
        return counts

    def _output(self, *words: str) -> str:
        command = (sys.executable, "-m", "ssot_lint", *words)
        return subprocess.run(
            command, cwd=self._package.parent, capture_output=True, text=True, encoding="utf-8", check=True
        ).stdout


# --- the comparison


def complaints(found: Mapping[str, Counts], accepted: Mapping[str, Counts]) -> list[str]:
    """What grew beyond its tolerance, and what nobody has accepted yet."""
    said = []
    for case, counts in found.items():
        for what, count in counts.items():
            before = accepted.get(case, {}).get(what)
            if before is None:
                said.append(f"{case}: {what} {count}, and no figure accepted before")
            elif count > before * TOLERANCE.get(what, 1.0):
                said.append(f"{case}: {what} {count}, accepted were {before} ({count / max(before, 1):.2f} times)")
    growth = found["cold, 4x"]["lines"] / found["cold"]["lines"]
    if growth > GROWTH:
        said.append(f"four times the project takes {growth:.2f} times the lines, allowed are {GROWTH}")
    return said


def version() -> str:
    """The minor version of Python, as figures are kept by it."""
    return "{}.{}".format(*sys.version_info)


def show(found: Mapping[str, Counts]) -> None:
    """Prints the counts as a table."""
    names = list(next(iter(found.values())))
    print(" " * 16 + "".join(f"{name:>12}" for name in names))
    for case, counts in found.items():
        print(f"{case:16}" + "".join(f"{counts[name]:>12,}" for name in names))


def main(arguments: Sequence[str] | None = None) -> int:
    """Counts and compares; returns 0, or 1 where something grew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description="Count what a run does.")
    parser.add_argument("--update", action="store_true", help="accept what is counted now")
    options = parser.parse_args(arguments)
    scratch = Path(os.path.realpath(tempfile.mkdtemp()))
    try:
        found = Bench(scratch, HERE.parent / "ssot_lint").all()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    show(found)
    recorded: dict[str, dict[str, Counts]] = json.loads(BASELINE.read_text(encoding="utf-8"))
    if options.update:
        recorded[version()] = found
        BASELINE.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8", newline="\n")
        return 0
    if version() not in recorded:
        print(f"not compared: there are no figures for Python {version()}, only for {', '.join(recorded)}")
        return 0
    said = complaints(found, recorded[version()])
    for line in said:
        print(line, file=sys.stderr)
    if said:
        print("where that is meant: python -m benchmarks.instructions --update", file=sys.stderr)
    return int(bool(said))


def child(words: Sequence[str]) -> int:
    """The process that counts: package, output, places, `--`, the command."""
    end = words.index("--")
    package, output, *places = words[:end]
    return count_here(package, Path(output), places, words[end + 1:])


if __name__ == "__main__":
    sys.exit(child(sys.argv[2:]) if sys.argv[1:2] == ["--child"] else main())

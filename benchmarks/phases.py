"""Tells where the processor time of one `ssot-lint` command goes, phase by phase, or function by function.

    python benchmarks/phases.py TREE                             a check without a cache
    python benchmarks/phases.py TREE --functions 30              the functions that it is spent in
    python benchmarks/phases.py TREE --json -- check --jobs 1 .  another command

Samples the stack each millisecond of processor time, and counts the time since the last sample to the innermost
function of ssot-lint: time that a regular expression takes belongs to who called it. A phase is a part of the package,
so that a function that is new, or renamed, is counted all the same. What several processes would share is done in one,
to see all of it. POSIX only.

Imports nothing of `benchmarks`: it runs under the interpreter of the environment that ssot-lint is installed in.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from types import FrameType

INTERVAL = 0.001

# Path inside the package -> phase; the first that fits. Whatever nothing fits has its own package as its phase.
PHASES = (
    ("files/discovery", "discover"), ("files/ignore", "discover"), ("files/exclusion", "discover"),
    ("files/patterns", "discover"), ("files/links", "discover"), ("files/naming", "discover"),
    ("files/roots", "discover"), ("files/paths", "discover"), ("files/tools", "discover"),
    ("files/reading", "read"), ("files/decoding", "decode"), ("files/scanning", "scan"), ("rules/words", "scan"),
    ("cache/", "cache"),
    ("facts/", "extract"), ("index/astroid", "astroid"), ("index/", "index"), ("rules/", "judge"),
    ("suppress/", "suppress"), ("reporters/", "report"), ("config/", "configure"), ("model/", "model"),
)


def phase(stack: Sequence[tuple[str, str]]) -> str:
    """The phase of a stack of (file inside the package or module outside, function), innermost first."""
    for file, function in stack:
        if file == "<importlib>":
            return "import"
        if (file, function) == ("ast", "parse"):
            return "parse"
        if file.startswith("/"):
            inside = file[1:]
            return next((name for start, name in PHASES if inside.startswith(start)), inside.split("/")[0])
    return "start and end"


class Sampler:
    """Collects where the time goes between `start` and `stop`.

    Attributes:
        phases: phase -> seconds of processor time.
        functions: innermost function of ssot-lint, as file:function -> seconds.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._last = time.process_time()
        self.phases: defaultdict[str, float] = defaultdict(float)
        self.functions: defaultdict[str, float] = defaultdict(float)
        self.phases["interpreter"] = self._last

    def start(self) -> None:
        """Begin to sample."""
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)

    def stop(self) -> None:
        """Stop, and count what is left."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        self._count([])

    def _sample(self, _: int, frame: FrameType | None) -> None:
        stack = []
        while frame is not None:
            stack.append((self._place(frame), frame.f_code.co_name))
            frame = frame.f_back
        self._count(stack)

    def _count(self, stack: Sequence[tuple[str, str]]) -> None:
        now = time.process_time()
        self.phases[phase(stack)] += now - self._last
        own = next((f"{file[1:]}:{function}" for file, function in stack if file.startswith("/")), "elsewhere")
        self.functions[own] += now - self._last
        self._last = now

    def _place(self, frame: FrameType) -> str:
        file = frame.f_code.co_filename
        if file.startswith(self._package):
            return "/" + file[len(self._package) + 1:].replace(os.sep, "/").removesuffix(".py")
        return "<importlib>" if file.startswith("<frozen importlib") else Path(file).stem


def profiled(tree: Path, words: Sequence[str]) -> Sampler:
    """Runs a command in this process, in the tree."""
    found = importlib.util.find_spec("ssot_lint")
    if found is None or found.origin is None:
        raise SystemExit("ssot-lint is not installed here")
    sampler = Sampler(str(Path(found.origin).parent))
    os.chdir(tree)
    sampler.start()
    from ssot_lint.__main__ import main as command

    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        status = command(words)
    sampler.stop()
    if status not in (0, 1):
        raise SystemExit(f"ssot-lint ended with status {status}")
    return sampler


def default_words(understood: Callable[[str], bool]) -> list[str]:
    """A check without a cache, in one process."""
    return ["check", "--jobs", "1", *(["--no-cache"] if understood("--no-cache") else []), "."]


def is_option_of_check(option: str) -> bool:
    """Whether this version of `ssot-lint check` has an option."""
    from ssot_lint.adapters.cli.commands import check

    parser = argparse.ArgumentParser()
    check.configure(parser)
    return option in parser.format_help()


def show(counts: Mapping[str, float], number: int | None = None) -> None:
    """Prints the largest counts, with their shares."""
    whole = sum(counts.values())
    for name, seconds in sorted(counts.items(), key=lambda item: -item[1])[:number]:
        print(f"{seconds:8.3f} s {100 * seconds / whole:5.1f} %  {name}")
    print(f"{whole:8.3f} s 100.0 %  all")


def main(arguments: Sequence[str] | None = None) -> int:
    """Profiles and prints; returns 0."""
    parser = argparse.ArgumentParser(prog="python benchmarks/phases.py", description="Where the time goes.")
    parser.add_argument("tree", type=Path)
    parser.add_argument("words", nargs="*", help="the command (default: a check without a cache, in one process)")
    parser.add_argument("--functions", type=int, metavar="N", help="list the N functions that take most")
    parser.add_argument("--json", action="store_true", help="seconds by phase")
    options = parser.parse_args(arguments)
    sampler = profiled(options.tree, options.words or default_words(is_option_of_check))
    if options.json:
        print(json.dumps(sampler.phases))
    else:
        show(sampler.functions if options.functions else sampler.phases, options.functions)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Holds flake8 with the plugin against `ssot-lint check` on a whole tree: the same findings at the same places.

    python -m benchmarks.parity [TREE] [--stdin N]

Files that do not parse are left out: flake8 reports them itself, as E999 or E902, and asks no plugin.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

_TREE = Path(__file__).parent / ".corpora" / "airflow"
_LINE = re.compile(r"(?:\./)?(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<code>[A-Z]+\d+) ")

Place = tuple[str, int, int, str]


def run(tree: Path, *command: str, stdin: bytes | None = None) -> str:
    """The standard output of a module of this Python, run inside the tree."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=tree, input=stdin, capture_output=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


def checked(tree: Path) -> set[Place]:
    """What `ssot-lint check` finds in files that parse."""
    violations = json.loads(run(tree, "ssot_lint", "check", "--format", "json", "--no-cache"))["violations"]
    return {
        (item["path"], item["line"], item["column"], item["code"])
        for item in violations if item["rule"] != "unreadable-file"
    }


def linted(output: str) -> set[Place]:
    """What flake8 printed of our codes."""
    found = (match for match in map(_LINE.match, output.replace("\\", "/").splitlines()) if match)
    return {(m["path"], int(m["line"]), int(m["column"]), m["code"]) for m in found if m["code"].startswith("SOT")}


def main() -> int:
    """Compare, print the counts and what differs; 1 where anything does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("tree", nargs="?", type=Path, default=_TREE)
    parser.add_argument("--stdin", type=int, default=0, metavar="N", help="also N files with findings through stdin")
    arguments = parser.parse_args()
    expected = checked(arguments.tree)
    comparisons = {"flake8": (linted(run(arguments.tree, "flake8", "--isolated", "--select", "SOT", ".")), expected)}
    for path in sorted({place[0] for place in expected})[: arguments.stdin]:
        content = (arguments.tree / path).read_bytes()
        options = ("--isolated", "--select", "SOT", "--stdin-display-name", path, "-")
        found = linted(run(arguments.tree, "flake8", *options, stdin=content))
        comparisons[f"stdin {path}"] = found, {place for place in expected if place[0] == path}
    differing = {name: found ^ wanted for name, (found, wanted) in comparisons.items() if found != wanted}
    by_flake8 = len(comparisons["flake8"][0])
    print(f"check: {len(expected)} findings; flake8: {by_flake8}; {len(differing)} comparisons differ")
    for name, places in differing.items():
        print(f"{name}: {sorted(places)}")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())

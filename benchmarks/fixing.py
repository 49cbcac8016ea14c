"""Fixes a copy of a large tree, and looks for whatever a fix must not do.

    python -m benchmarks.fixing airflow                   only what is safe
    python -m benchmarks.fixing airflow --unsafe-fixes    everything that can be fixed
    python -m benchmarks.fixing homeassistant stdlib      their most imported names and modules, moved: torture

Airflow is fixed with the configuration of the other benchmarks. The other trees get one that says of their most
imported modules and names that they have moved, to modules that are written into the copy and hand on what was moved.

Asked is whether `git apply` makes of the patch what `fix` makes; whether every file parses that parsed before; whether
what is now imported from elsewhere is there, as `fixed_names.py` sees it, which shares no code with ssot-lint; whether
pyflakes misses a name that it did not miss before; whether `check` finds just what `fix` has announced; and whether a
second run changes anything. Prints the counts, and what went wrong; exits 1 where anything did.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import fixed_names, policies
from benchmarks.corpora import CORPORA, default_tree
from benchmarks.fixed_names import Tree

HELD = 20
"""How many modules, and how many names, of a tree are moved."""

Wrong = Iterator[str]


class FixingError(Exception):
    """A program did not do what was asked of it; the message says what it said."""


# --- what is fixed


def copied(name: str, folder: Path) -> Path:
    """A copy of a tree, with a configuration."""
    if name == "airflow":
        policies.write(name, default_tree(name))
    source = default_tree(name) if name in CORPORA else Path(sysconfig.get_path("stdlib"))
    tree = folder / name
    shutil.copytree(source, tree, ignore=not_source)
    if name != "airflow":
        move_the_most_imported(tree)
    return tree


def not_source(folder: str, names: list[str]) -> set[str]:
    """What is not copied."""
    left_out = {"site-packages", "dist-packages", "__pycache__", ".git", ".ssot_lint_cache"}
    kept = (".py", ".pyi", ".toml")
    return {name for name in names if name in left_out or "." in name and not name.endswith(kept)}


def move_the_most_imported(tree: Path, held: int = HELD) -> None:
    """Declare that what a tree imports most often of its own has moved, and put it there."""
    before = Tree(tree)
    imported = Counter(item for path in before.paths for item in before.imports(path) if before.holds(item.module))
    modules = Counter({item.module: 0 for item in imported})
    for item, count in imported.items():
        modules[item.module] += count
    names = [item for item, _ in imported.most_common() if item.name.isidentifier()][:held]
    held_modules = [name for name, _ in modules.most_common(2 * held) if name not in {item.module for item in names}]
    moved = {f"{item.module}:{item.name}": f"{new_home(item.module, 'names')}:{item.name}" for item in names}
    moved.update({module: new_home(module) for module in held_modules[:held]})
    for home in sorted({item.module for item in names}):  # one for all of them would make circles of imports
        lines = (f"from {home} import {item.name}" for item in names if item.module == home)
        write(tree / f"{new_home(home, 'names')}.py", lines)
    for module in held_modules[:held]:
        write(tree / f"{new_home(module)}.py", [f"from {module} import *"])
    own = ("[per-path]", '"/moved_*.py" = ["import-bypass"]')
    entries = (f"{json.dumps(old)} = {json.dumps(new)}" for old, new in moved.items())
    write(tree / "ssot-lint.toml", ['src = ["."]', *own, "[moved]", *entries])


def new_home(module: str, what: str = "module") -> str:
    """The module that what was in another one is moved to."""
    return f"moved_{what}_{module.replace('.', '_')}"


def write(path: Path, lines: Iterable[str]) -> None:
    """Write a text file."""
    path.write_text("\n".join([*lines, ""]), encoding="utf-8", newline="\n")


# --- what is asked


class Fixed:
    """A tree that was fixed, beside the one that it was before.

    Args:
        before: the tree.
        folder: where copies go.
        options: of `fix`.
    """

    def __init__(self, before: Path, folder: Path, options: Sequence[str]) -> None:
        self.before, self.after, self.patched = before, folder / "after", folder / "patched"
        self._options = options
        self.patch = said_by(before, "fix", "--no-cache", "--diff", *options)
        for copy in (self.after, self.patched):
            shutil.copytree(before, copy)
        self.report: Mapping[str, Any] = json.loads(
            said_by(self.after, "fix", "--no-cache", "--format", "json", *options)
        )

    def differences(self) -> Wrong:
        """Whether the patch makes the same of the tree."""
        subprocess.run(["git", "init", "-q"], cwd=self.patched, check=True)
        command = ["git", "apply", "-"]
        done = subprocess.run(command, cwd=self.patched, input=self.patch, capture_output=True, check=False)
        if done.returncode:
            yield f"git apply: {done.stderr.decode(errors='replace')}"
        for path in sorted(files_of(self.after) | files_of(self.patched)):
            if content_of(self.after / path) != content_of(self.patched / path):
                yield f"{path}: the patch makes something else of it"

    def broken(self) -> Wrong:
        """Files that parsed before and do not parse now."""
        yield from sorted(Tree(self.before).paths.keys() - Tree(self.after).paths.keys())

    def missing(self) -> Wrong:
        """Names that are not where they are now imported from."""
        before, after = Tree(self.before), Tree(self.after)
        yield from fixed_names.missing(before, after, self.report["files"])

    def unbound(self) -> Wrong:
        """Names that nothing binds any more."""
        paths = self.report["files"]
        new = fixed_names.unbound(self.after, paths) - fixed_names.unbound(self.before, paths)
        yield from new.elements()

    def unannounced(self) -> Wrong:
        """What `check` finds, and `fix` did not say, and the other way round."""
        said = Counter(map(place, self.report["remaining"]))
        report = json.loads(said_by(self.after, "check", "--no-cache", "--format", "json", "."))
        found = Counter(map(place, report["violations"]))
        yield from (f"only check: {item}" for item in (found - said).elements())
        yield from (f"only fix: {item}" for item in (said - found).elements())

    def unexplained(self) -> Wrong:
        """What is left without a reason, though there is something to be done about it."""
        refused = Counter(map(place, self.report["refused"]))
        for item in self.report["remaining"]:
            if item["rule"].endswith("-bypass") and place(item) not in refused:
                yield f"{place(item)}"

    def unsettled(self) -> Wrong:
        """What a second run changes."""
        again = json.loads(said_by(self.after, "fix", "--no-cache", "--format", "json", *self._options))
        yield from again["files"]

    def counts(self) -> str:
        """What was done."""
        report = self.report
        names = sum(1 for _ in fixed_names.added(Tree(self.before), Tree(self.after), report["files"]))
        found = len(report["fixed"]) + len(report["remaining"])
        return (
            f"{len(report['fixed'])} of {found} findings fixed in {len(report['files'])} files, "
            f"{len(report['refused'])} refused, {len(report['remaining'])} remain; "
            f"{names} names are imported from elsewhere"
        )


QUESTIONS: Mapping[str, Callable[[Fixed], Wrong]] = {
    "the patch makes something else": Fixed.differences,
    "does not parse any more": Fixed.broken,
    "is not where it is imported from": Fixed.missing,
    "is bound by nothing any more": Fixed.unbound,
    "remains otherwise than announced": Fixed.unannounced,
    "remains without a reason": Fixed.unexplained,
    "changes in a second run": Fixed.unsettled,
}


def said_by(tree: Path, *words: str) -> bytes:
    """What ssot-lint prints in a tree.

    Raises:
        FixingError: it does not do its work.
    """
    program = Path(sys.executable).with_name("ssot-lint")  # `python -m` would import from a tree that is a library
    done = subprocess.run([str(program), *words], cwd=tree, capture_output=True, check=False)
    if done.returncode not in {0, 1}:
        raise FixingError(f"ssot-lint {' '.join(words)} exited with {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def place(violation: Mapping[str, Any]) -> tuple[str, int, int, str]:
    """Where a violation is, and of which rule."""
    return str(violation["path"]), int(violation["line"]), int(violation["column"]), str(violation["code"])


def files_of(tree: Path) -> set[str]:
    """The Python files of a tree, relative to it."""
    return {path.relative_to(tree).as_posix() for suffix in ("*.py", "*.pyi") for path in tree.rglob(suffix)}


def content_of(path: Path) -> bytes | None:
    """What a file holds; None where it is not there."""
    return path.read_bytes() if path.is_file() else None


def examine(name: str, options: Sequence[str], shown: int) -> bool:
    """Fix one tree, ask everything, print the answers, and return whether all is well."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        fixed = Fixed(copied(name, folder), folder, options)
        print(f"{' '.join([name, *options])}: {fixed.counts()}", flush=True)
        reasons = Counter(str(item["reason"]) for item in fixed.report["refused"])
        for reason, count in reasons.most_common(shown):
            print(f"    {count} refused: {reason}")
        answers = {title: list(question(fixed)) for title, question in QUESTIONS.items()}
    for title, wrong in answers.items():
        print(f"    {len(wrong)}: {title}", flush=True)
        for line in wrong[:shown]:
            print(f"        {line}")
    return not any(answers.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Fix and ask; returns 0, 1 where anything went wrong, 2 where nothing can be fixed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fixing", description="Fix large trees.")
    parser.add_argument("names", nargs="+", metavar="NAME", help="airflow, homeassistant, stdlib")
    parser.add_argument("--unsafe-fixes", action="store_true", help="as for `fix`")
    parser.add_argument("--rename", action="store_true", help="as for `fix`")
    parser.add_argument("--show", type=int, default=20, metavar="N", help="lines of a kind (default: %(default)s)")
    given = parser.parse_args(arguments)
    options = [word for word, on in (("--unsafe-fixes", given.unsafe_fixes), ("--rename", given.rename)) if on]
    try:
        return int(not all([examine(name, options, given.show) for name in given.names]))
    except (OSError, FixingError, policies.PolicyError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

"""Writes the `ssot-lint.toml` of the Airflow tree, derived from what its modules state about themselves.

    python -m benchmarks.airflow_policy [TREE]

A module that says "This module is deprecated. Please use `airflow.x.y`." in its docstring or in a warning is retired
whole. What took its place is read from the statement and from the module's own code, and written as it is:

* it names one module of the tree, and names of the old one are found there: the module is `moved`;
* it names nothing that exists in the tree (providers that are not part of it, `kubernetes`), several modules, or one
  that holds none of its names: the module is `gone`;
* a name that went elsewhere, or was renamed on the way, has an entry of its own in `moved`; the nearest entry counts.

The statements of *packages* ("This package is deprecated. Please use `airflow.hooks` or `airflow.providers.*.hooks`.")
are left alone: every module in those packages makes a statement of its own, and that is the more exact one.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from benchmarks.corpora import default_tree

STATEMENT = re.compile(r"This (?:module|package) is deprecated")
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\s*\.[A-Za-z_]\w*)+")  # some statements break a path over lines before a dot


@dataclass(frozen=True)
class Truth:
    """One `[[truth]]` that no module states about itself; `removed` maps a member to what to do instead."""

    name: str
    canonical: str
    facades: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    removed: Mapping[str, str] = field(default_factory=dict)


# `removed` lists members that warn of their own deprecation in 2.2.5. `BaseOperator` has only parameters that do.
TRUTHS = (
    Truth("base-operator", "airflow.models.baseoperator:BaseOperator", facades=("airflow.models",)),
    Truth(
        "dag-bag",
        "airflow.models.dagbag:DagBag",
        facades=("airflow.models",),
        removed={"store_serialized_dags": "use read_dags_from_db"},
    ),
    Truth(
        "base-hook",
        "airflow.hooks.base:BaseHook",
        retired=("airflow.hooks.base_hook",),
        removed={"get_connections": "use BaseHook.get_connection, which returns the one connection"},
    ),
)


@dataclass(frozen=True)
class Target:
    """Where a name lives now."""

    module: str
    name: str


class Module:
    """One module of the tree, read but never imported."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.is_package = path.name == "__init__.py"
        self._source = path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self._source)

    @cached_property
    def statement(self) -> str:
        """What the module says about its own deprecation, all of it; empty where it says nothing."""
        return "\n".join(text for text in self._own_words() if STATEMENT.search(text))

    def _own_words(self) -> Iterator[str]:
        """String constants of the module's own statements, those of its classes and functions left out."""
        if "is deprecated" not in self._source:
            return
        for statement in self.tree.body:
            if not isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                for node in ast.walk(statement):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value

    @cached_property
    def definitions(self) -> dict[str, ast.ClassDef | ast.FunctionDef]:
        """The public classes and functions that the module itself defines at top level."""
        return {
            node.name: node
            for node in self.tree.body
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_")
        }

    @cached_property
    def imports(self) -> dict[str, Target]:
        """Names bound by `from module import name`, wherever at module level; `*` for a star import."""
        return {
            alias.asname or alias.name: Target(node.module, alias.name)
            for node in walk_top_level(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module and not node.level
            for alias in node.names
        }

    @cached_property
    def bound(self) -> frozenset[str]:
        """Every name that the module binds at top level, imports included."""
        names = set(self.imports)
        for node in walk_top_level(self.tree):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                names.add(node.name)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names.update(target.id for target in targets if isinstance(target, ast.Name))
        return frozenset(names)


def walk_top_level(module: ast.Module) -> Iterator[ast.stmt]:
    """The statements of a module that run when it is imported, those in `if`, `try` and `with` included."""
    pending: list[ast.stmt] = list(module.body)
    while pending:
        node = pending.pop(0)
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            pending.extend(child for child in ast.walk(node) if isinstance(child, ast.stmt) and child is not node)


class Tree:
    """All modules below a root, by dotted name."""

    def __init__(self, root: Path) -> None:
        self.modules = {name: Module(name, path) for name, path in sorted(named_files(root))}

    def holds(self, target: Target) -> bool:
        """Whether the target's module exists and binds the target's name."""
        module = self.modules.get(target.module)
        return module is not None and target.name in module.bound

    def split(self, dotted: str) -> Target | None:
        """The module and name that a dotted path means, or None where it means nothing in this tree."""
        module, _, name = dotted.rpartition(".")
        return Target(module, name) if self.holds(Target(module, name)) else None


def named_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Dotted module name and path of every Python file below an import root."""
    for path in root.rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def named_paths(text: str) -> list[str]:
    """The dotted paths in a text, in order and once each."""
    return list(dict.fromkeys(re.sub(r"\s", "", path) for path in DOTTED.findall(text)))


def replacements(tree: Tree, module: Module) -> dict[str, Target | None]:
    """For each public name of a deprecated module: where it lives now, None where it went nowhere."""
    named = {path for path in named_paths(module.statement) if path in tree.modules}
    found: dict[str, Target | None] = {}
    for name, target in module.imports.items():
        if target.module in named and name == "*":
            found.update({other: Target(target.module, other) for other in tree.modules[target.module].definitions})
        elif target.module in named and tree.holds(target):
            found[name] = final(tree, target)
    for name, node in module.definitions.items():
        found[name] = successor(tree, module, node)
    return found


def final(tree: Tree, target: Target) -> Target | None:
    """The target, or what replaced it where its module is deprecated as well: advice never leads into a shim."""
    home = tree.modules[target.module]
    return replacements(tree, home).get(target.name) if home.statement else target


def successor(tree: Tree, module: Module, node: ast.ClassDef | ast.FunctionDef) -> Target | None:
    """What a class or function of a deprecated module names as its successor, or else inherits from."""
    stated = [tree.split(path) for path in named_paths(ast.get_docstring(node) or "")]
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    inherited = [module.imports.get(base.id) for base in bases if isinstance(base, ast.Name)]
    return next((target for target in [*stated, *inherited] if target and is_current(tree, target)), None)


def is_current(tree: Tree, target: Target) -> bool:
    """Whether a target exists, in a module that is not itself deprecated."""
    return tree.holds(target) and not tree.modules[target.module].statement


class Policy:
    """The derived tables, and why each deprecated module went where it went."""

    def __init__(self) -> None:
        self.moved: dict[str, str] = {}
        self.gone: list[str] = []
        self.kinds: Counter[str] = Counter()

    def add(self, tree: Tree, module: Module) -> None:
        """Retires one deprecated module whole, and says of each name that went another way which way that is."""
        homes = [path for path in named_paths(module.statement) if path in tree.modules]
        names = replacements(tree, module)
        if len(homes) == 1 and (not names or any(new == Target(homes[0], old) for old, new in names.items())):
            self.kinds["modules moved"] += 1
            self.moved[module.name] = homes[0]
            names = {old: new for old, new in names.items() if new != Target(homes[0], old)}
        else:
            self.kinds["modules gone: " + self._why_gone(homes, names)] += 1
            self.gone.append(module.name)
            names = {old: new for old, new in names.items() if new is not None}
        self._add_names(module.name, names)

    @staticmethod
    def _why_gone(homes: Sequence[str], names: Mapping[str, Target | None]) -> str:
        if not homes:
            return "what it names is not in the tree"
        return "its names went to several modules" if len(homes) > 1 else "no name kept its name"

    def _add_names(self, module: str, names: Mapping[str, Target | None]) -> None:
        for old, new in sorted(names.items()):
            if new is None:
                self.kinds["names gone from a module that moved"] += 1
                self.gone.append(f"{module}:{old}")
            else:
                self.kinds["names moved under the same name" if new.name == old else "names moved and renamed"] += 1
                self.moved[f"{module}:{old}"] = f"{new.module}:{new.name}"


def derive(tree: Tree) -> Policy:
    """The policy that follows from the statements of the modules; what a truth retires is left to the truth."""
    policy = Policy()
    claimed = {retired for truth in TRUTHS for retired in truth.retired}
    for module in tree.modules.values():
        if module.statement and module.is_package:
            policy.kinds["packages left to their modules"] += 1
        elif module.statement and module.name in claimed:
            policy.kinds["modules retired by a truth"] += 1
        elif module.statement:
            policy.add(tree, module)
    return policy


def render(policy: Policy) -> str:
    """The configuration as TOML."""
    lines = ["# Written by benchmarks/airflow_policy.py from what the modules state about themselves.", 'src = ["."]']
    lines += ["gone = [", *(f"    {quoted(path)}," for path in sorted(policy.gone)), "]"]
    for truth in TRUTHS:
        lines += ["", "[[truth]]", *truth_lines(truth)]
    lines += ["", "[moved]", *(f"{quoted(old)} = {quoted(new)}" for old, new in sorted(policy.moved.items()))]
    return "\n".join(lines) + "\n"


def truth_lines(truth: Truth) -> Iterator[str]:
    """The keys of one `[[truth]]`."""
    yield f"name = {quoted(truth.name)}"
    yield f"canonical = {quoted(truth.canonical)}"
    for key, values in (("facades", truth.facades), ("retired", truth.retired)):
        if values:
            yield f"{key} = {listed(values)}"
    if truth.removed:
        members = ", ".join(f"{member} = {quoted(way)}" for member, way in truth.removed.items())
        yield f"removed = {{ {members} }}"


def quoted(text: str) -> str:
    """A TOML basic string; its escapes are those of JSON."""
    return json.dumps(text)


def listed(values: Sequence[str]) -> str:
    """A TOML array of strings."""
    return "[" + ", ".join(map(quoted, values)) + "]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes `ssot-lint.toml` into the tree; returns 0, or 2 where there is no tree."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.airflow_policy", description="Derive Airflow's policy.")
    parser.add_argument("tree", nargs="?", type=Path, default=default_tree("airflow"))
    root = parser.parse_args(arguments).tree
    if not (root / "airflow").is_dir():
        print(f"{root} holds no airflow: run `python -m benchmarks.corpora airflow` first", file=sys.stderr)
        return 2
    policy = derive(Tree(root))
    (root / "ssot-lint.toml").write_text(render(policy), encoding="utf-8", newline="\n")
    print(f"{root / 'ssot-lint.toml'}: {len(policy.moved)} moved, {len(policy.gone)} gone, {len(TRUTHS)} truths")
    for kind, count in sorted(policy.kinds.items()):
        print(f"{count:6} {kind}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

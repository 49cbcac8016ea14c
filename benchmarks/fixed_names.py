"""What a tree imports, and whether it is there: told by `ast` and pyflakes, without ssot-lint.

This shares no code with ssot-lint on purpose: it is what the fixes of large trees are held against (`fixing.py`).
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_UNDEFINED = re.compile(r"(.+?):\d+:\d+:? undefined name '(.+)'")


@dataclass(frozen=True)
class Imported:
    """Something that a file imports: `from module import name`, or `import module` where the name is empty."""

    module: str
    name: str = ""

    def __str__(self) -> str:
        return f"from {self.module} import {self.name}" if self.name else f"import {self.module}"


class Tree:
    """The files of a tree that parse. Its root is its only import root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._cache: dict[str, set[str]] = {}

    @cached_property
    def paths(self) -> Mapping[str, ast.Module]:
        """Path relative to the root -> tree, of every file that parses."""
        found = ((path, parsed(path)) for suffix in ("*.py", "*.pyi") for path in sorted(self.root.rglob(suffix)))
        return {path.relative_to(self.root).as_posix(): tree for path, tree in found if tree is not None}

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """Dotted module name -> path; a stub gives way to the module."""
        return {module_of(path): path for path in sorted(self.paths, key=lambda path: path.endswith(".py"))}

    @cached_property
    def packages(self) -> set[str]:
        """All modules, and the packages around them."""
        return {".".join(name.split(".")[:end]) for name in self.modules for end in range(1, name.count(".") + 2)}

    def holds(self, module: str) -> bool:
        """Whether a module has a file here."""
        return module in self.modules

    def imports(self, path: str) -> Iterator[Imported]:
        """Everything that a file imports, anywhere in it."""
        for node in ast.walk(self.paths[path]):
            if isinstance(node, ast.Import):
                yield from (Imported(alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                source = absolute(path, node)
                yield from (Imported(source, alias.name) for alias in node.names)

    def has(self, item: Imported) -> bool:
        """Whether there is what is imported; what lies outside of the tree is taken on trust."""
        if item.module.partition(".")[0] not in self.packages:
            return True
        if item.name in ("", "*"):
            return item.module in self.packages
        return f"{item.module}.{item.name}" in self.packages or item.name in self.names(item.module)

    def names(self, module: str) -> set[str]:
        """What a module binds at its top level, by star imports too."""
        if module not in self._cache:
            self._cache[module] = set()  # an end to circles of star imports
            path = self.modules.get(module)
            self._cache[module] = set() if path is None else set(self._bound(path, self.paths[path].body))
        return self._cache[module]

    def _bound(self, path: str, body: Iterable[ast.AST]) -> Iterator[str]:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield node.name
            elif isinstance(node, ast.Import):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from self._brought(path, node)
            elif isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Store):
                    yield node.id
            elif not isinstance(node, ast.Lambda):
                yield from self._bound(path, ast.iter_child_nodes(node))

    def _brought(self, path: str, node: ast.ImportFrom) -> Iterator[str]:
        for alias in node.names:
            if alias.name == "*":
                yield from self.names(absolute(path, node))
            else:
                yield alias.asname or alias.name


def parsed(path: Path) -> ast.Module | None:
    """The tree of a file; None where it does not parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def module_of(path: str) -> str:
    """The dotted name of a file's module."""
    parts = path.rpartition(".")[0].split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def absolute(path: str, node: ast.ImportFrom) -> str:
    """The module that a statement imports from, its dots resolved."""
    if not node.level:
        return node.module or ""
    package = path.split("/")[:-node.level]
    return ".".join([*package, *filter(None, [node.module])])


def added(before: Tree, after: Tree, paths: Iterable[str]) -> Iterator[tuple[str, Imported]]:
    """What some files import now, more often than before."""
    for path in paths:
        if path in before.paths and path in after.paths:
            more = Counter(after.imports(path)) - Counter(before.imports(path))
            yield from ((path, item) for item in more)


def missing(before: Tree, after: Tree, paths: Iterable[str]) -> Iterator[str]:
    """What some files import now and did not before, and is not there."""
    for path, item in added(before, after, paths):
        if not after.has(item):
            yield f"{path}: {item}"


def unbound(root: Path, paths: Iterable[str]) -> Counter[str]:
    """The names that pyflakes finds to be bound by nothing, each with its file."""
    command = [sys.executable, "-m", "pyflakes", *paths]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)
    found = (_UNDEFINED.match(line) for line in done.stdout.splitlines())
    return Counter(f"{match[1]}: {match[2]}" for match in found if match)

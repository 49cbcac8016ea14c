"""Modules for which there may be no file here, and is one elsewhere: git ignores it, or the build makes it.

Whether somebody has run the build, or has settings of their own, must not change what is found.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from ssot_lint.files.ignore import Scopes, enter, ignore_file, is_ignored, surroundings
from ssot_lint.files.naming import exists_on_disk, names_in
from ssot_lint.files.reading import Unreadable, read_regular
from ssot_lint.files.roots import ModuleNames

BUILD_FILES = ("pyproject.toml", "setup.py")
_EXTENSION = re.compile(rb"\w*Extension\(\s*(?:name\s*=\s*)?['\"]([\w.]+)['\"]")
_MODULES = (
    "maturin.module-name", "setuptools.ext-modules.*.name", "setuptools-rust.ext-modules.*.target",
)
_FILES = (
    "setuptools_scm.write_to", "setuptools_scm.version_file", "hatch.build.hooks.vcs.version-file",
    "pdm.version.write_to", "versioningit.write.file",
)
_TABLES = ("poetry-dynamic-versioning.files",)


class Existence:
    """Tells which modules are on disk, or could be with nothing changed in the project; reads each file once.

    Args:
        root: the project root.
        roots: import roots relative to it.
    """

    def __init__(self, root: str, roots: tuple[str, ...]) -> None:
        self._root = root
        self._roots = roots
        self._listed = cache(names_in)
        self._ignored: dict[str, Scopes] = {}
        self._built: dict[str, bytes] = {}

    def __call__(self, module: str) -> bool:
        """Whether a module, by its dotted name, is there (see `exists_on_disk`) or could be."""
        return exists_on_disk(module, self._root, self._roots, self._listed) or self._is_promised(module)

    def _is_promised(self, module: str) -> bool:
        """Whether ignore files would ignore the file of a module, or a build file says that it is made."""
        if not all(map(str.isidentifier, module.split("."))):
            return False
        return self._would_be_ignored(module) or module in self._made(module)

    # --- what git ignores

    def _would_be_ignored(self, module: str) -> bool:
        ways = ([*filter(None, import_root.split("/")), *module.split(".")] for import_root in self._roots)
        return any(self._is_ignored(self._root, self._around, way) for way in ways)

    @cached_property
    def _around(self) -> Scopes:
        return surroundings(os.path.realpath(self._root))

    def _is_ignored(self, folder: str, scopes: Scopes, way: list[str]) -> bool:
        """Whether what lies at a way below a folder is ignored, as a file or as a package."""
        *folders, last = way
        for name in folders:
            scopes = self._own(folder) + scopes
            if is_ignored(scopes, name, is_folder=True):
                return True
            folder, scopes = os.path.join(folder, name), enter(scopes, name)
        scopes = self._own(folder) + scopes
        inside = enter(scopes, last)
        return (
            is_ignored(scopes, f"{last}.py", is_folder=False)
            or is_ignored(scopes, last, is_folder=True)
            or is_ignored(inside, "__init__.py", is_folder=False)
        )

    def _own(self, folder: str) -> Scopes:
        if folder not in self._ignored:
            try:
                self._ignored[folder] = ignore_file(os.path.join(folder, ".gitignore"))
            except Unreadable:
                self._ignored[folder] = ()
        return self._ignored[folder]

    # --- what build files declare

    def _made(self, module: str) -> Iterator[str]:
        """The modules that a build makes, as far as they may be the one in question."""
        last = module.rpartition(".")[2].encode()
        for name in BUILD_FILES:
            data = self._content(name)
            if last not in data:
                continue
            if name == "setup.py":
                yield from (found.decode() for found in _EXTENSION.findall(data))
            else:
                yield from _declared(data, ModuleNames(self._roots))

    def _content(self, name: str) -> bytes:
        if name not in self._built:
            try:
                self._built[name] = read_regular(os.path.join(self._root, name))
            except Unreadable:
                self._built[name] = b""
        return self._built[name]


def promises(folders: Iterable[str], root: str) -> Iterator[str]:
    """The files that `Existence` reads.

    Args:
        folders: those in which the module would be, and those above them.
    """
    yield from (os.path.join(folder, ".gitignore") for folder in folders)
    yield from (os.path.join(root, name) for name in BUILD_FILES)


def _declared(data: bytes, names: ModuleNames) -> Iterator[str]:
    import tomli  # only where something is missing

    try:
        tools = tomli.loads(data.decode()).get("tool", {})
    except (ValueError, RecursionError):
        return
    for key in _MODULES:
        yield from _texts(_at(tools, key.split(".")))
    paths = [path for key in _FILES for path in _at(tools, key.split("."))]
    paths += [path for key in _TABLES for table in _at(tools, key.split(".")) for path in _keys(table)]
    for path in _texts(paths):
        folder, _, name = path.replace("\\", "/").removeprefix("./").rpartition("/")
        yield from names.of(folder, name.removesuffix(".py"))


def _at(value: object, keys: list[str]) -> Iterator[object]:
    """What stands under a path of keys; "*" is every item of a list."""
    if not keys:
        yield value
    elif keys[0] == "*":
        for item in value if isinstance(value, list) else ():
            yield from _at(item, keys[1:])
    elif isinstance(value, dict) and keys[0] in value:
        yield from _at(value[keys[0]], keys[1:])


def _keys(value: object) -> list[object]:
    return list(value) if isinstance(value, dict) else []


def _texts(values: Iterable[object]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str))

"""Modules for which there may be no file here, and is one elsewhere: git ignores it, or the build makes it.

Whether somebody has run the build, or has settings of their own, must not change what is found.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from ssot_lint.files.ignore import Scopes, enter, ignore_file, is_ignored, surroundings
from ssot_lint.files.naming import exists_on_disk
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


def may_exist(module: str, root: str, roots: tuple[str, ...]) -> bool:
    """Whether a module is on disk, or could be with nothing changed in the project; see `exists_on_disk`."""
    return exists_on_disk(module, root, roots) or is_promised(module, root, roots)


def is_promised(module: str, root: str, roots: tuple[str, ...]) -> bool:
    """Whether ignore files would ignore the file of a module, or a build file of the project says that it is made.

    Args:
        module: its dotted name.
        root: the project root.
        roots: import roots relative to it.
    """
    if not all(map(str.isidentifier, module.split("."))):
        return False
    return _would_be_ignored(module, root, roots) or module in _made(module, root, roots)


def promises(folders: Iterable[str], root: str) -> Iterator[str]:
    """The files that `is_promised` reads.

    Args:
        folders: those in which the module would be, and those above them.
    """
    yield from (os.path.join(folder, ".gitignore") for folder in folders)
    yield from (os.path.join(root, name) for name in BUILD_FILES)


# --- what git ignores


def _would_be_ignored(module: str, root: str, roots: tuple[str, ...]) -> bool:
    around = surroundings(os.path.realpath(root))
    ways = ([*filter(None, import_root.split("/")), *module.split(".")] for import_root in roots)
    return any(_is_ignored(root, around, way) for way in ways)


def _is_ignored(folder: str, scopes: Scopes, way: list[str]) -> bool:
    """Whether what lies at a way below a folder is ignored, as a file or as a package."""
    *folders, last = way
    for name in folders:
        scopes = _own(folder) + scopes
        if is_ignored(scopes, name, is_folder=True):
            return True
        folder, scopes = os.path.join(folder, name), enter(scopes, name)
    scopes = _own(folder) + scopes
    inside = enter(scopes, last)
    return (
        is_ignored(scopes, f"{last}.py", is_folder=False)
        or is_ignored(scopes, last, is_folder=True)
        or is_ignored(inside, "__init__.py", is_folder=False)
    )


def _own(folder: str) -> Scopes:
    try:
        return ignore_file(os.path.join(folder, ".gitignore"))
    except Unreadable:
        return ()


# --- what build files declare


def _made(module: str, root: str, roots: tuple[str, ...]) -> Iterator[str]:
    """The modules that a build makes, as far as they may be the one in question."""
    last = module.rpartition(".")[2].encode()
    for name in BUILD_FILES:
        try:
            data = read_regular(os.path.join(root, name))
        except Unreadable:
            continue
        if last not in data:
            continue
        if name == "setup.py":
            yield from (found.decode() for found in _EXTENSION.findall(data))
        else:
            yield from _declared(data, ModuleNames(roots))


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

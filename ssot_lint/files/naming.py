"""From a path to a `SourceFile`, and from a module name to what is on disk for it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ssot_lint.files.paths import relative
from ssot_lint.files.roots import ModuleNames, import_roots
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile

SOURCE_SUFFIXES = (".py", ".pyi")
NATIVE_SUFFIXES = (".so", ".pyd", ".pyx")
_BUILT = (".c", ".cc", ".cpp", ".cxx", ".pxd", ".pyf")
"""Endings of files of which an extension module is built."""
_MODULE_FILE = re.compile(r"(?P<stem>[^.]+)(?:\.pyi?|\.pyx|(?:\.(?:cpython|pypy|graalpy|abi|cp|pp)[^.]*)?\.(?:so|pyd))")

Listed = Callable[[str], Sequence[str]]
"""Gives the names of what lies in a folder."""


def describe(path: str, root: str, policy: Policy, roots: tuple[str, ...] | None = None) -> SourceFile | None:
    """The source file at a path, which need not exist (the buffer of an editor); None outside the root.

    Args:
        path: absolute, or relative to `root`.
        root: the project root.
        roots: what `import_roots` gave; asked again where it is None.
    """
    way = relative(path, root)
    if not way:
        return None
    names = ModuleNames(import_roots(root, policy) if roots is None else roots)
    return source_file(way, os.path.join(os.path.abspath(root), *way.split("/")), names)


def source_file(path: str, absolute: str, names: ModuleNames, other_paths: Iterable[str] = ()) -> SourceFile:
    """The value for one file.

    Args:
        path: relative to the project root, with `/`.
        other_paths: further paths that lead to the same file.
    """
    modules = modules_of(path, names)
    for other in other_paths:
        modules += tuple(name for name in modules_of(other, names) if name not in modules)
    is_package = _stem(path.rpartition("/")[2]) == "__init__" and modules[0] != "__init__"
    return SourceFile(path, absolute, modules, is_package, path.endswith(".pyi"))


def modules_of(path: str, names: ModuleNames) -> tuple[str, ...]:
    """The dotted names of a Python file."""
    folder, _, name = path.rpartition("/")
    return names.of(folder, _stem(name))


def _stem(name: str) -> str:
    return name[:-len(".pyi")] if name.endswith(".pyi") else name.removesuffix(".py")


def native_stem(name: str) -> str | None:
    """The module that an extension module's file is, `fast` for `fast.cpython-311-x86_64-linux-gnu.so`."""
    match = _MODULE_FILE.fullmatch(name)
    return match["stem"] if match and name.endswith(NATIVE_SUFFIXES) else None


def exists_on_disk(module: str, root: str, roots: tuple[str, ...], listed: Listed | None = None) -> bool:
    """Whether a source, a stub, an extension module, what one is built of, or a folder lies under an import root.

    Whatever ignore files say: generated modules are often ignored. Upper and lower case count on every platform, as
    they do for Python.

    Args:
        root: the project root.
        roots: import roots relative to it.
        listed: gives the names in a folder, for whoever asks about many modules.
    """
    *packages, last = module.split(".")
    if not last or any(not package or os.path.basename(package) != package for package in (*packages, last)):
        return False
    folders = (os.path.join(root, *import_root.split("/")) for import_root in roots)
    return any(_holds(folder, packages, last, listed or names_in) for folder in folders)


def listings(module: str, root: str, roots: tuple[str, ...], listed: Listed) -> Iterator[str]:
    """What `exists_on_disk` looks at: folders that it lists, and links among what it finds there."""
    for import_root in roots:
        folder = os.path.join(root, *import_root.split("/"))
        for part in module.split("."):
            yield folder
            links = (os.path.join(folder, entry) for entry in listed(folder) if entry.startswith(part))
            yield from filter(os.path.islink, links)
            folder = os.path.join(folder, part)


def _holds(folder: str, packages: list[str], last: str, listed: Listed) -> bool:
    for package in packages:
        if package not in listed(folder):
            return False
        folder = os.path.join(folder, package)
    return any(_provides(folder, entry, last) for entry in listed(folder) if entry.startswith(last))


def _provides(folder: str, entry: str, module: str) -> bool:
    if entry == module:
        return os.path.isdir(os.path.join(folder, entry))
    match = _MODULE_FILE.fullmatch(entry)
    is_one = entry in (f"{module}{ending}" for ending in _BUILT) or (match is not None and match["stem"] == module)
    return is_one and os.path.isfile(os.path.join(folder, entry))


def names_in(folder: str) -> list[str]:
    """The names of what lies in a folder; none where it cannot be read."""
    try:
        return os.listdir(folder)
    except (OSError, ValueError):
        return []

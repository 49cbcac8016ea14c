"""Import roots, and the module names that files have by them."""

from __future__ import annotations

import os

from ssot_lint.files.tools import TOOL_FOLDERS
from ssot_lint.model.policy import Policy

_STUBS = "-stubs"


def import_roots(root: str, policy: Policy) -> tuple[str, ...]:
    """The import roots in use, relative to `root` with `/` ("" for `root` itself), in the order of `policy.src`.

    Globs are expanded; what does not exist, is no folder or lies outside `root` is left out. Where `src` was not
    configured, a folder `src` that is no package is a root as well.

    Args:
        root: the project root.
    """
    if policy.src == Policy().src:
        return ("", "src") if _is_src_layout(os.path.join(root, "src")) else ("",)
    found = [folder for entry in policy.src for folder in _expanded(root, entry)]
    return tuple(dict.fromkeys(folder for folder in found if os.path.isdir(os.path.join(root, folder))))


class ModuleNames:
    """The dotted names of files, by import roots.

    Every root that contains a file gives it a name, the innermost root first; where none does, the project root does.
    A folder whose name is no identifier cannot be imported through: names begin anew below it, at `pkg` for a
    folder of stubs `pkg-stubs` (PEP 561). A dot in the stem of a file (`conf.prod.py`) becomes `-`, as the file must
    not pass for `prod` in a package `conf`.

    Args:
        roots: relative to the project root with `/`; "" is the project root.
    """

    def __init__(self, roots: tuple[str, ...]) -> None:
        self._roots = sorted((f"{root}/" if root else "" for root in roots), key=len, reverse=True)
        self._packages: dict[str, tuple[str, ...]] = {}

    def of(self, folder: str, stem: str) -> tuple[str, ...]:
        """Names of the file `stem` (without its suffix) in `folder` (relative to the project root); never empty.

        An `__init__` has the name of its package; one that lies in an import root and so is in no package can only
        be imported as `__init__`, which makes it a plain module.
        """
        packages = self._packages.get(folder)
        if packages is None:
            packages = self._packages[folder] = self._packages_of(folder)
        if stem == "__init__":
            return tuple(package for package in packages if package) or ("__init__",)
        module = stem.replace(".", "-")
        return tuple([f"{package}.{module}" if package else module for package in packages])

    def _packages_of(self, folder: str) -> tuple[str, ...]:
        path = f"{folder}/" if folder else ""
        below = [path[len(root):] for root in self._roots if path.startswith(root)] or [path]
        return tuple(dict.fromkeys(_dotted(way.split("/")[:-1]) for way in below))


def _dotted(folders: list[str]) -> str:
    names: list[str] = []
    for folder in folders:
        if folder.isidentifier():
            names.append(folder)
        else:
            package = folder.removesuffix(_STUBS)
            names = [package] if package != folder and package.isidentifier() else []
    return ".".join(names)


def _is_src_layout(folder: str) -> bool:
    return os.path.isdir(folder) and not os.path.isfile(os.path.join(folder, "__init__.py"))


def _expanded(root: str, entry: str) -> list[str]:
    """The folders that an entry of `src` stands for; those of tools and those outside `root` left out."""
    if os.path.isabs(entry):
        entry = os.path.relpath(entry, root)
    matches = globbed(root, entry) if is_glob(entry) else [entry]
    normal = [os.path.normpath(match).replace(os.sep, "/") for match in matches]
    inside = ["" if folder == "." else folder for folder in normal if folder.split("/")[0] != ".."]
    return [folder for folder in inside if TOOL_FOLDERS.isdisjoint(folder.split("/"))]


def is_glob(entry: str) -> bool:
    """Whether an entry of `src` stands for whatever matches it."""
    return any(sign in entry for sign in "*?[")


def globbed(root: str, entry: str) -> list[str]:
    """What matches such an entry, relative to the project root, sorted."""
    from glob import glob  # costs start-up time, and few configurations have a glob

    return sorted(glob(entry, root_dir=root, recursive=True))

"""One walk over the project: its Python files, its extension modules, its import roots."""

from __future__ import annotations

import os
from typing import NamedTuple

import msgspec

from ssot_lint.files import ignore
from ssot_lint.files.exclusion import excludes_way, exclusions
from ssot_lint.files.ignore import Scopes
from ssot_lint.files.links import Found, Single, aliases, is_link, singled_out
from ssot_lint.files.naming import NATIVE_SUFFIXES, SOURCE_SUFFIXES, native_stem, source_file
from ssot_lint.files.paths import below
from ssot_lint.files.reading import Unreadable, why
from ssot_lint.files.roots import ModuleNames, import_roots
from ssot_lint.files.tools import ENVIRONMENT_MARKS, TOOL_FOLDERS
from ssot_lint.files.witnesses import Witnesses
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile

_SUFFIXES = (*SOURCE_SUFFIXES, *NATIVE_SUFFIXES)


class Tree(msgspec.Struct, frozen=True):
    """What a project consists of.

    Attributes:
        files: sorted by path.
        natives: dotted names of the extension modules (compiled, or in Cython) beside the sources.
        roots: the import roots in use, relative to the root; "" for the root itself.
        notices: the folders and ignore files that could not be read, a line each.
        witnesses: the folders and ignore files that were looked at, and where links lead: while these are the same, so
            is the rest, as far as it does not lie above the root.
    """

    files: tuple[SourceFile, ...]
    natives: frozenset[str]
    roots: tuple[str, ...]
    notices: tuple[str, ...]
    witnesses: Witnesses = Witnesses()


def discover(root: str, policy: Policy) -> Tree:
    """Find the Python files of a project; nothing on the disk makes it raise or hang.

    Left out are folders of tools (`.git`, `node_modules`, `__pycache__`, ...), virtual environments by what they hold,
    what git ignores by `.gitignore` (at every level from the top of the repository down) and `.git/info/exclude`, and
    `policy.exclude`. As in git, what lies in an ignored folder cannot be taken back in; unlike in git, it does not
    matter whether an ignored file is tracked all the same, and the user's own ignore file is not asked, so that
    the answer is the same on every machine. A nested repository goes by its own ignore files. Extension modules
    are noted even where git ignores them, as build products are.

    A file that several paths lead to is listed once, under its real path where that is in the project, with the
    module names that it has by every path: Python would import it by any of them. That holds for hard links as well.
    Links to files are followed wherever they lead. Links to folders are followed within the project; out of it only to
    a package or where an import root of the configuration leads through them, as Python imports through these and
    other links lead to data. No link is followed to a folder that holds it.

    Args:
        root: the project root.
    """
    return _Walk(os.path.abspath(root), policy).tree()


class _Folder(NamedTuple):
    """A folder to look through.

    Attributes:
        path: relative to the root with a trailing `/`, or empty.
        ignored: what git ignores in it.
        excluded: what the configuration excludes in it.
        linked: a link leads to it or to a folder above it.
    """

    path: str
    absolute: str
    ignored: Scopes
    excluded: Scopes
    linked: bool = False

    def leaves_out(self, name: str, is_folder: bool) -> bool:
        return ignore.is_ignored(self.excluded, name, is_folder) or ignore.is_ignored(self.ignored, name, is_folder)

    def inner(self, name: str, absolute: str, linked: bool) -> _Folder:
        ignored, excluded = ignore.enter(self.ignored, name), ignore.enter(self.excluded, name)
        return _Folder(f"{self.path}{name}/", absolute, ignored, excluded, self.linked or linked)


class _Link(NamedTuple):
    name: str
    absolute: str
    folder: _Folder

    @property
    def path(self) -> str:
        return self.folder.path + self.name


class _Walk:
    """Real folders first; what links lead to afterwards, so that a link never takes a file's real path away."""

    def __init__(self, root: str, policy: Policy) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._policy = policy
        self._roots = import_roots(root, policy)
        self._sources: list[Found] = []
        self._natives: list[Found] = []
        self._notices: list[str] = []
        self._walked: set[str] = set()
        self._links: list[_Link] = []
        self._links_to_walked: list[tuple[str, str]] = []
        self._targets: set[str] = set()
        self._witnesses = Witnesses({}, {})

    def tree(self) -> Tree:
        surroundings = ignore.surroundings(self._real_root)
        self._descend(_Folder("", self._root, surroundings, exclusions(self._policy)))
        while self._links:
            links, self._links = sorted(self._links, key=lambda link: link.path), []
            for link in links:
                self._follow(link)
        names = ModuleNames(self._roots)
        files = [_source_file(single, names) for single in self._singles(self._sources)]
        files.sort(key=lambda file: file.path)
        natives = frozenset(name for single in self._singles(self._natives) for name in _native_names(single, names))
        return Tree(tuple(files), natives, self._roots, tuple(sorted(self._notices)), self._witnesses)

    def _singles(self, found: list[Found]) -> list[Single]:
        singles = singled_out(found)
        if not self._links_to_walked:
            return singles
        further = aliases([file.path for file in found], self._links_to_walked)
        return [Single(file, (*others, *further.get(file.path, ()))) for file, others in singles]

    def _descend(self, start: _Folder) -> None:
        folders = [start]
        while folders:
            folders.extend(self._look_through(folders.pop()))

    def _look_through(self, folder: _Folder) -> list[_Folder]:
        """Sort out the entries of a folder; the folders among them are returned."""
        self._witnesses.sign(folder.absolute)
        entries = self._entries(folder)
        names = {entry.name for entry in entries}
        if folder.path and not ENVIRONMENT_MARKS.isdisjoint(names):
            return []
        self._walked.add(folder.path[:-1])
        folder = self._with_own_rules(folder, names)
        inner = []
        for entry in entries:
            try:
                if self._is_to_be_entered(entry, folder):
                    inner.append(folder.inner(entry.name, entry.path, linked=False))
            except OSError:  # it vanished, or its file system cannot say what it is
                continue
        return inner

    def _entries(self, folder: _Folder) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder.absolute) as listing:
                return list(listing)
        except FileNotFoundError:
            if not folder.path:
                self._notices.append(f"{folder.absolute}: folder does not exist")
        except OSError as error:
            self._notices.append(f"{folder.path or folder.absolute}: folder skipped: {why(error)}")
        return []

    def _with_own_rules(self, folder: _Folder, names: set[str]) -> _Folder:
        ignored = folder.ignored
        if ".git" in names and folder.path:
            for path in ignore.repository_files(folder.absolute):
                self._witnesses.sign(path)
            ignored = ignore.repository(folder.absolute)
        if ".gitignore" in names:
            path = os.path.join(folder.absolute, ".gitignore")
            self._witnesses.sign(path)
            try:
                ignored = ignore.ignore_file(path) + ignored
            except Unreadable as error:
                self._notices.append(f"{folder.path}.gitignore: ignore file skipped: {error.reason}")
        return folder._replace(ignored=ignored)

    def _is_to_be_entered(self, entry: os.DirEntry[str], folder: _Folder) -> bool:
        """True for a folder to look through; files and links are noted.

        Raises:
            OSError: the entry cannot be looked at.
        """
        name = entry.name
        if is_link(entry):
            self._links.append(_Link(name, entry.path, folder))
        elif entry.is_dir(follow_symlinks=False):
            return name not in TOOL_FOLDERS and not folder.leaves_out(name, is_folder=True)
        elif name.endswith(_SUFFIXES) and entry.is_file(follow_symlinks=False):
            inode = 0 if os.name == "nt" else entry.inode()
            self._note_file(name, Found(folder.path + name, entry.path, inode, folder.linked), folder)
        return False

    def _note_file(self, name: str, found: Found, folder: _Folder) -> None:
        if name.endswith(NATIVE_SUFFIXES):
            if not ignore.is_ignored(folder.excluded, name, is_folder=False):
                self._natives.append(found)
        elif name not in SOURCE_SUFFIXES and not folder.leaves_out(name, is_folder=False):
            self._sources.append(found)

    def _follow(self, link: _Link) -> None:
        target = self._witnesses.resolve(link.absolute)
        way = below(target, self._real_root)
        if way and excludes_way(self._policy, way, os.path.isdir(target)):
            return
        if os.path.isdir(target):
            self._follow_to_folder(link, target, way)
        elif link.name.endswith(_SUFFIXES) and os.path.isfile(target):
            self._note_file(link.name, Found(link.path, link.absolute, 0, linked=True), link.folder)

    def _follow_to_folder(self, link: _Link, target: str, way: str | None) -> None:
        folder = link.folder
        left_out = ignore.is_ignored(folder.excluded, link.name, is_folder=True) or ignore.is_ignored(
            folder.ignored, link.name, is_folder=False  # to git a link is no folder
        )
        holds_link = below(os.path.realpath(folder.absolute), target) is not None
        if left_out or holds_link or link.name in TOOL_FOLDERS or target in self._targets:
            return
        if way is not None and way in self._walked:
            self._links_to_walked.append((link.path, way))
        elif self._leads_to_code(link, target, way):
            self._targets.add(target)
            self._descend(folder.inner(link.name, link.absolute, linked=True))

    def _leads_to_code(self, link: _Link, target: str, way: str | None) -> bool:
        if way is not None:
            return TOOL_FOLDERS.isdisjoint(way.split("/"))
        leads_to_root = any(f"{root}/".startswith(f"{link.path}/") for root in self._roots)
        return leads_to_root or os.path.isfile(os.path.join(target, "__init__.py"))


def _source_file(single: Single, names: ModuleNames) -> SourceFile:
    return source_file(single.file.path, single.file.absolute, names, single.others)


def _native_names(single: Single, names: ModuleNames) -> list[str]:
    found: list[str] = []
    for path in (single.file.path, *single.others):
        folder, _, name = path.rpartition("/")
        stem = native_stem(name)
        found += names.of(folder, stem) if stem is not None else ()
    return found

"""The flake8 plugin: the lines that flake8 hands over, checked against the index of the whole project."""

from __future__ import annotations

import argparse
import ast
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from flake8.discover_files import expand_paths
from flake8.exceptions import ExecutionError

from ssot_lint import files
from ssot_lint.adapters.defect import description
from ssot_lint.adapters.memory import Recalled, recalled_standing, remember_standing
from ssot_lint.adapters.version import version as installed_version
from ssot_lint.adapters.workspace import Workspace, indexed_as, open_project, root_of
from ssot_lint.errors import SsotLintError
from ssot_lint.model.violation import Violation

if TYPE_CHECKING:
    from ssot_lint.engine import Project

_SHARED = 2
"""Files from which on a project is indexed before flake8 starts processes: they inherit the index or find a cache."""

_PYTHON = (".py", ".pyi")
_CODING_LINES = 2
_MARK_IN_LATIN_1 = "\xef\xbb\xbf"  # what the byte order mark of UTF-8 becomes; flake8 takes it away

Reported = tuple[int, int, str, type[Any]]


class Plugin:
    """What flake8 makes of each file that it checks.

    Args:
        tree: not looked at; asking for it makes flake8 call the plugin once a file, and only where the file parses.
        filename: as flake8 names it; the display name where the lines come from stdin.
        lines: what is checked, whatever the disk holds.
        options: flake8's own, with `ssot_config`.
    """

    name = "ssot-lint"
    version = installed_version()

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str], options: argparse.Namespace) -> None:
        self._path = os.path.abspath(filename)
        self._lines = lines
        self._workspace = _workspace(options.ssot_config)
        self._options = options

    @classmethod
    def add_options(cls, manager: Any) -> None:
        """Register the one option that is ours."""
        manager.add_option(
            "--ssot-config",
            metavar="FILE",
            default=None,
            parse_from_config=True,
            normalize_paths=True,
            help="configuration of ssot-lint (default: the nearest one above each file)",
        )

    @classmethod
    def parse_options(cls, manager: Any, options: argparse.Namespace, paths: Sequence[str]) -> None:
        """Make the codes of every project concerned known to flake8, so that it reports them without `extend-select`.

        Runs in every process that flake8 spawns; what was remembered of an earlier run is forgotten.

        Raises:
            ExecutionError: a configuration cannot be obeyed.
        """
        _workspace.cache_clear()
        _project.cache_clear()
        _standing.cache_clear()
        with _told_by_flake8():
            workspace = _workspace(options.ssot_config)
            for configuration, asked in _governed(workspace, options).items():
                manager.extend_default_select(sorted(workspace.policy(configuration).codes.values()))
                if len(asked) >= _SHARED:
                    _judge(workspace, configuration, asked)

    def run(self) -> Iterator[Reported]:
        """The violations of the file as (line, column from 0, text, type); nothing where no configuration governs it.

        Raises:
            ExecutionError: the configuration cannot be obeyed, or ssot-lint has a defect; flake8 shows its text, once.
        """
        with _told_by_flake8():
            found = self._violations()
        for violation in found:
            text = f"{violation.code} {violation.message}"
            yield violation.span.line, violation.span.column - 1, text, type(self)

    def _violations(self) -> Sequence[Violation]:
        configuration = self._workspace.configuration_of(self._path)
        if configuration is None:
            return ()
        root, policy = root_of(configuration), self._workspace.policy(configuration)
        path = indexed_as(self._path, root)
        if files.is_excluded(path, root, policy) or self._is_left_out(configuration, path):
            return ()
        undecodable = self._is_undecodable()
        standing = _standing(self._workspace, configuration)
        known = standing.found(path) if standing and not undecodable else None
        if known is not None and self._is_on_disk(os.path.join(root, *path.split("/"))):
            return known
        project = _project(self._workspace, configuration)
        if undecodable:
            return project.check(lambda file: file.path == path).violations
        found = project.check_buffer(path, "".join(self._lines))
        if len(self._named()) == 1:  # an editor asks for one file at a time, and again soon
            project.keep()
            _remember(self._workspace, configuration)
        return found

    def _is_on_disk(self, path: str) -> bool:
        """Whether the lines are those of a file."""
        try:
            text = files.decode(files.read_regular(path))
        except files.Unreadable:
            return False
        lines = "".join(self._lines)
        return lines == text or _normal(lines) == _normal(text)

    def _is_left_out(self, configuration: str, path: str) -> bool:
        """flake8 came across the file in a folder, and the project does not list it: git ignores it, or it is a tool's.

        Files with other endings were asked for by flake8's `filename`; the project lists none of them.
        """
        if not path.endswith(_PYTHON) or self._path in _absolute(self._named()):
            return False
        standing = _standing(self._workspace, configuration)
        if standing is not None:
            return not standing.lists(path)
        return not _project(self._workspace, configuration).lists(path)

    def _named(self) -> tuple[str, ...]:
        """What flake8 was given by name: `filenames`, and the file that stdin stands in for."""
        options = self._options
        return tuple(options.stdin_display_name if name == "-" else name for name in options.filenames)

    def _is_undecodable(self) -> bool:
        """The lines are what flake8 makes of a file that Python refuses to decode: it takes a guess and goes on."""
        declared = any("coding" in line for line in self._lines[:_CODING_LINES])
        if not declared and all(map(str.isascii, self._lines)):
            return False
        try:
            data = files.read_regular(self._path)
        except files.Unreadable:
            return False
        return _is_refused(data) and _normal("".join(self._lines)) in _guessed(data)


def _is_refused(data: bytes) -> bool:
    try:
        files.decode(data)
    except files.Unreadable:
        return True
    return False


def _guessed(data: bytes) -> Iterator[str]:
    """What flake8 reads where it finds no valid encoding: Latin-1 from a file, UTF-8 from stdin."""
    yield _normal(data.decode("latin-1").removeprefix(_MARK_IN_LATIN_1))
    yield _normal(data.decode("utf-8-sig", "replace"))


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@cache
def _workspace(given: str | None) -> Workspace:
    """What is remembered of one run in one process.

    Args:
        given: `--ssot-config`.
    """
    return Workspace(_sought_upwards(given) if given else None, no_cache=False)


@cache
def _project(workspace: Workspace, configuration: str) -> Project:
    """The project of a configuration file: indexed once in a process, at the latest when its first file comes."""
    return open_project(configuration, workspace.policy(configuration), jobs=1, today=workspace.today)


@cache
def _standing(workspace: Workspace, configuration: str) -> Recalled | None:
    """Where that project stands, as long as that is known and nothing has changed: then no engine is needed."""
    cache = workspace.cache(configuration)
    return recalled_standing(cache, root_of(configuration), workspace.policy(configuration)) if cache else None


def _judge(workspace: Workspace, configuration: str, asked: frozenset[str]) -> None:
    """Judge files, by their absolute paths, for the processes of flake8 to inherit it or to find it in the cache."""
    standing = _standing(workspace, configuration)
    if standing is None or not standing.settles(asked, root_of(configuration)):
        _project(workspace, configuration).check(lambda file: file.absolute in asked)
        _remember(workspace, configuration)


def _remember(workspace: Workspace, configuration: str) -> None:
    cache = workspace.cache(configuration)
    if cache is not None:
        remember_standing(cache, _project(workspace, configuration), workspace.started)


@cache
def _absolute(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(os.path.abspath, names))


def _governed(workspace: Workspace, options: argparse.Namespace) -> dict[str, frozenset[str]]:
    """The configuration files of everything that flake8 is about to check -> the files that each governs."""
    checked = expand_paths(
        paths=options.filenames,
        stdin_display_name=options.stdin_display_name,
        filename_patterns=options.filename,
        exclude=(*options.exclude, *options.extend_exclude),
    )
    names = (options.stdin_display_name if name == "-" else name for name in checked)
    governing: dict[str, set[str]] = {workspace.given: set()} if workspace.given else {}
    for path in map(os.path.abspath, names):
        configuration = workspace.configuration_of_file(path)
        if configuration:
            governing.setdefault(configuration, set()).add(path)
    return {configuration: frozenset(paths) for configuration, paths in governing.items()}


def _sought_upwards(given: str) -> str:
    """The file that `--ssot-config` means.

    flake8 leaves a name without a slash as it stands, also where it comes from a `setup.cfg` further up: so it is
    looked for from the current directory upwards, as flake8 looked for that.
    """
    folder = os.getcwd()
    while not os.path.exists(os.path.join(folder, given)):
        parent = os.path.dirname(folder)
        if parent == folder:
            return os.path.abspath(given)
        folder = parent
    return os.path.join(folder, given)


@contextmanager
def _told_by_flake8() -> Iterator[None]:
    """Errors in the one form that flake8 prints as text, and once: every other ends in a traceback."""
    try:
        yield
    except SsotLintError as error:
        raise ExecutionError(f"ssot-lint: {error}") from None
    except Exception as error:
        raise ExecutionError(f"ssot-lint: {description(error)}") from None

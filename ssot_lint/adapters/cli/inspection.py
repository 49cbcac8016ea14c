"""Paths and buffers -> violations: one project for each configuration that governs something asked for."""

from __future__ import annotations

import argparse
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

import msgspec

from ssot_lint import files
from ssot_lint.adapters.cli.executors import started
from ssot_lint.adapters.cli.lines import BareLines
from ssot_lint.adapters.cli.options import no_configuration
from ssot_lint.adapters.cli.targets import Target, identity, targets
from ssot_lint.adapters.memory import remember_standing
from ssot_lint.adapters.workspace import Workspace, indexed_as, open_project, root_of, shown
from ssot_lint.cache.grounds import Grounds
from ssot_lint.engine import Project, Report
from ssot_lint.errors import UsageError
from ssot_lint.facts.processes import Mapper
from ssot_lint.files.tools import TOOL_FOLDERS
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile
from ssot_lint.model.violation import Violation
from ssot_lint.reporters.totals import counted
from ssot_lint.suppress.noqa import split_noqa


class Checked(msgspec.Struct, frozen=True):
    """What one project gave.

    Attributes:
        violations: `path` is relative to the project's root.
        place: such a path -> the absolute path that the user knows the file by.
        buffers: such a path -> the text that was checked in place of what is on disk.
        asks_for: whether a file of the project was asked for.
    """

    configuration: str
    project: Project
    violations: tuple[Violation, ...]
    place: Callable[[str], str]
    buffers: Mapping[str, str] = {}
    asks_for: Callable[[SourceFile], bool] = lambda file: False

    def shown(self, violation: Violation) -> Violation:
        """A violation with the path that the user is to see."""
        return msgspec.structs.replace(violation, path=display(self.place(violation.path)))


class Outcome(msgspec.Struct, frozen=True):
    """What all projects together gave.

    Attributes:
        since: when the run began, in nanoseconds since the epoch.
        checked: what each of them gave, more than once where single files were checked on their own.
        violations: sorted; `path` is relative to the current directory, with `/`.
        policies: of the projects.
        files, parsed, suppressed: as in `Report`, added up.
        notices: what the user should know about the run itself.
        lines: a violation's path -> the lines of the file without their ends; empty where it cannot be read.
        owner: a violation -> who owns its truth.
        grounds: what on the disk all of it rests on; None where nobody can tell.
    """

    since: int
    checked: tuple[Checked, ...]
    violations: tuple[Violation, ...]
    policies: tuple[Policy, ...]
    files: int
    parsed: int
    suppressed: int
    notices: tuple[str, ...]
    lines: Callable[[str], Sequence[str]]
    owner: Callable[[Violation], str]
    grounds: Grounds | None = None


class Effort(msgspec.Struct, frozen=True):
    """What a run may use; none of it changes a result.

    Attributes:
        jobs: how many processes; 0 = as many as pay off.
        cache_dir: the folder of the cache; None = the default.
        no_cache: neither read nor write one.
        executor: does the work on files instead of processes of this machine.
    """

    jobs: int = 0
    cache_dir: str | None = None
    no_cache: bool = False
    executor: Mapper | None = None


@contextmanager
def effort(arguments: argparse.Namespace) -> Iterator[Effort]:
    """What the options of `add_effort` ask for.

    Raises:
        UsageError: there is no such executor.
    """
    with started(arguments.executor) as executor:
        yield Effort(arguments.jobs, arguments.cache_dir, arguments.no_cache, executor)


def inspect_paths(paths: Iterable[str], workspace: Workspace, effort: Effort) -> Outcome:
    """Check files and folders, each by the nearest configuration above it.

    Raises:
        UsageError: a path does not exist, or nothing governs any of them.
        ConfigurationError: a configuration cannot be obeyed.
    """
    asked = targets(paths)
    inspection = _Inspection(workspace, effort)
    waiting = deque(_configurations(asked, workspace, inspection.notices))
    if not waiting:
        raise no_configuration(", ".join(target.given for target in asked))
    done: set[str] = set()
    while waiting:
        configuration = waiting.popleft()
        if configuration not in done:
            done.add(configuration)
            waiting.extend(inspection.check_project(configuration, asked))
    if not inspection.files:
        inspection.notices.append(f"no Python files to check in {', '.join(target.given for target in asked)}")
    return msgspec.structs.replace(inspection.outcome(), grounds=inspection.grounds(asked))


def inspect_buffer(filename: str, data: bytes, workspace: Workspace, effort: Effort) -> Outcome:
    """Check bytes that stand in for one file.

    Raises:
        UsageError: no configuration governs the file.
        ConfigurationError: its configuration cannot be obeyed.
    """
    path = os.path.abspath(filename)
    configuration = workspace.configuration_of(path)
    if configuration is None:
        raise no_configuration(filename)
    inspection = _Inspection(workspace, effort)
    inspection.check_buffer(configuration, inspection.project(configuration), path, data)
    return inspection.outcome()


class _Inspection:
    """Collects what the projects report.

    Attributes:
        files: how many files were looked at so far.
        notices: what the user should know.
    """

    def __init__(self, workspace: Workspace, effort: Effort) -> None:
        self._workspace = workspace
        self._effort = effort
        self._since = time.time_ns()
        self._checked: list[Checked] = []
        self._violations: list[Violation] = []
        self._policies: dict[str, Policy] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._sources: dict[str, str] = {}
        self._buffers: dict[str, bytes] = {}
        self._parsed = self._suppressed = 0
        self._grounds: Grounds | None = Grounds()
        self.files = 0
        self.notices: list[str] = []

    def project(self, configuration: str, overlay: Mapping[str, bytes] | None = None) -> Project:
        policy = self._workspace.policy(configuration)
        self._policies[configuration] = policy
        effort = self._effort
        return open_project(
            configuration, policy, effort.jobs, effort.cache_dir, effort.no_cache,
            overlay=overlay, executor=effort.executor, today=self._workspace.today,
        )

    def check_project(self, configuration: str, asked: Sequence[Target]) -> list[str]:
        """Check what was asked of one project, and return the configurations of projects nested in it."""
        project = self.project(configuration)
        scope = _Scope(configuration, asked, self._workspace)
        report = project.check(scope.wants, whole=scope.is_whole)
        place = lambda path: os.path.join(project.root, *path.split("/"))  # noqa: E731
        self._add(Checked(configuration, project, report.violations, place, asks_for=scope.wants), report)
        self._rest_on(project.grounds)
        cache = self._workspace.cache(configuration)
        if cache is not None:
            remember_standing(cache, project, self._workspace.started)
        for target in scope.unseen():
            self._rest_on(None)
            self._check_file(configuration, project, target)
        return list(scope.nested)

    def check_buffer(self, configuration: str, project: Project, path: str, data: bytes) -> None:
        """Check one file of a project by the bytes given; it is reported under the path given."""
        relative = indexed_as(path, project.root)
        if files.is_excluded(relative, project.root, project.policy):
            self.notices.append(f"{shown(path)} is excluded by {project.policy.file}: not checked")
            return
        report, text = self._buffer_report(configuration, project, relative, data)
        self._buffers[display(path)] = data
        self._add(Checked(configuration, project, report.violations, lambda _: path, {relative: text}), report)

    def _buffer_report(
        self, configuration: str, project: Project, path: str, data: bytes
    ) -> tuple[Report, str]:
        """The report, and the text, empty where there is none."""
        try:
            text = files.decode(data)
        except files.Unreadable:
            # Only the engine says what is unreadable and why.
            return self.project(configuration, {path: data}).check(lambda file: file.path == path), ""
        kept, suppressed = split_noqa(path, text, project.check_buffer(path, text))
        return Report(tuple(kept), suppressed, files=1, parsed=1), text

    def outcome(self) -> Outcome:
        return Outcome(
            since=self._since,
            checked=tuple(self._checked),
            violations=in_order(self._violations),
            policies=tuple(self._policies.values()),
            files=self.files,
            parsed=self._parsed,
            suppressed=self._suppressed,
            notices=tuple(self.notices),
            lines=cache(self._lines),
            owner=lambda violation: self._owners.get((violation.path, violation.truth), ""),
        )

    def grounds(self, asked: Sequence[Target]) -> Grounds | None:
        """What all of it rests on; None where nobody can tell, or some of it was changed only just now."""
        grounds = self._grounds
        try:
            if grounds is None or not all(self._is_noted(target, grounds) for target in asked):
                return None
            self._workspace.note(grounds)
        except OSError:
            return None
        return grounds if grounds.is_settled(self._workspace.started) else None

    def _is_noted(self, target: Target, grounds: Grounds) -> bool:
        """Rest on a target, unless links lead there or it holds projects that had to be looked for."""
        if os.path.realpath(target.path) != target.path or self._workspace.configuration_of(target.path) is None:
            return False
        if target.is_folder:
            grounds.folders.add(target.path)
        else:
            grounds.note(target.path)
        return True

    def _rest_on(self, grounds: Grounds | None) -> None:
        if grounds is None or self._grounds is None:
            self._grounds = None
        else:
            self._grounds.add(grounds)

    def _check_file(self, configuration: str, project: Project, target: Target) -> None:
        """Check a file that was named and that the project would not have come across: ignored, or no `.py`."""
        try:
            data = files.read_regular(target.path)
        except files.Unreadable as error:
            raise UsageError(f"{target.given}: {error.reason}") from None
        self.check_buffer(configuration, project, target.path, data)

    def _add(self, checked: Checked, report: Report) -> None:
        self._checked.append(checked)
        owners = {truth.name: truth.owner for truth in self._policies[checked.configuration].truths}
        for violation in report.violations:
            shown = checked.shown(violation)
            self._sources[shown.path] = checked.place(violation.path)
            self._owners[shown.path, violation.truth] = owners.get(violation.truth, "")
            self._violations.append(shown)
        self.files += report.files
        self._parsed += report.parsed
        self._suppressed += report.suppressed
        self.notices += report.notices

    def _lines(self, path: str) -> Sequence[str]:
        try:
            data = self._buffers[path] if path in self._buffers else files.read_regular(self._sources[path])
            return BareLines(files.lines(files.decode(data)))
        except files.Unreadable:
            return ()


class _Scope:
    """Which files of one project are asked for, and what turns up while the engine puts that question.

    Attributes:
        nested: configurations further down, which govern files of their own.
    """

    def __init__(self, configuration: str, asked: Sequence[Target], workspace: Workspace) -> None:
        self._configuration = configuration
        # The root as it was found, and where it really is: what was asked for may be spelled either way.
        self._roots = tuple(dict.fromkeys((root_of(configuration), os.path.realpath(root_of(configuration)))))
        self._workspace = workspace
        self._folders = [target for target in asked if target.is_folder]
        self._files = [target for target in asked if not target.is_folder]
        self._spellings = {spelling: target for target in self._files for spelling in target.spellings}
        self._seen: set[object] = set()
        self._of_folder: dict[str, bool] = {}
        self.nested: dict[str, None] = {}

    @property
    def is_whole(self) -> bool:
        """All of the project was asked for, as far as no nested configuration governs it."""
        return any(folder.covers(root) for folder in self._folders for root in self._roots)

    def wants(self, file: SourceFile) -> bool:
        """The file was asked for, and no nested configuration governs it."""
        if self._files or file.absolute != os.path.join(self._roots[0], file.path):
            return self._is_wanted(file)
        folder = file.path.rpartition("/")[0]  # where folders are asked for, all files of one share the answer
        if folder not in self._of_folder:
            self._of_folder[folder] = self._is_wanted(file)
        return self._of_folder[folder]

    def _is_wanted(self, file: SourceFile) -> bool:
        way = file.path.split("/")
        spellings = [os.path.join(root, *way) for root in self._roots]
        if not any(map(self._is_asked, (*spellings, file.absolute))):
            return False
        governing = self._workspace.configuration_of_file(spellings[0])
        if governing and governing != self._configuration:
            self.nested[governing] = None
        return governing == self._configuration

    def unseen(self) -> Iterator[Target]:
        """Files that were named, belong here, and were not among those that the engine came across; each once."""
        for target in self._files:
            ours = self._workspace.configuration_of_file(target.path) == self._configuration
            if ours and target.identity not in self._seen:
                self._seen.add(target.identity)
                yield target

    def _is_asked(self, path: str) -> bool:
        named = self._spellings.get(os.path.normcase(path))
        if named:
            self._seen.add(named.identity)
            return True
        covered = any(folder.covers(path) for folder in self._folders)
        if covered and self._files:  # the file may have been named as well, by a path that the engine does not list
            self._seen.add(identity(path))
        return covered


def _configurations(asked: Sequence[Target], workspace: Workspace, notices: list[str]) -> Iterator[str]:
    """Where to begin: what governs the targets, and, below folders that nothing governs, the topmost of each branch."""
    for target in asked:
        if workspace.given:
            _refuse_foreign(target, workspace.given)
            yield workspace.given
        elif own := workspace.configuration_of(target.path):
            yield own
        elif target.is_folder:
            yield from _topmost_below(target, workspace, notices)
        else:
            notices.append(f"no configuration governs {target.given}: not checked")


def _refuse_foreign(target: Target, configuration: str) -> None:
    root = root_of(configuration)
    if not target.covers(root) and files.relative(target.path, root) is None:
        raise UsageError(f"{target.given}: lies outside of {root}, the project of {shown(configuration)}")


def _topmost_below(target: Target, workspace: Workspace, notices: list[str]) -> Iterator[str]:
    ungoverned = 0
    for folder, folders, names in os.walk(target.path):
        found = workspace.configuration_of(folder)
        folders[:] = [] if found else sorted(name for name in folders if name not in TOOL_FOLDERS and name[0] != ".")
        if found:
            yield found
        else:
            ungoverned += sum(name.endswith((".py", ".pyi")) for name in names)
    if ungoverned:
        notices.append(f"no configuration governs {counted(ungoverned, 'Python file')} in {target.given}: not checked")


def in_order(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Violations of several files as they are reported."""
    return tuple(sorted(violations, key=lambda one: (one.path, one.span.line, one.span.column, one.code)))


def display(path: str) -> str:
    """An absolute path relative to the current directory, with `/`; as it is where that is on another drive."""
    try:
        return os.path.relpath(path).replace(os.sep, "/")
    except ValueError:
        return path.replace(os.sep, "/")

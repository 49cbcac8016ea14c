"""Which configuration governs which file, and where a file stands in its project."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from ssot_lint import config, files
from ssot_lint.adapters.memory import recalled_policy, remember_policy
from ssot_lint.cache.identity import tool_identity
from ssot_lint.cache.place import cache_folder
from ssot_lint.config.document import OWN_FILE, SHARED_FILE, read
from ssot_lint.model.policy import Policy
from ssot_lint.suppress.bridges import dated, days_alike

if TYPE_CHECKING:
    from ssot_lint.cache.grounds import Grounds
    from ssot_lint.engine import Project
    from ssot_lint.facts.processes import Mapper


class Workspace:
    """Answers for one run, remembered.

    Args:
        configuration: the file that `--config` names; None = the nearest at or above each file.
        cache_dir: the folder of the caches; None = the default.
        no_cache: neither read nor write one.
        today: the day of the run; None for the real one.

    Attributes:
        given: the absolute path of that file.
        started: when that was, in nanoseconds since the epoch.
    """

    def __init__(
        self,
        configuration: str | None = None,
        *,
        cache_dir: str | None = None,
        no_cache: bool = True,
        today: date | None = None,
    ) -> None:
        self.started = time.time_ns()
        self.today = today or date.today()
        self._cache_dir = cache_dir
        self._no_cache = no_cache
        self.given = os.path.abspath(configuration) if configuration else None
        self._policies: dict[str, Policy] = {}
        self._by_folder: dict[str, str | None] = {}

    def configuration_of(self, path: str) -> str | None:
        """The configuration file of an absolute path; None where none governs it.

        Raises:
            ConfigurationError: a configuration on the way cannot be read.
        """
        return self._governing(path, path if os.path.isdir(path) else os.path.dirname(path))

    def configuration_of_file(self, path: str) -> str | None:
        """The same for a path that is known to be no folder; does not look at the disk where it knows its folder."""
        return self._governing(path, os.path.dirname(path))

    def _governing(self, path: str, folder: str) -> str | None:
        if self.given:
            return self.given if files.relative(path, root_of(self.given)) is not None else None
        if folder not in self._by_folder:
            self._by_folder[folder] = config.find(folder)
        return self._by_folder[folder]

    def policy(self, configuration: str) -> Policy:
        """The parsed configuration, as it is to be read on the day of the run.

        Raises:
            ConfigurationError: it cannot be obeyed.
        """
        if configuration not in self._policies:
            load = config.load if self._no_cache else self._read
            self._policies[configuration] = dated(load(shown(configuration)), self.today)
        return self._policies[configuration]

    def cache(self, configuration: str) -> str | None:
        """The folder of the cache of a project; None where none is to be used."""
        return None if self._no_cache else cache_folder(root_of(configuration), self._cache_dir)

    def _read(self, file: str) -> Policy:
        """Load a configuration, or what was made of the same content before."""
        from ssot_lint.cache.store import Store

        content = read(file)
        store = Store(cache_folder(root_of(file), self._cache_dir), tool_identity())
        policy = recalled_policy(store, file, content)
        if policy is None:
            policy = config.load(file)
            if read(file) == content:
                remember_policy(store, file, content, policy)
        return policy

    def note(self, grounds: Grounds) -> None:
        """Rest on the configurations, and on there being none where one was looked for.

        Args:
            grounds: nothing can have come unnoticed into the folders that they hold already.

        Raises:
            OSError: a link to a configuration leads nowhere.
        """
        for configuration in self._policies:
            grounds.note(configuration)
        grounds.days = tuple(day.isoformat() for day in days_alike(self._policies.values()))
        for folder in self._looked_through():
            for path in (os.path.join(folder, OWN_FILE), os.path.join(folder, SHARED_FILE)):
                if folder not in grounds.signed or os.path.lexists(path):
                    grounds.note(path)

    def _looked_through(self) -> set[str]:
        """The folders in which a configuration was looked for."""
        seen: set[str] = set()
        for folder, configuration in self._by_folder.items():
            while folder not in seen:
                seen.add(folder)
                if configuration is None or folder != root_of(configuration):
                    folder = os.path.dirname(folder)
        return seen


def open_project(
    configuration: str,
    policy: Policy,
    jobs: int = 0,
    cache_dir: str | None = None,
    no_cache: bool = False,
    *,
    overlay: Mapping[str, bytes] | None = None,
    executor: Mapper | None = None,
    today: date | None = None,
) -> Project:
    """The project of a configuration file, for every surface alike; nothing is read yet.

    Args:
        jobs: how many processes may be used; 0 = as many as pay off.
        cache_dir: the folder of the cache; None = the default.
        no_cache: neither read nor write one.
        overlay: path relative to the root -> content that stands in for the file on disk.
        executor: does the work on files instead of processes of this machine; stays open.
        today: the day of the run; None for the real one.
    """
    # Nothing of this is needed where no configuration governs a file.
    from ssot_lint.engine import Project

    root = root_of(configuration)
    cache = None if no_cache else cache_folder(root, cache_dir)
    return Project(root, policy, jobs=jobs, overlay=overlay, cache=cache, executor=executor, today=today)


def root_of(configuration: str) -> str:
    """The project's root: the folder of its configuration file."""
    return os.path.dirname(os.path.abspath(configuration))


def indexed_as(path: str, root: str) -> str:
    """The path of a file of a project relative to its root, with `/`, as the index knows the file.

    That lists a file that links lead to under its real path, where this is in the project.

    Args:
        path: absolute, below `root`; need not exist.
        root: absolute.
    """
    return files.relative(os.path.realpath(path), root) or files.relative(path, root) or os.path.basename(path)


def shown(path: str) -> str:
    """An absolute path as the user would name it: relative where it lies below the current directory."""
    return files.relative(path, os.getcwd()) or path

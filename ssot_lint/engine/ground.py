"""What a project is judged on, each part built once and when it is needed: the files, their survey, the truths."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import cached_property

import msgspec

from ssot_lint.cache.store import Store
from ssot_lint.errors import ConfigurationError
from ssot_lint.facts.processes import Crew
from ssot_lint.files import Existence, Tree, Unreadable, decode, describe, discover, read
from ssot_lint.index import Definition, Modules, ModuleTarget
from ssot_lint.index.circle import ConcernedCircle
from ssot_lint.index.library import Library
from ssot_lint.index.resuming import conclusion_of, resumed
from ssot_lint.index.survey import Looked, Remembered, Survey, Surveyor
from ssot_lint.index.words import Words
from ssot_lint.manifest import History, Judgement
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile
from ssot_lint.model.triggers import Triggers
from ssot_lint.rules.context import Knowledge
from ssot_lint.rules.judging import knowledge_of, triggers_of
from ssot_lint.rules.suspicion import EVERYTHING
from ssot_lint.rules.surroundings import surroundings_of
from ssot_lint.scan import Search, looked_into


_ROOM = 64_000_000
"""Bytes of contents that are kept for drafts."""


class Ground:
    """A configured tree.

    Args:
        root: absolute path of the folder of the configuration file.
        policy: the parsed configuration.
        crew: does the work on many files.
        store: keeps facts and findings between runs; None for none.
        overlay: path relative to the root -> content that stands in for the file on disk.
        thorough: parse and judge every file, and resolve every name.

    Attributes:
        library: gives the facts of files.
        history: what earlier runs have found.
    """

    def __init__(
        self, root: str, policy: Policy, crew: Crew, store: Store | None, overlay: Mapping[str, bytes], thorough: bool
    ) -> None:
        self.root = root
        self.policy = policy
        self.crew = crew
        self.store = store
        self.overlay = overlay
        self.thorough = thorough
        self.library = Library(store, crew, buffers=overlay)
        self._at_hand: dict[str, bytes] = {}
        self._room = _ROOM
        self._looked = Looked()
        as_on_disk = not overlay and not thorough
        self.history = History(store if as_on_disk else None, root, policy)

    # --- files

    @cached_property
    def tree(self) -> Tree:
        """All files of the project."""
        if self.history.tree is not None:
            return self.history.tree
        tree = discover(self.root, self.policy)
        known = {file.path for file in tree.files}
        extra = (describe(path, self.root, self.policy, tree.roots) for path in self.overlay if path not in known)
        files = sorted((*tree.files, *filter(None, extra)), key=lambda file: file.path)
        return msgspec.structs.replace(tree, files=tuple(files))

    @cached_property
    def files(self) -> dict[str, SourceFile]:
        """The same by their paths."""
        return {file.path: file for file in self.tree.files}

    def file(self, path: str) -> SourceFile:
        """The file at a path relative to the root, which need not exist.

        Raises:
            ValueError: it could not be one of the project.
        """
        file = self.files.get(path) or describe(path, self.root, self.policy, self.tree.roots)
        if file is None:
            raise ValueError(f"{path} is not in the project")
        return file

    def text(self, file: SourceFile) -> str:
        """A file's text as far as it can be had: a broken file has `noqa` comments too."""
        try:
            return decode(self.overlay[file.path] if file.path in self.overlay else read(file))
        except Unreadable:
            return ""

    def data(self, path: str) -> bytes:
        """A file's content; empty where it cannot be read."""
        if path in self.overlay:
            return self.overlay[path]
        try:
            return read(self.all_modules.by_path[path].file)
        except Unreadable:
            return b""

    def data_at_hand(self, path: str) -> bytes:
        """The same, for whoever looks through all files again and again: kept, as far as there is room."""
        data = self._at_hand.get(path)
        if data is None:
            data = self.data(path)
            if len(data) <= self._room:
                self._room -= len(data)
                self._at_hand[path] = data
        return data

    @cached_property
    def all_modules(self) -> Modules:
        """All files, with questions about the whole project ranging over all of them."""
        roots = self.tree.roots
        modules = map(self.library.module, self.tree.files)
        return Modules(modules, self.tree.natives, Existence(self.root, roots))

    @cached_property
    def modules(self) -> Modules:
        """All files, with such questions ranging over those that are concerned."""
        return self.all_modules.within(ConcernedCircle(self.survey, self.data))

    # --- which of them matter

    @cached_property
    def survey(self) -> Survey:
        """Which files can hold a finding."""
        if self.resumed is not None:
            return self.resumed
        return self.surveyed(self.all_modules, self.overlay, self.history.remembered(self.tree))

    @cached_property
    def resumed(self) -> Survey | None:
        """The survey, where it follows from the last one and from what has changed since."""
        past, changed = self.history.conclusion, self.history.changed
        if past is None or changed is None:
            return None
        return resumed(past, changed, self.triggers, self.all_modules, looked_into)

    @cached_property
    def taken_over(self) -> dict[str, Judgement]:
        """What the last run found, as far as it still stands."""
        return {} if self.resumed is None else self.history.standing(self.resumed)

    def surveyed(
        self,
        modules: Modules,
        buffers: Mapping[str, bytes],
        remembered: Remembered,
        looked: Looked | None = None,
    ) -> Survey:
        """A survey from the beginning.

        Args:
            buffers: path -> the content that stands in for the file on disk.
            remembered: what need not be looked at again.
            looked: what was seen in the files on disk before.
        """
        library, triggers = self.library, self.triggers
        words = Words(triggers, surroundings_of(self.policy, triggers, modules, self.base, library.prefetch))
        consulted = self.base.index.consulted
        return Surveyor(
            modules, words, self._homes, consulted, library.prefetch, library.passing_of, library.trim, self.crew,
            buffers, remembered, looked,
        ).survey()

    def surveyed_again(
        self, before: Survey, modules: Modules, data: Mapping[str, bytes], changed: Set[str]
    ) -> Survey:
        """The survey where some files hold something else.

        Args:
            before: a survey of the same files, of which those in `changed` held something else.
            data: path -> what they hold.
        """
        if not changed:
            return before
        search = Search(before.wanted)
        if changed <= before.looks.keys():
            follows = resumed(
                conclusion_of(before), changed, self.triggers, modules,
                lambda file, _, inside: search.look_at(data[file.path], inside=inside),
            )
            if follows is not None:
                return follows
        return self.surveyed(modules, {**self.overlay, **data}, before.without(changed), self._looked)

    @cached_property
    def triggers(self) -> Triggers:
        """What the rules that are on look for."""
        return triggers_of(self.policy)

    @cached_property
    def _homes(self) -> frozenset[str]:
        """The files that define what the rules ask about by its place."""
        catalogue, homes = self.base.catalogue, self.triggers.homes
        targets = (target for home in homes if home.name for target in catalogue.targets(home))
        named = (self.all_modules.by_name.get(home.module, ()) for home in homes if not home.name)
        paths = {target.path for target in targets if isinstance(target, (Definition, ModuleTarget))}
        return frozenset(paths | {module.file.path for modules in named for module in modules}) - {""}

    # --- the truths

    @cached_property
    def base(self) -> Knowledge:
        """What is known of the canonical places before anything is searched for."""
        return knowledge_of(self.policy, self.all_modules, EVERYTHING, lambda module: self.text(module.file))

    @cached_property
    def missing_canonical(self) -> ConfigurationError | None:
        """What is wrong with the first truth whose canonical place does not exist."""
        for truth in self.policy.truths:
            if not self.base.catalogue.is_there(truth):
                prefix = "tool.ssot-lint." if self.policy.file.endswith("pyproject.toml") else ""
                problem = (
                    f"found `{truth.canonical}`, which does not exist; expected something defined below the import "
                    f"roots (`src = {list(self.policy.src)}`): mend the path, or add the missing root to `src`"
                )
                return ConfigurationError(self.policy.file, f"{prefix}{truth.key}.canonical", problem)
        return None

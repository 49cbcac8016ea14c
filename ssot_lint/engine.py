"""files -> facts -> index -> rules -> suppress -> violations."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial

import msgspec

from ssot_lint.errors import ConfigurationError
from ssot_lint.facts import facts_of_text
from ssot_lint.facts.processes import Crew, Mapper
from ssot_lint.files import Tree, Unreadable, decode, describe, discover, evidence, exists_on_disk, import_roots, read
from ssot_lint.index import Definition, External, Missing, Module, Modules, ModuleTarget
from ssot_lint.index.library import Library, tool_identity
from ssot_lint.index.passing import passing_of
from ssot_lint.index.store import Store
from ssot_lint.index.survey import Remembered, Survey, Surveyor
from ssot_lint.index.words import Words
from ssot_lint.manifest import Manifest, Manifests, Verdict, signatures
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import Knowledge
from ssot_lint.rules.judging import judge, knowledge_of, triggers_of
from ssot_lint.rules.suspicion import EVERYTHING
from ssot_lint.rules.surroundings import surroundings_of
from ssot_lint.rules.verdicts import finished
from ssot_lint.scan import Search
from ssot_lint.suppress.noqa import split_noqa
from ssot_lint.suppress.paths import rules_off

UNREADABLE = "unreadable-file"


class Report(msgspec.Struct, frozen=True):
    """The outcome of a check.

    Attributes:
        violations: sorted by path, line, column, code; without what was suppressed.
        suppressed: how many violations `noqa` and `per-path` hold back.
        files: how many files were looked at.
        parsed: how many files of the project were parsed, in this run or in an earlier one, because they can matter.
        notices: what the user should know about the run itself, for stderr (an unreadable folder, for instance).
    """

    violations: tuple[Violation, ...]
    suppressed: int = 0
    files: int = 0
    parsed: int = 0
    notices: tuple[str, ...] = ()


class Project:
    """A configured tree, indexed once and asked often.

    Args:
        root: absolute path of the folder of the configuration file.
        policy: the parsed configuration.
        jobs: how many processes may be used; 0 = as many as pay off.
        overlay: path relative to the root -> content that stands in for the file on disk (an editor's buffer).
        cache: the folder where facts are kept between runs; None for nowhere.
        executor: does the work on files instead of processes of this machine; stays open.
        thorough: parse every file, judge every file, and resolve every name, whatever stands in it. This finds the
            same, and takes longer: it is what the tests hold the search for words against.

    Raises:
        ConfigurationError: from `check*` and `validate`, when a declared truth does not exist in the tree.
    """

    def __init__(
        self,
        root: str,
        policy: Policy,
        *,
        jobs: int = 0,
        overlay: Mapping[str, bytes] | None = None,
        cache: str | None = None,
        executor: Mapper | None = None,
        thorough: bool = False,
    ) -> None:
        self.root = root
        self.policy = policy
        self._overlay = dict(overlay or {})
        self._crew = Crew(jobs, executor)
        self._store = None if cache is None else Store(cache, tool_identity())
        self._library = Library(self._store, self._crew, buffers=self._overlay)
        self._thorough = thorough
        plain = self._store is not None and not self._overlay and not thorough
        self._manifests = Manifests(self._store, root, policy) if plain and self._store else None
        self._verdicts: dict[str, Verdict] = {}
        self._looked_up: dict[str, bool] = {}
        self._started = time.time_ns()

    def check(self, wanted: Callable[[SourceFile], bool] | None = None) -> Report:
        """Check the files that `wanted` accepts (all by default) against the index of the whole tree."""
        self.validate()
        chosen = {file.path for file in self._tree.files if wanted is None or wanted(file)}
        judged = sorted(chosen if self._thorough else chosen & self._concerned)
        verdicts = [self._verdict(path) for path in judged]
        parsed = self._readable
        self.keep()
        self._crew.close()
        violations = tuple(violation for verdict in verdicts for violation in verdict.kept)
        suppressed = sum(verdict.suppressed for verdict in verdicts)
        warnings = self._store.warnings if self._store else ()
        notices = (*self._missing_roots, *self._tree.notices, *warnings)
        return Report(violations, suppressed, len(chosen), parsed, notices)

    # --- what earlier runs have found

    @cached_property
    def _past(self) -> Manifest | None:
        """What was kept of an earlier run, whatever has changed since."""
        return None if self._manifests is None else self._manifests.load()

    @cached_property
    def _changed(self) -> set[str] | None:
        """The files that have changed since then; None where nothing is known, or not even which files there are."""
        past = self._past
        if past is None or past.tree.roots != import_roots(self.root, self.policy):
            return None
        exists = partial(exists_on_disk, root=self.root, roots=past.tree.roots)
        return past.changed() if past.is_complete(self.root, exists) else None

    @property
    def _still(self) -> Manifest | None:
        """What was found when everything was as it is now."""
        return self._past if self._changed is not None and not self._changed else None

    @property
    def _concerned(self) -> frozenset[str]:
        return self._still.concerned if self._still else self._survey.concerned

    @property
    def _readable(self) -> int:
        if self._still:
            return self._still.readable
        return sum(not self._survey.passing[path].unreadable for path in self._survey.concerned)

    def _verdict(self, path: str) -> Verdict:
        known = self._verdicts.get(path) or (self._still.verdicts.get(path) if self._still else None)
        if known is None:
            known = self._verdicts[path] = self._checked(self._modules.by_path[path])
            self._library.trim()
        return known

    def keep(self) -> None:
        """Keep what this run has found out for later ones."""
        self._library.save()
        past = self._still
        if self._manifests is None or (past is not None and not self._verdicts):
            return
        if past is not None:
            verdicts = {**past.verdicts, **self._verdicts}
            self._manifests.save(msgspec.structs.replace(
                past, verdicts=verdicts, looked_up={**past.looked_up, **self._looked_up}
            ))
            return
        survey, tree = self._survey, self._tree
        self._manifests.save(Manifest(
            taken=self._started,
            tree=tree,
            looks=tuple(survey.looks[file.path] for file in tree.files),
            witnesses=signatures(tree.witnesses),
            surroundings=evidence(os.path.realpath(self.root)),
            looked_up={**self._base.index.looked_up, **self._looked_up},
            missing_roots=self._missing_roots,
            wanted=survey.wanted,
            passing=survey.passing,
            concerned=survey.concerned,
            readable=self._readable,
            verdicts=self._verdicts,
        ))

    @cached_property
    def _missing_roots(self) -> tuple[str, ...]:
        return tuple(self._notices_about_roots())

    def _notices_about_roots(self) -> Iterator[str]:
        """What `src` names and is not there: nothing can be imported from it."""
        for entry in self.policy.src:
            if not any(sign in entry for sign in "*?[") and not os.path.isdir(os.path.join(self.root, entry)):
                yield f"{self.policy.file}: src: there is no folder `{entry}`: mend the path, or take it out"

    def check_buffer(self, path: str, text: str) -> tuple[Violation, ...]:
        """Check one file by the text given, laid over the index; `per-path` is applied, `noqa` is not.

        Args:
            path: relative to the project root, with `/`; need not exist.
        """
        self.validate()
        if self._still is not None and self._is_as_found(path, text):
            return self._verdict(path).found if path in self._concerned else ()
        known = self._modules.by_path.get(path)
        if known is not None and _same_lines(text, self._text(known.file)):
            return self._verdict(path).found if self._is_judged(path) else ()
        file = known.file if known else describe(path, self.root, self.policy, self._tree.roots)
        found = [] if file is None else self._laid_over(file, text)
        return finished(self._outside_exceptions(path, found), self.policy)

    def _is_as_found(self, path: str, text: str) -> bool:
        """Whether a text is what stands in a file of the project."""
        known = next((file for file in self._tree.files if file.path == path), None)
        return known is not None and _same_lines(text, self._text(known))

    def _laid_over(self, file: SourceFile, text: str) -> list[Violation]:
        """What is found in a file while its text, not yet saved, stands in for the one on disk."""
        data = text.encode("utf-8", "surrogatepass")
        survey, words = self._survey, self._survey.words
        look = Search(survey.wanted).look_at(data, inside=words.watches(file))
        if not self._thorough and not words.everything and look.is_empty and file.path not in self._homes:
            return []
        module = Module.of(file, facts_of_text(text))
        modules = self._modules.with_module(module)
        if file.path not in survey.concerned or passing_of(module) != survey.passing[file.path]:
            survey = self._surveyed(modules, {**self._overlay, file.path: data}, survey.without(file.path))
            modules = modules.within(_Circle(survey, lambda path: data if path == file.path else self._data(path)))
        concerned = self._thorough or file.path in survey.concerned
        return self._judged(module, modules, survey, {file.path: text}) if concerned else []

    def validate(self) -> None:
        """Make sure that every canonical place exists.

        Raises:
            ConfigurationError: naming the first truth whose canonical place does not.
        """
        if self._still is None and self._missing_canonical is not None:
            raise self._missing_canonical

    # --- what is built once

    @cached_property
    def _tree(self) -> Tree:
        if self._changed is not None and self._past is not None:
            return self._past.tree
        tree = discover(self.root, self.policy)
        known = {file.path for file in tree.files}
        extra = (describe(path, self.root, self.policy, tree.roots) for path in self._overlay if path not in known)
        files = sorted((*tree.files, *filter(None, extra)), key=lambda file: file.path)
        return msgspec.structs.replace(tree, files=tuple(files))

    @cached_property
    def _all_modules(self) -> Modules:
        roots = self._tree.roots
        modules = map(self._library.module, self._tree.files)
        return Modules(modules, self._tree.natives, lambda name: exists_on_disk(name, self.root, roots))

    @cached_property
    def _survey(self) -> Survey:
        return self._surveyed(self._all_modules, self._overlay, self._remembered())

    def _remembered(self) -> Remembered:
        """What an earlier run saw in files that are what they were."""
        past = self._past
        if past is None:
            return Remembered()
        changed = past.changed() if self._changed is None else self._changed
        now = {file.path: file for file in self._tree.files}
        same = {
            file.path: look for file, look in zip(past.tree.files, past.looks)
            if file.path not in changed and now.get(file.path) == file
        }
        return Remembered(past.wanted, same, {path: item for path, item in past.passing.items() if path in same})

    def _surveyed(self, modules: Modules, buffers: Mapping[str, bytes], remembered: Remembered) -> Survey:
        words = Words(self._triggers, surroundings_of(self.policy, self._triggers, modules, self._base))
        library = self._library
        return Surveyor(
            modules, words, self._homes, library.prefetch, library.trim, self._crew, buffers, remembered
        ).survey()

    @cached_property
    def _triggers(self) -> Triggers:
        return triggers_of(self.policy)

    @cached_property
    def _homes(self) -> frozenset[str]:
        """The files that define what the rules ask about by its place."""
        catalogue = self._base.catalogue
        found = [target for home in self._triggers.homes if home.name for target in catalogue.targets(home)]
        found += (self._base.index.module_target(home.module) for home in self._triggers.homes if not home.name)
        return frozenset(target.path for target in found if isinstance(target, (Definition, ModuleTarget))) - {""}

    @cached_property
    def _modules(self) -> Modules:
        return self._all_modules.within(_Circle(self._survey, self._data))

    @cached_property
    def _base(self) -> Knowledge:
        """What is known of the canonical places before anything is searched for."""
        return knowledge_of(self.policy, self._all_modules, EVERYTHING, lambda module: self._text(module.file))

    @cached_property
    def _missing_canonical(self) -> ConfigurationError | None:
        for truth in self.policy.truths:
            targets = self._base.catalogue.identities[truth.name]
            if not targets or all(isinstance(target, (Missing, External)) for target in targets):
                prefix = "tool.ssot-lint." if self.policy.file.endswith("pyproject.toml") else ""
                problem = (
                    f"found `{truth.canonical}`, which does not exist; expected something defined below the import "
                    f"roots (`src = {list(self.policy.src)}`): mend the path, or add the missing root to `src`"
                )
                return ConfigurationError(self.policy.file, f"{prefix}{truth.key}.canonical", problem)
        return None

    # --- one file

    def _is_judged(self, path: str) -> bool:
        return self._thorough or path in self._survey.concerned

    def _checked(self, module: Module) -> Verdict:
        found = self._judged(module, self._modules, self._survey)
        if not found:
            return Verdict((), (), 0)
        kept = self._outside_exceptions(module.file.path, found)
        coded = finished(kept, self.policy)
        left, silenced = split_noqa(module.file.path, self._text(module.file) if kept else "", coded)
        return Verdict(coded, tuple(left), silenced + len(found) - len(kept))

    def _judged(
        self, module: Module, modules: Modules, survey: Survey, buffers: Mapping[str, str] | None = None
    ) -> list[Violation]:
        texts = buffers or {}
        meanings = EVERYTHING if self._thorough else survey.words
        text = lambda asked: texts.get(asked.file.path) or self._text(asked.file)  # noqa: E731
        found, grounds = judge(module, knowledge_of(self.policy, modules, meanings, text))
        self._looked_up.update(grounds.looked_up)
        if module.file.path not in survey.concerned:  # an unreadable file is reported where it can matter
            return [violation for violation in found if violation.rule != UNREADABLE]
        return found

    def _outside_exceptions(self, path: str, violations: list[Violation]) -> list[Violation]:
        off = rules_off(self.policy, path)
        return [violation for violation in violations if violation.rule not in off]

    def _text(self, file: SourceFile) -> str:
        """A file's text as far as it can be had: a broken file has `noqa` comments too."""
        try:
            return decode(self._overlay[file.path] if file.path in self._overlay else read(file))
        except Unreadable:
            return ""

    def _data(self, path: str) -> bytes:
        """A file's content; empty where it cannot be read."""
        if path in self._overlay:
            return self._overlay[path]
        try:
            return read(self._all_modules.by_path[path].file)
        except Unreadable:
            return b""


class _Circle:
    """The files in which a name of the configuration stands: others have no say in what becomes of a truth.

    Args:
        data: gives the content of a file by its path.
    """

    def __init__(self, survey: Survey, data: Callable[[str], bytes]) -> None:
        self._survey = survey
        self._data = data

    def with_word(self, word: str) -> Iterator[str]:
        for path, look in self._survey.looks.items():
            if look.named or path in self._survey.concerned:
                data = self._data(path)
                if not data.isascii() or b"\\" in data or word.encode("utf-8", "surrogatepass") in data:
                    yield path

    def with_heirs(self) -> Iterator[str]:
        for path, look in self._survey.looks.items():
            if path in self._survey.concerned or (look.classes and self._survey.words.heirs.are_in(path)):
                yield path


def _same_lines(one: str, other: str) -> bool:
    return one == other or _with_plain_ends(one) == _with_plain_ends(other)


def _with_plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

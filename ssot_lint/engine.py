"""files -> facts -> index -> rules -> suppress -> violations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from functools import cached_property, partial

import msgspec

from ssot_lint.cache.grounds import Grounds
from ssot_lint.cache.identity import tool_identity
from ssot_lint.cache.store import Store
from ssot_lint.errors import ConfigurationError
from ssot_lint.facts import facts_of_text
from ssot_lint.facts.processes import Crew, Mapper
from ssot_lint.files import Tree, Unreadable, decode, describe, discover, exists_on_disk, read
from ssot_lint.index import Definition, Module, Modules, ModuleTarget
from ssot_lint.index.circle import ConcernedCircle
from ssot_lint.index.library import Library
from ssot_lint.index.resuming import conclusion_of, resumed
from ssot_lint.index.survey import Remembered, Survey, Surveyor
from ssot_lint.index.words import Words
from ssot_lint.manifest import History, Judgement
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile
from ssot_lint.model.standing import Standing
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import Knowledge
from ssot_lint.rules.idle_entries import idle_entries, idle_patterns
from ssot_lint.rules.judging import judge, knowledge_of, triggers_of
from ssot_lint.rules.suspicion import EVERYTHING
from ssot_lint.rules.surroundings import surroundings_of
from ssot_lint.rules.verdicts import finished
from ssot_lint.scan import Search, looked_into
from ssot_lint.suppress.bridges import dated
from ssot_lint.suppress.entries import Uses, unused_entries
from ssot_lint.suppress.locating import Locator, text_of
from ssot_lint.suppress.noqa import split_noqa
from ssot_lint.suppress.paths import matches, rules_off
from ssot_lint.suppress.unused import UNUSED, unused_codes

UNREADABLE = "unreadable-file"
_COMMENTED = frozenset({"noqa", "untold"})
"""Marks of files in which a comment may list a code."""


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
        today: the day by which bridges are past their date or not; None for the real one.

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
        today: date | None = None,
    ) -> None:
        self.root = root
        self.today = today or date.today()
        self.policy = policy = dated(policy, self.today)
        self._overlay = dict(overlay or {})
        self._crew = Crew(jobs, executor)
        self._store = None if cache is None else Store(cache, tool_identity())
        self._library = Library(self._store, self._crew, buffers=self._overlay)
        self._thorough = thorough
        as_on_disk = not self._overlay and not thorough
        self._history = History(self._store if as_on_disk else None, root, policy)
        self._judgements: dict[str, Judgement] = {}
        self._unsure: set[str] = set()
        self._kept = -1  # of the judgements; none at all is worth keeping, too
        self._looked_up: dict[str, bool] = {}
        self._drafted: dict[str, tuple[str, Module]] = {}

    def check(self, wanted: Callable[[SourceFile], bool] | None = None, whole: bool | None = None) -> Report:
        """Check the files that `wanted` accepts (all by default) against the index of the whole tree.

        Args:
            whole: those are all that the configuration governs, so that it can be told which of its own entries hold
                nothing back; by default if all are wanted.
        """
        self.validate()
        chosen = {path for path, file in self._files.items() if wanted is None or wanted(file)}
        judgements = {path: self._judgement(path) for path in sorted(chosen) if self._is_judged(path)}
        judged = judgements.values()
        still = self._history.still
        parsed = still.readable if still else self._survey.readable
        self.keep()
        self._crew.close()
        violations = tuple(violation for judgement in judged for violation in judgement.kept)
        if whole or (whole is None and wanted is None):
            violations += self._unused_entries(judgements)
        suppressed = sum(judgement.suppressed for judgement in judged)
        warnings = self._store.warnings if self._store else ()
        notices = (*self._missing_roots(), *self._tree.notices, *warnings)
        return Report(violations, suppressed, len(chosen), parsed, notices)

    def _unused_entries(self, judgements: Mapping[str, Judgement]) -> tuple[Violation, ...]:
        """What is to be said of the configuration file itself."""
        name = os.path.basename(self.policy.file)
        uses = Uses(
            held={path: item.held for path, item in judgements.items() if item.held},
            excused={entry for item in judgements.values() for entry in item.excused},
            unread={path for path, item in judgements.items() if _is_unread(item.found)},
        )
        locator = Locator(name, text_of(os.path.join(self.root, name)))
        return finished(unused_entries(self.policy, uses, locator), self.policy)

    @property
    def grounds(self) -> Grounds | None:
        """What on the disk the outcome of `check` rests on, once it was asked; None where nobody can tell."""
        is_sure = not self._library.unread and self._unsure.isdisjoint(self._judgements)
        return self._history.grounds if is_sure and self._store is not None and not self._store.warnings else None

    @property
    def standing(self) -> Standing:
        """What is known so far of all files, as long as nothing changes."""
        still = self._history.still
        judged = {**(still.judgements if still else self._taken_over), **self._judgements}
        concerned = (still or self._survey).concerned
        found = {path: judgement.found for path, judgement in judged.items() if judgement.found}
        return Standing(frozenset(self._files), found, concerned - judged.keys())

    def lists(self, path: str) -> bool:
        """Whether a file, by its path relative to the root, is one of those that `check` looks at."""
        return path in self._files

    def place_of(self, path: str) -> str:
        """The absolute path of a file, by its path relative to the root."""
        return self._files[path].absolute if path in self._files else os.path.join(self.root, *path.split("/"))

    def folders(self) -> set[str]:
        """The absolute paths of the folders in which there are files of the project."""
        return {os.path.dirname(file.absolute) for file in self._files.values()}

    def keep(self) -> None:
        """Keep for later runs what this one has found out, as far as it was not kept yet."""
        self._library.save()
        if len(self._judgements) == self._kept or not self._is_to_be_kept:
            return
        self._kept = len(self._judgements)
        sure = {path: judgement for path, judgement in self._judgements.items() if path not in self._unsure}
        if self._history.still is not None:
            self._history.add(sure, self._looked_up)
        elif self._resumed is not None:
            looked_up = {**self._history.looked_up, **self._looked_up}
            self._history.replace(self._tree, self._resumed, {**self._taken_over, **sure}, looked_up)
        else:
            looked_up = {**self._base.index.looked_up, **self._looked_up}
            self._history.replace(self._tree, self._survey, sure, looked_up)

    @property
    def _is_to_be_kept(self) -> bool:
        """Whether a run in another process would have come to the same, as it read the same."""
        unread = self._library.unread & self._files.keys()  # a buffer need not be a file
        return not unread or (
            self._history.still is None and all(self._survey.looks[path].signature is None for path in unread)
        )

    def _missing_roots(self) -> Iterator[str]:
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
        known = self._files.get(path)
        if known is not None and _same_lines(text, self._text(known)):
            return self._judgement(path).found if self._is_judged(path) else ()
        file = known or describe(path, self.root, self.policy, self._tree.roots)
        found = [] if file is None else self._laid_over(file, text)
        return finished(self._outside_exceptions(path, found), self.policy)

    def _laid_over(self, file: SourceFile, text: str) -> list[Violation]:
        """What is found in a file while its text, not yet saved, stands in for the one on disk."""
        survey, words = self._survey, self._survey.words
        look = Search(survey.wanted).look_at(_encoded(text), inside=words.watches(file))
        if not self._thorough and not words.everything and look.is_empty and file.path not in survey.rests_on:
            return []
        draft = self.draft({file.path: text})
        concerned = self._thorough or file.path in draft.survey.concerned
        return self._judged(draft.module(file.path), draft)[0] if concerned else []

    def draft(self, texts: Mapping[str, str], base: Draft | None = None) -> Draft:
        """The project as it would be if some files said something else.

        Args:
            texts: path -> text. A path is relative to the root, with `/`, and need not exist.
            base: a draft that differs little from this one; it spares work, and every path in it is in `texts` too.
        """
        self.validate()
        modules = self._modules
        for path, text in texts.items():
            modules = modules.with_module(self.drafted(path, text))
        data = {path: _encoded(text) for path, text in texts.items()}
        before = self._survey if base is None else base.survey
        known = {} if base is None else base.texts
        survey = self._surveyed_again(before, modules, data, {path for path in data if known.get(path) != texts[path]})
        self._crew.close()
        circle = ConcernedCircle(survey, lambda path: data[path] if path in data else self._data(path))
        return Draft(self, texts, modules.within(circle), survey)

    def _surveyed_again(
        self, before: Survey, modules: Modules, data: Mapping[str, bytes], changed: Set[str]
    ) -> Survey:
        """The survey where some files hold something else.

        Args:
            before: a survey of the same files, of which those in `changed` held something else.
        """
        if not changed:
            return before
        search = Search(before.wanted)
        if changed <= before.looks.keys():
            follows = resumed(
                conclusion_of(before), changed, self._triggers, modules,
                lambda file, _, inside: search.look_at(data[file.path], inside=inside),
            )
            if follows is not None:
                return follows
        return self._surveyed(modules, {**self._overlay, **data}, before.without(changed))

    def drafted(self, path: str, text: str) -> Module:
        """A file that says something else; parsed once as long as no other text is given for it."""
        known = self._drafted.get(path)
        if known is None or known[0] != text:
            known = self._drafted[path] = (text, Module.of(self._file(path), facts_of_text(text)))
        return known[1]

    def _file(self, path: str) -> SourceFile:
        file = self._files.get(path) or describe(path, self.root, self.policy, self._tree.roots)
        if file is None:
            raise ValueError(f"{path} is not in the project")
        return file

    def validate(self) -> None:
        """Make sure that every canonical place exists.

        Raises:
            ConfigurationError: naming the first truth whose canonical place does not.
        """
        if self._history.still is None and self._resumed is None and self._missing_canonical is not None:
            raise self._missing_canonical

    def idle_entries(self) -> Iterator[tuple[str, bool]]:
        """What the configuration says to no effect, since it names what is not there, or cannot be compared.

        Each with whether it has to be a mistake.
        """
        prefix = "tool.ssot-lint." if self.policy.file.endswith("pyproject.toml") else ""
        patterns = ((item.pattern, any(matches(item, path) for path in self._files)) for item in self.policy.per_path)
        for entry in (*idle_entries(self._base), *idle_patterns(patterns)):
            yield f"{self.policy.file}: {prefix}{entry.key}: {entry.problem}", entry.is_mistake

    # --- what is built once

    @cached_property
    def _tree(self) -> Tree:
        if self._history.tree is not None:
            return self._history.tree
        tree = discover(self.root, self.policy)
        known = {file.path for file in tree.files}
        extra = (describe(path, self.root, self.policy, tree.roots) for path in self._overlay if path not in known)
        files = sorted((*tree.files, *filter(None, extra)), key=lambda file: file.path)
        return msgspec.structs.replace(tree, files=tuple(files))

    @cached_property
    def _files(self) -> dict[str, SourceFile]:
        return {file.path: file for file in self._tree.files}

    @cached_property
    def _all_modules(self) -> Modules:
        roots = self._tree.roots
        modules = map(self._library.module, self._tree.files)
        return Modules(modules, self._tree.natives, lambda name: exists_on_disk(name, self.root, roots))

    @cached_property
    def _survey(self) -> Survey:
        if self._resumed is not None:
            return self._resumed
        return self._surveyed(self._all_modules, self._overlay, self._history.remembered(self._tree))

    @cached_property
    def _resumed(self) -> Survey | None:
        """The survey, where it follows from the last one and from what has changed since."""
        past, changed = self._history.conclusion, self._history.changed
        if past is None or changed is None:
            return None
        return resumed(past, changed, self._triggers, self._all_modules, looked_into)

    @cached_property
    def _taken_over(self) -> dict[str, Judgement]:
        """What the last run found, as far as it still stands."""
        return {} if self._resumed is None else self._history.standing(self._resumed)

    def _surveyed(self, modules: Modules, buffers: Mapping[str, bytes], remembered: Remembered) -> Survey:
        library, triggers = self._library, self._triggers
        words = Words(triggers, surroundings_of(self.policy, triggers, modules, self._base, library.prefetch))
        consulted = self._base.index.consulted
        return Surveyor(
            modules, words, self._homes, consulted, library.prefetch, library.trim, self._crew, buffers, remembered
        ).survey()

    @cached_property
    def _triggers(self) -> Triggers:
        return triggers_of(self.policy)

    @cached_property
    def _homes(self) -> frozenset[str]:
        """The files that define what the rules ask about by its place."""
        catalogue, homes = self._base.catalogue, self._triggers.homes
        targets = (target for home in homes if home.name for target in catalogue.targets(home))
        named = (self._all_modules.by_name.get(home.module, ()) for home in homes if not home.name)
        paths = {target.path for target in targets if isinstance(target, (Definition, ModuleTarget))}
        return frozenset(paths | {module.file.path for modules in named for module in modules}) - {""}

    @cached_property
    def _modules(self) -> Modules:
        return self._all_modules.within(ConcernedCircle(self._survey, self._data))

    @cached_property
    def _base(self) -> Knowledge:
        """What is known of the canonical places before anything is searched for."""
        return knowledge_of(self.policy, self._all_modules, EVERYTHING, lambda module: self._text(module.file))

    @cached_property
    def _missing_canonical(self) -> ConfigurationError | None:
        for truth in self.policy.truths:
            if not self._base.catalogue.is_there(truth):
                prefix = "tool.ssot-lint." if self.policy.file.endswith("pyproject.toml") else ""
                problem = (
                    f"found `{truth.canonical}`, which does not exist; expected something defined below the import "
                    f"roots (`src = {list(self.policy.src)}`): mend the path, or add the missing root to `src`"
                )
                return ConfigurationError(self.policy.file, f"{prefix}{truth.key}.canonical", problem)
        return None

    # --- one file

    def _is_judged(self, path: str) -> bool:
        return self._thorough or path in (self._history.still or self._survey).concerned

    def _judgement(self, path: str) -> Judgement:
        still = self._history.still
        known = self._judgements.get(path) or (still.judgements if still else self._taken_over).get(path)
        if known is None:
            known = self._judgements[path] = self._checked(path, self._as_it_is)
            self._library.trim()
        return known

    @cached_property
    def _as_it_is(self) -> Draft:
        return Draft(self, {}, self._modules, self._survey)

    def _checked(self, path: str, draft: Draft) -> Judgement:
        found, knowledge = self._judged(draft.module(path), draft)
        if not knowledge.index.is_sure:
            self._unsure.add(path)
        kept = self._outside_exceptions(path, found)
        coded = finished(kept, self.policy)
        left, silenced = split_noqa(path, self._text_in(draft, draft.module(path)) if kept else "", coded)
        return Judgement(
            coded,
            tuple(left),
            silenced + len(found) - len(kept),
            frozenset(knowledge.index.consulted - {path}),
            knowledge.index.asked_everyone,
            frozenset(violation.rule for violation in found) & rules_off(self.policy, path),
            frozenset(knowledge.catalogue.excused),
        )

    def _judged(self, module: Module, draft: Draft) -> tuple[list[Violation], Knowledge]:
        """What is found in a file, and what was asked for it."""
        knowledge = self._knowledge(draft)
        found = judge(module, knowledge)
        self._looked_up.update(knowledge.index.looked_up)
        if module.file.path not in draft.survey.concerned:  # an unreadable file is reported where it can matter
            found = [violation for violation in found if violation.rule != UNREADABLE]
        return [*found, *self._unused_codes(module, draft, found)], knowledge

    def _unused_codes(self, module: Module, draft: Draft, found: Sequence[Violation]) -> Iterable[Violation]:
        """What is to be said of the `noqa` comments of a file when all rules have had their say."""
        path, policy = module.file.path, self.policy
        marks = draft.survey.looks[path].marks if path in draft.survey.looks else ()
        may_list_codes = self._thorough or not _COMMENTED.isdisjoint(marks)
        if not may_list_codes or policy.severity.get(UNUSED) == "off" or _is_unread(found):
            return ()
        idle = {UNUSED, *(rule for rule, severity in policy.severity.items() if severity == "off")}
        return unused_codes(path, self._text_in(draft, module), finished(found, policy), policy.codes, idle)

    def _knowledge(self, draft: Draft) -> Knowledge:
        meanings = EVERYTHING if self._thorough else draft.survey.words
        return knowledge_of(self.policy, draft.modules, meanings, partial(self._text_in, draft))

    def _text_in(self, draft: Draft, module: Module) -> str:
        path = module.file.path
        return draft.texts[path] if path in draft.texts else self._text(module.file)

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


class Draft(msgspec.Struct, frozen=True):
    """A project in which some files say something else than on disk; `Project.draft` makes it.

    Attributes:
        texts: path -> what they say.
        known: path -> what was found there.
    """

    project: Project
    texts: Mapping[str, str]
    modules: Modules
    survey: Survey
    known: dict[str, Judgement] = {}

    def module(self, path: str) -> Module:
        """The file at a path, as it is here."""
        return self.modules.by_path[path]

    def knowledge(self) -> Knowledge:
        """What the project knows, with nothing remembered yet."""
        return self.project._knowledge(self)

    def judgement(self, path: str) -> Judgement:
        """What is found in a file."""
        if path not in self.known:
            self.known[path] = self._judgement(path)
        return self.known[path]

    def _judgement(self, path: str) -> Judgement:
        if not self.texts and self.project.lists(path):
            return self.project._judgement(path) if self.project._is_judged(path) else Judgement((), (), 0)
        concerned = self.project._thorough or path in self.survey.concerned
        return self.project._checked(path, self) if concerned else Judgement((), (), 0)


def _is_unread(found: Iterable[Violation]) -> bool:
    return any(violation.rule == UNREADABLE for violation in found)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _same_lines(one: str, other: str) -> bool:
    return one == other or _with_plain_ends(one) == _with_plain_ends(other)


def _with_plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

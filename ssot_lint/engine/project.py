"""The one thing that every surface asks: a configured tree, indexed once and asked often."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date

import msgspec

from ssot_lint.cache.grounds import Grounds
from ssot_lint.cache.identity import tool_identity
from ssot_lint.cache.store import Store
from ssot_lint.engine.bench import Bench, Draft, is_unread
from ssot_lint.engine.ground import Ground
from ssot_lint.engine.together import judge_together
from ssot_lint.facts import facts_of_text
from ssot_lint.facts.processes import Crew, Mapper
from ssot_lint.files import describe
from ssot_lint.index import Module
from ssot_lint.index.circle import ConcernedCircle
from ssot_lint.manifest import Judgement
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile
from ssot_lint.model.standing import Standing
from ssot_lint.model.violation import Violation
from ssot_lint.rules.idle_entries import idle_entries, idle_patterns
from ssot_lint.rules.verdicts import finished
from ssot_lint.scan import Search
from ssot_lint.suppress.bridges import dated
from ssot_lint.suppress.entries import Uses, unused_entries
from ssot_lint.suppress.locating import Locator, text_of
from ssot_lint.suppress.paths import matches


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
    """A configured tree.

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
        ConfigurationError: from `check*`, `draft` and `validate`, when a declared truth does not exist in the tree.
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
        self._crew = Crew(jobs, executor)
        self._store = None if cache is None else Store(cache, tool_identity())
        self._ground = Ground(root, policy, self._crew, self._store, dict(overlay or {}), thorough)
        self._bench = Bench(self._ground)
        self._thorough = thorough
        self._kept = -1  # of the judgements; none at all is worth keeping, too
        self._drafted: dict[str, tuple[str, Module]] = {}

    def validate(self) -> None:
        """Make sure that every canonical place exists.

        Raises:
            ConfigurationError: naming the first truth whose canonical place does not.
        """
        ground = self._ground
        if ground.history.still is None and ground.resumed is None and ground.missing_canonical is not None:
            raise ground.missing_canonical

    def idle_entries(self) -> Iterator[tuple[str, bool]]:
        """What the configuration says to no effect, since it names what is not there, or cannot be compared.

        Each with whether it has to be a mistake.
        """
        ground, policy = self._ground, self.policy
        prefix = "tool.ssot-lint." if policy.file.endswith("pyproject.toml") else ""
        patterns = ((item.pattern, any(matches(item, path) for path in ground.files)) for item in policy.per_path)
        for entry in (*idle_entries(ground.base), *idle_patterns(patterns)):
            yield f"{policy.file}: {prefix}{entry.key}: {entry.problem}", entry.is_mistake

    # --- the whole

    def check(self, wanted: Callable[[SourceFile], bool] | None = None, whole: bool | None = None) -> Report:
        """Check the files that `wanted` accepts (all by default) against the index of the whole tree.

        Args:
            whole: those are all that the configuration governs, so that it can be told which of its own entries hold
                nothing back; by default if all are wanted.
        """
        self.validate()
        ground, bench = self._ground, self._bench
        chosen = {path for path, file in ground.files.items() if wanted is None or wanted(file)}
        paths = [path for path in sorted(chosen) if bench.is_judged(path)]
        judge_together(bench, ground, paths)
        judgements = {path: bench.judgement(path) for path in paths}
        judged = judgements.values()
        still = ground.history.still
        parsed = still.readable if still else ground.survey.readable
        self.keep()
        self._crew.close()
        violations = tuple(violation for judgement in judged for violation in judgement.kept)
        suppressed = sum(judgement.suppressed for judgement in judged)
        if whole or (whole is None and wanted is None):
            unused = self._unused_entries(judgements)
            kept = bench.outside_exceptions(os.path.basename(self.policy.file), unused)
            violations += finished(kept, self.policy)
            suppressed += len(unused) - len(kept)
        warnings = self._store.warnings if self._store else ()
        notices = (*self._missing_roots(), *ground.tree.notices, *warnings)
        return Report(violations, suppressed, len(chosen), parsed, notices)

    def _unused_entries(self, judgements: Mapping[str, Judgement]) -> list[Violation]:
        """What is to be said of the configuration file itself."""
        name = os.path.basename(self.policy.file)
        uses = Uses(
            held={path: item.held for path, item in judgements.items() if item.held},
            excused={entry for item in judgements.values() for entry in item.excused},
            unread={path for path, item in judgements.items() if is_unread(item.found)},
        )
        locator = Locator(name, text_of(os.path.join(self.root, name)))
        return list(unused_entries(self.policy, uses, locator))

    def _missing_roots(self) -> Iterator[str]:
        """What `src` names and is not there: nothing can be imported from it."""
        for entry in self.policy.src:
            if not any(sign in entry for sign in "*?[") and not os.path.isdir(os.path.join(self.root, entry)):
                yield f"{self.policy.file}: src: there is no folder `{entry}`: mend the path, or take it out"

    # --- its files

    def lists(self, path: str) -> bool:
        """Whether a file, by its path relative to the root, is one of those that `check` looks at."""
        return path in self._ground.files

    def place_of(self, path: str) -> str:
        """The absolute path of a file, by its path relative to the root."""
        file = self._ground.files.get(path)
        return os.path.join(self.root, *path.split("/")) if file is None else file.absolute

    def folders(self) -> set[str]:
        """The absolute paths of the folders in which there are files of the project."""
        return {os.path.dirname(file.absolute) for file in self._ground.files.values()}

    # --- what later runs may know

    @property
    def grounds(self) -> Grounds | None:
        """What on the disk the outcome of `check` rests on, once it was asked; None where nobody can tell."""
        ground, bench = self._ground, self._bench
        is_sure = not ground.library.unread and bench.unsure.isdisjoint(bench.judgements)
        return ground.history.grounds if is_sure and self._store is not None and not self._store.warnings else None

    @property
    def standing(self) -> Standing:
        """What is known so far of all files, as long as nothing changes."""
        ground = self._ground
        still = ground.history.still
        judged = {**(still.judgements if still else ground.taken_over), **self._bench.judgements}
        concerned = (still or ground.survey).concerned
        found = {path: judgement.found for path, judgement in judged.items() if judgement.found}
        return Standing(frozenset(ground.files), found, concerned - judged.keys())

    def keep(self) -> None:
        """Keep for later runs what this one has found out, as far as it was not kept yet."""
        ground, bench = self._ground, self._bench
        history = ground.history
        ground.library.save()
        if len(bench.judgements) == self._kept or not self._is_to_be_kept:
            return
        self._kept = len(bench.judgements)
        sure = {path: judgement for path, judgement in bench.judgements.items() if path not in bench.unsure}
        if history.still is not None:
            history.add(sure, bench.looked_up)
        elif ground.resumed is not None:
            looked_up = {**history.looked_up, **bench.looked_up}
            history.replace(ground.tree, ground.resumed, {**ground.taken_over, **sure}, looked_up)
        else:
            looked_up = {**ground.base.index.looked_up, **bench.looked_up}
            history.replace(ground.tree, ground.survey, sure, looked_up)

    @property
    def _is_to_be_kept(self) -> bool:
        """Whether a run in another process would have come to the same, as it read the same."""
        ground = self._ground
        unread = ground.library.unread & ground.files.keys()  # a buffer need not be a file
        return not unread or (
            ground.history.still is None and all(ground.survey.looks[path].signature is None for path in unread)
        )

    # --- files that say something else

    def check_buffer(self, path: str, text: str) -> tuple[Violation, ...]:
        """Check one file by the text given, laid over the index; `per-path` is applied, `noqa` is not.

        Args:
            path: relative to the project root, with `/`; need not exist.
        """
        self.validate()
        ground = self._ground
        known = ground.files.get(path)
        if known is not None and _same_lines(text, ground.text(known)):
            return self._bench.judgement(path).found
        file = known or describe(path, self.root, self.policy, ground.tree.roots)
        found = [] if file is None else self._laid_over(file, text)
        return finished(self._bench.outside_exceptions(path, found), self.policy)

    def _laid_over(self, file: SourceFile, text: str) -> list[Violation]:
        """What is found in a file while its text, not yet saved, stands in for the one on disk."""
        survey = self._ground.survey
        words = survey.words
        look = Search(survey.wanted).look_at(_encoded(text), inside=words.watches(file))
        if not self._thorough and not words.everything and look.is_empty and file.path not in survey.rests_on:
            return []
        draft = self.draft({file.path: text})
        concerned = self._thorough or file.path in draft.survey.concerned
        return self._bench.judged(draft.module(file.path), draft)[0] if concerned else []

    def draft(self, texts: Mapping[str, str], base: Draft | None = None) -> Draft:
        """The project as it would be if some files said something else.

        Args:
            texts: path -> text. A path is relative to the root, with `/`, and need not exist.
            base: a draft that differs little from this one; it spares work, and every path in it is in `texts` too.
        """
        self.validate()
        ground = self._ground
        modules = ground.modules.with_modules(self.drafted(path, text) for path, text in texts.items())
        data = {path: _encoded(text) for path, text in texts.items()}
        before = ground.survey if base is None else base.survey
        known = {} if base is None else base.texts
        changed = {path for path in data if known.get(path) != texts[path]}
        survey = ground.surveyed_again(before, modules, data, changed)
        self._crew.close()
        circle = ConcernedCircle(survey, lambda path: data[path] if path in data else ground.data_at_hand(path))
        return Draft(self._bench, texts, modules.within(circle), survey)

    def stirred(self, draft: Draft, asked: Callable[[SourceFile], bool]) -> Iterator[str]:
        """Paths of the files in which more may be found in a draft than on disk.

        Args:
            asked: whether a file matters.
        """
        files = self._ground.files
        return (path for path in sorted(files) if draft.may_differ(path) and asked(files[path]))

    def drafted(self, path: str, text: str) -> Module:
        """A file that says something else; parsed once as long as no other text is given for it."""
        known = self._drafted.get(path)
        if known is None or known[0] != text:
            known = self._drafted[path] = (text, Module.of(self._ground.file(path), facts_of_text(text)))
        return known[1]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _same_lines(one: str, other: str) -> bool:
    return one == other or _with_plain_ends(one) == _with_plain_ends(other)


def _with_plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

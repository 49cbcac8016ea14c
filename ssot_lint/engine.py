"""files -> facts -> index -> rules -> suppress -> violations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from ssot_lint.errors import ConfigurationError
from ssot_lint.facts.extraction import facts_of_bytes
from ssot_lint.facts import facts_of_text
from ssot_lint.files import Tree, Unreadable, decode, describe, discover, exists_on_disk, read
from ssot_lint.index import External, Missing, Module, ProjectIndex
from ssot_lint.index.astroid_bridge import AstroidBridge
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.inference import Inference
from ssot_lint.index.library import Library
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile
from ssot_lint.model.violation import Violation
from ssot_lint.rules.catalogue import Catalogue
from ssot_lint.rules.context import Knowledge, RuleContext
from ssot_lint.rules.registry import rule_modules
from ssot_lint.suppress.noqa import split_noqa
from ssot_lint.suppress.paths import rules_off
from ssot_lint.rules.verdicts import finished


class Report(msgspec.Struct, frozen=True):
    """The outcome of a check.

    Attributes:
        violations: sorted by path, line, column, code; without what was suppressed.
        suppressed: how many violations `noqa` and `per-path` hold back.
        files: how many files were looked at.
        parsed: how many files of the project could be parsed, in this run or in an earlier one.
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
        jobs: how many processes may extract facts; 0 = as many as pay off.
        overlay: path relative to the root -> content that stands in for the file on disk (an editor's buffer).
        cache: the folder where facts are kept between runs; None for nowhere.

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
    ) -> None:
        self.root = root
        self.policy = policy
        self._library = Library(cache, jobs)
        self._overlay = dict(overlay or {})

    def check(self, wanted: Callable[[SourceFile], bool] | None = None) -> Report:
        """Check the files that `wanted` accepts (all by default) against the index of the whole tree."""
        self.validate()
        modules = [module for module in self._modules if wanted is None or wanted(module.file)]
        violations: list[Violation] = []
        suppressed = 0
        for module in modules:
            kept, silenced = self._checked(module)
            violations += kept
            suppressed += silenced
        parsed = sum(module.facts.unreadable is None for module in self._modules)
        notices = (*self._missing_roots(), *self._tree.notices, *self._library.warnings)
        return Report(tuple(violations), suppressed, len(modules), parsed, notices)

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
        file = describe(path, self.root, self.policy, self._tree.roots)
        if file is None:
            return ()
        known = self._knowledge.index.by_path.get(path)
        facts = facts_of_text(text)
        if known is not None and known.facts == facts:
            module, knowledge = known, self._knowledge
        else:
            module = Module(known.file if known else file, facts)
            others = [item for item in self._modules if item.file.path != path]
            knowledge = self._know([*others, module], {path: text})
        found = list(_judged(RuleContext(module, knowledge)))
        return finished(self._outside_exceptions(path, found), self.policy)

    def validate(self) -> None:
        """Make sure that every canonical place exists.

        Raises:
            ConfigurationError: naming the first truth whose canonical place does not.
        """
        if self._missing_canonical is not None:
            raise self._missing_canonical

    # --- what is built once

    @cached_property
    def _tree(self) -> Tree:
        tree = discover(self.root, self.policy)
        known = {file.path for file in tree.files}
        extra = (describe(path, self.root, self.policy, tree.roots) for path in self._overlay if path not in known)
        files = sorted((*tree.files, *filter(None, extra)), key=lambda file: file.path)
        return msgspec.structs.replace(tree, files=tuple(files))

    @cached_property
    def _modules(self) -> tuple[Module, ...]:
        on_disk = [file for file in self._tree.files if file.path not in self._overlay]
        modules = [Module(file, facts) for file, facts in zip(on_disk, self._library.facts(on_disk))]
        modules += [
            Module(file, facts_of_bytes(self._overlay[file.path]))
            for file in self._tree.files if file.path in self._overlay
        ]
        return tuple(sorted(modules, key=lambda module: module.file.path))

    @cached_property
    def _knowledge(self) -> Knowledge:
        return self._know(self._modules, {})

    def _know(self, modules: Iterable[Module], buffers: Mapping[str, str]) -> Knowledge:
        roots = self._tree.roots
        index = ProjectIndex(modules, self._tree.natives, lambda name: exists_on_disk(name, self.root, roots))
        classes = ClassIndex(index)
        bridge = AstroidBridge(index, lambda module: buffers.get(module.file.path) or self._text(module.file))
        catalogue = Catalogue(self.policy, index, classes)
        return Knowledge(self.policy, index, classes, Inference(index, classes), catalogue, bridge.receiver)

    @cached_property
    def _missing_canonical(self) -> ConfigurationError | None:
        catalogue = self._knowledge.catalogue
        for truth in self.policy.truths:
            targets = tuple(catalogue.targets(truth.canonical))
            if not truth.canonical.name:
                targets = (self._knowledge.index.module_target(truth.canonical.module),)
            if not targets or all(isinstance(target, (Missing, External)) for target in targets):
                prefix = "tool.ssot-lint." if self.policy.file.endswith("pyproject.toml") else ""
                problem = (
                    f"found `{truth.canonical}`, which does not exist; expected something defined below the import "
                    f"roots (`src = {list(self.policy.src)}`): mend the path, or add the missing root to `src`"
                )
                return ConfigurationError(self.policy.file, f"{prefix}{truth.key}.canonical", problem)
        return None

    # --- one file

    def _checked(self, module: Module) -> tuple[list[Violation], int]:
        found = list(_judged(RuleContext(module, self._knowledge)))
        if not found:
            return [], 0
        kept = self._outside_exceptions(module.file.path, found)
        coded = finished(kept, self.policy)
        left, silenced = split_noqa(module.file.path, self._text(module.file) if kept else "", coded)
        return left, silenced + len(found) - len(kept)

    def _outside_exceptions(self, path: str, violations: list[Violation]) -> list[Violation]:
        off = rules_off(self.policy, path)
        return [violation for violation in violations if violation.rule not in off]

    def _text(self, file: SourceFile) -> str:
        """A file's text as far as it can be had: a broken file has `noqa` comments too."""
        try:
            data = self._overlay.get(file.path)
            return decode(read(file) if data is None else data)
        except Unreadable:
            return ""


def _judged(context: RuleContext) -> Iterator[Violation]:
    """What all rules that are on say of one file; the same thing is said once."""
    seen: set[tuple[object, ...]] = set()
    for name, rule in rule_modules().items():
        if context.policy.severity.get(name) == "off":
            continue
        for violation in rule.check(context):
            key = (violation.rule, violation.span, violation.truth, violation.symbol)
            if key not in seen:
                seen.add(key)
                yield violation

"""Judges one file by all rules: a pure function of the file and of what the project's index says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from ssot_lint.index import Module, Modules, ProjectIndex
from ssot_lint.index.astroid_bridge import AstroidBridge
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.inference import Inference
from ssot_lint.model.policy import Policy
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.catalogue import Catalogue
from ssot_lint.rules.context import Knowledge, RuleContext
from ssot_lint.rules.registry import rule_modules
from ssot_lint.rules.scents import all_of
from ssot_lint.rules.suspicion import Meanings, Suspicion


class Grounds(msgspec.Struct, frozen=True):
    """What a judgement rests on: where none of it has changed, nor the list of files, it stands.

    Attributes:
        consulted: paths of the files that were asked, the judged one included.
        looked_up: dotted names that were looked for on disk -> whether they were there.
        everyone: all files that are concerned were asked.
    """

    consulted: tuple[str, ...]
    looked_up: dict[str, bool]
    everyone: bool


def knowledge_of(
    policy: Policy, modules: Modules, meanings: Meanings, text: Callable[[Module], str]
) -> Knowledge:
    """Everything that rules ask, with nothing remembered yet.

    Args:
        text: gives a module's decoded text; "" where it cannot be read.
    """
    index = ProjectIndex(modules)
    classes = ClassIndex(index)
    catalogue = Catalogue(policy, index, classes)
    bridge = AstroidBridge(index, text)
    return Knowledge(policy, index, classes, Inference(index, classes), catalogue, bridge.receiver, meanings)


def judge(module: Module, knowledge: Knowledge) -> tuple[list[Violation], Grounds]:
    """What all rules that are on say of one file, and what that rests on."""
    found = list(_judged(RuleContext(module, knowledge, Suspicion(module, knowledge.meanings))))
    index = knowledge.index
    consulted = tuple(sorted({*index.consulted, module.file.path}))
    return found, Grounds(consulted, index.looked_up, index.asked_everyone)


def _judged(context: RuleContext) -> Iterator[Violation]:
    """The same thing is said once."""
    seen: set[tuple[object, ...]] = set()
    for name, rule in rule_modules().items():
        if context.policy.severity.get(name) == "off":
            continue
        for violation in rule.check(context):
            key = (violation.rule, violation.span, violation.truth, violation.symbol)
            if key not in seen:
                seen.add(key)
                yield violation


def triggers_of(policy: Policy) -> Triggers:
    """What has to stand in a file before any rule that is on can find anything there."""
    rules = rule_modules().items()
    return all_of(rule.triggers(policy) for name, rule in rules if policy.severity.get(name) != "off")

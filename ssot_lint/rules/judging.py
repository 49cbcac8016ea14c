"""Judges one file by all rules: a pure function of the file and of what the project's index says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ssot_lint.facts.depth import deep_recursion
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
from ssot_lint.rules.unreadable_file import too_deep


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


def judge(module: Module, knowledge: Knowledge) -> list[Violation]:
    """What all rules that are on say of one file."""
    try:
        with deep_recursion():
            return list(_judged(RuleContext(module, knowledge, Suspicion(module, knowledge.meanings))))
    except RecursionError:
        knowledge.index.is_sure = False
        return [too_deep(module.file.path)]


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

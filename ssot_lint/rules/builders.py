"""Constructors and factories: which functions build a truth, or what stands in for it."""

from __future__ import annotations

from ssot_lint.index import Definition
from ssot_lint.index.values import InstanceValue
from ssot_lint.model.facts import NONE, Attribute, Call, FunctionFact, Name
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.triggers import Triggers
from ssot_lint.rules.constructions import gives
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.scents import names_of_retired, names_of_truths

_CONSTRUCTORS = ("__init__", "__new__")


def builders(policy: Policy) -> Triggers:
    """What has to stand in a file before it can define one that asks what its arguments are, or takes two things."""
    canonical = frozenset(truth.canonical for truth in policy.truths)
    interfaces = frozenset(path for truth in policy.truths for path in truth.duplicates.implements)
    return Triggers(
        names=names_of_retired(policy) | names_of_truths(policy),
        globs=frozenset(glob for truth in policy.truths for glob in truth.duplicates.names),
        probed=frozenset(path for path in canonical if path.name) | interfaces,
        homes=canonical | frozenset(path for truth in policy.truths for path in truth.factories),
    )


def truth_built_by(context: RuleContext, index: int, function: FunctionFact) -> Truth | None:
    """The truth that a function of the file builds, as its constructor, as that of a stand-in, or as a factory."""
    module = context.module
    itself = Definition(module.name, function.qualname, "function", module.file.path, index)
    for truth in context.policy.truths:
        if any(itself in context.catalogue.targets(factory) for factory in truth.factories):
            return truth
    if function.owner == NONE:
        return next((truth for truth in context.policy.truths if _is_truth(context, truth, itself)), None)
    owner = context.classes.of_fact(module, function.owner)
    for truth in context.policy.truths:
        listed = any(owner in context.catalogue.targets(factory) for factory in truth.factories)
        if listed and gives(context, truth, itself):
            return truth
    if not _is_constructor(context, function):
        return None
    return next((truth for truth in context.policy.truths if _is_truth(context, truth, owner)), None)


def _is_truth(context: RuleContext, truth: Truth, definition: Definition) -> bool:
    """Whether a class or function is the truth, extends it, or is a duplicate that nobody sanctioned."""
    catalogue = context.catalogue
    if catalogue.truth_at(definition) == truth:
        return True
    if definition.kind == "class" and (truth, "subclass") in catalogue.truths_of_class(definition):
        return True
    return catalogue.is_duplicate(truth, definition) and not catalogue.is_allowed(truth, definition)


def _is_constructor(context: RuleContext, function: FunctionFact) -> bool:
    decorators = (context.module.expression(decorator) for decorator in function.decorators)
    is_classmethod = any(getattr(item, "id", "") == "classmethod" for item in decorators)
    return function.name in _CONSTRUCTORS or (is_classmethod and _builds(context, function))


def _builds(context: RuleContext, function: FunctionFact) -> bool:
    """Whether a class method gives an instance of its class, as far as can be told; a helper for values does not."""
    owner = context.classes.of_fact(context.module, function.owner)
    results = [context.values(place) for place in function.returned]
    if function.returns != NONE:
        results.append(context.knowledge.inference.annotated(context.module, function.returns))
    return any(
        isinstance(value, InstanceValue) and owner in (value.definition, *_above(context, value.definition))
        for values in results for value in values
    ) or any(_asks_unknown_constructor(context, owner, function, place) for place in function.returned)


def _asks_unknown_constructor(context: RuleContext, owner: Definition, function: FunctionFact, place: int) -> bool:
    """`return cls.by_name(...)`, where nothing tells what `by_name` gives."""
    call = context.module.expression(place)
    called = context.module.expression(call.function) if isinstance(call, Call) else None
    root = context.module.expression(called.value) if isinstance(called, Attribute) else None
    on_class = isinstance(root, Name) and root.id == function.parameters[0].name
    return on_class and isinstance(called, Attribute) and not any(context.classes.owners(owner, called.name))


def _above(context: RuleContext, definition: Definition) -> tuple[Definition, ...]:
    return context.classes.ancestry(definition).definitions

"""Where removed members are used, and on what."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index import Definition
from ssot_lint.index.values import (
    Anything,
    AwaitableValue,
    ClassValue,
    ExternalValue,
    InstanceValue,
    ModuleValue,
    PlainValue,
    SuperValue,
    Value,
    Values,
)
from ssot_lint.model.facts import Attribute, Call, Name, Text
from ssot_lint.model.policy import Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of, span_of_name

TRUTH, OTHER, UNSETTLED = "truth", "other", "unsettled"

TRUTH_KINDS = ("truth", "subclass")
"""Relations of a class to a truth that make its members the truth's."""


class Use(msgspec.Struct, frozen=True):
    """A use of a removed member that is not provably something else.

    Attributes:
        settled: the receiver is the truth for certain.
        how: "call", "reference" or "store".
    """

    truth: Truth
    member: str
    span: Span
    settled: bool
    how: str


def uses(context: RuleContext) -> Iterator[Use]:
    """Every use of a removed member in the file, in the order of the text."""
    removed = {member for truth in context.policy.truths for member in truth.removed}
    if not removed:
        return
    called = {item.function for item in context.facts.expressions if isinstance(item, Call)}
    for place, expression in enumerate(context.facts.expressions):
        if isinstance(expression, Attribute) and expression.name in removed and expression.context != "del":
            how = "store" if expression.context == "store" else "call" if place in called else "reference"
            span = span_of_name(expression, expression.name)
            yield from _judged(context, expression.value, expression.name, span, how, place)
        elif isinstance(expression, Call):
            yield from _by_string(context, expression, removed)
            yield from _by_imported_name(context, expression, removed)
    for fact in context.facts.imports:
        for truth in _module_truths(context, context.module.absolute(fact), fact.name):
            yield Use(truth, fact.name, span_of(fact), True, "reference")


def _by_imported_name(context: RuleContext, call: Call, removed: set[str]) -> Iterator[Use]:
    """A call of a function that was removed from a truth that is a module, by the name it was imported under."""
    function = context.module.expression(call.function)
    if not isinstance(function, Name):
        return
    for binding in context.module.lookup(function.id, function.block, call.function):
        if binding.kind != "import":
            continue
        fact = context.facts.imports[binding.value]
        if fact.name in removed:
            for truth in _module_truths(context, context.module.absolute(fact), fact.name):
                yield Use(truth, fact.name, span_of_name(function, function.id), True, "call")


def _module_truths(context: RuleContext, source: str, name: str) -> Iterator[Truth]:
    for truth in context.policy.truths:
        if not truth.canonical.name and name in truth.removed and context.catalogue.is_canonical_way(truth, source):
            yield truth


def removed_use(context: RuleContext, rule: Rule, use: Use) -> Violation:
    """The finding for a use of a removed member."""
    doubt = "" if use.settled else " (what it is used on cannot be settled)"
    way_out = use.truth.removed[use.member].strip() or f"see `{use.truth.canonical}`"
    message = f"`{use.member}` was removed from the truth `{use.truth.name}`{doubt}: {way_out}"
    return context.violation(rule.name, use.span, message, use.truth.name, symbol=f"{use.how} {use.member}")


def _by_string(context: RuleContext, call: Call, removed: set[str]) -> Iterator[Use]:
    """`getattr(x, "member")`, `setattr`, and the `patch.object` and `monkeypatch.setattr` of tests."""
    if len(call.arguments) < 2:
        return
    text = context.module.expression(call.arguments[1])
    function = context.module.expression(call.function)
    name = getattr(function, "id", "") or getattr(function, "name", "")
    if not isinstance(text, Text) or text.value not in removed:
        return
    plain = isinstance(function, Name)
    if (plain and name == "getattr") or (not plain and _patches(context, function, name)):
        yield from _judged(context, call.arguments[0], text.value, span_of(text), "reference", call.arguments[0])
    elif plain and name == "setattr":
        yield from _judged(context, call.arguments[0], text.value, span_of(text), "store", call.arguments[0])


def _patches(context: RuleContext, function: object, name: str) -> bool:
    owner = context.module.expression(getattr(function, "value", 0))
    owner_name = getattr(owner, "id", "") or getattr(owner, "name", "")
    return (name == "object" and owner_name == "patch") or (
        name in ("setattr", "delattr") and owner_name in ("monkeypatch", "mp")
    )


def _judged(
    context: RuleContext, receiver: int, member: str, span: Span, how: str, place: int
) -> Iterator[Use]:
    for truth in context.policy.truths:
        if member not in truth.removed:
            continue
        verdict = _verdict(context, truth, context.values(receiver))
        if verdict == UNSETTLED:
            verdict = _verdict(context, truth, context.knowledge.ask_astroid(context.module, place))
        if verdict != OTHER:
            yield Use(truth, member, span, verdict == TRUTH, how)


def _verdict(context: RuleContext, truth: Truth, values: Values) -> str:
    verdicts = {_of_value(context, truth, value) for value in values}
    return TRUTH if TRUTH in verdicts else UNSETTLED if UNSETTLED in verdicts else OTHER


def _of_value(context: RuleContext, truth: Truth, value: Value) -> str:
    if isinstance(value, Anything):
        return UNSETTLED
    if isinstance(value, (ClassValue, InstanceValue)):
        return _of_class(context, truth, value.definition, isinstance(value, InstanceValue) and not value.exact)
    if isinstance(value, SuperValue):
        return _of_super(context, truth, value.definition)
    if isinstance(value, PlainValue):
        return _of_plain(context, truth, value.type)
    if isinstance(value, AwaitableValue):
        return OTHER
    if isinstance(value, ExternalValue):
        return TRUTH if context.catalogue.is_external_truth(truth, value.path) else OTHER
    if isinstance(value, ModuleValue) and not truth.canonical.name and value.module == truth.canonical.module:
        return TRUTH
    return OTHER


def _of_class(context: RuleContext, truth: Truth, definition: Definition, open_ended: bool) -> str:
    if context.catalogue.stands_for(truth, definition):
        return TRUTH
    ancestry = context.classes.ancestry(definition)
    if any(context.catalogue.stands_for(truth, item) for item in ancestry.definitions):
        return TRUTH
    if not ancestry.complete:
        return UNSETTLED
    if open_ended and _could_be(context, truth, definition, ancestry.externals):
        return UNSETTLED
    return OTHER


def _could_be(context: RuleContext, truth: Truth, declared: Definition, externals: tuple[str, ...]) -> bool:
    """Whether something declared as a class can be the truth: the truth inherits from it, or it is a protocol."""
    if any(path.rpartition(".")[2] == "Protocol" for path in externals):
        return True
    return any(
        declared in context.classes.ancestry(item).definitions
        for item in context.catalogue.identities[truth.name]
        if isinstance(item, Definition) and item.kind == "class"
    )


def _of_super(context: RuleContext, truth: Truth, definition: Definition) -> str:
    ancestry = context.classes.ancestry(definition)
    if any(context.catalogue.stands_for(truth, item) for item in ancestry.definitions):
        return TRUTH
    return OTHER if ancestry.complete else UNSETTLED


def _of_plain(context: RuleContext, truth: Truth, type_name: str) -> str:
    """A value declared with a class from outside can be the truth where the truth inherits from that class."""
    for item in context.catalogue.identities[truth.name]:
        if isinstance(item, Definition) and item.kind == "class":
            if type_name in context.classes.ancestry(item).externals:
                return UNSETTLED
    return OTHER

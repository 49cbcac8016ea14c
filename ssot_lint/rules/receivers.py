"""Where removed members are used, and on what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

import msgspec

from ssot_lint.index import Definition, External, ModuleTarget
from ssot_lint.index.settling import Settling
from ssot_lint.index.values import (
    ABSENT,
    Anything,
    ClassValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    ModuleValue,
    Perhaps,
    PlainValue,
    SuperValue,
    Value,
    Values,
)
from ssot_lint.model.facts import NONE, Attribute, Call, Name, Text, last_name
from ssot_lint.model.policy import Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of, span_of_name


class Verdict(IntEnum):
    """What a receiver is to a truth; of several possibilities, the first one counts."""

    TRUTH = 0
    PREDECESSOR = 1
    UNSETTLED = 2
    OTHER = 3


TRUTH, PREDECESSOR, UNSETTLED, OTHER = Verdict

CERTAIN = (TRUTH, PREDECESSOR)

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_BUILTINS = frozenset({
    "str", "int", "float", "bool", "bytes", "bytearray", "complex", "list", "dict", "set", "frozenset", "tuple",
    "range", "slice", "memoryview", "function", "module", "generator", "NoneType", "ellipsis",
})
_NEUTRAL = frozenset({
    "abc.ABC", "builtins.object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol",
})

TRUTH_KINDS = ("truth", "subclass")
"""Relations of a class to a truth that make its members the truth's."""


class Use(msgspec.Struct, frozen=True):
    """A use of a removed member that is not provably something else.

    Attributes:
        verdict: on the receiver: TRUTH, PREDECESSOR or UNSETTLED.
        how: "call", "reference" or "store".
        call: index of the call; `NONE` for what is none.
    """

    truth: Truth
    member: str
    span: Span
    verdict: Verdict
    how: str
    call: int = NONE


def uses(context: RuleContext) -> Iterator[Use]:
    """Every use of a removed member in the file."""
    removed = {member for truth in context.policy.truths for member in truth.removed}
    if not removed:
        return
    calls = context.module.all_of(Call)
    called = {call.function: place for place, call in calls}
    for place, attribute in context.module.all_of(Attribute):
        if attribute.name in removed and attribute.context != "del":
            how = "store" if attribute.context == "store" else "call" if place in called else "reference"
            span = span_of_name(attribute, attribute.name)
            yield from _judged(context, attribute.value, attribute.name, span, how, called.get(place, NONE))
    functions = {member for truth in context.policy.truths if not truth.canonical.name for member in truth.removed}
    for place, call in calls:
        yield from _by_string(context, call, removed)
        yield from _by_imported_name(context, place, call, functions) if functions else ()
    for _, text in context.module.all_of(Text):
        if text.value.rpartition(".")[2] in removed:
            yield from _by_path(context, text)
    for fact in context.facts.imports if functions else ():
        for truth in _module_truths(context, context.module.absolute(fact), fact.name):
            yield Use(truth, fact.name, span_of(fact), TRUTH, "reference")


def _by_imported_name(context: RuleContext, place: int, call: Call, functions: set[str]) -> Iterator[Use]:
    """A call of a function that was removed from a truth that is a module, by the name it was imported under."""
    function = context.module.expression(call.function)
    if not isinstance(function, Name):
        return
    for source, name in _imported(context, function, call.function):
        if name in functions:
            for truth in _module_truths(context, source, name):
                yield Use(truth, name, span_of_name(function, function.id), TRUTH, "call", place)


def _imported(context: RuleContext, name: Name, place: int) -> Iterator[tuple[str, str]]:
    """Where a name comes from: the module and the name there; for a name that nothing binds, every star import."""
    module = context.module
    bindings = module.lookup(name.id, name.block, place)
    for binding in bindings:
        if binding.kind == "import":
            fact = context.facts.imports[binding.value]
            yield module.absolute(fact), fact.name
    if not bindings:
        yield from ((module.absolute(star), name.id) for star in module.stars)


def _module_truths(context: RuleContext, source: str, name: str) -> Iterator[Truth]:
    for truth in context.policy.truths:
        if not truth.canonical.name and name in truth.removed and context.catalogue.is_canonical_way(truth, source):
            yield truth


def removed_use(context: RuleContext, rule: Rule, use: Use) -> Violation:
    """The finding for a use of a removed member."""
    doubt = "" if use.verdict != UNSETTLED else " (what it is used on cannot be settled)"
    way_out = use.truth.removed[use.member].strip() or f"see `{use.truth.canonical}`"
    message = f"`{use.member}` was removed from the truth `{use.truth.name}`{doubt}: {way_out}"
    return context.violation(rule.name, use.span, message, use.truth.name, symbol=f"{use.how} {use.member}")


def _by_string(context: RuleContext, call: Call, removed: set[str]) -> Iterator[Use]:
    """`getattr(x, "member")`, `setattr`, and the `patch.object` and `monkeypatch.setattr` of tests."""
    if len(call.arguments) < 2:
        return
    text = context.module.expression(call.arguments[1])
    function = context.module.expression(call.function)
    name = last_name(function)
    if not isinstance(text, Text) or text.value not in removed:
        return
    plain = isinstance(function, Name)
    if (plain and name == "getattr") or (not plain and _patches(context, function, name)):
        yield from _judged(context, call.arguments[0], text.value, span_of(text), "reference")
    elif plain and name == "setattr":
        yield from _judged(context, call.arguments[0], text.value, span_of(text), "store")


def _by_path(context: RuleContext, text: Text) -> Iterator[Use]:
    """A string that is the dotted path of a removed member, as `mock.patch` takes it.

    One that leads through something retired is reported for that.
    """
    path = text.value.replace(":", ".")
    owner, _, member = path.rpartition(".")
    if text.role != "plain" or not _DOTTED.fullmatch(owner) or context.catalogue.retirement_of(path) is not None:
        return
    values = frozenset(_values_at(context, owner))
    for truth in context.policy.truths:
        if member in truth.removed and values and Judge(context, truth, member).verdict(values) in CERTAIN:
            yield Use(truth, member, span_of(text), TRUTH, "reference")


def _values_at(context: RuleContext, path: str) -> Iterator[Value]:
    """What a dotted path of a module, or of a class in it, means."""
    if isinstance(context.index.module_target(path), ModuleTarget):
        yield ModuleValue(path)
        return
    module, _, name = path.rpartition(".")
    for resolution in context.index.member(module, name) if context.index.module(module) is not None else ():
        if isinstance(resolution.target, Definition) and resolution.target.kind == "class":
            yield ClassValue(resolution.target)


def _patches(context: RuleContext, function: object, name: str) -> bool:
    owner = context.module.expression(getattr(function, "value", 0))
    owner_name = last_name(owner)
    return (name == "object" and owner_name == "patch") or (
        name in ("setattr", "delattr") and owner_name in ("monkeypatch", "mp")
    )


def _judged(
    context: RuleContext, receiver: int, member: str, span: Span, how: str, call: int = NONE
) -> Iterator[Use]:
    for truth in context.policy.truths:
        if member in truth.removed:
            judge = Judge(context, truth, member)
            verdict = judge.verdict(context.values(receiver))
            if verdict != OTHER and not (verdict == UNSETTLED and judge.is_part(receiver)):
                yield Use(truth, member, span, verdict, how, call)


class Judge:
    """Judges what a receiver is to one truth.

    Args:
        member: the removed member that is used on it.
    """

    def __init__(self, context: RuleContext, truth: Truth, member: str) -> None:
        self._context = context
        self._truth = truth
        self._member = member
        self._catalogue = context.catalogue
        self._classes = context.classes

    def verdict(self, values: Values) -> Verdict:
        """The verdict on all that a receiver can be; astroid is asked about what is open."""
        if values <= ABSENT:
            return UNSETTLED
        verdict = min(map(self._of_value, values))
        if verdict != UNSETTLED:
            return verdict
        knowledge = self._context.knowledge
        settling = Settling(knowledge.inference, self._context.index.at, knowledge.ask_astroid)
        settled = settling.settled(values)
        return UNSETTLED if settled <= ABSENT else min(map(self._of_value, settled))

    def is_part(self, place: int) -> bool:
        """Whether `x.part` would be something else even if `x` were the truth, so that nothing speaks for it."""
        expression = self._context.module.expression(place)
        if not isinstance(expression, Attribute):
            return False
        inference, owners = self._context.knowledge.inference, self._catalogue.identities[self._truth.name]
        parts = [
            inference.member(self._context.module, InstanceValue(owner, exact=False), expression.name)
            for owner in owners if isinstance(owner, Definition) and owner.kind == "class"
        ]
        settled = [{value for value in values if not isinstance(value, Anything)} - ABSENT for values in parts]
        return any(settled) and all(self._of_value(value) == OTHER for values in settled for value in values)

    def _of_value(self, value: Value) -> Verdict:
        if isinstance(value, Anything):
            return UNSETTLED
        if isinstance(value, Perhaps):
            return OTHER if self._of_value(value.value) == OTHER else UNSETTLED
        if isinstance(value, (ClassValue, InstanceValue)):
            return self._of_class(value)
        if isinstance(value, SuperValue):
            return self._of_super(value.definition)
        if isinstance(value, PlainValue):
            return self._of_plain(value.type)
        if isinstance(value, ExternalValue):
            return PREDECESSOR if self._catalogue.is_external_truth(self._truth, value.path) else OTHER
        if isinstance(value, FunctionValue):
            return OTHER if value.plain else UNSETTLED
        return TRUTH if isinstance(value, ModuleValue) and self._is_module(value.module) else OTHER

    def _is_module(self, module: str) -> bool:
        return not self._truth.canonical.name and module == self._truth.canonical.module

    # --- classes

    def _of_class(self, value: ClassValue | InstanceValue) -> Verdict:
        relation = self._relation(value.definition)
        if relation != OTHER:
            return relation
        open_ended = not value.exact and (self._is_protocol(value.definition) or self._has_heirs(value.definition))
        if open_ended or (isinstance(value, InstanceValue) and self._answers_by_code(value.definition)):
            return UNSETTLED
        return OTHER

    def _relation(self, definition: Definition) -> Verdict:
        """What a class is to the truth, whatever may inherit from it."""
        lineage = self._classes.lineage(definition)
        if any(item in self._catalogue.identities[self._truth.name] for item in lineage[1:]):
            return PREDECESSOR if self._is_predecessor(definition) else TRUTH
        verdict = self._own_relation(lineage)
        if verdict != OTHER:
            return verdict
        changed = any(self._context.knowledge.inference.decorators.replaces_class(item) for item in lineage)
        return UNSETTLED if changed or not self._classes.ancestry(definition).complete else OTHER

    def _own_relation(self, lineage: tuple[Definition, ...]) -> Verdict:
        if lineage[0] in self._catalogue.identities[self._truth.name]:
            return TRUTH
        return PREDECESSOR if any(self._is_predecessor(item) for item in lineage) else OTHER

    def _is_predecessor(self, definition: Definition) -> bool:
        return self._catalogue.is_predecessor(self._truth, definition)

    def _is_protocol(self, definition: Definition) -> bool:
        targets = (target for base in self._classes.bases(definition) for target in base)
        return any(isinstance(item, External) and item.path.endswith(".Protocol") for item in targets)

    def _has_heirs(self, definition: Definition) -> bool:
        """Whether something that is declared as this class can be the truth, since a class inherits from both."""
        below = self._classes.subclasses(definition)
        return any(self._relation(item) in CERTAIN for item in below)

    def _answers_by_code(self, definition: Definition) -> bool:
        """Whether the member is none of the class's own, and its `__getattr__` may hand on that of the truth."""
        if any(self._classes.owners(definition, self._member)):
            return False
        return any(any(self._classes.owners(definition, name)) for name in ("__getattr__", "__getattribute__"))

    def _of_super(self, definition: Definition) -> Verdict:
        """`super()` means the classes above, and in a mixin whatever a subclass puts beside it."""
        ancestry = self._classes.ancestry(definition)
        found = min((self._relation(item) for item in ancestry.definitions), default=OTHER)
        if found != OTHER:
            return found
        beside = {
            item for below in self._classes.subclasses(definition) for item in self._classes.lineage(below)
            if definition not in self._classes.lineage(item)
        }
        open_ended = any(self._own_relation((item,)) != OTHER for item in beside)
        return OTHER if ancestry.complete and not open_ended else UNSETTLED

    def _of_plain(self, type_name: str) -> Verdict:
        """A value declared with a class from outside can be the truth where the truth inherits from such classes."""
        if type_name in _BUILTINS:
            return OTHER
        for item in self._catalogue.identities[self._truth.name]:
            if isinstance(item, Definition) and item.kind == "class":
                ancestry = self._classes.ancestry(item)
                if not ancestry.complete or not _NEUTRAL.issuperset(ancestry.externals):
                    return UNSETTLED
        return OTHER

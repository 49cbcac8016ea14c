"""A function, method or class that warns of its own deprecation and delegates to the truth.

## What it does

Reports a function or method that says of itself that it is deprecated, and whose work the truth does: it returns what
calling, constructing or asking the truth gives, or calls it without returning anything. A method of the truth that
does no more than hand on to another of its public members is such a bridge, too, and so is a class method, of the truth
or of a class that inherits from it directly, that returns what `cls(...)` gives. A class is one where its constructor
warns so, or a decorator, and either its constructor makes the truth, or it inherits directly from the truth and adds
nothing. A module's `__getattr__` is one where it warns and answers with the truth.

It says so by `warnings.warn` with a `DeprecationWarning`, `PendingDeprecationWarning` or a `Removed...Warning`; with a
`FutureWarning` (which is the category for deprecations that users of a program are to see), a `UserWarning` or none,
where the message has the word "deprecated"; by a helper that is called so (`warn_deprecated`,
`issue_deprecation_warning`); by `@deprecated` of `warnings`, `typing_extensions` or another library; by a decorator of
the project whose wrapper warns, if it stands in the same file or its name speaks of deprecation; or by a logged warning
that calls the function by its name deprecated. A warning that is given on a condition is about an argument, not
about the function, and does not count: in an arm of an `if`, a loop or a handler, in an operand of `and`, `or` or
`x if y else z`, and anywhere behind the first `return`, which may have been what happened.

## Why is this bad?

A bridge is built for a while and stays for years. Everybody pays for the detour, and nobody deletes it, since nobody
knows when.

## Example

```python
def create_engine(registry, bridge):
    warnings.warn("create_engine is deprecated", DeprecationWarning, stacklevel=2)
    return UserExecutionEngine(UserContext.anonymous(), AgentFactory(registry), bridge.create_emitter())
```

## Use instead

```python
engine = UserExecutionEngine(context, factory, emitter)  # in the callers; the bridge is deleted
```

## Options

* `truth.canonical`: what is delegated to.
* `truth.bridge`: a bridge that is tolerated until a date; a `__getattr__` is, where each of the names is for which it
  answers with a truth.

## Fix safety

No fix: the callers go first.

## Known limits

Whether the truth does the work is told by names: through a local variable or a `with`, but not through an attribute
(`self._engine.run()`), a parameter, or what another function returns. A module that holds nothing but such a
`__getattr__` is reported as `reexport-shim`. A deprecated class with members of its own is an implementation, no
bridge; so is a deprecated subclass of a subclass of the truth.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index import Definition
from ssot_lint.model.facts import NONE, Attribute, Await, Call, ClassFact, FunctionFact, Literal, Name
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.bridging import is_always_made, is_on_the_way, is_optional, is_tolerated, warns
from ssot_lint.rules.context import RuleContext, span_of_name
from ssot_lint.rules.deprecators import is_deprecated
from ssot_lint.rules.redirects import redirect_of
from ssot_lint.rules.scents import names_of_truths

RULE = Rule(
    "deprecation-bridge", "SOT404", "something that warns of its own deprecation and delegates to the truth"
)
_CONSTRUCTORS = ("__init__", "__new__", "__init_subclass__")
_GIVEN = ("assign", "with", "async-with")
_DEPTH = 6


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    names = names_of_truths(policy)
    homes = frozenset(truth.canonical for truth in policy.truths)
    return Triggers(names=names, deprecated=names, homes=homes, dynamic=bool(names))


def check(context: RuleContext) -> Iterator[Violation]:
    found = [_of_function(context, function) for function in context.facts.functions]
    found += [_of_class(context, index, fact) for index, fact in enumerate(context.facts.classes)]
    bridges = {(bridge.kind, bridge.fact): bridge for bridge in found if bridge is not None}
    for bridge in bridges.values():
        if not _is_tolerated(context, bridge.fact.qualname) and not _is_redirect(context, bridge):
            yield _finding(context, bridge)


class Found(msgspec.Struct, frozen=True):
    """A bridge. `kind`: "function", "method" or "class"."""

    kind: str
    fact: ClassFact | FunctionFact
    truth: Truth


def _finding(context: RuleContext, bridge: Found) -> Violation:
    fact = bridge.fact
    message = (
        f"{bridge.kind} `{fact.qualname}` is deprecated and hands on to the truth `{bridge.truth.name}`: move its "
        "callers and delete it, or declare it a bridge with a date"
    )
    return context.violation(
        RULE.name, span_of_name(fact, fact.name), message, bridge.truth.name, symbol=fact.qualname
    )


def _is_tolerated(context: RuleContext, name: str) -> bool:
    """Whether a declared bridge covers a name, or all the truths that a module's `__getattr__` answers with."""
    if is_tolerated(context, name) or name != "__getattr__":
        return is_tolerated(context, name)
    answered = {entry.name for entry in context.facts.lazy if _is_truth(context, entry.name)}
    return bool(answered) and all(is_tolerated(context, item) for item in answered)


def _is_truth(context: RuleContext, name: str) -> bool:
    found = context.index.member(context.module.name, name, context.module)
    return any(context.catalogue.truth_at(item.target) is not None for item in found)


def _is_redirect(context: RuleContext, bridge: Found) -> bool:
    return bridge.fact.qualname == "__getattr__" and bool(redirect_of(context))


# --- functions


def _of_function(context: RuleContext, function: FunctionFact) -> Found | None:
    is_constructor = function.owner != NONE and function.name in _CONSTRUCTORS
    if not _is_deprecated(context, function):
        return None
    truth = Delegation(context, function).truth()
    if truth is None:
        return None
    if is_constructor:
        return Found("class", context.facts.classes[function.owner], truth)
    return Found("function" if function.owner == NONE else "method", function, truth)


def _is_deprecated(context: RuleContext, function: FunctionFact) -> bool:
    if is_deprecated(context, function.decorators):
        return True
    names = [function.name]
    if function.owner != NONE:
        names.append(context.facts.classes[function.owner].name)
    answers = function.qualname == "__getattr__"
    return any(
        warns(context, call, names) and (answers or not is_optional(context, place))
        for place, call in _calls_in(context, function) if answers or is_on_the_way(context, function, place, call)
    )


def _calls_in(context: RuleContext, function: FunctionFact) -> list[tuple[int, Call]]:
    return context.module.calls_in(function.scope)


class Delegation:
    """Tells which truth does a function's work.

    Args:
        function: of the file.
    """

    def __init__(self, context: RuleContext, function: FunctionFact) -> None:
        self._context = context
        self._function = function
        self._own = None if function.owner == NONE else _truth_that_is(context, function.owner)

    def truth(self) -> Truth | None:
        """That truth; None where it is none, or cannot be told."""
        returned = [place for place in self._function.returned if not self._is_nothing(place)]
        places = returned or self._only_calls()
        if len(places) == 1 and self._own is not None and self._is_other_member(places[0]):
            return self._own
        return next((truth for truth in map(self._led_to, places) if truth is not None), None)

    def _is_other_member(self, place: int) -> bool:
        """Whether it is `self.other` or `self.other(...)`: a public member of the truth, in the truth itself."""
        expression = self._context.module.expression(place)
        if isinstance(expression, Await):
            return self._is_other_member(expression.value)
        member = self._context.module.expression(expression.function) if isinstance(expression, Call) else expression
        if not isinstance(member, Attribute) or not self._function.parameters:
            return False
        owner = self._context.module.expression(member.value)
        of_own = isinstance(owner, Name) and owner.id == self._function.parameters[0].name
        private = member.name.startswith("_") or self._function.name in (*_CONSTRUCTORS, member.name)
        return of_own and not private

    def _only_calls(self) -> list[int]:
        """The calls that a function which returns nothing always makes; none for a method that does more itself."""
        calls = _calls_in(self._context, self._function)
        inner = {place for _, call in calls for place in self._inside(call)}
        outer = [place for place, call in calls if place not in inner and not warns(self._context, call, ())]
        if self._own is not None and len(outer) > 1:
            return []
        return [place for place, call in calls if place in outer and self._is_sure(place, call)]

    def _is_sure(self, place: int, call: Call) -> bool:
        return is_always_made(self._context, self._function, place, call)

    def _inside(self, call: Call) -> Iterator[int]:
        """The calls that are an argument of one, or that it is made on."""
        yield from (*call.arguments, *(place for _, place in call.keywords))
        place = call.function
        while isinstance(expression := self._context.module.expression(place), Attribute):
            place = expression.value
        yield place

    def _is_nothing(self, place: int) -> bool:
        expression = self._context.module.expression(place) if place != NONE else None
        return expression is None or (isinstance(expression, Literal) and expression.type == "NoneType")

    def _led_to(self, place: int, depth: int = 0) -> Truth | None:
        """The truth that an expression is, is made by, or is asked of."""
        expression = self._context.module.expression(place)
        if depth > _DEPTH:
            return None
        if isinstance(expression, Await):
            return self._led_to(expression.value, depth + 1)
        if isinstance(expression, Call):
            if self._context.module.last_name(expression.function) == "super":
                return self._above()
            return self._led_to(expression.function, depth + 1) or self._of_class(expression.function)
        if isinstance(expression, Attribute):
            return self._meant(place) or self._led_to(expression.value, depth + 1)
        if isinstance(expression, Name):
            return self._meant(place) or self._kept(expression, place, depth)
        return None

    def _meant(self, place: int) -> Truth | None:
        """The truth that a name or a dotted path means."""
        for resolution in self._context.index.reference(self._context.module, place):
            target = resolution.target
            if isinstance(target, Definition) and target.kind != "variable":
                truth = self._context.catalogue.truth_at(target)
                if truth is not None:
                    return truth
        return None

    def _kept(self, name: Name, place: int, depth: int) -> Truth | None:
        """What a local variable was given last, by an assignment or a `with`."""
        bindings = self._context.module.lookup(name.id, name.block, place)
        blocks = self._context.facts.blocks
        local = [item for item in bindings if blocks[item.block].scope == self._function.scope]
        if len(bindings) != 1 or not local or local[0].kind not in _GIVEN or local[0].value == NONE:
            return None
        return self._led_to(local[0].value, depth + 1)

    def _of_class(self, place: int) -> Truth | None:
        """The truth that the first parameter of a class method is, or that its class inherits from directly."""
        name, module, owner = self._context.module.expression(place), self._context.module, self._function.owner
        if owner == NONE or not isinstance(name, Name):
            return None
        bindings = module.lookup(name.id, name.block, place)
        known = [(module.facts.blocks[item.block].scope, item.kind, item.value) for item in bindings]
        is_first = known == [(self._function.scope, "parameter", 0)]
        if not is_first or "classmethod" not in map(module.last_name, self._function.decorators):
            return None
        return self._own or _truth_above(self._context, owner)

    def _above(self) -> Truth | None:
        """The truth that `super()` means in a class that adds nothing to it."""
        owner = self._function.owner
        return None if owner == NONE else _truth_that_it_only_extends(self._context, owner)


# --- classes


def _of_class(context: RuleContext, index: int, fact: ClassFact) -> Found | None:
    """A class that a decorator deprecates, and that is the truth under another name."""
    if not is_deprecated(context, fact.decorators):
        return None
    truth = _truth_that_it_only_extends(context, index)
    return None if truth is None else Found("class", fact, truth)


def _truth_that_is(context: RuleContext, index: int) -> Truth | None:
    truth = context.catalogue.truth_at(context.classes.of_fact(context.module, index))
    return truth if truth is not None and truth.canonical.name else None


def _truth_that_it_only_extends(context: RuleContext, index: int) -> Truth | None:
    """The truth that a class inherits from directly, where all that it adds is a constructor."""
    if any(function.owner == index and function.name not in _CONSTRUCTORS for function in context.facts.functions):
        return None
    return _truth_above(context, index)


def _truth_above(context: RuleContext, index: int) -> Truth | None:
    """The truth that a class inherits from directly."""
    for targets in context.classes.bases(context.classes.of_fact(context.module, index)):
        for target in targets:
            truth = context.catalogue.truth_at(target)
            if truth is not None and isinstance(target, Definition) and target.kind == "class":
                return truth
    return None

"""The truth constructed without an argument that it requires.

## What it does

Reports a construction of a truth that declares `required-arguments`, or of a subclass that inherits its constructor,
without one of these, or with `None` for it. Arguments are bound to parameters as Python binds them; the signature is
read from `__init__`, or from the fields of a dataclass; a keyword does not reach a parameter that is positional-only,
even where `**kwargs` takes it in. A parameter with a default counts as missing where the call
leaves it out: that the constructor puts up with it is what the key is there to rule out.

The class is known by its name, by an alias, through re-exports, and as `cls(...)`, `type(self)(...)` and
`self.__class__(...)`.

## Why is this bad?

An engine without its user's context works, for everybody and for nobody: it reads the wrong session, logs under no
name, and the constructor that made up a default for it will not say so.

## Example

```python
engine = UserExecutionEngine(None, factory, emitter)
```

## Use instead

```python
engine = UserExecutionEngine(context, factory, emitter)
```

## Options

* `truth.required-arguments`: parameters of the constructor that have to be given something.

## Fix safety

No fix: only the caller can know what to hand over.

## Known limits

What `*args` and `**kwargs` bring cannot be told, and such a call is reported for an explicit `None` only. The same goes
for a subclass with a constructor of its own, which may fill in what its callers leave out, and for arguments without a
keyword where the signature is not certain (decorators, `__new__`, a metaclass of the project, attrs). A variable that
happens to be `None` is not seen, nor is `super().__init__(...)`, which constructs nothing. A test that expects the
constructor to refuse `None` is reported like any other.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition
from ssot_lint.model.facts import NONE, Call, Literal, Starred
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.constructions import (
    Construction, called, constructions, is_of, shown, triggers_of_building, truths_with,
)
from ssot_lint.rules.constructors import constructor_of
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.signatures import is_open, positional_names

RULE = Rule("missing-argument", "SOT502", "the truth constructed without an argument that it requires", latent=True)


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return triggers_of_building(truths_with(policy, "required_arguments"))


def check(context: RuleContext) -> Iterator[Violation]:
    truths = truths_with(context.policy, "required_arguments")
    for built in constructions(context) if truths else ():
        for truth in truths:
            if is_of(context, truth, built.definition):
                given = _Given(context, truth, built)
                for name in truth.required_arguments:
                    yield from _judged(context, truth, built, given, name)


def _judged(
    context: RuleContext, truth: Truth, built: Construction, given: _Given, name: str
) -> Iterator[Violation]:
    place = given.place_of(name)
    if place != NONE and _is_none(context, place):
        problem = f"with `None` for `{name}`"
    elif given.surely_lacks(name):
        problem = f"without `{name}`"
    else:
        return
    span, called_as = called(context, built.call)
    message = f"{shown(context, truth, built)} is constructed {problem}, which it requires: hand it over"
    yield context.violation(RULE.name, span, message, truth.name, symbol=f"{called_as} {problem}")


def _is_none(context: RuleContext, place: int) -> bool:
    literal = context.module.expression(place)
    return isinstance(literal, Literal) and literal.type == "NoneType"


class _Given:
    """What a call gives to which parameter, as far as that is certain."""

    def __init__(self, context: RuleContext, truth: Truth, built: Construction) -> None:
        self._arguments = built.call.arguments
        self._keywords = dict(built.call.keywords)
        self._open = is_open(context, built.call)
        self._counted = _counted(context, built.call)
        self._constructor = constructor_of(context, built.definition)
        makers = (*context.classes.metaclasses(built.definition), *context.classes.owners(built.definition, "__new__"))
        self._made_otherwise = bool(makers)
        self._inherited = _inherits_constructor(context, truth, built.definition)

    def place_of(self, name: str) -> int:
        """The argument that a parameter surely gets; `NONE` where there is none."""
        formals = self._constructor.formals if self._constructor else ()
        if name in self._keywords and (name, "positional-only") not in ((item.name, item.kind) for item in formals):
            return self._keywords[name]
        names = positional_names(formals)
        position = names.index(name) if name in names else self._counted
        return self._arguments[position] if position < self._counted else NONE

    def surely_lacks(self, name: str) -> bool:
        """Whether the call surely gives nothing to a parameter that it could give something."""
        if self._open or not self._inherited or self.place_of(name) != NONE:
            return False
        if self._constructor is None:
            return not self._arguments and not self._made_otherwise
        return any(item.name == name or item.kind == "**" for item in self._constructor.formals)


def _counted(context: RuleContext, call: Call) -> int:
    """How many arguments stand before the first `*`."""
    starred = (isinstance(context.module.expression(place), Starred) for place in call.arguments)
    return next((index for index, star in enumerate(starred) if star), len(call.arguments))


def _inherits_constructor(context: RuleContext, truth: Truth, definition: Definition) -> bool:
    """Whether what constructs a class is what constructs the truth, as far as the classes between them tell."""
    classes, identities = context.classes, context.catalogue.identities[truth.name]
    lineage = classes.lineage(definition)
    itself = next(item for item in lineage if item in identities)
    above = classes.lineage(itself)
    between = [item for item in lineage if item not in above]
    if not between:
        return True
    plain = not any(classes.own_bindings(item, name) for item in between for name in ("__init__", "__new__"))
    undecorated = not any(classes.fact(item)[1].decorators for item in between)
    return plain and undecorated and not any(True for item in between for _ in classes.metaclasses(item))

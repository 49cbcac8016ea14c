"""The truth constructed outside of its factories.

## What it does

Reports a construction of a truth that declares `factories`, or of a subclass, anywhere but in these: in the functions
themselves, in what is nested in them, in what they dispatch to (`@create.register`), in lambdas that are assigned to
their names, and in the methods of a class that is listed. The class is known by its name, by an alias, through
re-exports, and as `cls(...)`, `type(self)(...)` and `self.__class__(...)`.

A method that makes another instance of its own class out of `self` is in order (`copy`, `__add__`): there was one
before, and a factory has built it. A class method of the truth is in order if `factories` lists it. The canonical
module has no other privileges: a function there is as much of a second factory as one elsewhere.
`super().__init__(...)` in a subclass constructs nothing.

## Why is this bad?

A factory is where an instance gets what it needs: the context of the request, limits, registration, clean-up.
Whoever constructs the class directly gets an instance that lacks it, which shows only when it is used.

## Example

```python
async def answer(context, emitter):
    engine = UserExecutionEngine(context, AgentFactory(registry), emitter)
```

## Use instead

```python
async def answer(context, emitter):
    engine = await create_request_scoped_engine(context, emitter)
```

## Options

* `truth.factories`: where the truth may be constructed; without any, it may be anywhere.

## Fix safety

No fix: a factory takes other arguments than the constructor.

## Known limits

Nothing is reported where the class that is called cannot be told by names and imports: a class that is kept in an
attribute or handed in as an argument, one of several by a condition, `functools.partial`, `Engine.__new__(Engine)`. A
function that overrides a factory in a subclass has to be listed itself. Tests construct what they test: `per-path`
turns the rule off where that is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition
from ssot_lint.model.facts import NONE, Attribute, Call, FunctionFact
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.constructions import (
    Construction, called, constructions, is_factory, is_of, shown, triggers_of_building, truths_with,
)
from ssot_lint.rules.context import RuleContext

RULE = Rule("construction-outside-factory", "SOT503", "the truth constructed outside of its factories", latent=True)


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return triggers_of_building(truths_with(policy, "factories"))


def check(context: RuleContext) -> Iterator[Violation]:
    truths = truths_with(context.policy, "factories")
    for built in constructions(context) if truths else ():
        for truth in truths:
            if is_of(context, truth, built.definition) and not _is_allowed(context, truth, built):
                yield _finding(context, truth, built)


def _is_allowed(context: RuleContext, truth: Truth, built: Construction) -> bool:
    for index, function in context.module.functions_around(built.call.block):
        definition = Definition(context.module.name, function.qualname, "function", context.file.path, index)
        if is_factory(context, truth, definition) or _is_one_way(context, truth, function):
            return True
        owner = context.classes.of_fact(context.module, function.owner) if function.owner != NONE else None
        if owner is not None and (is_factory(context, truth, owner) or _is_another_one(context, built, owner, index)):
            return True
    return any(is_factory(context, truth, item) for item in _lambdas_around(context, built.call.block))


def _is_one_way(context: RuleContext, truth: Truth, function: FunctionFact) -> bool:
    """Whether a function is one of the ways in which a factory goes by what it is given: `@create.register`."""
    for place in function.decorators:
        expression = context.module.expression(place)
        decorator = context.module.expression(expression.function) if isinstance(expression, Call) else expression
        if isinstance(decorator, Attribute) and decorator.name == "register":
            targets = context.classes.targets(context.module, decorator.value)
            if any(isinstance(item, Definition) and is_factory(context, truth, item) for item in targets):
                return True
    return False


def _lambdas_around(context: RuleContext, block: int) -> Iterator[Definition]:
    """The variables to which the lambdas around a place are assigned, and the classes in whose bodies they stand."""
    module = context.module
    scopes = module.facts.scopes
    within, scope = set(), module.facts.blocks[block].scope
    while scope != NONE:
        within.add(scope)
        scope = scopes[scope].parent
    around = {fact.place: fact for fact in module.facts.lambdas if fact.scope in within}
    for fact in around.values():
        parent = scopes[scopes[fact.scope].parent]
        if parent.kind == "class":
            yield context.classes.of_fact(module, parent.owner)
    for binding in module.facts.bindings if around else ():
        home = scopes[module.facts.blocks[binding.block].scope]
        if binding.kind == "assign" and binding.value in around and home.kind in ("module", "class"):
            prefix = f"{module.facts.classes[home.owner].qualname}." if home.kind == "class" else ""
            yield Definition(module.name, f"{prefix}{binding.name}", "variable", context.file.path, NONE)


def _is_another_one(context: RuleContext, built: Construction, owner: Definition, index: int) -> bool:
    """Whether an instance of a class makes another one, by `type(self)(...)` or by the name of the class."""
    effect = context.knowledge.inference.decorators.effect(context.module, context.facts.functions[index])
    bound = not effect.static and not effect.bound_to_class
    return bound and built.definition in context.classes.lineage(owner)


def _finding(context: RuleContext, truth: Truth, built: Construction) -> Violation:
    span, name = called(context, built.call)
    itself = built.definition in context.catalogue.identities[truth.name]
    factories = ", ".join(f"`{path}`" for path in truth.factories)
    way_out = f"get it from {factories}" if itself else f"let a function that `factories` lists build it ({factories})"
    message = f"{shown(context, truth, built)} is constructed outside of its factories: {way_out}"
    return context.violation(RULE.name, span, message, truth.name, symbol=f"construct {name}")

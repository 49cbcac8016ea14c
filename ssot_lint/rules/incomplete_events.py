"""An implementation that emits some of the truth's events, but not all.

## What it does

For a truth that lists `events`, looks at its class, at its subclasses, at classes that implement one of
`duplicates.implements`, and at those that are called like the truth or match `duplicates.names`, sanctioned ones and
those beside the truth included. One that emits some of the events and not all is reported; the message says which is
emitted where, and which are missing. A class that emits none is no emitter.

An event is emitted where it is yielded, or is an argument of a call that emits: as a text, as a constant, as a member
of an enumeration (`Event.AGENT_STARTED`), alone or inside of a dict, list or tuple, or of what wraps it up
(`Event("agent_started")`, `json.dumps(...)`), or as an object whose class says which event it is (`Started()`, where
that has `type: str = "agent_started"`). A call emits

* by its verb: `emit`, `notify`, `send`, `publish`, `fire`, `dispatch`, `broadcast`, `trigger`, `announce`, with
  whatever follows (`send_json`) and with `async` or `safe` before it; `push`, `raise` and `signal` with what they are
  for (`push_event`);
* by its receiver: `post`, `put`, `push`, `write` and their like on an emitter, notifier, publisher, dispatcher, bus or
  queue (`self.event_bus.post`), and the call of an emitter itself;
* by what it does: a function of the project, a method of the class or of a base, that emits the parameter by one of
  these, directly or through another function (`self._say("agent_started")`).

A method that is named after an event emits it, too (`notify_agent_started`, `emit_...`, `send_...`), where it is
called, and where the class defines it and calls something in it. What bases emit counts, unless the method is
overridden without a call of `super()`. A function that is called, on a helper of the class for instance
(`self._emitter.start()`), is followed. So are special methods of what is constructed (`with Finisher(bus):`), functions
that are handed over (`add_done_callback(finish)`) and decorators, where these are of the project: what they emit makes
nobody an emitter, and is not missing either. The same holds for what a decorator is given (`@emits("agent_started")`),
and for a signal that is named after an event (`agent_started.send(self)`).

No emission is a docstring, a comparison, a message for the log, the text of an exception. Of any other call that is
given an event nobody knows what it does with it (`self.history.append("agent_started")`,
`bus.on("agent_started", ...)`, `Event("agent_started")` that goes nowhere): it makes no class an emitter, and the event
is not missing either.

## Why is this bad?

Whoever listens waits for the event that never comes: the spinner that does not stop, the tool call that nobody sees.

## Example

```python
class BatchRunner(UserExecutionEngine):
    async def run(self):
        await self.emitter.emit("agent_started")
        await self.emitter.emit("agent_completed")
```

## Use instead

```python
class BatchRunner(UserExecutionEngine):
    async def run(self):
        await self.emitter.emit("agent_started")
        await self.emitter.emit("agent_thinking")
        await self.emitter.emit("agent_completed")
```

## Options

* `truth.events`: what a complete implementation emits.
* `truth.duplicates.implements`, `truth.duplicates.names`: which other classes are implementations.

## Fix safety

No fix: where an event belongs is known only to who knows what it tells.

## Known limits

Whoever emits the missing events may be somebody else: a helper whose class cannot be told, the caller of the class. An
event counts as emitted where the class mentions it in a list, a dict or a variable, since that may be where it goes
through, where what a helper calls mentions it, and where a text that is put together from parts can be it
(`f"agent_{what}"`). Nothing is said of a class that hands on its emitter, or the method that emits, to something that
is not of the project (`run(on_event=self.emit)`), or that emits or yields what cannot be told where it emits or yields
one of the events as well (`self.emit("agent_started")`, `self.emit(self.next())`): what is asked for, given or iterated
over, constants from outside of the project (`from lib import STARTED`), objects whose class does not say in one field
(`type`, `kind`, `name`, `event`, `topic`) which event they are. A class that emits by a name that is not listed above
(`self.ws.deliver("agent_started")`) is taken for none that emits.
What emits when an attribute is read is not followed (a property that gives an object, `self.finisher.done()`), nor are
classes inside of methods and classes, and context managers that are handed in.
A class with abstract methods, or with methods that only raise `NotImplementedError`, a protocol, a class with a base
that cannot be told, and a class that emits nothing itself, but only inherits, are not judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition, Module
from ssot_lint.model.facts import Attribute, Call, ClassFact, FunctionFact, Name
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.constructions import truths_with
from ssot_lint.rules.context import RuleContext, span_of_name
from ssot_lint.rules.emissions import Emission, Emissions, is_left_open
from ssot_lint.rules.untold import Untold

RULE = Rule(
    "incomplete-events", "SOT601", "an implementation that emits some of the truth's events, but not all", latent=True
)


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    truths = truths_with(policy, "events")
    return Triggers(
        names=frozenset(truth.canonical.name.rpartition(".")[2] for truth in truths),
        below=frozenset(path for truth in truths for path in (truth.canonical, *truth.duplicates.implements)),
        globs=frozenset(glob for truth in truths for glob in truth.duplicates.names),
        homes=frozenset(truth.canonical for truth in truths),
    )


def check(context: RuleContext) -> Iterator[Violation]:
    truths = truths_with(context.policy, "events")
    for index, fact in enumerate(context.facts.classes if truths else ()):
        definition = context.classes.of_fact(context.module, index)
        for truth in truths:
            if _is_implementation(context, truth, definition) and not _is_abstract(context, definition):
                yield from _judged(context, truth, definition, fact)


def _is_implementation(context: RuleContext, truth: Truth, definition: Definition) -> bool:
    """Whether a class is the truth, extends it, or is called or declared like it, in whichever module."""
    catalogue = context.catalogue
    if any(item == truth for item, _ in catalogue.truths_of_class(definition)):
        return True
    by_name = catalogue.is_named_like(truth, definition.name.rpartition(".")[2])
    return by_name or any(True for _ in catalogue.implemented(truth, definition))


def _judged(context: RuleContext, truth: Truth, definition: Definition, fact: ClassFact) -> Iterator[Violation]:
    emissions = Emissions(context, truth.events)
    own = list(emissions.of_class(definition))
    if not any(item.certain for item in own) or not context.classes.ancestry(definition).complete:
        return
    above = _above(context, definition)
    found = [*own, *(item for base in above for item in _reached(context, emissions, definition, base))]
    missing = [event for event in truth.events if all(item.event != event for item in found)]
    lineage = context.classes.lineage(definition)
    if missing and not Untold(context, emissions, lineage).is_there():
        message = (
            f"`{fact.name}` emits {_listed(truth, found)}, but not {_joined(missing)}, which the truth `{truth.name}` "
            "lists among its events"
        )
        span = span_of_name(fact, fact.name)
        yield context.violation(RULE.name, span, message, truth.name, symbol=f"events of {definition.name}")


def _listed(truth: Truth, found: list[Emission]) -> str:
    """`agent_started` (in `execute`), `agent_completed` (in `Base.finish`)."""
    where: dict[str, str] = {}
    for item in found:
        if item.certain:
            where.setdefault(item.event, item.where)
    return ", ".join(f"`{event}` (in `{where[event]}`)" for event in truth.events if event in where)


def _joined(events: list[str]) -> str:
    return ", ".join(f"`{event}`" for event in events)


# --- what a class inherits


def _above(context: RuleContext, definition: Definition) -> tuple[Definition, ...]:
    return context.classes.ancestry(definition).definitions


def _reached(
    context: RuleContext, emissions: Emissions, definition: Definition, base: Definition
) -> Iterator[Emission]:
    """What a base emits in methods that instances of the class still have."""
    lineage = context.classes.lineage(definition)
    below = lineage[:lineage.index(base)]
    for item in emissions.of_class(base):
        hidden = [other for other in below if context.classes.own_bindings(other, item.method)]
        if all(_calls_super(context, other, item.method) for other in hidden):
            yield item


def _calls_super(context: RuleContext, definition: Definition, method: str) -> bool:
    module, _ = context.classes.fact(definition)
    for _, attribute in module.all_of(Attribute):
        call = module.expression(attribute.value) if attribute.name == method else None
        if isinstance(call, Call) and module.enclosing_class(call.block) == definition.index:
            function = module.expression(call.function)
            if isinstance(function, Name) and function.id == "super":
                return True
    return False


def _is_abstract(context: RuleContext, definition: Definition) -> bool:
    """Whether a class has to be completed before anybody can use it."""
    externals = (target for base in context.classes.bases(definition) for target in base)
    if any(getattr(target, "path", "").endswith(".Protocol") for target in externals):
        return True
    lineage = context.classes.lineage(definition)
    for place, item in enumerate(lineage):
        module, _ = context.classes.fact(item)
        for index, function in enumerate(module.facts.functions):
            open_ = function.owner == item.index and (_is_marked(module, function) or is_left_open(module, index))
            if open_ and not any(context.classes.own_bindings(other, function.name) for other in lineage[:place]):
                return True
    return False


def _is_marked(module: Module, function: FunctionFact) -> bool:
    return any(module.last_name(decorator) == "abstractmethod" for decorator in function.decorators)

"""An instance of the truth that outlives the request which it is for.

## What it does

For a truth with `lifetime = "request"`, reports an instance of it, or of a subclass, that is kept for longer:

* at module or class level: `ENGINE = Engine(...)`, also inside of a list or dict, or handed to an object that is kept
  there (`app = App(engine=Engine(...))`);
* in a global that a getter fills: `global _engine`, `_engine = Engine(...)`;
* by a function that caches what it returns: `functools.lru_cache` and `cache`, `async_lru`, `cachetools`, `aiocache`,
  as a decorator, or called with a function or lambda of the file;
* as the default of a parameter, which is evaluated once;
* in an attribute of a module, of a class (`cls.engine = ...`), of a function (`get_engine.cached = ...`) or of an
  object at module level;
* under a constant key (`"engine"`, `ENGINE`) of a collection at module level, in one of these, or in the body of the
  class (`cls._instances["engine"] = ...`, `type(self)._instances[...]`);
* in what an application has for it, as an attribute or under such a key: `app.state.engine = ...`,
  `request.app.extensions["engine"] = ...`, `current_app.config["engine"] = ...`. What counts is `state`, `config`,
  `extensions` and `ctx` of anything called `app`, `application` or `current_app`;
* on the application itself (`app.engine = ...`, `app["engine"] = ...`), where it surely is one: `request.app`, Flask's
  `current_app`, a variable or parameter of a framework's class (`app: FastAPI`, `app = Flask(__name__)`) or of one that
  inherits from it, and a parameter `app` without annotation of a function that makes it ready (`init_...`, `setup...`,
  `configure_...`, `startup`, `lifespan`).

A call of one of `factories` gives an instance as well, and so does one of a method of a class that is listed there
(`EngineFactory.create(...)`, `factory.create(...)`), where that returns one. An object of such a class is no instance.

## Why is this bad?

Two requests that share an engine share its user: one sees the other's messages, and whoever comes last gets the
events of both. It works in every test that makes one request.

## Example

```python
_engine = None

def get_engine():
    global _engine
    if _engine is None:
        _engine = UserExecutionEngine(context, factory, emitter)
    return _engine
```

## Use instead

```python
def get_engine(context: UserContext) -> UserExecutionEngine:
    return UserExecutionEngine(context, factory, build_emitter(context))
```

## Options

* `truth.lifetime`: "request" for a truth whose instances must not be shared; "any", the default, turns the rule off.
* `truth.factories`: functions whose results are instances as well, and classes whose methods give some.

## Fix safety

No fix: where an instance belongs is a question of design.

## Known limits

Only what is certain is reported. An attribute of an ordinary instance (`self.engine = Engine(...)`) lives as long as
that, which may be a request; so does what `functools.cached_property` keeps. Objects that are told apart by thread,
task or request are left alone: `threading.local()`, context variables, proxies, `flask.g`; so is code under
`if __name__ == "__main__"`. `self.state.engine` belongs to whatever `self` is, and a parameter `app` of any other
function may be something else of that name. Not seen are instances from functions that `factories` does not list, from
methods of a factory class that a subclass overrides, that begin with an underscore, or that are called on what may be
one of several things, and from objects of one that are called themselves, what is put into a collection under a key
that changes or by a method (`CACHE[user] = Engine(...)`, `POOL.append(...)`, `app.config.update(...)`), in an attribute
of `self` (`self._instances["engine"]`), comprehensions, closures, and caches of one's own or of functions from other
files. What a `with` gives is followed where the context manager surely gives an instance; a name that a `with` binds at
module level is taken to be done with afterwards. What `asyncio.run` and `typing.cast` give back is seen through, other
calls (`loop.run_until_complete(...)`) are not.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import Definition
from ssot_lint.model.facts import Call
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.constructions import (
    Construction, called, construction_at, factory_method, is_factory, is_of, triggers_of_building, truths_with,
)
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.holders import Kept, kept_for_long

RULE = Rule(
    "shared-instance", "SOT501", "an instance of the truth that outlives the request which it is for", latent=True
)


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return triggers_of_building(_truths(policy), factories=True)


def check(context: RuleContext) -> Iterator[Violation]:
    truths = _truths(context.policy)
    for kept in kept_for_long(context) if truths else ():
        call = context.module.expression(kept.place)
        for truth in truths if isinstance(call, Call) else ():
            built = _built(context, truth, kept.place, call) if isinstance(call, Call) else None
            if built is not None:
                yield _finding(context, truth, built, kept)


def _built(context: RuleContext, truth: Truth, place: int, call: Call) -> Construction | None:
    """The call, where it gives an instance of a truth."""
    built = construction_at(context, place, call)
    if built is not None:
        definition = built.definition
        if is_of(context, truth, definition) or _is_function_for_it(context, truth, definition):
            return built
    method = factory_method(context, truth, call) if truth.factories else None
    return None if method is None else Construction(place, call, method)


def _truths(policy: Policy) -> list[Truth]:
    return [truth for truth in truths_with(policy, "lifetime") if truth.lifetime == "request"]


def _is_function_for_it(context: RuleContext, truth: Truth, definition: Definition) -> bool:
    """Whether something is a factory whose results are instances; those of a class are factories themselves."""
    return definition.kind != "class" and is_factory(context, truth, definition)


def _finding(context: RuleContext, truth: Truth, built: Construction, kept: Kept) -> Violation:
    span, name = called(context, built.call)
    itself = built.definition in context.catalogue.identities[truth.name]
    by = f" by `{truth.factories[0]}`" if truth.factories and itself else ""
    what = f"`{built.definition.name}`, a subclass of " if built.definition.kind == "class" and not itself else ""
    message = (
        f"an instance of {what}the truth `{truth.name}`, which is for one request, is kept {kept.where}: build one for "
        f"each request{by}"
    )
    return context.violation(RULE.name, span, message, truth.name, symbol=f"{name} {kept.where}")

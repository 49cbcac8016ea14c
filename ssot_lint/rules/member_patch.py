"""A member put on the truth from outside.

## What it does

Reports an assignment to a member of the truth, or its deletion, from another module: `UserExecutionEngine.run = run`,
`UserExecutionEngine.limit += 1`, `del UserExecutionEngine.run`, `setattr(UserExecutionEngine, "run", run)`, `delattr`,
`type.__setattr__`.
The truth is known through aliases, imports of modules, and re-exports. For a truth that is a module, its names count
as its members. Where the truth is a class or function, it is reported as well that something else is put in its place
in its canonical module: `user_execution_engine.UserExecutionEngine = FastEngine`, or `del`, or `setattr`. A truth that
is a variable may be set.

The module that defines the truth is left alone, and so is its canonical module: what stands there is a part of its
definition, and some of it can be said no earlier than below the class statement (`Engine.DEFAULT = Engine()`, a
relation to a class that is defined later). A sibling module that completes the class is outside, even where the package
always imports it: who reads the class does not see it.

## Why is this bad?

Whoever reads the truth does not see what it does, and what it does hangs on which modules have been imported so far.

## Example

```python
UserExecutionEngine.stream_reply = stream_reply
```

## Use instead

```python
class UserExecutionEngine:
    def stream_reply(self, message): ...
```

## Options

* `truth.canonical`: what no member may be put on.
* `truth.removed`: members that were removed are left to `removed-definition`.

## Fix safety

No fix: the member belongs into the class, and its author knows what else has to follow.

## Known limits

`mock.patch.object` and `monkeypatch`, which undo what they do, are no patches, and neither is an assignment to an
instance. `__doc__`, `__module__`, `__name__` and `__qualname__` say how the truth is shown, and may be set anywhere.
The class is known by names alone: `type(engine).run = ...`, a parameter that holds the class, and
`getattr(module, "UserExecutionEngine").run = ...` are not seen. What is put in place of the truth's name in a facade,
or by `vars(module)` and `sys.modules`, is not reported. Members of subclasses are theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index import Definition, ModuleTarget, Target
from ssot_lint.model.facts import NONE, Attribute, Call, Name, Text
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.context import RuleContext, span_of, span_of_name
from ssot_lint.rules.scents import names_of_truths

RULE = Rule("member-patch", "SOT405", "a member put on the truth from outside")
_BY_NAME = ("setattr", "delattr")
_SHOWN = frozenset({"__doc__", "__module__", "__name__", "__qualname__"})


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    names = names_of_truths(policy)
    return Triggers(names=names, patched=names, dynamic=bool(names))


def check(context: RuleContext) -> Iterator[Violation]:
    for patch in (*_by_attribute(context), *_by_call(context)):
        truth = _truth(context, patch)
        if truth is None:
            yield from _replacement(context, patch)
        elif patch.member not in truth.removed and patch.member not in _SHOWN:
            yield _finding(context, truth, patch)


class Patch(msgspec.Struct, frozen=True):
    """A member that is set or deleted.

    Attributes:
        owner: index of what it is put on.
        member: its name; empty where that is no constant.
    """

    owner: int
    member: str
    span: Span
    deleted: bool = False


def _by_attribute(context: RuleContext) -> Iterator[Patch]:
    declared = {item.target for item in context.facts.members if item.annotation != NONE and item.value == NONE}
    for place, attribute in context.module.all_of(Attribute):
        if attribute.context in ("store", "del") and place not in declared:
            span, deleted = span_of_name(attribute, attribute.name), attribute.context == "del"
            yield Patch(attribute.value, attribute.name, span, deleted)


def _by_call(context: RuleContext) -> Iterator[Patch]:
    for _, call in context.module.all_of(Call):
        name = context.module.last_name(call.function).strip("_")
        if name in ("setattr", "delattr") and len(call.arguments) > 1 and _is_builtin(context, call):
            text = context.module.expression(call.arguments[1])
            member = text.value if isinstance(text, Text) else ""
            yield Patch(call.arguments[0], member, span_of(call), name == "delattr")


def _is_builtin(context: RuleContext, call: Call) -> bool:
    """Whether a call is one of Python's own `setattr`, or of `type.__setattr__`."""
    function = context.module.expression(call.function)
    if isinstance(function, Name):
        return function.id in _BY_NAME and context.index.callee(context.module, call) == f"builtins.{function.id}"
    owner = context.module.expression(function.value) if isinstance(function, Attribute) else None
    if not isinstance(owner, Name) or owner.id != "type":
        return False
    return not context.module.lookup(owner.id, owner.block, call.function)


def _truth(context: RuleContext, patch: Patch) -> Truth | None:
    """The truth that the patch is put on from outside; None where it is anything else, or may be."""
    if not context.suspicion.falls_on(patch.owner):
        return None
    targets = [item.target for item in context.index.reference(context.module, patch.owner)]
    truths = [_truth_that_is(context, target) for target in targets if not _is_placeholder(target)]
    first = truths[0] if truths else None
    if first is None or any(truth != first for truth in truths):
        return None
    return None if _is_inside(context, first) else first


def _truth_that_is(context: RuleContext, target: Target) -> Truth | None:
    truth = context.catalogue.truth_at(target)
    if truth is None:
        return None
    return truth if isinstance(target, ModuleTarget) or target in context.catalogue.identities[truth.name] else None


def _is_placeholder(target: Target) -> bool:
    """`Engine = None`, where the truth cannot be imported."""
    return isinstance(target, Definition) and target.kind == "variable"


def _is_inside(context: RuleContext, truth: Truth) -> bool:
    """Whether the file defines the truth, or is the place to import it from."""
    defined = (getattr(item, "path", "") for item in context.catalogue.identities[truth.name])
    return truth.canonical.module in context.file.modules or context.file.path in defined


# --- in place of the truth


def _replacement(context: RuleContext, patch: Patch) -> Iterator[Violation]:
    """The finding that something else is put in the place of a truth."""
    truth = context.catalogue.truths_by_own_name.get(patch.member)
    if truth is None or truth.canonical.name != patch.member or not _has_substance(context, truth):
        return
    targets = [item.target for item in context.index.reference(context.module, patch.owner)]
    homes = [isinstance(target, ModuleTarget) and target.module == truth.canonical.module for target in targets]
    if homes and all(homes) and not _is_inside(context, truth):
        done = "taken away" if patch.deleted else "replaced"
        message = f"the truth `{truth.name}` itself is {done} from outside: let `{truth.canonical}` say what it is"
        yield context.violation(RULE.name, patch.span, message, truth.name, symbol=f"{done} {patch.member}")


def _has_substance(context: RuleContext, truth: Truth) -> bool:
    """Whether a truth is a class or function, rather than a variable, which may be set."""
    found = context.catalogue.identities[truth.name]
    return any(isinstance(item, Definition) and item.kind != "variable" for item in found)


def _finding(context: RuleContext, truth: Truth, patch: Patch) -> Violation:
    named = f"`{patch.member}`" if patch.member else "a member"
    done = "taken from" if patch.deleted else "put on"
    message = (
        f"{named} is {done} the truth `{truth.name}` from outside: let `{truth.canonical}` itself say what it has"
    )
    return context.violation(RULE.name, patch.span, message, truth.name, symbol=f"{done} {patch.member}")

"""The truth constructed with the arguments of a legacy signature.

## What it does

Reports a construction of the truth, or of a subclass that inherits its constructor, by a signature that an `inline`
entry on `__init__` declares legacy: by the name of the class or an alias, `cls(...)`, `type(self)(...)`, and
`super().__init__(...)` in a subclass. The present signature is read from `__init__`, or from the fields of a
dataclass. A call that fits it is in order, and one that fits only a legacy one is reported. One that mixes both
signatures, or fits neither, is reported too, and the message says so. The class that the truth has replaced counts as
the truth where it is constructed by a legacy signature: that is what has to change with its import.

A call that fits both is reported where its arguments evidently are those of the legacy signature, and the message
says by which evidence:

* an argument is of a class that the annotation of the present parameter rules out, as its own annotation, its
  construction, or what the function returns that is called (`get_registry()`) tells; one that is of the declared class
  belongs there, whatever it is called;
* where the present parameter has no annotation, an argument is of a class that is called after the legacy parameter
  (`AgentRegistry`);
* an argument goes by the name of a legacy parameter (`self.registry`) where the present one has another name;
* the name of an argument ends with that of a legacy parameter (`self.agent_registry`), has nothing of the present one's
  (`context_registry` for `context` is none), and no other argument is called after the present one. Names of plain data
  (`size`, `name`) and of anything (`source`) tell nothing so.

A parameter that is deprecated, and that the constructor still takes, is declared by an entry whose replacement does
without it:

```toml
[[truth.inline]]
call = "__init__(folder=None, *, store_serialized)"
with = "DagBag(folder, read_from_db=store_serialized)"
```

A call that gives such a parameter an argument is reported, though it fits the present signature as well, where both
bind each of its arguments to the same parameter.

## Why is this bad?

The constructor that accepts both signatures has to guess which one it is called with; one that does not fails when it
is called, and not before.

## Example

```python
engine = UserExecutionEngine(self.registry, self.bridge)
```

## Use instead

```python
engine = UserExecutionEngine(context, build_factory(self.registry), build_emitter(self.bridge))
```

## Options

* `truth.inline`: entries whose `call` is `__init__(...)` declare the legacy signatures.
* `truth.retired`: an old class of the truth is looked at as well.
* `truth.inline.with`: what replaces the call; `"..."` where that is still open.

## Fix safety

The replacement is the team's own declaration, and the fix is as safe as for `removed-call`: safe where the class is
the truth itself, unsafe where a subclass or `cls` is constructed, which then keeps its name, and where names alone are
the evidence for the legacy signature. There is none for a call that mixes both signatures or fits neither, and none for
a subclass where the replacement is no call of the truth.

## Known limits

Nothing is reported where the present signature is not certain: a constructor that is decorated, overloaded or bound
twice, `__new__`, a metaclass or a decorator of the project, fields with an `init` or `kw_only` that is no constant,
attrs, pydantic, named tuples. A call with `*args` or `**kwargs` is reported only for a keyword that the legacy
signature alone has. A class that is kept in an attribute (`self.engine_class(...)`), `Engine.__init__(self, ...)` and
`functools.partial` are not looked at. A parameter that the constructor still takes is reported by no other declaration
than the one above: not without an entry, and not where `with` is `"..."`, is no call of the truth, or has `*` or `**`,
since nobody knows then whether the parameter is to stay. A test that expects the legacy call to fail is reported like
any other.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index import Definition
from ssot_lint.index.values import ClassValue, SuperValue
from ssot_lint.model.facts import NONE, Attribute, Call, Name
from ssot_lint.model.policy import Inline, Policy, Truth
from ssot_lint.model.remedy import Inlining
from ssot_lint.model.rule import Rule
from ssot_lint.model.spans import Span
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.constructors import Constructor, constructor_of
from ssot_lint.rules.context import RuleContext, span_of, span_of_name
from ssot_lint.rules.evidence import evidence_of
from ssot_lint.rules.inlining import BLANK, CONSTRUCTOR, entries_of
from ssot_lint.rules.signatures import Formal, bind, formals_of_entry, is_open, positional_names

RULE = Rule("legacy-constructor", "SOT304", "the truth constructed with the arguments of a legacy signature")
_BY_NAME = "that the arguments are those of the legacy signature is told by names alone"


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    truths = _truths(policy)
    words = {path.name.rpartition(".")[2] for truth in truths for path in (truth.canonical, *truth.retired)}
    kin = frozenset(truth.canonical for truth in truths)
    return Triggers(words=frozenset(words - {""}), kin=kin, dynamic=bool(truths))


def check(context: RuleContext) -> Iterator[Violation]:
    truths = _truths(context.policy)
    for place, call in context.module.all_of(Call) if truths else ():
        built = _built(context, call)
        for truth in truths if built else ():
            assert built is not None
            yield from _judged(context, truth, place, call, built)


def _truths(policy: Policy) -> list[Truth]:
    """Those with a legacy constructor."""
    return [truth for truth in policy.truths if any(True for _ in entries_of(truth, CONSTRUCTOR))]


# --- what is constructed


class Built(msgspec.Struct, frozen=True):
    """A class that is constructed. `above`: by `super().__init__`, and the class is the one that calls it."""

    definition: Definition
    exact: bool
    above: bool = False


def _built(context: RuleContext, call: Call) -> Built | None:
    """What a call constructs, where that is one class."""
    function = context.module.expression(call.function)
    if isinstance(function, Attribute) and function.name == CONSTRUCTOR:
        owners = context.values(function.value) if _is_super(context, function.value) else frozenset()
        above = [Built(value.definition, False, True) for value in owners if isinstance(value, SuperValue)]
        return above[0] if len(above) == len(owners) == 1 else None
    if not context.suspicion.falls_on(call.function) and not _is_own_class(context, call):
        return None
    values = context.values(call.function)
    found = [Built(value.definition, value.exact) for value in values if isinstance(value, ClassValue)]
    return found[0] if len(found) == len(values) == 1 else None


def _is_super(context: RuleContext, place: int) -> bool:
    call = context.module.expression(place)
    function = context.module.expression(call.function) if isinstance(call, Call) else None
    return isinstance(function, Name) and function.id == "super"


def _is_own_class(context: RuleContext, call: Call) -> bool:
    """Whether it may construct the class in whose methods it stands: `cls()`, `type(self)()`, `self.__class__()`."""
    if context.module.enclosing_class(call.block) == NONE:
        return False
    function = context.module.expression(call.function)
    if isinstance(function, Call):
        asked = context.module.expression(function.function)
        return isinstance(asked, Name) and asked.id == "type"
    if isinstance(function, Name):
        bindings = context.module.lookup(function.id, function.block, call.function)
        return len(bindings) == 1 and bindings[0].kind == "parameter" and not bindings[0].value
    return isinstance(function, Attribute) and function.name == "__class__"


def _constructor(context: RuleContext, truth: Truth, built: Built) -> Constructor | None:
    """The truth's constructor, where that is what runs."""
    identities = [item for item in context.catalogue.identities[truth.name] if isinstance(item, Definition)]
    if len(identities) != 1 or identities[0].kind != "class":
        return None
    itself = identities[0]
    if _is_old(context, truth, built):
        return constructor_of(context, itself)
    lineage = context.classes.lineage(built.definition)
    if itself not in lineage[built.above:]:
        return None
    found = constructor_of(context, itself)
    runs = constructor_of(context, _next(lineage) if built.above else built.definition)
    return found if found is not None and runs is not None and runs.home == found.home else None


def _is_old(context: RuleContext, truth: Truth, built: Built) -> bool:
    """Whether it is the class that the truth has replaced, under its own name or the truth's."""
    names = {path.name for path in (truth.canonical, *truth.retired)}
    named = built.definition.name in names and built.exact and not built.above
    return named and context.catalogue.is_predecessor(truth, built.definition)


def _next(lineage: tuple[Definition, ...]) -> Definition:
    return lineage[1]


# --- by which signature


class Mismatch(msgspec.Struct, frozen=True):
    """What is wrong with a call, and the entry that it fits; `NONE` where it fits none; see `Inlining` for the rest.

    Attributes:
        given_up: parameters that the constructor has only for those who still pass them.
    """

    entry: int
    message: str
    reason: str = ""
    doubt: str = ""
    given_up: tuple[str, ...] = ()


def _judged(context: RuleContext, truth: Truth, place: int, call: Call, built: Built) -> Iterator[Violation]:
    constructor = _constructor(context, truth, built)
    mismatch = _mismatch(context, truth, call, constructor) if constructor is not None else None
    is_old = _is_old(context, truth, built)
    if mismatch is None or constructor is None or (is_old and mismatch.entry == NONE):
        return  # what the truth has replaced may have had further signatures
    itself = built.definition in context.catalogue.identities[truth.name]
    receiver = "old" if is_old else "super" if built.above else "truth" if itself and built.exact else "heir"
    blank = mismatch.entry != NONE and truth.inlines[mismatch.entry].replacement == BLANK
    reason = mismatch.reason or (
        f"nothing is declared yet to take the place of `{truth.inlines[mismatch.entry].call}`" if blank else ""
    )
    remedy = Inlining(place, truth.name, mismatch.entry, receiver, receiver in ("truth", "old"), reason, mismatch.doubt)
    message = f"{mismatch.message}: construct it by `{_shown(truth, constructor, mismatch.given_up)}`"
    span, symbol = _called(context, call)
    violation = context.violation(RULE.name, span, message, truth.name, symbol=symbol)
    yield msgspec.structs.replace(violation, remedy=remedy)


def _mismatch(context: RuleContext, truth: Truth, call: Call, constructor: Constructor) -> Mismatch | None:
    entries = list(entries_of(truth, CONSTRUCTOR))
    if is_open(context, call):
        return _by_keyword(entries, call, constructor, truth)
    present = bind(constructor.formals, call)
    index, entry = next(
        ((index, entry) for index, entry in entries if not bind(formals_of_entry(entry), call).problem), (NONE, None)
    )
    if present.problem and entry is not None:
        by_legacy = f"the truth `{truth.name}` is constructed by its legacy signature `{entry.call}`"
        return Mismatch(index, f"{by_legacy}, and {present.problem}")
    if present.problem:
        return _by_none(entries, call, constructor, truth, present.problem)
    if entry is None:
        return None
    return _by_parameter_given_up(index, entry, call, constructor, truth) or _by_evidence(
        context, index, entry, call, constructor, truth
    )


def _by_evidence(
    context: RuleContext, index: int, entry: Inline, call: Call, constructor: Constructor, truth: Truth
) -> Mismatch | None:
    evidence = evidence_of(context, call, constructor, entry)
    if not evidence.why:
        return None
    by_legacy = f"the truth `{truth.name}` is evidently constructed by its legacy signature `{entry.call}`"
    return Mismatch(index, f"{by_legacy}, as {evidence.why}", doubt=_BY_NAME if evidence.by_name else "")


def _by_parameter_given_up(
    index: int, entry: Inline, call: Call, constructor: Constructor, truth: Truth
) -> Mismatch | None:
    """A call that means the same by both signatures, with an argument that its replacement does not give any more.

    The constructor still takes what it is to do without some day, for those who have not followed yet.
    """
    given = bind(formals_of_entry(entry), call).given
    if not entry.given or given != bind(constructor.formals, call).given:
        return None
    optional = {item.name for item in constructor.formals if not item.required}
    kept = {*entry.given, *positional_names(constructor.formals)[:entry.given.count("")]}
    given_up = tuple(name for name in given if name in optional - kept)
    if not given_up:
        return None
    message = (
        f"the truth `{truth.name}` is constructed by its legacy signature `{entry.call}`, with "
        f"{', '.join(f'`{name}`' for name in given_up)}, which what takes its place does without"
    )
    return Mismatch(index, message, given_up=given_up)


def _by_keyword(
    entries: list[tuple[int, Inline]], call: Call, constructor: Constructor, truth: Truth
) -> Mismatch | None:
    """What `*` and `**` bring cannot be told; a keyword that stands there can."""
    present = _keywords(constructor.formals)
    if present is None:
        return None
    for _, entry in entries:
        for name, _ in call.keywords:
            if name and name not in present and name in (_keywords(formals_of_entry(entry)) or ()):
                message = (
                    f"the truth `{truth.name}` is constructed with `{name}`, which its legacy signature "
                    f"`{entry.call}` has, and the present one has not"
                )
                return Mismatch(NONE, message, "`*` or `**` in the call brings arguments that cannot be told")
    return None


def _by_none(
    entries: list[tuple[int, Inline]], call: Call, constructor: Constructor, truth: Truth, problem: str
) -> Mismatch:
    """A call that fits no signature: a mixture, or something else altogether."""
    given = {name for name, _ in call.keywords}
    present = _keywords(constructor.formals) or set()
    for _, entry in entries:
        old = _keywords(formals_of_entry(entry)) or set()
        if given & (old - present) and (given & (present - old) or call.arguments):
            of_old = ", ".join(f"`{name}`" for name in sorted(given & (old - present)))
            message = (
                f"the truth `{truth.name}` is constructed by a mixture of its legacy signature `{entry.call}` and the "
                f"present one: {of_old} is of the legacy one, and {problem}"
            )
            return Mismatch(NONE, message, "the call mixes a legacy signature with the present one")
    problems = "; ".join(f"`{entry.call}`: {bind(formals_of_entry(entry), call).problem}" for _, entry in entries)
    message = (
        f"the truth `{truth.name}` is constructed by neither its present signature ({problem}) nor a legacy one "
        f"({problems})"
    )
    return Mismatch(NONE, message, "the call fits neither the present signature nor a legacy one")


def _keywords(formals: tuple[Formal, ...]) -> set[str] | None:
    """The keywords that are accepted; None for any."""
    if any(item.kind == "**" for item in formals):
        return None
    return {item.name for item in formals if item.kind in ("positional", "keyword-only")}


# --- in words


def _shown(truth: Truth, constructor: Constructor, without: tuple[str, ...]) -> str:
    """`Engine(context, factory=...)`."""
    name = truth.canonical.name.rpartition(".")[2]
    return f"{name}({', '.join(_parameter(item) for item in constructor.formals if item.name not in without)})"


def _parameter(formal: Formal) -> str:
    if formal.kind in ("*", "**"):
        return f"{formal.kind}{formal.name}"
    return formal.name if formal.required and formal.kind != "keyword-only" else f"{formal.name}=..."


def _called(context: RuleContext, call: Call) -> tuple[Span, str]:
    """Where the name of what is called stands, and what the finding is about."""
    function = context.module.expression(call.function)
    if isinstance(function, Name):
        return span_of_name(function, function.id), f"construct {function.id}"
    if isinstance(function, Attribute):
        return span_of_name(function, function.name), f"construct {function.name}"
    return span_of(call), "construct"

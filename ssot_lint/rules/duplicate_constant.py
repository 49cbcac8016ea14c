"""A truth that is a constant or a member of an enumeration, spelled out again as a literal.

## What it does

Reports a string literal that equals a truth which is a constant, a member of an enumeration, or a whole enumeration,
where it is compared with something, handed on as an argument, or used as a key.

## Why is this bad?

Whoever changes the constant does not find the literal, and the two sides no longer understand each other. Nothing
fails: the comparison is simply false from then on.

## Example

```python
if event["type"] == "agent_started":
    ...
```

## Use instead

```python
from chat.events import AGENT_STARTED

if event["type"] == AGENT_STARTED:
    ...
```

## Options

* `truth.canonical`: the constant, `chat.events:AGENT_STARTED`, or the enumeration.
* `truth.allow-in`: modules that may spell it out.

## Fix safety

Unsafe: the literal gives way to the name, which is imported where it has to be. A string that only happens to be the
same is then taken for the constant. Where two constants have the value, the reason is given and nothing is changed.

## Known limits

A warning by default: `key == "turn_on"` can be about something else that is called the same. Of 60 findings read in
Home Assistant, for six of its constants, 53 were right, five were not, and two were debatable. The study of false
alarms (`benchmarks/README.md`) took two more of them, and of 57 findings only 8 were right: `"unit_of_measurement"` is
also a key of typed dictionaries and of messages, where a type checker asks for the literal. Declare constants whose
value means one thing only, or name the modules in `allow-in`.

Strings only, of at least six characters and of several words (`agent_started`, `X-Run-Id`): a single word can mean
anything. The value has to stand in the constant's definition, as one literal, and is not found where it is put
together, escaped or in triple quotes. Names of attributes (`getattr`), messages (`print`, logging, exceptions), `match`
patterns, annotations, docstrings and plain assignments are left alone, and so is a member of an enumeration that is
looked up by its value (`Kind("user_asked")`). A key that is called like the variable, attribute or keyword beside it
(`{"run_id": run_id}`, `row["run_id"] = self.run_id`, `run_id = row.get("run_id")`, `Run(run_id=row["run_id"])`) is its
name, and left alone as well, even if it should be the constant; a table of functions that are called like the keys is
reported. Where the file has the string in a `Literal`, or as a key of a typed dictionary, type checkers ask for it, and
nothing is said of it in that file; what other files declare is not known there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ssot_lint.index import Definition, ProjectIndex
from ssot_lint.model.facts import Call, Items, Mapping, Subscript, Text
from ssot_lint.model.policy import Policy, Truth
from ssot_lint.model.remedy import Naming
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.constants import Constant, constants_of, is_enumeration
from ssot_lint.rules.context import RuleContext, span_of
from ssot_lint.rules.namesakes import named_after_neighbours
from ssot_lint.rules.typed_strings import strings_for_types
from ssot_lint.rules.wording import import_of

RULE = Rule(
    "duplicate-constant", "SOT204", "a truth that is a constant, spelled out again as a literal", severity="warning"
)

_OTHER_CALLS = frozenset({
    "getattr", "hasattr", "setattr", "delattr", "attrgetter", "methodcaller", "print", "getLogger", "import_module",
    "__import__", "resolve_name", "patch", "object", "warn", "debug", "info", "warning", "error", "exception",
    "critical", "log", "TypeVar", "NewType", "TypedDict", "NamedTuple", "namedtuple", "Enum", "StrEnum", "cast",
    "gettext", "_", "open", "skip", "xfail", "fail",
})
"""Their strings name attributes and modules, or are for people to read."""

_FAILURES = ("Error", "Exception", "Warning")


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(literals=frozenset(truth.canonical for truth in policy.truths if truth.canonical.name))


def check(context: RuleContext) -> Iterator[Violation]:
    truths = context.policy.truths
    of_all = context.index.once(RULE.name, lambda index: _constants(index, truths))
    typed = strings_for_types(context, of_all) if of_all else ()
    known = {value: constants for value, constants in of_all.items() if value not in typed}
    if not known:
        return
    for place in sorted(_used(context, known)):
        text = context.module.expression(place)
        if isinstance(text, Text) and text.role == "plain" and text.value in known and _is_written_plainly(text):
            owed = [item for item in known[text.value] if not context.catalogue.may_reach(context.module, item[0])]
            if owed:
                yield _finding(context, place, text, owed)


def _constants(index: ProjectIndex, truths: Iterable[Truth]) -> dict[str, list[tuple[Truth, Constant]]]:
    """By their values, the constants that are truths."""
    found: dict[str, list[tuple[Truth, Constant]]] = {}
    for truth in truths:
        for constant in constants_of(index, [truth.canonical] if truth.canonical.name else []):
            found.setdefault(constant.value, []).append((truth, constant))
    return found


def _used(context: RuleContext, known: Collection[str]) -> set[int]:
    """The places of what is compared, handed on or used as a key."""
    module = context.module
    found = set(module.facts.compared)
    for _, call in module.all_of(Call):
        given = [*call.arguments, *(value for _, value in call.keywords)]
        if any(getattr(module.expression(place), "value", None) in known for place in given):
            found.update(given if not _is_other(context, call) and not _is_lookup(context, call) else ())
    for _, mapping in module.all_of(Mapping):
        found.update(mapping.keys)
    for _, item in module.all_of(Subscript):
        found.add(item.index)
    displays = (module.expression(place) for place in module.facts.compared)
    found.update(place for display in displays if isinstance(display, Items) for place in display.items)
    return found - named_after_neighbours(module, known)


def _is_other(context: RuleContext, call: Call) -> bool:
    called = context.module.last_name(call.function)
    return called in _OTHER_CALLS or called.endswith(_FAILURES)


def _is_lookup(context: RuleContext, call: Call) -> bool:
    """`Kind("user_asked")`: a member of an enumeration by its value, which is how it comes in from outside."""
    targets = context.classes.targets(context.module, call.function)
    classes = (target for target in targets if isinstance(target, Definition) and target.kind == "class")
    return any(is_enumeration(context.classes, target) for target in classes)


def _is_written_plainly(text: Text) -> bool:
    """Whether it is one literal on one line with nothing but its value in it, as far as its length tells."""
    return text.line == text.end_line and text.end_column - text.column - len(text.value) in (2, 3)


def _finding(context: RuleContext, place: int, text: Text, known: list[tuple[Truth, Constant]]) -> Violation:
    truth, constant = known[0]
    others = {item.path for _, item in known} - {constant.path}
    reason = f"`{constant.path}` and `{min(others)}` both have this value" if others else ""
    way_out = f"{import_of(constant.path)}{_with_tail(constant)}"
    message = f"`{text.value!r}` is the truth `{truth.name}` spelled out again: use {way_out}"
    remedy = Naming(place, constant.path, constant.tail, reason)
    return context.violation(
        RULE.name, span_of(text), message, truth.name, symbol=str(constant.path), remedy=remedy
    )


def _with_tail(constant: Constant) -> str:
    return f" with `{constant.tail}`" if constant.tail else ""

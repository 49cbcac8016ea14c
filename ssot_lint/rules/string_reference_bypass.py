"""A string that is a dotted path into something retired.

## What it does

Reports a string constant that is, as a whole, a dotted path (or `module:name`) to something that `retired`, `moved`
or `gone` lists, or below it: targets of `mock.patch` and its kin, `monkeypatch.setattr`, settings, entry points (with
`name =` before them too), lists of module names, logger names. A bare name is reported where a module is given with
it: `mock.patch.object(module, "Name")`, `monkeypatch.setattr(module, "Name", ...)`, `delattr(module, "Name")`. Of
strings that are put together of constants (`f"{BASE}.Name"`, `"%s.Name" % BASE`, `BASE + ".Name"`) those are reported
that `mock.patch` and its kin take for a target. Docstrings, comments, other f-strings with placeholders and strings
that merely contain such a path are not reported, nor are paths to where a module *uses* the truth
(`mock.patch("chat.service.UserExecutionEngine")`).

## Why is this bad?

These references break with the module, at run time and often only in the tests of somebody else.

## Example

```python
@mock.patch("chat.agents.execution_engine.ExecutionEngine")
def test_run(engine): ...
```

## Use instead

```python
@mock.patch("chat.agents.user_execution_engine.UserExecutionEngine")
def test_run(engine): ...
```

## Options

* `truth.retired`: what the truth replaced.
* `truth.allow-in`: modules that may still name it.
* `moved`: what has another place now.
* `gone`: what has no place any more.
* `per-path`: a migration script that lists old names on purpose belongs there.

## Fix safety

Only arguments of `mock.patch` and its kin and of `monkeypatch` are rewritten, and quoted annotations, if they are one
literal and the new module surely has the name; one that is put together is left for you. Safe where a member of the
same class is patched by another way; else unsafe. Manual where the old module uses the name itself, or another file
takes it from that module when it needs it: the patch belongs where the name is *used*. Manual, too, for all other
strings: lists of module names, keys, logger names. A name beside its module, as in
`mock.patch.object(module, "Name")`, is settled with the import of the module.

## Known limits

A retired module without a dot in its name (`helpers`) is a plain word as a string, so it is reported only with
something behind it (`helpers.retry`). A path that ends in a file suffix (`chat.old.py`) is taken for a file name. A
name that is split over two literals side by side (`"chat.ol" "d"`) is not found by the search for names, unless
another name of the configuration stands in the file; nor is one that is put together so that no piece of it in this
file holds the whole last name of what has gone, or by `format` or `join`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ssot_lint.files.dotted import last
from ssot_lint.index import External, Missing
from ssot_lint.model.facts import Attribute, Call, Join, Name, Text, last_name
from ssot_lint.model.policy import ObjectPath, Policy, Retirement
from ssot_lint.model.rule import Rule
from ssot_lint.model.triggers import Triggers
from ssot_lint.model.violation import Violation
from ssot_lint.rules.attributes import module_path
from ssot_lint.rules.context import RuleContext, span_of
from ssot_lint.rules.dynamics import any_owners, imported_texts
from ssot_lint.rules.relocating import move
from ssot_lint.rules.scents import names_of_retired
from ssot_lint.rules.ways_out import why_lost

RULE = Rule("string-reference-bypass", "SOT103", "a string that is a dotted path into something retired")

_PATH = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_DOTTED = re.compile(rf"{_PATH}(?::{_PATH})?")
_ENTRY_POINT = re.compile(rf"[\w.-]+\s*=\s*({_PATH}:{_PATH})(?:\s*\[[^]]*\])?")
_IN_PIECES = "the string is put together of pieces: write the new path by hand, where all that use the pieces allow it"
_SUFFIXES = frozenset("py pyi pyc ipynb md rst txt json toml yaml yml ini cfg html log csv xml sql sh".split())


def triggers(policy: Policy) -> Triggers:
    """What has to stand in a file before this rule can find anything there."""
    return Triggers(names=names_of_retired(policy))


def check(context: RuleContext) -> Iterator[Violation]:
    yield from _of_paths(context)
    yield from _of_targets_put_together(context)
    yield from _of_names_with_their_module(context)


def _of_paths(context: RuleContext) -> Iterator[Violation]:
    consumed: frozenset[int] | None = None
    for place, text in context.module.all_of(Text):
        written = _path_in(text.value) if text.role != "part" else ""
        if not written:
            continue
        path = written.replace(":", ".")
        retirement = context.catalogue.retirement_of(path)
        if retirement is None or _is_file_name(path, retirement) or _is_exempt(context, retirement):
            continue
        if text.role == "annotation" and _is_code_here(context, path):
            continue
        consumed = imported_texts(context) if consumed is None else consumed
        if place not in consumed:
            yield _finding(context, place, text, written, retirement)


def _of_targets_put_together(context: RuleContext) -> Iterator[Violation]:
    """`mock.patch(f"{BASE}.Name")` where all of it can be told."""
    for _, call in context.module.all_of(Call):
        place = call.arguments[0] if call.arguments else dict(call.keywords).get("target", 0)
        join = context.module.expression(place)
        if not isinstance(join, Join) or not _replaces_by_path(context, call):
            continue
        for text in context.index.constant_texts(context.module, place):
            retirement = context.catalogue.retirement_of(_path_in(text).replace(":", ".")) if _path_in(text) else None
            if retirement is None or _is_exempt(context, retirement) or not _spells(context, join, retirement):
                continue
            yield _finding(context, place, join, text, retirement, _IN_PIECES)


def _replaces_by_path(context: RuleContext, call: Call) -> bool:
    """`patch(...)`, `patch.dict(...)`, `patch.multiple(...)`, `monkeypatch.setattr(...)`."""
    function = context.module.expression(call.function)
    if isinstance(function, Attribute) and function.name in ("dict", "multiple"):
        function = context.module.expression(function.value)
    return last_name(function) in ("patch", "setattr", "delattr")


def _spells(context: RuleContext, join: Join, retirement: Retirement) -> bool:
    """Whether a piece holds the name by which the file is found, and none is the path, which is reported then."""
    texts = [text for part in join.parts for text in _own_texts(context, part)]
    is_told = any(_path_in(text) and context.catalogue.retirement_of(text.replace(":", ".")) for text in texts)
    return not is_told and any(last(_old(retirement)) in text for text in texts)


def _own_texts(context: RuleContext, place: int) -> Iterator[str]:
    """What a piece of a string is as far as this file alone tells."""
    piece = context.module.expression(place)
    if isinstance(piece, Text):
        yield piece.value
    elif isinstance(piece, Name):
        for binding in context.module.lookup(piece.id, piece.block, place):
            value = context.module.expression(binding.value) if binding.kind == "assign" else None
            yield from (value.value,) if isinstance(value, Text) else ()


def _of_names_with_their_module(context: RuleContext) -> Iterator[Violation]:
    """`mock.patch.object(module, "Name")` and `setattr(module, "Name", value)`, of whatever makes the change."""
    for _, call in context.module.all_of(Call):
        if len(call.arguments) < 2 or not _sets_an_attribute(context, call):
            continue
        owner, place = call.arguments[:2]
        text = context.module.expression(place)
        if not isinstance(text, Text):
            continue
        if not context.suspicion.falls_on(owner) and not context.meanings.matters(text.value):
            continue
        modules = dict.fromkeys(module_path(context, item) for item in any_owners(context, owner))
        for module in filter(None, modules):
            retirement = context.catalogue.retirement_of(f"{module}.{text.value}")
            if retirement is not None and not _is_exempt(context, retirement):
                yield _finding(context, place, text, f"{module}.{text.value}", retirement)


def _sets_an_attribute(context: RuleContext, call: Call) -> bool:
    function = context.module.expression(call.function)
    if isinstance(function, Attribute) and function.name == "object":
        patch = context.module.expression(function.value)
        return "patch" in (getattr(patch, "id", ""), getattr(patch, "name", ""))
    return last_name(function) in ("setattr", "delattr")


def _path_in(text: str) -> str:
    """The dotted path that a string is, or that an entry point in it has behind its name; "" for any other string."""
    if not ("." in text or ":" in text) or len(text) >= 400:
        return ""
    if _DOTTED.fullmatch(text):
        return text
    entry_point = _ENTRY_POINT.fullmatch(text) if "=" in text else None
    return entry_point[1] if entry_point else ""


def _is_file_name(path: str, retirement: Retirement) -> bool:
    rest = path[len(_old(retirement)):].removeprefix(".")
    return rest in _SUFFIXES


def _is_exempt(context: RuleContext, retirement: Retirement) -> bool:
    return context.catalogue.may_use(context.module, retirement)


def _is_code_here(context: RuleContext, path: str) -> bool:
    """A string annotation whose first name is bound in this file is code, which `import-bypass` judges."""
    return path.partition(".")[0] in context.module.names


def _old(retirement: Retirement) -> str:
    return str(retirement.path).replace(":", ".")


def _finding(
    context: RuleContext, place: int, text: Text | Join, written: str, retirement: Retirement, in_pieces: str = ""
) -> Violation:
    truth = f" (truth `{retirement.truth}`)" if retirement.truth else ""
    verb = {"retired": "is retired", "moved": "has moved", "gone": "is gone"}[retirement.kind]
    new, problem = _way_out(context, written, retirement)
    way_out = f"use `{_in_notation_of(written, new)}`" if new is not None else problem
    message = f"the string names `{retirement.path}`, which {verb}{truth}: {way_out}"
    old = context.catalogue.parted(_object_path(written))
    parted = None if new is None else context.catalogue.parted(new)
    problem = problem or in_pieces or _why_other(context, retirement, parted)
    remedy = move(context, "expression", place, old, parted, problem)
    symbol = text.value if isinstance(text, Text) else written
    return context.violation(RULE.name, span_of(text), message, retirement.truth, (), symbol, remedy)


def _way_out(context: RuleContext, written: str, retirement: Retirement) -> tuple[ObjectPath | None, str]:
    """What to name instead; or, in words, why there is nothing."""
    replacement = retirement.replacement
    if replacement is None:
        return None, "nothing took its place"
    rest = written.replace(":", ".")[len(_old(retirement)) + 1:]
    if retirement.kind == "retired" and not retirement.path.name:
        place = _counterpart(context, replacement, rest)
        return place, "" if place else f"the truth is `{replacement}`"
    place = context.catalogue.place_today(_object_path(written))
    if lost := _lost_name(context, place):
        return None, why_lost(lost)
    return place, ""


def _why_other(context: RuleContext, retirement: Retirement, new: ObjectPath | None) -> str:
    """What takes the place of something outside the project under another name is of another kind."""
    is_name = retirement.kind == "retired" and bool(retirement.path.name)
    if not is_name or new is None or not isinstance(context.index.module_target(retirement.path.module), External):
        return ""
    if last(new.name) == last(retirement.path.name):
        return ""
    return f"`{new}` is something else than `{retirement.path}`: what names it has to be rewritten by hand"


def _object_path(written: str) -> ObjectPath:
    module, _, name = written.partition(":")
    return ObjectPath(module, name)


def _counterpart(context: RuleContext, canonical: ObjectPath, rest: str) -> ObjectPath | None:
    """What took the place of `rest` of a retired module: of the module as such, the module of the truth."""
    name = rest.partition(".")[0]
    if not rest or name == canonical.name or _has(context, ObjectPath(canonical.module, name)):
        return ObjectPath(canonical.module, rest)
    return None


def _lost_name(context: RuleContext, place: ObjectPath) -> ObjectPath | None:
    """The first step of a path that the module before it does not have; None where there may be all of them."""
    parts = str(place).replace(":", ".").split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:length])
        if context.index.module(module, context.module) is not None:
            step = ObjectPath(module, parts[length])
            return None if _has(context, step) else step
    return None


def _has(context: RuleContext, path: ObjectPath) -> bool:
    if context.index.is_left_to_others(path.module, path.name):
        return False
    return not all(isinstance(item.target, Missing) for item in context.index.member(path.module, path.name))


def _in_notation_of(written: str, place: ObjectPath) -> str:
    return str(place) if ":" in written else str(place).replace(":", ".")

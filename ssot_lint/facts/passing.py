"""What a file may hand on under another name, told by its facts alone, without resolving anything.

This decides which files are looked at more closely, so that it says rather too much than too little.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.facts.depth import deep_recursion
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, Choice, FileFacts, Import, Name, Text

CALL, STRING = "()", "'"
"""Behind the name of a function that is called, and before a part of a string, among what is mentioned."""

COUNTERPARTS = 3
"""How many methods a class has at least that others can be like."""

_DEPTH = 12


class Brought(msgspec.Struct, frozen=True, array_like=True):
    """A name that an import binds at the top level.

    Attributes:
        module: as it is written, with dots in front.
        name: empty for `import module`, "*" for a star.
    """

    module: str
    name: str
    local: str


class Made(msgspec.Struct, frozen=True, array_like=True):
    """A name that may stand for one of the things that are mentioned: an alias, or a lazy name."""

    local: str
    mentions: tuple[str, ...]


class Constant(msgspec.Struct, frozen=True, array_like=True):
    """A name that is bound to a string which could be a name itself."""

    local: str
    text: str


class Outlined(msgspec.Struct, frozen=True, array_like=True):
    """A class by its name and those of its methods."""

    name: str
    methods: tuple[str, ...]


class Passing(msgspec.Struct, frozen=True, array_like=True):
    """What others can get from a file.

    Attributes:
        brought: by imports.
        aliases: by assignments, lazy tables and `__getattr__`.
        constants: strings.
        unreadable: nothing is known of it.
        outlines: of classes with methods enough to be like others.
        classes: (name, every name in its bases) of all its classes.
    """

    brought: tuple[Brought, ...]
    aliases: tuple[Made, ...]
    constants: tuple[Constant, ...]
    unreadable: bool = False
    outlines: tuple[Outlined, ...] = ()
    classes: tuple[tuple[str, tuple[str, ...]], ...] = ()


def as_written(facts: FileFacts) -> Passing:
    """What others can get from a file."""
    try:
        with deep_recursion():
            return _passing(facts)
    except RecursionError:
        return Passing((), (), (), unreadable=True)


def _passing(facts: FileFacts) -> Passing:
    handed = [binding for binding in facts.bindings if _is_visible(facts, binding)]
    return Passing(
        tuple(_brought(facts, handed)),
        tuple(_aliases(facts, handed)),
        tuple(_constants(facts, handed)),
        facts.unreadable is not None,
        tuple(_outlines(facts)),
        tuple((fact.name, mentions(facts, fact.bases)) for fact in facts.classes if fact.bases),
    )


def _is_visible(facts: FileFacts, binding: Binding) -> bool:
    """Whether a binding is of the module itself, or of its `__getattr__`."""
    number = facts.blocks[binding.block].scope
    scope = facts.scopes[number]
    if scope.kind == "function" and scope.owner != NONE:
        return facts.functions[scope.owner].name == "__getattr__"
    return number == 0


def _brought(facts: FileFacts, handed: list[Binding]) -> Iterator[Brought]:
    for binding in handed:
        if binding.kind == "import":
            fact: Import = facts.imports[binding.value]
            yield Brought("." * fact.level + fact.module, fact.name, binding.name)


def _aliases(facts: FileFacts, handed: list[Binding]) -> Iterator[Made]:
    for binding in handed:
        if binding.kind == "assign" and binding.value != NONE:
            named = tuple(_alias(facts, binding.value, 0))
            if named:
                yield Made(binding.name, named)
    for entry in facts.lazy:
        parts = [part for part in entry.module.split(".") if part]
        of_code = mentions(facts, (entry.value,)) if entry.value != NONE else ()
        yield Made(entry.name, tuple(dict.fromkeys((*parts, entry.attribute or entry.name, *of_code))))


def _constants(facts: FileFacts, handed: list[Binding]) -> Iterator[Constant]:
    for binding in handed:
        text = facts.expressions[binding.value] if binding.kind == "assign" and binding.value != NONE else None
        if isinstance(text, Text) and text.value.isidentifier():
            yield Constant(binding.name, text.value)


def _outlines(facts: FileFacts) -> Iterator[Outlined]:
    methods: dict[int, dict[str, None]] = {}
    for function in facts.functions:
        if function.owner != NONE:
            methods.setdefault(function.owner, {})[function.name] = None
    for owner, names in methods.items():
        if len(names) >= COUNTERPARTS and facts.classes[owner].qualname == facts.classes[owner].name:
            yield Outlined(facts.classes[owner].name, tuple(names))


def _alias(facts: FileFacts, place: int, depth: int) -> Iterator[str]:
    """The names in an expression that may mean something which exists already, or a constant."""
    expression = facts.expressions[place]
    if isinstance(expression, Name):
        yield expression.id
    elif isinstance(expression, Attribute):
        yield expression.name
        yield from _alias(facts, expression.value, depth + 1)
    elif isinstance(expression, Choice) and depth < _DEPTH:
        for option in expression.options:
            yield from _alias(facts, option, depth + 1)
    elif isinstance(expression, Call):  # import_module("a.b"), under whichever name
        called = _called(facts, expression)
        yield called + CALL
        for argument in expression.arguments:
            text = facts.expressions[argument]
            if isinstance(text, Text):
                yield from (STRING + part for part in text.value.replace(":", ".").split("."))
            elif isinstance(text, (Name, Attribute)) and called in ("import_module", "__import__"):
                yield from _alias(facts, argument, depth + 1)


def _called(facts: FileFacts, call: Call) -> str:
    function = facts.expressions[call.function]
    return getattr(function, "id", "") or getattr(function, "name", "")


def mentions(facts: FileFacts, places: tuple[int, ...]) -> tuple[str, ...]:
    """Every name in expressions, as deep as they go."""
    found: dict[str, None] = {}
    pending = list(places)
    for _ in range(200):
        if not pending:
            break
        expression = facts.expressions[pending.pop()]
        if isinstance(expression, Name):
            found[expression.id] = None
        elif isinstance(expression, Attribute):
            found[expression.name] = None
            pending.append(expression.value)
        elif isinstance(expression, Call):
            pending += (expression.function, *expression.arguments)
        elif isinstance(expression, Choice):
            pending += expression.options
        elif isinstance(expression, Text):
            found.update(dict.fromkeys(expression.value.replace(":", ".").split(".")))
        elif hasattr(expression, "value") and isinstance(expression.value, int):
            pending.append(expression.value)
    return tuple(found)

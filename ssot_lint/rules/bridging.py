"""Compatibility bridges: which are tolerated by declaration, and what tells that something is deprecated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ssot_lint.index.module import parts_of
from ssot_lint.model.facts import NONE, Attribute, Call, Choice, FunctionFact, Join, Name, Text
from ssot_lint.model.policy import Bridge, ObjectPath, Policy
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.naming import plain

_LOGGERS = frozenset({"logger", "log", "logging"})
_LOG_METHODS = frozenset({"warning", "warn", "warning_once"})
_WARN = ("warnings.warn", "warnings.warn_explicit")
_WARNINGS = frozenset({"warn", "warns", "warning", "warnings"})
_FILLING = frozenset({
    "about", "api", "call", "class", "emit", "for", "function", "give", "issue", "log", "method", "module", "of",
    "once", "print", "raise", "send", "show", "the", "usage", "use", "user", "users",
})
_REMOVAL = re.compile(r"Remov\w*Warning")
_DEPTH = 8


def bridges(policy: Policy) -> Iterator[Bridge]:
    """Every declared bridge."""
    return (bridge for truth in policy.truths for bridge in truth.bridges)


def is_tolerated(context: RuleContext, name: str = "") -> bool:
    """Whether a bridge that is not past its date covers the file's module, or what is called so in it."""
    targets = [bridge.target for bridge in bridges(context.policy) if not bridge.expired]
    return any(_covers(target, module, name) for target in targets for module in context.file.modules)


def _covers(target: ObjectPath, module: str, name: str) -> bool:
    if not target.name:
        return f"{module}.".startswith(f"{target.module}.")
    return module == target.module and f"{name}.".startswith(f"{target.name}.")


# --- what warns of a deprecation


def warns(context: RuleContext, call: Call, names: Iterable[str]) -> bool:
    """Whether a call says that something is deprecated.

    Args:
        names: of what it would have to speak of, where it is only logged.
    """
    called = context.module.last_name(call.function)
    if _is_helper(called):
        return True
    if _is_deprecation(context, call) and context.index.callee(context.module, call) in _WARN:  # which takes longer
        return True
    texts = [text for place in call.arguments[:1] for text in _texts(context, place)]
    logged = called in _LOG_METHODS and _is_logger(context, call)
    return logged and any(map(says_deprecated, texts)) and any(name in text for name in names for text in texts)


def is_always_made(context: RuleContext, function: FunctionFact, place: int, call: Call) -> bool:
    """Whether a call is made whenever its function is called and nothing is raised."""
    return is_on_the_way(context, function, place, call) and not is_optional(context, place)


def is_on_the_way(context: RuleContext, function: FunctionFact, place: int, call: Call) -> bool:
    """Whether the statement that a call stands in is reached whenever its function is called and nothing is raised."""
    is_behind = NONE < function.leaves <= place
    return not is_behind and {"body", "try", "try-else"}.issuperset(context.module.kinds_around(call.block))


def is_optional(context: RuleContext, place: int) -> bool:
    """Whether an expression is an operand of `and`, `or` or `x if y else z`, or a part of one."""
    return any(
        place == option or place in _parts(context, option)
        for _, choice in context.module.all_of(Choice) for option in choice.options
    )


def _parts(context: RuleContext, place: int) -> Iterator[int]:
    """What an expression consists of, as far as calls are looked for."""
    expression = context.module.expression(place)
    parts: Iterable[int] = parts_of(expression)
    if isinstance(expression, Call):
        parts = (expression.function, *expression.arguments, *(value for _, value in expression.keywords))
    elif isinstance(expression, Attribute):
        parts = (expression.value,)
    for part in parts:
        if part != NONE:
            yield part
            yield from _parts(context, part)


def _is_helper(name: str) -> bool:
    """Whether a function is called like one that warns of its caller: `warn_deprecated`, `issue_deprecation_warning`.

    What speaks of an argument, or of keeping warnings back (`ignore_deprecation_warnings`), is none, nor is a class.
    """
    if not says_deprecated(name):
        return False
    words = set(plain(name).split("_"))
    deprecates = {word for word in words if word.startswith("deprecat")}
    warns_of_it = not words.isdisjoint(_WARNINGS) and bool(deprecates)
    return warns_of_it and words - deprecates <= _WARNINGS | _FILLING and not name[:1].isupper()


def _is_logger(context: RuleContext, call: Call) -> bool:
    function = context.module.expression(call.function)
    return isinstance(function, Attribute) and context.module.last_name(function.value).strip("_").lower() in _LOGGERS


def _is_deprecation(context: RuleContext, call: Call) -> bool:
    message = call.arguments[0] if call.arguments else dict(call.keywords).get("message", NONE)
    texts = list(_texts(context, message)) if message != NONE else []
    category = dict(call.keywords).get("category", call.arguments[1] if len(call.arguments) > 1 else NONE)
    if category != NONE:
        named = set(_names_of(context, category))
    else:  # `warn(DeprecationWarning("..."))`
        named = {name for name in _names_of(context, message) if name.endswith("Warning")} if message != NONE else set()
    if any(says_deprecated(name) or _REMOVAL.fullmatch(name) for name in named):
        return True
    doubtful = not named or not named.isdisjoint({"FutureWarning", "UserWarning"})
    return doubtful and any(map(says_deprecated, texts))


def _names_of(context: RuleContext, place: int) -> Iterator[str]:
    """The name of a category, or of what makes a warning of one, here and where it is imported from."""
    expression = context.module.expression(place)
    if isinstance(expression, Call):
        yield from _names_of(context, expression.function)
    elif isinstance(expression, (Name, Attribute)):
        yield context.module.last_name(place)
        yield from imported_as(context, place)


def imported_as(context: RuleContext, place: int) -> Iterator[str]:
    """What a name is called in the module that it is imported from."""
    name = context.module.expression(place)
    for binding in context.module.lookup(name.id, name.block, place) if isinstance(name, Name) else ():
        if binding.kind == "import":
            yield context.facts.imports[binding.value].name


def says_deprecated(text: str) -> bool:
    return "eprecat" in text or "EPRECAT" in text


def _texts(context: RuleContext, place: int, depth: int = 0) -> Iterator[str]:
    """The constant parts of a message: of an f-string, a sum, of what `format` is asked of."""
    expression = context.module.expression(place)
    if isinstance(expression, Text):
        yield expression.value
    elif depth > _DEPTH:
        return
    elif isinstance(expression, Join):
        for part in expression.parts:
            yield from _texts(context, part, depth + 1)
    elif isinstance(expression, Call):
        for part in (expression.function, *expression.arguments[:1]):
            yield from _texts(context, part, depth + 1)
    elif isinstance(expression, Attribute):
        yield from _texts(context, expression.value, depth + 1)

"""What caches keep: the results of functions that are decorated with one, or handed to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.index import Definition, External
from ssot_lint.model.facts import Call, Literal
from ssot_lint.rules.context import RuleContext

_CACHES = frozenset({
    "functools.lru_cache", "functools.cache", "async_lru.alru_cache", "asyncache.cached", "cachetools.cached",
    "cachetools.func.lru_cache", "cachetools.func.ttl_cache", "cachetools.func.lfu_cache", "aiocache.cached",
    "methodtools.lru_cache", "streamlit.cache_resource",
})
_LAST_NAMES = frozenset(path.rpartition(".")[2] for path in _CACHES)


def cached(context: RuleContext) -> Iterator[tuple[int, str]]:
    """The results of functions of a file that a cache keeps, each with what the function is called, in words."""
    for function in context.facts.functions:
        if any(_is_cache(context, place) for place in function.decorators):
            yield from ((place, f"`{function.qualname}`") for place in function.returned)
    imported = {item.alias for item in context.facts.imports if item.name in _LAST_NAMES}
    for _, call in context.module.all_of(Call):
        if call.arguments and _name(context, call.function) in _LAST_NAMES | imported:
            if _is_at_import(context, call.block) and _is_cache(context, call.function):
                yield from _results(context, call.arguments[0])


def _name(context: RuleContext, place: int) -> str:
    expression = context.module.expression(place)
    return context.module.last_name(expression.function if isinstance(expression, Call) else place)


def _is_cache(context: RuleContext, place: int) -> bool:
    """Whether an expression is a decorator that caches, with its arguments or without."""
    expression = context.module.expression(place)
    decorator = expression.function if isinstance(expression, Call) else place
    targets = context.classes.targets(context.module, decorator)
    return any(isinstance(target, External) and target.path in _CACHES for target in targets)


def _is_at_import(context: RuleContext, block: int) -> bool:
    return not any(True for _ in context.module.functions_around(block))


def _results(context: RuleContext, place: int) -> Iterable[tuple[int, str]]:
    """What a function gives that is handed over: a lambda, or one of the file by its name."""
    if isinstance(context.module.expression(place), Literal):
        return [(item.body, "a lambda") for item in context.facts.lambdas if item.place == place]
    return [
        (result, f"`{target.name}`") for target in context.classes.targets(context.module, place)
        if isinstance(target, Definition) and target.kind == "function" and target.path == context.file.path
        for result in context.facts.functions[target.index].returned
    ]

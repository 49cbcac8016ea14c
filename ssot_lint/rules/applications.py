"""Which expressions mean a web application, or what it keeps things in: both outlive every request."""

from __future__ import annotations

from collections.abc import Iterable

from ssot_lint.index import Definition, External, Module
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, Name
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.naming import plain

_NAMES = frozenset({"app", "application", "current_app"})
_STORES = frozenset({"state", "config", "extensions", "ctx"})
"""Attributes in which applications of one framework or another keep what they share."""

_REQUESTS = frozenset({"request", "websocket", "connection"})
_CURRENT = frozenset({"flask.current_app", "quart.current_app"})
_CLASSES = frozenset({
    "aiohttp.web.Application", "aiohttp.web_app.Application", "connexion.App", "connexion.FlaskApp", "falcon.App",
    "falcon.asgi.App", "fastapi.FastAPI", "fastapi.applications.FastAPI", "flask.Flask", "flask.app.Flask",
    "litestar.Litestar", "quart.Quart", "quart.app.Quart", "sanic.Sanic", "sanic.app.Sanic",
    "starlette.applications.Starlette", "tornado.web.Application",
})
_SETTING_UP = frozenset({"init", "initialise", "initialize", "setup", "configure"})
_STARTING = frozenset({"startup", "lifespan"})


def is_application(context: RuleContext, place: int) -> bool:
    """Whether an expression surely means an application: `request.app`, `current_app`, what is declared to be one."""
    expression = context.module.expression(place)
    if isinstance(expression, Attribute):
        if expression.name == "app" and context.module.last_name(expression.value) in _REQUESTS:
            return True
        return expression.name == "current_app" and _are(context.classes.targets(context.module, place), _CURRENT)
    if not isinstance(expression, Name):
        return False
    bindings = context.module.lookup(expression.id, expression.block, place)
    return bool(bindings) and all(_is_one(context, place, binding) for binding in bindings)


def is_store_of_application(module: Module, place: int) -> bool:
    """`app.state`, `request.app.extensions`: whatever the application is, what it keeps there it shares."""
    expression = module.expression(place)
    if not isinstance(expression, Attribute) or expression.name not in _STORES:
        return False
    return module.last_name(expression.value) in _NAMES


def _is_one(context: RuleContext, place: int, binding: Binding) -> bool:
    if binding.kind == "import":
        return _are(context.classes.targets(context.module, place), _CURRENT)
    if binding.annotation != NONE:
        return _is_class_of_applications(context, binding.annotation)
    if binding.kind == "parameter":
        return binding.name == "app" and _sets_up(context.module, binding.block)
    call = context.module.expression(binding.value) if binding.kind == "assign" and binding.value != NONE else None
    return isinstance(call, Call) and _is_class_of_applications(context, call.function)


def _is_class_of_applications(context: RuleContext, place: int) -> bool:
    targets = context.classes.targets(context.module, place)
    classes = [target for target in targets if isinstance(target, Definition) and target.kind == "class"]
    if classes and len(classes) == len(targets):
        return all(not _CLASSES.isdisjoint(context.classes.ancestry(item).externals) for item in classes)
    return _are(targets, _CLASSES)


def _are(targets: Iterable[object], paths: frozenset[str]) -> bool:
    found = list(targets)
    return bool(found) and all(isinstance(item, External) and item.path in paths for item in found)


def _sets_up(module: Module, block: int) -> bool:
    """Whether the function around a block is called like one that makes an application ready: `init_app`, `startup`."""
    for _, function in module.functions_around(block):
        words = plain(function.name).split("_")
        return words[0] in _SETTING_UP or not _STARTING.isdisjoint(words)
    return False

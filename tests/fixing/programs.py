"""Random programs with legacy calls, which are run before and after the calls gave way to their replacements.

Everything that happens in them is recorded: calls of functions, operators on values, attributes of what functions
return. A legacy call is defined as what was declared to replace it, so that both runs have to record the same.
"""

from __future__ import annotations

import asyncio
import sys
import types
from collections.abc import Callable
from random import Random
from typing import NamedTuple

PARAMETERS = ("p", "q", "x", "n", "f", "item", "build_value")


class Program(NamedTuple):
    """A configuration and a program, with the legacy call as Python."""

    configuration: str
    app: str
    legacy: str
    awaited: bool


# --- drawing


def draw(rng: Random) -> Program:
    """A program with one to three calls of one legacy member."""
    parameters = rng.sample(PARAMETERS, rng.randint(0, 3))
    defaults = {name: rng.choice(("1", "'d'", "None", "(1, 2)")) for name in parameters if rng.random() < 0.3}
    ordered = sorted(parameters, key=lambda name: name in defaults)
    kinds, signature = _signature(rng, ordered, defaults)
    on_instance, awaited = rng.random() < 0.3, rng.random() < 0.2
    expression = _replacement(rng, ordered, on_instance)
    member = "run_legacy" if on_instance else "create"
    imports = "imports = ['chat.factory:build']\n" if "build(" in expression else ""
    configuration = (
        "[[truth]]\nname = 'engine'\ncanonical = 'chat.engine:Engine'\n"
        "removed = { create = 'x', run_legacy = 'x' }\n[[truth.inline]]\n"
        f'call = "{member}({signature})"\nwith = "{expression}"\n{imports}awaited = {str(awaited).lower()}\n'
    )
    calls = [_call(rng, ordered, kinds, defaults, on_instance, awaited) for _ in range(rng.randint(1, 3))]
    self_ = "self" + (", " if signature else "") if on_instance else ""
    legacy = f"{'async ' * awaited}def {member}({self_}{signature}):\n    return {expression}\n"
    return Program(configuration, _app(rng, calls, awaited), legacy, awaited)


def _signature(rng: Random, names: list[str], defaults: dict[str, str]) -> tuple[dict[str, str], str]:
    only_keyword = rng.randint(0, len(names)) if rng.random() < 0.3 else len(names)
    only_position = rng.randint(0, only_keyword) if rng.random() < 0.2 else 0
    parts, kinds = [], {}
    for place, name in enumerate(names):
        if place == only_keyword:
            parts.append("*")
        parts.append(f"{name}={defaults[name]}" if name in defaults else name)
        kinds[name] = "keyword" if place >= only_keyword else "position" if place < only_position else "either"
        if only_position and place == only_position - 1:
            parts.append("/")
    return kinds, ", ".join(parts)


def _replacement(rng: Random, names: list[str], on_instance: bool) -> str:
    def part(depth: int) -> str:
        if depth > 2 or rng.random() < 0.45:
            return rng.choice(names) if names and rng.random() < 0.85 else rng.choice(("1", "None", "'s'"))
        a, b, c = (part(depth + 1) for _ in range(3))
        return rng.choice((
            f"build({a})", f"build({a}, k={b})", f"[{a}, {b}]", f"({a}, {b})", f"({a} if {b} else {c})",
            f"[{a} or {b}]",
            f"dict(a={a})", f"build({a}).field", f"(lambda: {a})", f"[lambda: {a}]",
            f"[build(item, {a}) for item in (1, 2)]",
            f"wrap({a}) + wrap({b})", f"wrap({a}) * wrap({b})", f"(not {a})", f"[*wrap({a})]", f"build({a} is {b})",
            f"list(map(lambda item: (item, {a}), (1, 2)))",
        ))

    arguments = [part(0) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.4:
        arguments[-1] = f"last={arguments[-1]}"
    callee = "self.run" if on_instance else rng.choice(("Engine", "Engine", "build"))
    if not on_instance and rng.random() < 0.15:
        return f"wrap({part(0)}) + wrap({part(0)})".replace("wrap", "build")
    return f"{callee}({', '.join(arguments)})".replace("wrap", "build")


def _argument(rng: Random, awaits: bool, depth: int = 0) -> str:
    inner = _argument(rng, awaits, depth + 1) if depth < 2 else "1"
    if rng.random() < 0.3:  # what one of them does, another sees
        return rng.choice(("GLOBAL", "bump()", "n", "(n := 6)", "o.a", "change()", "item", "x"))
    return rng.choice((
        "x", "y", "n", "o.a", "o.b", "GLOBAL", "1", "'t'", "-1", "None", "f()", "g(1)", f"f({inner})", "change()",
        "bump()", f"(n := {inner})", "[]", f"[{inner}]", f"({inner}, 2)", "x + y", f"x if {inner} else y", "lambda: x",
        "x or f()",
        "f(\n        1,  # kept\n    )", "x +\n        y", "'a' 'b'", "{'k': f()}", "x is y", "f", "(i for i in 'ab')",
        *(["await later()"] if awaits else ["o.a"]),
    ))


def _call(
    rng: Random, names: list[str], kinds: dict[str, str], defaults: dict[str, str], on_instance: bool, awaited: bool
) -> str:
    positional: list[str] = []
    keywords: list[str] = []
    for name in names:
        if name in defaults and rng.random() < 0.5:
            if kinds[name] != "keyword":
                kinds = {key: "keyword" if kind == "either" else kind for key, kind in kinds.items()}
            continue
        text = _argument(rng, awaited)
        if kinds[name] == "position" or (kinds[name] == "either" and not keywords and rng.random() < 0.6):
            positional.append(text)
        else:
            keywords.append(f"{name}={text}")
    rng.shuffle(keywords)
    separator = rng.choice((", ", ", ", ",\n        ", ",  # note\n        "))
    end = ",  # end\n    " if "#" in separator and (positional or keywords) else ""
    receiver = rng.choice(("engine", "o.engine", "make()")) if on_instance else "Engine"
    member = "run_legacy" if on_instance else "create"
    return f"{'await ' * awaited}{receiver}.{member}({separator.join((*positional, *keywords))}{end})"


def _app(rng: Random, calls: list[str], awaited: bool) -> str:
    shapes = (
        "    r = {}\n", "    return {}\n", "    {}\n", "    r = g({})\n", "    r = g(f(), {})\n", "    r = [{}, f()]\n",
        "    r = t[f()] = {}\n", "    r = {} if f() else None\n", "    r = ({})\n", "    r: object = {}\n",
        "    r = 1; r = {}\n", "    if f(): r = {}\n", "    for n in (1, 2):\n        r = {}\n        seen(r)\n",
        "    r = [{} for y in (1, 2)]\n", "    with manager() as x:\n        r = {}\n", "    r = -1 if not {} else 2\n",
        "    class Holder:\n        x = 5\n        r = {}\n    r = Holder.r\n",
    )
    rebound = "" if rng.random() < 0.5 else "    x = y = n = item = 9\n"
    body = "".join(rng.choice(shapes).format(call) + f"    seen(r)\n    rs.append(r)\n{rebound}" for call in calls)
    early = "    def inner():\n        nonlocal y\n        y = 3\n" if rng.random() < 0.1 else ""
    shadow = "    build = 1\n" if rng.random() < 0.05 else ""
    return (
        "from chat.engine import Engine\nfrom support import change, f, g, later, manager, o, seen\nGLOBAL = 0\n"
        "def bump():\n    global GLOBAL\n    GLOBAL += 1\n    return GLOBAL\n"
        "def make() -> Engine:\n    return o.engine\n"
        f"{'async ' * awaited}def main(engine: Engine, x, y, n, item):\n    t = {{}}\n    r = None\n    rs = []\n"
        f"{early}{shadow}{body}    return rs\n"
    )


# --- running


class Value:
    """A value that records what is done with it."""

    def __init__(self, name: str, log: list[str]) -> None:
        self._name = name
        self._log = log

    def __repr__(self) -> str:
        return self._name

    def _done(self, what: str) -> Value:
        self._log.append(f"{self._name} {what}")
        return Value(f"<{self._name} {what}>", self._log)

    def __getattr__(self, name: str) -> Value:
        return self._done(f".{name}")

    def __add__(self, other: object) -> Value:
        return self._done(f"+ {other!r}")

    __radd__ = __add__

    def __mul__(self, other: object) -> Value:
        return self._done(f"* {other!r}")

    __rmul__ = __mul__

    def __neg__(self) -> Value:
        return self._done("neg")

    def __bool__(self) -> bool:
        self._done("bool")
        return len(self._name) % 2 == 0

    def __iter__(self) -> object:
        self._done("iter")
        return iter((1, 2))


def run(program: Program, app: str, legacy: bool) -> tuple[list[str], str] | None:
    """What a program records and gives, with the legacy member or without; None where it fails."""
    log: list[str] = []
    modules = _modules(program, log, legacy)
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        scope: dict[str, object] = {}
        exec(compile(app, "app.py", "exec"), scope)  # noqa: S102  # the program is our own
        main: Callable[..., object] = scope["main"]  # type: ignore[assignment]
        engine = modules["support"].o.engine
        result = main(engine, Value("x", log), Value("yy", log), 7, 8)
        result = asyncio.run(result) if program.awaited else result  # type: ignore[arg-type]
        return log, _shown(result)
    except Exception as error:  # noqa: BLE001  # whatever a random program does
        log.append(f"{type(error).__name__}")
        return None
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def _shown(value: object) -> str:
    """A value in words; what it does later is done now."""
    if isinstance(value, types.FunctionType) and value.__name__ == "<lambda>":
        return f"later {_shown(value())}"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({', '.join(map(_shown, value))})"
    if isinstance(value, dict):
        return f"dict({', '.join(f'{key}: {_shown(item)}' for key, item in value.items())})"
    if isinstance(value, types.GeneratorType):
        return f"generator {list(value)}"
    if isinstance(value, types.FunctionType):
        return f"function {value.__name__}"
    if hasattr(value, "kept") and not isinstance(value, Value):
        return f"engine {_shown(value.kept)}"
    return repr(value)


def _modules(program: Program, log: list[str], legacy: bool) -> dict[str, types.ModuleType]:
    chat, engine, factory, support = (
        types.ModuleType(name) for name in ("chat", "chat.engine", "chat.factory", "support")
    )

    def recorded(name: str) -> Callable[..., Value]:
        def function(*arguments: object, **keywords: object) -> Value:
            log.append(f"{name} {_kept(arguments)} {_kept(keywords)}")
            return Value(f"{name}{len(log)}", log)

        function.__name__ = name
        return function

    class Engine:
        def __init__(self, *arguments: object, **keywords: object) -> None:
            log.append(f"Engine {_kept(arguments)} {_kept(keywords)}")
            self.kept = (arguments, keywords)

        def run(self, *arguments: object, **keywords: object) -> tuple[object, ...]:
            log.append(f"run {_kept(arguments)} {_kept(keywords)}")
            return arguments, keywords

    factory.build = recorded("build")  # type: ignore[attr-defined]
    engine.Engine = Engine  # type: ignore[attr-defined]
    _fill(support, log, Engine, recorded)
    if legacy:
        scope = {"Engine": Engine, "build": factory.build}
        exec(program.legacy, scope)  # noqa: S102
        for member in ("create", "run_legacy"):
            if member in scope:
                function = scope[member]
                setattr(Engine, member, staticmethod(function) if member == "create" else function)
    return {"chat": chat, "chat.engine": engine, "chat.factory": factory, "support": support}


def _kept(values: object) -> str:
    """A value as it is now: what it does later is not done yet."""
    if isinstance(values, (list, tuple)):
        return f"({', '.join(map(_kept, values))})"
    if isinstance(values, dict):
        return f"{{{', '.join(f'{key}: {_kept(item)}' for key, item in values.items())}}}"
    return type(values).__name__ if isinstance(values, (types.FunctionType, types.GeneratorType)) or hasattr(
        type(values), "run"
    ) else repr(values)


def _fill(
    support: types.ModuleType, log: list[str], engine: type, recorded: Callable[[str], Callable[..., Value]]
) -> None:
    class Holder:
        a, b = "a0", "b0"

    class Manager:
        def __enter__(self) -> str:
            return "entered"

        def __exit__(self, *_: object) -> None:
            log.append("exit")

    async def later() -> Value:
        return recorded("later")()

    def change() -> str:
        log.append("change")
        Holder.a, Holder.b = f"a{len(log)}", f"b{len(log)}"
        return "changed"

    holder = Holder()
    holder.engine = engine()  # type: ignore[attr-defined]
    support.__dict__.update(
        o=holder, f=recorded("f"), g=recorded("g"), later=later, manager=Manager, change=change,
        seen=lambda value: log.append(f"seen {_shown(value)}"),
    )

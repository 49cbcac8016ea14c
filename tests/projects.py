"""Random small projects: a policy, and code that reaches what it names in every way that somebody could think of.

A project is drawn as `Way`s, from what the policy names through any number of modules to where it is used. Ways share
their modules and a small stock of names, so that they cross, hide and interrupt each other. In the end some files are
spelled oddly (`tests/disguises.py`) and some are broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import NamedTuple

from ssot_lint.files import describe
from ssot_lint.model.policy import Policy
from ssot_lint.model.source import SourceFile
from ssot_lint.rules.registry import rules
from tests.disguises import disguised, written

Files = dict[str, bytes]
CONFIGURATION = "ssot-lint.toml"

MODULES = (
    "chat/__init__", "chat/engine", "chat/old", "chat/old/__init__", "chat/old/deep", "chat/api", "chat/hub", "chat/x",
    "chat/core/__init__", "chat/core/m", "chat/core/engine", "chat/core/deep/__init__", "chat/core/deep/n",
    "chat/tests/test_m", "tools/__init__", "tools/run", "tools/old", "tools/hub", "main", "p", "m2", "engine", "deep",
    "chat/engine/__init__", "chat/engine/impl", "chat/Engine", "conf/consts", "x", "tools/x", "conf/x",
)
SOURCES = (["."], ["."], [".", "chat"], [".", "chat/old"], [".", "chat/core"], ["tools", "."], [".", "tools", "conf"])
ALIASES = (
    "E", "Y", "X", "Motor", "core", "m2", "m3", "old", "engine", "Engine", "deep", "n", "_e", "load", "get", "Base",
    "api",
)
CLASSES = ("Engine", "Motor", "Core", "E", "X", "Engine2", "FastEngine", "Größe", "FinalEngine")
MEMBERS = ("create_from_legacy", "get", "run", "X", "flush")
GLOBS = ("*Engine", "*", "?ngine", "[EM]*", "*[!s]", "Fast*", "Gr*", "Y", "[!A-Z]*")
NOQA = ("# noqa", "# noqa", "# noqa: SOT101", "# noqa: SOT1", "# noqa:SOT103,SOT3", "# noqa: E501, SOT201", "# noqa: SOT")
PATTERNS = ("chat/", "*.py", "tools/", "chat/old*", "main.py")
EXCEPTIONS = ("import-bypass", "SOT1", "SOT2", "missing-import", "SOT3", "unused-suppression")
OUTSIDE = ("distutils", "os:environ", "os:getenv", "xml.dom", "distutils.core:setup")


class Way(NamedTuple):
    """How something is reached: in `module` under `name`, which may have dots; the module itself without one."""

    module: str
    name: str
    kind: str


class Draft:
    """A project in the making: for each file the pieces of its text."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.crowded = rng.random() < 0.5
        self.names = 0
        self.src = rng.choice(SOURCES)
        chosen = {"chat/__init__", *rng.sample(MODULES, rng.randint(5, 13))}
        if rng.random() < 0.9:
            chosen |= {f"{folder}/__init__" for folder in _folders(chosen) if not folder.endswith("tests")}
        self.files = [self.describe(f"{name}.py") for name in sorted(chosen)]
        self.pieces: dict[str, list[str]] = {file.path: [] for file in self.files}
        self.truths: list[dict[str, str]] = []
        self.moved: dict[str, str] = {}
        self.gone: list[str] = []
        self.members = rng.sample(MEMBERS, rng.choice((0, 1, 1, 2)))

    def describe(self, path: str) -> SourceFile:
        roots = tuple("" if entry == "." else entry for entry in self.src)
        found = describe(path, "/nowhere", Policy(src=tuple(self.src)), roots)
        assert found is not None
        return found

    # --- choices

    def file(self) -> SourceFile:
        return self.rng.choice(self.files)

    def module(self) -> str:
        return self.rng.choice(self.file().modules)

    def alias(self, home: SourceFile) -> str:
        """A name for something in a module; in a package sometimes that of a submodule."""
        if not self.crowded and self.chance(0.9):
            self.names += 1
            return f"Name{self.names}"
        below = [file.modules[0].rpartition(".")[2] for file in self.files if _parent(file) == home.modules[0]]
        if below and self.rng.random() < 0.15:
            return self.rng.choice(below)
        return self.rng.choice(ALIASES) if self.rng.random() < 0.6 else f"N{self.rng.randrange(9)}"

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def add(self, home: SourceFile, piece: str) -> None:
        self.pieces.setdefault(home.path, []).append(piece)

    # --- modules and names as a file can write them

    def source(self, home: SourceFile, module: str) -> str:
        """A module in `from ... import`: absolute, by another of its names, or relative."""
        names = next((file.modules for file in self.files if module in file.modules), (module,))
        module = self.rng.choice([module, *names])
        package = home.modules[0] if home.is_package else _parent(home)
        own, parts = package.split(".") if package else [], module.split(".")
        shared = next((i for i, (one, other) in enumerate(zip(own, parts)) if one != other), min(len(own), len(parts)))
        if not shared or self.chance(0.5):
            return module
        kept = self.rng.randint(1, shared)
        return "." * (len(own) - kept + 1) + ".".join(parts[kept:])

    def import_of(self, home: SourceFile, module: str, name: str, alias: str) -> str:
        """`from module import name as alias`, in one of its shapes; "import module as alias" without a name."""
        if not name:
            return self.module_import(home, module, alias)
        imported = name if name == alias and self.chance(0.8) else f"{name} as {alias}"
        shape = self.rng.choice(("{}", "{}", "(\n    nothing_else,  # Engine\n    {},\n)", "({})", "{}, {}", "sys, {}"))
        if "nothing" in shape and self.chance(0.7):
            shape = "({},)"
        return f"from {self.source(home, module)} import {shape.format(imported, imported)}\n"

    def module_import(self, home: SourceFile, module: str, alias: str) -> str:
        parent, _, last = module.rpartition(".")
        if parent and self.chance(0.6):
            return f"from {self.source(home, parent)} import {last} as {alias}\n"
        shape = self.rng.choice(("import {} as {}\n", "import json, {} as {}\n", "import {} as {}, sys\n"))
        return shape.format(module, alias)

    def module_expression(self, home: SourceFile, module: str) -> tuple[str, str]:
        """Statements, and the expression that is the module after them."""
        alias = self.alias(home)
        text, spelled = self.string(home, module, True)
        ways = [
            (f"import {module}\n", module), (f"import json,{module}, sys\n", module),
            (self.module_import(home, module, alias), alias), (self.module_import(home, module, alias), alias),
            (f"{text}import importlib\n{alias} = importlib.import_module({spelled})\n", alias),
            (f"{text}from importlib import import_module as {alias}\n", f"{alias}({spelled})"),
            (f"{text}import sys\n", f"sys.modules[{spelled}]"),
            (f"{text}{alias} = __import__({spelled}, fromlist=['a'])\n", alias),
            ("", f"__import__({module!r})" + "".join(f".{part}" for part in module.split(".")[1:])),
        ]
        return self.rng.choice(ways)

    def expression(self, home: SourceFile, way: Way) -> tuple[str, str]:
        """Statements, and the expression that is what the way leads to after them."""
        if not way.name or self.chance(0.4):
            statements, owner = self.module_expression(home, way.module)
            return statements, f"{owner}.{way.name}" if way.name else owner
        first, dot, rest = way.name.partition(".")
        alias = self.alias(home)
        return self.import_of(home, way.module, first, alias), alias + dot + rest

    def string(self, home: SourceFile, text: str, dynamic: bool) -> tuple[str, str]:
        """Statements, and an expression that is a text; only for a dynamic import is a name itself split."""
        cuts = [place for place in range(1, len(text)) if dynamic or not (text[place - 1] + text[place]).isalnum()]
        if not cuts or self.chance(0.5):
            return "", _quoted(text)
        cut = self.rng.choice(cuts)
        one, other = text[:cut], text[cut:]
        shape = self.rng.randrange(6 if dynamic else 1)
        if shape < 3:
            return "", ("{} {}", "{} + {}", "f{} f{}")[shape].format(_quoted(one), _quoted(other))
        constant = self.constant(home, one)
        rest = self.constant(home, other) if shape == 5 else None
        if rest:
            return constant[0] + rest[0], f"{constant[1]} + {rest[1]}"
        return constant[0], f"{constant[1]} + {_quoted(other)}" if shape == 3 else f'f"{{{constant[1]}}}{other}"'

    def constant(self, home: SourceFile, text: str) -> tuple[str, str]:
        """A text that stands in another module, or in the same."""
        self.names += 1
        name = f"K{self.rng.randrange(9)}" if self.crowded else f"Const{self.names}"
        other = self.file()
        if other is home or self.chance(0.3):
            return f"{name} = {_quoted(text)}\n", name
        self.add(other, f"{name} = {_quoted(text)}\n")
        if self.chance(0.3):
            return self.import_of(home, other.modules[0], "", "konst"), f"konst.{name}"
        return self.import_of(home, other.modules[0], name, f"{name}_"), f"{name}_"

    # --- the policy

    def claims(self, path: str) -> bool:
        """Whether the policy names a path already, or a truth in it: it may not be retired then."""
        named = [truth["canonical"].strip('"') for truth in self.truths]
        taken = path in self.moved or path in self.gone or any(f'"{path}"' in truth["retired"] for truth in self.truths)
        return taken or any(f"{name}.".replace(":", ".").startswith(f"{path}.".replace(":", ".")) for name in named)

    def configuration(self) -> str:
        lines = [f"src = {self.src}", f"gone = {_array(self.gone)}", "[moved]"]
        lines += [f'"{old}" = "{new}"' for old, new in self.moved.items()]
        if self.chance(0.3):
            on = self.rng.sample(sorted(rules()), self.rng.choice((1, 2, 6)))
            lines += ["[severity]", *(f'{rule} = "off"' for rule in sorted(rules()) if rule not in on)]
        if self.chance(0.1):
            lines += ["[missing-import]", "scope = 'all'"]
        if self.chance(0.2):
            entries = {pattern: self.rng.sample(EXCEPTIONS, 2) for pattern in self.rng.sample(PATTERNS, 2)}
            lines += ["[per-path]", *(f'"{pattern}" = {_array(items)}' for pattern, items in entries.items())]
        for truth in self.truths:
            lines += ["[[truth]]", *(f"{key} = {value}" for key, value in truth.items())]
        return "\n".join([*lines, ""]).replace("'", '"')


def _folders(names: set[str]) -> Iterator[str]:
    for name in names:
        parts = name.split("/")[:-1]
        yield from ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def _parent(file: SourceFile) -> str:
    return file.modules[0].rpartition(".")[0]


def _quoted(text: str) -> str:
    return f'"{text}"'


def _array(items: list[str]) -> str:
    return f"[{', '.join(map(_quoted, items))}]"


# --- from module to module

Hop = Callable[[Draft, SourceFile, Way, str], "Way | None"]
HOPS: list[Hop] = []
Use = Callable[[Draft, SourceFile, Way], None]
USES: list[Use] = []


def hop(function: Hop) -> Hop:
    """Register a way on: it writes to the file what makes the thing reachable there by the name given."""
    HOPS.append(function)
    return function


def use(function: Use) -> Use:
    """Register a use: it writes to the file what does something with the thing that a way leads to."""
    USES.append(function)
    return function


@hop
def renamed(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    first, dot, rest = way.name.partition(".")
    draft.add(home, draft.import_of(home, way.module, first, alias))
    return Way(home.modules[0], alias + dot + rest, way.kind)


@hop
def renamed_again(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    return renamed(draft, home, way, alias)


@hop
def assigned(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way:
    statements, expression = draft.expression(home, way)
    shapes = (
        "{a} = {e}\n", "{a}: object = {e}\n", "{a} = {e} if FLAG else None\n", "{a} = FLAG and {e} or None\n",
        "({a} := {e})\n", "if FLAG:\n    {a} = None\nelse:\n    {a} = {e}\n", "{a} = (\n    {e}\n)\n",
        "def f():\n    global {a}\n    {a} = {e}\n", "x, y = 1, 2; {a}: object = {e}\n",
        "{a} = _last = {e}\n", "try:\n    {a} = {e}\nexcept AttributeError:\n    {a} = None\n",
    )
    draft.add(home, statements + draft.rng.choice(shapes).format(a=alias, e=expression))
    return Way(home.modules[0], alias, way.kind)


@hop
def guarded(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way:
    first, dot, rest = way.name.partition(".")
    statement = draft.import_of(home, way.module, first, alias).replace("\n", "\n    ").rstrip(" ")
    shapes = (
        "try:\n    {}except ImportError:\n    {a} = None\n",
        "try:\n    import fast as {a}\nexcept ImportError:\n    {}",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {}", "def g():\n    global {a}\n    {}",
        "if FLAG:\n    {}",
    )
    draft.add(home, draft.rng.choice(shapes).format(statement, a=alias))
    return Way(home.modules[0], alias + dot + rest, way.kind)


@hop
def by_star(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    if not way.name:
        return None
    source = draft.source(home, way.module)
    also = ""
    if draft.chance(0.2):
        also = f"import {way.module}\n__all__ = ['N0'] + {way.module}.__all__\n"
    elif draft.chance(0.2):
        also = f"__all__ = [{way.name.partition('.')[0]!r}]\n"
    draft.add(home, f"from {source} import *\n{also}")
    return Way(home.modules[0], way.name, way.kind)


@hop
def by_lazy_table(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    if not way.name or "." in way.name:
        return None
    source = draft.source(home, way.module)
    shapes = (
        '_T = {{"{a}": "{m}:{n}"}}\n', '_T = {{"{a}": ("{m}", "{n}")}}\n', '_T = {{"{n}": "{m}"}}\n',
        '_T = {{"{m}": ["{n}"]}}\n', '_T = {{"x": "json"}}\n_T["{m}"] = ["{n}"]\n',
    )
    shape = draft.rng.choice(shapes)
    draft.add(home, shape.format(a=alias, m=source, n=way.name) + "def __getattr__(name):\n    return _T[name]\n")
    return Way(home.modules[0], alias if "{a}" in shape else way.name, way.kind)


@hop
def by_lazy_code(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    if not way.name or "." in way.name:
        return None
    source = draft.source(home, way.module)
    local = draft.rng.choice((alias, "local"))
    shapes = (
        'if name == "{a}":\n        from {m} import {n} as {l}\n        return {l}',
        'if name in ("{a}", "other"):\n        from {m} import {n} as {l}\n        return {l}',
        'match name:\n        case "{a}":\n            from {m} import {n}\n            return {n}',
        "from {m} import {n} as {a}\n    return locals()[name]",
        'if name != "{a}":\n        raise AttributeError(name)\n    import {p}\n    return getattr({p}, "{n}")',
    )
    body = draft.rng.choice(shapes).format(a=alias, m=source, n=way.name, l=local, p=way.module)
    draft.add(home, f"def __getattr__(name):\n    {body}\n")
    return Way(home.modules[0], alias, way.kind)


@hop
def by_stub(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way:
    first, dot, rest = way.name.partition(".")
    stub = draft.describe(f"{home.path}i")
    draft.add(stub, draft.import_of(home, way.module, first, alias))
    draft.add(home, "import lazy_loader\n__getattr__, _, _ = lazy_loader.attach_stub(__name__, __file__)\n")
    if draft.chance(0.5):
        draft.add(home, "def __getattr__(name): ...\n")
    return Way(home.modules[0], alias + dot + rest, way.kind)


@hop
def by_module(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    """The module itself is passed on: `import chat.old as m2`, and elsewhere `from p import m2` and `m2.Engine`."""
    if not way.name:
        return None
    if draft.chance(0.3):
        text, spelled = draft.string(home, way.module, True)
        draft.add(home, f"{text}import importlib\n{alias} = importlib.import_module({spelled})\n")
    else:
        draft.add(home, draft.module_import(home, way.module, alias))
    return Way(home.modules[0], f"{alias}.{way.name}", way.kind)


@hop
def by_parent(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    """`import chat` alone: what is below it is reached by attributes."""
    top, dot, rest = way.module.partition(".")
    if not dot:
        return None
    draft.add(home, f"import {way.module}\n" if draft.chance(0.5) else f"import {top}\n")
    return Way(home.modules[0], ".".join(filter(None, (top, rest, way.name))), way.kind)


@hop
def inherited(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    if way.kind != "class":
        return None
    statements, base = draft.expression(home, way)
    shapes = (
        "({b})", "({b},)", "(Generic[T], {b})", "({b}[int])", "(\n    # nothing ):\n    {b},\n)",
        '(dict(a="):").get("b"), {b})', "({b}, metaclass=abc.ABCMeta)", "(object, {b})",
    )
    draft.add(home, f"{statements}class {alias}{draft.rng.choice(shapes).format(b=base)}:\n    pass\n")
    return Way(home.modules[0], alias, "class")


@hop
def inherited_again(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    return inherited(draft, home, way, alias)


@hop
def made(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    if way.kind not in ("class", "maker"):
        return None
    statements, expression = draft.expression(home, way)
    shapes = ["def {a}():\n    return {e}()\n"]
    if way.kind == "class":
        shapes += ["def {a}() -> {e}: ...\n", 'def {a}() -> "{e}": ...\n', "{a} = lambda: {e}()\n"]
    draft.add(home, statements + draft.rng.choice(shapes).format(a=alias, e=expression))
    return Way(home.modules[0], alias, "maker")


@hop
def instantiated(draft: Draft, home: SourceFile, way: Way, alias: str) -> Way | None:
    if way.kind not in ("class", "maker"):
        return None
    statements, expression = draft.expression(home, way)
    shapes = (
        "{a} = {e}()\n", "{a}s = [{e}()]\n{a} = {a}s[0]\n", "{a} = None\ndef f():\n    global {a}\n    {a} = {e}()\n",
    )
    draft.add(home, statements + draft.rng.choice(shapes).format(a=alias, e=expression))
    return Way(home.modules[0], alias, "instance")


# --- uses

@use
def by_import(draft: Draft, home: SourceFile, way: Way) -> None:
    statements, expression = draft.expression(home, way)
    shapes = ("{}", "{}print({e})\n", "{}def use(x: '{e}'): ...\n", "{}x: {e}\n", "{}x = [{e}]\n")
    draft.add(home, draft.rng.choice(shapes).format(statements, e=expression))


@use
def by_star_import(draft: Draft, home: SourceFile, way: Way) -> None:
    draft.add(home, f"from {draft.source(home, way.module)} import *\nprint({way.name or 'nothing'})\n")


@use
def in_a_function(draft: Draft, home: SourceFile, way: Way) -> None:
    statements, expression = draft.expression(home, way)
    draft.add(home, f"def use():\n    {statements.replace(chr(10), chr(10) + '    ')}return {expression}\n")


@use
def by_member(draft: Draft, home: SourceFile, way: Way) -> None:
    member = draft.rng.choice(draft.members or ["run"])
    statements, e = draft.expression(home, way)
    instance = f"{e}()" if way.kind in ("class", "maker") else e
    shapes = (
        "{i}.{m}()\n", "{e}.{m}()\n", "e = {i}\ne.{m}()\n", "f = {i}.{m}\n", 'getattr({i}, "{m}")\n',
        'mock.patch.object({e}, "{m}")\n', "def use(e: {e}):\n    return e.{m}()\n", "{e}.{m} = 1\n",
        'setattr({e}, "{m}", 1)\n',
        "for e in [{i}]:\n    e.{m}()\n", "async def use():\n    with {i} as e:\n        (await e).{m}()\n",
        "class Holder:\n    def __init__(self):\n        self.e = {i}\n    def go(self):\n        self.e.{m}()\n",
    )
    draft.add(home, statements + draft.rng.choice(shapes).format(i=instance, e=e, m=member))


@use
def by_construction(draft: Draft, home: SourceFile, way: Way) -> None:
    """It is constructed, or a class that inherits from it is, here or in another file."""
    arguments = draft.rng.choice((
        "1, 2", "1, 2, 3", "registry, 2, 3", "registry=1, bridge=2", "*args, bridge=2", "", "None, 2, 3",
        "context=None",
    ))
    statements, expression = draft.expression(home, way)
    draft.add(home, statements)
    if draft.chance(0.5):
        draft.add(home, draft.rng.choice(BUILT).format(e=expression, a=arguments, n=draft.alias(home)))
        return
    draft.names += 1
    heir = f"Heir{draft.names}"
    draft.add(home, f"class {heir}({expression}):\n    def go(self): type(self)({arguments})\n")
    user = draft.file()
    other = draft.rng.choice((heir, draft.alias(user)))
    if user is not home:
        draft.add(user, draft.import_of(user, home.modules[0], heir, other))
    draft.add(user, f"{other if user is not home else heir}({arguments})\n")


BUILT = (
    "{e}({a})\n", "{e}[int]({a})\n", "{e}\\\n  ({a})\n", "({e}  # here\n  )({a})\n", "{n} = {e}({a})\n",
    "def go():\n    global {n}\n    {n} = {e}({a})\n", "def go(x={e}({a})): ...\n",
    "print({e}[  # (of\n T, 'x'] ({a}))\n",
    "import functools\n@functools.lru_cache\ndef go():\n    x = {e}({a})\n    return x\n",
    "def go():\n    {n} = {e}\n    return {n}({a})\n", "{n}, other = (\n    {e}, 1\n)\n{n}({a})\n",
    "class Keeper:\n    one = [{e}({a})]\n    @classmethod\n    def of(cls):\n        cls.two = {e}({a})\n",
    "def go(): app.state.engine = {e}({a})\n", "def go(app): app.config['engine'] = {e}({a})\n",
    "KEPT = {{}}\ndef go(): KEPT['engine'] = {e}({a})\n", "def setup(app): app.engine = {e}({a})\n",
    "def go():\n    go.cached = {e}({a})\n",
    "def go(): ...\ngo.cached = {e}({a})\n",
    "try:\n    import os\nexcept ImportError:\n    pass\nelse:\n    {n} = {e}({a})\n",
)


@use
def by_construction_again(draft: Draft, home: SourceFile, way: Way) -> None:
    by_construction(draft, home, way)


SAYING = "\n    def say(self, event):\n        self.bus.send(event)"


@use
def by_definition(draft: Draft, home: SourceFile, way: Way) -> None:
    if way.kind != "class":
        by_member(draft, home, way)
        return
    member = draft.rng.choice(draft.members or ["run"])
    statements, base = draft.expression(home, way)
    shapes = (
        "def {m}(self): ...", "{m} = 1", "def __init__(self):\n        self.{m} = 1",
        "def go(self):\n        super().{m}()", PROBE.replace('hasattr(one, "registry")', "one.__class__ is Registry"),
        "def __init__(self, context_or_factory): ...", "def __init__(self, context_or_emitter, b=1):\n        pass",
        PROBE.replace("one", "agent_or_tool"), "def go(self):\n        self.say('started')" + SAYING,
        "@classmethod\n    def of(cls):\n        cls.{m}()", PROBE, "def go(self):\n        self.{m}()",
        "@classmethod\n    def of(cls):\n        cls.{m}()", PROBE, "@classmethod\n    def of(cls):\n        cls()",
        "def go(self):\n        self.__class__(None)", "def go(self):\n        self.emit('started')",
        "def go(self):\n        self.bus.notify_stopped()", "def go(self):\n        self.{m}()",
    )
    body = draft.rng.choice(shapes).format(m=member)
    draft.add(home, f"{statements}class {draft.alias(home)}({base}):\n    {body}\n")


PROBE = (
    'def __init__(self, one, two):\n        if hasattr(one, "registry"):\n            self.a = two\n'
    "            self.b = make(one)\n        else:\n            self.a = one\n            self.b = two"
)


@use
def in_a_string(draft: Draft, home: SourceFile, way: Way) -> None:
    path = f"{way.module}.{way.name}" if way.name else way.module
    with_colon = path.replace(f".{way.name}", f":{way.name}")
    text = draft.rng.choice((path, path, with_colon, f"{path}.run", f"name = {way.module}:run"))
    statements, spelled = draft.string(home, text, False)
    shapes = (
        "mock.patch({})\n", "X = [{}]\n", "X = [\n    {},\n]\n", "@mock.patch({})\ndef test(): ...\n",
        "logging.getLogger({})\n", "x: {} = 1\n",
    )
    draft.add(home, statements + draft.rng.choice(shapes).format(spelled))


@use
def in_a_string_again(draft: Draft, home: SourceFile, way: Way) -> None:
    if draft.chance(0.5):
        in_a_string(draft, home, way)
        return
    parent, _, name = (f"{way.module}.{way.name}" if way.name else way.module).rpartition(".")
    constant, spelled = draft.constant(home, name) if draft.chance(0.5) else ("", _quoted(name))
    shapes = (
        'mock.patch("{p}.%s" % {n})\n', 'mock.patch("%s.%s.run" % ("{p}", {n}))\n', 'mock.patch("%s" % "{p}.{t}")\n',
        'NAME = "{p}"\nmock.patch(f"{{NAME}}.{t}")\n', 'monkeypatch.setattr("{p}.{t}%s" % ".run", 1)\n',
        'importlib.import_module("{p}.%s" % {n})\n', 'mock.patch("{p}." + {n} + ".run")\n',
    )
    draft.add(home, constant + draft.rng.choice(shapes).format(p=parent, n=spelled, t=name))


@use
def by_name_in_a_string(draft: Draft, home: SourceFile, way: Way) -> None:
    name = way.name.rpartition(".")[2] or way.module
    owner = way._replace(name=way.name.rpartition(".")[0])
    statements, expression = draft.expression(home, owner)
    constant, spelled = draft.constant(home, name) if draft.chance(0.5) else ("", _quoted(name))
    shapes = (
        "getattr({e}, {t})\n", "getattr({e}, {t})\n", "mock.patch.object({e}, {q})\n",
        "monkeypatch.setattr({e}, {q}, 1)\n", "delattr({e}, {q})\n",
    )
    draft.add(home, statements + constant + draft.rng.choice(shapes).format(e=expression, t=spelled, q=_quoted(name)))


@use
def by_dynamic_import(draft: Draft, home: SourceFile, way: Way) -> None:
    parent, _, last = way.module.rpartition(".")
    statements, spelled = draft.string(home, way.module, True)
    path, whole = draft.string(home, f"{way.module}:{way.name}" if way.name else way.module, True)
    shapes = (
        "import importlib\nimportlib.import_module({})\n", "from importlib import import_module as load\nload({})\n",
        "__import__({})\n", "import sys\nsys.modules.get({})\n", "import sys\ndel sys.modules[{}]\n",
        "import importlib\nimportlib.import_module('.{l}', '{p}')\n", "__import__('{p}', fromlist=['{l}'])\n",
        "import importlib\nimportlib.import_module('.{l}', __package__)\n",
    )
    dynamic = draft.rng.choice(shapes).format(spelled, l=last, p=parent or last)
    shown = f"{path}import pkgutil\npkgutil.resolve_name({whole})\n" if draft.chance(0.2) else statements + dynamic
    draft.add(home, shown)


# --- bridges

SHIMS = ("chat/shim", "shim", "tools/shim/__init__", "chat/core/shim", "chat/old/shim")


@use
def by_redirect(draft: Draft, home: SourceFile, way: Way) -> None:
    """A file of its own that does nothing but pass it on; now and then somebody imports it from there."""
    shim = draft.describe(f"{draft.rng.choice(SHIMS)}.py")
    first, alias = way.name.partition(".")[0], draft.alias(shim)
    whole = draft.module_import(shim, way.module, alias)
    imported = draft.import_of(shim, way.module, first, first) if first else whole
    text, spelled = draft.string(shim, way.module, True)
    shapes = (
        "{i}", "{i}", "{i}__all__ = ['{n}']\n", "from {m} import *\n", "from {m} import {n} as {n}\n",
        "import warnings\n{i}warnings.warn('gone', DeprecationWarning)\n", "{i}{a} = {n}\n",
        "import {w} as {a}\ndef __getattr__(name):\n    return getattr({a}, name)\n",
        "{t}import importlib, sys\nsys.modules[__name__] = importlib.import_module({s})\n",
        "import sys\nimport {w} as {a}\nsys.modules[__name__] = {a}\n",
        "_T = {{'{n}': '{w}'}}\ndef __getattr__(name):\n    return _T[name]\n", "{i}from json import loads\n",
    )
    source, name = draft.source(shim, way.module), first or alias
    piece = draft.rng.choice(shapes).format(i=imported, n=name, m=source, w=way.module, a=alias, t=text, s=spelled)
    draft.add(shim, piece)
    if draft.chance(0.5):
        draft.add(home, draft.import_of(home, draft.rng.choice(shim.modules), name, draft.alias(home)))


@use
def by_deprecation(draft: Draft, home: SourceFile, way: Way) -> None:
    """Something that is deprecated and hands on to it."""
    draft.names += 1
    statements, expression = draft.expression(home, way)
    shapes = (
        "import warnings\ndef {a}():\n    warnings.warn('use it', DeprecationWarning)\n    return {e}()\n",
        "import warnings\ndef {a}():\n    warnings.warn('{a} is deprecated')\n    e = {e}\n    return e().run()\n",
        "from warnings import deprecated\n@deprecated('no')\ndef {a}():\n    {e}.run()\n",
        "@deprecated('no')\nclass {a}({e}): ...\n",
        "class {a}({e}):\n    def __init__(self):\n        warn_deprecated('no')\n        super().__init__()\n",
        "import warnings\nfrom errors import RemovedIn3Warning as W\n"
        "class {a}:\n    def go(self):\n        warnings.warn('no', W)\n        return {e}.run(1)\n",
    )
    draft.add(home, statements + draft.rng.choice(shapes).format(a=f"Old{draft.names}", e=expression))


@use
def by_deprecation_again(draft: Draft, home: SourceFile, way: Way) -> None:
    by_deprecation(draft, home, way)


@use
def by_patch(draft: Draft, home: SourceFile, way: Way) -> None:
    statements, expression = draft.expression(home, way)
    shapes = (
        "{e}.limit = 1\n", "{e}.limit += 1\n", "{e}.limit: int = 1\n", "del {e}.limit\n", "({e}).limit = 1\n",
        "def f():\n    {e}.limit = 1\n", "delattr({e}, 'limit')\n", "for {e}.limit in []:\n    pass\n",
        "e = {e}\ne.limit = 1\n", "{e}.limit, x = 1, 2\n", "with open('x') as {e}.limit:\n    pass\n",
        "setattr({e}, 'limit', 1)\n", "type.__setattr__({e}, 'limit', 1)\n",
    )
    draft.add(home, statements + draft.rng.choice(shapes).format(e=expression))


@use
def by_replacement(draft: Draft, home: SourceFile, way: Way) -> None:
    statements, expression = draft.expression(home, way)
    shapes = (
        "{e} = None\n", "{e}: type = None\n", "del {e}\n", "({e}) = None\n", "{e}, x = 1, 2\n", "[x, {e}] = 1, 2\n",
        "def f():\n    {e} = None\n", "for {e} in []:\n    pass\n", "with open('x') as {e}:\n    pass\n",
        "setattr({o}, '{n}', 1)\n", "{e} \\\n    = None\n",
    )
    owner, _, name = expression.rpartition(".")
    if owner:  # nobody else has a local name
        draft.add(home, statements + draft.rng.choice(shapes).format(e=expression, o=owner, n=name))


# --- what stands beside the ways

def duplicate(draft: Draft) -> None:
    name = draft.rng.choice(CLASSES)
    shapes = (
        "class {}:\n    pass\n", "class {}(object): ...\n", "def {}(): ...\n", "class Outer:\n    class {}: ...\n",
        f"class {{}}:\n    {PROBE}\n",
    )
    draft.add(draft.file(), draft.rng.choice(shapes).format(name))


def mismatch(draft: Draft) -> None:
    home, other = draft.file(), draft.module()
    name = draft.rng.choice(CLASSES[:4])
    shapes = (
        "from {m} import Other as {n}\n", "class Other: ...\n{n} = Other\n", "class Other: ...\n({n} := Other)\n",
        "import {a} as {n}\n", "from {m} import {n}\n",
    )
    draft.add(home, draft.rng.choice(shapes).format(m=draft.source(home, other), a=other, n=name))


def missing(draft: Draft) -> None:
    home = draft.file()
    name = draft.rng.choice(("nothing", "Engine", "gone", "old"))
    draft.add(home, f"from {draft.source(home, draft.module())} import {name}\n")


def look_alike_words(draft: Draft) -> None:
    """What only looks like a finding."""
    shapes = (
        "# from chat.old import Engine\n", '"""chat.old.Engine"""\n', "EngineFactory = old_engine = 1\n",
        "x = 'Engine'\n", "import email.engine\n", "from json import old\n", "x.Engine.old\n",
        'class Other:\n    "Engine"\n    Engine = 1\n', 'x = """\n# """; import old\n',
        "def run(self, get, Engine=None): ...\n", "del Y\n", "Y = None\n", "x = y.get(1)\n", "from email import *\n",
        "def f():\n    class E: ...\n", "x = lambda old: old.Engine\n", "__all__ = ['E', 'Engine', 'X']\n", "E = 1\n",
        "x = 1  # noqa: SOT101\n", "x = '# noqa: SOT2'  # noqa: SOT2, E501\n",
    )
    draft.add(draft.file(), draft.rng.choice(shapes))


ASIDES = (duplicate, mismatch, mismatch, mismatch, missing, look_alike_words, look_alike_words)


# --- the policy and what it names

def declare_truth(draft: Draft, number: int) -> Way:
    """A truth with all that its table may say."""
    rng, home = draft.rng, draft.file()
    way = _defined(draft, home, rng.choice(CLASSES))
    canonical = f"{way.module}:{way.name}" if way.name else way.module
    truth = {"name": f'"t{number}"', "canonical": f'"{canonical}"', "retired": "[]"}
    if draft.chance(0.4):
        truth["facades"] = _array(rng.sample([draft.module(), draft.module(), "chat"], rng.randint(1, 2)))
    if draft.members:
        truth["removed"] = "{ " + ", ".join(f'{member} = "no"' for member in draft.members) + " }"
    if way.name and draft.chance(0.4):
        truth["inline"] = '[{ call = "__init__(registry, bridge)", with = "..." }]'
    if draft.chance(0.2):
        truth["allow-in"] = _array([draft.module()])
    if draft.chance(0.4):
        truth["factories"] = _array([_factory(draft, way)])
    elif way.kind == "class" and draft.chance(0.4):
        truth["factories"] = _array([_factory_class(draft, way)])
        truth["lifetime"] = '"request"'
    if draft.chance(0.4):
        target = rng.choice((draft.module(), "chat.shim", "shim", f"{draft.module()}:{rng.choice(CLASSES)}"))
        until = rng.choice(("2001-01-01", "2001-01-01", "9999-01-01"))
        truth["bridge"] = f'[{{ target = "{target}", until = {until} }}]'
        truth["lifetime"] = '"request"'
    if draft.chance(0.4):
        truth["required-arguments"] = '["context"]'
    if draft.chance(0.4):
        truth["events"] = '["started", "stopped"]'
    truth["duplicates"] = _duplicates(draft, way)
    draft.truths.append(truth)
    return way


def _defined(draft: Draft, home: SourceFile, name: str) -> Way:
    """The definition of a truth, or what it is renamed from."""
    module = draft.rng.choice(home.modules)
    member = "" if draft.chance(0.7) else f"    def {draft.rng.choice(draft.members or ['go'])}(self): ...\n"
    kinds = ("class", "class", "class", "function", "module", "nested", "renamed", "either", "large", "text")
    kind = draft.rng.choice(kinds)
    if kind == "text":
        return _spelled_out(draft, home, name)
    if kind == "large":
        return _with_copies(draft, home, name)
    member += "" if draft.chance(0.8) else "    def begin(self):\n        self.emit('started')\n"
    kind = draft.rng.choice(("class", "class", "class", "function", "module", "nested", "renamed", "either"))
    if kind == "function":
        draft.add(home, f"def {name}(): ...\n")
        return Way(module, name, "function")
    if kind in ("renamed", "either"):
        other = draft.file()
        draft.add(other, f"class Impl:\n    pass\n{member}class Fast(Impl): ...\n")
        draft.add(home, draft.import_of(home, other.modules[0], "Impl", name if kind == "renamed" else "_i"))
        draft.add(home, draft.import_of(home, other.modules[0], "Fast", "_f"))
        draft.add(home, "" if kind == "renamed" else f"{name} = _f if FLAG else _i\n")
        return Way(module, name, "class")
    if kind == "nested":
        draft.add(home, f"class Outer:\n    class {name}:\n        pass\n")
        return Way(module, f"Outer.{name}", "class")
    constructor = "" if draft.chance(0.6) else "    def __init__(self, context, factory, emitter): ...\n"
    draft.add(home, f"class {name}:\n    pass\n{constructor}{member}")
    return Way(module, "", "module") if kind == "module" else Way(module, name, "class")


def _spelled_out(draft: Draft, home: SourceFile, name: str) -> Way:
    """A constant, or an enumeration, and literals that say the same."""
    value = draft.rng.choice(("agent_started", "agent/started", "X-Started", "started"))
    shapes = (
        "{n} = '{v}'\n", "{n} = '{v}'\n", "import enum\nclass {n}(enum.Enum):\n    ONE = '{v}'\n    TWO = 2\n",
        "from enum import Enum\nclass {n}(str, Enum):\n    ONE = '{v}'\n", "class {n}:\n    ONE = '{v}'\n",
    )
    shape = draft.rng.choice(shapes)
    draft.add(home, shape.format(n=name, v=value))
    uses = (
        "print(x == '{v}')\n", "x.emit('{v}', 1)\n", "T = {{'{v}': 1}}\n", "x['{v}']\n", "x in ('{v}', 'b')\n",
        "x = '{v}'\n", "getattr(x, '{v}')\n", "x == 'agent_' 'started'\n", 'x.get("{v}")\n', "x.get(r'{v}')\n",
    )
    for _ in range(draft.rng.randint(1, 4)):
        draft.add(draft.file(), draft.rng.choice(uses).format(v=value))
    is_member = shape.startswith("class") or "ONE" in shape
    member = ".ONE" if is_member and draft.chance(0.3) else ""
    return Way(draft.rng.choice(home.modules), name + member, "value" if member or not is_member else "class")


def _with_copies(draft: Draft, home: SourceFile, name: str) -> Way:
    """A class or function with enough to it to have copies, and some of these."""
    kind = draft.rng.choice(("class", "class", "function"))
    draft.add(home, _large(draft, kind, name, exact=True))
    for _ in range(draft.rng.randint(1, 3)):
        other, copy = draft.file(), draft.rng.choice((name, draft.rng.choice(CLASSES), "Copied"))
        draft.add(other, _large(draft, kind, copy, exact=draft.chance(0.3)))
        user, alias = draft.file(), draft.alias(other)
        draft.add(user, draft.import_of(user, other.modules[0], copy, draft.rng.choice((copy, alias))))
    return Way(draft.rng.choice(home.modules), name, kind)


def _large(draft: Draft, kind: str, name: str, exact: bool) -> str:
    methods = [
        f"def {method}(self, one, two=None):\n"
        f"        found = self.{method}_of(one, key=load_{method}(two))\n"
        f"        for item in found.{method}_items:\n"
        f"            if check_{method}(item) and item.{method}_left:\n"
        f"                self.{method}_seen[item.{method}_key] = item.{method}_copy(deep=True)\n"
        f"        return self.{method}_seen.{method}_all(one.{method}_name)\n"
        for method in ("fetch", "store", "merge", "evict", "split")
    ]
    if kind == "function":
        body = "".join(method.partition("\n")[2].replace("\n    ", "\n")[4:] for method in methods[:4])
        return f"def {name}(self, one, two=None):\n{body if exact else body.replace('one', 'uno')}"
    if not exact:
        draft.rng.shuffle(methods)
        methods = methods[:draft.rng.randint(2, 5)]
        renamed = draft.rng.choice(("fetch", "store", "none"))
        spelled = draft.rng.choice(("def {}(", "def {}(", "def  {}(", "def \\\n    {}("))
        methods = [
            method.replace(f"def {renamed}(", "def other(").replace("found", draft.rng.choice(("found", "lot")))
            for method in methods
        ]
        methods = [spelled.format(method[4:method.index("(")]) + method.partition("(")[2] for method in methods]
    bases = "" if exact else draft.rng.choice(("", "", "(object)", f"({draft.rng.choice(CLASSES)})"))
    return f"class {name}{bases}:\n    " + "\n    ".join(methods)


def _factory(draft: Draft, way: Way) -> str:
    """A factory, at times under another name than where it is defined."""
    home, other = draft.file(), draft.file()
    probing = PROBE.replace("__init__(self, ", "build(").replace("self.", "x.").replace("\n    ", "\n")
    draft.add(other, f"{probing}\n    return x\n")
    draft.add(home, draft.import_of(home, other.modules[0], "build", "make"))
    return f"{home.modules[0]}:make" if home is not other else f"{other.modules[0]}:build"


def _factory_class(draft: Draft, way: Way) -> str:
    """A class whose methods are factories, and a file that keeps what it gets from it."""
    home, taker = draft.file(), draft.file()
    statements, made = draft.expression(home, way)
    method = "    def produce(self, agent_or_tool=None):\n        return {m}(agent_or_tool)\n"
    draft.add(home, f"{statements}class Maker:\n{method.format(m=made)}\n\nmaker = Maker()\n")
    name, kept = draft.rng.choice((
        ("maker", "m.produce(1)"), ("Maker", "m().produce(1)"), ("maker", "[m.produce()]"), ("Maker", "m()"),
    ))
    draft.add(taker, draft.import_of(taker, home.modules[0], name, "m") + f"KEPT = {kept}\n")
    return f"{home.modules[0]}:Maker"


def _duplicates(draft: Draft, way: Way) -> str:
    parts = []
    if draft.chance(0.4):
        parts.append(f"names = {_array(draft.rng.sample(GLOBS, draft.rng.randint(1, 2)))}")
    if draft.chance(0.4):
        interface = lead(draft, _interface(draft), draft.rng.choice((0, 1)))
        parts.append(f"implements = {_array([f'{interface.module}:{interface.name}'])}")
        hops = [inherited, inherited, renamed, by_star, assigned, by_module]
        below = lead(draft, interface, draft.rng.randint(0, 3), hops)
        by_definition(draft, draft.file(), below)
    if draft.chance(0.4):
        parts.append(f"similarity = {draft.rng.choice(('0', '0.3', '0.6', '0.9', '1'))}")
    if draft.chance(0.2):
        parts.append(f"allow = {_array([f'{draft.module()}:{draft.rng.choice(CLASSES)}'])}")
    return "{ " + ", ".join(parts) + " }"


def _interface(draft: Draft) -> Way:
    home = draft.file()
    if draft.chance(0.2):
        return Way("abc", "ABC", "class")
    draft.add(home, f"class {draft.rng.choice(('Proto', 'IEngine', 'Base'))}: ...\n".replace("Proto", "IThing"))
    return Way(home.modules[0], "IThing", "class") if draft.chance(0.5) else _plain(draft, home, "IEngine")


def _plain(draft: Draft, home: SourceFile, name: str) -> Way:
    draft.add(home, f"class {name}: ...\n")
    return Way(home.modules[0], name, "class")


def declare_retired(draft: Draft, truths: list[Way]) -> Way:
    """Something that is retired by a truth, moved or gone: a module, a name, something from outside."""
    rng = draft.rng
    way = rng.choice((_retired_module, _retired_module, _retired_name, _retired_name, _from_outside))(draft)
    path = f"{way.module}:{way.name}" if way.name else way.module
    if draft.claims(path):
        return rng.choice(truths)
    target = rng.choice(truths)
    kind = rng.choice(("retired", "retired", "moved", "gone"))
    if kind == "gone":
        draft.gone.append(path)
    elif kind == "moved":
        name = target.name or "Engine"
        draft.moved[path] = f"{target.module}:{name}" if way.name else draft.module()
    else:
        truth = rng.choice(draft.truths)
        truth["retired"] = truth["retired"].replace("]", f', "{path}"]').replace("[, ", "[")
        if way.name and "." not in way.name and "inline" not in truth and draft.chance(0.5):
            truth["inline"] = f'[{{ call = "{way.name}(key, default=None)", with = "..." }}]'
    return way if "." in way.module or way.name or draft.chance(0.5) else way._replace(name="run")


def _retired_module(draft: Draft) -> Way:
    if draft.chance(0.2):
        return Way(draft.rng.choice(("chat.vanished", "vanished", "chat.old.lost")), "", "module")
    home = draft.file()
    module = draft.rng.choice([*home.modules, *filter(None, [_parent(home)])])
    draft.add(home, f"class {draft.rng.choice(CLASSES)}: ...\ndef helper(): ...\n")
    return Way(module, "", "module")


def _retired_name(draft: Draft) -> Way:
    home, name = draft.file(), draft.rng.choice(CLASSES)
    if draft.chance(0.8):
        draft.add(home, f"class {name}:\n    pass\n")
    return Way(draft.rng.choice(home.modules), name, "class")


def _from_outside(draft: Draft) -> Way:
    module, _, name = draft.rng.choice(OUTSIDE).partition(":")
    return Way(module, name, "value")


# --- the whole

def lead(draft: Draft, way: Way, steps: int, hops: list[Hop] | None = None) -> Way:
    """Lead a way on through some modules."""
    for _ in range(steps):
        home = draft.file()
        further = draft.rng.choice(hops or HOPS)(draft, home, way, draft.alias(home))
        way = further or way
    return way


def draw(rng: Random) -> Files:
    """A project: path -> content, its configuration among them."""
    draft = Draft(rng)
    truths = [declare_truth(draft, number) for number in range(rng.choice((1, 1, 2)))]
    retired = [declare_retired(draft, truths) for _ in range(rng.randint(0, 3))]
    for _ in range(rng.randint(2, 6) if draft.crowded else rng.randint(1, 3)):
        start = rng.choice([*truths, *retired])
        way = rng.choice((start, start, _inside(draft, start)))
        for _ in range(rng.choice((1, 1, 2))):
            way = lead(draft, way, rng.choice((0, 1, 1, 2, 3)))
            rng.choice(USES)(draft, draft.file(), way)
    if draft.chance(0.5):
        by_construction(draft, draft.file(), lead(draft, rng.choice(truths), rng.choice((0, 1, 2))))
    for _ in range(rng.randint(0, 4)):
        rng.choice(ASIDES if draft.crowded else ASIDES[1:])(draft)
    return _files(draft)


def _inside(draft: Draft, way: Way) -> Way:
    """Something in a module, or in a module below it."""
    if way.name:
        return way
    inside = [file for file in draft.files if any(name.startswith(f"{way.module}.") for name in file.modules)]
    module = draft.rng.choice(draft.rng.choice(inside).modules) if inside and draft.chance(0.5) else way.module
    return Way(module, draft.rng.choice((*CLASSES, "helper", "run")), "class")


def _files(draft: Draft) -> Files:
    rng = draft.rng
    share = rng.choice((0.0, 0.0, 0.02, 0.06))
    found = {CONFIGURATION: draft.configuration().encode()}
    for path, pieces in draft.pieces.items():
        if draft.chance(0.15):
            rng.shuffle(pieces)
        text = "".join(_commented(rng, piece) if draft.chance(0.04) else piece for piece in pieces)
        data = written(rng, disguised(rng, text, share), share * 3)
        found[path] = _broken(rng, data) if draft.chance(0.015) else data
    return found


def _commented(rng: Random, piece: str) -> str:
    return piece.replace("\n", f"  {rng.choice(NOQA)}\n")


def _broken(rng: Random, data: bytes) -> bytes:
    endings = (b"\x00", b"\xff", b"\ndef (:", b"\n'\\N{NO SUCH LETTER}'", b"\n'''", b"\nprint 1\n")
    foreign = data.decode("latin-1").encode("utf-16")
    return rng.choice((data + rng.choice(endings), b"# coding: klingon\n" + data, foreign))


# --- smaller ones

def reduced(files: Mapping[str, bytes], fails: Callable[[Files], bool]) -> Files:
    """The least of a project that still fails: without any file, and then any line, that it can do without."""
    left = dict(files)
    before = None
    while before != left:
        before = dict(left)
        for path in [*left]:
            without = {name: data for name, data in left.items() if name != path}
            if path != CONFIGURATION and fails(without):
                left = without
        for path in left:
            _reduce_file(left, path, fails)
    return left


def _reduce_file(files: Files, path: str, fails: Callable[[Files], bool]) -> None:
    size = max(1, files[path].count(b"\n") // 2)
    while size:
        rows = files[path].splitlines(keepends=True)
        start = 0
        while start < len(rows):
            fewer = b"".join(rows[:start] + rows[start + size:])
            if fails({**files, path: fewer}):
                files[path], rows = fewer, fewer.splitlines(keepends=True)
            else:
                start += size
        size //= 2

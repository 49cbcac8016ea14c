"""Random projects run before and after a fix, and every name that they see is the same object.

A project has a few true places, modules that pass on what lives there in every way, and users that import from
anywhere in every style, under few names, so that they cross and hide each other. `SSOT_LINT_FIX_EXAMPLES` of them (25)
are drawn, from the seed `SSOT_LINT_FIX_SEED` (0) on.

Each is fixed in two ways: file by file, with nothing but the planners, and as a whole, with the safety net, where users
also patch, look up, delete and load things in ways that no planner can follow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from ssot_lint.fixing.planning import planners
from tests.fixing.applying import fixed
from tests.fixing.repairs import repairs
from tests.trees import write_files

EXAMPLES = int(os.environ.get("SSOT_LINT_FIX_EXAMPLES", "25"))
SEED = int(os.environ.get("SSOT_LINT_FIX_SEED", "0"))

CONFIGURATION = """\
[[truth]]
name = "engine"
canonical = "app.core.engine:Engine"
retired = ["app.legacy", "app.part:OldEngine"]

[[truth]]
name = "job"
canonical = "app.core.jobs:Job"
facades = ["app.core"]

[moved]
"app.old" = "app.new"
"old_top" = "app.util"
"app.part:old_build" = "app.core.factory:build"
"app.pack.inner" = "app.inside"
"""

TRUE = {
    "app/__init__.py": "",
    "app/core/__init__.py": "from app.core.jobs import Job\n",
    "app/core/engine.py": "class Engine:\n    pass\n\n\nclass Error(Exception):\n    pass\n",
    "app/core/jobs.py": "class Job:\n    pass\n",
    "app/core/factory.py": "from app.core.engine import Engine\n\n\ndef build():\n    return Engine()\n",
    "app/util.py": "def retry():\n    pass\n\n\ndef wait():\n    pass\n",
    "app/new.py": "from app.util import retry, wait\n\n\ndef fresh():\n    pass\n",
    "app/inside.py": "from app.util import wait as inner_wait\n",
    "app/users/__init__.py": "",
    "app/zz.py": "last = 1\n",
    "aa.py": "first = 1\n",
}
HOMES = {
    "Engine": "app.core.engine", "Error": "app.core.engine", "Job": "app.core.jobs", "build": "app.core.factory",
    "retry": "app.util", "wait": "app.util", "fresh": "app.new", "inner_wait": "app.inside",
}
SAME = {"app.old": "app.new", "old_top": "app.util", "app.pack.inner": "app.inside"}
ALIASES = ("E", "x", "Engine", "helper", "old", "m", "UserEngine", "legacy")

RUN = """\
import importlib, json, sys

def identity(value):
    if hasattr(value, "__path__") or type(value).__name__ == "module":
        return "module " + SAME.get(value.__name__, value.__name__)
    return getattr(value, "__module__", "") + "." + getattr(value, "__qualname__", repr(value))

SAME = json.loads(sys.argv[1])
found = {}
for name in sys.argv[2:]:
    module = importlib.import_module(name)
    found[name] = {key: identity(value) for key, value in module.SEEN.items()}
print(json.dumps(found))
"""


class Drawing:
    """A project in the making.

    Attributes:
        offers: module -> the names that it has.
        nasty: users do what only the safety net can follow.
    """

    def __init__(self, rng: Random, nasty: bool = False) -> None:
        self.rng = rng
        self.nasty = nasty
        self.files = {"ssot-lint.toml": CONFIGURATION, **TRUE, "run.py": RUN}
        self.offers: dict[str, dict[str, str]] = {}
        for name, home in HOMES.items():
            self.offers.setdefault(home, {})[name] = name
        self.offers["app.new"].update(retry="retry", wait="wait")
        self.offers["app.core"] = {"Job": "Job"}
        self.keys = 0

    def draw(self) -> list[str]:
        """Draw everything; the modules to run."""
        self.passing("app/old.py", "app.old", ("retry", "wait", "fresh"), "app.new")
        self.passing("old_top.py", "old_top", ("retry", "wait"), "app.util")
        self.passing("app/legacy.py", "app.legacy", ("Engine", "Error", "Job", "retry"))
        self.files["app/part.py"] = (
            "from app.core.engine import Engine as OldEngine\nfrom app.core.factory import build as old_build\n"
        )
        self.offers["app.part"] = {"OldEngine": "Engine", "old_build": "build"}
        self.files["app/pack/__init__.py"] = ""
        self.passing("app/pack/inner.py", "app.pack.inner", ("inner_wait",), "app.inside")
        for number in range(self.rng.randint(0, 3)):
            name = self.rng.choice((f"app.hub{number}", f"hub{number}", f"app.users.hub{number}"))
            self.passing(f"{name.replace('.', '/')}.py", name, ())
        return [self.user(number) for number in range(self.rng.randint(2, 4))]

    # --- modules that pass on

    def passing(self, path: str, module: str, names: tuple[str, ...], source: str = "") -> None:
        wanted = list(names) or self.rng.sample(sorted(HOMES), 3)
        lines, offered = [], {}
        for name in wanted:
            ways = [home for home, has in self.offers.items() if has.get(name) == name]
            home = source or self.rng.choice(ways)
            local = name if names else self.rng.choice((name, name, self.rng.choice(ALIASES)))
            lines.append(self.handing_on(home, name, local))
            offered[local] = self.offers[home].get(name, name)
        self.files[path] = "\n".join(lines) + "\n"
        self.offers[module] = offered

    def handing_on(self, home: str, name: str, local: str) -> str:
        alias = f" as {local}" if local != name else ""
        return self.rng.choice((
            f"from {home} import {name}{alias}",
            f"from {home} import (\n    {name}{alias},  # kept\n)",
            f"import {home} as _{local}\n{local} = _{local}.{name}",
            f"try:\n    from {home} import {name}{alias}\nexcept ImportError:\n    {local} = None",
        ))

    # --- users

    def user(self, number: int) -> str:
        module = self.rng.choice((f"app.users.u{number}", f"app.u{number}", f"tool{number}"))
        heads = (
            "", '"""A user."""\n', "from __future__ import annotations\n", "import os\nimport sys\n",
            "from __future__ import annotations; import os\n", '"""A user."""; import os\n',
        )
        lines = [self.rng.choice(heads), "SEEN = {}"]
        lines += [self.statement(module) for _ in range(self.rng.randint(2, 7))]
        newline = self.rng.choice(("\n", "\n", "\n", "\r\n"))
        self.files[f"{module.replace('.', '/')}.py"] = "\n".join(lines).replace("\n", newline) + newline
        return module

    def place(self) -> tuple[str, str]:
        module = self.rng.choice(sorted(item for item in self.offers if self.offers[item]))
        return module, self.rng.choice(sorted(self.offers[module]))

    def seen(self, expression: str) -> str:
        self.keys += 1
        return f'SEEN["{self.keys}"] = {expression}'

    def statement(self, user: str) -> str:
        home, name = self.place()
        other = self.rng.choice(sorted(self.offers[home]))
        alias = self.rng.choice(ALIASES)
        package, _, leaf = home.rpartition(".")
        written = self.relative(user, home)
        ways = [
            f"from {written} import {name}\n{self.seen(name)}",
            f"from {written} import {name} as {alias}\n{self.seen(alias)}",
            f"from {written} import {name}, {other} as {alias}  # two\n{self.seen(name)}\n{self.seen(alias)}",
            f"from {written} import (\n    # first\n    {name},  # this\n    {other} as {alias},\n)\n{self.seen(name)}",
            f"from {written} import {name}, \\\n    {other}\n{self.seen(other)}",
            f"import {home}\n{self.seen(f'{home}.{name}')}",
            f"import {home} as {alias}\n{self.seen(f'{alias}.{name}')}\n{self.seen(f'getattr({alias}, {name!r})')}",
            f"import os; from {written} import {name}; {self.seen(name)}",
            f"if True: from {written} import {name}, {other}\n{self.seen(name)}",
            f"def {alias}_():\n    from {written} import {name}\n    return {name}\n{self.seen(f'{alias}_()')}",
            f"def {alias}_():\n    import {home} as {alias}\n    return {alias}.{name}\n"
            f"{self.seen(f'{alias}_()')}",
            f"class Box:\n    from {written} import {name} as {alias}\n{self.seen(f'Box.{alias}')}",
            f"try:\n    from {written} import {name}\nexcept ImportError:\n    {name} = None\n{self.seen(name)}",
            f"try:\n    from {home} import {name}\nexcept ImportError:\n    from {written} import {name}\n"
            f"{self.seen(name)}",
            f"from {written} import *\n{self.seen(name)}",
            f"import importlib\n{self.seen(f'importlib.import_module({home!r}).{name}')}",
            f"def {alias}_(value: \"{name}\" = None):\n    return {name}\nfrom {written} import {name}\n"
            f"{self.seen(f'{alias}_()')}",
            f"import {home} as {alias}\n{self.seen(alias)}\n{self.seen(f'{alias}.{name}')}",
        ]
        if package:
            ways += [
                f"from {package} import {leaf}\n{self.seen(f'{leaf}.{name}')}",
                f"from {self.relative(user, package)} import {leaf} as {alias}\n{self.seen(f'{alias}.{name}')}",
            ]
        ways += self.several(written, name, other, alias)
        ways += self.branching(home, name, other, alias)
        return self.rng.choice(ways + (self.nasty_ways(home, name, alias) * 2 if self.nasty else []))

    def several(self, written: str, name: str, other: str, alias: str) -> list[str]:
        """Statements of one block that go to the same module, among others that do not."""
        neighbour = self.rng.choice(("from app.zz import last\n", "from aa import first\n", ""))
        two = f"{neighbour * (neighbour[5:7] == 'aa')}from {written} import {name}\n"
        two += f"from {written} import {other}\n{neighbour * (neighbour[5:7] != 'aa')}"
        inner = "".join(f"    {line}\n" for line in two.splitlines())
        both = f"({name}.__name__, {other}.__name__)"
        return [
            f"{two}{self.seen(name)}\n{self.seen(other)}",
            f"def {alias}_():\n{inner}    return {both}\n{self.seen(f'{alias}_()')}",
            f"class Box:\n{inner}    both = {both}\n{self.seen('Box.both')}\n{self.seen(f'Box.{other}')}",
            f"try:\n{inner}except ImportError:\n    pass\n{self.seen(name)}\n{self.seen(other)}",
            f"from {written} import (\n    {name},  # one\n)\nfrom {written} import (\n    {other},  # two\n)\n"
            f"{self.seen(name)}\n{self.seen(other)}",
        ]

    def branching(self, home: str, name: str, other: str, alias: str) -> list[str]:
        """A module that is imported in several places of a scope, and a name that is needed for more than its uses."""
        both = self.seen(f"{alias}_(0)"), self.seen(f"{alias}_(1)")
        imported = self.rng.choice((f"import {home} as {alias}", f"import {home}"))
        used = alias if " as " in imported else home
        top = used.partition(".")[0]
        return [
            f"def {alias}_(flag):\n    if flag:\n        {imported}\n        return {used}.{name}\n"
            f"    {imported}\n    return {used}.{other}\n" + "\n".join(both),
            f"def {alias}_(flag):\n    if flag:\n        {imported}\n    def inner():\n        return {used}.{name}\n"
            f"    if not flag:\n        {imported}\n    return inner()\n" + "\n".join(both),
            f"if SEEN:\n    {imported}\nelse:\n    {imported}\n{self.seen(f'{used}.{name}')}",
            f"try:\n    import nothing\n    {imported}\nexcept ImportError:\n    {imported}\n"
            f"{self.seen(f'{used}.{name}')}",
            f"for _ in range(2):\n    {imported}\n    {self.seen(f'{used}.{name}')}\n    del {top}",
            f"def {alias}_():\n    global {top}\n    {imported}\n{alias}_()\n{self.seen(f'{used}.{name}')}",
            f"{imported}\nmatch {used}.{name}:\n    case {used}.{other}:\n        {self.seen('0')}\n"
            f"    case {{{used}.{name}: 1}} | {used}.{name}:\n        {self.seen('1')}",
            f"import typing\n{imported}\nX = typing.Optional['{used}.{name}']\n"
            f"def {alias}_(x: X):\n    return {used}.{name}\n{self.seen(f'repr(typing.get_type_hints({alias}_))')}",
        ]

    def nasty_ways(self, home: str, name: str, alias: str) -> list[str]:
        package, _, leaf = home.rpartition(".")
        patched = f"def {alias}_():\n    return {alias}.{name}\nwith mock.patch({home + '.' + name!r}, 'patched'):\n"
        ways = [
            f"from unittest import mock\nimport {home} as {alias}\n{patched}    {self.seen(f'{alias}_()')}",
            f"from unittest import mock\ndef {alias}_():\n    from {home} import {name}\n    return {name}\n"
            f"with mock.patch({home + '.' + name!r}, 'patched'):\n    {self.seen(f'{alias}_()')}",
            f"from unittest import mock\nimport {home} as {alias}\n{patched.replace(repr(home + '.' + name), '')}"
            .replace("mock.patch(", f"mock.patch.object({alias}, {name!r}") + f"    {self.seen(f'{alias}_()')}",
            f"import {home} as {alias}\n{self.seen(f'globals()[{alias!r}].{name}')}\n{self.seen(f'{alias}.{name}')}",
            f"import {home} as {alias}\n{self.seen(f'eval({alias!r}).{name}')}\n{self.seen(f'{alias}.{name}')}",
            f"import sys\nimport {home} as {alias}\n{self.seen(f'{alias}.{name}')}\n"
            f"{self.seen(f'getattr(sys.modules[__name__], {alias!r}).{name}')}",
            f"class Box:\n    import {home} as {alias}\n    inner = {alias}.{name}\n\n"
            f"    def get(self):\n        return self.{alias}.{name}\n\n\nclass Sub(Box):\n    pass\n"
            f"{self.seen('Sub().get()')}\n{self.seen(f'Sub.{alias}.{name}')}",
            f"import {home}\nfrom {home} import {name}\ndel {name}\n{self.seen(f'{home}.{name}')}",
            f"import {home} as {alias}\n{self.seen(f'f{chr(34)}{{{alias}.{name}=}}{chr(34)}[:3]')}",
        ]
        if package == "app":
            ways.append(
                f"import app.util\ndef load():\n    import {home}\n    return {home}.{name}\n"
                f"def use():\n    return {home}.{name}\n{self.seen('load()')}\n{self.seen('use()')}"
            )
        return ways

    def relative(self, user: str, home: str) -> str:
        """The module as written, now and then with dots."""
        own = user.split(".")[:-1]
        parts = home.split(".")
        if not own or parts[0] != own[0] or self.rng.random() < 0.6:
            return home
        common = 0
        while common < min(len(own), len(parts)) and own[common] == parts[common]:
            common += 1
        return "." * (len(own) - common + 1) + ".".join(parts[common:])


def run(root: Path, modules: list[str]) -> dict[str, dict[str, str]]:
    command = [sys.executable, "-B", "run.py", json.dumps(SAME), *modules]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("seed", range(SEED, SEED + EXAMPLES))
def test_every_name_is_the_same_object_after_a_fix(seed: int, tmp_path: Path) -> None:
    drawing = Drawing(Random(seed))
    modules = drawing.draw()
    write_files(tmp_path, {name: text.encode() for name, text in drawing.files.items()})
    before = run(tmp_path, modules)
    for path in sorted(drawing.files):
        if path.endswith(".py") and path != "run.py":
            outcome = fixed(tmp_path, path, unsafe=drawing.rng.random() < 0.7, rename=drawing.rng.random() < 0.3)
            (tmp_path / path).write_bytes(outcome.text.encode())
    assert run(tmp_path, modules) == before


@pytest.mark.parametrize("seed", range(SEED, SEED + EXAMPLES))
def test_every_name_is_the_same_object_after_a_safe_fix_of_the_whole(seed: int, tmp_path: Path) -> None:
    """And a second run finds nothing left to do."""
    drawing = Drawing(Random(-seed - 1), nasty=True)
    modules = drawing.draw()
    rename = drawing.rng.random() < 0.3
    files = {name: text.encode() for name, text in drawing.files.items()}
    write_files(tmp_path, files)
    before = run(tmp_path, modules)
    changed = {path: item.after.data for path, item in repairs(tmp_path, files, *planners(rename)).items()}
    write_files(tmp_path, changed)
    assert run(tmp_path, modules) == before
    again = repairs(tmp_path, {**files, **changed}, *planners(rename))
    assert not [path for path, repair in again.items() if repair.is_changed]

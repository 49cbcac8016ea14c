"""What Python binds, and what the index says, for the name `it` of a module `probe` in the same tree of files.

Things are named alike on both sides: a class or function `module:qualname`, a module by its name. A variable holds its
own name as its value (`LIMIT = "p.settings:LIMIT"`), so that Python can tell which one it is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

import msgspec

from ssot_lint.facts.extraction import decoded, extract_at
from ssot_lint.files import discover, exists_on_disk
from ssot_lint.index import (
    Definition, External, Missing, Module, Modules, ModuleTarget, ProjectIndex, Resolution, Target,
)
from ssot_lint.model.policy import Policy

MISSING = "missing"
UNKNOWN = "unknown"
_TEXT = 22

_SERVER = r"""
import importlib, json, sys, types

def named(value):
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, (type, types.FunctionType)):
        return f"{value.__module__}:{value.__qualname__}"
    return value if isinstance(value, str) else f"a {type(value).__name__}"

def innermost(error):
    place, files = error.__traceback__, []
    while place is not None:
        files.append(place.tb_frame.f_code.co_filename)
        place = place.tb_next
    return [name for name in files if not name.startswith("<")][-1]

def asked(folders):
    sys.path[:0] = folders
    importlib.invalidate_caches()
    before = set(sys.modules)
    try:
        return named(importlib.import_module("probe").it)
    except Exception as error:
        missing = isinstance(error, (ImportError, AttributeError, NameError)) and innermost(error).endswith("probe.py")
        return "missing" if missing else f"broken: {error!r}"
    finally:
        del sys.path[:len(folders)]
        for name in set(sys.modules) - before:
            del sys.modules[name]

for line in sys.stdin:
    print(json.dumps(asked(json.loads(line))), flush=True)
"""


LAZY = """
import importlib, types
def attach(package, submodules=(), submod_attrs={}):
    homes = {name: module for module, names in submod_attrs.items() for name in names}
    def __getattr__(name):
        if name in submodules:
            return importlib.import_module(f"{package}.{name}")
        if name in homes:
            return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        raise AttributeError(name)
    return __getattr__, lambda: list(homes), list(homes)
class LazyModule(types.ModuleType):
    def __init__(self, name, file, table):
        super().__init__(name)
        self.__file__, self.__path__ = file, [file.rpartition("__init__")[0]]
        self._find, _, _ = attach(name, (), table)
    def __getattr__(self, name):
        return self.__dict__["_find"](name)
"""
"""What a module named `lazy` holds: `lazy_loader.attach` and the lazy module of `transformers` in short."""


class Layout(msgspec.Struct, frozen=True):
    """A tree of files, path -> content, and what `it` means there where Python's answer is not all there is to say."""

    title: str
    files: dict[str, bytes]
    meanings: set[str]


def read_layouts(path: Path) -> dict[str, list[Layout]]:
    """The layouts of a file by section; its head tells how one is written."""
    sections: dict[str, list[Layout]] = {}
    for part in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in part.split("\n") if line and not line.startswith("#")]
        if lines and lines[0].startswith("["):
            section = sections[lines[0].strip("[]")] = []
        elif lines:
            section.append(_layout(lines[0], lines[1:]))
    return sections


def _layout(title: str, lines: list[str]) -> Layout:
    texts: dict[str, str] = {}
    name = ""
    for line in lines:
        name = line[4:_TEXT].strip() or name
        texts[name] = texts.get(name, "") + line[_TEXT:] + "\n"
    meanings = set(filter(None, texts.pop("means", "").strip().split(", ")))
    if any("lazy import" in text or "import lazy" in text for text in texts.values()):
        texts["lazy"] = LAZY
    return Layout(title, project(texts), meanings)


class Python:
    """An interpreter of its own that imports trees, one after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", _SERVER],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )

    def __enter__(self) -> Python:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.communicate()

    def binds(self, root: Path, src: tuple[str, ...] = (".",)) -> str:
        """What `it` is, "missing" where the probe's own import fails, "broken: ..." where another module's does."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps([str(root / folder) for folder in src]), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        assert isinstance(answer, str)
        return answer


def index_of(root: Path, src: tuple[str, ...] = (".",)) -> ProjectIndex:
    """The index of a tree, as the engine makes it."""
    tree = discover(str(root), Policy(src=src))
    modules = [Module(file, lambda item: decoded(extract_at(item.absolute).encoded)) for file in tree.files]
    return ProjectIndex(Modules(modules, tree.natives, lambda name: exists_on_disk(name, str(root), tree.roots)))


def index_says(index: ProjectIndex) -> set[str]:
    """Everything that `it` can be."""
    return {named(item.target) for item in resolutions(index)}


def resolutions(index: ProjectIndex) -> Iterator[Resolution]:
    """What the index makes of `it`; of `it = expression`, what it makes of the expression."""
    probe = index.module("probe")
    assert probe is not None
    for binding in probe.exported("it"):
        if binding.kind == "assign":
            yield from index.reference(probe, binding.value)
        else:
            yield from index.of_binding(probe, binding)


def named(target: Target) -> str:
    """A target as Python would name it."""
    if isinstance(target, Definition):
        return f"{target.module}:{target.name}"
    if isinstance(target, ModuleTarget):
        return target.module
    if isinstance(target, Missing):
        return MISSING
    return target.path if isinstance(target, External) else UNKNOWN


def project(files: Mapping[str, str]) -> dict[str, bytes]:
    """Files by a short notation: `p.a` is `p/a.py`, `p.` is `p/__init__.py`, and a path is a path."""
    return {_path(name): text.encode() for name, text in files.items()}


def _path(name: str) -> str:
    if "/" in name or name.endswith((".py", ".pyi")):
        return name
    return name.replace(".", "/") + ("__init__.py" if name.endswith(".") else ".py")

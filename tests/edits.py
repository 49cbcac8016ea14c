"""Trees of Python files that change at random, for whoever holds a cache against what is really there.

The same seed makes the same edits. Each says in a line what it did, so that a history can be read, and done again by
hand. Many are of the kind that nobody makes on purpose and that every tree sees in the end: a file that changes and
keeps its size and its time, two that change places, a module where a package was.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from tests.trees import write_files

CACHE = ".ssot_lint_cache"
CONFIGURATION = "ssot-lint.toml"

LINKS = os.name != "nt"
"""Whether links can be made: Windows wants privileges for that."""

# Few names, so that what is new has often been there before or is already looked for.
STEMS = ("old", "new", "base", "extra", "missing", "factory", "__init__")
FOLDERS = ("old", "new", "agents", "extra", "node_modules")
NAMES = ("Engine", "Runner", "Worker", "Legacy", "IEngine", "Maker", "create", "Gone")
YEAR = 365 * 24 * 3600 * 10**9
PYTHON = (".py", ".pyi")
WORD = re.compile(rb"[A-Za-z_]{3,}")
IMPORT = re.compile(rb"^[ \t]*(?:from|import)\b.*$", re.MULTILINE)
ALIAS = re.compile(rb"(?<= as )\w+")
CLASS = re.compile(rb"^class (\w+).*?:", re.MULTILINE)
ALL = re.compile(rb"^__all__ = .*$", re.MULTILINE)
MANY = 50
"""How many paths cannot differ from what was there first: the more do, the likelier is that one is put back."""


class RandomTree:
    """A tree of Python files that changes at random.

    Args:
        root: the top of the tree. Links may lead to a folder beside it, which is called like it with `-outside`.
        random: where every decision comes from.
        retired: what the configuration retires, `module` or `module:name`.
    """

    def __init__(self, root: Path, random: Random, retired: Sequence[str]) -> None:
        self.root = root
        self.random = random
        self.retired = retired
        self.outside = root.with_name(f"{root.name}-outside")
        self._first: dict[str, bytes | None] = {}

    def edit(self) -> str:
        """Make one change, and say which."""
        times = self._folder_times() if self.random.random() < 0.15 else {}
        said = self.undo() if self.random.random() * MANY < len(self._first) else self._some_edit()
        for folder, status in times.items():
            if folder.is_dir():
                os.utime(folder, ns=(status.st_atime_ns, status.st_mtime_ns))
        return said + ", and set the times of all folders back" * bool(times)

    def undo(self, path: str | None = None) -> str:
        """Put a file back to what it was at first."""
        if not self._first:
            return ""
        path = path or self.random.choice(sorted(self._first))
        content = self._first.pop(path)
        clear(self.root / path)
        if content is None:
            return f"remove {path} again"
        write_files(self.root, {path: content})
        return f"put {path} back"

    def undo_all(self) -> str:
        """Put all files back; links and folders that were added may stay."""
        while self._first:
            self.undo()
        return "put everything back"

    def _some_edit(self) -> str:
        while True:
            kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
            try:
                said = kind(self)
            except OSError as error:  # a file where a folder would have to be, for instance
                said = f"fail to {kind.__name__} ({error})"
            if said:
                return said

    def _folder_times(self) -> dict[Path, os.stat_result]:
        return {folder: folder.stat() for folder in (self.root, *map(self.root.joinpath, self.folders()))}

    # --- what is there

    def files(self) -> list[str]:
        """The Python files, relative to the root, with `/`."""
        found = (path for path in self._walk() if path.suffix in PYTHON and path.is_file())
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def folders(self) -> list[str]:
        """The folders, relative to the root, with `/`."""
        found = (path for path in self._walk() if path.is_dir() and not path.is_symlink())
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def _walk(self) -> Iterator[Path]:
        for parent, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in (CACHE, ".git")]
            yield from (Path(parent, name) for name in (*folders, *names))

    def read(self, path: str) -> bytes:
        """The content of a file; empty where there is none."""
        try:
            return (self.root / path).read_bytes()
        except OSError:
            return b""

    # --- what is drawn

    def pick(self) -> str:
        """A Python file."""
        return self.random.choice(self.files() or ["only.py"])

    def folder(self) -> str:
        """A folder that is there."""
        return self.random.choice(self.folders() or ["only"])

    def new_path(self) -> str:
        """Where a file could stand, in a folder that is there or in one that is not."""
        stem = self.random.choice([*STEMS, self.pick().rpartition("/")[2].partition(".")[0]])
        folder = self.folder() if self.random.random() < 0.7 else f"{self.folder()}/{self.random.choice(FOLDERS)}"
        return f"{folder}/{stem}{self.random.choices(PYTHON, (9, 1))[0]}"

    def use(self) -> str:
        """Code that uses something retired."""
        module, _, name = self.random.choice(self.retired).partition(":")
        name = name or self.random.choice(NAMES)
        forms = (
            f"from {module} import {name}",
            f"from {module} import *",
            f"import {module} as shortened; shortened.{name}()",
            f"import importlib; importlib.import_module('{module}')",
            f"WHERE = '{module}.{name}'",
        )
        return self.random.choice(forms) + self.random.choices(("", "  # noqa", "  # noqa: SOT1"), (8, 1, 1))[0] + "\n"

    def word_like(self, word: bytes, content: bytes) -> bytes:
        """Another word of the same length."""
        known = f"{STEMS} {NAMES} {self.retired}".encode()
        same = {other for other in WORD.findall(content + known) if len(other) == len(word)} - {word}
        return self.random.choice(sorted(same)) if same else word.swapcase()

    # --- what is done

    def note(self, path: str) -> None:
        """Remember what is there before it is changed, so that it can be put back."""
        if path not in self._first and not os.path.isdir(self.root / path):
            self._first[path] = self.read(path) if os.path.lexists(self.root / path) else None

    def note_folder(self, old: str, new: str) -> None:
        """The same for everything in a folder that is going to be called otherwise."""
        paths = [path.relative_to(self.root).as_posix() for path in self._walk()]
        for path in [path for path in paths if path.startswith(f"{old}/")]:
            self.note(path)
            self.note(new + path[len(old):])

    def write(self, path: str, content: bytes, keep_time: bool = False) -> None:
        """Write a file, in place or as editors do: another file that takes its name.

        Args:
            keep_time: it gets the modification time back that it had.
        """
        self.note(path)
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        before = target.stat() if target.exists() else None
        if self.random.random() < 0.5:
            target.write_bytes(content)
        else:
            temporary = target.with_name("saving.tmp")
            temporary.write_bytes(content)
            os.replace(temporary, target)
        if before and keep_time:
            os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))

    def change(self, path: str, content: bytes, what: str) -> str:
        """Write a file that is there, once in a while with the time that it had."""
        if content == self.read(path):
            return ""
        keep_time = self.random.random() < 0.2
        self.write(path, content, keep_time)
        return f"{what} {path}" + ", and set its time back" * keep_time

    def move(self, old: str, new: str) -> None:
        """Give a file another path, over what may be there."""
        self.note(old)
        self.note(new)
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.root / old, self.root / new)


Edit = Callable[[RandomTree], str]
"""Makes a change and says which; says nothing where it has made none."""

KINDS: dict[Edit, int] = {}
"""All kinds of edits, and how often each is drawn."""


def often(weight: int) -> Callable[[Edit], Edit]:
    """Adds a kind of edit."""

    def add(kind: Edit) -> Edit:
        KINDS[kind] = weight
        return kind

    return add


def clear(path: Path) -> None:
    """Remove whatever is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()


# --- what a file says


@often(3)
def append_comment(tree: RandomTree) -> str:
    path = tree.pick()
    return tree.change(path, tree.read(path) + b"# a comment\n", "append a comment to")


@often(2)
def change_whitespace(tree: RandomTree) -> str:
    path = tree.pick()
    before, line, after = tree.read(path).partition(b"\n")
    blank = tree.random.choice((b"\n", b"\f\n", b""))
    return tree.change(path, blank + before + b" " + line + after, "change white space in")


@often(2)
def change_case(tree: RandomTree) -> str:
    path = tree.pick()
    content = tree.read(path)
    words = list(WORD.finditer(content))
    if not words:
        return ""
    start, end = tree.random.choice(words).span()
    word = content[start:end].swapcase()
    return tree.change(path, content[:start] + word + content[end:], f"make it {word.decode()} at {start} of")


@often(8)
def add_use(tree: RandomTree) -> str:
    path, use = tree.pick(), tree.use()
    content = tree.read(path)
    changed = use.encode() + content if tree.random.random() < 0.5 else content + use.encode()
    return tree.change(path, changed, f"add {use!r} to")


@often(4)
def drop_import(tree: RandomTree) -> str:
    path = tree.pick()
    content = tree.read(path)
    lines = IMPORT.findall(content)
    if not lines:
        return ""
    line = tree.random.choice(lines)
    return tree.change(path, content.replace(line, b"pass", 1), f"take `{line.decode(errors='replace')}` out of")


@often(4)
def change_alias(tree: RandomTree) -> str:
    return replace_one(tree, ALIAS, tree.random.choice(NAMES))


@often(3)
def change_bases(tree: RandomTree) -> str:
    return replace_one(tree, CLASS, rf"class \1({tree.random.choice(NAMES)}):")


@often(3)
def change_all(tree: RandomTree) -> str:
    names = tree.random.sample(NAMES, tree.random.randrange(4))
    if tree.random.random() < 0.5:
        return replace_one(tree, ALL, f"__all__ = {names}")
    path = tree.pick()
    return tree.change(path, tree.read(path) + f"__all__ = {names}\n".encode(), f"add __all__ = {names} to")


def replace_one(tree: RandomTree, pattern: re.Pattern[bytes], by: str) -> str:
    """Replace a match in a file that has one."""
    path = next((path for _ in range(20) if pattern.search(tree.read(path := tree.pick()))), None)
    if path is None:
        return ""
    content = tree.read(path)
    match = tree.random.choice(list(pattern.finditer(content)))
    new = match.expand(by.encode())
    what = f"make `{match[0].decode(errors='replace')}` `{new.decode(errors='replace')}` in"
    return tree.change(path, content[:match.start()] + new + content[match.end():], what)


@often(2)
def break_syntax(tree: RandomTree) -> str:
    path = tree.pick()
    return tree.change(path, tree.read(path) + b"def broken(:\n", "break the syntax of")


@often(2)
def break_encoding(tree: RandomTree) -> str:
    path = tree.pick()
    what = tree.random.choice((b"'\xff'\n", b"# coding: nonesuch\n", b"\0\n"))
    return tree.change(path, what + tree.read(path), "make undecodable")


@often(1)
def cut_short(tree: RandomTree) -> str:
    path = tree.pick()
    content = tree.read(path)
    return tree.change(path, content[:tree.random.randrange(len(content) + 1)], "cut short")


@often(3)
def put_back(tree: RandomTree) -> str:
    return tree.undo()


# --- what only a look at the content tells


@often(20)
def change_unseen(tree: RandomTree) -> str:
    """The same size and the same time: content, inode and change time are all that differs."""
    path = tree.pick()
    content = tree.read(path)
    lines = list(IMPORT.finditer(content)) or list(re.finditer(rb"(?m)^.*$", content))
    line = tree.random.choice(lines)
    words = [word for word in WORD.finditer(content, *line.span()) if word[0] not in (b"from", b"import")]
    if not words:
        return ""
    word = tree.random.choice(words)
    other = tree.word_like(word[0], content)
    tree.write(path, content[:word.start()] + other + content[word.end():], keep_time=True)
    return f"make `{word[0].decode()}` `{other.decode()}` at {word.start()} of {path}, unseen by size and time"


@often(2)
def write_twice(tree: RandomTree) -> str:
    """Within one tick of the clock by which file systems tell times."""
    path, use = tree.pick(), tree.use()
    content = tree.read(path)
    tree.write(path, content + use.encode())
    tree.write(path, content + b"#" * (len(use) - 1) + b"\n", keep_time=True)
    return f"add {use!r} to {path} and make it a comment at once"


@often(2)
def exchange(tree: RandomTree) -> str:
    """Each keeps its time and its inode, and has the other's path."""
    one, other = tree.pick(), tree.pick()
    if one == other:
        return ""
    between = f"{one}.tmp"
    for old, new in ((one, between), (other, one), (between, other)):
        tree.move(old, new)
    return f"exchange {one} and {other}"


@often(2)
def touch(tree: RandomTree) -> str:
    path = tree.pick()
    when = tree.random.choice((time.time_ns(), 30 * YEAR, 65 * YEAR, 0))
    os.utime(tree.root / path, ns=(when, when))
    return f"touch {path} ({when})"


# --- which files there are


@often(3)
def add_file(tree: RandomTree) -> str:
    path, use = tree.new_path(), tree.use()
    tree.write(path, use.encode())
    return f"write {use!r} to {path}"


@often(3)
def copy_file(tree: RandomTree) -> str:
    old, new = tree.pick(), tree.new_path()
    tree.write(new, tree.read(old))
    return f"copy {old} to {new}"


@often(4)
def remove_file(tree: RandomTree) -> str:
    path = tree.pick()
    tree.note(path)
    (tree.root / path).unlink()
    return f"remove {path}"


@often(3)
def rename_file(tree: RandomTree) -> str:
    old, new = tree.pick(), tree.new_path()
    tree.move(old, new)
    return f"rename {old} to {new}"


@often(1)
def rename_by_case(tree: RandomTree) -> str:
    old = tree.pick()
    folder, slash, name = old.rpartition("/")
    new = folder + slash + name[0].swapcase() + name[1:]
    tree.move(old, new)
    return f"rename {old} to {new}"


@often(1)
def rename_folder(tree: RandomTree) -> str:
    old = tree.folder()
    parent, slash, _ = old.rpartition("/")
    new = parent + slash + tree.random.choice(FOLDERS)
    if os.path.lexists(tree.root / new):
        return ""
    tree.note_folder(old, new)
    os.rename(tree.root / old, tree.root / new)
    return f"rename the folder {old} to {new}"


@often(2)
def module_to_package(tree: RandomTree) -> str:
    path = tree.pick()
    stem, _, suffix = path.rpartition(".")
    if stem.endswith("__init__"):
        package = stem.rpartition("/")[0]
        tree.move(path, f"{package}.{suffix}")
        return f"make the package {package} a module"
    tree.move(path, f"{stem}/__init__.{suffix}")
    return f"make the module {path} a package"


@often(1)
def file_to_folder(tree: RandomTree) -> str:
    path = tree.pick()
    tree.note(path)
    (tree.root / path).unlink()
    (tree.root / path).mkdir()
    return f"make {path} an empty folder"


@often(1)
def add_native(tree: RandomTree) -> str:
    suffix = tree.random.choice((".pyx", ".so", ".cpython-311-x86_64-linux-gnu.so"))
    path = os.path.splitext(tree.new_path())[0] + suffix
    tree.write(path, b"\x7fELF")
    return f"add the extension module {path}"


@often(1)
def add_environment(tree: RandomTree) -> str:
    path = f"{tree.folder()}/pyvenv.cfg"
    tree.write(path, b"")
    return f"add {path}"


@often(3)
def ignore(tree: RandomTree) -> str:
    """Once in a while in a file that git keeps apart."""
    inside = tree.random.choice(("", f"{tree.folder()}/"))
    path = tree.random.choices((f"{inside}.gitignore", f"{inside}.git/info/exclude"), (3, 1))[0]
    name = tree.pick().rpartition("/")[2]
    folder, below = tree.folder().rpartition("/")[2], tree.random.choice(FOLDERS)
    lines = tree.random.sample((name, f"!{name}", f"{folder}/", f"/{below}", "*.pyi", "# none"), 2)
    tree.write(path, "\n".join(lines).encode())
    return f"write {lines} to {path}"


# --- links


@often(2 * LINKS)
def link_to_file(tree: RandomTree) -> str:
    path, target = tree.pick(), tree.pick()
    if path == target:
        return ""
    tree.note(path)
    (tree.root / path).unlink()
    (tree.root / path).symlink_to(os.path.relpath(tree.root / target, (tree.root / path).parent))
    return f"make {path} a link to {target}"


@often(1 * LINKS)
def link_to_folder(tree: RandomTree) -> str:
    target, path = tree.folder(), f"{tree.folder()}/{tree.random.choice(FOLDERS)}"
    if os.path.lexists(tree.root / path):
        return ""
    tree.note(path)
    (tree.root / path).symlink_to(os.path.relpath(tree.root / target, (tree.root / path).parent))
    return f"make {path} a link to the folder {target}"


@often(2 * LINKS)
def link_outside(tree: RandomTree) -> str:
    path, name = tree.pick(), tree.random.choice(STEMS)
    tree.note(path)
    write_files(tree.outside, {f"{name}.py": tree.read(path)})
    (tree.root / path).unlink()
    (tree.root / path).symlink_to(tree.outside / f"{name}.py")
    return f"make {path} a link to a copy of it outside, {name}.py"


@often(3 * LINKS)
def change_outside(tree: RandomTree) -> str:
    there = sorted(tree.outside.glob("*.py"))
    if not there:
        return ""
    path, use = tree.random.choice(there), tree.use()
    path.write_bytes(path.read_bytes() + use.encode())
    return f"add {use!r} to {path.name} outside"


@often(1 * LINKS)
def link_to_nowhere(tree: RandomTree) -> str:
    path = tree.pick()
    tree.note(path)
    (tree.root / path).unlink()
    (tree.root / path).symlink_to("nowhere.py")
    return f"make {path} a link to nowhere"


@often(1 * LINKS)
def link_hard(tree: RandomTree) -> str:
    old, new = tree.pick(), tree.new_path()
    if os.path.lexists(tree.root / new):
        return ""
    tree.note(new)
    (tree.root / new).parent.mkdir(parents=True, exist_ok=True)
    os.link(tree.root / old, tree.root / new)
    return f"make {new} the same file as {old}"


# --- a project of its own

READY = 'READY = "queue_ready"\n'
QUEUE = """\


class Queue:
    def __init__(self, store, clock):
        self.store, self.clock, self.waiting, self.done = store, clock, {}, []

    def put(self, job):
        key = make_key(job.owner, job.number)
        if key in self.waiting or self.store.has(key):
            raise Rejected(key)
        self.waiting[key] = Entry(job, self.clock.now(), attempts=job.attempts)
        self.store.save(key, job.content)
        return self.waiting[key].position(len(self.done))

    def take(self, owner):
        for key, entry in sorted(self.waiting.items(), key=by_age):
            if entry.job.owner == owner and entry.is_due(self.clock.now()):
                self.store.mark(key, entry.job.number)
                return self.waiting.pop(key).opened(owner)
        return Nothing(owner, since=self.clock.now())

    def finish(self, entry, result):
        self.done.append(entry.closed(result, self.clock.now()))
        self.store.drop(make_key(entry.job.owner, entry.job.number))
        for listener in self.store.listeners(entry.job.owner):
            listener.notify(entry.job.number, result.summary)
        return entry.job.followers(result)

    def expire(self, limit):
        late = [key for key, entry in self.waiting.items() if entry.age(self.clock.now()) > limit]
        for key in late:
            self.store.drop(key)
            self.done.append(self.waiting.pop(key).failed(TooLate(key)))
        return len(late)
"""
TRUTH = "chat/engine.py"
FILES = {
    "chat/__init__.py": "from chat.engine import Engine\nfrom chat.interface import IEngine\n",
    TRUTH: '''\
from chat.interface import IEngine


class Engine(IEngine):
    """The truth."""

    def __init__(self, context):
        self.context = context

    def run(self):
        return self.context
''' + READY + QUEUE,
    "chat/interface.py": "class IEngine:\n    def run(self): ...\n",
    "chat/old.py": '''\
from chat.engine import Engine
from chat.engine import Engine as Worker


class Legacy:
    @classmethod
    def create(cls, registry):
        return cls()
''',
    "chat/new.py": "from chat.engine import Engine\n\n\nclass Worker:\n    def create(self): ...\n",
    "chat/factory.py": '''\
from chat.engine import Engine as Made


def make_engine(context):
    return Made(context)


class Maker:
    kind = Made

    def build(self, context):
        return {"engine": self.kind(context)}["engine"]

    def produce(self, context):
        return Made(context)


maker = Maker()
''',
    "chat/shim.py": "from chat.engine import Engine\n",
    "chat/utils.py": "def retry(times):\n    return times\n\n\nclass Started:\n    type = 'started'\n\n\n"
    "class Stopping:\n    def __exit__(self, *args):\n        self.bus.emit('stopped')\n\n\n"
    "def failing(function):\n    def inner(self):\n        self.emit('failed')\n    return inner\n",
    "chat/old_utils.py": "from chat.utils import *\n",
    "chat/lazy.py": '''\
import importlib

_TABLE = {"Engine": "chat.old", "Worker": "chat.new", "make_engine": "chat.factory"}


def __getattr__(name):
    if name in _TABLE:
        return getattr(importlib.import_module(_TABLE[name]), name)
    raise AttributeError(name)
''',
    "chat/compat.py": "from chat.old import *\nfrom .new import Worker as Runner\n\n__all__ = ['Engine', 'Runner']\n",
    "chat/agents/__init__.py": "from chat.agents.base import Base as Runner\nfrom ..old import Legacy as Worker\n",
    "chat/agents/base.py": "from chat.engine import Engine\n\n\nclass Base(Engine):\n    def create(self): ...\n",
    "chat/agents/star.py": "from ..compat import *\nfrom .base import *\n",
    "shop/__init__.py": "",
    "shop/settings.py": "def get(name):\n    return name\n",
    "shop/batches.py": QUEUE.replace("Queue", "Batches").replace("entry", "item").replace("late", "old")
    + "\n\ndef is_ready(event):\n    return event == 'queue_ready'\n",
    "shop/config.py": "from shop.settings import get\n",
    "libs/extra/__init__.py": "from chat.lazy import Engine as Worker\n\n__all__ = ['Worker']\n",
    "libs/extra/plug.py": "from chat import IEngine\n\n\nclass Plug(IEngine):\n    def run(self): ...\n",
}
USERS = (
    "shop/app.py",
    "shop/jobs.py",
    "shop/views.py",
    "shop/forms.py",
    "libs/extra/tasks.py",
    "libs/extra/cli.py",
    "libs/extra/user.pyi",
    "chat/agents/chain.py",
    "chat/agents/tools.py",
    "chat/api.py",
    "main.py",
)
RETIRED = (
    "chat.old",
    "chat.old:Legacy",
    "chat.compat:Runner",
    "chat.agents:Worker",
    "shop.config",
    "chat.missing",
    "os:getenv",
)

SNIPPETS = (
    "from chat.old import Engine\n",
    "from chat import Engine as E\nE.create(1)\n",
    "from chat.compat import *\nRunner\nEngine(1).create(2)\n",
    "from chat.agents import Runner, Worker\nRunner(1).create()\nWorker.create(2)\n",
    "from chat.agents.star import *\nclass Local(Base):\n    def create(self): ...\n",
    "from chat.lazy import Engine, make_engine\nmake_engine(1).create(2)\n",
    "import chat.old as shortened\nshortened.Legacy.create(1)\n",
    "import chat\nchat.lazy.Engine, chat.old.Worker\n",
    "import importlib\nimportlib.import_module('chat.' + 'old')\n__import__('chat.compat')\n",
    "from unittest import mock\n@mock.patch('chat.old.Engine.run')\ndef test(): ...\nWHERE = ['chat.agents.Worker']\n",
    "from chat.factory import Maker\nmade = Maker().build(1)\nmade.create(2)\ngetattr(made, 'create')\n",
    "from chat.factory import Maker, make_engine\n[make() for make in (make_engine, Maker().build)][0].create(3)\n",
    "from chat.engine import Engine\nclass Holder:\n    def __init__(self):\n        self.engine = Engine(1)\n"
    "    def go(self):\n        self.engine.create()\n",
    "from extra import Worker\nclass WorkerEngine(Worker): ...\n",
    "from chat.engine import Gone\nfrom chat.missing import Engine\n",
    "from chat.new import Worker as Engine\n",
    "class FastEngine:\n    def __init__(self, given):\n        if hasattr(given, 'registry'):\n"
    "            self.registry = given.registry\n        else:\n            self.context = given\n",
    "import chat.engine\ndef use(one: 'chat.engine.Engine', other: 'Engine'):\n    one.create(), other.create()\n",
    "try:\n    from chat.engine import Engine\nexcept ImportError:\n    from chat.old import Legacy as Engine\n"
    "Engine.create(1)\n",
    "from shop.config import get\nfrom shop import settings\nfrom chat.old_utils import retry\n",
    "import os\nfrom os import getenv\nos.getenv('A')\n",
    "from chat.engine import Engine as Built\nBuilt(registry=1, bridge=2)\nBuilt(1, 2)\n",
    "def late():\n    return make_engine(1)\n",
    "from chat.engine import Engine\nEngine.limit = 3\n",
    "import warnings\nfrom chat.engine import Engine\ndef old_engine(context):\n"
    "    warnings.warn('old_engine is deprecated', DeprecationWarning)\n    return Engine(context)\n",
    "class SlowEngine:\n    def __init__(self, context_or_registry): ...\n",
    "from chat.shim import Engine\nEngine(1)\n",
    "from functools import lru_cache\nfrom chat.agents.base import Base as Kept\nKEPT = [Kept(None)]\n"
    "@lru_cache\ndef kept():\n    return Kept(1)\n",
    "from chat.engine import Engine\nclass Loud(Engine):\n    def run(self):\n        self.emit('started')\n"
    "    @classmethod\n    def of(cls):\n        cls.one = cls()\n",
    "from chat.engine import Engine\nfrom chat.utils import Started, Stopping, failing\n"
    "class Calm(Engine):\n    @failing\n"
    "    def run(self):\n        with Stopping():\n            self.emit(Started())\n",
    "from chat.factory import maker\nMADE = maker.produce(1)\n",
    "from chat.old import Engine, Worker  # noqa\nfrom chat.old import Legacy  # noqa: SOT301\nLegacy.create(1)\n",
    "from shop.batches import Batches\nfrom chat.engine import Queue\n" + QUEUE.replace("Queue", "Batch"),
)

LISTS = {
    "src": ("libs", "shop", "*"),
    "exclude": ("shop/views.py", "extra/", "old.py"),
    "gone": ("chat.missing", "chat.factory:Maker", "chat.agents.star"),
    "truth.facades": ("chat", "chat.new", "chat.lazy", "chat.compat"),
    "truth.retired": ("chat.old", "chat.compat:Runner", "chat.agents:Worker", "chat.lazy", "os:getenv"),
    "truth.factories": ("chat.factory:make_engine", "chat.factory:Maker.build", "chat.factory:Maker"),
    "truth.required-arguments": ("context", "emitter"),
    "truth.events": ("started", "stopped", "failed"),
    "truth.allow-in": ("shop", "chat.compat", "extra.tasks"),
    "truth.duplicates.names": ("*Engine", "Worker"),
    "truth.duplicates.implements": ("chat.interface:IEngine", "chat.new:Worker"),
    "truth.duplicates.allow": ("extra.plug:Plug", "chat.agents.base:Base"),
}
TABLES = {
    "truth.removed": ('create = "construct it directly"', 'run = "let it run"', 'create = "construct it otherwise"'),
    "codes": ('import-bypass = "NTX101"', 'removed-call = "NTX301"', 'import-bypass = "NTX102"'),
    "severity": ('import-bypass = "warning"', 'removed-call = "off"', 'import-bypass = "error"'),
    "per-path": ('"shop/" = ["import-bypass"]', '"*.pyi" = ["SOT"]', '"chat/agents/" = ["SOT3", "duplicate-name"]'),
    "moved": ('"chat.old_utils" = "chat.utils"', '"chat.new:Worker" = "chat.agents:Runner"'),
}
DECLARED_FIRST = {"src": {"libs"}, "truth.facades": {"chat"}, "truth.retired": {"chat.old", "chat.compat:Runner"}}


class RandomProject(RandomTree):
    """A small project in the middle of a migration, with a configuration; both change at random.

    It holds everything by which a finding in one file can hang on another: re-exports under other names, stars, lazy
    tables, subclasses, factories, two import roots.

    Args:
        root: a folder that is not there yet, or empty.
        random: where every decision comes from, those about the first state included.
    """

    def __init__(self, root: Path, random: Random) -> None:
        super().__init__(root, random, RETIRED)
        shuffled = random.sample(SNIPPETS, len(SNIPPETS))
        users = {path: "".join(shuffled[number::len(USERS)]) for number, path in enumerate(USERS)}
        write_files(root, {path: text.encode() for path, text in {**FILES, **users}.items()})
        self._declared = {key: set(DECLARED_FIRST.get(key, pool)) for key, pool in LISTS.items()}
        self._entered = {key: {pool[0]} for key, pool in TABLES.items()}
        self._configure()

    def edit(self) -> str:
        """Make one change, of the configuration once in a while, and say which."""
        chance = self.random.random()
        if chance < 0.4 and TRUTH in self._first:  # without its truth, a project has no findings
            return self.undo(TRUTH)
        return self._declare() if chance < 0.1 else super().edit()

    def use(self) -> str:
        """Code that uses something retired, or leads to it in a roundabout way."""
        return super().use() if self.random.random() < 0.5 else self.random.choice(SNIPPETS)

    def _declare(self) -> str:
        """Take something into the configuration, or out of it."""
        key, pool = self.random.choice([*LISTS.items(), *TABLES.items()])
        chosen = self._declared[key] if key in LISTS else self._entered[key]
        item = self.random.choice(pool)
        if key in TABLES:  # a key stands once in a table
            chosen -= {other for other in chosen if other.split(" = ")[0] == item.split(" = ")[0]} - {item}
        chosen ^= {item}
        self._configure()
        return f"configure {key} = {sorted(chosen)}"

    def _configure(self) -> None:
        (self.root / CONFIGURATION).write_text(self._configuration(), encoding="utf-8")

    def _configuration(self) -> str:
        listed = {key: sorted(items) for key, items in self._declared.items()}
        listed["src"].insert(0, ".")
        lists = {key: f"{key.rpartition('.')[2]} = {json.dumps(items)}" for key, items in listed.items()}
        tables = {key: "\n".join([f"[{key}]", *sorted(lines)]) for key, lines in self._entered.items()}
        parts = [
            *(line for key, line in lists.items() if "." not in key),
            *(table for key, table in tables.items() if "." not in key),
            '[[truth]]\nname = "settings"\ncanonical = "shop.settings"\nretired = ["shop.config"]',
            '[[truth]]\nname = "queue"\ncanonical = "chat.engine:Queue"',
            '[[truth]]\nname = "ready"\ncanonical = "chat.engine:READY"',
            '[[truth]]\nname = "engine"\ncanonical = "chat.engine:Engine"\nowner = "@platform"\nlifetime = "request"',
            *(line for key, line in lists.items() if key.count(".") == 1),
            tables["truth.removed"],
            "[truth.duplicates]",
            *(line for key, line in lists.items() if key.count(".") == 2),
            '[[truth.inline]]\ncall = "__init__(registry, bridge)"\nwith = "..."',
            '[[truth.bridge]]\ntarget = "chat.shim"\nuntil = 2001-01-01',
            '[[truth.bridge]]\ntarget = "chat.new"\nuntil = 9999-01-01',
        ]
        return "\n".join(parts) + "\n"

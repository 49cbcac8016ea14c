"""Single values: texts, module and object paths, import roots, patterns.

Each function notes what is wrong with its value and hands on a value in any case, so that the positions of items and
the checks of one entry against another stay right; with a problem noted, no `Policy` comes of it.
"""

from __future__ import annotations

import keyword
import re
import warnings
from collections.abc import Callable, Iterable
from typing import TypeVar

from ssot_lint.config.problems import Problems, quoted
from ssot_lint.files.patterns import parse
from ssot_lint.model.policy import ObjectPath

ValueT = TypeVar("ValueT")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME_GLOB = re.compile(r"[\w*?\[\]!-]+")
_DRIVE = re.compile(r"[A-Za-z]:")


def each(
    read: Callable[[str, str, Problems], ValueT], values: Iterable[str], key: str, problems: Problems
) -> tuple[ValueT, ...]:
    """Every item of the array at `key`, read by `read`."""
    return tuple(read(value, f"{key}[{index}]", problems) for index, value in enumerate(values))


def text(value: str, key: str, problems: Problems) -> str:
    """One line with something in it."""
    if not value.strip():
        problems.add(key, f"expected some text, found {quoted(value)}")
    elif _CONTROL.search(value):
        problems.add(key, f"expected one line without control characters, found {quoted(value)}")
    return value


def object_path(value: str, key: str, problems: Problems) -> ObjectPath:
    """`package.module` or `package.module:Name`."""
    return _path(value, '"package.module" or "package.module:Name"', key, problems)


def named_path(value: str, key: str, problems: Problems) -> ObjectPath:
    """`package.module:Name`."""
    return _path(value, '"package.module:Name"', key, problems, colons=(1,))


def module_path(value: str, key: str, problems: Problems) -> str:
    """`package.module`."""
    return str(_path(value, 'a module, "package.module"', key, problems, colons=(0,)))


def member(value: str, key: str, problems: Problems) -> str:
    """The bare name of a member."""
    if not value.isidentifier():
        problems.add(key, f"expected the bare name of a member, found {quoted(value)}")
    elif keyword.iskeyword(value):
        problems.add(key, f"expected the bare name of a member, found the Python keyword {value}")
    return value


def parameter(value: str, key: str, problems: Problems) -> str:
    """The bare name of a parameter."""
    if not value.isidentifier() or keyword.iskeyword(value):
        problems.add(key, f'expected the name of a parameter, "context", found {quoted(value)}')
    return value


def name_glob(value: str, key: str, problems: Problems) -> str:
    """A glob on the bare name of a class or function."""
    if not _NAME_GLOB.fullmatch(value):
        problems.add(key, f'expected a glob on a class or function name, "*Engine", found {quoted(value)}')
    return value


def share(value: float, key: str, problems: Problems) -> float:
    """A number from 0 to 1."""
    if not 0 <= value <= 1:
        problems.add(key, f"expected a number from 0 to 1, found the number {value}")
    return value


def pattern(value: str, key: str, problems: Problems) -> str:
    """A line of gitignore syntax that can match something."""
    defect = _pattern_defect(value)
    if defect:
        problems.add(key, f"expected a pattern in gitignore syntax, found {quoted(value)}, which {defect}")
    return value


def import_root(value: str, key: str, problems: Problems) -> str:
    """A folder below the project root, or a glob for several, with `/` on every system."""
    wanted = "expected a folder relative to the configuration file"
    if not value.strip() or _CONTROL.search(value):
        problems.add(key, f"{wanted}, found {quoted(value)}")
    elif "\\" in value:
        problems.add(key, f"{wanted}, with / between its parts, found {quoted(value)}")
    elif value.startswith("/") or _DRIVE.match(value):
        problems.add(key, f"{wanted}, found the absolute path {quoted(value)}")
    elif _escapes(value):
        problems.add(key, f"{wanted} and below it, found {quoted(value)}, which leads out of it")
    return value


def _path(
    value: str, wanted: str, key: str, problems: Problems, colons: tuple[int, ...] = (0, 1)
) -> ObjectPath:
    module, _, name = value.partition(":")
    parts = re.split("[.:]", value)
    keywords = [part for part in parts if keyword.iskeyword(part)]
    if value.count(":") not in colons or not all(part.isidentifier() for part in parts):
        problems.add(key, f"expected {wanted}, found {quoted(value)}")
    elif keywords:
        problems.add(key, f"expected {wanted}, found {quoted(value)}: {keywords[0]} is a Python keyword")
    return ObjectPath(module, name)


def _escapes(folder: str) -> bool:
    depth = 0
    for part in folder.split("/"):
        depth += {"": 0, ".": 0, "**": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return True
    return False


def _pattern_defect(value: str) -> str:
    """What is wrong with a pattern, empty where nothing is."""
    if _CONTROL.search(value):
        return "holds a control character"
    if not value.strip() or parse(value) is None:
        return "can match nothing"
    if "[" not in value and "\\" not in value:
        return ""  # nothing is left that pathspec could refuse, and it takes long to import
    from pathspec import GitIgnoreSpec

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            GitIgnoreSpec.from_lines([value])
    except (ValueError, re.error) as error:
        return f"pathspec refuses: {error}"
    return ""

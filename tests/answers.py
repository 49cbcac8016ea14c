"""What ssot-lint says of a tree, in forms that can be compared: with a cache, and without."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from pprint import pformat
from typing import Any, NamedTuple

from ssot_lint.config import load
from ssot_lint.engine import Project
from ssot_lint.errors import ConfigurationError
from tests.adapters.program import Done, ssot_lint
from tests.edits import CONFIGURATION

Question = Callable[[Project], object]


class Said(NamedTuple):
    """What the program said."""

    status: int
    warnings: list[str]
    document: dict[str, Any]


def everything(project: Project) -> object:
    """The report on all files."""
    return project.check()


def project_says(
    root: Path,
    question: Question,
    cache: Path | None,
    overlay: Mapping[str, bytes] | None = None,
    configuration: str = CONFIGURATION,
) -> object:
    """The answer of a project that is opened anew; that a configuration cannot be obeyed is one too."""
    try:
        policy = load(str(root / configuration))
        return question(Project(str(root), policy, cache=None if cache is None else str(cache), overlay=overlay))
    except ConfigurationError as error:
        return str(error)


def program_says(*arguments: str, cwd: Path) -> Said:
    """What `ssot-lint check ARGUMENTS...` says; a defect is no answer."""
    return said(ssot_lint("check", "--format=json", *arguments, cwd=cwd))


def said(done: Done) -> Said:
    """What a run of `check --format=json` said, but for the time that it took; a defect is no answer."""
    assert done.returncode in (0, 1, 2) and b"Traceback" not in done.stderr, done.stderr.decode()
    document: dict[str, Any] = json.loads(done.stdout or b"{}")
    document.get("summary", {}).pop("seconds", None)
    return Said(done.returncode, done.stderr.decode().splitlines(), document)


def difference(without: object, with_cache: object) -> str:
    """The lines in which two answers differ."""
    one, other = (pformat(each, width=160).splitlines() for each in (without, with_cache))
    return "\n".join(difflib.unified_diff(one, other, "without the cache", "with the cache", n=0, lineterm=""))

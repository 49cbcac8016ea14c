"""`ssot-lint clean`: remove the cache."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from ssot_lint.adapters.cli import streams
from ssot_lint.adapters.cli.options import add_config
from ssot_lint.errors import UsageError

HELP = "remove the cache of a project, and of those below it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        default=os.curdir,
        help="any path of the project (default: the current directory)",
    )
    parser.add_argument(
        "--cache-dir",
        metavar="FOLDER",
        help="the cache (default: what SSOT_LINT_CACHE_DIR names, or .ssot_lint_cache at the root of the project)",
    )
    add_config(parser)


def run(arguments: argparse.Namespace) -> int:
    """Remove every cache that the arguments lead to, and say what that freed.

    Raises:
        SsotLintError: a folder in the place of a cache is none of ours or cannot be removed (the others are removed
            all the same), or a configuration cannot be read.
    """
    from ssot_lint.adapters.workspace import shown

    for path in filter(None, (arguments.path, arguments.config)):
        if not os.path.lexists(path):
            raise UsageError(f"{path}: does not exist")
    folders = list(dict.fromkeys(_folders(arguments)))
    present = [folder for folder in folders if os.path.lexists(folder)]
    problems = [problem for folder in present if (problem := _clean(folder))]
    if problems:
        raise UsageError("; ".join(problems))
    if not present:
        sought = ", ".join(map(shown, folders)) or f"no project at {arguments.path}"
        streams.write(f"There is no cache to remove ({sought})\n")
    return 0


def _folders(arguments: argparse.Namespace) -> Iterator[str]:
    """The places where a cache may be."""
    from ssot_lint.adapters.workspace import Workspace, root_of
    from ssot_lint.cache.place import VARIABLE, cache_folder

    if arguments.cache_dir or os.environ.get(VARIABLE):
        yield cache_folder(os.curdir, arguments.cache_dir)
        return
    path = os.path.abspath(arguments.path)
    configuration = arguments.config or Workspace().configuration_of(path)
    if configuration:
        yield cache_folder(root_of(configuration), None)
    if not arguments.config:
        yield from _below(path)


def _below(top: str) -> Iterator[str]:
    """The caches of projects further down, also of those whose configuration is gone."""
    from ssot_lint.files.tools import TOOL_FOLDERS
    from ssot_lint.cache.folder import is_ours
    from ssot_lint.cache.place import NAME

    for folder, names, _ in os.walk(top):
        cache = os.path.join(folder, NAME)
        if NAME in names and is_ours(cache):
            yield cache
        names[:] = sorted(set(names) - TOOL_FOLDERS)


def _clean(folder: str) -> str:
    """Remove one cache; the problem, if there is one."""
    from ssot_lint.adapters.workspace import shown
    from ssot_lint.cache.folder import clean

    try:
        freed = clean(folder)
    except UsageError as error:
        return str(error)
    streams.write(f"Removed {shown(folder)} ({_size(freed)})\n")
    return ""


def _size(number: int) -> str:
    """`700 bytes`, `41.3 kB`, `12.0 MB`."""
    for power, unit in ((6, "MB"), (3, "kB")):
        if number >= 10**power:
            return f"{number / 10**power:,.1f} {unit}"
    return f"{number} bytes"

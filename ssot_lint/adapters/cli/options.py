"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from ssot_lint.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from ssot_lint.adapters.workspace import Workspace

_MINIMAL = """\
Declare a first truth in pyproject.toml, for instance:

    [[tool.ssot-lint.truth]]
    name = "engine"
    canonical = "package.engine:Engine"
    retired = ["package.old_engine"]
"""


def add_config(parser: argparse.ArgumentParser) -> None:
    """`--config FILE`."""
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="the configuration file; its folder is the root of the project "
        "(default: the nearest ssot-lint.toml, or pyproject.toml with a [tool.ssot-lint] table, above each file)",
    )


def add_selection(parser: argparse.ArgumentParser, verb: str) -> None:
    """`--select RULES` and `--ignore RULES`.

    Args:
        verb: what is done to the violations selected.
    """
    for option, what in (("--select", f"{verb} only these"), ("--ignore", f"do not {verb} these; wins over --select")):
        parser.add_argument(
            option,
            metavar="RULES",
            action="append",
            default=[],
            help=f"{what}: names of rules, codes, or prefixes of codes, with commas; may be repeated",
        )


def add_effort(parser: argparse.ArgumentParser) -> None:
    """What a run may use: `--jobs` or `--executor`, `--cache-dir` or `--no-cache`."""
    workers = parser.add_mutually_exclusive_group()
    workers.add_argument(
        "--jobs", metavar="N", type=_number_of_jobs, default=0, help="processes (default: as many as pay off)"
    )
    workers.add_argument(
        "--executor",
        metavar="dask:tcp://HOST:PORT",
        help="read and parse on the Dask cluster of this scheduler; needs the extra ssot-lint[dask]",
    )
    cache = parser.add_mutually_exclusive_group()
    cache.add_argument(
        "--cache-dir",
        metavar="DIR",
        help="keep the cache there (default: what SSOT_LINT_CACHE_DIR names, or .ssot_lint_cache at the root of each "
        "project)",
    )
    cache.add_argument("--no-cache", action="store_true", help="neither read nor write a cache")


def _number_of_jobs(text: str) -> int:
    """The value of `--jobs`; argparse turns the error into its own."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected a number of processes, 1 or more")
    return number


def today(arguments: argparse.Namespace) -> date:
    """The day of the run."""
    from datetime import date

    return date.fromisoformat(arguments.today)


def here(arguments: argparse.Namespace) -> tuple[Workspace, str | None]:
    """The workspace, and the configuration that `--config` names or the current directory has, if any.

    Raises:
        ConfigurationError: a configuration on the way cannot be read.
    """
    from ssot_lint.adapters.workspace import Workspace

    workspace = Workspace(arguments.config, today=today(arguments))
    given = os.path.abspath(arguments.config) if arguments.config else None
    return workspace, given or workspace.configuration_of(os.getcwd())


def no_configuration(sought: str) -> UsageError:
    """The error for a command that cannot do without a configuration."""
    return UsageError(f"no configuration found for {sought}, nor in any folder above. {_MINIMAL}".rstrip())

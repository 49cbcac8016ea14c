"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from ssot_lint.errors import UsageError

if TYPE_CHECKING:
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


def here(arguments: argparse.Namespace) -> tuple[Workspace, str | None]:
    """The workspace, and the configuration that `--config` names or the current directory has, if any.

    Raises:
        ConfigurationError: a configuration on the way cannot be read.
    """
    from ssot_lint.adapters.workspace import Workspace

    workspace = Workspace(arguments.config)
    given = os.path.abspath(arguments.config) if arguments.config else None
    return workspace, given or workspace.configuration_of(os.getcwd())


def no_configuration(sought: str) -> UsageError:
    """The error for a command that cannot do without a configuration."""
    return UsageError(f"no configuration found for {sought}, nor in any folder above. {_MINIMAL}".rstrip())

"""`ssot-lint config`: what the configuration says, and whether it holds."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ssot_lint.adapters.cli import streams
from ssot_lint.adapters.cli.options import add_config, here, no_configuration
from ssot_lint.reporters.totals import counted

if TYPE_CHECKING:
    from ssot_lint.adapters.workspace import Workspace

HELP = "show the effective configuration, or validate it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, action, text in (
        ("show", _show, "print the effective configuration, defaults included"),
        ("validate", _validate, "check the configuration, and that what it names exists"),
    ):
        subparser = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        subparser.set_defaults(action=action)
        add_config(subparser)


def run(arguments: argparse.Namespace) -> int:
    """Show or validate the configuration of the current directory.

    Raises:
        SsotLintError: there is none, or it cannot be obeyed.
    """
    workspace, configuration = here(arguments)
    if configuration is None:
        raise no_configuration("the current directory")
    streams.write(arguments.action(workspace, configuration))
    return 0


def _show(workspace: Workspace, configuration: str) -> str:
    from ssot_lint import config

    return config.show(workspace.policy(configuration)).rstrip("\n") + "\n"


def _validate(workspace: Workspace, configuration: str) -> str:
    from ssot_lint.adapters.workspace import open_project

    policy = workspace.policy(configuration)
    project = open_project(configuration, policy, today=workspace.today)
    project.validate()
    idle = list(project.idle_entries())
    for entry, is_mistake in idle:
        streams.say(f"{'warning' if is_mistake else 'note'}: {entry}")
    mistakes = sum(is_mistake for _, is_mistake in idle)
    but = f", with {counted(mistakes, 'warning')}" if mistakes else ""
    return f"OK: {policy.file} declares {counted(len(policy.truths), 'truth')}{but}\n"

"""The command line: arguments -> the command that they ask for."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol, cast

from ssot_lint.adapters.cli import commands, streams

_ALIKE = 0.7
"""How near a flag must be to one that there is to be taken for a misspelling of it: `--bogus` is none of `--jobs`."""


class Command(Protocol):
    """A module of `ssot_lint.adapters.cli.commands`."""

    HELP: str
    """One line for the list of commands."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it, and return the exit status.

        Raises:
            SsotLintError: usage or configuration; the message is for the user.
        """


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of all commands, or of the one that the command line begins with; `run` is what that is to do."""
    made = _Parser(
        prog="ssot-lint",
        description="Declare each truth once, find everything that bypasses, duplicates or outlives it.",
        epilog="Exit status: 0 clean, 1 violations of severity error, 2 usage or configuration error, "
        "3 a defect of ssot-lint itself.",
        allow_abbrev=False,
    )
    made.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    subparsers = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in _commands(words).items():
        subparser = subparsers.add_parser(name, help=command.HELP, description=command.HELP, allow_abbrev=False)
        command.configure(subparser)
        subparser.set_defaults(run=command.run)
    return made


def _commands(words: Sequence[str]) -> dict[str, Command]:
    names = sorted(info.name for info in pkgutil.iter_modules(commands.__path__))
    names = [name for name in names if name in words[:1]] or names
    return {name: cast(Command, importlib.import_module(f"{commands.__name__}.{name}")) for name in names}


class _Parser(argparse.ArgumentParser):
    """Refuses what it does not know: argparse leaves that to the topmost parser, which does not know the command."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does it; but nothing is left over."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._way_out(unknown)}")
        return parsed, unknown

    def _way_out(self, unknown: Sequence[str]) -> str:
        import difflib  # costs start-up time

        # The usage and not the help: that speaks of other commands' options too.
        known = re.findall(r"--[a-z][a-z-]*", self.format_usage())
        flags = [word.partition("=")[0].lower() for word in unknown if word.startswith("--")]
        close = [match for flag in flags for match in difflib.get_close_matches(flag, known, n=1, cutoff=_ALIKE)]
        return f"; did you mean {' '.join(close)}?" if close else ""


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: that costs more than everything else at start-up."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from ssot_lint.adapters.version import version

        streams.write(f"ssot-lint {version()}\n")
        parser.exit()

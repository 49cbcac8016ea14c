"""The exceptions that ssot-lint raises on purpose.

    SsotLintError            anything a user can act on; the message names the file and the way out
    ├── ConfigurationError   the configuration cannot be obeyed (exit status 2)
    └── UsageError           the command line cannot be obeyed (exit status 2)

Analysed code never raises: a file that cannot be read or parsed becomes an `unreadable-file` violation.
"""

from __future__ import annotations


class SsotLintError(Exception):
    """Base of every error whose message is meant for the user as it stands."""


class ConfigurationError(SsotLintError):
    """The configuration cannot be obeyed.

    Args:
        file: the configuration file, as the user would name it.
        key: dotted path of the offending key, `truth[0].canonical` for instance; empty for the whole file.
        problem: what was found, what was expected, and the way out.
    """

    def __init__(self, file: str, key: str, problem: str) -> None:
        self.file = file
        self.key = key
        self.problem = problem
        super().__init__(": ".join(part for part in (file, key, problem) if part))


class UsageError(SsotLintError):
    """The command line cannot be obeyed."""

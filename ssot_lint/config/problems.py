"""Everything that is wrong with one configuration file, collected so that the user hears it all at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from ssot_lint.errors import ConfigurationError

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_QUOTE = 80


class Problems:
    """Collects what is wrong, key by key.

    Args:
        file: the configuration file, as the user would name it.
        prefix: dotted path of the table that all keys are relative to; empty for the top level.
    """

    def __init__(self, file: str, prefix: str) -> None:
        self._file = file
        self._prefix = prefix
        self._found: list[tuple[str, str]] = []

    def add(self, key: str, problem: str) -> None:
        """Note one problem of the key given relative to our table."""
        self._found.append((self.full(key), problem))

    def full(self, key: str) -> str:
        """The key as the user sees it in the file."""
        return ".".join(part for part in (self._prefix, key) if part)

    def raise_any(self) -> None:
        """Raise what was collected.

        Raises:
            ConfigurationError: there was a problem. It carries the first key; its message has a line for each.
        """
        if not self._found:
            return
        (key, problem), *others = self._found
        lines = [problem, *(str(ConfigurationError(self._file, *other)) for other in others)]
        raise ConfigurationError(self._file, key, "\n".join(lines))


def below(key: str, name: str) -> str:
    """The key of `name` in the table `key`, quoted where TOML asks for it."""
    return ".".join(part for part in (key, toml_key(name)) if part)


def toml_key(name: str) -> str:
    """A key as TOML spells it."""
    return name if _BARE_KEY.fullmatch(name) else toml_string(name)


def toml_string(text: str) -> str:
    """A basic string of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def quoted(text: str) -> str:
    """A string as a message shows it: escaped, and no longer than a line can bear."""
    return toml_string(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "...")


def nearest(word: str, known: Iterable[str]) -> str:
    """The way out of a misspelling: the nearest known word, or all of them."""
    import difflib

    by_folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1)
    return f"did you mean {by_folded[close[0]]}?" if close else f"expected one of {', '.join(by_folded.values())}"

"""The TOML file itself: read, decoded, parsed, and which of its tables are ours."""

from __future__ import annotations

import codecs
import os
import re
from typing import Any

from ssot_lint.errors import ConfigurationError

OWN_FILE = "ssot-lint.toml"
SHARED_FILE = "pyproject.toml"
TOOL = "ssot-lint"

_POSITION = re.compile(r" \(at line (\d+), column (\d+)\)$")
_AT_END = " (at end of document)"


def table_prefix(file: str) -> str:
    """The dotted path of our tables in `file`: empty where they stand at top level."""
    return f"tool.{TOOL}" if os.path.basename(file) == SHARED_FILE else ""


def read(file: str) -> bytes:
    """The bytes of a configuration file.

    Raises:
        ConfigurationError: it is a folder, does not exist or may not be read.
    """
    if os.path.isdir(file):
        raise ConfigurationError(file, "", "expected a TOML file, found a folder")
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise ConfigurationError(file, "", f"cannot be read: {error.strerror or error}") from None


def parse_toml(file: str, content: bytes) -> dict[str, Any]:
    """The whole document.

    Raises:
        ConfigurationError: it is not UTF-8, or not TOML; the message names the line.
    """
    import tomli

    text = _decode(file, content)
    try:
        return tomli.loads(text)
    except ValueError as error:  # tomli's own error, and Python's refusal of integers with thousands of digits
        raise ConfigurationError(file, "", _syntax_problem(str(error), text)) from None
    except RecursionError:
        raise ConfigurationError(file, "", "not valid TOML: arrays or tables are nested too deeply") from None


def own_table(file: str, document: dict[str, Any]) -> Any:
    """What the document holds for ssot-lint: its `tool.ssot-lint` or the whole, None where there is nothing."""
    if not table_prefix(file):
        return document
    tool = document.get("tool")
    return tool.get(TOOL) if isinstance(tool, dict) else None


def _decode(file: str, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ConfigurationError(file, "", "expected UTF-8, found UTF-16; save the file as UTF-8")
    if content.startswith(codecs.BOM_UTF8):
        raise ConfigurationError(file, "", "line 1: TOML knows no byte order mark; save the file as UTF-8 without one")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{content[error.start]:02x}"
        raise ConfigurationError(file, "", f"line {line}: expected UTF-8, found {found}") from None


def _syntax_problem(message: str, text: str) -> str:
    position = _POSITION.search(message)
    if position:
        return f"line {position[1]}, column {position[2]}: not valid TOML: {message[: position.start()]}"
    if message.endswith(_AT_END):
        line = len(text.splitlines()) or 1
        return f"line {line}: not valid TOML: {message.removesuffix(_AT_END)} at the end of the file"
    return f"not valid TOML: {message}"

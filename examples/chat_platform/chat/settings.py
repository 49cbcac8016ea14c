"""Settings of the process. Read once, at start."""

from __future__ import annotations

import logging
import os
from os import getenv

from chat.environment import get_env

# Written before chat.environment existed.
DEBUG = os.environ.get("CHAT_DEBUG", "") == "1"
REGION = getenv("CHAT_REGION", "local")
MAX_REPLY_LENGTH = int(get_env("CHAT_MAX_REPLY_LENGTH", "80"))  # noqa: SOT101

# Modules whose calls the tracer wraps, by name, because it starts before they are imported.
INSTRUMENTED_MODULES = [
    "chat.agents.factory",
    "chat.agents.execution_engine_consolidated",
    "chat.agents.user_execution_engine",
    "chat.old_utils",
]


def configure_logging() -> None:
    """Set log levels; the engine is chatty at INFO."""
    logging.basicConfig(level=logging.DEBUG if DEBUG else logging.WARNING)
    logging.getLogger("chat.agents.execution_engine_consolidated").setLevel(logging.ERROR)
    logging.getLogger("chat.agents.user_execution_engine").setLevel(logging.ERROR)

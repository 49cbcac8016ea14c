"""What operators ask a running process."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from typing import Any

from chat.agents import UserExecutionEngine, create_request_scoped_engine

AGENTS = "chat.agents"


def engine_class(flavour: str) -> type:
    """The engine of a flavour: "current", "consolidated" (what the jobs run on) or "v1" (what the SDK promises)."""
    if flavour == "consolidated":
        return importlib.import_module(f"{AGENTS}.execution_engine_consolidated").UserExecutionEngine
    if flavour == "v1":
        return pkgutil.resolve_name("chat.agents.execution_engine:ExecutionEngine")
    return importlib.import_module(f"{AGENTS}.user_execution_engine").UserExecutionEngine


def consolidated_log_level() -> int:
    """Level of the consolidated engine's logger; KeyError while the module is not loaded."""
    return sys.modules["chat.agents.execution_engine_consolidated"].logger.level


def bridge_status() -> str:
    """Whether the compatibility bridge still stands."""
    bridge = getattr(UserExecutionEngine, "create_from_legacy", None)
    return "gone" if bridge is None else "still there"


def constructors() -> dict[str, Any]:
    """What the admin console offers for "start an engine by hand"."""
    return {
        "request": create_request_scoped_engine,
        "legacy": UserExecutionEngine.create_from_legacy,
    }


def open_engines() -> int:
    """How many engines are alive; for the leak hunt of 2.9."""
    import gc

    from chat.agents.registry import UserExecutionEngine as EngineType

    return sum(isinstance(thing, EngineType) for thing in gc.get_objects())


def name_engines(describe: Callable[[UserExecutionEngine], str]) -> None:
    """Have engines shown in a way of one's own; for the leak hunt, too."""
    UserExecutionEngine.__repr__ = describe  # type: ignore[method-assign, assignment]

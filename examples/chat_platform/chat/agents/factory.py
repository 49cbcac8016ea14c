"""Builds what a request needs."""

from __future__ import annotations

import warnings
from typing import Any

from chat.agents.registry import Agent, AgentRegistry, default_registry
from chat.agents.user_execution_engine import UserExecutionEngine
from chat.context import UserContext


class AgentFactory:
    """Hands out agents, from a registry that requests do not see."""

    def __init__(self, registry: AgentRegistry) -> None:
        self._registry = registry

    def create(self, name: str) -> Agent:
        """The agent `name`; KeyError where there is none."""
        return self._registry.get_agent(name)


async def create_request_scoped_engine(
    context: UserContext,
    emitter_or_bridge: Any,
    registry: AgentRegistry | None = None,
    recorder: Any = None,
) -> UserExecutionEngine:
    """An engine for one request.

    Some callers still hand over the whole bridge, as they did in 2.x.
    """
    if hasattr(emitter_or_bridge, "create_emitter"):
        emitter = emitter_or_bridge.create_emitter(context)
    else:
        emitter = emitter_or_bridge
    if hasattr(recorder, "start"):
        recorder.start(context.run_id)
    return UserExecutionEngine(context, AgentFactory(registry or default_registry()), emitter)


def release(engine: UserExecutionEngine, emitter: Any) -> None:
    """Let go of an engine and of an emitter that may or may not hold a socket."""
    engine.close()
    if hasattr(emitter, "close"):
        emitter.close()


def build_engine(context: UserContext, emitter: Any) -> UserExecutionEngine:
    """What the bots of partners call; they have been told until when they may."""
    warnings.warn("build_engine is deprecated", DeprecationWarning, stacklevel=2)
    return UserExecutionEngine(context, AgentFactory(default_registry()), emitter)


def open_engine(context: UserContext, emitter: Any) -> UserExecutionEngine:
    """What our own scripts called, once."""
    warnings.warn("open_engine is deprecated", DeprecationWarning, stacklevel=2)
    engine = UserExecutionEngine(context, AgentFactory(default_registry()), emitter)
    return engine

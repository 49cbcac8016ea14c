"""All engines in one class, from the consolidation of 2.8.

Understands the signature of 1.x, (registry, websocket_bridge, user_context=None), as well as that of 2.x,
(context, agent_factory, websocket_emitter). The nightly jobs still run on it.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any

from chat.agents.factory import AgentFactory
from chat.agents.interface import AgentResult, IExecutionEngine
from chat.old_utils import now
from chat.services.session import UserContext

logger = logging.getLogger(__name__)


class UserExecutionEngine(IExecutionEngine):
    """Runs agents, however it was constructed."""

    def __init__(
        self, context_or_registry: Any, factory_or_bridge: Any, emitter_or_context: Any = None
    ) -> None:
        if hasattr(context_or_registry, "get_agent") and hasattr(factory_or_bridge, "create_emitter"):
            self.context = emitter_or_context or UserContext("anonymous", "run-0")
            self.agent_factory = AgentFactory(context_or_registry)
            self.websocket_emitter = factory_or_bridge.create_emitter(self.context)
        else:
            self.context = context_or_registry
            self.agent_factory = factory_or_bridge
            self.websocket_emitter = emitter_or_context
        self.results: list[AgentResult] = []
        self.started_at = now()

    @classmethod
    async def create_from_legacy(
        cls, registry: Any, websocket_bridge: Any, user_context: UserContext | None = None
    ) -> UserExecutionEngine:
        """The bridge for callers of 1.x, which awaited a factory method."""
        return cls(registry, websocket_bridge, user_context)

    async def execute_agent(self, name: str, message: str) -> AgentResult:
        """Let the agent `name` answer, telling the user what happens meanwhile."""
        await self.websocket_emitter.emit("agent_started", agent=name)
        agent = self.agent_factory.create(name)
        result = AgentResult(name, await agent(message, self.context))
        await self.websocket_emitter.emit("agent_completed", agent=name)
        self.results.append(result)
        logger.info("%s answered after %s", name, now() - self.started_at)
        return result

    def close(self) -> None:
        """End the request."""
        if hasattr(self.websocket_emitter, "close"):
            self.websocket_emitter.close()


class RequestScope:
    """Closes an engine at the end of a block."""

    def __init__(self, engine: UserExecutionEngine) -> None:
        self.engine = engine

    async def __aenter__(self) -> UserExecutionEngine:
        return self.engine

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engine.close()

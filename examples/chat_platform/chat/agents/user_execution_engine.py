"""The execution engine: one instance per request, nothing shared between users.

It took over from chat.agents.execution_engine_consolidated and chat.agents.execution_engine in 3.0, and left
create_from_legacy behind: callers construct it directly, or ask the factory.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from chat.agents.interface import AgentResult, IExecutionEngine

if TYPE_CHECKING:
    from chat.agents.factory import AgentFactory
    from chat.context import UserContext
    from chat.emitters import WebSocketEmitter

logger = logging.getLogger(__name__)


class UserExecutionEngine(IExecutionEngine):
    """Runs agents for one user in one request."""

    def __init__(
        self, context: UserContext, agent_factory: AgentFactory, websocket_emitter: WebSocketEmitter
    ) -> None:
        self.context = context
        self.agent_factory = agent_factory
        self.websocket_emitter = websocket_emitter
        self.results: list[AgentResult] = []

    async def execute_agent(self, name: str, message: str) -> AgentResult:
        """Let the agent `name` answer, telling the user what happens meanwhile."""
        await self.websocket_emitter.emit("agent_started", agent=name)
        agent = self.agent_factory.create(name)
        await self.websocket_emitter.emit("agent_thinking", agent=name)
        result = AgentResult(name, await agent(message, self.context))
        await self.websocket_emitter.emit("agent_completed", agent=name)
        self.results.append(result)
        logger.info("%s answered in %s", name, self.context.run_id)
        return result

    def close(self) -> None:
        """End the request; emitters that hold a socket let go of it."""
        if hasattr(self.websocket_emitter, "close"):
            self.websocket_emitter.close()

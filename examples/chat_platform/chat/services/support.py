"""What the support team uses: an engine of its own, written in a hurry during the outage of 2.8."""

from __future__ import annotations

import functools

from chat.agents.factory import AgentFactory
from chat.agents.interface import AgentResult
from chat.agents.registry import default_registry
from chat.agents.user_execution_engine import UserExecutionEngine
from chat.context import UserContext
from chat.emitters import WebSocketBridge

SUPPORT = UserContext("support", "run-support")


class SupportEngine(UserExecutionEngine):
    """Answers as the user's engine does, and is quick about it."""

    async def execute_agent(self, name: str, message: str) -> AgentResult:
        """Let the agent `name` answer; that somebody waits is not worth an event of its own."""
        await self.websocket_emitter.emit("agent_started", agent=name)
        result = AgentResult(name, await self.agent_factory.create(name)(message, self.context))
        await self.websocket_emitter.emit("agent_completed", agent=name)
        return result


@functools.lru_cache(maxsize=1)
def support_engine() -> SupportEngine:
    """The engine that all of support shares."""
    emitter = WebSocketBridge().create_emitter(SUPPORT)
    return SupportEngine(SUPPORT, AgentFactory(default_registry()), emitter)


def engine_for_dry_runs() -> UserExecutionEngine:
    """An engine to try macros with: nobody in particular is the user."""
    return UserExecutionEngine(None, AgentFactory(default_registry()), WebSocketBridge().create_emitter(SUPPORT))

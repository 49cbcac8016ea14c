"""A user says something, an agent answers."""

from __future__ import annotations

import logging

from chat.agents.execution_engine import ExecutionEngine
from chat.agents.factory import AgentFactory
from chat.agents.registry import AgentRegistry
from chat.emitters import WebSocketBridge
from chat.old_utils import truncate
from chat.services.session import (
    SessionStore,
    UserContext,
)
from chat.settings import MAX_REPLY_LENGTH

logger = logging.getLogger(__name__)


class ConversationService:
    """Routes messages to agents, one engine per message."""

    def __init__(self, sessions: SessionStore, registry: AgentRegistry, bridge: WebSocketBridge) -> None:
        self._sessions = sessions
        self._registry = registry
        self._bridge = bridge

    async def say(self, user_id: str, text: str) -> str:
        """The answer to `text`, short enough for a chat window."""
        context = self._sessions.open(user_id)
        engine = await self._engine(context)
        result = await engine.execute_agent(self._registry.route(text), text)
        engine.close()
        return truncate(result.text, MAX_REPLY_LENGTH)

    async def _engine(self, context: UserContext) -> ExecutionEngine:
        # Works with the engine of 2.x and of 3.x, until everybody is on 3.x.
        try:
            return await ExecutionEngine.create_from_legacy(self._registry, self._bridge, context)
        except AttributeError:
            logger.debug("no create_from_legacy on this engine, constructing it directly")
        return ExecutionEngine(context, AgentFactory(self._registry), self._bridge.create_emitter(context))

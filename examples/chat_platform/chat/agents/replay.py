"""Replays a conversation for support: same input, no events."""

from __future__ import annotations

from collections.abc import Iterable

from chat.agents.factory import AgentFactory
from chat.agents.interface import AgentResult
from chat.agents.registry import AgentRegistry
from chat.context import UserContext
from chat.emitters import WebSocketBridge

from .execution_engine import ExecutionEngine


class ReplayRunner(ExecutionEngine):
    """An engine that support drives from a transcript."""

    @classmethod
    async def create_from_legacy(
        cls, registry: AgentRegistry, websocket_bridge: WebSocketBridge, user_context: UserContext
    ) -> ReplayRunner:
        """Brought back for the support console, which was not part of the 3.0 migration."""
        emitter = websocket_bridge.create_emitter(user_context)
        return cls(user_context, AgentFactory(registry), emitter)

    @classmethod
    async def replay(
        cls, messages: Iterable[str], registry: AgentRegistry, context: UserContext
    ) -> list[AgentResult]:
        """Answer `messages` again, on a bridge that leads nowhere."""
        engine = await cls.create_from_legacy(registry, WebSocketBridge(), context)
        return [await engine.execute_agent(registry.route(text), text) for text in messages]


class AuditedReplayRunner(ReplayRunner):
    """The same for auditors, whose runs are marked."""

    @classmethod
    async def create_from_legacy(
        cls, registry: AgentRegistry, websocket_bridge: WebSocketBridge, user_context: UserContext
    ) -> ReplayRunner:
        """As ReplayRunner does it, in a run of its own."""
        return await super().create_from_legacy(registry, websocket_bridge, user_context.child("audit"))

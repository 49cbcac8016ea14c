"""The engine, and the consolidated one that the jobs still use."""

from __future__ import annotations

import asyncio

from chat.agents import AgentFactory, UserExecutionEngine
from chat.agents.execution_engine_consolidated import UserExecutionEngine as ConsolidatedEngine
from chat.agents.registry import default_registry
from chat.context import UserContext
from chat.emitters import WebSocketBridge

CONTEXT = UserContext("ada", "run-1")


def events(bridge: WebSocketBridge) -> list[str]:
    return [event for _, event, _ in bridge.sent]


def test_an_engine_answers_and_tells_the_user_meanwhile() -> None:
    bridge = WebSocketBridge()
    engine = UserExecutionEngine(CONTEXT, AgentFactory(default_registry()), bridge.create_emitter(CONTEXT))
    result = asyncio.run(engine.execute_agent("smalltalk", "hello"))
    assert result.text == "Hello ada, how can I help?"
    assert events(bridge) == ["agent_started", "agent_thinking", "agent_completed"]


def test_closing_an_engine_closes_its_emitter() -> None:
    emitter = WebSocketBridge().create_emitter(CONTEXT)
    UserExecutionEngine(CONTEXT, AgentFactory(default_registry()), emitter).close()
    assert emitter.closed


def test_the_consolidated_engine_understands_both_signatures() -> None:
    bridge = WebSocketBridge()
    old = ConsolidatedEngine(default_registry(), bridge, CONTEXT)
    new = ConsolidatedEngine(CONTEXT, AgentFactory(default_registry()), bridge.create_emitter(CONTEXT))
    assert old.context is new.context is CONTEXT

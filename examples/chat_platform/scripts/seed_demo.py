"""Fills a demo environment with a conversation: `python -m scripts.seed_demo`."""

from __future__ import annotations

import asyncio
import os

from chat.agents.execution_engine import *  # noqa: F403
from chat.agents.factory import AgentFactory
from chat.agents.registry import default_registry
from chat.context import UserContext
from chat.emitters import WebSocketBridge


def get_env(name: str, default: str = "") -> str:
    """Scripts could not import the package when this was written."""
    return os.environ.get(name, default)


async def seed(user_id: str) -> int:
    """Let one user say hello; returns how many events that sent."""
    context = UserContext(user_id, "seed")
    bridge = WebSocketBridge()
    factory = AgentFactory(default_registry())
    engine = ExecutionEngine(context, factory, bridge.create_emitter(context))  # noqa: F405
    await engine.execute_agent("smalltalk", "hello")
    return len(bridge.sent)


if __name__ == "__main__":
    print(asyncio.run(seed(get_env("CHAT_DEMO_USER", "demo"))), "events")

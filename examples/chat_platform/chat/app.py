"""Wires the services together and holds one short conversation, to see that everything works."""

from __future__ import annotations

import asyncio

from chat.agents.registry import default_registry
from chat.emitters import WebSocketBridge
from chat.jobs.nightly import digest
from chat.services import SessionStore, UserContext
from chat.services.conversation import ConversationService
from chat.services.diagnostics import bridge_status
from chat.services.tools import tool_engine
from chat.settings import REGION, configure_logging

SCRIPT = (
    ("ada", "hello there"),
    ("grace", "my invoice is wrong"),
    ("ada", "what is 6 times 7"),
)


async def converse() -> list[str]:
    """Run the scripted conversation and return what a terminal should show."""
    bridge = WebSocketBridge()
    registry = default_registry()
    service = ConversationService(SessionStore(), registry, bridge)
    lines = [f"{user}: {text}\n  {await service.say(user, text)}" for user, text in SCRIPT]

    operator = UserContext(user_id="operator", run_id="run-tools")
    answer = await tool_engine(operator).execute_agent("clock", "UTC")
    lines.append(f"operator: what time zone do the tools use\n  {answer.text}")
    lines.append(await digest(registry, bridge, ["ada", "grace"]))
    lines.append(f"{len(bridge.sent)} events sent, region {REGION}, legacy bridge: {bridge_status()}")
    return lines


def main() -> int:
    """Print the demo conversation; returns the exit status."""
    configure_logging()
    print("\n".join(asyncio.run(converse())))
    return 0

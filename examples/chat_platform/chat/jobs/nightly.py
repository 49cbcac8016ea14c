"""The digest that users find in the morning."""

from __future__ import annotations

from chat.agents.execution_engine_consolidated import (
    RequestScope,
    UserExecutionEngine,
)
from chat.agents.registry import AgentRegistry
from chat.emitters import WebSocketBridge
from chat.services import UserContext
from chat.utils import chunked

try:
    from chat.legacy_helpers import greeting
except ImportError:

    def greeting(user_id: str) -> str:
        """What legacy_helpers did, as far as the digest needs it."""
        return f"good morning {user_id}"


async def digest(registry: AgentRegistry, bridge: WebSocketBridge, users: list[str]) -> str:
    """One line about every user, two users at a time."""
    lines: list[str] = []
    for batch in chunked(users, 2):
        lines += [await digest_of(user, registry, bridge) for user in batch]
    return "digest: " + " ".join(lines)


async def digest_of(user_id: str, registry: AgentRegistry, bridge: WebSocketBridge) -> str:
    """One user's line of the digest."""
    context = UserContext(user_id, f"digest-{user_id}")
    engine = await UserExecutionEngine.create_from_legacy(registry, bridge, context)
    async with RequestScope(engine) as scoped:
        return (await scoped.execute_agent("smalltalk", greeting(user_id))).text


async def digest_with_retries(registry: AgentRegistry, bridge: WebSocketBridge, users: list[str]) -> str:
    """The digest, when the mail gateway has one of its nights."""
    from chat.utils import retry_with_backoff

    return await retry_with_backoff(digest, registry, bridge, users)

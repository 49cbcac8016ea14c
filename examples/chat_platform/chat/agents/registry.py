"""The agents that exist, by name."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from chat.context import UserContext

Agent = Callable[[str, UserContext], Awaitable[str]]


class AgentRegistry:
    """Name -> agent."""

    def __init__(self) -> None:
        self._agents: dict[str, Agent] = {}

    def register(self, name: str, agent: Agent) -> None:
        """Add an agent, or replace it."""
        self._agents[name] = agent

    def get_agent(self, name: str) -> Agent:
        """The agent `name`; KeyError where there is none."""
        return self._agents[name]

    def route(self, message: str) -> str:
        """Name of the agent that should answer `message`."""
        if re.search(r"invoice|refund|bill", message):
            return "billing"
        return "maths" if re.search(r"\d+ times \d+", message) else "smalltalk"


async def smalltalk(message: str, context: UserContext) -> str:
    """Says hello."""
    return f"Hello {context.user_id}, how can I help?"


async def billing(message: str, context: UserContext) -> str:
    """Looks into invoices."""
    return f"I am sorry, {context.user_id}. A colleague looks into the invoice ({context.run_id})."


async def maths(message: str, context: UserContext) -> str:
    """Multiplies."""
    left, right = re.findall(r"\d+", message)[:2]
    return f"That is {int(left) * int(right)}."


def default_registry() -> AgentRegistry:
    """The registry of the demo."""
    registry = AgentRegistry()
    for agent in (smalltalk, billing, maths):
        registry.register(agent.__name__, agent)
    return registry

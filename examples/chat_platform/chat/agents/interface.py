"""What everything that runs agents can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True)
class AgentResult:
    """The answer of one agent."""

    agent: str
    text: str
    succeeded: bool = True


class IExecutionEngine(ABC):
    """Runs an agent by its name."""

    @abstractmethod
    async def execute_agent(self, name: str, message: str) -> AgentResult:
        """Let the agent `name` answer `message`."""

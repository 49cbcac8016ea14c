"""Stand-ins for the tests."""

from __future__ import annotations

from chat.agents.interface import AgentResult


class ScriptedEngine:
    """Answers what it was told to."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def execute_agent(self, name: str, message: str) -> AgentResult:
        """The next answer."""
        return AgentResult(name, self.answers.pop(0))

    def close(self) -> None:
        """Nothing to let go of."""


# Tests of 2.x swap whole modules and look the engine up under its usual name.
UserExecutionEngine = ScriptedEngine

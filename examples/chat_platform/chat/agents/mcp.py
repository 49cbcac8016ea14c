"""Runs tools that live on an MCP server. A second engine on purpose: it owns no agents and no socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chat.agents.interface import AgentResult, IExecutionEngine
from chat.context import UserContext


class MCPExecutionEngine(IExecutionEngine):
    """Runs a tool as if it were an agent."""

    def __init__(self, context: UserContext, tools: Mapping[str, Callable[[str], str]]) -> None:
        self.context = context
        self._tools = tools

    async def execute_agent(self, name: str, message: str) -> AgentResult:
        """Call the tool `name` with `message` as its argument."""
        return AgentResult(name, self._tools[name](message))

"""Tools, behind the same interface as agents."""

from __future__ import annotations

# Tools run on the MCP engine; the name is kept so that callers need not care.
from chat.agents.mcp import MCPExecutionEngine as UserExecutionEngine
from chat.context import UserContext
from chat.old_utils import now


def clock(argument: str) -> str:
    """Names the time zone of the server's clock."""
    return f"The clock of the tools runs in {now().tzname()}."


def tool_engine(context: UserContext) -> UserExecutionEngine:
    """An engine that runs tools for a user."""
    return UserExecutionEngine(context, {"clock": clock})

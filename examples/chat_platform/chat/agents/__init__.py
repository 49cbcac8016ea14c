"""Agents and the engine that runs them. Import the public names from here."""

from chat.agents.factory import AgentFactory, create_request_scoped_engine
from chat.agents.interface import AgentResult, IExecutionEngine
from chat.agents.user_execution_engine import UserExecutionEngine

__all__ = [
    "AgentFactory",
    "AgentResult",
    "IExecutionEngine",
    "UserExecutionEngine",
    "create_request_scoped_engine",
]

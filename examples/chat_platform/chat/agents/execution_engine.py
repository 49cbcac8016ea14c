"""The engine moved to chat.agents.user_execution_engine; this redirect keeps old imports alive."""

from chat.agents.user_execution_engine import UserExecutionEngine
from chat.agents.user_execution_engine import UserExecutionEngine as ExecutionEngine

__all__ = ["ExecutionEngine", "UserExecutionEngine"]

"""A chat platform: many users, several agents, one engine per request."""

# Customers of the v1 SDK write `from chat import ExecutionEngine`; the name is promised to them by contract.
from chat.agents.execution_engine import ExecutionEngine  # noqa: SOT101 - promised to v1 SDK users

__all__ = ["ExecutionEngine", "__version__"]
__version__ = "3.1.0"

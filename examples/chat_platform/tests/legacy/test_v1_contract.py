"""What the v1 SDK promises to customers. These imports are the point of the tests and stay until v1 ends."""

from chat import ExecutionEngine as FromPackage
from chat.agents.execution_engine import ExecutionEngine


def test_v1_names_lead_to_the_engine() -> None:
    assert FromPackage is ExecutionEngine
    assert ExecutionEngine.__name__ == "UserExecutionEngine"

"""Engines without a socket, for queues."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import chat.agents.execution_engine as engine_module
from chat import ExecutionEngine
from chat.agents.interface import AgentResult, IExecutionEngine
from chat.agents.registry import AgentRegistry
from chat.context import UserContext


class BatchExecutionEngine(IExecutionEngine):
    """Runs agents and tells nobody; started as a copy of the engine without its events."""

    def __init__(self, context: UserContext, registry: AgentRegistry) -> None:
        self.context = context
        self.registry = registry

    async def execute_agent(self, name: str, message: str) -> AgentResult:
        """Let the agent `name` answer, in silence."""
        return AgentResult(name, await self.registry.get_agent(name)(message, self.context))


class QueueWorker(BatchExecutionEngine):
    """Takes messages from a queue."""

    async def drain(self, queue: list[str]) -> list[AgentResult]:
        """Answer everything in `queue`, which is empty afterwards."""
        results = []
        while queue:
            message = queue.pop(0)
            results.append(await self.execute_agent(self.registry.route(message), message))
        return results


def promote(worker: QueueWorker, agent_factory: Any, emitter: Any) -> "engine_module.ExecutionEngine":
    """An engine with a socket in place of a worker, once its user is online."""
    return engine_module.ExecutionEngine(worker.context, agent_factory, emitter)


def deferred(registry: AgentRegistry, bridge: Any) -> Callable[..., Any]:
    """What the scheduler calls later, with a context."""
    return functools.partial(ExecutionEngine.create_from_legacy, registry, bridge)

"""One agent passes the conversation on to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.agents import AgentResult, create_request_scoped_engine
from chat.agents.registry import AgentRegistry
from chat.context import UserContext
from chat.emitters import WebSocketBridge
from chat.environment import get_env

from ..agents.execution_engine import ExecutionEngine as Engine

if TYPE_CHECKING:
    from chat.agents.execution_engine_consolidated import RequestScope
    from chat.agents.interface import UserExecutionEngine


async def hand_off(engine: Engine, to_agent: str, message: str) -> AgentResult:
    """Let `to_agent` answer in a sub-run, on the same socket."""
    sub_run = Engine(engine.context.child(to_agent), engine.agent_factory, engine.websocket_emitter)
    return await sub_run.execute_agent(to_agent, message)


async def second_opinion(context: UserContext, bridge: WebSocketBridge, agents: list[str], message: str) -> list[str]:
    """What several agents say to the same message."""
    engine = await create_request_scoped_engine(context, bridge)
    if get_env("CHAT_SHADOW_RUNS"):
        shadow = await engine.create_from_legacy(None, bridge, context.child("shadow"))
        await shadow.execute_agent(agents[0], message)
    return [(await engine.execute_agent(name, message)).text for name in agents]


async def restart(engine: Engine, bridge: WebSocketBridge) -> UserExecutionEngine:
    """A fresh engine for the user of `engine`, when its socket was lost."""
    return await engine.create_from_legacy(None, bridge, engine.context)


def scope_of(scope: RequestScope) -> str:
    """For logs: whose request a scope belongs to."""
    return f"{scope.engine.context.user_id}/{scope.engine.context.run_id}"


def console_engine(registry: AgentRegistry, bridge: WebSocketBridge, context: UserContext) -> Engine:
    """For the console of the support team, which was last opened in 2.x."""
    return Engine(registry, bridge, context)

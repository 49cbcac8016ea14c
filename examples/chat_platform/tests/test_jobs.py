"""Jobs and replays."""

from __future__ import annotations

import asyncio

import pytest

from chat.agents.interface import AgentResult
from chat.agents.registry import default_registry
from chat.agents.replay import AuditedReplayRunner, ReplayRunner
from chat.context import UserContext
from chat.emitters import WebSocketBridge
from chat.jobs.nightly import digest
from chat.jobs.workers import QueueWorker

CONTEXT = UserContext("ada", "run-1")


def test_the_digest_greets_everybody() -> None:
    text = asyncio.run(digest(default_registry(), WebSocketBridge(), ["ada", "grace", "alan"]))
    assert text.count("how can I help") == 3


def test_the_digest_goes_through_the_consolidated_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(self: object, name: str, message: str) -> AgentResult:
        return AgentResult(name, "(silence)")

    monkeypatch.setattr("chat.agents.execution_engine_consolidated.UserExecutionEngine.execute_agent", silent)
    assert asyncio.run(digest(default_registry(), WebSocketBridge(), ["ada"])) == "digest: (silence)"


def test_a_worker_empties_its_queue() -> None:
    queue = ["hello", "what is 2 times 2"]
    results = asyncio.run(QueueWorker(CONTEXT, default_registry()).drain(queue))
    assert [result.agent for result in results] == ["smalltalk", "maths"]
    assert not queue


def test_a_replay_answers_every_message() -> None:
    results = asyncio.run(ReplayRunner.replay(["hello", "my bill"], default_registry(), CONTEXT))
    assert [result.agent for result in results] == ["smalltalk", "billing"]


def test_an_audit_runs_in_a_run_of_its_own() -> None:
    runner = asyncio.run(AuditedReplayRunner.create_from_legacy(default_registry(), WebSocketBridge(), CONTEXT))
    assert runner.context.run_id == "run-1.audit"

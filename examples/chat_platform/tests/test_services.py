"""Conversations, hand-offs, archives and what operators ask."""

from __future__ import annotations

import asyncio
from unittest import mock

import pytest

from chat.agents import UserExecutionEngine, create_request_scoped_engine
from chat.agents.execution_engine import ExecutionEngine
from chat.agents.registry import default_registry
from chat.app import converse
from chat.context import UserContext
from chat.emitters import WebSocketBridge
from chat.services.archive import TranscriptArchive, ask_again, import_exports, same_format
from chat.services.conversation import ConversationService
from chat.services.diagnostics import bridge_status, consolidated_log_level, constructors, engine_class
from chat.services.handoff import hand_off, second_opinion
from chat.services.session import SessionStore
from tests import fakes

CONTEXT = UserContext("ada", "run-1")


def test_a_message_reaches_the_right_agent() -> None:
    service = ConversationService(SessionStore(), default_registry(), WebSocketBridge())
    assert asyncio.run(service.say("ada", "what is 6 times 7")) == "That is 42."


def test_long_answers_are_cut() -> None:
    service = ConversationService(SessionStore(), default_registry(), WebSocketBridge())
    scripted = fakes.ScriptedEngine("x" * 500)
    with mock.patch.object(service, "_engine", return_value=scripted):
        assert len(asyncio.run(service.say("ada", "hello"))) == 80


@mock.patch("chat.agents.execution_engine.ExecutionEngine.execute_agent")
def test_an_agent_that_fails_fails_the_conversation(execute_agent: mock.Mock) -> None:
    execute_agent.side_effect = RuntimeError("out of order")
    service = ConversationService(SessionStore(), default_registry(), WebSocketBridge())
    with pytest.raises(RuntimeError):
        asyncio.run(service.say("ada", "hello"))


def test_the_factory_takes_an_emitter_or_a_bridge() -> None:
    bridge = WebSocketBridge()
    recorder = mock.Mock()
    first = asyncio.run(create_request_scoped_engine(CONTEXT, bridge, recorder=recorder))
    second = asyncio.run(create_request_scoped_engine(CONTEXT, bridge.create_emitter(CONTEXT)))
    assert type(first.websocket_emitter) is type(second.websocket_emitter)
    recorder.start.assert_called_once_with("run-1")


def test_a_hand_off_runs_in_a_run_of_its_own() -> None:
    bridge = WebSocketBridge()
    engine = asyncio.run(create_request_scoped_engine(CONTEXT, bridge))
    assert "run-1.billing" in asyncio.run(hand_off(engine, "billing", "my bill")).text


def test_a_second_opinion_comes_from_every_agent() -> None:
    answers = asyncio.run(second_opinion(CONTEXT, WebSocketBridge(), ["smalltalk", "billing"], "my bill"))
    assert len(answers) == 2


def test_old_exports_can_be_read_and_asked_again() -> None:
    archive = import_exports(["ada|hello\ngrace|what is 2 times 3"])
    assert same_format(archive, "ada|hello\ngrace|what is 2 times 3")
    assert isinstance(archive, TranscriptArchive)
    answers = asyncio.run(ask_again(archive, default_registry(), WebSocketBridge(), CONTEXT))
    assert answers[1] == "That is 6."


def test_operators_see_which_engines_there_are() -> None:
    assert engine_class("current") is UserExecutionEngine is ExecutionEngine
    assert engine_class("v1") is UserExecutionEngine
    assert engine_class("consolidated") is not UserExecutionEngine
    assert consolidated_log_level() >= 0
    assert bridge_status() == "gone"
    with pytest.raises(AttributeError):
        constructors()


def test_the_demo_runs_to_its_end() -> None:
    lines = asyncio.run(converse())
    assert lines[-1].endswith("legacy bridge: gone")

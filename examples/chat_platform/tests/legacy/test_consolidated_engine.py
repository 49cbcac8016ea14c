"""What only the consolidated engine does. These tests go when it goes."""

from __future__ import annotations

from datetime import datetime, timezone
from unittest import mock

from chat.agents.execution_engine_consolidated import UserExecutionEngine as ConsolidatedEngine
from chat.agents.registry import default_registry
from chat.emitters import WebSocketBridge


def test_the_consolidated_engine_notes_when_it_started() -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
    with mock.patch("chat.agents.execution_engine_consolidated.now", return_value=noon):
        engine = ConsolidatedEngine(default_registry(), WebSocketBridge())
    assert engine.started_at == noon
    assert engine.context.user_id == "anonymous"

"""Where events go while an agent works."""

from __future__ import annotations

from typing import Any

from chat.context import UserContext

Event = tuple[str, str, dict[str, Any]]


class WebSocketEmitter:
    """Sends the events of one run to one user."""

    def __init__(self, context: UserContext, sink: list[Event]) -> None:
        self.context = context
        self.closed = False
        self._sink = sink

    async def emit(self, event: str, **payload: Any) -> None:
        """Send one event."""
        self._sink.append((self.context.run_id, event, payload))

    def close(self) -> None:
        """Refuse further events."""
        self.closed = True


class WebSocketBridge:
    """All sockets of the process. Before 3.0 engines held it themselves, and users saw each other's events."""

    def __init__(self) -> None:
        self.sent: list[Event] = []

    def create_emitter(self, context: UserContext) -> WebSocketEmitter:
        """An emitter that reaches the user of `context` only."""
        return WebSocketEmitter(context, self.sent)

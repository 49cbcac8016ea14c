"""What the transports talk to."""

from chat.services.session import SessionStore, UserContext

__all__ = ["SessionStore", "UserContext"]

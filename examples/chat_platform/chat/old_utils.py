"""Moved to chat.utils in 3.0; this module stays until nobody imports it."""

from chat.utils import chunked, now, truncate

__all__ = ["chunked", "now", "truncate"]

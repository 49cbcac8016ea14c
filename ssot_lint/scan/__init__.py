"""Bytes -> which of the words that matter stand in them. Nothing here parses anything."""

from ssot_lint.scan.look import Search, looked_into, looks
from ssot_lint.scan.occurrences import DYNAMIC_WORDS
from ssot_lint.scan.wanted import Look, Wanted

__all__ = ["DYNAMIC_WORDS", "Look", "Search", "Wanted", "looked_into", "looks"]

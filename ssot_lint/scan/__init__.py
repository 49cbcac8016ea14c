"""Bytes -> which of the words that matter stand in them. Nothing here parses anything."""

from ssot_lint.scan.look import Look, Search, Wanted, looks

__all__ = ["Look", "Search", "Wanted", "looks"]

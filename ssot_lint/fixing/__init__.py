"""Violations -> proposals -> edits -> checked, atomic writes."""

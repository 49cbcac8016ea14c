"""Frozen values that every layer speaks: spans, facts, violations, the policy. They hold no behaviour."""

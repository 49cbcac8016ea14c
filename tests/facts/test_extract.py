"""Facts can be stored and sent, whatever a file spells."""

from __future__ import annotations

import msgspec
import pytest

from ssot_lint.facts import facts_of_text
from ssot_lint.model.facts import FileFacts


@pytest.mark.parametrize(
    "text",
    [
        r'x = "\ud800"', r'x = f"\U0000DFFF{y}"', r'__all__ = ["\ud800"]', "x = '\ud800'",
        'def f(a, b):\n    return a if hasattr(a, "\\ud800") else b\n', r'x = "\ud83d\ude00"', r'x: "\udc00" = 1',
    ],
)
def test_half_characters_make_facts_that_can_be_stored(text: str) -> None:
    facts = facts_of_text(text)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=FileFacts) == facts


def test_nothing_is_unpacked_into_nothing() -> None:
    assert facts_of_text("def f(a):\n    () = a\n    [] = a\n    () = ()\n").unreadable is None

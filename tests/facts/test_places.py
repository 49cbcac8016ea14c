"""Where things stand: each expression is recorded once, and what is wrong with a file is shown inside of it."""

from __future__ import annotations

from collections import Counter

import pytest

from ssot_lint.facts import facts_of_text
from ssot_lint.model.facts import Attribute, Name

TYPES_ASKED_FOR = """
def f(a, b):
    if isinstance(a, m.One) and not b:
        use(a)
    if not isinstance(a, (Two, m.Three)):
        return
    assert isinstance(a, Four)
    x = a.y if isinstance(a, Five) else [i for i in b if isinstance(i, Six)]
    match a:
        case Seven():
            pass
        case m.Eight() as eight:
            pass
        case Nine(key=Ten()) | [Eleven()]:
            pass
"""


BROKEN = ["if x:", "x = (\n", "x = '''\n\n", "\té = 1 1", "x = 1\n  é = 2\n", "f'''\n\n{(a\n b)}'''"]


def test_a_class_that_something_is_held_against_is_recorded_once() -> None:
    facts = facts_of_text(TYPES_ASKED_FOR)
    places = [(item.line, item.column) for item in facts.expressions if isinstance(item, (Name, Attribute))]
    assert [place for place, count in Counter(places).items() if count > 1] == []
    lines = TYPES_ASKED_FOR.split("\n")
    classes = "One Two Three Four Five Six Seven Eight Nine Ten Eleven".split()
    recorded = [
        lines[item.line - 1][item.column - 1:].partition(name)[0] + name
        for item in facts.expressions if isinstance(item, (Name, Attribute))
        for name in [item.id if isinstance(item, Name) else item.name] if name in classes
    ]
    assert sorted(recorded) == sorted(classes)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("é = 'ü' x\n", 1, 9),
        ("é€😀 = 1 1\n", 1, 2),
        ("x = 'é\n", 1, 5),
        ("class É\n  x\n", 1, 8),
        ("if x:", 1, 6),
        ("x = 1\\", 1, 7),
        ("def é(:\n", 1, 7),
        ("a = 1\n\né]\n", 3, 2),
        ("a = 1\ny = 1; x = f'é{a b}'\n", 2, 16),  # Python 3.10 and 3.11 count from the bracket
        ("a = 1\r\né = 'ü' x\r\n", 2, 9),
    ],
)
def test_a_syntax_error_is_placed_in_characters(text: str, line: int, column: int) -> None:
    unreadable = facts_of_text(text).unreadable
    assert unreadable is not None
    assert (unreadable.line, unreadable.column) == (line, column)


@pytest.mark.parametrize("text", BROKEN)
def test_a_syntax_error_is_placed_inside_the_text(text: str) -> None:
    unreadable = facts_of_text(text).unreadable
    assert unreadable is not None
    lines = text.split("\n")
    assert 1 <= unreadable.line <= len(lines)
    assert 1 <= unreadable.column <= len(lines[unreadable.line - 1]) + 1

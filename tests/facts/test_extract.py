"""Facts can be stored and sent, whatever a file spells."""

from __future__ import annotations

import msgspec
import pytest

from ssot_lint.facts import facts_of_text
from ssot_lint.model.facts import NONE, Call, FileFacts, last_name


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


def test_what_is_put_under_a_constant_key() -> None:
    text = 'a["x"] = 1\na[B] = a.b[c.D] = 2\na["x"], b = 3, 4\na[0] = 5\na[f()] = 6\na["x"] += 7\n'
    text += 'for a["x"] in b: ...\n'
    facts = facts_of_text(text + 'a["x"]: int\na["x"]: int = 8\nwith c as a["x"]: ...\ndel a["x"]\n')
    targets = [facts.expressions[item.target] for item in facts.entries]
    assert [getattr(target, "line", 0) for target in targets] == [1, 2, 2, 3, 9]
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=FileFacts) == facts


def test_nothing_is_unpacked_into_nothing() -> None:
    assert facts_of_text("def f(a):\n    () = a\n    [] = a\n    () = ()\n").unreadable is None


def test_what_a_generator_hands_on() -> None:
    inner = "    def g():\n        yield from d\n"
    facts = facts_of_text("def f(a):\n    yield a\n    yield\n    yield from b.c()\n" + inner)
    shown = {
        function.name: [type(facts.expressions[place]).__name__ for place in function.delegated]
        for function in facts.functions
    }
    assert shown == {"f": ["Call"], "g": ["Name"]}
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=FileFacts) == facts


def test_lambdas() -> None:
    facts = facts_of_text("a = lambda x=b, *, y=c, z: d(lambda: e)\nf = lambda: g\n")
    found = [
        (last_name(facts.expressions[item.body]), [last_name(facts.expressions[place]) for place in item.defaults])
        for item in facts.lambdas
    ]
    assert found == [("e", []), ("", ["b", "c"]), ("g", [])]
    values = [binding.value for binding in facts.bindings if binding.kind == "assign"]
    assert values == [facts.lambdas[1].place, facts.lambdas[2].place]
    assert all(facts.scopes[item.scope].kind == "function" for item in facts.lambdas)


@pytest.mark.parametrize(
    "body, before",
    [
        ("    a()\n    b()\n", ["a", "b"]),
        ("    a()\n    return b()\n    c()\n", ["a", "b"]),
        ("    if a():\n        return\n    b()\n    return c()\n", ["a"]),
        ("    def g(): return a()\n    b()\n    return\n    c()\n", ["a", "b"]),
        ("    raise a()\n    b()\n", ["a", "b"]),
    ],
)
def test_what_is_recorded_by_the_first_return(body: str, before: list[str]) -> None:
    facts = facts_of_text(f"def f():\n{body}")
    leaves = next(function.leaves for function in facts.functions if function.name == "f")
    calls = [(place, item) for place, item in enumerate(facts.expressions) if isinstance(item, Call)]
    found = [place for place, _ in calls if leaves == NONE or place < leaves]
    assert [last_name(facts.expressions[item.function]) for place, item in calls if place in found] == before

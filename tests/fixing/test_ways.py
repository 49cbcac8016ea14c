"""Names that are read on a way on which nothing binds them any more."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ssot_lint.facts import facts_of_text
from ssot_lint.fixing.ways import new_capture, unbound_way
from ssot_lint.index import Module
from ssot_lint.model.source import SourceFile

ARMS = """\
def f(flag):
    if flag:
        {0}
        return {2}
    {1}
    return {2}
"""
BEHIND = """\
if flag:
    {0}
else:
    {1}
print({2})
"""
TRY = """\
try:
    {0}
except ImportError:
    {1}
print({2})
"""
LATER = """\
def f():
    global old, g
    {0}

def use():
    return {2}

if flag:
    {1}
"""
INNER = """\
def f(flag):
    if flag:
        {0}
    def inner():
        return {2}
    if not flag:
        {1}
    return inner()
"""
DELETED = """\
for _ in names:
    {0}
    print({2})
    del {1}
"""
OLD, NEW = "import old", "from new import g"
SHAPES = pytest.mark.parametrize("shape", [ARMS, BEHIND, TRY, INNER], ids=["arms", "behind", "try", "inner"])


def module(text: str) -> Module:
    return Module.of(SourceFile("a.py", "/a.py", ("a",)), facts_of_text(dedent(text)))


def way(before: str, after: str) -> str:
    return unbound_way(module(before), module(after))


@SHAPES
def test_both_are_changed(shape: str) -> None:
    assert not way(shape.format(OLD, OLD, "old.g"), shape.format(NEW, NEW, "g"))


@SHAPES
def test_both_stay_beside_the_new_ones(shape: str) -> None:
    assert not way(shape.format(OLD, OLD, "old.g"), shape.format(f"{OLD}; {NEW}", f"{OLD}; {NEW}", "g"))


@SHAPES
def test_the_second_is_left(shape: str) -> None:
    assert "nothing binds it" in way(shape.format(OLD, OLD, "old.g"), shape.format(NEW, OLD, "g"))


@SHAPES
def test_the_second_goes_and_its_use_stays(shape: str) -> None:
    assert "nothing binds it" in way(shape.format(OLD, OLD, "old.g"), shape.format(OLD, "pass", "old.g"))


@SHAPES
def test_an_import_above_serves_all(shape: str) -> None:
    assert not way(shape.format(OLD, OLD, "old.g"), f"{NEW}\n" + shape.format("pass", "pass", "g"))


@SHAPES
def test_what_nothing_bound_before(shape: str) -> None:
    assert not way(shape.format("pass", "pass", "old.g"), shape.format("pass", "pass", "g"))


def test_a_name_of_the_module_that_a_function_binds() -> None:
    before = LATER.format(OLD, "pass", "old.g")
    assert not way(before, LATER.format(NEW, "pass", "g"))
    assert way(before, LATER.format("pass", NEW, "g"))
    assert not way(before, LATER.format("pass", f"pass\n{NEW}", "g"))


def test_a_name_that_is_deleted() -> None:
    before = DELETED.format(OLD, "old", "old.g")
    assert way(before, DELETED.format(NEW, "old", "g"))
    assert not way(before, DELETED.format(NEW, "g", "g"))
    assert not way(before, DELETED.format(f"{OLD}; {NEW}", "old", "g"))
    assert way(before, f"{OLD}\n" + DELETED.format(NEW, "old", "g"))
    assert way(before, f"{NEW}\n" + DELETED.format("pass", "g", "g"))


def test_names_that_come_by_a_star() -> None:
    assert not way("import old\nprint(old.g)\n", "from new import *\nprint(g)\n")


def test_what_cannot_be_compared() -> None:
    assert not way("import old\nprint(old.g)\n", "print(g, g)\n")
    assert not way("try:\n    import old\nexcept ImportError:\n    pass\nprint(old.g)\n", "print(g)\n")


@pytest.mark.parametrize(("before", "after", "bound"), [
    ("case o.C: pass", "case C: pass", "C"),
    ("case {\"k\": o.C, **rest}: pass", "case {\"k\": C, **rest}: pass", "C"),
    ("case [o.C | 7, *_]: pass", "case [o.D | 7, *_]: pass", ""),
    ("case o.C(x=x): pass", "case C(x=x): pass", ""),
    ("case C: pass", "case C: pass", ""),
])
def test_a_pattern_that_binds(before: str, after: str, bound: str) -> None:
    old, new = (module(f"match v:\n    {case}\n") for case in (before, after))
    assert new_capture(old, new) == bound

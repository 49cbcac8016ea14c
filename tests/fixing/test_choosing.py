"""Which proposals are made together, and how culprits are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.fixing.choosing import Sifted, compatible, sifted_together
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Edit, Fix, Violation

Pairs = Sequence[tuple[int, int]]


def proposal(*columns: tuple[int, int]) -> Proposal:
    """Edits on one line, from one column to another."""
    return Proposal((), Fix("safe", tuple(Edit(Span(1, start, 1, end), "") for start, end in columns)))


def chosen(*found: Pairs) -> list[int]:
    proposals = [proposal(*columns) for columns in found]
    return [proposals.index(item) for item in compatible(proposals)]


@pytest.mark.parametrize(
    ("found", "first"),
    [
        ([[(1, 5)], [(6, 9)]], [0, 1]),
        ([[(1, 5)], [(5, 9)]], [0]),
        ([[(1, 5)], [(4, 9)]], [0]),
        ([[(4, 9)], [(1, 5)]], [1]),
        ([[(1, 9)], [(3, 4)]], [0]),
        ([[(3, 3)], [(3, 3)]], [0]),
        ([[(1, 2), (20, 21)], [(5, 6)], [(20, 20)]], [0, 1]),
        ([[(5, 6)], [(1, 2), (6, 7)], [(9, 9)]], [1, 2]),
        ([[(10, 10)], [(1, 10)]], [1]),
    ],
)
def test_what_overlaps_or_touches_waits(found: list[Pairs], first: list[int]) -> None:
    assert chosen(*found) == first


def test_what_can_use_the_outcome_of_another_waits_for_it() -> None:
    first, second = violation(1), violation(2)
    one, other = (Proposal((item,), proposal((number, number + 2)).fix) for item, number in ((first, 20), (second, 1)))
    other = msgspec.structs.replace(other, behind=frozenset({first.fingerprint, "settled"}))
    assert compatible([one, other]) == [one]
    assert compatible([other]) == [other]


def violation(line: int) -> Violation:
    return Violation("a.py", Span(line, 1, line, 2), "import-bypass", "", fingerprint=str(line))


def sifted(items: Sequence[Proposal], objection: Callable[[Sequence[Proposal]], str]) -> Sifted[Proposal]:
    """Those of one file."""
    return sifted_together({"a.py": items}, lambda groups: {"a.py": objection(groups["a.py"])})["a.py"]


COLUMNS = st.tuples(st.integers(1, 40), st.integers(0, 5)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def touching(one: Span, other: Span) -> bool:
    return one.column <= other.end_column and other.column <= one.end_column


@given(st.lists(COLUMNS.map(lambda pair: [pair]), max_size=15))
def test_none_of_those_chosen_touch_and_each_of_the_others_touches_one(found: list[Pairs]) -> None:
    spans = [pairs[0] for pairs in found]
    proposals = [proposal(span) for span in spans]
    taken = [item.fix.edits[0].span for item in compatible(proposals)]
    assert not any(touching(one, other) for one in taken for other in taken if one is not other)
    for item in proposals:
        assert any(touching(item.fix.edits[0].span, span) for span in taken)


@given(st.integers(0, 30), st.sets(st.integers(0, 29)), st.randoms())
def test_exactly_the_culprits_are_found(number: int, culprits: set[int], random: Random) -> None:
    proposals = [proposal((index + 1, index + 1)) for index in range(number)]
    asked = []

    def objection(group: Sequence[Proposal]) -> str:
        asked.append(group)
        bad = sorted(proposals.index(item) for item in group if proposals.index(item) in culprits)
        return f"because of {bad[0]}" if bad else ""

    good, bad = sifted(proposals, objection)
    present = sorted(culprits & set(range(number)))
    assert good == [item for index, item in enumerate(proposals) if index not in culprits]
    assert bad == [(proposals[index], f"because of {index}") for index in present]
    assert len(asked) <= 1 + len(present) * 2 * max(number.bit_length(), 1)


def test_two_that_only_fail_together_lose_one() -> None:
    one, other = proposal((1, 1)), proposal((3, 3))
    assert sifted([one, other], lambda group: "together" if len(group) == 2 else "") == ([one], [(other, "together")])


def test_each_file_has_culprits_of_its_own_and_all_are_tried_at_once() -> None:
    items = {path: [proposal((column, column)) for column in (1, 3, 5, 7)] for path in ("a.py", "b.py", "c.py")}
    culprits = {"a.py": items["a.py"][1], "c.py": items["c.py"][3]}
    rounds: list[set[str]] = []

    def objections(groups: Mapping[str, Sequence[Proposal]]) -> dict[str, str]:
        rounds.append(set(groups))
        return {path: "it" if culprits.get(path) in group else "" for path, group in groups.items()}

    found = sifted_together(items, objections)
    assert {path: bad for path, (_, bad) in found.items()} == {
        "a.py": [(culprits["a.py"], "it")], "b.py": [], "c.py": [(culprits["c.py"], "it")],
    }
    assert rounds[0] == {"a.py", "b.py", "c.py"} and rounds[1] == {"a.py", "c.py"}

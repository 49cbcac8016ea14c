"""The order in which Python asks a class and its bases for a member, held against Python's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.index.classes import ClassIndex
from tests.index.asking import index_of

COUNT = 9

# For each class, which of those before it are its bases, in which order.
hierarchies = st.tuples(*(
    st.lists(st.sampled_from(range(place)), unique=True, max_size=3) if place else st.just([]) for place in range(COUNT)
))


@given(hierarchies)
def test_the_order_is_that_of_python(hierarchy: tuple[list[int], ...]) -> None:
    classes: list[type] = []
    lines: list[str] = []
    for place, bases in enumerate(hierarchy):
        above = tuple(classes[base] for base in bases)
        try:
            classes.append(type(f"C{place}", above, {}))
        except TypeError:  # there is no such order
            above = above[:1]
            classes.append(type(f"C{place}", above, {}))
        lines.append(f"class C{place}({', '.join(base.__name__ for base in above)}): pass\n")
    index = index_of({"a": "".join(lines)})
    module = index.module("a")
    assert module is not None
    found = ClassIndex(index)
    for place, made in enumerate(classes):
        order = [item.name for item in found.lineage(found.of_fact(module, place))]
        assert order == [item.__name__ for item in made.__mro__ if item is not object]


def test_a_long_chain_is_followed_to_its_end() -> None:
    lines = [f"class C{place}({f'C{place - 1}' * bool(place)}): pass\n" for place in range(300)]
    index = index_of({"a": "".join(lines)})
    module = index.module("a")
    assert module is not None
    found = ClassIndex(index)
    assert len(found.ancestry(found.of_fact(module, 299)).definitions) == 299

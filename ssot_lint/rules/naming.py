"""What the names of things tell of them, word by word."""

from __future__ import annotations

import re

PLAIN_WORDS = frozenset(
    "none null nothing empty default other another more less not any all true false auto missing unset "
    "str string text bytes name names id ids key keys index number num int float value values path paths file files "
    "filename folder dir directory url uri buf buffer stream io dict list tuple set seq sequence array scalar "
    "mapping iterable callable func function class cls type code date time timestamp json data "
    "create update get insert delete load save skip ignore raise fail replace".split()
)
"""Words for plain data, for an absent value, or for what is to be done."""

_MEASURES = frozenset("size count limit timeout length width height level mode kind state status flag version".split())
_ANYTHING = frozenset(
    "source target obj object item thing arg argument parent owner backend provider delegate inner wrapped base".split()
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def plain(name: str) -> str:
    """`AgentStarted`, `agent-started` and `_agent_started` alike."""
    return re.sub(r"\W+", "_", _HUMP.sub("_", name)).strip("_").lower()


def ends_with(name: str, end: str) -> bool:
    """Whether the last words of a name are those of another: `agent_registry`, `registry`."""
    return f"_{name}".endswith(f"_{end}")


def last_word(name: str) -> str:
    """`registry` of `agent_registry`."""
    return name.rpartition("_")[2]


def is_called_after(name: str, one: str, other: str) -> bool:
    """Whether a name ends like one of two names and has nothing of the other, where these words tell them apart."""
    first, second = last_word(one), last_word(other)
    telling = first != second and (PLAIN_WORDS | _MEASURES | _ANYTHING).isdisjoint({first, second})
    return telling and ends_with(name, one) and second not in name.split("_")

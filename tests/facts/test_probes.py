"""What is recorded of the questions that a function asks about its parameters."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from ssot_lint.facts import facts_of_text
from ssot_lint.model.facts import FileFacts, Name, Probe

SIGNATURE, CONVERSION = "signature", "conversion"


def facts_of(body: str, header: str = "def f(a, b=None, *args, **kwargs):") -> FileFacts:
    facts = facts_of_text(f"{header}\n{indent(dedent(body), '    ')}\n")
    assert facts.unreadable is None
    return facts


def probes_of(body: str, header: str = "def f(a, b=None, *args, **kwargs):") -> tuple[Probe, ...]:
    return facts_of(body, header).functions[0].probes


def shown(probes: tuple[Probe, ...]) -> list[str]:
    return [" ".join(filter(None, (item.parameter, item.kind, item.attribute, item.effect))) for item in probes]


def branch(test: str) -> str:
    """A branch that reads two parameters one way or the other."""
    return f"if {test}:\n    x.first, x.second = a, b\nelse:\n    x.first, x.second = b, a"


@pytest.mark.parametrize(
    ("test", "question"),
    [
        ('hasattr(a, "x")', "a hasattr x"),
        ("hasattr(a, NAME)", "a hasattr"),
        ('getattr(a, "x", None)', "a getattr x"),
        ('getattr(a, "x", None) is not None', "a getattr x"),
        ("isinstance(a, X)", "a isinstance"),
        ("not isinstance(a, (X, m.Y))", "a isinstance"),
        ("type(a) is X", "a type"),
        ("X == type(a)", "a type"),
        ('type(a).__name__ == "X"', "a type X"),
        ("callable(a)", "a callable"),
        ('b is not None and hasattr(a, "x")', "a hasattr x"),
        ('all(hasattr(a, name) for name in ("x", "y"))', "a hasattr"),
        ('hasattr(args[0], "x")', "args[0] hasattr x"),
        ('hasattr(kwargs["r"], "x")', 'kwargs["r"] hasattr x'),
        ('hasattr(kwargs.pop("r", None), "x")', 'kwargs["r"] hasattr x'),
        ('hasattr(first := args[0], "x")', "args[0] hasattr x"),
    ],
)
def test_a_question_is_recognised(test: str, question: str) -> None:
    assert shown(probes_of(branch(test))) == [f"{question} {SIGNATURE}"]


@pytest.mark.parametrize(
    "test",
    [
        "a is None",
        "isinstance(a, type(None))",
        "len(args) > 1",
        'getattr(a, "size", 0) > 3',
        'getattr(a, "kind", None) == "x"',
        'hasattr(a.b, "x")',
        'hasattr(other, "x")',
        'hasattr(a(), "x")',
        "any(isinstance(a, X) for a in other)",
        'checks.hasattr_of(a, "x")',
        "issubclass(X, Y)",
    ],
)
def test_another_question_is_not(test: str) -> None:
    assert probes_of(branch(test)) == ()


def test_the_object_of_a_method_is_no_parameter() -> None:
    body = indent('if hasattr(self, "x"):\n    self.a = b\nelse:\n    self.c = b', "        ")
    [method, static] = facts_of_text(
        f"class C:\n    def f(self, b):\n{body}\n    @staticmethod\n    def g(self, b):\n{body}\n"
    ).functions
    assert method.probes == ()
    assert shown(static.probes) == ["self hasattr x signature"]


@pytest.mark.parametrize(
    "copy",
    [
        "first = args[0]",
        "first = args[0] if args else None",
        "first = args[0] or DEFAULT",
        "first, second = args",
        "first, *rest = args",
        "first, second = args[:2]",
        "if args:\n    first = args[0]",
    ],
)
def test_a_copy_of_a_parameter_is_that_parameter(copy: str) -> None:
    question = 'if hasattr(first, "x"):\n    x.first = args[0]\nelse:\n    x.second = first'
    assert shown(probes_of(f"{copy}\n{question}")) == ["args[0] hasattr x signature"]


@pytest.mark.parametrize(
    ("before", "count"),
    [("a = a or other()", 1), ("if a is None:\n    a = other()", 1), ("a = other()", 0), ("first = other(a)", 1)],
)
def test_a_parameter_that_is_bound_to_something_else_is_none(before: str, count: int) -> None:
    assert len(probes_of(f"{before}\n{branch('isinstance(a, X)')}")) == count


@pytest.mark.parametrize(
    "flag",
    [
        'legacy = hasattr(a, "x")',
        'legacy = not hasattr(a, "x")',
        'legacy = b is None and hasattr(a, "x")',
        'legacy = bool(hasattr(a, "x"))',
        'legacy = True if hasattr(a, "x") else False',
        'legacy = False\nif hasattr(a, "x"):\n    legacy = True',
        'legacy, other = hasattr(a, "x"), 1',
    ],
)
def test_a_flag_holds_the_answer(flag: str) -> None:
    assert shown(probes_of(f"{flag}\n{branch('legacy')}")) == ["a hasattr x signature"]
    assert probes_of(f"{flag}\nlegacy = other()\n{branch('legacy')}") == ()
    assert probes_of(flag) == ()


@pytest.mark.parametrize(
    "body",
    [
        "x.first = a if isinstance(a, X) else b",
        "return g(a, b) if isinstance(a, X) else g(b, a)",
        "return g(first=a) if isinstance(a, X) else g(second=a)",
        "if isinstance(a, X):\n    x.a = a\n    return\nx.b = a",
        "if isinstance(a, X):\n    with lock:\n        x.a = a\n        return\nx.b = a",
        "for item in b:\n    if isinstance(a, X):\n        x.a = a\n        continue\n    x.b = a",
        "if isinstance(a, X):\n    x.a = a\nelif b is None:\n    x.b = a",
        "if isinstance(a, X):\n    b, a = a, None",
        "if isinstance(a, X):\n    self._init_old(a, b)\nelse:\n    self._init_new(a)",
        "if isinstance(a, X):\n    super().__init__(a, b)",
        'if isinstance(a, X):\n    setattr(self, "x", a)\n    self.y = b',
        "match a:\n    case X():\n        x.a = a\n    case _:\n        x.b = a",
        "match a:\n    case X() as old if b:\n        x.a = old\n        return\nx.b = a",
        "match a, b:\n    case X(), _:\n        x.a = a\n    case _:\n        x.b = b",
        "match args:\n    case [X() as old, _]:\n        x.a = old\n    case _:\n        x.b = args",
        "return old(a, b) if isinstance(a, X) else new(a, b)",
        "try:\n    x.c = 1\nfinally:\n    x.first = a if isinstance(a, X) else b",
    ],
)
def test_it_chooses_between_ways_to_read(body: str) -> None:
    assert {probe.effect for probe in probes_of(body)} == {SIGNATURE}


@pytest.mark.parametrize(
    ("body", "effect"),
    [
        ('x.c = getattr(a, "c", b)', SIGNATURE),
        ('x.c = getattr(a, "c", None) or b', SIGNATURE),
        ('x.c = hasattr(a, "c") and a.c or b', SIGNATURE),
        ('c = getattr(a, "c", None)\nif c:\n    x.c = c\nelse:\n    x.c = b', SIGNATURE),
        ('x.c = getattr(a, "c", a)', CONVERSION),
        ('x.c = getattr(a, "c", None) or getattr(a, "d", None)', CONVERSION),
    ],
)
def test_a_fallback_that_reads_a_parameter(body: str, effect: str) -> None:
    assert {probe.effect for probe in probes_of(body)} == {effect}


@pytest.mark.parametrize(
    "body",
    [
        "if isinstance(a, X):\n    a = Y(a)",
        "if isinstance(a, X):\n    a = b.get(a)",
        "a = Y(a) if isinstance(a, X) else a",
        "x.a = Y(a) if isinstance(a, X) else a",
        "x.a = g(a, b) if isinstance(a, X) else g(Y(a), b)",
        "x.a = root / a if isinstance(a, X) else a",
        "if isinstance(a, X):\n    return a\nreturn g(a, b)",
        "if isinstance(a, X):\n    x.a = Y(a)\nelif isinstance(a, Z):\n    x.a = a.y\nelse:\n    x.a = a",
        "x.a = old(a) if isinstance(a, X) else new(a)",
        "while isinstance(a, X):\n    a = a.inner",
        "match a:\n    case X():\n        a = Y(a)",
    ],
)
def test_it_converts_one_parameter(body: str) -> None:
    assert {probe.effect for probe in probes_of(body)} == {CONVERSION}


@pytest.mark.parametrize(
    "body",
    [
        'if hasattr(a, "close"):\n    a.close()',
        'if hasattr(a, "aclose"):\n    await_(1)\n    a.aclose()\nelse:\n    a.close()',
        'if hasattr(a, "create"):\n    x.made = a.create(b)',
        "if callable(a):\n    a(b)",
        "if callable(a):\n    self.callbacks.append(a)",
        'if hasattr(a, "watch"):\n    self.watch(a)',
        'x.flush = a.flush if hasattr(a, "flush") else None',
        'x.flush = getattr(a, "flush", None)',
        'if getattr(a, "debug", False):\n    x.trace = Trace(b)',
        "if not isinstance(a, X):\n    raise TypeError(f'{a} {b}')",
        "if not isinstance(a, X):\n    text = str(a)\n    raise TypeError(text)\nx.b = b",
        "if not isinstance(a, X):\n    return None\nx.b = b",
        "assert isinstance(a, X)\nx.b = b",
        "if isinstance(a, X):\n    logger.info('%s %s', a, b)",
        "if isinstance(a, X):\n    x.mode = 1\nelse:\n    x.mode = 2",
        "if isinstance(a, X):\n    x.b = b\nelse:\n    x.b = b",
        "def inner():\n    x.first = a if isinstance(a, X) else b",
        "x.first = lambda: hasattr(a, 'x')",
    ],
)
def test_it_decides_nothing(body: str) -> None:
    assert probes_of(body) == ()


def test_a_question_that_is_asked_twice_counts_for_the_graver_use() -> None:
    body = 'old = hasattr(a, "x")\nif old:\n    a = a.x\n' + branch("old")
    assert shown(probes_of(body)) == ["a hasattr x signature"]


def test_questions_stand_in_the_order_of_the_text_with_their_spans() -> None:
    [first, second] = probes_of('é = 1; x.c = b if hasattr(a, "x") else a\n' + branch("callable(b)"))
    assert (first.line, first.column, first.end_line, first.end_column) == (2, 23, 2, 38)
    assert (second.line, second.column, second.end_column) == (3, 8, 19)


@pytest.mark.parametrize("test", ["isinstance(a, (X, m.Y))", "isinstance(a, X | m.Y)", "type(a) in (X, m.Y)"])
def test_the_classes_are_those_that_the_walk_recorded(test: str) -> None:
    """Recorded once more, each would be a use once more."""
    facts = facts_of(f"x.first = a if {test} else b")
    [probe] = facts.functions[0].probes
    found = [facts.expressions[place] for place in probe.types]
    assert [getattr(item, "id", "") or getattr(item, "name", "") for item in found] == ["X", "Y"]
    assert sum(isinstance(item, Name) and item.id == "X" for item in facts.expressions) == 1


def test_a_function_without_a_question_has_none() -> None:
    assert probes_of("x.first = a if a is not None else b") == ()


def test_a_chain_of_a_thousand_arms_and_a_sum_of_a_thousand_parts() -> None:
    arms = "\n".join(f"elif isinstance(a, X{number}):\n    x.a{number} = a" for number in range(1_000))
    assert len(probes_of("if b:\n    pass\n" + arms)) == 1_000
    parts = " + ".join(["'part'"] * 1_000)
    assert shown(probes_of(f"x.c = {parts} + (a if isinstance(a, X) else b)")) == ["a isinstance signature"]

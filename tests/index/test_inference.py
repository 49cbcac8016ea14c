"""Our own resolver: what it settles, what it leaves open to astroid, and what it declares unsettled for good.

`?` is unsettled, `??` is open to astroid, `Other()` is an instance of that very class and `Other+()` perhaps of a
subclass.
"""

from __future__ import annotations

import random

import pytest

from ssot_lint.index import ProjectIndex
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.inference import Inference
from tests.index.asking import IMPORTS, asked, index_of, shown


def inferred(text: str, **others: str) -> list[str]:
    """What each `ask(...)` of a module can be."""
    index = index_of({"app": IMPORTS + text, **others})
    inference = Inference(index, ClassIndex(index))
    module = index.at("app.py")
    return [shown(inference.values(module, place)) for place in asked(module)]


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("Other", "Other"),
        ("Other()", "Other()"),
        ("[Other()]", "list"),
        ("(Other(),)", "tuple"),
        ("{1: Other()}", "dict"),
        ("{Other()}", "set"),
        ("'text'", "str"),
        ("f'{Other()} text'", "str"),
        ("'a' + b", "str"),
        ("Other() + Other()", "?"),
        ("not Other()", "?"),
        ("Other() if x else Engine()", "Engine() | Other()"),
        ("Other() or None", "Other()"),
        ("None", "NoneType"),
        ("lambda: Other()", "function"),
        ("(lambda: Other())()", "??"),
        ("[Other()][0]", "??"),
        ("[Other() for _ in x]", "list"),
        ("str(x)", "str"),
        ("undefined", "?"),
        ("undefined()", "?"),
        ("Other[int]", "Other"),
        ("Other().create", "function Other.create"),
        ("Other().missing", "?"),
        ("Other().__class__", "Other"),
        ("type(Other())", "Other"),
        ("Other.__new__(Other)", "Other()"),
    ],
)
def test_an_expression(expression: str, values: str) -> None:
    assert inferred(f"ask({expression})") == [values]


@pytest.mark.parametrize(
    ("annotation", "values"),
    [
        ("Other", "Other+()"),
        ("'Other'", "Other+()"),
        ("Other | None", "Other+()"),
        ("typing.Optional[Other]", "Other+()"),
        ("typing.Union[Other, Engine, None]", "Engine+() | Other+()"),
        ("typing.Annotated[Other, 'note']", "Other+()"),
        ("type[Other]", "Other+"),
        ("typing.Type['Other']", "Other+"),
        ("typing.Awaitable[Other]", "awaitable Other+()"),
        ("list[Other]", "list"),
        ("int", "int"),
        ("datetime.date", "datetime.date"),
        ("orm.Mapped[Engine]", "orm.Mapped | perhaps Engine+()"),
        ("typing.Any", "?"),
        ("object", "?"),
        ("type", "?"),
        ("typing.Callable[..., Other]", "?"),
        ("collections.abc.Hashable", "?"),
        ("typing.SupportsInt", "?"),
        ("unittest.mock.Mock", "?"),
        ("T", "?"),
        ("Undefined", "?"),
        ("Other + 1", "?"),
    ],
)
def test_an_annotation(annotation: str, values: str) -> None:
    imports = "import collections.abc, datetime, orm, typing, unittest.mock\nT = typing.TypeVar('T')\n"
    assert inferred(f"{imports}def f(it: {annotation}): ask(it)") == [values]


def test_what_the_first_parameter_is() -> None:
    text = """
class K(Other):
    def method(self): ask(self)
    @classmethod
    def of_class(cls): ask(cls); ask(cls())
    @staticmethod
    def static(self): ask(self)
    def helper(engine): ask(engine)
    def above(self): ask(super())
class Meta(type):
    def method(cls): ask(cls)
"""
    assert inferred(text) == ["K+()", "K+", "K+()", "?", "?", "super K", "?"]


def test_a_parameter_without_annotation_is_unsettled_for_good_and_a_loop_variable_open() -> None:
    assert inferred("def f(it, *rest, **named):\n for x in it: ask(x)\n ask(it); ask(rest); ask(named)") == [
        "??", "?", "tuple", "dict",
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x = Other()\nask(x)\nx = Engine()", ["Other()"]),
        ("for _ in y:\n ask(x)\n x = Engine()", ["Engine()"]),
        ("x = Other()\nfor _ in y:\n ask(x)\n x = Engine()", ["Engine() | Other()"]),
        ("x = Engine()\nfor _ in y:\n x = Other()\n ask(x)\n x = Engine()", ["Other()"]),
        ("for x in y:\n x = Other()\n ask(x)", ["Other()"]),
        ("x = Other()\nwhile ask(x):\n x = Engine()", ["Engine() | Other()"]),
        ("x = Other()\nfor _ in y:\n if _:\n  x = Engine()\n else:\n  ask(x)", ["Engine() | Other()"]),
        ("x = Other()\nfor _ in y:\n [ask(x) for _ in y]\n x = Engine()", ["Engine() | Other()"]),
        ("if y:\n x = Other()\nelse:\n x = Engine()\n ask(x)\nask(x)", ["Engine()", "Engine() | Other()"]),
        ("try:\n x = Engine()\n x = Other()\nexcept E:\n ask(x)", ["Engine() | Other()"]),
        ("x = Engine()\nwith suppress(E):\n x = Other()\nask(x)", ["Engine() | Other()"]),
        ("x = Engine()\nwith y:\n x = Other()\nask(x)", ["Other()"]),
        ("x = Other()\ndel x\nx = Engine()\nask(x)", ["Engine()"]),
        ("if isinstance(x, Other): ask(x)\nask(x)", ["Other+()", "?"]),
        ("x = y()\nassert isinstance(x, (Other, str))\nask(x)", ["Other+() | str"]),
        ("x = y()\nif isinstance(x, Other) and ask(x): pass", ["Other+()"]),
        ("x = y()\nask(x) if isinstance(x, Other) else ask(x)", ["Other+()", "?"]),
        ("[ask(x) for x in y if isinstance(x, Other)]", ["Other+()"]),
        ("x = y()\nif not isinstance(x, Other):\n raise E\nask(x)", ["Other+()"]),
        ("x = y()\nif not isinstance(x, Other):\n raise E\nelse:\n x = Engine()\nask(x)", ["? | Engine()"]),
        ("match y:\n case Other() as x: ask(x); ask(y)", ["Other+()", "?"]),
        ("def f():\n ask(x)\nx = Engine()\nx = Other()", ["Engine() | Other()"]),
        ("def f():\n global x\n x = Engine()\nx = Other()\nask(x)", ["Engine() | Other()"]),
        ("def f():\n x = Other()\n def g():\n  nonlocal x\n  x = Engine()\n ask(x)", ["Engine() | Other()"]),
    ],
)
def test_what_a_variable_is_depends_on_where_it_is_read(text: str, values: list[str]) -> None:
    assert inferred(text) == values


def test_a_local_variable_is_its_value_and_a_global_one_whatever_its_annotation_allows() -> None:
    assert inferred("x: object = Other()\nask(x)\ndef f():\n x: object = Other()\n ask(x)") == ["?", "Other()"]
    assert inferred("from typing import Final\nx: Final = Other()\nask(x)") == ["Other()"]


MEMBERS = """
class K:
    body = Other()
    declared: Other = Engine()
    def __init__(self, given):
        self.own = Other()
        self.given = given
        self.typed: Other = given
        self.late = None
    def later(self): self.late = Other()
    @property
    def prop(self): return self.own
    @prop.setter
    def prop(self, value): ...
    def method(self): return self.own
"""


@pytest.mark.parametrize(
    ("member", "values"),
    [
        ("body", "Other()"),
        ("declared", "Other+()"),
        ("own", "Other()"),
        ("given", "?"),
        ("typed", "Other+()"),
        ("late", "Other()"),
        ("prop", "Other()"),
        ("method", "function K.method"),
        ("method()", "Other()"),
        ("missing", "?"),
    ],
)
def test_a_member_of_an_instance(member: str, values: str) -> None:
    assert inferred(f"{MEMBERS}ask(K(1).{member})") == [values]


@pytest.mark.parametrize(
    "addition",
    [
        "class Sub(K):\n    member = Engine()",
        "class Sub(K):\n    def __init__(self): self.member = Engine()",
        "def f(k: K): k.member = Engine()",
        "def f(k): k.member = Engine()",
        "def f(k: K): setattr(k, 'member', Engine())",
    ],
)
def test_others_may_have_a_say_in_a_member(addition: str) -> None:
    text = f"class K:\n    member = Other()\n    def ask(self): ask(self.member)\n{addition}"
    assert inferred(text) == ["Other() | perhaps Engine()"]


def test_nobody_has_a_say_in_what_a_class_declares() -> None:
    text = "class K:\n    member: Other = Other()\n    def f(self): ask(self.member)\nclass Sub(K): member = Engine()"
    assert inferred(text) == ["Other+()"]


@pytest.mark.parametrize(
    "writer",
    ["setattr(self, name, 1)", "self.__dict__.update(name)", "self.__dict__[name] = 1", "vars(self).update(name)"],
)
def test_a_class_that_writes_attributes_by_computed_names_has_any(writer: str) -> None:
    text = f"class K:\n    member = Other()\n    def set(self, name): {writer}\n    def f(self): ask(self.member)"
    assert inferred(text) == ["? | Other()"]


def test_a_diamond_is_asked_in_the_order_of_python() -> None:
    text = "class A: x = Other()\nclass B(A): pass\nclass C(A): x = Engine()\nclass D(B, C): pass\nask(D().x)"
    assert inferred(text) == ["Engine()"]


@pytest.mark.parametrize(
    ("decorators", "values"),
    [
        ("def deco(f): return f", "Other()"),
        ("def deco(f):\n def w(*a):\n  r = f(*a)\n  return r\n return w", "Other()"),
        ("def deco(f):\n def w(): return Engine()\n return w", "??"),
        ("class deco:\n def __init__(self, f): ...", "??"),
        ("from functools import cache as deco", "Other()"),
        ("from elsewhere import deco", "??"),
        ("from typing import overload as deco", "??"),
        ("from contextlib import contextmanager as deco", "manager ?"),
    ],
)
def test_a_decorated_function(decorators: str, values: str) -> None:
    assert inferred(f"{decorators}\n@deco\ndef make(): return Other()\nask(make())") == [values]


def test_what_makes_the_instances_of_a_class() -> None:
    text = """
class Odd:
    def __new__(cls): return Engine()
class Single:
    one = None
    def __new__(cls):
        cls.one = cls.one or super().__new__(cls)
        return cls.one
class Meta(type):
    def __call__(cls): return Engine()
class Made(metaclass=Meta): ...
ask(Odd()); ask(Single()); ask(Made())
"""
    assert inferred(text) == ["Engine()", "Single()", "Engine()"]


def test_what_awaiting_and_entering_give() -> None:
    text = """
from contextlib import asynccontextmanager
async def make(): return Other()
@asynccontextmanager
async def manage(): yield Other()
class Manager:
    async def __aenter__(self): return Other()
    def __enter__(self): return Other()
async def main():
    ask(make()); ask(await make())
    async with manage() as a, Manager() as b: ask(a); ask(b)
    with Manager() as c: ask(c)
"""
    assert inferred(text) == ["awaitable Other()", "Other()", "Other()", "Other()", "Other()"]


def test_what_depends_on_itself_adds_nothing() -> None:
    text = """
def f(n): return f(n - 1) if n else Other()
def even(n): return odd(n - 1) if n else Other()
def odd(n): return even(n - 1) if n else Engine()
x = Other()
for _ in (1, 2): x = x or x
class Node:
    def __init__(self): self.top = self.top or Other()
ask(f(1)); ask(even(2)); ask(odd(1)); ask(x); ask(Node().top)
"""
    assert inferred(text) == ["Other()", "Engine() | Other()", "Engine() | Other()", "Other()", "Other()"]


def test_what_means_nothing_but_itself_is_unsettled() -> None:
    assert inferred("def f(): return f()\nask(f())") == ["??"]


CROSSED = """
def a(n): return b(n) or c(n)
def b(n): return c(n) or Other()
def c(n): return a(n) or d(n) or Engine()
def d(n): return b(n) or K().x
class K:
    def __init__(self): self.x = self.y
    def set(self): self.y = self.x or a(1)
ask(a(1)); ask(b(1)); ask(c(1)); ask(d(1)); ask(K().x); ask(K().y)
"""


@pytest.mark.parametrize("seed", range(12))
def test_the_answer_does_not_depend_on_what_was_asked_before(seed: int) -> None:
    index = index_of({"app": IMPORTS + CROSSED})
    module = index.at("app.py")
    places = asked(module)
    alone = {place: Inference(index, ClassIndex(index)).values(module, place) for place in places}
    random.Random(seed).shuffle(places)
    together = Inference(index, ClassIndex(index))
    assert {place: together.values(module, place) for place in places} == alone


def chain_of(length: int) -> str:
    return "\n".join(["x0 = Other()", *(f"x{n + 1} = x{n}" for n in range(length)), f"ask(x{length})", "ask(x0)"])


def test_a_chain_without_end_is_unsettled_and_harms_no_other_question() -> None:
    assert inferred(chain_of(10)) == ["Other()", "Other()"]
    assert inferred(chain_of(1_000)) == ["?", "Other()"]


def test_what_branches_without_end_is_unsettled_and_harms_no_other_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssot_lint.index.inference._STEPS", 20)
    methods = "\n".join(f"    def m{n}(self): return self.m{n + 1}() or self.m{n + 2}() or self.m0()" for n in range(9))
    text = f"class K:\n{methods}\n    def m9(self): return Other()\n    def m10(self): return Other()\nask(K().m0())"
    assert inferred(f"{text}\nask(Other())") == ["??", "Other()"]


def test_a_module_and_what_others_put_into_it() -> None:
    found = inferred(
        "import settings\nask(settings); ask(settings.engine); ask(settings.client)",
        settings=f"{IMPORTS}engine = Other()\nclient = Other()",
        conftest=f"{IMPORTS}import settings\nimport mock\nsettings.engine = Engine()\nsettings.client = mock.Mock()",
    )
    assert found == ["module settings", "Other() | perhaps Engine()", "Other()"]


def test_a_variable_that_a_module_imports_from_itself() -> None:
    knot = f"{IMPORTS}try:\n    from knot import engine\nexcept ImportError:\n    engine = Other()"
    assert inferred("from knot import engine\nask(engine)", knot=knot) == ["Other()"]


def test_the_place_that_is_open_is_named() -> None:
    index: ProjectIndex = index_of({"app": "import maker\nask(maker.make())", "maker": "def make(): return [1][0]"})
    module = index.at("app.py")
    [place] = asked(module)
    [value] = Inference(index, ClassIndex(index)).values(module, place)
    assert (getattr(value, "path"), getattr(value, "place")) == ("app.py", place)

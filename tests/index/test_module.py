"""Which bindings a name sees, from where it stands in one file."""

from __future__ import annotations

import pytest

from ssot_lint.facts import facts_of_text
from ssot_lint.index import Module
from ssot_lint.model.facts import Import, Name
from ssot_lint.model.source import SourceFile


def module(text: str, *names: str, path: str = "m.py") -> Module:
    is_package = path.endswith("__init__.py")
    return Module.of(SourceFile(path, f"/{path}", names or ("m",), is_package), facts_of_text(text))


def seen_from(text: str, name: str) -> list[int]:
    """The lines of the bindings that the last use of a name sees."""
    one = module(text)
    assert one.facts.unreadable is None
    uses = [
        (place, item) for place, item in enumerate(one.facts.expressions) if isinstance(item, Name) and item.id == name
    ]
    place, use = max(uses, key=lambda item: item[1].line)
    return [binding.line for binding in one.lookup(name, use.block, place)]


SEEN = {
    "what was bound last": ("x = 1\nx = 2\nx", [2]),
    "nothing that is bound later": ("x = 1\nx\nx = 2", [1]),
    "both arms": ("if a:\n    x = 1\nelse:\n    x = 2\nx", [2, 4]),
    "an arm and what was before": ("x = 1\nif a:\n    x = 2\nx", [1, 3]),
    "its own arm": ("if a:\n    x = 1\n    x\nelse:\n    x = 2", [2]),
    "not the other arm": ("x = 0\nif a:\n    x = 1\nelse:\n    x", [1]),
    "an arm that covers what was before": ("x = 1\nif a:\n    x = 2\n    x", [3]),
    "try and except": ("try:\n    x = 1\nexcept E:\n    x = 2\nx", [2, 4]),
    "a fallback set before": ("x = None\ntry:\n    import x\nexcept E:\n    pass\nx", [1, 3]),
    "a loop and what was before": ("x = 1\nfor a in b:\n    x = 2\nx", [1, 3]),
    "the round before": ("for a in b:\n    x\n    x = 2", [3]),
    "the variable of a loop": ("for x in y:\n    x", [1]),
    "a with": ("with a as x:\n    x", [1]),
    "a walrus": ("if (x := a):\n    x", [1]),
    "a walrus in a comprehension": ("[x := a for a in b]\nx", [1]),
    "a match": ("match a:\n    case [x, *y]:\n        x", [2]),
    "a handler's name": ("try:\n    a\nexcept E as x:\n    x", [3]),
    "an import": ("import x.y\nx", [1]),
    "what del left": ("x = 1\ndel x\nx = 2\nx", [3]),
    "the end of the module, in a function": ("x = 1\ndef f():\n    x\nx = 2", [4]),
    "the end of the module, in a lambda": ("x = 1\nf = lambda: x\nx = 2", [3]),
    "the present, in a comprehension": ("x = 1\ny = [x for a in b]\nx = 2", [1]),
    "a local name": ("x = 1\ndef f():\n    x = 2\n    x", [3]),
    "a parameter": ("x = 1\ndef f(x):\n    x", [2]),
    "the module's, in a default": ("x = 1\ndef f(y=x):\n    x = 2", [1]),
    "the function's around": ("x = 1\ndef f():\n    x = 2\n    def g():\n        x", [3]),
    "the module's, by global": ("x = 1\ndef f():\n    x = 2\n    def g():\n        global x\n        x", [1]),
    "what another function makes global": ("x = 1\ndef f():\n    global x\n    x = 2\nx", [1, 4]),
    "nonlocal": ("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    g()\n    x", [2, 5]),
    "a name of the class, in its body": ("x = 1\nclass A:\n    x = 2\n    x", [3]),
    "the module's, in a method": ("x = 1\nclass A:\n    x = 2\n    def f(self):\n        x", [1]),
    "the module's, in a class before its own": ("x = 1\nclass A:\n    x\n    x = 2", [1]),
    "the module's, in a base": ("x = 1\nclass A(x):\n    x = 2", [1]),
    "the module's, in a comprehension of a class": ("x = 1\nclass A:\n    x = 2\n    y = [x for a in b]", [1]),
    "the function's, in a class": ("x = 1\ndef f():\n    x = 2\n    class A:\n        x", [3]),
    "nothing, for a builtin": ("int", []),
    "nothing, for a name of another function": ("def f():\n    x = 1\ndef g():\n    x", []),
    "nothing, for a name of a class": ("class A:\n    x = 1\nx", []),
    "nothing, for a variable of a comprehension": ("[x for x in y]\nlen(a)\ndef f():\n    return 1\nx", []),
    "nothing, for what is deleted": ("x = 1\ndel x\ndef f():\n    x", []),
}


@pytest.mark.parametrize(("text", "lines"), SEEN.values(), ids=SEEN)
def test_a_name_sees(text: str, lines: list[int]) -> None:
    name = "int" if text == "int" else "x"
    assert seen_from(text, name) == lines


EXPORTED = {
    "the last of two": ("x = 1\nx = 2", [2]),
    "either of two arms": ("if a:\n    x = 1\nelse:\n    x = 2", [2, 4]),
    "a fallback and what it replaces": ("try:\n    import x\nexcept E:\n    class x: pass", [2, 4]),
    "no deleted name": ("x = 1\ndel x", []),
    "a name that an arm deletes": ("x = 1\nif a:\n    del x", [1]),
    "a declared name": ("x: int", [1]),
    "the value of a declared name": ("x: int\nx = 1", [2]),
    "what a function makes global": ("def f():\n    global x\n    x = 1", [3]),
    "no name of a class": ("class A:\n    x = 1", []),
    "no name of a function": ("def f():\n    x = 1", []),
    "no narrowed name": ("x = 1\nassert isinstance(x, int)", [1]),
}


@pytest.mark.parametrize(("text", "lines"), EXPORTED.values(), ids=EXPORTED)
def test_a_module_exports(text: str, lines: list[int]) -> None:
    assert [binding.line for binding in module(text).exported("x")] == lines


def test_the_names_of_a_module_are_those_of_its_top_level() -> None:
    text = "import a.b, c as d\nfrom e import *\nif f:\n    g = 1\nclass H:\n    i = 1\ndef j(k): l = 1\n[m for m in n]"
    assert module(text).names == {"a", "d", "g", "H", "j"}


ABSOLUTE = {
    "absolute": ("a.b", 0, ("p.m",), "p/m.py", "a.b"),
    "a sibling": ("a", 1, ("p.m",), "p/m.py", "p.a"),
    "the package itself": ("", 1, ("p.m",), "p/m.py", "p"),
    "the parent": ("a", 2, ("p.q.m",), "p/q/m.py", "p.a"),
    "the parent itself": ("", 2, ("p.q.m",), "p/q/m.py", "p"),
    "a submodule, from a package": ("a", 1, ("p",), "p/__init__.py", "p.a"),
    "a sibling, from a package": ("a", 2, ("p.q",), "p/q/__init__.py", "p.a"),
    "a sibling at an import root": ("a", 1, ("m",), "m.py", "a"),
    "out of the tree": ("a", 3, ("p.m",), "p/m.py", ""),
    "by the name that reaches far enough": ("a", 3, ("m", "r.s.m"), "r/s/m.py", "a"),
    "by the innermost name that does": ("a", 1, ("s.m", "r.s.m"), "r/s/m.py", "s.a"),
}


@pytest.mark.parametrize(("written", "level", "names", "path", "expected"), ABSOLUTE.values(), ids=ABSOLUTE)
def test_an_import_means(written: str, level: int, names: tuple[str, ...], path: str, expected: str) -> None:
    fact = Import(0, written, level, "x", "", 1, 1, 1, 1)
    assert module("", *names, path=path).absolute(fact) == expected


TYPING = {
    "under TYPE_CHECKING": ("if TYPE_CHECKING:\n    x", True),
    "under typing.TYPE_CHECKING": ("if typing.TYPE_CHECKING:\n    x", True),
    "deeper under it": ("if TYPE_CHECKING:\n    if a:\n        x", True),
    "in a function under it": ("if TYPE_CHECKING:\n    def f():\n        x", True),
    "in its else": ("if TYPE_CHECKING:\n    pass\nelse:\n    x", False),
    "in the else of its opposite": ("if not TYPE_CHECKING:\n    pass\nelse:\n    x", True),
    "anywhere else": ("if a:\n    x", False),
}


@pytest.mark.parametrize(("text", "expected"), TYPING.values(), ids=TYPING)
def test_only_type_checkers_reach_a_place(text: str, expected: bool) -> None:
    one = module(text)
    [use] = [item for item in one.facts.expressions if isinstance(item, Name) and item.id == "x"]
    assert one.typing_only(use.block) == expected


def test_a_place_knows_its_function_and_its_class() -> None:
    text = "x\nclass A:\n    x\n    def f(self):\n        x\n        lambda: x\n"
    text += "def g():\n    x\n    class B:\n        x"
    one = module(text)
    uses = [item for item in one.facts.expressions if isinstance(item, Name) and item.id == "x"]

    def named(facts: tuple[object, ...], index: int) -> str:
        return getattr(facts[index], "name") if index >= 0 else ""

    found = [
        (use.line, named(one.facts.functions, one.enclosing_function(use.block)),
         named(one.facts.classes, one.enclosing_class(use.block)))
        for use in uses
    ]
    assert found == [
        (1, "", ""), (3, "", ""), (5, "f", "A"), (6, "f", "A"), (8, "g", ""), (10, "g", ""),
    ]

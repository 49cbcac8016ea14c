"""The tokens outside of edits are the same afterwards, and no comment is lost."""

from __future__ import annotations

import ast
from contextlib import suppress
from tokenize import TokenError

import pytest

from ssot_lint.fixing import tokens
from ssot_lint.fixing.content import Content, changed
from ssot_lint.fixing.tokens import objection
from tests.fixing.test_content import edit


def said(text: str, *edits: tuple[str, str]) -> str:
    change = changed(Content.of(text.encode()), [edit(text, old, new) for old, new in edits])
    ast.parse(change.after.text)
    found = objection(change)
    with suppress(TokenError):  # whole texts say the same as the statements that are touched
        assert tokens._objection([tokens._whole(change)]) == found
    return found


ELSEWHERE = "it would change code that its edits do not touch"


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("from a import b\nx = b\n", [("from a import b", "from c import b")]),
        ("from a import b\nx = b\n", [("from a import b\n", "")]),
        ("from a import b\nx = b", [("= b", "= c.b")]),
        ("a()\nx = 1  # noqa", [("  # noqa", "")]),
        ("x = 1", [("1", "y")]),
        ("if x:\n    import a\n    y()\nz()\n", [("    import a\n", "")]),
        ("if x:\n    y()\n    import a\nz()\n", [("    import a\n", "")]),
        ("if x:\n    if y:\n        a()\n        import b\n    c()\n", [("        import b\n", "")]),
        ("if x:\n    import a\nz()\n", [("import a", "pass")]),
        ("import a; import b; c()\n", [("import b; ", "")]),
        ("x = a.b.C(1)\n", [("a.b.C", "C")]),
        ("import a  # why\nb()\n", [("import a  ", "")]),
        ("from a import (  # why\n    b,  # this\n    c,\n)\n", [("a", "z"), ("    c,\n", "")]),
        ("from a import b\n\n\ndef f(): ...\n", [("from a import b", "from a import b\nfrom c import d")]),
        ("a()\n\x0c\nimport b\nc()\n", [("import b", "import d")]),
        ("'''doc\r\nstring'''\r\nimport a\r\nx = '''b\r\n'''\r\n", [("import a", "import b")]),
        ("import a\rb()\r", [("import a", "import c")]),
        ("async def f():\n    return await old(1)\n", [("await old(1)", "New(x=1)")]),
        ("x = f'{a.b!r:>{w}}'; y = 1\n", [("a.b", "c")]),
    ],
)
def test_what_an_honest_edit_does(text: str, edits: list[tuple[str, str]]) -> None:
    assert said(text, *edits) == ""


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        # into a string
        ("a()\nimport b\nc()\nx = ''\ny = 1\n", [("import b", "y = '''"), ("= ''", "= '''")]),
        ("x = (1)\nb()\nc = ')'\n", [("(1)", "(1, '''"), ("')'", "''')")]),
        # into another statement
        ("a()\n+b()\nc()\n", [("a()", "a() \\")]),
        ("a = old\n(b)\n", [("old", "new\\")]),
        ("import a\nx, y,\nz\n", [("import a", "w = (1,"), ("z", "z)")]),
        # into another block
        ("a()\nif x:\n  b()\n  c + d\n", [("  b()\n  c", "  b()\nc")]),
    ],
)
def test_what_reaches_beyond_the_edits(text: str, edits: list[tuple[str, str]]) -> None:
    assert said(text, *edits) == ELSEWHERE


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("import a  # why\nb()\n", [("import a  # why", "import c")]),
        ("from a import (\n    b,  # why\n)\n", [("(\n    b,  # why\n)", "b")]),
        ("import a  # why\nb()\n", [("  # why", "; x = '''"), ("b()", "# '''")]),
    ],
)
def test_a_lost_comment(text: str, edits: list[tuple[str, str]]) -> None:
    assert "it would lose the comment '# why'" in said(text, *edits)


def test_a_comment_may_move() -> None:
    text = "from a import (\n    b,  # why\n)\n"
    assert said(text, (text, "from c import b  # why\n")) == ""


def test_one_of_two_equal_comments_is_lost() -> None:
    assert "lose" in said("import a  # noqa\nimport b  # noqa\n", ("import a  # noqa\n", ""))

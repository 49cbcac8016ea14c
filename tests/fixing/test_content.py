"""Edits in the bytes of a file: whatever they do not touch stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.fixing.content import Change, Content, Refused, changed
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Edit


def edit(text: str, old: str, new: str) -> Edit:
    """Replace the first `old` of a text."""
    start = text.index(old)
    before = text[:start].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    inside = old.replace("\r\n", "\n").replace("\r", "\n")
    end_line = line + inside.count("\n")
    end_column = len(inside) - inside.rfind("\n") if "\n" in inside else column + len(old)
    return Edit(Span(line, column, end_line, end_column), new)


def make(data: bytes, *edits: tuple[str, str]) -> Change:
    content = Content.of(data)
    return changed(content, [edit(content.text, old, new) for old, new in edits])


def refusal(data: bytes, *edits: tuple[str, str]) -> str:
    with pytest.raises(Refused) as caught:
        make(data, *edits)
    return caught.value.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"import old\n", b"import new\n"),
        (b"import old", b"import new"),
        (b"\xef\xbb\xbfimport old\r\n", b"\xef\xbb\xbfimport new\r\n"),
        (b"# coding: latin-1\nx = '\xe9'; import old\n", b"# coding: latin-1\nx = '\xe9'; import new\n"),
        (b"\xef\xbb\xbf# coding: utf-8\n'\xc3\xa9'; old\n", b"\xef\xbb\xbf# coding: utf-8\n'\xc3\xa9'; new\n"),
        (b"# coding: cp932\nx = '\x83\x5c'; import old\n", b"# coding: cp932\nx = '\x83\x5c'; import new\n"),
        (b"\timport\told\t\r\x0cx\r\n\x0b\n", b"\timport\tnew\t\r\x0cx\r\n\x0b\n"),
        ("ß = '🦀\u2028'; import old # ü\n".encode(), "ß = '🦀\u2028'; import new # ü\n".encode()),
    ],
)
def test_nothing_but_the_edit(before: bytes, after: bytes) -> None:
    assert make(before, ("old", "new")).after.data == after


def test_line_ends_are_those_around() -> None:
    data = b"a\r\nold\r\nb\nold2\nc\rold3\r"
    after = make(data, *((old, "x\ny") for old in ("old", "old2", "old3"))).after
    assert after.data == b"a\r\nx\r\ny\r\nb\nx\ny\nc\rx\ry\r"


def test_line_ends_that_are_right_already_stay() -> None:
    assert make(b"old\r\n", ("old", "x\r\ny")).after.data == b"x\r\ny\r\n"


def test_what_the_encoding_lacks_is_refused() -> None:
    assert "'\\u6f22'" in refusal(b"# coding: latin-1\nold\n", ("old", "漢"))


def test_an_edit_of_the_coding_line_is_refused() -> None:
    """It would give all other bytes another meaning."""
    data = b"# coding: latin-1\nx = '\xe9'\nold\n"
    assert "could not be read any more" in refusal(data, ("# coding: latin-1\n", ""))
    assert "what the file's bytes mean" in refusal(data, ("latin-1", "cp1252"))
    assert "what the file's bytes mean" in refusal(b"old\n", ("old", "# coding: latin-1"))


def test_lines_put_before_the_coding_line_are_refused() -> None:
    data = b"# old\n# coding: latin-1\nx = '\xe9'\n"
    assert "could not be read any more" in refusal(data, ("old", "a\n# b\n# c"))


@pytest.mark.parametrize(
    "data", [b"\xff\xfeo\0l\0d\0", b"old\0", b"old \xff", b"# coding: utf-16\nold", b"\xef\xbb\xbf" * 2]
)
def test_what_python_does_not_read_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        Content.of(data)


def test_a_file_whose_encoding_has_several_spellings_of_a_character_keeps_its_own_or_is_refused() -> None:
    """UTF-7 may write `a` as `+AGE-`; where the edit stands in the bytes cannot be told then."""
    data = b"# coding: utf-7\nx = '+AGE-'\nold\n"
    assert make(data, ("# coding: utf-7\nx", "# coding: utf-7\ny")).after.data == data.replace(b"x =", b"y =")
    assert "could not be read any more" in refusal(data, ("old", "new"))


def test_edits_that_overlap_are_refused() -> None:
    assert "overlap" in refusal(b"abcdef\n", ("abcd", "x"), ("cdef", "y"))


@pytest.mark.parametrize("span", [Span(9, 1, 9, 1), Span(1, 9, 1, 9), Span(1, 3, 1, 1)])
def test_places_that_the_file_does_not_have_are_refused(span: Span) -> None:
    with pytest.raises(Refused, match="does not fit the file"):
        changed(Content.of(b"abc\n"), [Edit(span, "")])


WORDS = st.sampled_from(["a", "é", "漢", "🦀", "\n", "\r\n", " ", "\t"])


@given(st.lists(WORDS, max_size=20), st.lists(WORDS, max_size=5), st.data(), st.booleans())
def test_any_edit_anywhere(words: list[str], put: list[str], data: st.DataObject, mark: bool) -> None:
    text = "".join(words)
    content = Content.of(text.encode("utf-8-sig" if mark else "utf-8"))
    borders = [sum(map(len, words[:number])) for number in range(len(words) + 1)]
    start, end = sorted((data.draw(st.sampled_from(borders)), data.draw(st.sampled_from(borders))))
    new = "".join(word for word in put if "\n" not in word)
    change = changed(content, [Edit(content.ranges().span(start, end), new)])
    assert change.after.text == text[:start] + new + text[end:]
    assert change.after.data == (text[:start] + new + text[end:]).encode("utf-8-sig" if mark else "utf-8")
    assert [change.moved(place) for place in (start, end)][1] == start + len(new)

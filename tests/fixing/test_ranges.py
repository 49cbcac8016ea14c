"""Places in a text, held against Python's own tokenizer and parser."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.fixing.ranges import Ranges
from ssot_lint.model.spans import Span

# What separates lines for `str.splitlines`, and not for Python; what is wide, combined, or beyond the first plane.
PIECES = st.sampled_from(
    ["a", "bc", " ", "\t", "\f", "\v", "\x1c", "\x85", "\u2028", "é", "ß", "漢", "e\u0301", "🦀", "\n", "\r\n", "\r"]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-8", "utf-16-le", "gb18030"])
LINES = st.lists(
    st.sampled_from(
        ["x = 1", "\tü = '漢'", "\fy=[ü, 'é🦀']", "# ß \u2028 \x85 c", "z = '''a\x0b\u2029b'''", "if ü: pass; x", ""]
    ),
    max_size=8,
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(TEXTS, st.data())
def test_an_offset_comes_back(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    ranges = Ranges(text)
    inside_of_a_line_end = 0 < offset < len(text) and text[offset - 1:offset + 1] == "\r\n"
    if not inside_of_a_line_end:
        assert ranges.offset(*ranges.place(offset)) == offset


@given(TEXTS)
def test_lines_are_those_of_the_tokenizer(text: str) -> None:
    ranges = Ranges(text)
    lines = io.StringIO(text, newline="").readlines()
    at = 0
    for number, line in enumerate(lines, start=1):
        assert ranges.place(at) == (number, 1)
        assert ranges.offset(number, 1) == at
        at += len(line)


@given(TEXTS, ENCODINGS, st.data())
def test_bytes_are_those_of_the_file(text: str, encoding: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    ranges = Ranges(text, encoding)
    written = text.encode(encoding)
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    assert written[ranges.byte(start):ranges.byte(end)].decode(plain) == text[start:end]
    assert ranges.character(ranges.byte(start)) == start


@given(st.lists(st.tuples(LINES, ENDS), max_size=3), st.booleans())
def test_expressions_stand_where_the_parser_says(parts: list[tuple[list[str], str]], mark: bool) -> None:
    text = "".join(line + end for lines, end in parts for line in lines)
    # The parser wants no indentation, and knows no byte order mark in a text.
    text = "".join(line.lstrip("\t") for line in io.StringIO(text, newline=""))
    ranges = Ranges(text, "utf-8-sig" if mark else "utf-8")
    data = text.encode("utf-8-sig" if mark else "utf-8")
    lines = io.StringIO(text, newline="").readlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Name, ast.Constant)):
            assert node.end_lineno and node.end_col_offset is not None
            span = Span(
                node.lineno, _characters(lines[node.lineno - 1], node.col_offset),
                node.end_lineno, _characters(lines[node.end_lineno - 1], node.end_col_offset),
            )
            start, end = ranges.offsets(span)
            spelled = text[start:end]
            assert ast.dump(ast.parse(spelled, mode="eval").body) == ast.dump(node).replace("Store()", "Load()")
            first, last = ranges.bytes_of(span)
            assert data[first:last].decode() == spelled


def _characters(line: str, offset: int) -> int:
    return len(line.encode()[:offset].decode()) + 1


@given(LINES)
def test_tokens_stand_where_the_tokenizer_says(lines: list[str]) -> None:
    text = "".join(f"{line.lstrip()}\n" for line in lines)
    ranges = Ranges(text)
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        if token.type in (tokenize.NAME, tokenize.STRING, tokenize.COMMENT, tokenize.NUMBER):
            (line, column), (end_line, end_column) = token.start, token.end
            start, end = ranges.offsets(Span(line, column + 1, end_line, end_column + 1))
            assert text[start:end] == token.string


@pytest.mark.parametrize(
    "place", [(0, 1), (1, 0), (1, 5), (2, 2), (3, 1), (-1, 1), (10**9, 1)], ids=str
)
def test_there_is_no_such_place(place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="there is no line"):
        Ranges("abc\r\n").offset(*place)


def test_a_place_behind_the_last_character_of_a_line_is_one() -> None:
    ranges = Ranges("abc\r\nd")
    assert [ranges.offset(1, 4), ranges.offset(2, 2)] == [3, 6]


def test_no_span_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="after its end"):
        Ranges("abc\n").offsets(Span(1, 3, 1, 2))


@pytest.mark.parametrize(
    ("text", "offset", "end"),
    [
        ("a\nb\r\nc", 0, "\n"), ("a\nb\r\nc", 2, "\r\n"), ("a\nb\r\nc", 5, "\r\n"), ("a", 0, "\n"), ("", 0, "\n"),
        ("a\rb", 0, "\r"), ("a\r\n", 3, "\r\n"),
    ],
)
def test_how_lines_end_around_a_place(text: str, offset: int, end: str) -> None:
    assert Ranges(text).line_end(offset) == end

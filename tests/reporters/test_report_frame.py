"""Carets stand under what they mean, whatever the line is made of."""

from __future__ import annotations

import pytest

from ssot_lint.model.spans import Span
from ssot_lint.reporters.frame import TAB, WIDTH, frame


def caret_frame(line: str, word: str) -> tuple[str, str]:
    """The frame for the first `word` of a line."""
    column = line.index(word) + 1
    drawn = frame([line], Span(1, column, 1, column + len(word)))
    assert drawn is not None
    return drawn


def test_carets_stand_under_the_span() -> None:
    assert caret_frame("import os.path", "os.path") == (
        "import os.path",
        "       ^^^^^^^",
    )


@pytest.mark.parametrize(
    ("line", "source", "carets"),
    [
        pytest.param("\tNAME = 1", "    NAME = 1", "    ^^^^", id="a tab"),
        pytest.param("ab\tNAME", "ab  NAME", "    ^^^^", id="a tab in the middle fills up to its stop"),
        pytest.param("日本 NAME", "日本 NAME", "     ^^^^", id="wide characters take two cells"),
        pytest.param("ｆｗ NAME", "ｆｗ NAME", "     ^^^^", id="full-width forms take two cells"),
        pytest.param("e\u0301 NAME", "e\u0301 NAME", "  ^^^^", id="combining marks take none"),
        pytest.param("a\u200db NAME", "a\u200db NAME", "   ^^^^", id="joiners take none"),
        pytest.param("é NAME", "é NAME", "  ^^^^", id="columns count characters, not bytes"),
        pytest.param("\fNAME", " NAME", " ^^^^", id="a form feed is shown as a blank"),
        pytest.param("'\x1b[31m' NAME", "'?[31m' NAME", "        ^^^^", id="escape sequences are disarmed"),
        pytest.param("'\u202e' NAME", "'?' NAME", "    ^^^^", id="so are marks that reorder text"),
    ],
)
def test_characters_that_are_not_one_cell_wide(line: str, source: str, carets: str) -> None:
    assert TAB == 4
    assert caret_frame(line, "NAME") == (source, carets)


@pytest.mark.parametrize(
    ("encoding", "source", "carets"),
    [
        ("utf-8", "日é NAME", "    ^^^^"),
        ("latin-1", "\\u65e5é NAME", "        ^^^^"),
        ("ascii", "\\u65e5\\xe9 NAME", "           ^^^^"),
    ],
)
def test_what_the_output_cannot_show_is_measured_as_its_escape(encoding: str, source: str, carets: str) -> None:
    line = "日é NAME"
    assert frame([line], Span(1, 4, 1, 8), encoding) == (source, carets)


def test_wide_characters_within_the_span_get_two_carets_each() -> None:
    assert caret_frame("x = 日本語", "日本語") == ("x = 日本語", "    ^^^^^^")


def test_an_empty_span_gets_one_caret() -> None:
    assert frame(["abc"], Span(1, 2, 1, 2)) == ("abc", " ^")


def test_a_span_behind_the_end_of_its_line_gets_one_caret_there() -> None:
    assert frame(["abc"], Span(1, 9, 1, 12)) == ("abc", "   ^")


def test_of_a_span_over_several_lines_the_first_is_shown_to_its_end() -> None:
    assert frame(["call(a,  ", "     b)"], Span(1, 1, 2, 8)) == ("call(a,", "^^^^^^^")


@pytest.mark.parametrize("line", [0, 2, 99])
def test_no_frame_for_a_line_that_is_not_there(line: int) -> None:
    assert frame(["abc"], Span(line, 1, line, 2)) is None


def test_of_a_very_long_line_a_window_is_shown() -> None:
    source, carets = caret_frame("x" * 5000 + "NAME" + "y" * 5000, "NAME")

    assert source.startswith("...xxx") and source.endswith("yyy...")
    assert len(source) == WIDTH + len("......")
    assert source.index("NAME") == carets.index("^")
    assert carets.strip() == "^^^^"


def test_a_long_line_that_begins_with_the_span_is_cut_at_its_end_only() -> None:
    source, carets = caret_frame("NAME" + "y" * 5000, "NAME")

    assert source.startswith("NAMEy") and source.endswith("y...")
    assert carets == "^^^^"


def test_carets_never_reach_beyond_the_window() -> None:
    source, carets = caret_frame("N" * 5000, "N" * 5000)
    assert len(carets) <= len(source)

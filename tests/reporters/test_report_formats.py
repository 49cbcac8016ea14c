"""Each format, by its whole output for the same findings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Edit, Fix, Violation
from ssot_lint.reporters import registry
from ssot_lint.reporters.protocol import Findings, Summary

BYPASS = Violation(
    path="chat/api.py",
    span=Span(2, 5, 2, 11),
    rule="import-bypass",
    message="`Engine` bypasses its truth; use `from chat.engine import Engine`",
    truth="engine",
    chain=("chat.agents:Engine", "chat.old:Engine"),
    code="SOT101",
    fingerprint="f00d",
)
COPY = Violation(
    path="chat/copy.py",
    span=Span(10, 1, 12, 4),
    rule="duplicate-name",
    message="100% a copy",
    code="SOT201",
    severity="warning",
)
LINES = {"chat/api.py": ["try:", "    Engine()", ""], "chat/copy.py": [""] * 9 + ["class Engine:", "  a", "  b"]}


def findings(*violations: Violation, **changes: Any) -> Findings:
    whole = Findings(
        violations=violations,
        summary=Summary(files=1234, parsed=7, suppressed=2, seconds=0.1249),
        lines=lambda path: LINES.get(path, ()),
        owner=lambda violation: "@platform" if violation.truth else "",
        version="1.2.3",
    )
    return msgspec.structs.replace(whole, **changes)


def render(name: str, *violations: Violation, **changes: Any) -> str:
    return registry.load(name).render(findings(*violations, **changes))


def test_formats_are_found_by_their_modules() -> None:
    assert registry.names() == ["github", "grouped", "json", "text"]


@pytest.mark.parametrize("name", registry.names())
def test_each_format_says_whether_it_is_for_people(name: str) -> None:
    assert registry.load(name).HUMAN is (name in ("text", "grouped"))


def test_text() -> None:
    assert render("text", BYPASS, COPY) == (
        "chat/api.py:2:5: SOT101 `Engine` bypasses its truth; use `from chat.engine import Engine`\n"
        "  |\n"
        "2 |     Engine()\n"
        "  |     ^^^^^^\n"
        "  = chain: chat.agents:Engine -> chat.old:Engine\n"
        '  = help: truth "engine", owned by @platform; `ssot-lint rule SOT101` explains import-bypass\n'
        "\n"
        "chat/copy.py:10:1: SOT201 (warning) 100% a copy\n"
        "   |\n"
        "10 | class Engine:\n"
        "   | ^^^^^^^^^^^^^\n"
        "   = help: `ssot-lint rule SOT201` explains duplicate-name\n"
        "\n"
        "1 violation and 1 warning in 2 files (1,234 files checked in 0.12 s, 2 suppressed)\n"
    )


def test_text_without_findings_is_the_summary_line() -> None:
    clean = render("text", summary=Summary(files=1, seconds=2))
    assert clean == "No violations (1 file checked in 2.00 s)\n"


def test_text_of_a_file_that_cannot_be_read_has_no_frame() -> None:
    lines = render("text", msgspec.structs.replace(COPY, path="gone.py")).splitlines()
    assert lines[0] == "gone.py:10:1: SOT201 (warning) 100% a copy"
    assert lines[1].strip().startswith("= help")


def test_text_shows_statistics_most_frequent_first() -> None:
    shown = render("text", COPY, BYPASS, BYPASS, statistics=True).splitlines()
    assert shown[-4:-1] == ["2  SOT101  import-bypass", "1  SOT201  duplicate-name", ""]


def test_text_disarms_what_would_steer_a_terminal() -> None:
    hostile = msgspec.structs.replace(BYPASS, path="a\x1b[2J.py", message="x\x1b]0;y", chain=("a\nb",), truth="\x9b")
    assert not set(render("text", hostile)) & {"\x1b", "\x9b"}
    assert not set(render("grouped", hostile)) & {"\x1b", "\x9b"}


@pytest.mark.parametrize("name", ["text", "grouped"])
def test_colour_adds_nothing_but_colour(name: str) -> None:
    import re

    plain = render(name, BYPASS, COPY)
    coloured = render(name, BYPASS, COPY, colour=True)

    assert "\x1b[" not in plain
    assert "\x1b[1;31mSOT101" in coloured and "\x1b[1;33mSOT201" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain


def test_grouped() -> None:
    assert render("grouped", BYPASS, msgspec.structs.replace(BYPASS, span=Span(10, 12, 10, 13)), COPY) == (
        "chat/api.py\n"
        "    2:5  SOT101  `Engine` bypasses its truth; use `from chat.engine import Engine`\n"
        "  10:12  SOT101  `Engine` bypasses its truth; use `from chat.engine import Engine`\n"
        "\n"
        "chat/copy.py\n"
        "  10:1  SOT201  (warning) 100% a copy\n"
        "\n"
        "2 violations and 1 warning in 2 files (1,234 files checked in 0.12 s, 2 suppressed)\n"
    )


def test_json() -> None:
    assert json.loads(render("json", BYPASS)) == {
        "version": "1.2.3",
        "summary": {"files": 1234, "parsed": 7, "violations": 1, "suppressed": 2, "seconds": 0.125},
        "violations": [
            {
                "path": "chat/api.py",
                "line": 2,
                "column": 5,
                "end_line": 2,
                "end_column": 11,
                "code": "SOT101",
                "rule": "import-bypass",
                "truth": "engine",
                "severity": "error",
                "message": "`Engine` bypasses its truth; use `from chat.engine import Engine`",
                "chain": ["chat.agents:Engine", "chat.old:Engine"],
                "fingerprint": "f00d",
                "fix": None,
            }
        ],
    }


@pytest.mark.parametrize(
    ("fix", "written"),
    [
        (
            Fix("safe", (Edit(Span(1, 1, 1, 4), "new"),)),
            {
                "safety": "safe",
                "edits": [{"line": 1, "column": 1, "end_line": 1, "end_column": 4, "text": "new"}],
            },
        ),
        (Fix("manual", reason="nothing took its place"), {"safety": "manual", "reason": "nothing took its place"}),
    ],
)
def test_json_of_a_fix(fix: Fix, written: dict[str, Any]) -> None:
    document = json.loads(render("json", msgspec.structs.replace(BYPASS, fix=fix)))
    assert document["violations"][0]["fix"] == written


def test_json_survives_any_encoding_of_the_output() -> None:
    odd = msgspec.structs.replace(BYPASS, path="caf\u00e9/\udcff.py")
    text = render("json", odd)
    assert text.isascii()
    assert json.loads(text)["violations"][0]["path"] == odd.path


def test_github() -> None:
    assert render("github", BYPASS, COPY) == (
        "::error file=chat/api.py,line=2,endLine=2,col=5,endColumn=11,title=SOT101 import-bypass::"
        "`Engine` bypasses its truth; use `from chat.engine import Engine`\n"
        "::warning file=chat/copy.py,line=10,endLine=12,title=SOT201 duplicate-name::100%25 a copy\n"
    )


@pytest.mark.parametrize(
    ("path", "message", "annotation"),
    [
        ("a:b,c%.py", "m: n, o", "file=a%3Ab%2Cc%25.py,line=2|m: n, o"),
        ("a\r\nb.py", "one\r\ntwo", "file=a%0D%0Ab.py,line=2|one%0D%0Atwo"),
        ("%0A.py", "%0A", "file=%250A.py,line=2|%250A"),
    ],
)
def test_github_escapes_what_would_end_a_property_or_a_message(path: str, message: str, annotation: str) -> None:
    file, text = annotation.split("|")
    written = render("github", msgspec.structs.replace(BYPASS, path=path, message=message))
    assert written.startswith(f"::error {file},")
    assert written.endswith(f"::{text}\n") and written.count("\n") == 1


def test_github_without_findings_is_empty() -> None:
    assert render("github") == ""


def test_lines_are_asked_for_by_the_path_of_the_violation() -> None:
    asked: list[str] = []

    def lines(path: str) -> Sequence[str]:
        asked.append(path)
        return ()

    render("text", BYPASS, COPY, lines=lines)
    assert asked == ["chat/api.py", "chat/copy.py"]

"""`split_noqa` keeps and drops what the real flake8 keeps and drops."""

from __future__ import annotations

import subprocess
import sys
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Violation
from ssot_lint.suppress import noqa
from ssot_lint.suppress.noqa import split_noqa

# Reports every assignment to a name that begins with `bad`, at the name, so that flake8 has violations of its own.
PLUGIN = '''
import ast


class Plugin:
    name, version = "bad", "1"

    def __init__(self, tree):
        self.tree = tree

    def run(self):
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and node.id.startswith("bad"):
                yield node.lineno, node.col_offset, "SOT101 bad name", type(self)
'''

PIECES = (
    "# noqa", ": ", ":", "SOT101", "E501", ",", "\n", "\r\n", "\r", " ", "x = (", ")", "x = 1", "\"\"\"", "# flake8: noqa", "NOQA",
    "# ", "sot1", "\f", "\\\n",
)
"""What texts with comments in all positions are made of."""

CASES = {
    "no comment": "bad = 1\n",
    "blanket": "bad = 1  # noqa\n",
    "the code": "bad = 1  # noqa: SOT101\n",
    "without a blank": "bad = 1  # noqa:SOT101\n",
    "beginning of the code": "bad = 1  # noqa:SOT1\n",
    "letters of the code": "bad = 1  # noqa: SOT\n",
    "longer than the code": "bad = 1  # noqa: SOT1011\n",
    "foreign code": "bad = 1  # noqa: E501\n",
    "blank before the colon": "bad = 1  # noqa : E501\n",
    "two blanks after the colon": "bad = 1  # noqa:  E501\n",
    "lower-case code": "bad = 1  # noqa: sot101\n",
    "upper-case word": "bad = 1  # NOQA: SOT101\n",
    "mixed-case word": "bad = 1  # NoQA:E501\n",
    "no blank after the hash": "bad = 1  #noqa\n",
    "two blanks after the hash": "bad = 1  #  noqa\n",
    "codes with commas": "bad = 1  # noqa: E501,SOT101\n",
    "codes with comma and blank": "bad = 1  # noqa: E501, SOT101\n",
    "codes with blanks only": "bad = 1  # noqa: E501 SOT101\n",
    "codes with several commas": "bad = 1  # noqa: E501,,  SOT101\n",
    "codes and an explanation": "bad = 1  # noqa: E501 because of SOT101\n",
    "explanation with a dash": "bad = 1  # noqa: SOT101 - it is fine\n",
    "explanation without codes": "bad = 1  # noqa: it is fine\n",
    "after another comment": "bad = 1  # type: ignore  # noqa: SOT101\n",
    "two of them, the second right": "bad = 1  # noqa: E501  # noqa: SOT101\n",
    "in a string": 'bad = "# noqa"\n',
    "on the line before": "# noqa: SOT101\nbad = 1\n",
    "on the line after": "bad = 1\n# noqa: SOT101\n",
    "second line of a multi-line string": 'bad = """\n# noqa: SOT101\n"""\n',
    "after a multi-line string": 'bad = """\ntext\n"""  # noqa: SOT101\n',
    "foreign code after a multi-line string": 'bad = """\ntext\n"""  # noqa: E501\n',
    "name below a multi-line string": 'x = """\ntext\n""" + str(bad)  # noqa: SOT101\n',
    "backslash, comment at the end": "bad = \\\n    1  # noqa: SOT101\n",
    "backslash, name on the second line": "x = 1 + \\\n    bad  # noqa: SOT101\n",
    "backslash twice": "bad = \\\n    1 + \\\n    2  # noqa\n",
    "in parentheses, own line": "x = (\n    bad,  # noqa: SOT101\n    bad2,\n)\n",
    "in parentheses, last line": "x = (\n    bad,\n)  # noqa: SOT101\n",
    "whole file": "# flake8: noqa\nbad = 1\n",
    "whole file, at its end": "bad = 1\n# flake8: noqa\n",
    "whole file, equals sign": "# flake8=noqa\nbad = 1\n",
    "whole file, upper case": "# FLAKE8: NOQA\nbad = 1\n",
    "whole file, with a code": "# flake8: noqa: E501\nbad = 1\n",
    "whole file, behind code": "x = 1  # flake8: noqa\nbad = 1\n",
    "whole file, indented": "if 1:\n    # flake8: noqa\n    bad = 1\n",
    "form feed before": "x = 1\n\fbad = 1  # noqa: SOT101\n",
    "form feed within the line": "x = 1\nbad = 1\f  # noqa: SOT101\ny = bad\n",
    "other separators are no line ends": "x = '\x1c\u2028'\nbad = 1  # noqa\ny = bad\n",
    "carriage return and line feed": "x = 1\r\nbad = 1  # noqa: SOT101\r\ny = bad\r\n",
    "CRLF in a multi-line string": 'bad = """\r\ntext\r\n"""  # noqa: SOT101\r\ny = bad\r\n',
    "old Mac newlines": "x = 1\rbad = 1  # noqa: SOT101\ry = bad\r",
    "byte order mark": "\ufeffbad = 1  # noqa: SOT101\nbad2 = 1\n",
    "no newline at the end": "bad = 1  # noqa: SOT101",
    "f-string over several lines": 'x = f"""\n{bad}\n"""  # noqa: SOT101\n',
    "characters outside ASCII": "x = 'é'; bad = '日本'  # noqa: SOT101 – gut so\n",
}


@pytest.fixture(scope="module")
def left_by_flake8(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[int, int]]]:
    """What the real flake8 still reports of each case, asked for all of them at once."""
    folder = tmp_path_factory.mktemp("noqa")
    (folder / "bad_plugin.py").write_text(PLUGIN)
    (folder / "flake8.ini").write_text("[flake8:local-plugins]\nextension =\n    SOT = bad_plugin:Plugin\npaths = .\n")
    files = {f"case{number}.py": name for number, name in enumerate(CASES)}
    for file, name in files.items():
        (folder / file).write_bytes(CASES[name].encode())
    command = [sys.executable, "-m", "flake8", "--config=flake8.ini", "--select=SOT101", "--jobs=1", *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    assert done.stderr == ""
    left: dict[str, set[tuple[int, int]]] = {name: set() for name in CASES}
    for line in done.stdout.splitlines():
        file, row, column, _ = line.split(":", 3)
        left[files[file]].add((int(row), int(column)))
    return left


def violations_in(text: str) -> list[Violation]:
    """The same finding that the plugin makes, for every name."""
    import ast

    tree = ast.parse(text.encode())
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id.startswith("bad")]
    return [violation(node.lineno, node.col_offset + 1) for node in names]


def violation(line: int, column: int, code: str = "SOT101") -> Violation:
    return Violation("case.py", Span(line, column, line, column + 3), "import-bypass", "bad name", code=code)


@pytest.mark.parametrize("name", CASES)
def test_keeps_what_flake8_keeps(name: str, left_by_flake8: dict[str, set[tuple[int, int]]]) -> None:
    found = violations_in(CASES[name])
    assert found

    kept, suppressed = split_noqa("case.py", CASES[name], found)

    assert {(one.span.line, one.span.column) for one in kept} == left_by_flake8[name]
    assert suppressed == len(found) - len(kept)


def test_the_cases_tell_forms_apart(left_by_flake8: dict[str, set[tuple[int, int]]]) -> None:
    assert left_by_flake8["no comment"] and left_by_flake8["foreign code"]
    assert not left_by_flake8["the code"] and not left_by_flake8["after a multi-line string"]


def test_a_file_without_tokens_is_judged_line_by_line() -> None:
    text = "x = (  # noqa: SOT901\ny = '''\n"
    with pytest.raises((tokenize.TokenError, SyntaxError)):
        list(tokenize.generate_tokens(iter(text.splitlines(True)).__next__))

    assert split_noqa("a.py", text, [violation(1, 5, "SOT901")]) == ([], 1)
    assert split_noqa("a.py", text, [violation(2, 5, "SOT901")])[1] == 0


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(["SOT101", "E501", "SOT1"]))
def test_no_comment_is_passed_over(text: str, code: str) -> None:
    """The quick look at all comments of a file takes none for harmless that flake8 would obey."""
    found = [violation(line, 1, code) for line in range(1, text.count("\n") + text.count("\r") + 2)]
    comments = noqa.Comments("a.py", text)
    assert split_noqa("a.py", text, found)[0] == [item for item in found if not comments.suppress(item)]


def test_a_position_behind_the_file_is_never_suppressed() -> None:
    found = [violation(9, 1)]
    assert split_noqa("a.py", "x = 1  # noqa\n", found) == (found, 0)


def test_order_is_kept_and_codes_are_judged_one_by_one() -> None:
    text = "a = 1  # noqa: NTX1\nb = 2\n"
    found = [violation(2, 1, "NTX101"), violation(1, 1, "SOT201"), violation(1, 1, "NTX101")]
    assert split_noqa("a.py", text, found) == (found[:2], 1)


def test_flake8_is_imported_only_for_files_that_mention_noqa(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from ssot_lint.model.spans import Span\n"
        "from ssot_lint.model.violation import Violation\n"
        "from ssot_lint.suppress.noqa import split_noqa\n"
        "found = [Violation('a.py', Span(1, 1, 1, 2), 'import-bypass', 'm', code='SOT101')]\n"
        "split_noqa('a.py', 'x = 1\\n', found)\n"
        "print('flake8' in sys.modules)\n"
        "split_noqa('a.py', 'x = 1  # NOQA\\n', found)\n"
        "print('flake8' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.split() == ["False", "True"], done.stderr

"""Runs the scenario documents, and holds the harness to its word. `tests/scenario.py` tells how one is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Violation
from ssot_lint.rules.registry import rules
from tests.scenario import Case, ScenarioError, buffer_differences, compare, parse, read_document, run

HERE = Path(__file__).parent
DOCUMENTS = sorted([*HERE.glob("rules/*.md"), *HERE.glob("scenarios/*.md")])
MANY_FACED_RULES = ["import-bypass", "removed-call", "duck-typed-signature"]


def collected() -> list[object]:
    """Each case under its readable id; for a document that cannot be read, the reason in its place."""
    parameters: list[object] = []
    for path in DOCUMENTS:
        try:
            parameters += [pytest.param(case, id=case.id) for case in read_document(path, rules())]
        except ScenarioError as error:
            parameters.append(pytest.param(error, id=path.name))
    return parameters


@pytest.mark.parametrize("case", collected())
def test_scenario(case: Case | ScenarioError, tmp_path: Path) -> None:
    if isinstance(case, ScenarioError):
        pytest.fail(str(case), pytrace=False)
    if differences := run(case, tmp_path) or buffer_differences(case, tmp_path):
        pytest.fail("\n".join([f"{case.id} (- announced, + found)", *differences]), pytrace=False)


@pytest.mark.parametrize("rule", MANY_FACED_RULES)
def test_a_rule_with_many_faces_shows_at_least_15_of_them(rule: str) -> None:
    cases = read_document(HERE / "rules" / f"{rule.replace('-', '_')}.md", rules())
    silent = [case for case in cases if all(expectation.rule != rule for expectation in case.expected)]
    assert len(cases) >= 15
    assert len(silent) >= 3


RULES = ["import-bypass", "removed-call", "unreadable-file"]

DOCUMENT = """
# A document

`shared.py`:

```python
import old  # error: [import-bypass]
```

## The first case

Prose in between.

`a.py`:

```python
import old  # error: 8 [import-bypass] "from new" [removed-call]
```

## The second case

`shared.py`: (absent)

`text.md`:

````markdown
## No heading
```python
```
````

`b.py`:

```python
'''
import old
'''
```

```expected
b.py:2:8 removed-call "gone"
b.py:2 import-bypass
```
"""


def violation(path: str, line: int, column: int, rule: str, message: str = "") -> Violation:
    return Violation(path=path, span=Span(line, column, line, column + 1), rule=rule, message=message)


def case_of(text: str, default: list[str] | None = None) -> Case:
    [case] = parse("document.md", text, RULES, default)
    return case


def marked(marker: str, head: str = "") -> str:
    return f"{head}\n## A case\n\n`a.py`:\n\n```python\nimport old  {marker}\n```\n"


def test_a_case_has_the_files_of_the_head_and_its_own() -> None:
    first, second = parse("document.md", DOCUMENT, RULES)
    assert first.id == "document.md::The first case"
    assert sorted(first.files) == ["a.py", "shared.py"]
    assert sorted(second.files) == ["b.py", "text.md"]
    assert second.files["text.md"] == b"## No heading\n```python\n```\n"


def test_a_case_overrides_a_shared_file() -> None:
    head = "`a.py`:\n```python\nimport gone  # error: [removed-call]\n```\n"
    case = case_of(marked("", head))
    assert case.files == {"a.py": b"import old  \n"}
    assert case.expected == ()


def test_a_file_is_written_in_the_encoding_its_fence_names(tmp_path: Path) -> None:
    case = case_of("## A case\n`a.py`:\n```python encoding=latin-1\nx = 'é'\n```\n")
    run(case, tmp_path, check=lambda root: [])
    assert (tmp_path / "a.py").read_bytes() == b"x = '\xe9'\n"


def test_what_is_announced_and_found_makes_no_difference() -> None:
    first, second = parse("document.md", DOCUMENT, RULES)
    assert not compare(
        first,
        [
            violation("shared.py", 1, 1, "import-bypass"),
            violation("a.py", 1, 1, "removed-call"),
            violation("a.py", 1, 8, "import-bypass", "use `from new import x`"),
        ],
    )
    assert not compare(
        second, [violation("b.py", 2, 1, "import-bypass"), violation("b.py", 2, 8, "removed-call", "is gone")]
    )


def test_what_is_found_and_not_announced_is_a_difference() -> None:
    found = [violation("a.py", 1, 8, "import-bypass", "the message")]
    assert compare(case_of(marked("")), found) == ["+ a.py:1:8 [import-bypass] the message"]


def test_a_second_finding_under_one_marker_is_a_difference() -> None:
    found = [violation("a.py", 1, column, "import-bypass") for column in (8, 20)]
    assert compare(case_of(marked("# error: [import-bypass]")), found) == ["+ a.py:1:20 [import-bypass] "]


@pytest.mark.parametrize(
    "other",
    [
        violation("a.py", 2, 8, "import-bypass", "from new"),
        violation("a.py", 1, 9, "import-bypass", "from new"),
        violation("a.py", 1, 8, "removed-call", "from new"),
        violation("a.py", 1, 8, "import-bypass", "from elsewhere"),
        violation("b.py", 1, 8, "import-bypass", "from new"),
    ],
    ids=["line", "column", "rule", "message", "path"],
)
def test_a_finding_that_differs_from_its_announcement_is_two_differences(other: Violation) -> None:
    signs = [line[0] for line in compare(case_of(marked('# error: 8 [import-bypass] "from new"')), [other])]
    assert sorted(signs) == ["+", "-"]


def test_a_strict_announcement_chooses_before_an_open_one() -> None:
    found = [violation("a.py", 1, column, "import-bypass") for column in (8, 20)]
    assert not compare(case_of(marked("# error: [import-bypass] 8 [import-bypass]")), found)


def test_only_the_rules_named_in_the_head_are_compared_and_unreadable_files() -> None:
    found = [violation("a.py", 1, 1, rule) for rule in RULES]
    narrowed = case_of(marked("# error: [removed-call]", "rules: removed-call"), default=["import-bypass"])
    assert compare(narrowed, found) == ["+ a.py:1:1 [unreadable-file] "]
    by_default = case_of(marked("# error: [import-bypass]"), default=["import-bypass"])
    assert compare(by_default, found) == ["+ a.py:1:1 [unreadable-file] "]
    everything = case_of(marked("# error: [import-bypass] [removed-call]", "rules: all"), default=[])
    assert compare(everything, found) == ["+ a.py:1:1 [unreadable-file] "]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# Nothing but a title\n", "no case"),
        ("## A case\nProse only.\n", "has no file of its own"),
        ("## A case\n```python\nx = 1\n```\n", "nothing reads this fence"),
        ("## A case\n  ```python\n  x = 1\n  ```\n", "an indented fence"),
        ("## A case\n`a.py`:\n```python\nx = 1\n", "never closed"),
        ("## A case\n`a.py`:\n", "no fence with its content follows"),
        ("## A case\n`a.py`:\n## Another\n", "no fence with its content follows"),
        ("## A case\n`a.py`: (absent)\n", "without having been there"),
        ("## A case\n`a.py`:\n```\n```\n`a.py`:\n```\n```\n", "stands twice"),
        ("## A case\n`../a.py`:\n```\n```\n", "no plain path"),
        ("## A case\n`a.py`:\n```python encoding=ascii\né\n```\n", "can't encode"),
        (marked("") + marked(""), "a second case named `A case`"),
        (marked("# error: [import-bypas]"), "unknown rule `import-bypas`"),
        (marked("# error: [removed-call]", "rules: import-bypass"), "unknown rule `removed-call`"),
        (marked("", "rules: import-bypas"), "unknown rule `import-bypas`"),
        (marked("") + "rules: removed-call\n", "in the head of the document"),
        (marked("# error: import-bypass"), "cannot read the marker from `import-bypass` on"),
        (marked("# error:"), "a marker without a rule"),
        (marked("# error [import-bypass]"), "a marker reads"),
        (marked("# Error: [import-bypass]"), "a marker reads"),
        (marked("") + "```expected\na.py import-bypass\n```\n", "is not `path:line"),
        (marked("") + "```expected\nb.py:1 import-bypass\n```\n", "`b.py` is no file of the case"),
        (marked("") + "```expected\na.py:1 nothing\n```\n", "unknown rule `nothing`"),
        (marked("") + "```expected\n```\n", "an empty `expected` block"),
        (marked("", "```expected\na.py:1 import-bypass\n```\n"), "belongs to a case"),
    ],
)
def test_a_document_that_tests_less_than_it_seems_to_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        parse("document.md", text, RULES)
    assert problem in str(raised.value)


def test_a_document_named_after_no_rule_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    document = tmp_path / "rules" / "import_bypas.md"
    document.write_text(marked(""), encoding="utf-8")
    with pytest.raises(ScenarioError, match="unknown rule `import-bypas`"):
        read_document(document, RULES)


def test_the_real_check_finds_an_unannounced_mistake_in_a_case(tmp_path: Path) -> None:
    configuration = "`ssot-lint.toml`:\n```toml\n```\n"
    broken = case_of(marked("import", configuration))
    [difference] = run(broken, tmp_path)
    assert difference.startswith("+ a.py:1:") and "[unreadable-file]" in difference

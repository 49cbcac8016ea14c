"""What holds for every rule, every option and every change, whoever adds the next one."""

from __future__ import annotations

import importlib.metadata
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
import tomli

from scripts.docs import ROOT
from ssot_lint.config.shape import BridgeTable, DuplicatesTable, InlineTable, PolicyTable, ScopeTable, TruthTable
from ssot_lint.rules.registry import rule_modules, rules
from tests.scenario import Case, read_document

SECTIONS = [
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "Options",
    "Fix safety",
    "Known limits",
]
RULES = pytest.mark.parametrize("name", list(rule_modules()))
TABLES: dict[str, type[msgspec.Struct]] = {
    "": PolicyTable,
    "unreadable-file.": ScopeTable,
    "missing-import.": ScopeTable,
    "truth.": TruthTable,
    "truth.duplicates.": DuplicatesTable,
    "truth.inline.": InlineTable,
    "truth.bridge.": BridgeTable,
}
KINDS = ("Added", "Changed", "Fixed", "Removed")


def docstring(name: str) -> str:
    return inspect.cleandoc(rule_modules()[name].__doc__ or "")


def section(name: str, title: str) -> str:
    return docstring(name).partition(f"## {title}\n")[2].partition("\n## ")[0].strip()


def cases(name: str) -> list[Case]:
    return read_document(ROOT / "tests" / "rules" / f"{name.replace('-', '_')}.md", rules())


def options() -> Iterator[str]:
    """Each key of the configuration as its page writes it: `truth.duplicates.names`."""
    for prefix, table in TABLES.items():
        for field in msgspec.structs.fields(table):
            yield prefix + field.encode_name


def sources() -> list[Path]:
    return sorted((ROOT / "ssot_lint").rglob("*.py"))


def test_no_two_rules_share_a_code() -> None:
    codes = [rule.code for rule in rules().values()]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("module", list(rule_modules().values()), ids=list(rule_modules()))
def test_a_rule_is_called_like_its_module(module: ModuleType) -> None:
    assert module.RULE.name.replace("-", "_") == module.__name__.rpartition(".")[2]


@RULES
def test_a_rule_is_documented_after_the_template(name: str) -> None:
    summary, blank, *_ = [*docstring(name).splitlines(), "", ""]
    assert summary.endswith(".") and not blank
    assert re.findall(r"^## (.*)$", docstring(name), re.MULTILINE) == SECTIONS
    assert all(section(name, title) for title in SECTIONS)


@RULES
def test_the_options_that_a_rule_names_exist(name: str) -> None:
    """Each is an item of a list, ``* `truth.removed`: what it does``; a rule without options says "None."."""
    items = re.findall(r"^\* `([^`]+)`", section(name, "Options"), re.MULTILINE)
    assert items or section(name, "Options").startswith("None")
    assert set(items) <= set(options())


@RULES
def test_a_rule_is_raised_by_a_case_and_silent_in_another(name: str) -> None:
    raised = [any(expectation.rule == name for expectation in case.expected) for case in cases(name)]
    assert any(raised) and not all(raised)


@pytest.mark.parametrize("option", list(options()))
def test_an_option_is_documented(option: str) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert f"### `{option}`\n" in page


def test_the_page_documents_no_option_that_does_not_exist() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### `(.*)`$", page, re.MULTILINE)) == set(options())


@pytest.mark.parametrize("fragment", sorted((ROOT / "changelog.d").iterdir()), ids=lambda path: path.name)
def test_a_changelog_fragment_is_well_formed(fragment: Path) -> None:
    assert re.fullmatch(r"[a-z0-9-]+\.md", fragment.name)
    for entry in fragment.read_text(encoding="utf-8").strip().split("\n\n"):
        assert re.match(rf"({'|'.join(KINDS)}): \S.*\.$", entry.replace("\n", " "))


def test_the_version_stands_in_one_place() -> None:
    version = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    texts = [*sources(), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "setup.cfg"]
    texts.remove(ROOT / "CHANGELOG.md")
    assert [path for path in texts if re.search(rf"\b{re.escape(version)}\b", path.read_text(encoding="utf-8"))] == []
    assert importlib.metadata.version("ssot-lint") == version

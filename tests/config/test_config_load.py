"""What a valid configuration means, in both files, and that `show` writes it so that it loads again."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from ssot_lint.config import load, show
from ssot_lint.model.policy import Bridge, Duplicates, ObjectPath, PathException, Policy, Retirement, Truth
from ssot_lint.rules.registry import rules

Form = Callable[[Path, str], str]

ENGINE = ObjectPath("chat.user_engine", "UserEngine")
ENVIRONMENT = ObjectPath("chat.environment", "get_env")

FULL = """
src = [".", "libs/*/src", "a/../b"]
exclude = ["build/", "!build/keep.py", "[ab].py"]
gone = ["chat.helpers", "chat.utils:retry"]

[codes]
import-bypass = "NTX101"
removed-call = "SOT101"
[severity]
import-bypass = "warning"
duplicate-name = "off"
[per-path]
"tests/legacy/" = ["import-bypass", "NTX", "SOT2"]
"späte/\\u0022" = []
"*.pyi" = ["SOT901", "unreadable-file"]

[[truth]]
name = "engine"
canonical = "chat.user_engine:UserEngine"
owner = "@platform"
facades = ["chat"]
retired = ["chat.engine_consolidated", "chat.engine:EngineInner"]
factories = ["chat.factory:create_engine"]
lifetime = "request"
required-arguments = ["context", "größe"]
events = ["agent_started", "agent.completed"]
allow-in = ["chat.migration"]
[truth.removed]
create_from_legacy = "construct it \\"directly\\" \\\\ at once"
[truth.duplicates]
names = ["*Engine", "[A-Z]ngine?"]
implements = ["chat.interface:IEngine"]
allow = ["chat.mcp:MCPEngine"]
similarity = 0.75

[[truth.bridge]]
target = "chat.engine"
until = 2027-03-01
issue = "#565"
[[truth.bridge]]
target = "chat.factory:Factory.create_engine"
until = "2027-12-31"
owner = "@chat"

[[truth]]
name = "environment"
canonical = "chat.environment:get_env"
retired = ["os:environ"]

[[truth]]
name = "a module"
canonical = "chat.settings"

[moved]
"chat.old_utils" = "chat.new_utils"
"chat.engine:make" = "chat.factory:make"
"chat.factory:make" = "chat.factory:create"
"""


def own_file(folder: Path, toml: str) -> str:
    file = folder / "ssot-lint.toml"
    file.write_text(toml, encoding="utf-8")
    return str(file)


def pyproject(folder: Path, toml: str) -> str:
    """The same configuration as `own_file` writes, as tables of a `pyproject.toml`."""
    nested = re.sub(r"^(\[+)", r"\1tool.ssot-lint.", toml, flags=re.MULTILINE)
    file = folder / "pyproject.toml"
    file.write_text(f'[project]\nname = "chat"\n[tool.other]\nx = 1\n[tool.ssot-lint]\n{nested}', encoding="utf-8")
    return str(file)


FORMS = pytest.mark.parametrize("form", [own_file, pyproject])


@FORMS
def test_an_empty_configuration_is_the_defaults(tmp_path: Path, form: Form) -> None:
    file = form(tmp_path, "")
    assert load(file) == Policy(
        file=file,
        codes={name: rule.code for name, rule in rules().items()},
        severity={name: rule.severity for name, rule in rules().items()},
    )


@FORMS
def test_paths_and_patterns(tmp_path: Path, form: Form) -> None:
    policy = load(form(tmp_path, FULL))
    assert policy.src == (".", "libs/*/src", "a/../b")
    assert policy.exclude == ("build/", "!build/keep.py", "[ab].py")


@FORMS
def test_truths(tmp_path: Path, form: Form) -> None:
    assert load(form(tmp_path, FULL)).truths == (
        Truth(
            name="engine",
            canonical=ENGINE,
            key="truth[0]",
            owner="@platform",
            facades=("chat",),
            retired=(ObjectPath("chat.engine_consolidated"), ObjectPath("chat.engine", "EngineInner")),
            removed={"create_from_legacy": 'construct it "directly" \\ at once'},
            factories=(ObjectPath("chat.factory", "create_engine"),),
            lifetime="request",
            required_arguments=("context", "größe"),
            events=("agent_started", "agent.completed"),
            allow_in=("chat.migration",),
            duplicates=Duplicates(
                names=("*Engine", "[A-Z]ngine?"),
                implements=(ObjectPath("chat.interface", "IEngine"),),
                similarity=0.75,
                allow=(ObjectPath("chat.mcp", "MCPEngine"),),
            ),
            bridges=(
                Bridge(ObjectPath("chat.engine"), date(2027, 3, 1), "#565", "@platform"),
                Bridge(ObjectPath("chat.factory", "Factory.create_engine"), date(2027, 12, 31), "", "@chat"),
            ),
        ),
        Truth(name="environment", canonical=ENVIRONMENT, key="truth[1]", retired=(ObjectPath("os", "environ"),)),
        Truth(name="a module", canonical=ObjectPath("chat.settings"), key="truth[2]"),
    )


@FORMS
def test_retirements_are_the_truths_then_moved_then_gone(tmp_path: Path, form: Form) -> None:
    create = ObjectPath("chat.factory", "create")
    make = ObjectPath("chat.factory", "make")
    assert load(form(tmp_path, FULL)).retirements == (
        Retirement(ObjectPath("chat.engine_consolidated"), ENGINE, "retired", "engine"),
        Retirement(ObjectPath("chat.engine", "EngineInner"), ENGINE, "retired", "engine"),
        Retirement(ObjectPath("os", "environ"), ENVIRONMENT, "retired", "environment"),
        Retirement(ObjectPath("chat.old_utils"), ObjectPath("chat.new_utils"), "moved"),
        Retirement(ObjectPath("chat.engine", "make"), make, "moved"),
        Retirement(make, create, "moved"),
        Retirement(ObjectPath("chat.helpers"), None, "gone"),
        Retirement(ObjectPath("chat.utils", "retry"), None, "gone"),
    )


@FORMS
def test_codes_may_change_hands(tmp_path: Path, form: Form) -> None:
    policy = load(form(tmp_path, FULL))
    defaults = {name: rule.code for name, rule in rules().items()}
    assert policy.codes == {**defaults, "import-bypass": "NTX101", "removed-call": "SOT101"}
    assert list(policy.codes) == list(rules())


@FORMS
def test_severity(tmp_path: Path, form: Form) -> None:
    defaults = {name: rule.severity for name, rule in rules().items()}
    expected = {**defaults, "import-bypass": "warning", "duplicate-name": "off"}
    assert load(form(tmp_path, FULL)).severity == expected


@FORMS
def test_exceptions_are_resolved_to_rules(tmp_path: Path, form: Form) -> None:
    sot2 = tuple(name for name, rule in rules().items() if rule.code.startswith("SOT2"))
    unreadable = ("unreadable-file",)
    by_items = (("import-bypass", ("import-bypass",)), ("NTX", ("import-bypass",)), ("SOT2", sot2))
    assert load(form(tmp_path, FULL)).per_path == (
        PathException("tests/legacy/", ("import-bypass", *sot2), by_items),
        PathException('späte/"', ()),
        PathException("*.pyi", unreadable, (("SOT901", unreadable), ("unreadable-file", unreadable))),
    )


@pytest.mark.parametrize("code", ["A", "ABC", "A1", "ABC123"])
def test_codes_that_flake8_accepts(tmp_path: Path, code: str) -> None:
    assert load(own_file(tmp_path, f'codes.import-bypass = "{code}"')).codes["import-bypass"] == code


def test_a_file_of_any_other_name_has_its_tables_at_top_level(tmp_path: Path) -> None:
    file = tmp_path / "strict.toml"
    file.write_text('gone = ["a"]', encoding="utf-8")
    assert [str(retirement.path) for retirement in load(str(file)).retirements] == ["a"]


def test_a_name_of_a_retired_module_may_be_retired_on_its_own(tmp_path: Path) -> None:
    policy = load(own_file(tmp_path, 'gone = ["a.old", "a.old:Y"]\n[moved]\n"a.old:X" = "a.new:X"'))
    assert [str(retirement.path) for retirement in policy.retirements] == ["a.old:X", "a.old", "a.old:Y"]


@FORMS
@pytest.mark.parametrize("toml", ["", FULL, 'gone = ["a", "b"]', 'moved."a.b" = "a.c"'])
def test_what_show_writes_loads_to_the_same_policy(tmp_path: Path, form: Form, toml: str) -> None:
    file = form(tmp_path, toml)
    policy = load(file)
    Path(file).write_text(show(policy), encoding="utf-8")
    assert load(file) == policy


def test_show_breaks_long_arrays(tmp_path: Path) -> None:
    modules = [f"chat.module_{number}" for number in range(20)]
    file = own_file(tmp_path, f"gone = {modules}")
    shown = show(load(file))
    assert 'gone = [\n    "chat.module_0",\n    "chat.module_1",\n' in shown
    Path(file).write_text(shown, encoding="utf-8")
    assert [str(retirement.path) for retirement in load(file).retirements] == modules


def test_show_reads_like_a_configuration(tmp_path: Path) -> None:
    policy = load(own_file(tmp_path, FULL))
    few = {"codes": {"import-bypass": "NTX101"}, "severity": {"import-bypass": "warning"}}
    assert show(msgspec.structs.replace(policy, truths=policy.truths[:1], **few)) == """\
src = [".", "libs/*/src", "a/../b"]
exclude = ["build/", "!build/keep.py", "[ab].py"]
gone = ["chat.helpers", "chat.utils:retry"]

[codes]
import-bypass = "NTX101"

[severity]
import-bypass = "warning"

[per-path]
"tests/legacy/" = ["import-bypass", "NTX", "SOT2"]
"späte/\\"" = []
"*.pyi" = ["SOT901", "unreadable-file"]

[moved]
"chat.old_utils" = "chat.new_utils"
"chat.engine:make" = "chat.factory:make"
"chat.factory:make" = "chat.factory:create"

[[truth]]
name = "engine"
canonical = "chat.user_engine:UserEngine"
owner = "@platform"
lifetime = "request"
facades = ["chat"]
retired = ["chat.engine_consolidated", "chat.engine:EngineInner"]
factories = ["chat.factory:create_engine"]
allow-in = ["chat.migration"]
required-arguments = ["context", "größe"]
events = ["agent_started", "agent.completed"]

[truth.removed]
create_from_legacy = "construct it \\"directly\\" \\\\ at once"

[truth.duplicates]
names = ["*Engine", "[A-Z]ngine?"]
implements = ["chat.interface:IEngine"]
allow = ["chat.mcp:MCPEngine"]
similarity = 0.75

[[truth.bridge]]
target = "chat.engine"
until = 2027-03-01
issue = "#565"
owner = "@platform"

[[truth.bridge]]
target = "chat.factory:Factory.create_engine"
until = 2027-12-31
owner = "@chat"
"""


def test_importing_the_package_loads_nothing_that_finding_does_not_need() -> None:
    script = "import sys, ssot_lint.config; print(*{'tomli', 'pathspec', 'difflib', 'astroid'} & sys.modules.keys())"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []

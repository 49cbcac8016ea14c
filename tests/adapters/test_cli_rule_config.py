"""`ssot-lint rule` and `ssot-lint config`, as the real program."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from ssot_lint import config
from ssot_lint.rules.registry import rule_modules, rules
from tests.adapters.program import CONFIGURATION, project, ssot_lint

REMAPPED = CONFIGURATION + '[tool.ssot-lint.codes]\nimport-bypass = "NTX101"\n'
LENIENT = REMAPPED + '[tool.ssot-lint.severity]\nimport-bypass = "warning"\n'


def out(*arguments: str, cwd: Path) -> str:
    done = ssot_lint(*arguments, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().replace("\r\n", "\n")


IDLE = """
[[tool.ssot-lint.truth]]
name = "job"
canonical = "idle.job:Job"
facades = ["idle.api", "idle"]
factories = ["idle.job:make", "idle.job:Job.made", "elsewhere:make", "idle.job:Job.build"]
required-arguments = ["context", "contxt"]
allow-in = ["idle", "idle.gone"]
removed = { run = "call make" }
duplicates = { implements = ["idle.job:Base", "abc:ABC", "idle.job:Bse"], allow = ["idle.job:nothing"] }
[[tool.ssot-lint.truth.inline]]
call = "run(a)"
with = "lost(a) + make(a)"
imports = ["idle.job:lost", "idle.job:make"]
[[tool.ssot-lint.truth.bridge]]
target = "idle.bridge"
until = 2030-01-01
[[tool.ssot-lint.truth.bridge]]
target = "idle.job:make"
until = 2030-01-01

[[tool.ssot-lint.truth]]
name = "open"
canonical = "idle.job:Open"
required-arguments = ["anything"]
duplicates = { similarity = 0 }

[[tool.ssot-lint.truth]]
name = "limit"
canonical = "idle.job:LIMIT"

[tool.ssot-lint.per-path]
"tests/legacy/" = ["import-bypass"]
"idle/" = ["import-bypass"]
"""
IDLE_FILES = {
    "idle/__init__.py": "",
    "idle/job.py": (
        "LIMIT = 1\n\n\nclass Base:\n    pass\n\n\n"
        "class Job(Base):\n    def __init__(self, context, *args, other=None): ...\n"
        "    @classmethod\n    def build(cls): return cls(1)\n\n\ndef make(a): return Job(a)\n\n\n"
        "class Open:\n    def __init__(self, **options): ...\n"
    ),
}


class TestRule:
    def test_lists_every_rule(self, tmp_path: Path) -> None:
        lines = out("rule", cwd=tmp_path).splitlines()
        assert [line.split()[:3] for line in lines] == [[r.code, r.name, r.severity] for r in rules().values()]
        assert all(line.endswith(rule.summary) for line, rule in zip(lines, rules().values(), strict=True))

    @pytest.mark.parametrize("name", rules())
    def test_explains_a_rule_by_the_words_of_its_module(self, tmp_path: Path, name: str) -> None:
        code = rules()[name].code
        shown = out("rule", name, cwd=tmp_path)
        assert shown.startswith(f"{code} {name} ({rules()[name].severity})\n\n")
        assert shown.endswith(inspect.cleandoc(rule_modules()[name].__doc__ or "").rstrip() + "\n")
        assert out("rule", code, cwd=tmp_path) == shown

    def test_shows_what_the_configuration_makes_of_it(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"pyproject.toml": LENIENT})
        head = "NTX101 import-bypass (warning, SOT101 by default)\n"
        assert out("rule", "NTX101", cwd=root).startswith(head)
        assert out("rule", "import-bypass", cwd=root / "chat").startswith(head)
        assert out("rule", "SOT101", cwd=root).startswith(head)
        assert out("rule", cwd=root).splitlines()[0].split()[:3] == ["NTX101", "import-bypass", "warning"]

    def test_a_configured_code_wins_over_the_default_of_another_rule(self, tmp_path: Path) -> None:
        swapped = CONFIGURATION + '[tool.ssot-lint.codes]\nimport-bypass = "SOT901"\nunreadable-file = "SOT101"\n'
        root = project(tmp_path, {"pyproject.toml": swapped})
        assert out("rule", "SOT901", cwd=root).startswith("SOT901 import-bypass (")
        assert out("rule", "SOT101", cwd=root).startswith("SOT101 unreadable-file (")

    def test_config_names_the_configuration(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"pyproject.toml": REMAPPED})
        (tmp_path / "elsewhere").mkdir()
        shown = out("rule", "NTX101", "--config", "../pyproject.toml", cwd=root / "elsewhere")
        assert shown.startswith("NTX101 import-bypass (error, SOT101 by default)\n")

    def test_an_unknown_one_is_an_error_with_the_nearest(self, tmp_path: Path) -> None:
        done = ssot_lint("rule", "imprt-bypass", cwd=tmp_path)
        assert done.returncode == 2
        assert b"no rule is called 'imprt-bypass'; did you mean import-bypass?" in done.stderr


class TestConfig:
    def test_show_prints_the_effective_configuration(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        shown = out("config", "show", cwd=root / "chat")
        assert shown == config.show(config.load(str(root / "pyproject.toml")))
        assert 'import-bypass = "SOT101"' in shown

    def test_validate_names_the_file_and_counts_the_truths(self, tmp_path: Path) -> None:
        done = ssot_lint("config", "validate", cwd=project(tmp_path))
        assert (done.returncode, done.stdout) == (0, b"OK: pyproject.toml declares 1 truth\n")
        assert b"truth[0].duplicates.similarity: the class `chat.engine:Engine` is too small" in done.stderr

    def test_validate_says_nothing_of_a_structure_that_nobody_looks_at(self, tmp_path: Path) -> None:
        off = CONFIGURATION + '[tool.ssot-lint.severity]\nduplicate-structure = "off"\n'
        root = project(tmp_path, {"pyproject.toml": off})
        assert out("config", "validate", cwd=root) == "OK: pyproject.toml declares 1 truth\n"

    def test_validate_with_config(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        done = ssot_lint("config", "validate", "--config", str(root / "pyproject.toml"), cwd=root / "chat")
        assert done.stdout.decode() == f"OK: {root / 'pyproject.toml'} declares 1 truth\n"

    def test_validate_looks_whether_truths_exist(self, tmp_path: Path) -> None:
        broken = CONFIGURATION.replace("chat.engine:", "chat.engines:")
        done = ssot_lint("config", "validate", cwd=project(tmp_path, {"pyproject.toml": broken}))
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"chat.engines" in done.stderr

    def test_validate_warns_of_what_can_have_no_effect(self, tmp_path: Path) -> None:
        idle = CONFIGURATION + IDLE
        done = ssot_lint("config", "validate", cwd=project(tmp_path, {"pyproject.toml": idle, **IDLE_FILES}))
        assert (done.returncode, done.stdout) == (0, b"OK: pyproject.toml declares 4 truths, with 10 warnings\n")
        said = done.stderr.decode().splitlines()
        assert len(said) == 12
        assert sum(line.startswith("ssot-lint: note: pyproject.toml: tool.ssot-lint.truth[") for line in said) == 2
        for part in (
            "truth[1].facades[0]: found `idle.api`, which does not exist; expected a module of the project: mend",
            "truth[1].factories[1]: found `idle.job:Job.made`, which does not exist; expected a function or method",
            "truth[1].factories[2]: found `elsewhere:make`, which does not exist",
            "truth[1].required-arguments[1]: found `contxt`, which the constructor of `idle.job:Job` does not take; "
            "expected one of its parameters (`context`, `other`): mend the name, or take it out",
            "truth[1].allow-in[1]: found `idle.gone`, which does not exist; expected a module or package",
            "truth[1].duplicates.implements[2]: found `idle.job:Bse`, which does not exist; expected a class",
            "truth[1].duplicates.allow[0]: found `idle.job:nothing`, which does not exist",
            "truth[1].inline[0].imports[0]: found `idle.job:lost`, which does not exist",
            "truth[1].bridge[0].target: found `idle.bridge`, which does not exist, so that nothing is tolerated",
            "truth[1].duplicates.similarity: the class `idle.job:Job` is too small for its copies to be known by their "
            "structure (it has ",
            'per-path."tests/legacy/": matches no file of the project',
        ):
            assert any(part in line for line in said), (part, said)

    @pytest.mark.parametrize("action", ["show", "validate"])
    def test_without_a_configuration_there_is_nothing_to_do(self, tmp_path: Path, action: str) -> None:
        done = ssot_lint("config", action, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"no configuration found for the current directory" in done.stderr
        assert b"[[tool.ssot-lint.truth]]" in done.stderr

    @pytest.mark.parametrize("action", ["show", "validate"])
    def test_a_broken_one_is_an_error(self, tmp_path: Path, action: str) -> None:
        done = ssot_lint("config", action, cwd=project(tmp_path, {"pyproject.toml": CONFIGURATION + "x = ["}))
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"pyproject.toml" in done.stderr and b"not valid TOML" in done.stderr

    def test_an_action_is_asked_for(self, tmp_path: Path) -> None:
        assert ssot_lint("config", cwd=tmp_path).returncode == 2

"""`ssot-lint check`, as the real program."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from ssot_lint.files.tools import TOOL_FOLDERS
from tests.adapters.program import (
    CHAT,
    CONFIGURATION,
    check_json,
    environment,
    flake8,
    flake8_found,
    found,
    project,
    ssot_lint,
    tree,
)

BYPASS = ("chat/api.py", 1, 22, "SOT101")


# Takes the parser a good while.
SLOW = "from chat.old import Engine\nx = [" + "a.b(c)[d], " * 3000 + "]\n"

INTERRUPTED = """
import multiprocessing
import os
import signal
import sys
import threading
import time

from ssot_lint.__main__ import main


def interrupt():
    while len(multiprocessing.active_children()) < 2:
        time.sleep(0.01)
    time.sleep(0.3)  # nobody is so quick; while the pool is being made, Python may lose an interrupt
    os.killpg(0, signal.SIGINT)


if __name__ == "__main__":
    multiprocessing.set_start_method("{method}")
    threading.Thread(target=interrupt, daemon=True).start()
    sys.exit(main(["check", "--jobs=2", "--no-cache"]))
"""


class TestExitStatus:
    def test_0_where_all_is_clean(self, tmp_path: Path) -> None:
        done = ssot_lint("check", "chat/clean.py", cwd=project(tmp_path))
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.startswith(b"No violations (1 file checked in ")

    def test_1_where_there_are_violations(self, tmp_path: Path) -> None:
        done = ssot_lint("check", cwd=project(tmp_path))
        assert done.returncode == 1
        assert b"chat/api.py:1:22: SOT101 " in done.stdout
        assert done.stderr == b""

    def test_0_all_the_same_with_exit_zero(self, tmp_path: Path) -> None:
        done = ssot_lint("check", "--exit-zero", cwd=project(tmp_path))
        assert done.returncode == 0
        assert b"chat/api.py:1:22: SOT101 " in done.stdout

    def test_0_where_there_are_warnings_only(self, tmp_path: Path) -> None:
        lenient = CONFIGURATION + '[tool.ssot-lint.severity]\nimport-bypass = "warning"\n'
        done = ssot_lint("check", cwd=project(tmp_path, {"pyproject.toml": lenient}))
        assert done.returncode == 0
        assert b"chat/api.py:1:22: SOT101 (warning) " in done.stdout
        assert b"1 warning in 1 file" in done.stdout

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([], "COMMAND"),
            (["chek"], "invalid choice"),
            (["check", "--bogus"], "--bogus"),
            (["check", "nowhere"], "error: nowhere: does not exist"),
            (["check", ""], "error: '': does not exist"),
            (["check", "--format", "xml"], "invalid choice: 'xml'"),
            (["check", "--jobs", "0"], "1 or more"),
            (["check", "--jobs", "many"], "many"),
            (["check", "--select", "SOT999"], "no rule is called 'SOT999', and no code begins so; did you mean SOT9"),
            (["check", "--ignore", "import-bypas"], "did you mean import-bypass?"),
            (["check", "--select", "sot1"], "'sot1', and no code begins so; did you mean SOT1?"),
            (["check", "--select", "SOT1,Import-Bypass"], "did you mean import-bypass?"),
            (["check", "--ignore", "sot101"], "did you mean SOT101?"),
            (["check", "--select", ""], "--select: names no rule; expected names of rules, codes, or prefixes"),
            (["check", "--select", " , "], "--select: names no rule"),
            (["check", "-"], "needs --stdin-filename"),
            (["check", "-", "--stdin-filename", "notes.txt"], "notes.txt ends in .txt; expected the name of a Python"),
            (["check", "-", "--stdin-filename", "chat"], "chat is a folder; expected the name of a Python file"),
            (["check", "-", "--stdin-filename", "nowhere/"], "nowhere/ is a folder"),
            (["check", "--cache-dir", "x", "--no-cache"], "not allowed with argument"),
            (["check", "--stdin-filename", "chat/api.py"], "with the PATH -"),
            (["check", "-", "chat", "--stdin-filename", "chat/api.py"], "together with other paths"),
            (["check", "--output", "no/such/folder/x"], "cannot write no/such/folder/x"),
            (["check", "--config", "no.toml"], "no.toml"),
            (["rule", "SOT1001"], "no rule is called 'SOT1001'; did you mean SOT101?"),
        ],
    )
    def test_2_where_the_command_line_cannot_be_obeyed(
        self, tmp_path: Path, arguments: list[str], said: str
    ) -> None:
        done = ssot_lint(*arguments, cwd=project(tmp_path))
        assert done.returncode == 2
        assert said in done.stderr.decode()
        assert done.stdout == b""

    @pytest.mark.parametrize(
        ("arguments", "command", "way_out"),
        [
            (["check", "--forma", "json"], "ssot-lint check", "--forma; did you mean --format?"),
            (["check", "--no-cahe"], "ssot-lint check", "--no-cahe; did you mean --no-cache?"),
            (["check", "--Select=SOT1"], "ssot-lint check", "--Select=SOT1; did you mean --select?"),
            (["check", "--zzz"], "ssot-lint check", "--zzz"),
            (["rule", "one", "two"], "ssot-lint rule", "two"),
            (["config", "show", "--confg", "x"], "ssot-lint config show", "--confg x; did you mean --config?"),
            (["--verison", "check"], "ssot-lint", "--verison; did you mean --version?"),
        ],
    )
    def test_2_and_the_usage_of_the_command_that_knows_no_such_option(
        self, tmp_path: Path, arguments: list[str], command: str, way_out: str
    ) -> None:
        done = ssot_lint(*arguments, cwd=project(tmp_path))
        said = done.stderr.decode().splitlines()
        assert done.returncode == 2
        assert said[0].startswith(f"usage: {command} [-h]")
        assert said[-1] == f"{command}: error: unrecognized arguments: {way_out}"

    def test_2_where_the_configuration_cannot_be_obeyed(self, tmp_path: Path) -> None:
        broken = CONFIGURATION.replace("retired", "retierd")
        done = ssot_lint("check", cwd=project(tmp_path, {"pyproject.toml": broken}))
        assert done.returncode == 2
        assert b"pyproject.toml" in done.stderr and b"did you mean retired?" in done.stderr

    def test_2_where_a_truth_does_not_exist(self, tmp_path: Path) -> None:
        broken = CONFIGURATION.replace(":Engine", ":Motor")
        done = ssot_lint("check", cwd=project(tmp_path, {"pyproject.toml": broken}))
        assert done.returncode == 2
        assert b"pyproject.toml" in done.stderr and b"chat.engine:Motor" in done.stderr

    def test_2_where_there_is_no_configuration_and_how_one_looks(self, tmp_path: Path) -> None:
        done = ssot_lint("check", cwd=tree(tmp_path, {"a.py": "x = 1\n"}))
        assert done.returncode == 2
        assert b"no configuration found" in done.stderr
        assert b"[[tool.ssot-lint.truth]]" in done.stderr and b"canonical = " in done.stderr


class TestDefects:
    """A defect is simulated: the engine raises what no engine should."""

    SCRIPT = """
import sys
from ssot_lint.__main__ import main
from ssot_lint.engine import Project

def broken(self, wanted=None, whole=None):
    raise {error}

Project.check = broken
sys.exit(main(["check"]))
"""

    def check(self, folder: Path, error: str, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", self.SCRIPT.format(error=error)]
        return subprocess.run(
            command, cwd=project(folder), capture_output=True, encoding="utf-8", env=environment(**env)
        )

    def test_3_and_what_to_report(self, tmp_path: Path) -> None:
        from ssot_lint.adapters.version import version

        done = self.check(tmp_path, "ZeroDivisionError('oh no')")
        assert done.returncode == 3
        assert "internal error: ZeroDivisionError: oh no (in " in done.stderr
        assert f"ssot-lint {version()}, Python {sys.version.split()[0]}, " in done.stderr
        assert "Traceback" not in done.stderr and done.stdout == ""

    def test_the_traceback_on_demand(self, tmp_path: Path) -> None:
        done = self.check(tmp_path, "ZeroDivisionError('oh no')", SSOT_LINT_DEBUG="1")
        assert done.returncode == 3
        assert "Traceback" in done.stderr and "in broken" in done.stderr

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are patched by forking")
    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_130_and_silence_from_every_process(self, tmp_path: Path, method: str) -> None:
        """Ctrl-C on a terminal goes to all processes of the group, again and again where the user is impatient."""
        root = project(tmp_path / "project", {f"chat/m{number}.py": SLOW for number in range(200)})
        script = tmp_path / "interrupted.py"
        script.write_text(INTERRUPTED.format(method=method))
        done = subprocess.run(
            [sys.executable, str(script)], cwd=root, capture_output=True, env=environment(), start_new_session=True
        )
        assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")

    def test_130_and_silence_where_the_user_interrupts(self, tmp_path: Path) -> None:
        done = self.check(tmp_path, "KeyboardInterrupt")
        assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


class TestPaths:
    def test_the_current_directory_is_the_default(self, tmp_path: Path) -> None:
        assert found(cwd=project(tmp_path)) == [BYPASS]

    def test_paths_restrict_what_is_reported(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/sub/__init__.py": "", "chat/sub/b.py": "from chat.old import Engine\n"})
        assert found("chat/sub", cwd=root) == [("chat/sub/b.py", 1, 22, "SOT101")]
        assert found("chat/sub/b.py", cwd=root) == [("chat/sub/b.py", 1, 22, "SOT101")]
        assert found("chat/api.py", "chat/sub", cwd=root) == [BYPASS, ("chat/sub/b.py", 1, 22, "SOT101")]
        assert found("chat/engine.py", cwd=root) == []

    def test_but_never_what_is_indexed(self, tmp_path: Path) -> None:
        """`chat.old` is reached through a module outside of the path that is checked."""
        through = {"lib/__init__.py": "", "lib/way.py": "from chat.old import Engine\n"}
        root = project(tmp_path, {**through, "app/main.py": "from lib.way import Engine\n"})
        assert found("app", cwd=root) == [("app/main.py", 1, 21, "SOT101")]

    def test_a_path_given_twice_counts_once(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        assert found("chat/api.py", "./chat/api.py", "chat", str(root / "chat"), cwd=root) == [BYPASS]

    @pytest.mark.parametrize("ignored", ["", "child/\n"], ids=["listed", "ignored by git"])
    def test_so_does_a_file_that_two_links_lead_to(self, tmp_path: Path, ignored: str) -> None:
        root = project(tmp_path, {"child/f.py": "from chat.old import Engine\n", ".gitignore": ignored})
        (root / "linked").symlink_to("child", target_is_directory=True)
        (root / "child/hard.py").hardlink_to(root / "child/f.py")
        bypass = (1, 22, "SOT101")
        for paths in (["linked/f.py", "child/f.py"], ["child/f.py", "linked/f.py"]):
            [row] = found(*paths, cwd=root)
            assert row[0] in paths and row[1:] == bypass
            assert check_json(*paths, cwd=root)["summary"]["files"] == 1
        assert [row[1:] for row in found("child/hard.py", "linked/f.py", cwd=root)] == [bypass]
        assert [row for row in found(".", "child/hard.py", cwd=root) if row != BYPASS] != []
        assert len(found(".", "child/hard.py", "linked/f.py", cwd=root)) == 2

    def test_printed_paths_are_relative_to_the_current_directory(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"docs/index.md": ""})
        assert found("api.py", cwd=root / "chat") == [("api.py", 1, 22, "SOT101")]
        assert found("../chat", cwd=root / "docs") == [("../chat/api.py", 1, 22, "SOT101")]
        assert found(str(root / "chat" / "api.py"), cwd=root) == [BYPASS]

    def test_links_lead_to_the_file_that_they_mean(self, tmp_path: Path) -> None:
        project(tmp_path / "real")
        (tmp_path / "link").symlink_to("real", target_is_directory=True)
        (tmp_path / "real" / "alias").symlink_to("chat", target_is_directory=True)
        bypass = (1, 22, "SOT101")

        assert found("link", cwd=tmp_path) == [("link/chat/api.py", *bypass)]
        assert found("real/alias", cwd=tmp_path) == found("real/alias/api.py", cwd=tmp_path)
        assert found("real/alias", cwd=tmp_path) == [("real/chat/api.py", *bypass)]
        assert found("--config", "link/pyproject.toml", "real", cwd=tmp_path) == [("link/chat/api.py", *bypass)]
        assert found("--config", "real/pyproject.toml", "link/chat", cwd=tmp_path) == [("real/chat/api.py", *bypass)]
        typed = (tmp_path / "real/chat/engine.py").read_bytes()
        assert found("-", "--stdin-filename", "real/alias/engine.py", cwd=tmp_path, stdin=typed) == []
        typed = b"from chat.old import Engine\n"
        rows = found("-", "--stdin-filename", "real/alias/clean.py", cwd=tmp_path, stdin=typed)
        assert rows == [("real/alias/clean.py", *bypass)]

    def test_an_empty_folder_is_told_of_and_no_failure(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        (root / "empty").mkdir()
        done = ssot_lint("check", "empty", cwd=root)
        assert done.returncode == 0
        assert b"no Python files to check in empty" in done.stderr

    def test_a_file_that_is_named_is_checked_though_git_ignores_it(self, tmp_path: Path) -> None:
        root = project(tmp_path, {".gitignore": "generated/\n", "generated/a.py": "from chat.old import Engine\n"})
        assert found(cwd=root) == [BYPASS]
        assert found("generated/a.py", cwd=root) == [("generated/a.py", 1, 22, "SOT101")]

    def test_so_is_a_script_without_the_ending(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"bin/run": "#!/usr/bin/env python\nfrom chat.old import Engine\n"})
        assert found("bin/run", cwd=root) == [("bin/run", 2, 22, "SOT101")]

    def test_noqa_and_bad_bytes_hold_there_too(self, tmp_path: Path) -> None:
        quietened = "from chat.old import Engine  # noqa: SOT101\n"
        root = project(tmp_path, {"bin/quiet": quietened, "bin/bytes": b"x = '\xff'\n"})
        quiet = check_json("bin/quiet", cwd=root)
        assert quiet["violations"] == [] and quiet["summary"]["suppressed"] == 1
        assert [code for *_, code in found("bin/bytes", cwd=root)] == ["SOT901"]

    def test_folders_of_tools_are_passed_over(self, tmp_path: Path) -> None:
        """By their names, and environments by what they hold; a package may be called `build` or `venv`."""
        bypass = "from chat.old import Engine\n"
        tools = (".venv/lib/x", "web/node_modules/node-gyp/gyp", ".pyenv/versions", "CVS", "lib/site-packages/x")
        packages = ("build", "chat/venv", "dist", "env")
        root = project(tmp_path, {f"{folder}/a.py": bypass for folder in (*tools, *packages)})
        command = [sys.executable, "-m", "venv", "--without-pip", "my environment"]
        subprocess.run(command, cwd=root, env=environment(), check=True)
        (root / "my environment" / "a.py").write_text(bypass)

        assert [row[0] for row in found(cwd=root)] == sorted(["chat/api.py", *(f"{name}/a.py" for name in packages)])
        assert flake8_found(flake8(".", cwd=root)) == found(cwd=root)

    def test_which_these_are_stands_in_the_documentation(self) -> None:
        page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
        listed = page.partition("folders of tools, at any depth:")[2].partition("\n\n")[0]
        assert set(re.findall("`([^`]+)`", listed)) == TOOL_FOLDERS

    def test_exclude_always_holds(self, tmp_path: Path) -> None:
        excluding = '[tool.ssot-lint]\nexclude = ["gone/"]\n' + CONFIGURATION
        root = project(tmp_path, {"pyproject.toml": excluding, "gone/a.py": "from chat.old import Engine\n"})
        assert found(cwd=root) == [BYPASS]
        done = ssot_lint("check", "gone/a.py", cwd=root)
        assert done.returncode == 0
        assert "gone/a.py is excluded by pyproject.toml" in done.stderr.decode().replace(os.sep, "/")

    def test_unreadable_files_are_reported_once_and_the_rest_goes_on(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/bytes.py": b"x = '\xff'\n", "chat/syntax.py": "def old(:\n"})
        codes = [(path, code) for path, _, _, code in found(cwd=root)]
        assert codes == [("chat/api.py", "SOT101"), ("chat/bytes.py", "SOT901"), ("chat/syntax.py", "SOT901")]


class TestConfigurations:
    def test_each_file_is_checked_by_the_nearest(self, tmp_path: Path) -> None:
        nested = {f"plugins/{name}": text for name, text in CHAT.items()}
        nested["plugins/pyproject.toml"] = CONFIGURATION + '[tool.ssot-lint.codes]\nimport-bypass = "PLG7"\n'
        root = project(tmp_path, nested)
        both = [BYPASS, ("plugins/chat/api.py", 1, 22, "PLG7")]

        assert found(cwd=root) == both
        assert found("plugins/chat/api.py", "chat", cwd=root) == both
        assert found("plugins", cwd=root) == both[1:]

    def test_projects_side_by_side_under_a_folder_that_has_none(self, tmp_path: Path) -> None:
        trees = {f"{top}/{name}": text for top in ("one", "two") for name, text in CHAT.items()}
        root = tree(tmp_path, {**trees, "loose/a.py": ""})
        expected = [("one/chat/api.py", 1, 22, "SOT101"), ("two/chat/api.py", 1, 22, "SOT101")]

        assert found(cwd=root) == expected
        done = ssot_lint("check", cwd=root)
        assert b"no configuration governs 1 Python file in .: not checked" in done.stderr

    def test_a_path_that_nothing_governs_is_told_of(self, tmp_path: Path) -> None:
        project(tmp_path / "one")
        tree(tmp_path / "two", {"a.py": ""})
        done = ssot_lint("check", "one", "two/a.py", cwd=tmp_path)
        assert done.returncode == 1
        assert b"no configuration governs two/a.py: not checked" in done.stderr

    def test_config_overrides_what_would_be_found(self, tmp_path: Path) -> None:
        other = CONFIGURATION.replace("tool.ssot-lint.", "") + '[codes]\nimport-bypass = "NTX101"\n'
        root = project(tmp_path, {"other.toml": other})
        assert found("--config", "other.toml", cwd=root) == [("chat/api.py", 1, 22, "NTX101")]
        assert found("--config", "../other.toml", ".", cwd=root / "chat") == [("api.py", 1, 22, "NTX101")]

    def test_its_folder_is_the_root_and_paths_elsewhere_are_refused(self, tmp_path: Path) -> None:
        project(tmp_path / "one")
        tree(tmp_path / "two", {"a.py": ""})
        done = ssot_lint("check", "--config", "one/pyproject.toml", "two", cwd=tmp_path)
        assert done.returncode == 2
        assert b"two: lies outside of " in done.stderr


class TestSelection:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        return project(tmp_path, {"chat/bad.py": "def old(:\n"})

    @pytest.mark.parametrize(
        ("options", "codes"),
        [
            ([], ["SOT101", "SOT901"]),
            (["--select", "SOT101"], ["SOT101"]),
            (["--select", "SOT9"], ["SOT901"]),
            (["--select", "import-bypass"], ["SOT101"]),
            (["--select", "import-bypass,SOT9"], ["SOT101", "SOT901"]),
            (["--select", "SOT101", "--select", "unreadable-file"], ["SOT101", "SOT901"]),
            (["--ignore", "SOT1"], ["SOT901"]),
            (["--ignore", "unreadable-file, SOT101"], []),
            (["--select", "SOT", "--ignore", "SOT9"], ["SOT101"]),
            (["--select", "SOT101", "--ignore", "import-bypass"], []),
        ],
    )
    def test_by_code_prefix_and_name(self, root: Path, options: list[str], codes: list[str]) -> None:
        assert [code for *_, code in found(*options, cwd=root)] == codes

    def test_what_is_not_selected_does_not_fail_the_run(self, root: Path) -> None:
        assert ssot_lint("check", "--ignore", "SOT", cwd=root).returncode == 0

    def test_codes_are_those_of_the_configuration(self, tmp_path: Path) -> None:
        remapped = CONFIGURATION + '[tool.ssot-lint.codes]\nimport-bypass = "NTX101"\n'
        root = project(tmp_path, {"pyproject.toml": remapped})
        assert found("--select", "NTX", cwd=root) == [("chat/api.py", 1, 22, "NTX101")]
        done = ssot_lint("check", "--select", "SOT101", cwd=root)
        assert done.returncode == 2
        assert b"the configuration reports SOT101 as NTX101" in done.stderr


class TestStdin:
    def test_the_buffer_is_checked_in_place_of_the_file(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        arguments = ("-", "--stdin-filename", "chat/api.py")
        later = b"\n\nfrom chat.old import Engine\n"
        assert found(*arguments, cwd=root, stdin=later) == [("chat/api.py", 3, 22, "SOT101")]
        assert found(*arguments, cwd=root, stdin=b"from chat.engine import Engine\n") == []

    def test_the_file_need_not_exist(self, tmp_path: Path) -> None:
        buffer = b"from chat.old import Engine\n"
        arguments = ("-", "--stdin-filename", "new/there.py")
        assert found(*arguments, cwd=project(tmp_path), stdin=buffer) == [("new/there.py", 1, 22, "SOT101")]

    def test_a_script_has_no_ending(self, tmp_path: Path) -> None:
        arguments = ("-", "--stdin-filename", "bin/run")
        assert found(*arguments, cwd=project(tmp_path), stdin=b"from chat.old import Engine\n") == [
            ("bin/run", 1, 22, "SOT101")
        ]

    def test_frames_show_the_buffer(self, tmp_path: Path) -> None:
        buffer = b"from chat.old import Engine  # typed just now\n"
        done = ssot_lint("check", "-", "--stdin-filename", "chat/api.py", cwd=project(tmp_path), stdin=buffer)
        assert done.returncode == 1
        assert b"1 | from chat.old import Engine  # typed just now" in done.stdout

    def test_noqa_holds(self, tmp_path: Path) -> None:
        buffer = b"from chat.old import Engine  # noqa: SOT101\n"
        document = check_json("-", "--stdin-filename", "chat/api.py", cwd=project(tmp_path), stdin=buffer)
        assert document["violations"] == []
        assert document["summary"]["suppressed"] == 1

    @pytest.mark.parametrize("buffer", [b"def old(:\n", b"x = '\xff'\n"], ids=["syntax", "bytes"])
    def test_what_cannot_be_read_is_reported(self, tmp_path: Path, buffer: bytes) -> None:
        rows = found("-", "--stdin-filename", "chat/api.py", cwd=project(tmp_path), stdin=buffer)
        assert [(path, line, code) for path, line, _, code in rows] == [("chat/api.py", 1, "SOT901")]

    def test_the_encoding_is_that_of_the_coding_line(self, tmp_path: Path) -> None:
        buffer = "# coding: latin-1\nx = 'é'; from chat.old import Engine\n".encode("latin-1")
        rows = found("-", "--stdin-filename", "chat/api.py", cwd=project(tmp_path), stdin=buffer)
        assert rows == [("chat/api.py", 2, 31, "SOT101")]

    def test_an_excluded_file_is_told_of(self, tmp_path: Path) -> None:
        excluding = '[tool.ssot-lint]\nexclude = ["gone/"]\n' + CONFIGURATION
        root = project(tmp_path, {"pyproject.toml": excluding})
        buffer = b"from chat.old import Engine\n"
        done = ssot_lint("check", "-", "--stdin-filename", "gone/a.py", cwd=root, stdin=buffer)
        assert done.returncode == 0
        assert b"is excluded by pyproject.toml" in done.stderr

    def test_without_a_configuration_it_is_an_error(self, tmp_path: Path) -> None:
        done = ssot_lint("check", "-", "--stdin-filename", "a.py", cwd=tmp_path)
        assert done.returncode == 2
        assert b"no configuration found for a.py" in done.stderr


class TestOutput:
    def test_text(self, tmp_path: Path) -> None:
        done = ssot_lint("check", cwd=project(tmp_path))
        lines = done.stdout.decode().splitlines()
        assert lines[0].startswith("chat/api.py:1:22: SOT101 ")
        assert lines[1:4] == ["  |", "1 | from chat.old import Engine", "  |                      ^^^^^^"]
        assert '  = help: truth "engine", owned by @platform; `ssot-lint rule SOT101` explains import-bypass' in lines
        assert lines[-1].startswith("1 violation in 1 file (5 files checked in ")

    def test_json(self, tmp_path: Path) -> None:
        from ssot_lint.adapters.version import version

        document = check_json(cwd=project(tmp_path))
        assert document["version"] == version()
        assert document["summary"].keys() == {"files", "parsed", "violations", "suppressed", "seconds"}
        [violation] = document["violations"]
        assert violation["truth"] == "engine" and violation["severity"] == "error"
        assert violation["end_column"] == 28 and violation["fingerprint"]

    def test_github(self, tmp_path: Path) -> None:
        done = ssot_lint("check", "--format=github", cwd=project(tmp_path))
        expected = "::error file=chat/api.py,line=1,endLine=1,col=22,endColumn=28,title=SOT101 import-bypass::"
        assert done.stdout.decode().startswith(expected)

    def test_grouped(self, tmp_path: Path) -> None:
        lines = ssot_lint("check", "--format=grouped", cwd=project(tmp_path)).stdout.decode().splitlines()
        assert lines[0] == "chat/api.py"
        assert lines[1].startswith("  1:22  SOT101  ")

    def test_statistics_stand_in_reports_for_people(self, tmp_path: Path) -> None:
        done = ssot_lint("check", "--statistics", cwd=project(tmp_path))
        assert b"\n1  SOT101  import-bypass\n" in done.stdout

    def test_and_beside_reports_for_programs(self, tmp_path: Path) -> None:
        done = ssot_lint("check", "--statistics", "--format=json", cwd=project(tmp_path))
        assert json.loads(done.stdout)["summary"]["violations"] == 1
        assert b"1  SOT101  import-bypass" in done.stderr

    def test_output_goes_to_a_file_whole(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        (root / "report.json").write_text("old" * 10000)
        done = ssot_lint("check", "--format=json", "--no-cache", "--output", "report.json", cwd=root)
        assert done.returncode == 1
        assert done.stdout == b""
        assert b"1 violation in 1 file" in done.stderr and b"written to report.json" in done.stderr
        assert json.loads((root / "report.json").read_text())["summary"]["violations"] == 1
        assert sorted(path.name for path in root.iterdir()) == ["chat", "pyproject.toml", "report.json"]

    @pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX's")
    def test_output_keeps_the_permissions_of_the_file_and_follows_links(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        (root / "real.txt").write_text("")
        (root / "real.txt").chmod(0o640)
        (root / "link.txt").symlink_to("real.txt")
        ssot_lint("check", "--output", "link.txt", cwd=root)
        assert (root / "link.txt").is_symlink()
        assert stat.S_IMODE((root / "real.txt").stat().st_mode) == 0o640
        assert "SOT101" in (root / "real.txt").read_text()

    def test_jobs_change_nothing(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        assert found("--jobs", "2", cwd=root) == found("--jobs", "1", cwd=root) == [BYPASS]

    @pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
    def test_no_encoding_of_the_terminal_breaks_it(self, tmp_path: Path, encoding: str) -> None:
        root = project(tmp_path, {"chat/api.py": "x = '日本 é'; from chat.old import Engine\n"})
        done = ssot_lint("check", cwd=root, PYTHONIOENCODING=encoding)
        assert done.returncode == 1
        assert "'日本 é'".encode(encoding, "backslashreplace") in done.stdout

    @pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
    def test_carets_stand_right_whatever_it_makes_of_characters(self, tmp_path: Path, encoding: str) -> None:
        root = project(tmp_path, {"chat/api.py": "x = '日本 é'; from chat.old import Engine\n"})
        shown = ssot_lint("check", cwd=root, PYTHONIOENCODING=encoding).stdout.decode(encoding)
        source, carets = shown.splitlines()[2:4]
        wide = 2 if encoding == "utf-8" else 0
        assert carets.index("^") == source.index("Engine") + wide

    def test_a_reader_that_goes_away_is_no_error(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/api.py": "from chat.old import Engine\n" * 5000})
        command = [sys.executable, "-m", "ssot_lint", "check"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=root, env=environment(), stdout=pipe, stderr=pipe) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 1

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
    @pytest.mark.parametrize("arguments", [["check"], ["--help"], ["rule"]], ids=" ".join)
    def test_a_full_disk_is_told_of(self, tmp_path: Path, arguments: list[str]) -> None:
        command = [sys.executable, "-m", "ssot_lint", *arguments]
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                command, cwd=project(tmp_path), stdout=full, stderr=subprocess.PIPE, env=environment()
            )
        assert done.returncode == 2
        assert done.stderr.startswith(b"ssot-lint: error: cannot write to standard output: ")
        assert done.stderr.count(b"\n") == 1

    @pytest.mark.skipif(os.name == "nt", reason="a POSIX shell closes the streams")
    @pytest.mark.parametrize(
        ("closed", "status"),
        [("check >&-", 1), ("check 2>&-", 1), ("check - --stdin-filename a.py <&-", 2), ("check nowhere 2>&-", 2)],
    )
    def test_closed_streams_are_survived(self, tmp_path: Path, closed: str, status: int) -> None:
        command = f'"{sys.executable}" -m ssot_lint {closed}'
        done = subprocess.run(
            ["sh", "-c", command], cwd=project(tmp_path), env=environment(), capture_output=True, check=False
        )
        assert done.returncode == status
        assert b"internal error" not in done.stderr and b"Traceback" not in done.stderr

    @pytest.mark.skipif(os.name == "nt", reason="Windows keeps folders that are in use")
    def test_a_current_directory_that_is_gone_is_told_of(self, tmp_path: Path) -> None:
        (tmp_path / "gone").mkdir()
        command = f'rmdir "$PWD" && "{sys.executable}" -m ssot_lint check'
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path / "gone", env=environment(), capture_output=True)
        assert done.returncode == 2
        assert b"the current directory does not exist any more" in done.stderr

    def test_colour_is_for_terminals(self, tmp_path: Path) -> None:
        assert b"\x1b[" not in ssot_lint("check", cwd=project(tmp_path)).stdout


class TestTerminal:
    """Colours, seen through a pseudo-terminal where the platform has them."""

    def on_a_terminal(self, root: Path, **env: str) -> bytes:
        pty = pytest.importorskip("pty")
        controller, terminal = pty.openpty()
        command = [sys.executable, "-m", "ssot_lint", "check"]
        subprocess.run(command, cwd=root, stdout=terminal, env=environment(TERM="xterm", **env), check=False)
        os.close(terminal)
        shown = b""
        try:
            while chunk := os.read(controller, 65536):
                shown += chunk
        except OSError:  # Linux ends a pseudo-terminal so
            pass
        os.close(controller)
        return shown

    def test_a_terminal_gets_colours(self, tmp_path: Path) -> None:
        assert b"\x1b[1;31mSOT101" in self.on_a_terminal(project(tmp_path))

    def test_unless_no_color_is_set(self, tmp_path: Path) -> None:
        shown = self.on_a_terminal(project(tmp_path), NO_COLOR="1")
        assert b"SOT101" in shown and b"\x1b[" not in shown


class TestProgram:
    def test_the_script_is_installed(self, tmp_path: Path) -> None:
        from ssot_lint.adapters.version import version

        script = Path(sysconfig.get_path("scripts")) / ("ssot-lint.exe" if os.name == "nt" else "ssot-lint")
        done = subprocess.run([script, "--version"], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"ssot-lint {version()}\n", "")

    @pytest.mark.parametrize(
        "command", [[], ["check"], ["rule"], ["config"], ["config", "show"], ["config", "validate"]], ids=" ".join
    )
    def test_every_command_has_help(self, tmp_path: Path, command: list[str]) -> None:
        done = ssot_lint(*command, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert done.stdout.startswith(f"usage: {' '.join(['ssot-lint', *command])}".encode())

    def test_start_up_leaves_the_heavy_libraries_alone(self, tmp_path: Path) -> None:
        heavy = "{'astroid', 'flake8', 'pathspec', 'importlib.metadata', 'asyncio'}"
        script = f"import sys; from ssot_lint.__main__ import main; main(['check']); print({heavy} & {{*sys.modules}})"
        done = subprocess.run([sys.executable, "-c", script], cwd=project(tmp_path), capture_output=True, text=True)
        assert done.stdout.splitlines()[-1] == "set()"

"""The flake8 plugin, through the real flake8."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.adapters.program import (
    CHAT,
    CONFIGURATION,
    Done,
    Files,
    flake8,
    flake8_found,
    found,
    project,
    run,
    ssot_lint,
    tree,
)

REMAPPED = CONFIGURATION + '[tool.ssot-lint.codes]\nimport-bypass = "NTX101"\n'
BUFFER = b"from chat.old import Engine\n"

# Every way in which a column could be counted wrongly, and every form of noqa that maps lines onto one another.
TRICKY: Files = {
    "chat/__init__.py": "",
    "chat/wide.py": "x = 'é日本🎉'; from chat.old import Engine\n",
    "chat/tabs.py": "if 1:\n\tfrom chat.old import Engine\n",
    "chat/feed.py": "x = 1\n\f\n\ffrom chat.old import Engine\n\f  \ny = 1\n",
    "chat/bom.py": "\ufefffrom chat.old import Engine\n",
    "chat/crlf.py": "x = 1\r\nfrom chat.old import Engine\r\n",
    "chat/mac.py": "x = 1\rfrom chat.old import Engine\r",
    "chat/latin.py": "# coding: latin-1\nx = 'é'; from chat.old import Engine\n".encode("latin-1"),
    "chat/separators.py": "x = '\x1c\x85\u2028'\nfrom chat.old import Engine\n",
    "chat/lines.py": "from chat.old import (\n    Engine,\n    Engine as Motor,\n)\n",
    "chat/quiet.py": "from chat.old import Engine  # noqa: NTX101\nfrom chat.old import Engine  # noqa: E501\n",
    "chat/block.py": "from chat.old import (\n    Engine,  # noqa: NTX\n    Engine as Motor,\n)  # noqa: NTX1\n",
    "chat/slash.py": "from chat.old import \\\n    Engine  # NOQA:NTX101\n",
    "chat/silent.py": "# flake8: noqa\nfrom chat.old import Engine\n",
    "chat/empty.py": "",
    "chat/end.py": "from chat.old import Engine",
    "chat/undecodable.py": b"from chat.old import Engine\nx = '\xff\xfe'\n",
    "chat/marked.py": b"\xef\xbb\xbf# coding: latin-1\nfrom chat.old import Engine\n",
    "chat/marked_wide.py": b"\xef\xbb\xbf# coding: latin-1\nx = '\xc3\xa9'\nfrom chat.old import Engine\n",
    "chat/no_codec.py": "\n# coding: nonesuch\nfrom chat.old import Engine\n",
}

SPAWNING = """
import multiprocessing
import sys
import time

from flake8.main.cli import main

if __name__ == "__main__":
    multiprocessing.set_start_method("{method}")
    sys.exit(main(sys.argv[1:]))
"""


def flake8_started_by(method: str, folder: Path, *arguments: str) -> Done:
    script = folder.parent / f"{folder.name}_{method}.py"
    script.write_text(SPAWNING.format(method=method))
    return run(str(script), "--isolated", "--extend-ignore=E,W,F,C", *arguments, cwd=folder)


Rows = list[tuple[str, int, int, str]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("tricky"), {"pyproject.toml": REMAPPED, **TRICKY})


@pytest.fixture(scope="module")
def checked(root: Path) -> Rows:
    """What `check` reports of the tricky project."""
    return found(cwd=root)


class TestParity:
    """flake8 reports what `check` reports: path, line, column, code."""

    def test_the_project_holds_what_could_go_wrong(self, checked: Rows) -> None:
        """Columns count characters, lines end where Python ends them, and noqa comments take away what they should."""
        places = {path: [row[1:3] for row in checked if row[0] == path] for path in TRICKY}
        assert places == {
            "chat/__init__.py": [],
            "chat/wide.py": [(1, len("x = 'é日本🎉'; from chat.old import ") + 1)],
            "chat/tabs.py": [(2, 23)],
            "chat/feed.py": [(3, 23)],
            "chat/bom.py": [(1, 22)],
            "chat/crlf.py": [(2, 22)],
            "chat/mac.py": [(2, 22)],
            "chat/latin.py": [(2, 31)],
            "chat/separators.py": [(2, 22)],
            "chat/lines.py": [(2, 5), (3, 5)],
            "chat/quiet.py": [(2, 22)],
            "chat/block.py": [(3, 5), (4, 12)],
            "chat/slash.py": [],
            "chat/silent.py": [],
            "chat/empty.py": [],
            "chat/end.py": [(1, 22)],
            "chat/undecodable.py": [(2, 6)],
            "chat/marked.py": [(1, 1)],
            "chat/marked_wide.py": [(1, 1)],
            "chat/no_codec.py": [(1, 1)],
        }
        refused = {"chat/undecodable.py", "chat/marked.py", "chat/marked_wide.py", "chat/no_codec.py"}
        assert {row[3] for row in checked if row[0] in refused} == {"SOT901"}
        assert {row[3] for row in checked if row[0] not in refused} == {"NTX101", "SOT902"}

    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_with_one_job_and_with_two(self, root: Path, checked: Rows, jobs: str) -> None:
        assert flake8_found(flake8(f"--jobs={jobs}", ".", cwd=root)) == checked

    @pytest.mark.parametrize("method", ["spawn", *(["fork"] if hasattr(os, "fork") else [])])
    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_however_processes_are_started(
        self, root: Path, checked: Rows, method: str, jobs: str
    ) -> None:
        assert flake8_found(flake8_started_by(method, root, f"--jobs={jobs}", ".")) == checked

    @pytest.mark.parametrize("name", sorted({*TRICKY, "chat/api.py"} - {"chat/undecodable.py"}))
    def test_from_stdin(self, root: Path, checked: Rows, name: str) -> None:
        """Without the undecodable file: that one makes flake8 itself fail to read its stdin."""
        data = (root / name).read_bytes()
        printed = flake8_found(flake8("-", f"--stdin-display-name={name}", cwd=root, stdin=data))
        assert printed == [row for row in checked if row[0] == name]
        assert found("-", "--stdin-filename", name, cwd=root, stdin=data) == printed

    @pytest.mark.parametrize("spelling", ["chat/api.py", "./chat/api.py", "chat/../chat/api.py", "{root}/chat/api.py"])
    def test_however_the_path_is_spelled(self, root: Path, spelling: str) -> None:
        path = spelling.format(root=root)
        [row] = flake8_found(flake8(path, cwd=root))
        assert row[1:] == (1, 22, "NTX101")
        assert flake8(path, cwd=root).stdout.decode().startswith(f"{path}:1:22: NTX101 ")

    def test_from_a_subdirectory(self, root: Path) -> None:
        assert flake8_found(flake8("api.py", cwd=root / "chat")) == [("api.py", 1, 22, "NTX101")]
        assert flake8_found(flake8("api.py", "../chat/bom.py", cwd=root / "chat")) == [
            ("../chat/bom.py", 1, 22, "NTX101"),
            ("api.py", 1, 22, "NTX101"),
        ]

    def test_through_links(self, tmp_path: Path) -> None:
        project(tmp_path / "real")
        (tmp_path / "link").symlink_to("real", target_is_directory=True)
        (tmp_path / "real" / "alias").symlink_to("chat", target_is_directory=True)
        assert flake8_found(flake8("link/chat", cwd=tmp_path)) == [("link/chat/api.py", 1, 22, "SOT101")]
        assert flake8_found(flake8("real/alias", cwd=tmp_path)) == [("real/alias/api.py", 1, 22, "SOT101")]

    def test_a_file_that_does_not_parse_is_flake8s_own(self, tmp_path: Path) -> None:
        done = run(
            "-m", "flake8", "--isolated", "--select=E9,SOT", "bad.py", cwd=project(tmp_path, {"bad.py": "def (:\n"})
        )
        assert [row[3] for row in flake8_found(done)] == ["E999"]


class TestCodes:
    def test_a_foreign_prefix_appears_without_extend_select(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"pyproject.toml": REMAPPED})
        done = run("-m", "flake8", "--isolated", "chat/api.py", cwd=root)
        assert b"chat/api.py:1:22: NTX101 " in done.stdout.replace(b"\\", b"/")
        assert done.returncode == 1

    def test_so_does_that_of_a_nested_project(self, tmp_path: Path) -> None:
        nested = {f"plugins/{name}": text for name, text in CHAT.items()}
        nested["plugins/pyproject.toml"] = CONFIGURATION + '[tool.ssot-lint.codes]\nimport-bypass = "PLG7"\n'
        root = project(tmp_path, nested)
        rows = flake8_found(flake8("--jobs=2", ".", cwd=root))
        assert rows == found(cwd=root) == [("chat/api.py", 1, 22, "SOT101"), ("plugins/chat/api.py", 1, 22, "PLG7")]

    def test_select_and_ignore_are_flake8s(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"pyproject.toml": REMAPPED})
        assert flake8_found(flake8("--extend-ignore=E,W,F,NTX", ".", cwd=root)) == []
        assert flake8_found(flake8("--per-file-ignores=chat/api.py:NTX101", ".", cwd=root)) == []
        assert [row[3] for row in flake8_found(flake8("--select=NTX", ".", cwd=root))] == ["NTX101"]

    def test_warnings_appear_and_rules_that_are_off_do_not(self, tmp_path: Path) -> None:
        severity = CONFIGURATION + '[tool.ssot-lint.severity]\nimport-bypass = "{}"\n'
        root = project(tmp_path, {"pyproject.toml": severity.format("warning")})
        assert flake8_found(flake8(".", cwd=root)) == [("chat/api.py", 1, 22, "SOT101")]
        project(root, {"pyproject.toml": severity.format("off")})
        assert flake8_found(flake8(".", cwd=root)) == []

    def test_per_path_holds(self, tmp_path: Path) -> None:
        lenient = CONFIGURATION + '[tool.ssot-lint.per-path]\n"api.py" = ["SOT101"]\n'
        root = project(tmp_path, {"pyproject.toml": lenient, "chat/b.py": "from chat.old import Engine\n"})
        assert flake8_found(flake8(".", cwd=root)) == found(cwd=root) == [("chat/b.py", 1, 22, "SOT101")]


class TestBuffers:
    def test_what_is_typed_counts_and_not_what_is_saved(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        named = "--stdin-display-name=chat/clean.py"
        assert flake8_found(flake8("-", named, cwd=root, stdin=BUFFER)) == [("chat/clean.py", 1, 22, "SOT101")]
        clean = b"from chat.engine import Engine\n"
        assert flake8_found(flake8("-", "--stdin-display-name=chat/api.py", cwd=root, stdin=clean)) == []

    def test_the_name_may_be_relative_to_a_subdirectory(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        done = flake8("-", "--stdin-display-name=api.py", cwd=root / "chat", stdin=BUFFER)
        assert flake8_found(done) == [("api.py", 1, 22, "SOT101")]

    def test_without_a_name_the_current_directory_decides(self, tmp_path: Path) -> None:
        assert [row[3] for row in flake8_found(flake8("-", cwd=project(tmp_path), stdin=BUFFER))] == ["SOT101"]


class TestFilesLeftOut:
    """What `check` passes over in a folder, flake8 is silent on; what somebody names is checked by both."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        ignored: Files = {".gitignore": "generated/\n", "generated/a.py": BUFFER, ".venv/lib/a.py": BUFFER}
        return project(tmp_path, {**ignored, "chat/run": BUFFER})

    @pytest.mark.parametrize("jobs", ["1", "2"])
    @pytest.mark.parametrize("arguments", [["."], [], ["generated", "chat"], ["chat", ".venv"]], ids=" ".join)
    def test_in_a_folder(self, root: Path, arguments: list[str], jobs: str) -> None:
        assert flake8_found(flake8(f"--jobs={jobs}", *arguments, cwd=root)) == found(*arguments, cwd=root)
        assert found(*arguments, cwd=root) == [("chat/api.py", 1, 22, "SOT101")]

    @pytest.mark.parametrize("jobs", ["1", "2"])
    @pytest.mark.parametrize("method", ["spawn", *(["fork"] if hasattr(os, "fork") else [])])
    def test_however_processes_are_started(self, root: Path, method: str, jobs: str) -> None:
        assert flake8_found(flake8_started_by(method, root, f"--jobs={jobs}", ".")) == found(cwd=root)

    def test_not_where_it_is_named(self, root: Path) -> None:
        named = ("generated/a.py", ".venv/lib/a.py")
        expected = [(name, 1, 22, "SOT101") for name in sorted(named)]
        assert flake8_found(flake8(*named, cwd=root)) == found(*named, cwd=root) == expected
        assert {*flake8_found(flake8(*named, ".", cwd=root))} == {*found(*named, ".", cwd=root)}
        assert flake8_found(flake8("../generated/a.py", cwd=root / "chat")) == [
            ("../generated/a.py", 1, 22, "SOT101")
        ]

    def test_not_where_it_comes_from_stdin(self, root: Path) -> None:
        done = flake8("-", "--stdin-display-name=generated/a.py", cwd=root, stdin=BUFFER)
        assert flake8_found(done) == [("generated/a.py", 1, 22, "SOT101")]

    def test_nor_files_that_flake8_was_told_to_look_for(self, root: Path) -> None:
        assert ("chat/run", 1, 22, "SOT101") in flake8_found(flake8("--filename=*run", ".", cwd=root))


class TestConfiguration:
    def test_without_one_the_plugin_is_silent(self, tmp_path: Path) -> None:
        root = tree(tmp_path, {name: text for name, text in CHAT.items() if name != "pyproject.toml"})
        done = flake8(".", cwd=root)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def test_excluded_files_are_passed_over(self, tmp_path: Path) -> None:
        excluding = '[tool.ssot-lint]\nexclude = ["api.py"]\n' + CONFIGURATION
        root = project(tmp_path, {"pyproject.toml": excluding})
        assert flake8_found(flake8("chat/api.py", cwd=root)) == []

    @pytest.mark.parametrize("jobs", ["1", "2"])
    @pytest.mark.parametrize(
        ("broken", "said"),
        [
            (CONFIGURATION.replace("retired", "retierd"), "did you mean retired?"),
            (CONFIGURATION.replace(":Engine", ":Motor"), "chat.engine:Motor"),
            (CONFIGURATION + "x = [", "not valid TOML"),
        ],
        ids=["unknown key", "no such truth", "syntax"],
    )
    def test_a_broken_one_is_one_clear_error(self, tmp_path: Path, broken: str, said: str, jobs: str) -> None:
        done = flake8(f"--jobs={jobs}", ".", cwd=project(tmp_path, {"pyproject.toml": broken}))
        head, message, *rest = done.stdout.decode().splitlines()
        assert (done.returncode, done.stderr, rest) == (1, b"", [])
        assert head == "There was a critical error during execution of Flake8:"
        assert message.startswith("ssot-lint: ") and "pyproject.toml" in message and said in message

    def test_a_defect_is_told_of_without_a_traceback(self, tmp_path: Path) -> None:
        script = (
            "import sys\n"
            "from flake8.main.cli import main\n"
            "from ssot_lint.engine import Project\n"
            "Project.check_buffer = lambda *_: 1 / 0\n"
            "sys.exit(main(['--isolated', '--jobs=1', 'chat']))\n"
        )
        done = run("-c", script, cwd=project(tmp_path))
        assert done.returncode == 1 and done.stderr == b""
        assert b"ssot-lint: internal error: ZeroDivisionError: division by zero" in done.stdout
        assert done.stdout.count(b"internal error") == 1

    def test_ssot_config_overrides(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"other.toml": REMAPPED.replace("tool.ssot-lint.", "")})
        expected = [("chat/api.py", 1, 22, "NTX101")]
        assert flake8_found(flake8("--ssot-config=other.toml", ".", cwd=root)) == expected
        assert flake8_found(flake8(f"--ssot-config={root / 'other.toml'}", "--jobs=2", ".", cwd=root)) == expected

    @pytest.mark.parametrize("value", ["other.toml", "./other.toml", "{root}/other.toml"])
    def test_ssot_config_from_setup_cfg_is_relative_to_that(self, tmp_path: Path, value: str) -> None:
        root = project(tmp_path, {"other.toml": REMAPPED.replace("tool.ssot-lint.", "")})
        (root / "setup.cfg").write_text(f"[flake8]\nssot-config = {value.format(root=root)}\n")
        assert [row[3] for row in flake8_found(flake8(".", cwd=root, isolated=False))] == ["NTX101"]
        assert [row[3] for row in flake8_found(flake8("api.py", cwd=root / "chat", isolated=False))] == ["NTX101"]

    def test_files_outside_of_its_folder_are_not_its_business(self, tmp_path: Path) -> None:
        project(tmp_path / "one")
        tree(tmp_path / "two", {"a.py": "from chat.old import Engine\n"})
        assert flake8_found(flake8("--ssot-config=one/pyproject.toml", "two", cwd=tmp_path)) == []

    def test_one_that_does_not_exist_is_an_error(self, tmp_path: Path) -> None:
        done = flake8("--ssot-config=no.toml", ".", cwd=project(tmp_path))
        assert done.returncode == 1
        assert b"no.toml" in done.stdout and done.stderr == b""


class TestIndex:
    def test_a_second_run_in_the_same_process_sees_what_has_changed(self, tmp_path: Path) -> None:
        script = (
            "from pathlib import Path\n"
            "from flake8.main.cli import main\n"
            "arguments = ['--isolated', '--select=SOT', '--jobs=1', 'app.py']\n"
            "print('status', main(arguments))\n"
            "Path('lib/way.py').write_text('def helper(): pass\\n')\n"
            "print('status', main(arguments))\n"
        )
        way = {"lib/__init__.py": "", "lib/way.py": "from chat.old import Engine as helper\n"}
        root = project(tmp_path, {**way, "app.py": "from lib.way import helper\n"})
        done = run("-c", script, cwd=root)
        assert done.stderr == b""
        assert [line for line in done.stdout.decode().splitlines() if "status" in line] == ["status 1", "status 0"]

    def test_is_there_before_processes_are_started(self, tmp_path: Path) -> None:
        """What is wrong with it is told by the first process, once; one file alone is not worth it."""
        broken = {"pyproject.toml": CONFIGURATION.replace(":Engine", ":Motor")}
        root = project(tmp_path / "project", broken)
        spy = (
            "from ssot_lint.adapters import flake8_plugin\n"
            "flake8_plugin.Plugin.run = lambda self: print('run') or []\n"
        )
        script = tmp_path / "spied.py"
        script.write_text(spy + SPAWNING.format(method="spawn"))
        options = ("--isolated", "--select=SOT", "--jobs=1")
        both = run(str(script), *options, "chat/api.py", "chat/clean.py", cwd=root)
        assert b"chat.engine:Motor" in both.stdout and b"run" not in both.stdout.splitlines()
        assert run(str(script), *options, "chat/api.py", cwd=root).stdout.splitlines() == [b"run"]

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform cannot fork")
    def test_forked_processes_share_one(self, tmp_path: Path) -> None:
        root = project(tmp_path / "project", {f"chat/m{number}.py": "" for number in range(60)})
        spy = (
            "import os\n"
            "from ssot_lint.engine.ground import Ground\n"
            "know = Ground.surveyed\n"
            "def spied(*arguments):\n"
            "    open(f'indexed-by-{os.getpid()}', 'w').close()\n"
            "    return know(*arguments)\n"
            "Ground.surveyed = spied\n"
        )
        script = tmp_path / "spied.py"
        script.write_text(spy + SPAWNING.format(method="fork"))
        done = run(str(script), "--isolated", "--select=SOT", "--jobs=2", ".", cwd=root)
        assert flake8_found(done) == [("chat/api.py", 1, 22, "SOT101")]
        assert len(list(root.glob("indexed-by-*"))) == 1

    def test_the_engine_is_not_even_imported_where_there_is_nothing_to_do(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        shutil.copytree(root / "chat", root / "alone" / "chat")
        (root / "pyproject.toml").unlink()
        script = (
            "import sys\n"
            "from flake8.main.cli import main\n"
            "main(['--isolated', '--jobs=1', '.'])\n"
            "print('ssot_lint.engine' in sys.modules)\n"
        )
        assert run("-c", script, cwd=root / "alone").stdout.decode().splitlines()[-1] == "False"


def test_flake8_lists_the_plugin(tmp_path: Path) -> None:
    from ssot_lint.adapters.version import version

    shown = run("-m", "flake8", "--version", cwd=tmp_path).stdout.decode()
    assert f"ssot-lint: {version()}" in shown


def test_flake8_help_shows_our_one_option(tmp_path: Path) -> None:
    shown = run("-m", "flake8", "--help", cwd=tmp_path).stdout.decode()
    assert shown.count("--ssot") == 1 and "--ssot-config FILE" in shown


class TestStanding:
    """What a project's last check found is taken over without an engine, and only as long as it holds."""

    ENGINELESS = (
        "import sys\n"
        "from flake8.main.cli import main\n"
        "status = main(['--isolated', '--select=SOT', '--jobs=1', *sys.argv[1:]])\n"
        "print('engine', 'ssot_lint.engine' in sys.modules, 'ssot_lint.config.loading' in sys.modules)\n"
    )

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        made = project(tmp_path / "project", {"chat/new.py": "from chat.engine import Engine\nENGINE = Engine()\n"})
        flake8("chat/clean.py", cwd=made)  # makes the cache, which is a change to the root
        time.sleep(2.2)  # what is younger is not trusted
        return made

    def asked(self, root: Path, *words: str, stdin: bytes = b"") -> list[str]:
        """What flake8 prints, and at the end whether that took the engine and the configuration's reader."""
        done = run("-c", self.ENGINELESS, *words, cwd=root, stdin=stdin)
        assert done.stderr == b""
        return done.stdout.decode().splitlines()

    def test_takes_no_engine(self, root: Path) -> None:
        first, *_ = before = self.asked(root, "chat")
        assert "SOT101" in first and before[-1] == "engine True False"
        assert self.asked(root, "chat") == [first, "engine False False"]
        assert self.asked(root, "chat/api.py") == [first, "engine False False"]
        text = (root / "chat/api.py").read_bytes()
        assert self.asked(root, "--stdin-display-name=chat/api.py", "-", stdin=text) == [first, "engine False False"]
        assert self.asked(root, "--stdin-display-name=chat/new.py", "-") == ["engine True False"]

    def test_is_left_by_the_command_line(self, root: Path) -> None:
        ssot_lint("check", cwd=root)
        assert self.asked(root, "chat")[-1] == "engine False False"

    def test_does_not_outlive_a_change(self, root: Path) -> None:
        self.asked(root, "chat")
        (root / "chat/engine.py").write_text("from chat.old import Engine\n", encoding="utf-8")
        (root / "chat/old.py").write_text("class Engine:\n    pass\n", encoding="utf-8")
        assert self.asked(root, "chat")[-1] == "engine True False"

    def test_knows_nothing_of_a_buffer_that_differs(self, root: Path) -> None:
        self.asked(root, "chat")
        buffer = b"\n\nfrom chat.old import Engine\n"
        said = self.asked(root, "--stdin-display-name=chat/api.py", "-", stdin=buffer)
        assert said[0].startswith("chat/api.py:3:") and said[-1] == "engine True False"

    def test_the_configuration_is_read_anew_when_it_changes(self, root: Path) -> None:
        self.asked(root, "chat")
        file = root / "pyproject.toml"
        file.write_text(file.read_text("utf-8").replace("chat.old", "chat.new"), encoding="utf-8")
        first, last = self.asked(root, "chat")
        assert "goes round" in first and last == "engine True True"

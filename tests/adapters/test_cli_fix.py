"""`ssot-lint fix` and `ssot-lint undo`, as the real program."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.adapters.cli.progress import Progress
from tests.adapters.program import CHAT, CONFIGURATION, Done, Files, check_json, project, run, ssot_lint

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such thing")
BACKUP = ".ssot_lint_backup"
IMPORT = "from chat.old import Engine\n"
FIXED = "from chat.engine import Engine\n"
DUPLICATE = "class Engine: ...\n"
DYNAMIC = "import importlib\nimportlib.import_module(name)\nfrom chat.old import Gone\n"


def fix(*arguments: str, cwd: Path, status: int = 0) -> str:
    """What `fix` says on stdout, by lines that are the same on every platform."""
    done = ssot_lint("fix", *arguments, cwd=cwd)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout.decode().replace("\r\n", "\n")


def fix_json(*arguments: str, cwd: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ssot_lint("fix", "--format=json", *arguments, cwd=cwd).stdout)
    return document


def planned(planner: str, *arguments: str, cwd: Path) -> Done:
    """ssot-lint with a planner of the test's choice."""
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    done = run("-m", "tests.fixing.program", planner, *arguments, cwd=cwd, PYTHONPATH=path)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}


def git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    named = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.autocrlf=false")
    return subprocess.run(
        ("git", *named, *arguments), cwd=root, input=stdin, capture_output=True, check=True
    ).stdout


class TestFix:
    def test_fixes_and_says_what(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/b.py": "import os\n" + IMPORT})
        said = fix(cwd=root)
        assert said.startswith("2 fixed\n  chat/api.py: SOT101 on line 1\n  chat/b.py: SOT101 on line 2\n\n")
        assert "Fixed 2 of 2 violations in 2 files; 0 refused, 0 remaining (" in said
        assert (root / "chat/api.py").read_text() == FIXED
        assert check_json(cwd=root)["violations"] == []

    def test_says_what_remains_and_exits_with_1(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/b.py": DUPLICATE})
        said = fix(cwd=root, status=1)
        assert "1 to be fixed by hand: SOT201 duplicate-name (1)" in said
        assert "Fixed 1 of 2 violations in 1 file; 0 refused, 1 remaining (" in said

    def test_0_where_only_warnings_remain(self, tmp_path: Path) -> None:
        lenient = CONFIGURATION + '[tool.ssot-lint.severity]\nduplicate-name = "warning"\n'
        fix(cwd=project(tmp_path, {"chat/b.py": DUPLICATE, "pyproject.toml": lenient}))

    def test_nothing_to_do(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/api.py": FIXED})
        assert fix(cwd=root).startswith("Nothing to fix (")

    def test_what_is_refused_is_grouped_by_reason(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/b.py": IMPORT + IMPORT})
        done = planned("unsafe", "fix", cwd=root)
        assert done.returncode == 1
        assert done.stdout.decode().replace("\r\n", "\n").startswith(
            "3 refused: its fix is unsafe (who knows): --unsafe-fixes makes it\n"
            "  chat/api.py: SOT101 on line 1\n"
            "  chat/b.py: SOT101 on lines 1, 2\n\n"
            "Fixed 0 of 3 violations in 0 files; 3 refused, 3 remaining ("
        )
        assert planned("unsafe", "fix", "--unsafe-fixes", cwd=root).returncode == 0

    @pytest.mark.parametrize("arguments", [["--select", "SOT2"], ["--ignore", "import-bypass"]])
    def test_only_what_is_selected(self, tmp_path: Path, arguments: list[str]) -> None:
        root = project(tmp_path, {"chat/b.py": DUPLICATE})
        assert "Fixed 0 of 1 violation in" in fix(*arguments, cwd=root, status=1)
        assert (root / "chat/api.py").read_text() == IMPORT

    def test_only_below_the_paths(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/sub/b.py": IMPORT})
        fix("sub", cwd=root / "chat")
        assert ((root / "chat/api.py").read_text(), (root / "chat/sub/b.py").read_text()) == (IMPORT, FIXED)

    def test_a_file_that_git_ignores_where_it_is_named(self, tmp_path: Path) -> None:
        root = project(tmp_path, {".gitignore": "made.py\n", "chat/made.py": IMPORT, "script": IMPORT})
        (root / ".git").mkdir()
        fix(cwd=root)
        assert (root / "chat/made.py").read_text() == IMPORT
        fix("chat/made.py", cwd=root)
        assert (root / "chat/made.py").read_text() == FIXED

    def test_each_project_by_its_own_configuration(self, tmp_path: Path) -> None:
        root = project(tmp_path, {f"lib/{name}": text for name, text in CHAT.items()})
        assert "Fixed 2 of 2 violations in 2 files" in fix(cwd=root)
        assert (root / "lib/chat/api.py").read_text() == FIXED

    def test_suppressions_hold(self, tmp_path: Path) -> None:
        configuration = CONFIGURATION + '[tool.ssot-lint.per-path]\n"chat/b.py" = ["import-bypass"]\n'
        files = {"chat/api.py": IMPORT[:-1] + "  # noqa\n", "chat/b.py": IMPORT, "pyproject.toml": configuration}
        root = project(tmp_path, files)
        assert fix(cwd=root).startswith("Nothing to fix")
        assert (root / "chat/b.py").read_text() == IMPORT

    def test_json(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/b.py": DUPLICATE, "chat/c.py": IMPORT})
        (root / "chat/c.py").chmod(0o444)
        found = fix_json(cwd=root)
        assert sorted(found) == ["files", "fixed", "refused", "remaining", "summary", "version"]
        assert found["files"] == ["chat/api.py"]
        assert {**found["summary"], "seconds": 0} == {"fixed": 1, "refused": 1, "remaining": 2, "seconds": 0}
        [fixed], [refused] = found["fixed"], found["refused"]
        assert (fixed["path"], fixed["line"], fixed["code"]) == ("chat/api.py", 1, "SOT101")
        assert (refused["path"], refused["reason"]) == ("chat/c.py", "it is read-only")
        assert [(item["path"], item["code"]) for item in found["remaining"]] == [
            ("chat/b.py", "SOT201"), ("chat/c.py", "SOT101")
        ]
        reported = check_json("chat/c.py", cwd=root)["violations"][0]
        kept = {"safety": "manual", "reason": "it is read-only"}
        assert refused == {**reported, "fix": kept, "reason": "it is read-only"}
        assert [item["fix"] for item in found["remaining"]] == [
            {"safety": "manual", "reason": "no fix is known for duplicate-name"}, kept
        ]
        assert fixed["fix"]["safety"] == "safe"
        assert [edit["line"] for edit in fixed["fix"]["edits"]] == [1]

    def test_json_tells_of_an_unsafe_fix_that_was_not_made(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/old.py": "class Engine:\n    pass\n"})
        [refused] = fix_json(cwd=root)["refused"]
        assert refused["fix"] == {"safety": "unsafe", "reason": refused["reason"]}

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["nowhere"], "nowhere: does not exist"),
            (["--select", "SOT999"], "no rule is called 'SOT999'"),
            (["--diff", "--backup"], "does not go together with --backup"),
            (["--diff", "--format", "json"], "does not go together with --format json"),
            (["--format", "xml"], "invalid choice: 'xml'"),
            (["--jobs", "0"], "1 or more"),
            (["--unsafe"], "did you mean --unsafe-fixes?"),
            (["--config", "no.toml"], "no.toml"),
        ],
    )
    def test_2_where_the_command_line_cannot_be_obeyed(self, tmp_path: Path, arguments: list[str], said: str) -> None:
        root = project(tmp_path)
        done = ssot_lint("fix", *arguments, cwd=root)
        assert (done.returncode, done.stdout) == (2, b"")
        assert said in done.stderr.decode()
        assert (root / "chat/api.py").read_text() == IMPORT

    @pytest.mark.parametrize("arguments", [["--no-cache"], ["--cache-dir", "elsewhere"], ["--jobs", "2"]])
    def test_with_the_options_of_check(self, tmp_path: Path, arguments: list[str]) -> None:
        root = project(tmp_path)
        fix(*arguments, cwd=root)
        assert (root / "elsewhere").exists() is ("elsewhere" in arguments)

    @pytest.mark.parametrize("cached", [True, False])
    def test_the_same_with_what_an_earlier_run_has_kept(self, tmp_path: Path, cached: bool) -> None:
        root = project(tmp_path)
        for path in root.rglob("*"):
            os.utime(path, (1, 1))
        if cached:
            check_json(cwd=root)
        fix(cwd=root)
        assert (root / "chat/api.py").read_text() == FIXED
        assert check_json(cwd=root)["violations"] == []


class TestBytes:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (b"from chat.old import Engine\r\nx = 1\r\n", b"from chat.engine import Engine\r\nx = 1\r\n"),
            (b"\xef\xbb\xbffrom chat.old import Engine", b"\xef\xbb\xbffrom chat.engine import Engine"),
            (
                b"# coding: latin-1\nx = '\xe9'\nfrom chat.old import Engine\r\n\x0cy = '\xfc'\r",
                b"# coding: latin-1\nx = '\xe9'\nfrom chat.engine import Engine\r\n\x0cy = '\xfc'\r",
            ),
        ],
    )
    def test_stay_as_they_are(self, tmp_path: Path, before: bytes, after: bytes) -> None:
        root = project(tmp_path, {"chat/api.py": before})
        fix(cwd=root)
        assert (root / "chat/api.py").read_bytes() == after

    @POSIX
    def test_modes_and_links_stay(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        (root / "chat/api.py").chmod(0o750)
        (root / "chat/link.py").symlink_to("api.py")
        fix("chat/link.py", cwd=root)
        assert (root / "chat/link.py").is_symlink()
        assert (root / "chat/api.py").read_text() == FIXED
        assert stat.S_IMODE((root / "chat/api.py").stat().st_mode) == 0o750

    @POSIX
    def test_what_is_not_to_be_written_is_named(self, tmp_path: Path) -> None:
        root = project(tmp_path / "root", {"chat/hard.py": IMPORT})
        os.link(root / "chat/hard.py", tmp_path / "hard.py")
        (tmp_path / "outside.py").write_text(IMPORT)
        (root / "chat/outside.py").symlink_to(tmp_path / "outside.py")
        said = fix(cwd=root, status=1)
        assert "1 refused: it has 2 hard links" in said
        assert "1 refused: it is a link to" in said
        assert (tmp_path / "outside.py").read_text() == (tmp_path / "hard.py").read_text() == IMPORT

    @POSIX
    @pytest.mark.parametrize(
        ("options", "said"),
        [([], b"it cannot be written: File too large"), (["--backup"], b"it cannot be backed up: File too large")],
    )
    def test_a_full_disk(self, tmp_path: Path, options: list[str], said: bytes) -> None:
        """The big file does not fit, the small one does."""
        root = project(tmp_path, {"chat/big.py": IMPORT + "x = 1\n" * 200_000})
        program = (
            "import resource, sys; from ssot_lint.__main__ import main;"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); sys.exit(main(sys.argv[1:]))"
        )
        done = run("-c", program, "fix", "--no-cache", *options, cwd=root)
        assert done.returncode == 1, done.stderr
        assert b"1 refused: " + said + b"\n  chat/big.py: SOT101 on line 1" in done.stdout
        assert (root / "chat/big.py").read_text().startswith(IMPORT)
        assert (root / "chat/api.py").read_text() == FIXED
        assert not list(root.rglob("*.tmp"))


class TestDiff:
    FILES: Files = {
        "chat/api.py": IMPORT[:-1],
        "chat/b.py": "\n" * 20 + IMPORT + "x\n" * 20 + "from chat.old import Engine as E\n",
        "chat/crlf.py": b"import os\r\nfrom chat.old import Engine\r\nx = 1",
        "chat/latin.py": b"# coding: latin-1\nfrom chat.old import Engine\nx = '\xe9'\r\n",
        "chat/na me/\u00e4\"\\.py": IMPORT,
        "chat/na me/b.py": IMPORT,
    }

    @pytest.mark.parametrize("below", ["", "sub/dir"])
    def test_is_what_git_apply_needs(self, tmp_path: Path, below: str) -> None:
        """And gives the same bytes as `fix` itself."""
        if os.name == "nt":
            pytest.skip("Windows has no such names")
        applied, fixed = tmp_path / "applied", tmp_path / "fixed"
        for top in (applied, fixed):
            (top / below).mkdir(parents=True)
            project(top / below, self.FILES)
        git(applied, "init", "-q")
        done = ssot_lint("fix", "--diff", cwd=applied / below)
        assert done.returncode == 1
        assert b"Would fix 7 of 7 violations in 6 files" in done.stderr and b"nothing was written" in done.stderr
        git(applied, "apply", "-", stdin=done.stdout)
        fix(cwd=fixed / below)
        assert held(applied) == held(fixed)
        assert (fixed / below / "chat/latin.py").read_bytes().count(b"chat.engine") == 1

    def test_writes_nothing(self, tmp_path: Path) -> None:
        root = project(tmp_path, self.FILES)
        before = held(root)
        ssot_lint("fix", "--diff", cwd=root)
        assert held(root) == before

    def test_is_empty_where_there_is_nothing_to_fix(self, tmp_path: Path) -> None:
        done = ssot_lint("fix", "--diff", cwd=project(tmp_path, {"chat/api.py": FIXED}))
        assert (done.returncode, done.stdout) == (0, b"")


class TestValidate:
    def test_is_silent_where_nothing_dangles(self, tmp_path: Path) -> None:
        found = fix_json("--validate", cwd=project(tmp_path))
        assert found["brought"] == []

    @pytest.mark.parametrize("diff", [False, True])
    def test_names_what_turns_up_elsewhere_and_fails(self, tmp_path: Path, diff: bool) -> None:
        """Nothing is wrong in the file that is fixed: another one takes the truth from it now."""
        files = {"chat/api.py": f"Motor = 1\n{IMPORT}", "chat/user.py": "from chat.api import Motor\n"}
        root = project(tmp_path, files)
        done = planned("leaking", "fix", "--validate", *(["--diff"] if diff else []), cwd=root)
        assert done.returncode == 1
        assert b"chat/user.py:1:22: SOT101" in done.stdout + done.stderr
        assert ((root / "chat/api.py").read_text() == files["chat/api.py"]) is diff

    @pytest.mark.parametrize("diff", [False, True])
    def test_names_circles_of_imports_and_fails(self, tmp_path: Path, diff: bool) -> None:
        files = {
            "chat/old.py": "class Engine:\n    pass\n",
            "chat/engine.py": "from chat.api import value\n\n\nclass Engine:\n    pass\n",
            "chat/api.py": f"{IMPORT}value = 1\n",
        }
        root = project(tmp_path, files)
        arguments = ["--unsafe-fixes", "--validate"]
        done = ssot_lint("fix", *arguments, *(["--diff"] if diff else []), cwd=root)
        assert done.returncode == 1
        assert b"chat/api.py: chat.api -> chat.engine -> chat.api" in done.stdout + done.stderr
        if not diff:
            assert b"1 new in a circle" in done.stdout

    def test_names_a_circle_by_way_of_the_package_that_is_being_imported(self, tmp_path: Path) -> None:
        files = {
            "chat/__init__.py": "from .util import helper\nfrom .old import Engine\n\nENABLED = True\n",
            "chat/util.py": "helper = 1\n",
            "chat/old.py": "class Engine:\n    pass\n",
            "chat/engine.py": "from chat import ENABLED\n\n\nclass Engine:\n    pass\n",
        }
        found = fix_json("--unsafe-fixes", "--validate", cwd=project(tmp_path, files))
        assert [circle["modules"] for circle in found["circles"]] == [["chat", "chat.engine", "chat"]]

    def test_says_nothing_of_a_circle_that_was_there(self, tmp_path: Path) -> None:
        files = {
            "chat/old.py": "from chat.engine import Engine\n",
            "chat/engine.py": "class Engine:\n    pass\n\n\nfrom chat.api import value\n",
            "chat/api.py": f"{IMPORT}value = 1\n",
        }
        found = fix_json("--unsafe-fixes", "--validate", cwd=project(tmp_path, files))
        assert found["circles"] == []

    def test_looks_for_dangling_imports_even_where_the_rule_is_off(self, tmp_path: Path) -> None:
        off = CONFIGURATION + '[tool.ssot-lint.severity]\nmissing-import = "off"\n'
        root = project(tmp_path, {"pyproject.toml": off})
        done = planned("losing", "fix", "--validate", cwd=root)
        assert done.returncode == 1
        assert b"1 new: the whole project shows what it did not show before\n  chat/api.py:1:57: SOT105" in done.stdout


class TestUndo:
    def test_puts_back_what_fix_has_changed(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/b.py": b"\xef\xbb\xbf" + IMPORT.encode().replace(b"\n", b"\r\n")})
        before = held(root)
        fix("--backup", cwd=root)
        assert held(root) != before
        done = ssot_lint("undo", cwd=root / "chat")
        assert done.returncode == 0, done.stderr
        assert b"Put back 2 files\n" in done.stdout.replace(b"\r\n", b"\n")
        assert held(root) == before

    def test_leaves_what_has_changed_since(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/b.py": IMPORT})
        fix("--backup", cwd=root)
        (root / "chat/b.py").write_text("mine\n")
        done = ssot_lint("undo", cwd=root)
        assert done.returncode == 1
        assert b"b.py: left as it is: it has changed since the fix; what it held is in " in done.stdout
        assert b"Put back 1 file, left 1" in done.stdout
        assert ((root / "chat/api.py").read_text(), (root / "chat/b.py").read_text()) == (IMPORT, "mine\n")

    def test_file_by_file(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/b.py": IMPORT})
        fix("--backup", cwd=root)
        assert ssot_lint("undo", "b.py", cwd=root / "chat").returncode == 0
        assert ((root / "chat/api.py").read_text(), (root / "chat/b.py").read_text()) == (FIXED, IMPORT)

    def test_projects_that_were_fixed_together(self, tmp_path: Path) -> None:
        root = project(tmp_path, {f"lib/{name}": text for name, text in CHAT.items()})
        before = held(root)
        fix("--backup", cwd=root)
        assert b"Put back 2 files" in ssot_lint("undo", cwd=root).stdout
        assert held(root) == before

    def test_clean_does_not_take_backups_away(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        fix("--backup", cwd=root)
        assert ssot_lint("clean", cwd=root).returncode == 0
        assert ssot_lint("undo", cwd=root).returncode == 0
        assert (root / "chat/api.py").read_text() == IMPORT

    def test_nothing_to_put_back(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        fix(cwd=root)
        assert not (root / BACKUP).exists()
        done = ssot_lint("undo", cwd=root)
        assert done.returncode == 2
        assert b"there is no backup of this project: `ssot-lint fix --backup` keeps one" in done.stderr

    def test_where_there_is_no_project(self, tmp_path: Path) -> None:
        done = ssot_lint("undo", cwd=tmp_path)
        assert done.returncode == 2
        assert b"no configuration found for the current directory" in done.stderr

    def test_backups_are_no_part_of_the_project(self, tmp_path: Path) -> None:
        root = project(tmp_path)
        fix("--backup", cwd=root)
        assert check_json(cwd=root)["summary"]["files"] == len([name for name in CHAT if name.endswith(".py")])


class TestGit:
    DIRTY = b"has changes that are not committed"

    def repository(self, root: Path) -> Path:
        project(root, {".gitignore": ".ssot_lint*\n", "notes.txt": "x\n"})
        git(root, "init", "-q")
        git(root, "add", ".")
        git(root, "commit", "-qm", "all")
        return root

    def test_a_clean_tree(self, tmp_path: Path) -> None:
        root = self.repository(tmp_path)
        os.utime(root / "notes.txt", (1, 1))
        assert ssot_lint("fix", cwd=root).stderr == b""

    def test_a_dirty_tree_is_mentioned_once_and_fixed_all_the_same(self, tmp_path: Path) -> None:
        root = self.repository(tmp_path)
        (root / "notes.txt").write_text("y\n")
        done = ssot_lint("fix", cwd=root)
        assert done.returncode == 0
        assert done.stderr.count(b"\n") == 1 and self.DIRTY in done.stderr

    def test_a_staged_change(self, tmp_path: Path) -> None:
        root = self.repository(tmp_path)
        (root / "notes.txt").write_text("y\n")
        git(root, "add", ".")
        assert self.DIRTY in ssot_lint("fix", cwd=root).stderr

    @POSIX
    @pytest.mark.parametrize(
        "setting",
        [
            ("core.fsmonitor", "touch ran; false"),
            ("filter.evil.clean", "touch ran; cat"),
            ("filter.evil.process", "touch ran"),
            ("diff.evil.textconv", "touch ran"),
        ],
    )
    def test_nothing_that_the_repository_configures_is_run(self, tmp_path: Path, setting: tuple[str, str]) -> None:
        root = self.repository(tmp_path)
        (root / ".gitattributes").write_text("* filter=evil diff=evil\n")
        git(root, "config", *setting)
        (root / "notes.txt").write_text("z\n")
        assert self.DIRTY in ssot_lint("fix", cwd=root).stderr
        assert not (root / "ran").exists()

    def test_without_git(self, tmp_path: Path) -> None:
        root = self.repository(tmp_path)
        (root / "notes.txt").write_text("y\n")
        done = ssot_lint("fix", cwd=root, PATH="")
        assert (done.returncode, done.stderr) == (0, b"")


class TestCheckJson:
    """`check --format json` says what `fix` would do."""

    def test_edits(self, tmp_path: Path) -> None:
        [violation] = check_json(cwd=project(tmp_path))["violations"]
        assert violation["fix"]["safety"] == "safe"
        [edit] = violation["fix"]["edits"]
        assert edit["line"] == 1 and "engine" in edit["text"]

    def test_of_standard_input(self, tmp_path: Path) -> None:
        arguments = ("-", "--stdin-filename", "chat/api.py")
        [violation] = check_json(*arguments, cwd=project(tmp_path), stdin=b"\n\n" + IMPORT.encode())["violations"]
        assert violation["fix"]["edits"][0]["line"] == 3

    def test_the_reason_where_there_are_none(self, tmp_path: Path) -> None:
        root = project(tmp_path, {"chat/api.py": DUPLICATE})
        [violation] = check_json(cwd=root)["violations"]
        assert violation["fix"] == {"safety": "manual", "reason": "no fix is known for duplicate-name"}


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestProgress:
    def test_is_shown_to_who_has_waited_a_while_and_leaves_nothing_behind(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        terminal = self.terminal(monkeypatch)
        with Progress(time.perf_counter() - 5) as progress:
            progress.show("fixing", 50, 100)
            assert f"fixing [{'#' * 15}{'.' * 15}] 50 of 100" in terminal.getvalue()
        assert terminal.getvalue().endswith("\r\033[K")

    def test_is_not_shown_on_short_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = self.terminal(monkeypatch)
        with Progress(time.perf_counter()) as progress:
            progress.show("fixing", 50, 100)
        assert terminal.getvalue() == ""

    @staticmethod
    def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
        terminal = _Terminal()
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stderr", terminal)
        return terminal

    def test_nor_where_nobody_looks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stream)
        with Progress(time.perf_counter() - 5) as progress:
            progress.show("fixing", 50, 100)
        assert stream.getvalue() == ""

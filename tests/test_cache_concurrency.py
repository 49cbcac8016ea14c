"""Many processes at one cache, processes that die, and caches that are damaged or cannot be written to.

None of it changes a result or an exit status. Where a cache cannot be used, one line says so.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import msgspec
import pytest

from ssot_lint.engine import Report
from tests.adapters.program import Done, environment, project, run, ssot_lint, tree
from tests.answers import Said, difference, everything, program_says, project_says, said
from tests.edits import CACHE, RandomTree
from tests.moments import CHANGES, Moments

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such thing")
CHECK = (sys.executable, "-m", "ssot_lint", "check", "--format=json")
MANY = 8
KILLS = 20

# What reaches what is retired, in one file or through several; nothing that takes long to settle.
USES = (
    "from chat.old import Engine\n",
    "from chat.re0 import Motor as Engine\nclass FastEngine(Engine): ...\n",
    "import importlib\nimportlib.import_module('chat.old')\n",
    "from chat.old import Engine  # noqa\nPATH = 'chat.old.Engine'\n",
)
FILES = {
    **{f"chat/re{number}.py": f"from chat.re{number + 1} import Motor\n" for number in range(6)},
    "chat/re6.py": "from chat.old import Engine as Motor\n",
    **{f"shop/user{number}.py": USES[number % len(USES)] for number in range(12)},
}

Process = subprocess.Popen[bytes]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project", FILES)


@pytest.fixture
def edits(root: Path) -> RandomTree:
    return RandomTree(root, Random(1), ["chat.old", "chat.old:Engine"])


@pytest.fixture
def truth(root: Path) -> Said:
    """What is to be said of the project."""
    return clean(root)


def clean(root: Path) -> Said:
    return program_says("--no-cache", cwd=root)


def require(found: Said, truth: Said) -> None:
    assert found == truth, difference(truth, found)


def report(root: Path, cache: Path | None) -> Report:
    """What is said of the project in this process."""
    found = project_says(root, everything, cache, configuration="pyproject.toml")
    assert isinstance(found, Report)
    return found


def start(root: Path) -> Process:
    return subprocess.Popen(CHECK, cwd=root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def done(process: Process) -> Done:
    output, errors = process.communicate(timeout=120)
    return subprocess.CompletedProcess(CHECK, process.returncode, output, errors)


DAMAGES = ("flip", "cut", "empty", "lengthen", "forge")


def damaged(data: bytes, how: str, random: Random) -> bytes:
    """What a broken disk, a full one, or a program that means well makes of a file."""
    place = random.randrange(len(data) + 1)
    flipped = bytes(byte ^ 1 << random.randrange(8) for byte in data[place:place + 1])
    return {
        "flip": data[:place] + flipped + data[place + 1:],
        "cut": data[:place],
        "empty": b"",
        "lengthen": data + data[:place],
        "forge": data[:8] + random.randbytes(len(data)),
    }[how]


class TestManyAtOnce:
    def test_on_no_cache_and_on_one_that_knows_a_part(self, root: Path, edits: RandomTree) -> None:
        for _ in range(3):
            truth = clean(root)
            assert truth.document
            for process in [start(root) for _ in range(MANY)]:
                require(said(done(process)), truth)
            print(*(edits.edit() for _ in range(3)), sep="\n")  # shown where the test fails

    def test_while_files_change_and_somebody_removes_the_cache(self, root: Path, edits: RandomTree) -> None:
        """Each may see files before or after. Whoever comes later sees them after."""
        processes = [start(root) for _ in range(MANY)]
        for _ in range(6):
            time.sleep(0.05)
            print(edits.edit())
        ssot_lint("clean", cwd=root)
        for process in processes:
            said(done(process))
        require(program_says(cwd=root), clean(root))


@POSIX
class TestDeath:
    """A run that is killed leaves nothing that changes the next one."""

    OTHERWISE = {"chat/re3.py": "from chat.engine import Engine as Motor\n", "shop/user1.py": "import chat.old\n"}

    def test_at_a_random_time(self, root: Path) -> None:
        """The files are now these, now those, so that each run finds something that is new to the cache."""
        random = Random(1)
        states = [(files, clean(tree(root, files))) for files in (self.OTHERWISE, FILES)]
        duration = self.duration(root)
        for number in range(KILLS):
            files, truth = states[number % 2]
            tree(root, files)
            if number % 4 == 0:
                shutil.rmtree(root / CACHE, ignore_errors=True)
            process = start(root)
            time.sleep(duration * (number + random.random()) / KILLS)
            process.kill()
            process.communicate()
            require(program_says(cwd=root), truth)

    def duration(self, root: Path) -> float:
        started = time.perf_counter()
        done(start(root))
        return time.perf_counter() - started

    @pytest.mark.parametrize("warm", [False, True], ids=["on no cache", "on one that knows a part"])
    def test_at_any_moment(self, tmp_path: Path, warm: bool) -> None:
        root = project(tmp_path / "small")
        truth = report(root, None)
        moment, dead = 0, True
        while dead:
            moment += 1
            shutil.rmtree(root / CACHE, ignore_errors=True)
            if warm:
                report(tree(root, {"chat/old.py": "", "chat/clean.py": ""}), root / CACHE)
                project(root)
            dead = self.dies(root, moment)
            assert report(root, root / CACHE) == truth, f"killed at moment {moment}"
        assert moment > 5

    def dies(self, root: Path, moment: int) -> bool:
        """Check in a process that is killed at a moment; False where it is over before."""
        child = os.fork()
        if not child:
            status = 1
            try:
                with Moments({moment: lambda: os.kill(os.getpid(), signal.SIGKILL)}, CHANGES):
                    report(root, root / CACHE)
                status = 0
            finally:
                os._exit(status)
        ended = os.waitpid(child, 0)[1]
        assert ended in (0, signal.SIGKILL)
        return ended != 0


class TestTrouble:
    """Result and exit status are as ever."""

    def warned(self, found: Said, truth: Said) -> bool:
        """Whether there is a warning about the cache; there are no two, and nothing else is otherwise."""
        warnings = [line for line in found.warnings if line not in truth.warnings]
        assert len(warnings) <= 1 and all("the cache" in line for line in warnings)
        require(found._replace(warnings=truth.warnings), truth)
        return bool(warnings)

    def test_a_file_in_its_place(self, root: Path, truth: Said) -> None:
        (root / CACHE).write_text("mine")
        assert self.warned(program_says(cwd=root), truth)
        assert self.warned(program_says("--cache-dir", f"{CACHE}/below", cwd=root), truth)
        assert (root / CACHE).read_text() == "mine"

    def test_a_foreign_folder_in_its_place(self, root: Path, truth: Said) -> None:
        tree(root, {f"{CACHE}/notes.txt": "mine"})
        assert self.warned(program_says(cwd=root), truth)
        assert os.listdir(root / CACHE) == ["notes.txt"]

    def test_foreign_things_in_it(self, root: Path, truth: Said) -> None:
        require(program_says(cwd=root), truth)
        for folder in {path.parent for path in files_of(root / CACHE)}:
            tree(folder, {"notes.txt": "mine", "a.pack/x": "", "foreign.pack": "mine", "b.state/x": "", "c.state": ""})
        for _ in range(2):
            self.warned(program_says(cwd=root), truth)
        assert (root / CACHE / "notes.txt").read_text() == "mine"

    LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
from ssot_lint.__main__ import main
sys.exit(main(["check", "--format=json"]))
"""

    @POSIX
    @pytest.mark.parametrize("room", [0, 300, 3000])
    def test_a_disk_that_is_full(self, root: Path, truth: Said, room: int) -> None:
        assert self.warned(self.with_room(root, room), truth) or room
        require(program_says(cwd=root), truth)
        tree(root, TestDeath.OTHERWISE)
        truth = clean(root)
        self.warned(self.with_room(root, room), truth)
        require(program_says(cwd=root), truth)

    def with_room(self, root: Path, room: int) -> Said:
        """What is said where no file can grow larger; without byte code, or Python would spoil its own cache."""
        return said(run("-B", "-c", self.LIMITED.format(room=room), cwd=root))

    # --- damage

    @pytest.mark.parametrize("how", DAMAGES)
    def test_every_file_is_damaged(self, root: Path, truth: Said, how: str) -> None:
        require(program_says(cwd=root), truth)
        for path in files_of(root / CACHE):
            path.write_bytes(damaged(path.read_bytes(), how, Random(1)))
        self.warned(program_says(cwd=root), truth)
        self.warned(program_says(cwd=root), truth)

    def test_any_file_is_damaged(self, root: Path, tmp_path: Path) -> None:
        truth = report(root, None)
        assert report(root, root / CACHE) == truth
        sound = (root / CACHE).rename(tmp_path / "sound")
        random = Random(1)
        for _ in range(60):
            cache = shutil.copytree(sound, root / CACHE, dirs_exist_ok=True)
            path, other = random.choices(files_of(cache), k=2)
            path.write_bytes(damaged(random.choice((path, other)).read_bytes(), random.choice(DAMAGES), random))
            for _ in range(2):
                found = report(root, cache)
                assert msgspec.structs.replace(found, notices=()) == truth
                assert len(found.notices) <= 1


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())

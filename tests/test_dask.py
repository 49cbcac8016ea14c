"""On a real Dask cluster, with workers that are processes: what is found is what would be found without it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.__main__ import main
from ssot_lint.adapters.version import version
from ssot_lint.facts.cluster import Cluster
from ssot_lint.facts.extraction import digest_of, extract
from ssot_lint.facts.processes import Crew
from ssot_lint.model.facts import FileFacts
from ssot_lint.model.source import SourceFile
from tests.adapters.program import environment, project, run, ssot_lint
from tests.answers import Said, difference, program_says, said

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")

USES = (
    "from chat.old import Engine\n",
    "from chat.re0 import Motor as Engine\nclass FastEngine(Engine): ...\n",
    "import importlib\nimportlib.import_module('chat.old')\n",
    "from chat.old import Engine  # noqa\nPATH = 'chat.old.Engine'\n",
)
FILES: dict[str, str | bytes] = {
    "chat/re0.py": "from chat.re1 import Motor\n",
    "chat/re1.py": "from chat.old import Engine as Motor\n",
    "shop/broken.py": "from chat.old import Engine(\n",
    "shop/undecodable.py": b"# \xff\nfrom chat.old import Engine\n",
    "shop/gr\u00f6\u00dfe.py": "from chat.old import Engine\n",
    **{f"shop/user{number}.py": USES[number % len(USES)] for number in range(300)},
    **{f"shop/other{number}.py": f"def f{number}(): ...\n" for number in range(100)},
}
SECONDS = 30.0
CHECK_IMPATIENTLY = """
import sys
from ssot_lint.__main__ import main
from ssot_lint.facts import cluster
cluster._PATIENCE = 0.5
sys.exit(main(["check", *sys.argv[1:]]))
"""

Process = subprocess.Popen[bytes]

# --- what workers and schedulers are told when they start (`--preload`)

WRITES_DOWN_WHAT_IT_OPENS = """
import os, sys
def watch(event, arguments):
    path = os.fsdecode(arguments[0]) if event == "open" and isinstance(arguments[0], (str, bytes)) else ""
    if path.startswith(os.environ["TREE"]) and path.endswith(".py"):
        with open(os.environ["LOG"], "a") as log:
            print(os.getpid(), path, file=log)
sys.addaudithook(watch)
"""
SEES_NOTHING_OF = """
import os, sys
def watch(event, arguments):
    path = os.fsdecode(arguments[0]) if event == "open" and isinstance(arguments[0], (str, bytes)) else ""
    if path.startswith(os.environ["TREE"] + {folder!r}):
        raise FileNotFoundError(path)
sys.addaudithook(watch)
"""
HANGS = """
import os, time
from ssot_lint.facts import extraction
def hang(data):
    open(os.environ["MARK"], "w").close()
    time.sleep(1000)
extraction.facts_of_bytes = hang
"""
DIES = """
import os, signal
from ssot_lint.facts import extraction
extraction.facts_of_bytes = lambda data: os.kill(os.getpid(), signal.SIGKILL)
"""
IS_ANOTHER_VERSION = """
from ssot_lint.adapters import version
version.version = lambda: "0.0.7"
"""
HAS_NO_SSOT_LINT = """
import sys
sys.modules["ssot_lint"] = None
"""


class Site:
    """A scheduler, and where its workers and we meet.

    Attributes:
        tree: the project.
        log, mark: files that workers may write.
        address: the scheduler's, as `--executor` names it.
    """

    def __init__(self, desk: Path, preload: str = "") -> None:
        self._desk = desk
        self.tree = desk / "tree"
        self.log = desk / "log"
        self.mark = desk / "mark"
        self.process = self._start("scheduler", preload, "--port", "0")
        wait_for(self._contact.exists)
        self.client = distributed.Client(scheduler_file=str(self._contact), timeout=SECONDS, set_as_default=False)
        self.address = f"dask:{self.client.scheduler.address}"

    @property
    def _contact(self) -> Path:
        return self._desk / "scheduler.json"

    def _start(self, role: str, preload: str, *arguments: str) -> Process:
        script = self._desk / f"preload{time.monotonic_ns()}.py"
        script.write_text(preload)
        common = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0", "--preload", str(script))
        contact = ("--scheduler-file", str(self._contact))
        places = {"TREE": str(self.tree), "LOG": str(self.log), "MARK": str(self.mark)}
        with open(self._desk / "output", "ab") as output:
            return subprocess.Popen(
                (sys.executable, "-m", f"distributed.cli.dask_{role}", *common, *contact, *arguments),
                cwd=self._desk, env=environment(**places), stdout=output, stderr=output,
            )

    @contextmanager
    def workers(self, *preloads: str) -> Iterator[list[Process]]:
        """More workers for the time of the block: processes with one thread each."""
        before = len(self.client.nthreads())
        started = [self._start("worker", preload, "--no-nanny", "--nthreads", "1") for preload in preloads]
        try:
            wait_for(lambda: len(self.client.nthreads()) == before + len(preloads))
            yield started
        finally:
            for process in started:
                process.kill()
                process.wait()
            if self.process.poll() is None:
                wait_for(lambda: len(self.client.nthreads()) <= before)
            self.log.unlink(missing_ok=True)
            self.mark.unlink(missing_ok=True)

    def start_check(self, *arguments: str) -> Process:
        """Check on the cluster, with little patience."""
        command = (sys.executable, "-c", CHECK_IMPATIENTLY, "--format=json", "--no-cache", "--executor", self.address)
        pipe = subprocess.PIPE
        return subprocess.Popen((*command, *arguments), cwd=self.tree, env=environment(), stdout=pipe, stderr=pipe)

    def check(self, *arguments: str) -> tuple[int, str]:
        """The same, to its end: exit status, and what is said on standard error."""
        return ended(self.start_check(*arguments))

    def close(self) -> None:
        self.process.kill()
        self.client.close()
        self.process.wait()


NewSite = Callable[[str], Site]


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    project(site.tree, FILES)
    os.symlink("nowhere.py", site.tree / "shop" / "dangling.py")
    yield site
    site.close()


@pytest.fixture
def other_site(tmp_path: Path) -> Iterator[NewSite]:
    """Starts another scheduler, as a preload tells it, over a small project."""
    with ExitStack() as after:

        def start(preload: str) -> Site:
            site = Site(tmp_path, preload)
            after.callback(site.close)
            project(site.tree)
            return site

        yield start


@pytest.fixture(scope="module")
def truth(site: Site) -> Said:
    """What is to be said of the project."""
    truth = program_says("--no-cache", cwd=site.tree)
    assert truth.status == 1 and len(truth.document["violations"]) > 300
    return truth


def require(found: Said, truth: Said) -> None:
    assert found == truth, difference(truth, found)


def ended(process: Process) -> tuple[int, str]:
    """Exit status and what was said on standard error."""
    _, errors = process.communicate(timeout=SECONDS)
    return process.returncode, errors.decode()


@pytest.fixture(scope="class")
def workers(site: Site) -> Iterator[list[Process]]:
    """Two that see the files, and write down which of them they open."""
    with site.workers(WRITES_DOWN_WHAT_IT_OPENS, WRITES_DOWN_WHAT_IT_OPENS) as workers:
        yield workers


class TestSameFindings:
    def test_of_all_files(self, site: Site, truth: Said, workers: list[Process]) -> None:
        require(program_says("--no-cache", "--executor", site.address, cwd=site.tree), truth)
        opened = [line.split(" ", 1) for line in site.log.read_text().splitlines()]
        assert {int(pid) for pid, _ in opened} == {worker.pid for worker in workers}
        assert {path for _, path in opened} >= {str(site.tree / name) for name in FILES if name.endswith(".py")}

    @pytest.mark.usefixtures("workers")
    def test_of_standard_input(self, site: Site) -> None:
        arguments = ("check", "--no-cache", "--format=json", "--stdin-filename", "chat/new.py", "-")
        stdin = b"from chat.old import Engine\n"
        here = ssot_lint(*arguments, cwd=site.tree, stdin=stdin)
        there = ssot_lint(*arguments, "--executor", site.address, cwd=site.tree, stdin=stdin)
        assert here.returncode == 1
        require(said(there), said(here))

    @pytest.mark.usefixtures("workers")
    def test_in_the_same_cache(
        self, site: Site, truth: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cache = ("--cache-dir", str(tmp_path / "cache"))
        require(program_says(*cache, "--executor", site.address, cwd=site.tree), truth)
        require(program_says(*cache, cwd=site.tree), truth)
        (tmp_path / "cache").rename(tmp_path / "moved")
        assert self.parsed(site, monkeypatch, *cache) > 300
        (tmp_path / "cache").rename(tmp_path / "own")
        (tmp_path / "moved").rename(tmp_path / "cache")
        assert self.parsed(site, monkeypatch, *cache) == 1

    def parsed(self, site: Site, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
        """How many contents are parsed, without the cluster, when there is a new one."""
        from ssot_lint.facts import extraction

        parsed = []
        original = extraction.facts_of_bytes

        def counted(data: bytes) -> FileFacts:
            parsed.append(data)
            return original(data)

        new = site.tree / "shop" / "new.py"
        new.write_text("from chat.old import Engine as New\n")
        with monkeypatch.context() as patch:
            patch.chdir(site.tree)
            patch.setattr(extraction, "facts_of_bytes", counted)
            try:
                assert main(["check", "--jobs=1", *arguments]) == 1
            finally:
                new.unlink()
        return len(parsed)


class TestWorkersThatSeeLess:
    @pytest.mark.parametrize("folder", ["", "/shop"], ids=["nothing", "a part"])
    def test_to_which_contents_are_sent(self, site: Site, truth: Said, folder: str) -> None:
        blind = SEES_NOTHING_OF.format(folder=folder)
        with site.workers(blind, blind):
            require(program_says("--no-cache", "--executor", site.address, cwd=site.tree), truth)


class _Stub:
    """A client whose only worker is this process, with something that happens before it does its work."""

    status = "running"

    def __init__(self, happens: Callable[[], object]) -> None:
        self._happens = happens
        self.orders: list[bytes] = []

    def nthreads(self) -> dict[str, int]:
        return {"worker": 1}

    def run(self, function: Callable[..., object], *arguments: object, on_error: str) -> dict[str, object]:
        return {"worker": function(*arguments)}

    def submit(self, function: Callable[..., bytes], *arguments: Any, pure: bool, retries: int) -> Future[bytes]:
        self.orders.append(arguments[-1])
        self._happens()
        future: Future[bytes] = Future()
        future.set_result(function(*arguments))
        return future


class TestFilesThatAreOthers:
    """A worker that has another file at the path does not take it for the client's."""

    def test_of_the_same_size_and_time(self, tmp_path: Path) -> None:
        path = tmp_path / "a.py"
        ours, theirs = b"class Ours: ...\n", b"class Them: ...\n"
        path.write_bytes(ours)
        moment = path.stat().st_mtime_ns

        def swap() -> None:
            """The first time before the worker reads, the second time between the client and the worker."""
            time.sleep(0.05)  # so that even a coarse clock tells the files apart
            path.write_bytes(theirs if len(stub.orders) == 1 else b"class None: ...\n")
            os.utime(path, ns=(moment, moment))

        stub = _Stub(swap)
        [found] = extract([SourceFile("a.py", str(path), ("a",))], Crew(executor=Cluster(stub, "tcp://it:1", version)))
        assert found.digest == digest_of(theirs)
        assert (theirs in stub.orders[1], len(stub.orders)) == (True, 2)


class TestLoss:
    def test_of_a_worker_in_the_middle_of_its_work(self, site: Site, truth: Said) -> None:
        with site.workers(HANGS, "") as (doomed, _):
            check = site.start_check()
            wait_for(site.mark.exists)
            doomed.send_signal(signal.SIGKILL)
            doomed.wait()
            assert check.poll() is None
            output, errors = check.communicate(timeout=SECONDS)
        require(said(subprocess.CompletedProcess((), check.returncode, output, errors)), truth)

    def test_of_all_workers(self, site: Site) -> None:
        with site.workers(HANGS) as [doomed]:
            check = site.start_check()
            wait_for(site.mark.exists)
            doomed.kill()
            assert refused(ended(check), "all workers are lost")

    def test_of_every_worker_that_tries_the_same(
        self, other_site: NewSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")  # by default as many as Dask likes
        site = other_site("")
        with site.workers(DIES) as [doomed]:
            assert refused(site.check(), "workers die of the same work")
            assert doomed.wait() == -signal.SIGKILL

    def test_of_the_scheduler(self, other_site: NewSite) -> None:
        site = other_site("")
        with site.workers(HANGS):
            check = site.start_check()
            wait_for(site.mark.exists)
            site.process.kill()
            assert refused(ended(check), "the scheduler was lost")

    def test_of_patience(self, site: Site) -> None:
        with site.workers(HANGS):
            check = site.start_check()
            wait_for(site.mark.exists)
            check.send_signal(signal.SIGINT)
            assert ended(check) == (130, "")


class TestRefusal:
    @pytest.mark.parametrize("executor", ["dask", "dask:", "dask:host:1", "dask:http://host:1", "ray:tcp://host:1"])
    def test_of_what_is_no_address(self, executor: str, capfd: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--executor", executor]) == 2
        assert "expected the scheduler of a Dask cluster, dask:tcp://HOST:PORT" in capfd.readouterr().err

    def test_of_processes_beside_it(self, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit, match="2"):
            main(["check", "--jobs=2", "--executor=dask:tcp://127.0.0.1:1"])
        assert "not allowed with argument --jobs" in capfd.readouterr().err

    @pytest.mark.parametrize("missing", ["dask", "distributed"])
    def test_where_dask_is_not_installed(
        self, missing: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setitem(sys.modules, missing, None)
        assert main(["check", "--executor=dask:tcp://127.0.0.1:1"]) == 2
        assert 'pip install "ssot-lint[dask]"' in capfd.readouterr().err

    @pytest.mark.parametrize("listens", [False, True], ids=["nobody", "somebody else"])
    def test_where_no_scheduler_answers(self, site: Site, listens: bool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            if not listens:
                server.close()
            address = f"tcp://127.0.0.1:{port}"
            assert refused(site.check("--executor", f"dask:{address}"), address, "no Dask scheduler answers")

    def test_where_nobody_works(self, site: Site) -> None:
        assert refused(site.check(), site.address[5:], "no workers")

    def test_of_workers_of_another_version(self, site: Site) -> None:
        with site.workers(IS_ANOTHER_VERSION):
            assert refused(site.check(), "has ssot-lint 0.0.7 (facts", "here is ssot-lint ", "install the same")

    def test_of_workers_without_ssot_lint(self, site: Site) -> None:
        with site.workers(HAS_NO_SSOT_LINT):
            assert refused(site.check(), "the worker tcp://", "has no ssot-lint that fits")

    def test_of_a_scheduler_without_ssot_lint(self, other_site: NewSite) -> None:
        site = other_site(HAS_NO_SSOT_LINT)
        with site.workers(""):
            assert refused(site.check(), "the scheduler has no ssot-lint that fits")

    def test_of_workers_of_another_version_that_come_later(self, site: Site) -> None:
        with site.workers(HANGS) as [doomed]:
            check = site.start_check()
            wait_for(site.mark.exists)
            with site.workers(IS_ANOTHER_VERSION):
                doomed.kill()
                assert refused(ended(check), "a worker has ssot-lint 0.0.7")


def refused(outcome: tuple[int, str], *parts: str) -> bool:
    """Whether a check ended as one does that cannot be obeyed, with one line that has these parts."""
    status, errors = outcome
    print(errors)  # shown where the test fails
    return status == 2 and len(errors.splitlines()) == 1 and all(part in errors for part in parts)


def test_nothing_of_dask_is_imported_before_somebody_asks(site: Site) -> None:
    check = "import sys, ssot_lint.__main__ as program; program.main(['check', '--no-cache', 'chat'])"
    done = run("-c", f"{check}; sys.exit(not {{'dask', 'distributed'}}.isdisjoint(sys.modules))", cwd=site.tree)
    assert done.stdout and done.returncode == 0

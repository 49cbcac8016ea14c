"""Several processes for the work on many files: started when they pay off, and never more than once in a run."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from multiprocessing.synchronize import Event

Task = Callable[[bytes], bytes]
"""Work on one batch: plain bytes in, plain bytes out, and nothing but what the files hold changes the outcome."""

_CHEAP = 8
"""So many processes are started without asking what the system allows."""
_OWN_FILES, _FILES_EACH = 32, 4
"""Files that are open in this process: its own, and those by which it speaks to another one."""
_MOST_ON_WINDOWS = 61
"""So many processes can be waited for there; `ProcessPoolExecutor` refuses more."""


class Mapper(Protocol):
    """What runs tasks elsewhere: any executor of `concurrent.futures`, or `ssot_lint.facts.cluster:Cluster`."""

    def map(self, task: Task, batches: Sequence[bytes], /) -> Iterator[bytes]:
        """The outcomes, in the order of the batches."""


class Crew:
    """Runs tasks over batches: in this process, in several, or on an executor that is given.

    Args:
        jobs: how many processes; 0 = one a core where that pays off.
        executor: runs everything instead, whatever its size (a cluster, for instance); stays open.
    """

    def __init__(self, jobs: int = 0, executor: Mapper | None = None) -> None:
        self._asked = jobs
        self._insist = jobs > 1
        self._executor = executor
        self._own: Executor | None = None
        self._given_up: Event | None = None

    def shares(self, number: int, least: int) -> int:
        """Into how many parts to divide what copies of this process can do.

        Args:
            number: of things to do.
            least: so many are worth a process.
        """
        return max(1, min(self._jobs, number // least)) if self._executor is None else 1

    @property
    def _jobs(self) -> int:
        """How many processes; told anew each time, as this one may be a copy of the one that made the crew."""
        return _jobs_here(self._asked)

    def map(self, task: Task, batches: Sequence[bytes], worth: bool) -> Iterator[bytes]:
        """The outcomes, in the order of the batches.

        Args:
            task: a function of a module.
            worth: the work is worth starting several processes, unless these were asked for, or have been started.
        """
        if self._executor is not None:
            return self._executor.map(task, batches)
        if self._jobs < 2 or len(batches) < 2 or not (worth or self._insist or self._own is not None):
            return map(task, batches)
        return self._in_processes(task, batches)

    def _in_processes(self, task: Task, batches: Sequence[bytes]) -> Iterator[bytes]:
        executor = self._started()
        with interrupts_held():  # the processes are started now, with the first batch
            found = executor.map(task, batches)
        left = len(batches)
        try:
            for outcome in found:
                left -= 1
                yield outcome
        except BaseException:
            if left:
                self.give_up()  # whoever interrupts does not want to wait for what is under way
            raise

    def _started(self) -> Executor:
        if self._own is None:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import Event

            self._given_up = Event()
            arguments = self._given_up, gc.get_threshold()
            self._own = ProcessPoolExecutor(self._jobs, initializer=_begin, initargs=arguments)
        return self._own

    def give_up(self) -> None:
        """Let the processes skip what is left of their work."""
        if self._given_up is not None:
            self._given_up.set()
        self.close()

    def close(self) -> None:
        """End the processes, if any were started."""
        if self._own is not None:
            self._own.shutdown(cancel_futures=True)
            self._own = None


def _jobs_here(jobs: int) -> int:
    running = sys.modules.get("multiprocessing.process")  # not imported: nobody can have started this one by it
    if running is not None and running.current_process().daemon:
        return 1  # a worker of flake8, say, may not start processes of its own
    wanted = jobs or os.cpu_count() or 1
    return wanted if wanted <= _CHEAP else min(wanted, _affordable())


def _affordable() -> int:
    """For how many processes this one may hold files open: a pipe or two for each, and as many as it needs itself."""
    try:
        import resource  # there is none on Windows
    except ImportError:
        return _MOST_ON_WINDOWS
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if allowed == resource.RLIM_INFINITY else max(1, (allowed - _OWN_FILES) // _FILES_EACH)


class _Worker:
    """What a process that works for another knows of that one."""

    given_up: Event | None = None


def _begin(given_up: Event, collecting: tuple[int, int, int]) -> None:
    """Ctrl-C reaches every process of a terminal; this one answers to the process that started it, and to no other.

    Args:
        collecting: how often cycles are collected there.
    """
    gc.set_threshold(*collecting)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_starter()
    _Worker.given_up = given_up


def end_with_starter() -> None:
    """End this process when the one that started it is gone: one that is killed leaves nobody to do it."""
    threading.Thread(target=_outlast_starter, daemon=True).start()


def _outlast_starter() -> None:
    from multiprocessing import parent_process

    starter = parent_process()
    if starter is not None:
        starter.join()
        os._exit(1)


def is_given_up() -> bool:
    """Whether nobody waits for the work of this process any more."""
    return _Worker.given_up is not None and _Worker.given_up.is_set()


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Keep interrupts waiting, in processes started meanwhile for good: they may come before `_begin`."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

"""The map on a Dask cluster: for trees that outgrow one machine.

A worker that sees the very files that the client sees reads them itself. To the others the contents are sent along.
Nothing of Dask is imported before somebody connects.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.errors import UsageError
from ssot_lint.facts.processes import Task
from ssot_lint.files import Unreadable, read_on_disk, read_signed, reading_by, signature_on_disk
from ssot_lint.model.facts import SCHEMA
from ssot_lint.model.source import Signature

if TYPE_CHECKING:
    from distributed import Client, Future

Version = Callable[[], str]
"""Tells which ssot-lint is installed where it is called."""

_PATIENCE = 10.0
"""Seconds that a scheduler has to answer, and a cluster that has lost all its workers to get new ones."""

_RETRIES = 3
_AHEAD = 4
"""Batches that wait for each thread of the cluster, so that none is idle while the client makes the next ones."""

_ROOM = 64_000_000
"""Bytes that may be under way at a time, as far as one batch does not take more."""

_WITHOUT = "or check without --executor"


class _File(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One file, as the client has it.

    Attributes:
        signature: None where it cannot be read.
        content: None where it is to be read at its path, if it has this signature there.
        fault: why it cannot be read, and where: line and column.
    """

    signature: Signature | None
    content: bytes | None = None
    fault: tuple[str, int, int] = ("", 1, 1)


class _Order(msgspec.Struct, frozen=True, array_like=True):
    """A batch, and path -> file for all that the task reads to do it."""

    batch: bytes
    files: dict[bytes, _File]


class _Answer(msgspec.Struct, frozen=True, array_like=True):
    """What became of an order: nothing where `edition` is not the client's, or where other files are at the paths."""

    edition: str
    found: bytes | None = None


class _Sent(msgspec.Struct, frozen=True):
    """An order that is under way."""

    batch: bytes
    size: int
    future: Future


_ORDERS = msgspec.msgpack.Decoder(_Order)
_ANSWERS = msgspec.msgpack.Decoder(_Answer)


# --- what a worker does


@cache
def edition(version: Version) -> str:
    """What has to be the same on client and worker for facts to be the same."""
    return f"ssot-lint {version()} (facts {SCHEMA}, {sys.implementation.cache_tag})"


def sees(path: bytes, signature: Signature) -> bool:
    """Whether the very same file is here. No copy of it is: that was changed, or rather made, at another time."""
    try:
        return signature_on_disk(path) == signature
    except Unreadable:
        return False


def work(task: Task, version: Version, expected: str, order: bytes) -> bytes:
    """A task on one batch, as `_Order`, with the files as the client has them."""
    mine = edition(version)
    if mine != expected:  # a worker that came later
        return msgspec.msgpack.encode(_Answer(mine))
    asked = _ORDERS.decode(order)
    try:
        with reading_by(partial(_read, asked.files)):
            return msgspec.msgpack.encode(_Answer(mine, task(asked.batch)))
    except _Elsewhere:
        return msgspec.msgpack.encode(_Answer(mine))


class _Elsewhere(Exception):
    """The client's file is not here."""


def _read(files: dict[bytes, _File], path: bytes) -> tuple[Signature, bytes]:
    file = files[path]
    if file.signature is None:
        raise Unreadable(*file.fault)
    if file.content is not None:
        return file.signature, file.content
    try:
        signature, data = read_on_disk(path)
    except Unreadable:
        raise _Elsewhere from None
    if signature != file.signature:
        raise _Elsewhere
    return signature, data


# --- what the client does


@contextmanager
def connected(address: str, version: Version) -> Iterator[Cluster]:
    """The cluster of a scheduler, until the end of the block.

    Args:
        address: the scheduler's, `tcp://HOST:PORT`.
        version: a function of a module.

    Raises:
        UsageError: Dask is not installed, no scheduler answers, or the cluster is not fit for the work.
    """
    client = _client(address)
    try:
        cluster = Cluster(client, address, version)
        cluster.require_fit()
        yield cluster
    finally:
        with suppress(Exception):  # whatever is wrong with the connection is over with it
            client.close(timeout=_PATIENCE)


def _client(address: str) -> Client:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise UsageError(
            f"{address}: a Dask cluster needs more than ssot-lint alone ({error}): "
            'pip install "ssot-lint[dask]"'
        ) from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what concerns the user is in our messages
    dask.config.set({"distributed.admin.large-graph-warning-threshold": 16 * _ROOM})  # contents may be large
    try:
        asyncio.run(_greeted(address))
        return distributed.Client(address, timeout=_PATIENCE, set_as_default=False, name="ssot-lint")
    except Exception as error:  # Dask has many, by version and by what it is that answers
        raise UsageError(
            f"{address}: no Dask scheduler answers within {_PATIENCE:.0f} s ({_first_line(error)}): "
            f"start one there (dask scheduler), mend the address, {_WITHOUT}"
        ) from None


async def _greeted(address: str) -> None:
    """Make sure that a scheduler is there: `Client` would wait for ever for an answer from something else."""
    from distributed import Security
    from distributed.comm import connect

    options = Security().get_connection_args("client")
    comm = await asyncio.wait_for(connect(address, timeout=_PATIENCE, **options), _PATIENCE)
    await comm.close()


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


class Cluster:
    """Runs tasks on a cluster, as an executor of `concurrent.futures` would.

    Dask itself hands on the work of a worker that is lost.
    """

    def __init__(self, client: Client, address: str, version: Version) -> None:
        self._client = client
        self._address = address
        self._version = version
        self._edition = edition(version)
        self._by_path: bool | None = None

    def require_fit(self) -> None:
        """Make sure that there is somebody to do the work, as it would be done here.

        Raises:
            UsageError: there is not.
        """
        with self._explained():
            if not self._client.nthreads():
                raise UsageError(f"{self._address}: no workers: start some (dask worker {self._address}), {_WITHOUT}")
            scheduler = _outcome(partial(self._client.run_on_scheduler, edition, self._version))
            self._require("the scheduler", scheduler)
            for worker, found in self._everywhere(edition, self._version).items():
                self._require(f"the worker {worker}", found)

    def _everywhere(self, function: Callable[..., object], *arguments: object) -> dict[str, object]:
        """Worker -> what a function gives or raises there."""
        found: dict[str, object] = self._client.run(function, *arguments, on_error="return")
        return found

    def _require(self, who: str, found: object) -> None:
        if isinstance(found, str) and found != self._edition:
            raise UsageError(
                f"{self._address}: {who} has {found}, and here is {self._edition}: install the same ssot-lint and the "
                f"same Python in both places, {_WITHOUT}"
            )
        if isinstance(found, Exception) and not isinstance(found, OSError):  # whoever is lost meanwhile matters no more
            raise UsageError(
                f"{self._address}: {who} has no ssot-lint that fits ({_first_line(found)}): install "
                f"{self._edition} there, {_WITHOUT}"
            )

    def map(self, task: Task, batches: Sequence[bytes], /) -> Iterator[bytes]:
        """The outcomes, in the order of the batches; few of these are under way at a time.

        Raises:
            UsageError: the cluster is lost, or cannot do the work.
        """
        with self._explained():
            most = _AHEAD * max(1, sum(self._client.nthreads().values()))
            under_way: deque[_Sent] = deque()
            for batch in batches:
                under_way.append(self._sent(task, batch, self._files(task, batch)))
                while len(under_way) > 1 and (len(under_way) > most or sum(one.size for one in under_way) > _ROOM):
                    yield self._found(task, under_way.popleft())
            while under_way:
                yield self._found(task, under_way.popleft())

    def _files(self, task: Task, batch: bytes) -> dict[bytes, _File]:
        """The files that a task reads, as workers need them."""
        paths = _read_by(task, batch)
        if self._by_path is False:
            return {path: _brought(path) for path in paths}
        files = {path: _located(path) for path in paths}
        probe = next(((path, file.signature) for path, file in files.items() if file.signature is not None), None)
        if self._by_path is None and probe is not None:
            self._by_path = all(found is True for found in self._everywhere(sees, *probe).values())
            return self._files(task, batch)
        return files

    def _sent(self, task: Task, batch: bytes, files: dict[bytes, _File]) -> _Sent:
        order = msgspec.msgpack.encode(_Order(batch, files))
        arguments = (task, self._version, self._edition, order)
        return _Sent(batch, len(order), self._client.submit(work, *arguments, pure=False, retries=_RETRIES))

    def _found(self, task: Task, sent: _Sent) -> bytes:
        found = self._answer(sent)
        if found is None:
            files = {path: _brought(path) for path in _read_by(task, sent.batch)}
            found = self._answer(self._sent(task, sent.batch, files))
        assert found is not None, "contents were sent along"
        return found

    def _answer(self, sent: _Sent) -> bytes | None:
        answer = _ANSWERS.decode(self._result(sent.future))
        self._require("a worker", answer.edition)
        return answer.found

    def _result(self, future: Future) -> bytes:
        from distributed import TimeoutError as Late

        deserted = False
        while True:
            try:
                result: bytes = future.result(timeout=_PATIENCE)
                return result
            except Late:
                if self._client.nthreads():
                    deserted = False
                elif deserted:
                    raise UsageError(
                        f"{self._address}: all workers are lost: start some, and check again, {_WITHOUT}"
                    ) from None
                else:
                    deserted = True

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What can go wrong with a cluster, in the words of ours."""
        import distributed

        lost = (distributed.CancelledError, distributed.TimeoutError, OSError)
        try:
            yield
        except UsageError:
            raise
        except distributed.KilledWorker as error:
            raise UsageError(
                f"{self._address}: workers die of the same work again and again, at last "
                f"{error.last_worker.address}: look at its log, give workers more memory, {_WITHOUT}"
            ) from None
        except Exception as error:
            if isinstance(error, lost) or self._client.status != "running":
                raise UsageError(
                    f"{self._address}: the scheduler was lost or started anew ({_first_line(error)}): check again, "
                    f"{_WITHOUT}"
                ) from None
            raise


def _outcome(call: Callable[[], object]) -> object:
    """What a call gives or raises."""
    try:
        return call()
    except Exception as error:
        return error


def _read_by(task: Task, batch: bytes) -> list[bytes]:
    """The paths that a task reads: it is run with nothing to read, which takes no time."""
    paths: list[bytes] = []

    def note(path: bytes) -> tuple[Signature, bytes]:
        paths.append(path)
        raise Unreadable("is only asked for")

    with reading_by(note):
        task(batch)
    return paths


def _located(path: bytes) -> _File:
    try:
        return _File(signature_on_disk(path))
    except Unreadable as error:
        return _faulty(error)


def _brought(path: bytes) -> _File:
    try:
        return _File(*read_signed(path))
    except Unreadable as error:
        return _faulty(error)


def _faulty(error: Unreadable) -> _File:
    return _File(None, fault=(error.reason, error.line, error.column))

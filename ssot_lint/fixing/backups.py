"""What files held before they were fixed, kept so that `undo` can put it back.

    .ssot_lint_backup/                 beside the configuration; ignores itself in git, and is none of the cache
        20270301T101500.123456Z-1f2e/  one run of `fix --backup`; sorted by name, they are in the order of time
            0001.entry                 one file: a line of JSON that says which, and then its content before
            0002.left                  the same, where `undo` has left the file alone since it had changed

An entry is on the disk before its file is replaced. It names the digest of the content after, so that `undo` tells a
file that was replaced from one that was not, and both from one that has changed since.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator

import msgspec

from ssot_lint.files import Unreadable, read_on_disk
from ssot_lint.fixing.content import Refused
from ssot_lint.fixing.writing import Snapshot, replace, snapshot, sync_folder, why_not

NAME = ".ssot_lint_backup"
_RUN = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{4}")
_ENTRY = re.compile(r"(\d{4,})\.(entry|left)")
_TEMPORARY = re.compile(r"\d{4,}\.entry\.[0-9a-f]{8}\.tmp")


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an entry says of its file.

    Attributes:
        path: relative to the project root, with `/`.
        before, after: digests of the content before and after the fix.
    """

    path: str
    before: str
    after: str


class Entry(msgspec.Struct, frozen=True):
    """A file that can be put back.

    Attributes:
        place: the path of the entry itself.
        data: the content before.
    """

    place: str
    header: Header
    data: bytes

    @property
    def is_left(self) -> bool:
        return self.place.endswith(".left")


def new_run() -> str:
    """The name of a run that begins now."""
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds))
    return f"{stamp}.{nanoseconds // 1000:06d}Z-{os.urandom(2).hex()}"


class Journal:
    """Keeps what the files of one project hold before a run changes them.

    Args:
        root: the project root.
        run: as `new_run` names it; projects that are fixed together share it.
    """

    def __init__(self, root: str, run: str) -> None:
        self._top = os.path.join(root, NAME)
        self._folder = os.path.join(self._top, run)
        self._count = 0

    def keep(self, path: str, before: bytes, after: bytes) -> str:
        """Keep a file's content, and return the path of the entry; it is on the disk then.

        Raises:
            Refused: it cannot be kept.
        """
        self._count += 1
        header = Header(path, digest(before), digest(after))
        place = os.path.join(self._folder, f"{self._count:04d}.entry")
        try:
            self._make_folder()
            _write(place, msgspec.json.encode(header) + b"\n" + before)
        except OSError as error:
            raise Refused(f"it cannot be backed up: {error.strerror or type(error).__name__}") from None
        except UnicodeEncodeError:
            raise Refused("it cannot be backed up: its name is no text") from None
        return place

    def forget(self, place: str) -> None:
        """Remove an entry whose file was not changed after all."""
        remove(place)

    def _make_folder(self) -> None:
        if os.path.islink(self._top):
            raise Refused(f"it cannot be backed up: {NAME} is a link")
        if os.path.isdir(self._folder):
            return
        os.makedirs(self._folder)
        ignoring = os.path.join(self._top, ".gitignore")
        if not os.path.lexists(ignoring):
            _write(ignoring, b"*\n")
        sync_folder(self._top)
        sync_folder(os.path.dirname(self._top))


def runs(folder: str) -> list[str]:
    """The names of the runs that a project's folder of backups holds, the last one first."""
    try:
        return sorted(filter(_RUN.fullmatch, os.listdir(folder)), reverse=True)
    except OSError:
        return []


def entries(folder: str, run: str, broken: Callable[[str], object]) -> Iterator[Entry]:
    """What a run has kept, in its order.

    Args:
        folder: the folder of backups.
        broken: told the path of each entry that cannot be read.
    """
    try:
        names = os.listdir(os.path.join(folder, run))
    except OSError:
        return
    for name in sorted(filter(_ENTRY.fullmatch, names), key=lambda name: (len(name.partition(".")[0]), name)):
        place = os.path.join(folder, run, name)
        entry = _read(place)
        if entry is None:
            broken(place)
        else:
            yield entry


def put_back(entry: Entry, root: str) -> bool:
    """Give a file the content that it had; False where it has that already.

    Raises:
        Refused: it has changed since, or cannot be written.
    """
    path = _inside(entry.header.path, root)
    file = snapshot(path)
    found = digest(file.data)
    if found == entry.header.before:
        return False
    if found != entry.header.after:
        raise Refused("it has changed since the fix")
    if reason := why_not(file, root):
        raise Refused(reason)
    replace(Snapshot(file.path, file.signature, file.data), entry.data)
    return True


def leave(entry: Entry) -> str:
    """Note that a file was left alone, and return where its content before is kept from now on."""
    place = f"{entry.place.rpartition('.')[0]}.left"
    try:
        os.replace(entry.place, place)
    except OSError:
        return entry.place
    return place


def remove(place: str) -> None:
    """Remove an entry, and the folder of its run when it was the last one there."""
    folder = os.path.dirname(place)
    try:
        os.unlink(place)
        rest = os.listdir(folder)
        if not any(map(_ENTRY.fullmatch, rest)):
            for name in filter(_TEMPORARY.fullmatch, rest):  # a process was killed while it wrote
                os.unlink(os.path.join(folder, name))
            os.rmdir(folder)
    except OSError:
        return


def digest(data: bytes) -> str:
    """What a content is known by."""
    return hashlib.sha256(data).hexdigest()


def _inside(path: str, root: str) -> str:
    """The absolute path of what an entry names, which may come from anybody.

    Raises:
        Refused: it leads out of the project.
    """
    way = path.split("/")
    if not path or any(part in ("", ".", "..") or os.sep in part or "\0" in part for part in way):
        raise Refused("its backup names no file of the project")
    if os.path.splitdrive(path)[0]:
        raise Refused("its backup names no file of the project")
    return os.path.join(root, *way)


def _read(place: str) -> Entry | None:
    try:
        head, end, data = read_on_disk(place)[1].partition(b"\n")
        header = msgspec.json.decode(head, type=Header)
    except (Unreadable, msgspec.MsgspecError, ValueError):
        return None
    return Entry(place, header, data) if end and digest(data) == header.before else None


def _write(place: str, data: bytes) -> None:
    """Write a new file that is there whole or not at all."""
    temporary = f"{place}.{os.urandom(4).hex()}.tmp"
    try:
        with open(temporary, "xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, place)
    except BaseException:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise
    sync_folder(os.path.dirname(place))

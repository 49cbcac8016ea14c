"""Assembles trees of real code from the package index, without installing or executing any of it.

    python -m benchmarks.corpora airflow
    python -m benchmarks.corpora airflow --into /somewhere/else

A corpus is one row of `CORPORA`. Its distributions are laid over one another in the order of the row. A path that two
of them ship with different contents stops the run: which of the two is right is a decision, and a decision belongs into
the row's comment, not into the order in which archives happen to be unpacked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
STAMP = ".corpus.json"


class CorpusError(Exception):
    """A corpus cannot be assembled; the message says why and what to do."""


@dataclass(frozen=True)
class Corpus:
    """A tree of real code.

    Attributes:
        name: what it is called on the command line.
        requirements: exact pins, the base first and then what is laid over it.
    """

    name: str
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Size:
    """How much Python a tree holds: number of `.py` and `.pyi` files, and their bytes."""

    files: int
    size: int


CORPORA = {
    corpus.name: corpus
    for corpus in (
        # Airflow 2.2.5 ships no `airflow/providers` at all, and the backports ship nothing but
        # `airflow/providers/google` and `airflow/providers/amazon`: no `airflow/__init__.py`, no
        # `airflow/providers/__init__.py`. At these versions no path is shipped twice, and `airflow.providers` is a
        # namespace package in the tree, as it is in an installation.
        Corpus(
            "airflow",
            (
                "apache-airflow==2.2.5",
                "apache-airflow-backport-providers-google==2021.3.3",
                "apache-airflow-backport-providers-amazon==2021.3.3",
                "dag-factory==0.4.3",
            ),
        ),
        Corpus("homeassistant", ("homeassistant==2024.3.3",)),
        Corpus("ansible", ("ansible==9.0.1",)),
        # The distribution `ansible` holds the collections only; what they import is in `ansible-core`. A tree of its
        # own, so that what is measured on the collections stays what it is. Used by the study of false alarms.
        Corpus("ansible-whole", ("ansible-core==2.16.1", "ansible==9.0.1")),
    )
}


def default_tree(name: str) -> Path:
    """Where the corpus of that name is kept unless the caller says otherwise."""
    return HERE / ".corpora" / name


def assemble(corpus: Corpus, into: Path) -> Size:
    """Makes `into` hold the corpus; a tree that already does is left as it is.

    Raises:
        CorpusError: `into` holds something else, a distribution cannot be had, or two of them disagree about a path.
    """
    if not is_assembled(corpus, into):
        if into.exists() and (not into.is_dir() or any(into.iterdir())):
            raise CorpusError(f"{into} exists and is not {corpus.name!r} at these versions: remove it, or use --into")
        into.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=into.parent, prefix=f".{corpus.name}-") as scratch:
            tree = Path(scratch) / "tree"
            tree.mkdir()
            for requirement in corpus.requirements:
                lay_over(unpacked(download(requirement, into.parent / ".downloads"), Path(scratch)), tree, requirement)
            (tree / STAMP).write_text(json.dumps({"requirements": corpus.requirements}) + "\n", encoding="utf-8")
            if into.exists():
                into.rmdir()
            tree.rename(into)
    return measure(into)


def is_assembled(corpus: Corpus, tree: Path) -> bool:
    """Whether the tree was made, and made to the end, from exactly these requirements."""
    try:
        stamp = json.loads((tree / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(stamp, dict) and stamp.get("requirements") == list(corpus.requirements)


def download(requirement: str, cache: Path) -> Path:
    """The archive of one pinned requirement: its wheel, or its sdist where no wheel exists.

    Raises:
        CorpusError: the package index that pip is configured for has neither.
    """
    into = cache / requirement.replace("==", "-")
    if not (into.is_dir() and any(into.iterdir())):
        into.mkdir(parents=True, exist_ok=True)
        # The pins are old and nothing is installed: what the running interpreter could run does not matter.
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
        kinds = (["--only-binary", ":all:"], ["--no-binary", ":all:"])
        if not any(run_pip([*pip, *kind, "--dest", str(into), requirement]) for kind in kinds):
            into.rmdir()
            raise CorpusError(f"pip finds neither wheel nor sdist of {requirement}: is a package index configured?")
    return next(path for path in sorted(into.iterdir()) if path.is_file())


def run_pip(command: Sequence[str]) -> bool:
    """Whether the command succeeded; what pip complained about goes to stderr either way."""
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0


def unpacked(archive: Path, scratch: Path) -> Path:
    """The folder with the importable contents of a wheel or sdist."""
    into = Path(tempfile.mkdtemp(dir=scratch, prefix="unpacked-"))
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(into)
        return into
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as sdist:
            sdist.extractall(into)
    else:
        with tarfile.open(archive) as sdist_tar:
            sdist_tar.extractall(into, filter="data")
    (top,) = [path for path in into.iterdir() if path.is_dir()]
    return top / "src" if (top / "src").is_dir() else top


def lay_over(source: Path, tree: Path, requirement: str) -> None:
    """Adds the files of one distribution to the tree.

    Raises:
        CorpusError: a file is already there with different contents.
    """
    for path in files_below(source):
        relative = path.relative_to(source)
        if relative.parts[0].endswith((".dist-info", ".data", ".egg-info")):
            continue
        target = tree / relative
        if target.exists() and digest(target) != digest(path):
            raise CorpusError(f"{requirement} overwrites {relative.as_posix()} with other contents: decide in CORPORA")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def digest(path: Path) -> bytes:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).digest()


def files_below(folder: Path) -> Iterator[Path]:
    """Every regular file below a folder, in a fixed order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def measure(tree: Path) -> Size:
    """Counts the Python of a tree."""
    sizes = [path.stat().st_size for path in files_below(tree) if path.suffix in {".py", ".pyi"}]
    return Size(len(sizes), sum(sizes))


def main(arguments: Sequence[str] | None = None) -> int:
    """Assembles one corpus; returns 0, or 2 where that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpora", description="Assemble a tree of real code.")
    parser.add_argument("name", choices=sorted(CORPORA))
    parser.add_argument("--into", type=Path, metavar="DIR", help="where to (default: benchmarks/.corpora/NAME)")
    options = parser.parse_args(arguments)
    into = options.into or default_tree(options.name)
    try:
        size = assemble(CORPORA[options.name], into.resolve())
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{into}: {size.files} Python files, {size.size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How well structure tells copies from kin: precision and recall of SOT203 over the range of `similarity`.

    python -m benchmarks.clones --into /somewhere            # downloads what `COPIES` and `FAMILIES` list, and measures
    python -m benchmarks.clones --into /somewhere --show 20  # what goes wrong at the default, to be read
    python -m benchmarks.clones --into /somewhere --held-out # the same of what the default was not chosen by

A positive is a class or function of one distribution and what has its name in a vendored copy, a fork or another
version of it; both are real code that somebody copied and went on to change. A negative is a class or function and
any other of the same distribution: siblings of one framework, which resemble each other as much as code does that is
no copy. What inherits from one another is left out, as the rule leaves it out.

Nothing of it is installed, imported or executed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ssot_lint.facts.extraction import facts_of_bytes
from ssot_lint.files import describe
from ssot_lint.index import Definition, Module, Modules, ProjectIndex
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.likeness import SUBSTANTIAL, Likeness, Member, Original, content_of, size_of
from ssot_lint.model.facts import NONE
from ssot_lint.model.policy import Duplicates, Policy
DEFAULT = Duplicates().similarity
RANGE = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9)


class Copy(NamedTuple):
    """A package and what was made of it: distribution, and the package in it. `renamed`: what the fork renamed."""

    of: tuple[str, str]
    copy: tuple[str, str]
    renamed: tuple[str, str] = ("", "")


_PIP = "pip==26.3"
_SETUPTOOLS = "setuptools==84.2.1"
COPIES = (
    Copy(("requests==2.31.0", "requests"), (_PIP, "pip/_vendor/requests")),
    Copy(("requests==2.18.4", "requests"), (_PIP, "pip/_vendor/requests")),
    Copy(("urllib3==1.26.5", "urllib3"), (_PIP, "pip/_vendor/urllib3")),
    Copy(("urllib3==1.22", "urllib3"), ("urllib3==1.26.5", "urllib3")),
    Copy(("packaging==23.2", "packaging"), (_SETUPTOOLS, "setuptools/_vendor/packaging")),
    Copy(("packaging==20.9", "packaging"), (_PIP, "pip/_vendor/packaging")),
    Copy(("rich==12.0.0", "rich"), (_PIP, "pip/_vendor/rich")),
    Copy(("resolvelib==0.5.5", "resolvelib"), (_PIP, "pip/_vendor/resolvelib")),
    Copy(("distlib==0.3.4", "distlib"), (_PIP, "pip/_vendor/distlib")),
    Copy(("CacheControl==0.12.6", "cachecontrol"), (_PIP, "pip/_vendor/cachecontrol")),
    Copy(("platformdirs==2.4.0", "platformdirs"), (_SETUPTOOLS, "setuptools/_vendor/platformdirs")),
    Copy(("more-itertools==8.10.0", "more_itertools"), (_SETUPTOOLS, "setuptools/_vendor/more_itertools")),
    Copy(("tomli==1.2.0", "tomli"), (_PIP, "pip/_vendor/tomli")),
    Copy(("importlib-metadata==4.0.0", "importlib_metadata"), (_SETUPTOOLS, "setuptools/_vendor/importlib_metadata")),
    Copy(("redis==5.0.8", "redis"), ("valkey==6.2.0", "valkey"), ("Redis", "Valkey")),
    Copy(("elasticsearch==7.13.4", "elasticsearch"), ("opensearch-py==1.1.0", "opensearchpy"),
         ("Elasticsearch", "OpenSearch")),
    Copy(("PyPDF2==3.0.1", "PyPDF2"), ("pypdf==3.17.4", "pypdf")),
    Copy(("pypdf==3.17.4", "pypdf"), ("pypdf==4.3.1", "pypdf")),
    Copy(("fuzzywuzzy==0.18.0", "fuzzywuzzy"), ("thefuzz==0.20.0", "thefuzz")),
    Copy(("PyYAML==6.0.4", "yaml"), ("ruamel.yaml==0.18.6", "ruamel/yaml")),
    Copy(("kafka-python==2.0.2", "kafka"), ("kafka-python-ng==2.2.3", "kafka")),
    Copy(("docopt==0.6.2", "."), ("docopt-ng==0.9.0", "docopt")),
    Copy(("nose==1.3.7", "nose"), ("pynose==1.5.5", "nose")),
    Copy(("pycrypto==2.6.1", "lib/Crypto"), ("pycryptodome==4.4.0", "Crypto")),
)
FAMILIES = (
    ("Django==4.2.16", "django"), ("apache-airflow-providers-google==10.20.0", "airflow"),
    ("Pygments==2.10.0", "pygments"), ("oauthlib==3.1.0", "oauthlib"), ("apache-airflow==2.2.5", "airflow"),
)
HELD_OUT = (
    Copy(("html5lib==0.999999999", "html5lib"), ("pip==20.0.2", "pip/_vendor/html5lib")),
    Copy(("chardet==3.0.4", "chardet"), ("chardet==5.2.0", "chardet")),
    Copy(("Jinja2==2.11.3", "jinja2"), ("Jinja2==3.1.4", "jinja2")),
    Copy(("Werkzeug==1.0.1", "werkzeug"), ("Werkzeug==3.0.4", "werkzeug")),
    Copy(("marshmallow==2.21.0", "marshmallow"), ("marshmallow==3.21.3", "marshmallow")),
    Copy(("celery==4.4.7", "celery"), ("celery==5.3.6", "celery")),
    Copy(("flask-restplus==0.13.0", "flask_restplus"), ("flask-restx==1.3.0", "flask_restx")),
    Copy(("suds==1.1.2", "suds"), ("suds-py3==1.4.5.0", "suds")),
    Copy(("pysnmp==4.4.12", "pysnmp"), ("pysnmp-lextudio==5.0.29", "pysnmp")),
)
HELD_OUT_FAMILIES = (("Scrapy==2.11.2", "scrapy"), ("docutils==0.20.1", "docutils"), ("sphinx==7.2.6", "sphinx"))


class Thing(NamedTuple):
    """A class or function of a package: what may be a truth, and what may be its copy."""

    name: str
    members: tuple[Member, ...]
    definition: Definition

    @property
    def kind(self) -> str:
        return self.definition.kind


class Package:
    """A package as it lies on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        paths = sorted(path for path in folder.rglob("*.py") if not {"test", "tests"} & set(path.parts))
        files = (describe(str(path.relative_to(folder.parent)), str(folder.parent), Policy(), ("",)) for path in paths)
        modules = [
            Module.of(file, facts_of_bytes(path.read_bytes())) for file, path in zip(files, paths) if file is not None
        ]
        self.modules = Modules(modules)
        self.classes = ClassIndex(ProjectIndex(self.modules))

    @cached_property
    def things(self) -> list[Thing]:
        """What is large enough to be told from others."""
        found = (thing for module in self.modules.by_path.values() for thing in self._in(module))
        return [thing for thing in found if size_of(thing.members) >= SUBSTANTIAL[thing.definition.kind]]

    def _in(self, module: Module) -> Iterator[Thing]:
        name, path = module.name, module.file.path
        for index, fact in enumerate(module.facts.classes):
            yield self._thing(module, Definition(name, fact.qualname, "class", path, index))
        for index, function in enumerate(module.facts.functions):
            if function.owner == NONE:
                yield self._thing(module, Definition(name, function.qualname, "function", path, index))

    def _thing(self, module: Module, definition: Definition) -> Thing:
        return Thing(definition.name.rpartition(".")[2], content_of(module, definition), definition)

    def are_kin(self, one: Thing, other: Thing) -> bool:
        """Whether one inherits from the other."""
        if one.kind != "class" or other.kind != "class":
            return False
        return one.definition in self.classes.lineage(other.definition) or (
            other.definition in self.classes.lineage(one.definition)
        )


class Pair(NamedTuple):
    """Two things, how much of the first there is in the second, and whether the second is a copy of it."""

    of: Thing
    other: Thing
    likeness: Likeness
    copied: bool

    def is_reported(self, similarity: float) -> bool:
        """Whether the rule takes the second for a copy of the first."""
        original = Original(self.of.kind, similarity, self.of.members)
        return original.telltale is not None and original.takes(self.likeness)


def copies(copy: Copy, of: Package, other: Package) -> Iterator[Pair]:
    """Every thing with what became of it."""
    by_name: dict[tuple[str, str], list[Thing]] = {}
    for thing in other.things:
        by_name.setdefault((thing.kind, thing.name), []).append(thing)
    own = [(thing.kind, thing.name) for thing in of.things]
    for thing in of.things:
        name = thing.name.replace(*copy.renamed) if copy.renamed[0] else thing.name
        found = by_name.get((thing.kind, name), [])
        if len(found) == 1 and own.count((thing.kind, thing.name)) == 1:
            yield Pair(thing, found[0], Original(thing.kind, DEFAULT, thing.members).likeness(found[0].members), True)


def strangers(package: Package, most: int = 400) -> Iterator[Pair]:
    """Every thing with all others that are no kin of it."""
    step = max(1, len(package.things) // most)
    for thing in package.things[::step]:
        for other in package.things:
            if other.kind == thing.kind and other.name != thing.name and not package.are_kin(thing, other):
                found = Original(thing.kind, DEFAULT, thing.members).likeness(other.members)
                if found.score:
                    yield Pair(thing, other, found, False)


# --- getting the code -----------------------------------------------------------------------------------------------


def unpacked(requirement: str, into: Path) -> Path:
    """The folder of a distribution, downloaded unless it is there."""
    folder = into / requirement
    if not folder.exists():
        archives = into / "archives" / requirement
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", requirement, "-d", str(archives)]
        subprocess.run(command, check=True)
        [archive] = archives.iterdir()
        opened = zipfile.ZipFile(archive) if archive.suffix == ".whl" else tarfile.open(archive)
        with opened as content:
            content.extractall(folder)
    inner = [path for path in folder.iterdir() if path.is_dir()]
    is_source = len(inner) == 1 and (inner[0] / "PKG-INFO").exists()
    return inner[0] if is_source else folder


# --- the table ------------------------------------------------------------------------------------------------------


def table(pairs: Sequence[Pair], kind: str) -> Iterator[str]:
    chosen = [pair for pair in pairs if pair.of.kind == kind]
    positive = [pair for pair in chosen if pair.copied]
    yield f"| similarity | {kind}: copies found | of | recall | others reported | precision |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: |"
    for level in RANGE:
        found = [pair for pair in chosen if pair.is_reported(level)]
        true = sum(pair.copied for pair in found)
        yield (f"| {level:.2f} | {true} | {len(positive)} | {true / len(positive):.3f} | {len(found) - true} | "
               f"{true / max(len(found), 1):.3f} |")


def measured(into: Path, made: Sequence[Copy], families: Sequence[tuple[str, str]]) -> Iterator[Pair]:
    packages: dict[tuple[str, str], Package] = {}

    def package(requirement: str, inner: str) -> Package:
        if (requirement, inner) not in packages:
            packages[requirement, inner] = Package((unpacked(requirement, into) / inner).resolve())
        return packages[requirement, inner]

    for copy in made:
        print(copy.of[0], file=sys.stderr)
        yield from copies(copy, package(*copy.of), package(*copy.copy))
    for place in dict.fromkeys((*(copy.of for copy in made), *families)):
        print(place, file=sys.stderr)
        yield from strangers(package(*place))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, required=True, help="folder for what is downloaded")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="list N that are missed, and N that are false")
    parser.add_argument("--held-out", action="store_true", help="measure what the default was not chosen by")
    options = parser.parse_args()
    chosen = (HELD_OUT, HELD_OUT_FAMILIES) if options.held_out else (COPIES, FAMILIES)
    pairs = list(measured(options.into, *chosen))
    for kind in ("class", "function"):
        print("\n".join((*table(pairs, kind), "")))
        for copied in (True, False) if options.show else ():
            wrong = [pair for pair in pairs if pair.of.kind == kind and pair.copied == copied]
            wrong = [pair for pair in wrong if pair.is_reported(DEFAULT) != copied]
            wrong.sort(key=lambda pair: pair.likeness.score * (1 if copied else -1))
            for pair in wrong[:options.show]:
                names = (f"{item.definition.module}:{item.definition.name}" for item in (pair.of, pair.other))
                print(f"{pair.likeness.score:.2f} {size_of(pair.of.members):5}", *names)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What belongs to a project, and what survives the walk."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.files import Tree, discover
from ssot_lint.model.policy import Policy

Plant = Callable[[str], str]

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
links_only = pytest.mark.skipif(os.name == "nt", reason="Windows lets only administrators make symbolic links")


def paths(tree: Tree) -> list[str]:
    return [file.path for file in tree.files]


def names(tree: Tree) -> dict[str, tuple[str, ...]]:
    return {file.path: file.modules for file in tree.files}


def check(root: str, *expected: str, policy: Policy = Policy()) -> Tree:
    tree = discover(root, policy)
    assert paths(tree) == list(expected)
    return tree


class TestWhatCounts:
    # Sources and stubs, sorted by path; the suffix is lower case, and something stands before it.
    def test_suffixes(self, plant: Plant) -> None:
        root = plant("""
            z.py
            a/
                b.pyi
                c.PY
                d.txt
                .py
                .pyi
                e.py.bak
        """)
        check(root, "a/b.pyi", "z.py")

    # A file knows the path to open, and whether it is a package or a stub.
    def test_source_file(self, plant: Plant) -> None:
        root = plant("""
            pkg/
                __init__.pyi
        """)
        (file,) = discover(root, Policy()).files
        assert os.path.samefile(file.absolute, os.path.join(root, "pkg", "__init__.pyi"))
        assert (file.modules, file.is_package, file.is_stub) == (("pkg",), True, True)

    # Folders of tools and virtual environments are nobody's code, whatever an environment is called ...
    def test_tools(self, plant: Plant) -> None:
        root = plant("""
            .git/
                x.py
            pkg/
                __pycache__/
                    x.py
                node_modules/
                    x.py
                env311/
                    pyvenv.cfg
                    lib/
                        x.py
            .tox/
                x.py
            .ssot_lint_cache/
                x.py
            venv/
                x.py
        """)
        # ... while a folder that is merely called `venv` is a team's own.
        check(root, "venv/x.py")

    # Dot folders are walked unless a tool is known to fill them.
    def test_dot_folders(self, plant: Plant) -> None:
        root = plant("""
            .github/
                scripts/
                    x.py
        """)
        check(root, ".github/scripts/x.py")

    # `python -m venv .` makes the project itself an environment; it is still the project.
    def test_root_is_an_environment(self, plant: Plant) -> None:
        root = plant("""
            pyvenv.cfg
            app.py
            lib/
                python3.12/
                    site-packages/
                        x.py
        """)
        check(root, "app.py")

    # A folder called `x.py` is a folder.
    def test_folder_with_suffix(self, plant: Plant) -> None:
        root = plant("""
            x.py/
                y.py
        """)
        assert names(check(root, "x.py/y.py")) == {"x.py/y.py": ("y",)}


class TestExclude:
    # `exclude` has gitignore syntax, relative to the root.
    def test_syntax(self, plant: Plant) -> None:
        root = plant("""
            build/
                x.py
            pkg/
                build/
                    y.py
                gen_a.py
                gen_b.py
        """)
        check(root, "pkg/build/y.py", "pkg/gen_b.py", policy=Policy(exclude=("/build/", "gen_*", "!gen_b.py")))

    # It holds whatever an ignore file takes back in, and takes nothing back in that git ignores.
    def test_always_holds(self, plant: Plant) -> None:
        root = plant("""
            .gitignore: !a.py | b.py
            a.py
            b.py
            c.py
        """)
        check(root, "c.py", policy=Policy(exclude=("a.py", "!b.py")))

    # A link does not lead round it.
    @links_only
    def test_through_a_link(self, plant: Plant) -> None:
        root = plant("""
            out/
                x.py
            link -> out
            x.py -> out/x.py
        """)
        check(root, policy=Policy(exclude=("out/",)))


class TestNatives:
    # Extension modules count under every name by which they can be imported, ignored by git or not.
    def test_names(self, plant: Plant) -> None:
        root = plant("""
            .gitignore: *.so
            src/
                pkg/
                    a.cpython-311-x86_64-linux-gnu.so
                    b.abi3.so
                    c.pyd
                    d.cp311-win_amd64.pyd
                    e.pyx
                    f.so
                    not.one.so
                    lib.so.1
        """)
        expected = {f"{package}.{stem}" for package in ("pkg", "src.pkg") for stem in "abcdef"}
        assert discover(root, Policy()).natives == expected

    # `exclude` holds for them, and so do the folders that are left out.
    def test_excluded(self, plant: Plant) -> None:
        root = plant("""
            a.so
            b.so
            node_modules/
                c.so
        """)
        assert discover(root, Policy(exclude=("a.so",))).natives == {"b"}


@links_only
class TestLinks:
    # A file through two paths counts once, under its real path, and can be imported by both.
    def test_link_to_a_file(self, plant: Plant) -> None:
        root = plant("""
            a_link.py -> pkg/real.py
            pkg/
                real.py
        """)
        assert names(discover(root, Policy())) == {"pkg/real.py": ("pkg.real", "a_link")}

    # The same for everything below a linked folder.
    def test_link_to_a_folder(self, plant: Plant) -> None:
        root = plant("""
            shared/
                __init__.py
                deep/
                    x.py
                    fast.so
            app/
                common -> ../shared
        """)
        tree = discover(root, Policy())
        assert names(tree) == {
            "shared/__init__.py": ("shared", "app.common"),
            "shared/deep/x.py": ("shared.deep.x", "app.common.deep.x"),
        }
        assert tree.natives == {"shared.deep.fast", "app.common.deep.fast"}

    # Hard links are two paths to one file as well.
    def test_hard_link(self, plant: Plant) -> None:
        root = plant("b.py")
        os.link(os.path.join(root, "b.py"), os.path.join(root, "a.py"))
        assert names(discover(root, Policy())) == {"a.py": ("a", "b")}

    # Loops, links to nothing, to themselves and to a folder above end.
    def test_loops(self, plant: Plant) -> None:
        root = plant("""
            pkg/
                x.py
                self -> .
                up -> ..
                out -> ../..
                root -> /
                nothing.py -> nowhere.py
                itself.py -> itself.py
            a/
                b -> ../c
            c/
                d -> ../a
                y.py
        """)
        assert names(discover(root, Policy())) == {"pkg/x.py": ("pkg.x",), "c/y.py": ("c.y", "a.b.y")}

    # A link to a file outside is followed: Python imports it.
    def test_file_outside(self, plant: Plant) -> None:
        root = plant("""
            ../shared.py
            settings.py -> ../shared.py
            other.py -> ../shared.py
        """)
        assert names(discover(root, Policy())) == {"other.py": ("other", "settings")}

    # A link to a folder outside is followed to a package, or where an import root was configured there;
    # anything else may be a disk full of data.
    def test_folder_outside(self, plant: Plant) -> None:
        root = plant("""
            ../package/
                __init__.py
            ../source/
                y.py
            ../data/
                z.py
            package -> ../package
            source -> ../source
            data -> ../data
        """)
        check(root, "package/__init__.py", "source/y.py", policy=Policy(src=(".", "source")))

    # Packages outside that link to one another are walked once each.
    def test_circle_outside(self, plant: Plant) -> None:
        root = plant("""
            ../a/
                __init__.py
            ../b/
                __init__.py
                a -> ../a
            ../a/
                b -> ../b
            a -> ../a
        """)
        assert names(discover(root, Policy())) == {"a/__init__.py": ("a",), "a/b/__init__.py": ("a.b",)}

    # To git a link is no folder, even where it leads to one; what it ignores by name stays out.
    def test_ignored_link(self, plant: Plant) -> None:
        root = plant("""
            .gitignore: a/ | b
            ../one/
                __init__.py
            ../two/
                __init__.py
            a -> ../one
            b -> ../two
        """)
        check(root, "a/__init__.py")

    # A link into an ignored folder is not ignored itself: its target is seen under the path of the link.
    def test_link_into_an_ignored_folder(self, plant: Plant) -> None:
        root = plant("""
            .gitignore: /gen/
            gen/
                v2/
                    x.py
            current -> gen/v2
        """)
        check(root, "current/x.py")

    # A link into an environment or to a tool's folder leads to nobody's code.
    def test_link_into_an_environment(self, plant: Plant) -> None:
        root = plant("""
            .venv/
                pyvenv.cfg
                lib/
                    site-packages/
                        x.py
            env -> .venv
            packages -> .venv/lib/site-packages
        """)
        check(root)


class TestSurvival:
    # FIFOs, sockets and devices are no files.
    @posix_only
    def test_special_files(self, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
        root = plant("""
            x.py
            null.py -> /dev/null
        """)
        monkeypatch.chdir(root)  # the path of a socket must be short
        os.mkfifo("fifo.py")
        os.mkfifo(".gitignore")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket.py")
            tree = check(root, "x.py")
        assert tree.notices == (".gitignore: ignore file skipped: is no regular file but a FIFO",)

    # A folder that cannot be read is a notice; everything else is still found.
    def test_unreadable_folder(self, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
        root = plant("""
            a/
                x.py
            b/
                y.py
        """)
        _fail(monkeypatch, os.path.join(root, "a"), PermissionError(13, "Permission denied"))
        assert check(root, "b/y.py").notices == ("a/: folder skipped: permission denied",)

    # A folder that vanishes during the walk was as good as not there.
    def test_vanished_folder(self, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
        root = plant("""
            a/
                x.py
            y.py
        """)
        _fail(monkeypatch, os.path.join(root, "a"), FileNotFoundError(2, "No such file or directory"))
        assert check(root, "y.py").notices == ()

    # A file that vanishes between the listing and the look at what it is, likewise.
    @posix_only
    def test_vanished_file(self, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
        root = plant("""
            a.py
            b.py
            link.py -> b.py
        """)
        real_stat = os.stat

        def stat(path: str) -> os.stat_result:
            return real_stat(path + ".gone" if path.endswith("a.py") else path)

        monkeypatch.setattr(os, "stat", stat)
        check(root, "b.py")

    # No root at all is an empty project with a notice.
    def test_missing_root(self, tmp_path: Path) -> None:
        tree = check(str(tmp_path / "nowhere"))
        assert len(tree.notices) == 1 and tree.notices[0].endswith("nowhere: folder does not exist")

    # Names that are no text in the encoding of the file system.
    @pytest.mark.skipif(sys.platform != "linux", reason="macOS and Windows refuse such names")
    def test_undecodable_names(self, plant: Plant) -> None:
        root = plant(".gitignore: other*")
        for name in (b"caf\xe9.py", b"other\xe9.py"):
            Path(os.fsdecode(os.path.join(os.fsencode(root), name))).touch()
        (file,) = check(root, "caf\udce9.py").files
        assert file.modules == ("caf\udce9",)

    # Folders deeper than a path can be long.
    @posix_only
    def test_deep_folders(self, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
        root = plant("top.py")
        monkeypatch.chdir(root)
        opened = []
        for _ in range(30):
            opened.append(os.open(".", os.O_RDONLY))
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
        tree = discover(root, Policy())
        for folder in reversed(opened):  # pytest could not remove them
            os.rmdir("d" * 200, dir_fd=folder)
            os.close(folder)
        assert paths(tree) == ["top.py"]
        assert len(tree.notices) == 1 and "folder skipped" in tree.notices[0]


# One look at every folder: a project of 12,000 files takes a small multiple of a bare `os.walk`.
def test_a_folder_is_listed_once_and_no_file_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".gitignore").write_text("__pycache__/\n*.py[cod]\n/build/\n")
    for number in range(30):
        folder = tmp_path / f"pkg_{number % 3}" / f"sub_{number}"
        folder.mkdir(parents=True)
        for stem in range(20):
            (folder / f"module_{stem}.py").touch()
    listed = _noted(monkeypatch, "scandir")
    looked_at = _noted(monkeypatch, "stat")
    found = discover(str(tmp_path), Policy()).files
    assert len(found) == 600
    assert len(listed) == len(set(listed)) <= 1 + 3 + 30 + 1  # and a folder `src` that is not there
    assert not [path for path in looked_at if str(path).endswith(".py")]


def _noted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[object]:
    """The paths that a function of `os` is asked about from now on."""
    asked: list[object] = []
    original = getattr(os, name)

    def noting(path: object, **how: object) -> object:
        asked.append(path)
        return original(path, **how)

    monkeypatch.setattr(os, name, noting)
    return asked


def _fail(monkeypatch: pytest.MonkeyPatch, folder: str, error: OSError) -> None:
    """Make `folder` fail to be listed (permissions would not stop a test that runs as root)."""
    scandir = os.scandir

    def failing(path: str) -> object:
        if path == folder:
            raise error
        return scandir(path)

    monkeypatch.setattr(os, "scandir", failing)

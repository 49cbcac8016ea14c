"""Import roots, module names, and what lies behind a name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.files import describe, discover, exists_on_disk, import_roots, is_excluded
from ssot_lint.model.policy import Policy

Plant = Callable[[str], str]

links_only = pytest.mark.skipif(os.name == "nt", reason="Windows lets only administrators make symbolic links")


class TestImportRoots:
    # Nothing configured: the root, and a folder `src` that is no package.
    def test_default(self, plant: Plant) -> None:
        root = plant("""
            app/
        """)
        assert import_roots(root, Policy()) == ("",)
        assert import_roots(plant("src/"), Policy()) == ("", "src")
        assert import_roots(plant("src/\n  __init__.py"), Policy()) == ("",)

    # What is configured is all there is, in its order, however it is spelled.
    def test_configured(self, plant: Plant) -> None:
        root = plant("""
            src/
            lib/
            tools/
        """)
        assert import_roots(root, Policy(src=("./lib/", "src", ".", "lib"))) == ("lib", "src", "")
        assert import_roots(root, Policy(src=(os.path.join(root, "tools"),))) == ("tools",)

    # Globs stand for the folders that they match; what tools have filled is not looked into.
    def test_globs(self, plant: Plant) -> None:
        root = plant("""
            libs/
                b/
                    src/
                a/
                    src/
                c/
                    src: a file
            node_modules/
                d/
                    src/
        """)
        assert import_roots(root, Policy(src=("libs/*/src",))) == ("libs/a/src", "libs/b/src")
        assert import_roots(root, Policy(src=("**/src",))) == ("libs/a/src", "libs/b/src")

    # What is missing, a file, or outside is left out: the configuration says so elsewhere.
    def test_left_out(self, plant: Plant) -> None:
        root = plant("""
            ../outside/
            file
        """)
        assert import_roots(root, Policy(src=("nowhere", "file", "../outside", "x*"))) == ()

    # They are part of what `discover` finds.
    def test_in_the_tree(self, plant: Plant) -> None:
        assert discover(plant("src/"), Policy()).roots == ("", "src")


@pytest.mark.parametrize(
    ("path", "roots", "modules"),
    [
        # A path below the root, with `/` as `.`; a package has the name of its folder.
        ("x.py", [""], ["x"]),
        ("pkg/x.py", [""], ["pkg.x"]),
        ("pkg/__init__.py", [""], ["pkg"]),
        ("pkg/x.pyi", [""], ["pkg.x"]),
        # A name by every root that contains the file, the innermost root first.
        ("src/pkg/x.py", ["", "src"], ["pkg.x", "src.pkg.x"]),
        ("a/b/c/x.py", ["", "a", "a/b"], ["c.x", "b.c.x", "a.b.c.x"]),
        ("srcs/x.py", ["", "src"], ["srcs.x"]),
        # No root contains it: it still has the name from the project root.
        ("scripts/x.py", ["src"], ["scripts.x"]),
        # Nothing can be imported through a folder whose name is no identifier: names begin anew below it.
        ("my-app/chat/x.py", [""], ["chat.x"]),
        ("2024/a.py", [""], ["a"]),
        ("a/b-c/d/e.f/g/x.py", [""], ["g.x"]),
        ("my-app/src/x.py", ["", "my-app/src"], ["x", "src.x"]),
        # No name twice.
        ("my-app/x.py", ["", "my-app"], ["x"]),
        # A file whose name is no identifier keeps it; a dot in it makes no package.
        ("bin/my-script.py", [""], ["bin.my-script"]),
        ("conf.prod.py", [""], ["conf-prod"]),
        # A folder of stubs stands for the package (PEP 561).
        ("pkg-stubs/sub/x.pyi", [""], ["pkg.sub.x"]),
        ("pkg-stubs/__init__.pyi", [""], ["pkg"]),
        ("typings/pkg-stubs/x.pyi", [""], ["pkg.x"]),
        ("my-pkg-stubs/x.pyi", [""], ["x"]),
        # An `__init__` in an import root is in no package by that root, but may be by another.
        ("__init__.py", [""], ["__init__"]),
        ("my-app/__init__.py", [""], ["__init__"]),
        ("src/__init__.py", ["", "src"], ["src"]),
    ],
)
def test_module_names(path: str, roots: list[str], modules: list[str], tmp_path: Path) -> None:
    file = describe(path, str(tmp_path), Policy(), tuple(roots))
    assert file is not None
    assert file.modules == tuple(modules)


class TestDescribe:
    # A buffer of an editor that is nowhere on disk, by an absolute path or one from the root.
    def test_missing_file(self, tmp_path: Path) -> None:
        for path in ("pkg/new.py", str(tmp_path / "pkg" / "new.py"), "other/../pkg/./new.py"):
            file = describe(path, str(tmp_path), Policy())
            assert file is not None
            assert (file.path, file.modules, file.is_package) == ("pkg/new.py", ("pkg.new",), False)
            assert file.absolute == str(tmp_path / "pkg" / "new.py")

    # Outside the root there is nothing to say; beside it is outside.
    def test_outside(self, tmp_path: Path) -> None:
        root = str(tmp_path / "project")
        for path in ("../x.py", str(tmp_path / "x.py"), root + "-2/x.py", root):
            assert describe(path, root, Policy()) is None

    # The root may be spelled by a link, and the path by where it leads, or the other way round.
    @links_only
    def test_root_behind_a_link(self, plant: Plant, tmp_path: Path) -> None:
        root = plant("x.py")
        link = tmp_path / "link"
        link.symlink_to(root)
        for folder, path in ((str(link), f"{root}/x.py"), (root, f"{link}/x.py")):
            file = describe(path, folder, Policy())
            assert file is not None and file.path == "x.py"

    # It agrees with the walk on every file.
    def test_as_discovered(self, plant: Plant) -> None:
        root = plant("""
            __init__.py
            src/
                pkg/
                    __init__.py
                    x.pyi
            my-app/
                y.py
        """)
        files = discover(root, Policy()).files
        assert [describe(file.absolute, root, Policy()) for file in files] == list(files)

    # An `__init__` that has no package is a plain module, as it is for Python.
    def test_init_without_package(self, tmp_path: Path) -> None:
        file = describe("__init__.py", str(tmp_path), Policy())
        assert file is not None and not file.is_package


@pytest.mark.parametrize(
    ("path", "excluded"),
    [
        ("build/x.py", True),  # by a folder above
        ("build", True),  # the folder itself
        ("pkg/build/deep/x.py", True),
        ("pkg/x.py", False),
        ("gen/x.py", True),
        ("gen/keep.py", False),  # taken back in
        ("pkg/gen/x.py", False),  # anchored at the root
        ("../build/x.py", False),  # outside
        (".", False),
        ("ignored.py", False),  # ignore files are not asked
        ("node_modules/x.py", False),  # nor is it asked who filled the folder
    ],
)
def test_is_excluded(path: str, excluded: bool, plant: Plant) -> None:
    root = plant("""
        .gitignore: ignored.py
        build/
    """)
    policy = Policy(exclude=("build/", "/gen/*", "!/gen/keep.py"))
    assert is_excluded(path, root, policy) is excluded
    assert is_excluded(os.path.join(root, path), root, policy) is excluded


@pytest.mark.parametrize(
    ("module", "exists"),
    [
        # A source, a stub, an extension module (compiled or in Cython), a folder; ignored by git or not.
        ("generated", True),
        ("pkg", True),
        ("pkg.source", True),
        ("pkg.stub", True),
        ("pkg.fast", True),
        ("pkg.slow", True),
        ("pkg.namespace", True),
        ("pkg.faster", False),
        ("pkg.fa", False),
        ("pkg.notes", False),
        # From any of the roots, but not from elsewhere.
        ("inner", True),
        ("lib.inner", True),
        ("missing.inner", False),
        ("generated.inner", False),
        # Upper and lower case differ, on every platform.
        ("Generated", False),
        ("PKG.source", False),
        # No names at all.
        ("", False),
        (".", False),
        ("pkg.", False),
        ("pkg..source", False),
        ("pkg/source", False),
        ("nul\0", False),
        ("x" * 5000, False),
    ],
)
def test_exists_on_disk(module: str, exists: bool, plant: Plant) -> None:
    root = plant("""
        .gitignore: *
        generated.py
        pkg/
            source.py
            stub.pyi
            fast.cpython-311-x86_64-linux-gnu.so
            slow.pyx
            notes.txt
            namespace/
        lib/
            inner.py
    """)
    assert exists_on_disk(module, root, ("", "lib")) is exists

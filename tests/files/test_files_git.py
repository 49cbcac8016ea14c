"""What git ignores, asked of git itself."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.files import discover
from ssot_lint.files.ignore import Patterns
from ssot_lint.model.policy import Policy

Plant = Callable[[str], str]

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git to compare with")


def git(folder: str, *arguments: str) -> str:
    nothing = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "XDG_CONFIG_HOME": folder, "HOME": folder}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | nothing
    command = ["git", "-c", "core.quotePath=false", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode in (0, 1), done.stderr  # `check-ignore` says 1 where nothing is ignored
    return done.stdout


def kept_by_git(folder: str) -> list[str]:
    listed = git(folder, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return sorted(path for path in listed if path.endswith(".py"))


def kept(folder: str) -> list[str]:
    return [file.path for file in discover(folder, Policy()).files]


# Negation; a nested ignore file that overrides; anchors; folders only; a file in an ignored folder that stays out;
# the idiom that ignores all but some; escapes; trailing spaces; Windows line ends; and an unfinished last line.
NASTY = """
    .gitignore: # note | *.gen.py | !keep.gen.py | /top.py | build/ | !build/kept.py | docs/**/out | a/**/z.py | foo/**
    x.gen.py
    keep.gen.py
    top.py
    build/
        kept.py
    foo/
        .gitignore: !keep.py
        keep.py
        lost.py
    docs/
        out/
            x.py
        deep/
            er/
                out/
                    x.py
        out.py
    a/
        z.py
        b/
            c/
                z.py
    nested/
        top.py
        x.gen.py
        .gitignore: !*.gen.py | /only.py | trailing.py   | \\#hash.py | \\!bang.py | [x-z]?[!a].py | sub/deep/*.py
        only.py
        trailing.py
        #hash.py
        !bang.py
        x1b.py
        x1a.py
        sub/
            only.py
            deep/
                x.py
                er/
                    x.py
    whitelist/
        .gitignore: * | !*/ | !*.py
        x.py
        x.txt
        deep/
            x.py
    everything/
        .gitignore: *
        x.py
    build.py
    .git_keep/
        build/
            x.py
"""


def test_nasty_tree(plant: Plant) -> None:
    root = plant(NASTY)
    git(root, "init", "--quiet")
    expected = kept_by_git(root)
    assert kept(root) == expected
    assert len(expected) > 10 and "whitelist/deep/x.py" in expected and "foo/keep.py" in expected


# Windows line ends, a byte order mark, and no line end at the end.
def test_bytes_of_an_ignore_file(plant: Plant) -> None:
    root = plant("""
        a.py
        b.py
        c.py
        d.py
    """)
    (Path(root) / ".gitignore").write_bytes(b"\xef\xbb\xbfa.py\r\nb.py  \r\nc.py")
    git(root, "init", "--quiet")
    assert kept(root) == kept_by_git(root) == ["d.py"]


# `.git/info/exclude` counts, and any ignore file in the tree outranks it.
def test_info_exclude(plant: Plant) -> None:
    root = plant("""
        .gitignore: !b.py
        a.py
        b.py
        c.py
    """)
    git(root, "init", "--quiet")
    (Path(root) / ".git" / "info").mkdir(exist_ok=True)
    (Path(root) / ".git" / "info" / "exclude").write_text("a.py\nb.py\n")
    assert kept(root) == kept_by_git(root) == ["b.py", "c.py"]


# The project is a folder within the repository: what is written above it holds in it.
def test_folders_above(plant: Plant) -> None:
    top = plant("""
        .gitignore: a.py | /services/*/b.py | /c.py
        services/
            .gitignore: d.py
            api/
                .gitignore: !d.py
                a.py
                b.py
                c.py
                d.py
    """)
    git(top, "init", "--quiet")
    project = os.path.join(top, "services", "api")
    assert kept(project) == kept_by_git(project) == ["c.py", "d.py"]


# Nothing above the repository counts, nor anything above a tree that is in none.
@pytest.mark.parametrize("in_git", [True, False])
def test_above_the_repository(plant: Plant, in_git: bool) -> None:
    folder = plant("""
        .gitignore: x.py
        project/
            .gitignore: y.py
            x.py
            y.py
    """)
    project = os.path.join(folder, "project")
    if in_git:
        git(project, "init", "--quiet")
    assert kept(project) == ["x.py"]


# Whoever points at a folder that git ignores wants it checked; the ignore files inside still count.
def test_ignored_project(plant: Plant) -> None:
    top = plant("""
        .gitignore: * | !.gitignore
        scratch/
            project/
                .gitignore: y.py
                x.py
                y.py
    """)
    git(top, "init", "--quiet")
    assert kept(os.path.join(top, "scratch", "project")) == ["x.py"]


# A nested repository goes by its own ignore files, one that is checked out as a submodule (`.git` is a file) too.
def test_nested_repository(plant: Plant) -> None:
    root = plant("""
        .gitignore: x.py
        stores/
            sub/
                info/
                    exclude: z.py
        sub/
            .git: gitdir: ../stores/sub
            .gitignore: y.py
            x.py
            y.py
            z.py
    """)
    git(root, "init", "--quiet")
    assert kept(root) == ["sub/x.py"]


# A further work tree shares the excludes of its repository.
def test_work_tree(plant: Plant) -> None:
    root = plant("""
        main/
    """)
    main, other = os.path.join(root, "main"), os.path.join(root, "other")
    git(main, "init", "--quiet")
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    git(main, *author, "commit", "--quiet", "--allow-empty", "--message", "first")
    git(main, "worktree", "add", "--quiet", other)
    (Path(main) / ".git" / "info").mkdir(exist_ok=True)
    (Path(main) / ".git" / "info" / "exclude").write_text("x.py\n")
    for name in ("x.py", "y.py"):
        (Path(other) / name).touch()
    assert kept(other) == kept_by_git(other) == ["y.py"]


# git does not read an ignore file through a link.
@pytest.mark.skipif(os.name == "nt", reason="Windows lets only administrators make symbolic links")
def test_linked_ignore_file(plant: Plant) -> None:
    root = plant("""
        rules: x.py
        .gitignore -> rules
        x.py
    """)
    git(root, "init", "--quiet")
    assert kept(root) == ["x.py"]


# One pattern against one path, as `git check-ignore` answers.
@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        (pattern, path)
        for pattern in (
            "x.py", "/x.py", "a/x.py", "*.py", "*", "**", "**/", "a/**", "a/**/x.py", "**/x.py", "**/b/x.py",
            "/**/x.py", "a**/x.py", "**a/x.py", "a/b**", "a/*/x.py", "a/", "/", "//", "a//", "!x.py",
            "[", "a[", "[]", "[!]", "x\\", "[x]", "[!x].py", "[^y].py", "[a-z].py", "[z-a].py", "[x-].py",
            "[-x].py", "[]x].py", "[\\x].py", "[a\\-z].py", "[[:alpha:]].py", "[[:nonsense:]].py",
            "[[:digit:]x].py", "[[:].py", "\\x.py", "x.py\\ ", "x.py ", " x.py",
            "a?x.py", "a[/]x.py", "a[!b]x.py", "a[--0]x.py", "?.py", "x.*",
            "***/x.py", "**\\/x.py", "#x.py", "\\#x.py",
        )
        for path in ("x.py", "a/x.py", "a/b/x.py", "#x.py")
    ],
)
def test_pattern(pattern: str, path: str, repository: Path) -> None:
    (repository / ".gitignore").write_text(pattern + "\n")
    said = git(str(repository), "check-ignore", "--no-index", "--verbose", path)
    expected = bool(said) and not said.split(":")[2].startswith("!")
    assert ignored([pattern], path) is expected


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    git(str(folder), "init", "--quiet")
    (folder / "a" / "b").mkdir(parents=True)
    return folder


def ignored(lines: list[str], path: str) -> bool:
    """As a walk would find out: folder by folder, and no further than the first that is ignored."""
    patterns, parts = Patterns(lines), path.split("/")
    folders = ["".join(f"{part}/" for part in parts[:depth]) for depth in range(len(parts))]
    steps = zip(folders, parts, strict=True)
    return any(patterns.verdict(folder, name, is_folder=name in ("a", "b")) for folder, name in steps)


# Trees and ignore files by chance, always the same ones.
@pytest.mark.parametrize("seed", range(20))
def test_by_chance(tmp_path: Path, seed: int) -> None:
    git(str(tmp_path), "init", "--quiet")
    _grow(tmp_path, random.Random(seed))
    assert kept(str(tmp_path)) == kept_by_git(str(tmp_path))


NAMES = ["a", "b", "ab", "foo", "x.py", "y.py", "b.py", "foo.py", "a b.py", "#c.py", "!d.py", "[e].py", "a-c.py", ".h"]
PIECES = [" ", *"a b foo x * ** ? [ab] [!a] [a-c] *.py x.py / / / ! \\ *** - [z-a] [a # .py \\# \\[ [^b-]".split()]


def _grow(folder: Path, chance: random.Random, depth: int = 0) -> None:
    for name in chance.sample(NAMES, 7):
        if depth < 3 and chance.random() < 0.45:
            (folder / name).mkdir()
            _grow(folder / name, chance, depth + 1)
        elif name.endswith(".py"):
            (folder / name).touch()
    if depth == 0 or chance.random() < 0.4:
        lines = ["".join(chance.choices(PIECES, k=chance.randint(1, 5))) for _ in range(5)]
        marked = [chance.choice(["", "", "!"]) + line + chance.choice(["", "", "", "/"]) for line in lines]
        (folder / ".gitignore").write_text("\n".join(marked))

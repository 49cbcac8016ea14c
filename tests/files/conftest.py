"""Trees of files, drawn."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

Plant = Callable[[str], str]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Makes a drawn tree in a folder `project` and returns its path.

    A line for each entry, indented below its folder: `name` or `name: first line | second line` for a file,
    `name/` for a folder, `name -> target` for a symbolic link. What stands under `../` lies beside the project.
    """

    def draw(drawing: str) -> str:
        root = tmp_path / "project"
        root.mkdir(exist_ok=True)
        folders = [(-1, root)]
        for line in filter(str.strip, dedent(drawing).splitlines()):
            depth = len(line) - len(line.lstrip())
            while folders[-1][0] >= depth:
                folders.pop()
            path = _made(folders[-1][1], line.strip())
            folders.append((depth, path))
        return str(root)

    return draw


def _made(folder: Path, entry: str) -> Path:
    name, link, target = entry.partition(" -> ")
    if link:
        (folder / name).symlink_to(target, target_is_directory=os.path.isdir(folder / target))
        return folder / name
    name, _, content = entry.partition(": ")
    path = folder / name
    if name.endswith("/"):
        path.mkdir(parents=True, exist_ok=True)
    else:
        text = "".join(f"{line}\n" for line in content.split(" | ")) if content else ""
        path.write_text(text, encoding="utf-8", newline="\n")
    return path

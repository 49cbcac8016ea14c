"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.trees import write_files

WriteTree = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def write_tree(tmp_path: Path) -> WriteTree:
    """Writes files, path relative to a fresh folder -> text, and returns the folder."""

    def write(files: Mapping[str, str]) -> Path:
        write_files(tmp_path, {name: text.encode() for name, text in files.items()})
        return tmp_path

    return write

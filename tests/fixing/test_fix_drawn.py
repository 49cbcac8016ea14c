"""Random projects are fixed: `fix` says just what `check` finds afterwards, and a second run changes nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ssot_lint.__main__ import main
from tests.projects import draw
from tests.trees import write_files

SEEDS = (
    6100097,  # a suppression elsewhere holds nothing back any more
    7000032,  # a class turns out to be a subclass of a truth
    9300005, 9300061,  # a statement imports the same twice
    *range(8_000_000, 8_000_000 + int(os.environ.get("SSOT_LINT_FIX_EXAMPLES", "20"))),
)


@pytest.mark.parametrize("options", [[], ["--unsafe-fixes"]], ids=["safe", "unsafe"])
@pytest.mark.parametrize("seed", SEEDS)
def test_fix_says_what_is_left_and_leaves_nothing_to_do(
    seed: int, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path, draw(Random(seed)))
    monkeypatch.chdir(tmp_path)

    def said(*words: str) -> Mapping[str, Any] | None:
        """What the program prints; None where it refuses the configuration."""
        status = main([*words, "--no-cache", "--jobs=1", "--format=json"])
        printed = capsys.readouterr()
        assert status in (0, 1) or (status == 2 and "ssot-lint.toml: " in printed.err), printed.err
        return None if status == 2 else json.loads(printed.out)

    first = said("fix", *options)
    if first is None:
        return
    after = said("check", ".")
    assert after is not None and places(first["remaining"]) == places(after["violations"])
    second = said("fix", *options)
    assert second is not None and second["files"] == [] and second["fixed"] == []


def places(violations: list[Mapping[str, Any]]) -> list[tuple[object, ...]]:
    return [tuple(item[key] for key in ("path", "line", "column", "code", "message")) for item in violations]

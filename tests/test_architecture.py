"""`docs/architecture.md` is a newcomer's map. These tests keep it true; `lint-imports` keeps the code so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.docs import ARCHITECTURE, MAP, PACKAGE, ROOT, layers

PAGE = (ROOT / ARCHITECTURE).read_text(encoding="utf-8")


def code_spans(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def prose() -> list[str]:
    """The code spans that somebody wrote by hand."""
    return code_spans(MAP.sub("", PAGE))


def first_two_levels() -> list[Path]:
    """The packages and modules directly in `ssot_lint`, and directly in its packages, relative to it."""
    found = [path for pattern in ("*.py", "*/*.py", "*/*/__init__.py") for path in PACKAGE.glob(pattern)]
    named = {path.parent if path.stem == "__init__" else path for path in found} - {PACKAGE}
    return sorted(path.relative_to(PACKAGE) for path in named)


@pytest.mark.parametrize("path", first_two_levels(), ids=lambda path: path.as_posix())
def test_each_package_and_module_is_on_the_map(path: Path) -> None:
    assert path.as_posix() in {span.rstrip("/") for span in code_spans(PAGE)}


def test_each_path_named_on_the_page_exists() -> None:
    named = [span for span in prose() if re.fullmatch(r"[\w./-]+(/|\.(py|md|toml|cfg))", span)]
    assert named
    assert [span for span in named if not (PACKAGE / span).exists() and not (ROOT / span).exists()] == []


def test_each_object_named_on_the_page_exists() -> None:
    """`module.py`'s `name`, written `ssot_lint.module:name`."""
    named = [span for span in prose() if re.fullmatch(r"ssot_lint(\.\w+)*:\w+", span)]
    assert named
    for span in named:
        module, _, name = span.partition(":")
        stem = ROOT.joinpath(*module.split("."))
        file = stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")
        assert re.search(rf"\b(def|class) {name}\b|\b{name}\b.*=|import.*\b{name}\b", file.read_text("utf-8")), span


def test_the_order_on_the_page_is_the_contracts() -> None:
    [order] = [span for span in prose() if " > " in span]
    assert [layer.split(" | ") for layer in order.split(" > ")] == layers()

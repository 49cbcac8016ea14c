"""Trees that hold a corpus several times, to see how the time grows with the tree.

Each copy stands in a numbered folder of its own. The first is the import root, so that the truths stand once and every
further copy holds more code that uses them; if each were a root, every name would mean as many things as there are
copies. Copies differ in one comment at the end of each file: neither a link nor equal content lets anybody read a copy
only once.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from benchmarks.corpora import STAMP

CONFIGURATIONS = ("ssot-lint.toml", "ruff.toml")


def grown(tree: Path, times: int, folder: Path) -> Path:
    """The tree that holds the Python of a configured corpus so many times; made only where it is not there yet."""
    into = folder / f"{tree.name}-{times}"
    stamp = {"corpus": (tree / STAMP).read_text(encoding="utf-8"), "times": times}
    if not (into / STAMP).is_file() or json.loads((into / STAMP).read_text(encoding="utf-8")) != stamp:
        shutil.rmtree(into, ignore_errors=True)
        for number in range(1, times + 1):
            copy(tree, into / f"copy{number}", number)
        (into / STAMP).write_text(json.dumps(stamp), encoding="utf-8")
    for name in CONFIGURATIONS:
        text = (tree / name).read_text(encoding="utf-8")
        text = re.sub(r"(?m)^src = .*$", 'src = ["copy1", "."]', text)
        (into / name).write_text(text, encoding="utf-8", newline="\n")
    return into


def copy(tree: Path, into: Path, number: int) -> None:
    """Copies the Python files, and what git ignores of them."""
    for path in sorted(path for suffix in ("*.py", "*.pyi", ".gitignore") for path in tree.rglob(suffix)):
        if path.is_file():
            target = into / path.relative_to(tree)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes() + f"\n# copy {number}\n".encode())

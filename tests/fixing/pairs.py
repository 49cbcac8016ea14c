"""Pairs of texts before and after a fix, written down in `tests/fixes/*.md`.

    # What the document is about

    `ssot-lint.toml`:                a file of every case of the document

    ## A case

    `chat/a.py`:                     a file of this case

    ```python
    from chat.old import Engine
    ```

    becomes (safe):                  the file above, fixed; "safe" or "unsafe" is the weakest fix among those made

    ```python
    from chat.new import Engine
    ```

    refused: "part of the reason"    one line for each violation of the file above that is left alone, in order

`becomes by renaming (safe):` asks for it with `rename`. `unbinds: name` names what the top level of the file may bind no
more. A file with no `becomes` and no `refused` is not asked for fixes. A fence's second word may be `escaped`: then
`\\r`, `\\t`, `\\f`, `\\x..`, `\\u....` and `\\\\` in it are what they are in Python, and its line ends count for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.scenario import FENCE, HEADING, NAME

_BECOMES = re.compile(r"becomes( by renaming)? \((safe|unsafe)\):\s*$")
_REFUSED = re.compile(r'refused( by renaming)?: "(.*)"\s*$')
_UNBINDS = re.compile(r"unbinds: (.*?)\s*$")
_ESCAPE = re.compile(r"\\(?:r|t|f|n|\\|x[0-9a-f]{2}|u[0-9a-f]{4})")


class Pair(msgspec.Struct):
    """One file of a case, and what becomes of it.

    Attributes:
        after: None where nothing is changed.
        safety: of what is changed.
        refused: parts of reasons, one for each violation that is left alone.
    """

    path: str
    before: str
    after: str | None = None
    safety: str = ""
    rename: bool = False
    refused: list[str] = []
    unbinds: list[str] = []

    @property
    def is_asked(self) -> bool:
        return self.after is not None or bool(self.refused)


class Case(msgspec.Struct):
    document: str
    title: str
    files: dict[str, str] = {}
    pairs: dict[str, Pair] = {}

    @property
    def asked(self) -> list[Pair]:
        return [pair for pair in self.pairs.values() if pair.is_asked]


def read(path: Path) -> list[Case]:
    """The cases of a document."""
    head, *cases = _sections(path)
    for case in cases:
        case.files = {**head.files, **case.files}
        if not case.asked:
            raise ValueError(f"{path.name}: `{case.title}` asks for nothing")
    return cases


def _sections(path: Path) -> list[Case]:
    sections = [Case(path.name, "")]
    name, pair = "", None
    lines = iter(path.read_text(encoding="utf-8").split("\n"))
    for line in lines:
        case = sections[-1]
        if heading := HEADING.match(line):
            sections.append(Case(path.name, heading[1]))
            name, pair = "", None
        elif named := NAME.match(line):
            name = named[1]
        elif fence := FENCE.match(line):
            text = _body(fence[1], fence[2], lines)
            if not name:
                raise ValueError(f"{path.name}: `{case.title}` has a fence without name")
            if name == "=":
                assert pair is not None
                pair.after = text
            else:
                case.files[name] = text
                pair = case.pairs[name] = Pair(name, text)
            name = ""
        elif pair is not None and (becomes := _BECOMES.match(line)):
            pair.rename, pair.safety, name = bool(becomes[1]), becomes[2], "="
        elif pair is not None and (refused := _REFUSED.match(line)):
            pair.rename = pair.rename or bool(refused[1])
            pair.refused.append(refused[2])
        elif pair is not None and (unbinds := _UNBINDS.match(line)):
            pair.unbinds += unbinds[1].split(", ")
    return sections


def _body(fence: str, kind: str, lines: Iterator[str]) -> str:
    body: list[str] = []
    for line in lines:
        if line.startswith(fence):
            if kind.endswith(" escaped"):
                return "".join(_ESCAPE.sub(lambda match: match[0].encode().decode("unicode_escape"), item) for item in body)
            return "".join(f"{item}\n" for item in body)
        body.append(line)
    raise ValueError("a fence that is never closed")

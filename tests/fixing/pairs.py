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
    remark: "part of it"             one line for each change that says something of itself

`becomes by renaming (safe):` asks for it with `rename`. `unbinds: name` names what the top level of the file may bind
no more. A file with no `becomes` and no `refused` is not asked for fixes. A fence's second word may be `escaped`: then
`\\r`, `\\n`, `\\t`, `\\f`, `\\x..`, `\\u....` and `\\\\` in it are what they are in Python, and its own line ends count
for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.scenario import FENCE, HEADING, NAME

_BECOMES = re.compile(r"becomes( by renaming)? \((safe|unsafe)\):\s*$")
_REFUSED = re.compile(r'refused( by renaming)?: "(.*)"\s*$')
_REMARK = re.compile(r'remark: "(.*)"\s*$')
_UNBINDS = re.compile(r"unbinds: (.*?)\s*$")
_FIXED = "the fixed file"
_ESCAPE = re.compile(r"\\(?:r|t|f|n|\\|x[0-9a-f]{2}|u[0-9a-f]{4})")


class Pair(msgspec.Struct):
    """One file of a case, and what becomes of it.

    Attributes:
        after: None where nothing is changed.
        safety: of what is changed.
        refused: parts of reasons, one for each violation that is left alone.
        remarks: parts of what the changes say of themselves.
        unbinds: names that the top level binds no more.
    """

    path: str
    before: str
    after: str | None = None
    safety: str = ""
    rename: bool = False
    refused: list[str] = []
    unbinds: list[str] = []
    remarks: list[str] = []

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
    reading = _Reading(sections)
    lines = iter(path.read_text(encoding="utf-8").split("\n"))
    for line in lines:
        if heading := HEADING.match(line):
            sections.append(Case(path.name, heading[1]))
            reading = _Reading(sections)
        elif fence := FENCE.match(line):
            reading.take(_body(fence[1], fence[2], lines))
        elif named := NAME.match(line):
            reading.name = named[1]
        elif reading.pair is not None:
            reading.note(reading.pair, line)
    return sections


class _Reading:
    """A case while it is read: the file that the next fence holds, and the pair that lines speak of."""

    def __init__(self, sections: list[Case]) -> None:
        self.case = sections[-1]
        self.name = ""
        self.pair: Pair | None = None

    def take(self, text: str) -> None:
        if self.name == _FIXED and self.pair is not None:
            self.pair.after = text
        elif self.name:
            self.case.files[self.name] = text
            self.pair = self.case.pairs[self.name] = Pair(self.name, text)
        else:
            raise ValueError(f"{self.case.document}: `{self.case.title}` has a fence without name")
        self.name = ""

    def note(self, pair: Pair, line: str) -> None:
        if becomes := _BECOMES.match(line):
            pair.rename, pair.safety, self.name = bool(becomes[1]), becomes[2], _FIXED
        elif refused := _REFUSED.match(line):
            pair.rename = pair.rename or bool(refused[1])
            pair.refused.append(refused[2])
        elif remark := _REMARK.match(line):
            pair.remarks.append(remark[1])
        elif unbinds := _UNBINDS.match(line):
            pair.unbinds += unbinds[1].split(", ")


def _body(fence: str, kind: str, lines: Iterator[str]) -> str:
    body: list[str] = []
    for line in lines:
        if line.startswith(fence):
            if kind.endswith(" escaped"):
                return _ESCAPE.sub(lambda match: match[0].encode().decode("unicode_escape"), "".join(body))
            return "".join(f"{item}\n" for item in body)
        body.append(line)
    raise ValueError("a fence that is never closed")

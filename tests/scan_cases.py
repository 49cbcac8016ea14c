"""Ways to reach what the policy names that a search for words could miss: `scan_ways.txt`, and what needs odd bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.projects import CONFIGURATION, PROBE, Files

_TEXT = 22
NOTHING = "nothing"

TRUTH = {
    "name": '"engine"', "canonical": '"chat.engine:Engine"', "retired": '["chat.old"]',
    "removed": '{ create_from_legacy = "construct it directly" }',
}
SHARED = {
    "chat/__init__.py": b"", "chat/engine.py": b"class Engine:\n    pass\n",
    "chat/old.py": b"class Engine:\n    pass\nclass Tool: ...\n",
}
"""What every project has, unless it says otherwise."""


class Case(NamedTuple):
    """A project, and the rule that has something to say in its file `use`; `NOTHING` for none."""

    title: str
    files: Files
    rule: str


def cases() -> Iterator[Case]:
    yield from _written(Path(__file__).with_name("scan_ways.txt").read_text(encoding="utf-8"))
    for codec, code in IN_CODECS.items():
        yield _case(f"a coding line: {codec}", {"use.py": f"# coding: {codec}\n{code}\n".encode(codec)})
    for codec, data in ESCAPED.items():
        yield _case(f"a coding line: {codec}", {"use.py": f"# -*- coding: {codec} -*-\n".encode() + data + b"\n"})
    for title, data in ODD_BYTES.items():
        yield _case(title, {"use.py": data, "a.py": T1, "chat/a.py": T1})
    for title, data in STRINGS.items():
        yield _case(title, {"use.py": data}, "string-reference-bypass")
    for title, data in UNREADABLE.items():
        yield _case(title, {"use.py": data}, "unreadable-file")
    yield from PASSED_ON
    for codec in ("latin-1", "cp437", "cp1252", "gb18030"):
        yield _case(
            f"letters: of no ASCII, in {codec}",
            {"use.py": f"# coding: {codec}\nfrom other import Größe\n".encode(codec)}, gone='["other:Größe"]',
        )
    yield _case(
        "a pattern, and a letter that is no ASCII",
        {"use.py": "# coding: latin-1\nclass Größe: ...\n".encode("latin-1")},
        "duplicate-name", duplicates='{ names = ["Gr*\\u00dfe"] }',
    )


def _case(title: str, files: Mapping[str, bytes], rule: str = "import-bypass", **policy: str) -> Case:
    top = [f"{key} = {policy.pop(key)}" for key in ("src", "gone", "moved", "severity") if key in policy]
    lines = [*top, "[[truth]]", *(f"{key} = {value}" for key, value in {**TRUTH, **policy}.items())]
    return Case(title, {**SHARED, **files, CONFIGURATION: "\n".join(lines).encode()}, rule)


def _written(text: str) -> Iterator[Case]:
    """The cases of `scan_ways.txt`, whose head tells how one is written."""
    rule = ""
    for part in text.split("\n\n"):
        title, *rows = [line for line in part.split("\n") if line and not line.startswith("#")] or [""]
        if title.startswith("["):
            rule = title.strip("[]")
        elif title:
            texts = _texts(rows)
            policy = {name[:-1].strip(): value.strip() for name, value in texts.items() if name.endswith("=")}
            files = {_path(name): value.encode() for name, value in texts.items() if not name.endswith("=")}
            yield _case(title, files, rule, **policy)


def _texts(rows: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    name = ""
    for row in rows:
        name = row[4:_TEXT].strip() or name
        texts[name] = texts.get(name, "") + row[_TEXT:] + "\n"
    return texts


def _path(name: str) -> str:
    if "/" in name or name.endswith((".py", ".pyi")):
        return name
    return name.replace(".", "/") + ("__init__.py" if name.endswith(".") else ".py")


# --- bytes

T1 = b"from chat.old import Tool as T1\n"

IN_CODECS = {
    **dict.fromkeys(("latin-1", "cp1252", "mac_roman"), "from chat.ºld import x"),
    **dict.fromkeys(("shift_jis", "euc_jp", "iso2022_jp", "cp949"), "from chat.ｏｌｄ import x"),
    **dict.fromkeys(("gb18030", "big5", "hz", "utf-8", "utf-8-sig"), "from chat.ｏld import x"),
}
"""A letter that is no ASCII but is the same to Python, in encodings that have it."""

ESCAPED = {
    "utf-7": b"from chat.+AG8-ld import x", "utf_7": b"from chat.o+AGw-d import x",
    "U7": b"from chat.+AG8AbABk- import x",
    "unicode_escape": b"from chat.o\\x6cd import x", "unicode-escape": b"from chat.o\\154d import x",
    "raw_unicode_escape": b"from chat.o\\u006cd import x",
}
"""Encodings in which letters can be hidden."""

ODD_BYTES = {
    "a coding line: the second one": b"#!/usr/bin/python\n# vim: set fileencoding=utf-7 :\nimport chat.+AG8-ld\n",
    "a coding line: the second one, after a CR": b"#!/usr/bin/python\r# coding=utf-7\rimport chat.+AG8-ld\r",
    "a coding line: after a form feed": b"\x0c# coding=unicode_escape\nimport chat.o\\x6cd\n",
    "a coding line: after something like one": b"# CODING=utf-8 coding=utf-7\nimport chat.+AG8-ld\n",
    "a byte order mark": b"\xef\xbb\xbffrom chat.\xef\xbd\x8fld import x\n",
    "layout: tabs": b"if x:\n\tfrom a import T1\n", "layout: form feeds": b"\x0cfrom a import T1\n\x0c\n",
    "layout: CRLF": b"import json\r\nfrom a import (\r\n  T1,\r\n)\r\n",
    "layout: CR": b"import json\rfrom a import T1\r",
    "layout: a continuation of Windows": b"import a\r\na \\\r\n.T1\r\n",
    "layout: a comment that ends in a CR": b"# x\rfrom a import T1", "layout: a tab": b"from\ta\timport\tT1\n",
}
STRINGS = {
    "an escape: a line end of Windows": b'x = "chat.o\\\r\nld.Tool"\r\n',
    "an escape: a line end of old": b'x = "chat.o\\\rld.Tool"\r',
}
UNREADABLE = {
    "broken bytes, without a word": b"import json\nx = '\xff'",
    "a coding that nobody knows": b"# coding: klingon\nimport json",
    "UTF-16": "import chat.old".encode("utf-16"), "NUL": b"import chat.old\n\x00",
}
PASSED_ON = (
    _case("a byte order mark before a class", {"use.py": b"\xef\xbb\xbfclass Engine(object): ...\n"}, "duplicate-name"),
    _case("a byte order mark before an import", {"use.py": b"\xef\xbb\xbfimport helpers\n"}, gone='["helpers"]'),
    _case("a form feed before a name", {"use.py": b"class\x0cEngine(object): ...\n"}, "duplicate-name"),
    _case("a coding line in a file that passes all on", {
        "a.py": b"# coding: utf-7\nfrom chat.ol+AGQ- import *\n", "use.py": b"from a import Tool",
    }),
    _case("a coding line in a file that passes all of the package on", {
        "chat/__init__.py": b"# coding: unicode_escape\nfrom .old imp\\x6frt *\n",
        "chat/use.py": b"from . import Tool as x",
    }),
    _case("a coding line in a file that imports nothing", {
        "chat/use.py": b"# coding: unicode_escape\nfrom . imp\\x6frt nothing\n",
    }, "missing-import", facades='["chat"]'),
    _case("a constructor in a truth that is a module", {
        "chat/use.py": f"class Whatever:\n    {PROBE}\n".encode(),
    }, "duck-typed-signature", canonical='"chat.use"'),
    _case("a coding line in a file that passes on", {
        "a.py": b"# coding: utf-7\nfrom chat.ol+AGQ- import Tool as T+ADE-\n", "use.py": b"from a import T1",
    }),
    _case("a coding line in a file that inherits", {
        "a.py": b"# coding: utf-7\nfrom chat.engine import Engin+AGU-\nclass A+ADE-(Engin+AGU-): ...\n",
        "use.py": b"from a import A1\nclass B1(A1):\n    def create_from_legacy(self): ...\n",
    }, "removed-definition"),
)

"""The same code spelled otherwise: look-alike letters, escapes, odd layouts, encodings.

What Python's parser makes of a text never changes, only how its bytes look to somebody who searches them.
"""

from __future__ import annotations

import ast
import base64
import io
import keyword
import re
import tokenize
import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain
from random import Random

from ssot_lint.files import Unreadable, decode
from ssot_lint.files.decoding import lines

CODECS = (
    "latin-1", "cp1252", "mac_roman", "shift_jis", "euc_jp", "iso2022_jp", "gb18030", "big5", "hz", "utf-7",
    "unicode_escape", "raw_unicode_escape", "utf-8", "ascii",
)
_BORDERS = {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
_CODING_LINES = (
    "# -*- coding: {} -*-\n", "#!/usr/bin/python\n# coding={}\n", "\n# vim: set fileencoding={} :\n", "\f#coding:{}\n",
)
_COMMENTS = ("# Engine )", "# old (", "# noqa: E501 '")

Edit = tuple[tuple[int, int], tuple[int, int], str]


def _look_alikes() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for code in chain(range(0xA0, 0x2200), range(0xFB00, 0x10000), range(0x1D400, 0x1D800)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain.isascii() and f"a{plain}".isidentifier() and f"a{chr(code)}".isidentifier():
            table.setdefault(plain, []).append(chr(code))
    return table


LOOK_ALIKES = _look_alikes()
"""Letters, and sequences of them -> characters that are the same to Python in an identifier."""


def look_alike(rng: Random, name: str) -> str:
    """An identifier that Python takes for `name`, one place of it replaced where there is a replacement."""
    decomposed = unicodedata.normalize("NFD", name)
    if decomposed != name and rng.random() < 0.5:
        return decomposed
    places = [
        (start, part) for start in range(len(name)) for part in (name[start:start + 1], name[start:start + 2])
        if part in LOOK_ALIKES
    ]
    if not places:
        return name
    start, part = rng.choice(places)
    found = name[:start] + rng.choice(LOOK_ALIKES[part]) + name[start + len(part):]
    return found if found.isidentifier() and unicodedata.normalize("NFKC", found) == name else name


def escaped(rng: Random, literal: str) -> str:
    """A plain string literal with the same value, one character of it as an escape."""
    quote = literal[:1]
    body = literal[1:-1]
    if quote not in "'\"" or literal[-1:] != quote or not body or set(body) & set("\\'\"\n{}"):
        return literal
    place = rng.randrange(len(body))
    character = body[place]
    ways = [
        f"\\x{ord(character):02x}" if ord(character) < 256 else character, f"\\u{ord(character):04X}",
        f"\\U{ord(character):08x}", f"\\{ord(character):03o}" if ord(character) < 256 else character,
        f"\\N{{{unicodedata.name(character, '')}}}" if unicodedata.name(character, "") else character,
        f"\\\n{character}",
    ]
    return quote + body[:place] + rng.choice(ways) + body[place + 1:] + quote


def disguised(rng: Random, text: str, share: float) -> str:
    """A module that parses to the same tree; the text itself where that cannot be had.

    Args:
        share: how many of the places that can be changed are, 0 to 1.
    """
    try:
        found = _edited(text, _edits(rng, text, share))
        found = rng.choice(LAYOUTS)(found) if rng.random() < share else found
        return found if ast.dump(ast.parse(found)) == ast.dump(ast.parse(text)) else text
    except (SyntaxError, ValueError, tokenize.TokenError):
        return text


def _edits(rng: Random, text: str, share: float) -> Iterator[Edit]:
    tokens = [*tokenize.generate_tokens(io.StringIO(text).readline)]
    depth = 0
    for before, token in zip(tokens, tokens[1:]):
        depth += (before.string in "([{" and bool(before.string)) - (before.string in ")]}" and bool(before.string))
        if not token.string or token.type in _BORDERS:
            continue
        if rng.random() < share and before.type not in _BORDERS:
            yield token.start, token.start, _gap(rng, depth > 0)
        if rng.random() < share:
            yield token.start, token.end, _respelled(rng, token)


def _gap(rng: Random, in_brackets: bool) -> str:
    if in_brackets and rng.random() < 0.6:
        return rng.choice((f"  {rng.choice(_COMMENTS)}\n  ", "\n", "\n\n\t"))
    return rng.choice((" \\\n  ", "  ", "\t", " \f ", " \\\n\\\n "))


def _respelled(rng: Random, token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.STRING:
        return escaped(rng, token.string)
    if token.type != tokenize.NAME or keyword.iskeyword(token.string) or keyword.issoftkeyword(token.string):
        return token.string
    return look_alike(rng, token.string)


def _edited(text: str, edits: Iterator[Edit]) -> str:
    rows = lines(text)
    for (row, column), (end_row, end_column), new in sorted(edits, reverse=True):
        if row == end_row:
            rows[row - 1] = rows[row - 1][:column] + new + rows[row - 1][end_column:]
    return "".join(rows)


def _on_one_line(text: str) -> str:
    """Simple statements that follow each other, on one line."""
    rows = lines(text)
    simple = [bool(_SIMPLE.fullmatch(row)) for row in rows]
    return "".join(
        row.rstrip("\n") + "; " if one and other else row for row, one, other in zip(rows, simple, [*simple[1:], False])
    )


_SIMPLE = re.compile(r"(?:import|from|[A-Z]\w* =) [^#'\"(\[{]*[\w)]\n")

LAYOUTS: tuple[Callable[[str], str], ...] = (
    _on_one_line,
    lambda text: text.replace("\n    ", "\n\t"),
    lambda text: text.replace("\nfrom ", "\n\ffrom ").replace("\nclass ", "\n\f\nclass "),
    lambda text: f"\f{text}",
    lambda text: text.rstrip("\n"),
)

LINE_ENDS = ("\n", "\n", "\r\n", "\r")


def written(rng: Random, text: str, share: float) -> bytes:
    """The bytes of a file, in an odd encoding or with odd line ends now and then."""
    if rng.random() < share:
        text = text.replace("\n", rng.choice(LINE_ENDS))
    if rng.random() < share:
        return in_codec(rng, text, rng.choice(CODECS))
    return text.encode("utf-8-sig" if rng.random() < share else "utf-8")


def in_codec(rng: Random, text: str, codec: str) -> bytes:
    """The text in an encoding, with a line that says so; in UTF-8 where it has no place there."""
    head = rng.choice(_CODING_LINES).format(codec)
    try:
        spelled = (_hidden(rng, line, codec) for line in lines(text))
        data = head.encode() + b"".join(line.encode("latin-1" if codec in _ESCAPING else codec) for line in spelled)
        return data if decode(data) == head + text else text.encode()
    except (UnicodeError, Unreadable):
        return text.encode()


def _hidden(rng: Random, line: str, codec: str) -> str:
    """A line in which some letters are spelled as the encoding allows, if it is one that lets letters be hidden."""
    if codec not in _ESCAPING:
        return line
    body = line.rstrip("\r\n")
    plain = body.encode(codec).decode("latin-1")
    places = [place for place, letter in enumerate(plain) if letter.isalpha()]
    if plain == body and places:
        place = rng.choice(places)
        plain = plain[:place] + _ESCAPING[codec](plain[place]) + plain[place + 1:]
    return plain + line[len(body):]


def _utf_7(letter: str) -> str:
    return f"+{base64.b64encode(letter.encode('utf-16-be')).decode().rstrip('=')}-"


_ESCAPING: dict[str, Callable[[str], str]] = {
    "utf-7": _utf_7,
    "unicode_escape": lambda letter: f"\\x{ord(letter):02x}",
    "raw_unicode_escape": lambda letter: f"\\u{ord(letter):04x}",
}

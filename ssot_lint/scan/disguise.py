r"""Spellings under which a name stands in a file without its bytes: `\x6f`, fullwidth letters, other encodings.

A file that holds any is searched a second time, in a text where they are undone. That text is for searching only: it
need not parse, and may say more than the file does, but never less.
"""

from __future__ import annotations

import re
import sys
import unicodedata

from ssot_lint.files import decode, encoding_of

_HEAD = 1_000
"""Bytes in which a coding line begins, if there is one: longer first lines hold none that anybody wrote."""

_PLAIN = re.compile(
    rb"^(?:[ \t\f]*#(?![^\r\n]*coding)[^\r\n]*\r?\n)?"
    rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*(?:[uU][tT][fF]-?8|latin-?1|ascii)(?![-\w.])",
)
_HEX = r"(?:2[eE]|3[0-9aA]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|[aAbB][aA])"  # letters, digits, `_`, `.` and `:` of ASCII
_OCTAL = r"(?:0?(?:5[67]|6[0-7]|7[0-2])|1[0-7]{2})"
_ESCAPE = re.compile(
    r"\\(?:x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|N\{(?P<N>[^}\n]*)\}"
    r"|(?P<o>[0-7]{1,3})|\r\n|\n|\r)"
)
_JOINED = r"(?:\r\n(?<=[\w.:]\\\r\n)|[\r\n](?<=[\w.:]\\[\r\n]))(?=[\w.:\\])"  # a name that goes on in the next line
_DISGUISE = re.compile(rf"\\(?:x{_HEX}|u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|N\{{|{_OCTAL}|{_JOINED})".encode())
_TRANSPARENT = re.compile(r"utf-8|ascii|iso8859-|latin|cp125|koi8|mac-|euc_|gb|big5|cp437|cp85|cp932|shift_jis")
"""Encodings in which a byte of ASCII stands for itself, and for nothing else outside of longer characters."""


def undisguised(data: bytes, broad: bool = False) -> bytes | None:
    """A content with every disguise undone, in UTF-8; None where there is none.

    Args:
        broad: names outside of ASCII are looked for, too.

    Raises:
        Unreadable: Python could not decode it.
    """
    hinted = b"\\" in data and (broad or _DISGUISE.search(data) is not None)
    if not hinted and data.isascii():
        return None
    encoding = encoding_of(data) if broad else "utf-8"
    text = decode(data)
    plain = _ESCAPE.sub(_unescaped, text) if hinted else text
    if not plain.isascii() and not unicodedata.is_normalized("NFKC", plain):
        plain = unicodedata.normalize("NFKC", plain)  # as Python does with identifiers
    foreign = broad and not encoding.startswith("utf-8")
    return plain.encode("utf-8", "surrogatepass") if foreign or plain != text else None


def is_opaque(data: bytes) -> bool:
    """Whether a content is in an encoding that may write ASCII in other bytes, so that no search tells what is in it.

    Raises:
        Unreadable: its encoding is none that Python reads.
    """
    if b"coding" not in data[:_HEAD] or _PLAIN.search(data, 0, _HEAD):
        return False
    return not _TRANSPARENT.match(encoding_of(data))


def _unescaped(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind is None:
        return ""  # a line that goes on in the next one
    value = match[kind]
    if kind == "N":
        try:
            return unicodedata.lookup(value)
        except KeyError:
            return match[0]
    code = int(value, 8 if kind == "o" else 16)
    return chr(code) if code <= sys.maxunicode else match[0]

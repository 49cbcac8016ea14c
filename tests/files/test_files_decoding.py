"""Text from bytes, as Python's compiler reads it."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings

import pytest

from ssot_lint.files import Unreadable, decode, lines

BOM = b"\xef\xbb\xbf"

READABLE = {
    # UTF-8 unless something else is said; the byte order mark is no part of the text.
    b"": "",
    b"x = '\xc3\xa9'": "x = 'é'",
    BOM + b"x = '\xc3\xa9'": "x = 'é'",
    BOM + b"# coding: utf-8\nx": "# coding: utf-8\nx",
    # The coding line: in Emacs' and Vim's spelling, in the first line or the second after a comment or nothing.
    b"# -*- coding: latin-1 -*-\n'\xe9'": "# -*- coding: latin-1 -*-\n'é'",
    b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'": "#!/usr/bin/python\n"
    "# vim: set fileencoding=cp1252 :\n'€'",
    b"\n# coding=koi8-r\n'\xc1'": "\n# coding=koi8-r\n'а'",
    b"\x0c # coding: latin-1\n'\xe9'": "\x0c # coding: latin-1\n'é'",
    # Not in the third line, not after code, not in a string.
    b"\n\n# coding: latin-1\n'\xc3\xa9'": "\n\n# coding: latin-1\n'é'",
    b"x = 1\n# coding: latin-1\n'\xc3\xa9'": "x = 1\n# coding: latin-1\n'é'",
    b"'# coding: latin-1'\n'\xc3\xa9'": "'# coding: latin-1'\n'é'",
    # Lines end as Python's end, in old files of the Macintosh too.
    b"#\r# coding: latin-1\r'\xe9'": "#\r# coding: latin-1\r'é'",
    b"#\r\n# coding: latin-1\r\n'\xe9'": "#\r\n# coding: latin-1\r\n'é'",
    # The comment beside the coding line may use the encoding that it names, and so may the line above.
    b"# coding: latin-1 \xe9\n": "# coding: latin-1 é\n",
    b"# \xe9\n# coding: latin-1\n": "# é\n# coding: latin-1\n",
    # Encodings in which code does not look like code.
    b"# coding: utf-7\n'+AOk-'": "# coding: utf-7\n'é'",
    # Line ends, form feeds and the separators that only `str.splitlines` knows stay.
    b"a\r\nb\rc\x0cd\x1ce\xe2\x80\xa8\n": "a\r\nb\rc\x0cd\x1ce\u2028\n",
}

# bytes: (reason, line, column)
UNREADABLE = {
    # Bytes that the encoding does not allow, with the place.
    b"x = 1\r\ny = 'a\xe9b'": ("byte 0xe9 cannot be decoded as utf-8: invalid continuation byte", 2, 7),
    b"a\rb\n\xc3\xa9\xff": ("byte 0xff cannot be decoded as utf-8: invalid start byte", 3, 2),
    BOM + b"\xff": ("byte 0xff cannot be decoded as utf-8: invalid start byte", 1, 1),
    b"# coding: ascii\n'\xc3\xa9'": ("byte 0xc3 cannot be decoded as ascii: ordinal not in range(128)", 2, 2),
    b"\xc3": ("byte 0xc3 cannot be decoded as utf-8: unexpected end of data", 1, 1),
    # A coding line that names nothing, or nothing for text, or contradicts the byte order mark.
    b"# coding: klingon\n": ("unknown encoding: klingon", 1, 1),
    b"# coding: rot13\n": ("its coding line names 'rot13', which is not a text encoding", 1, 1),
    b"# coding: hex\n": ("its coding line names 'hex', which is not a text encoding", 1, 1),
    b"# coding: zlib\n": ("its coding line names 'zlib', which is not a text encoding", 1, 1),
    b"# coding: undefined\n": ("cannot be decoded as undefined", 1, 1),
    BOM + b"# coding: latin-1\n": (
        "begins with the byte order mark of UTF-8, but its coding line names another encoding", 1, 1
    ),
    # UTF-16 and UTF-32, which Python does not read.
    "x".encode("utf-16"): ("encoded in UTF-16 (by its byte order mark), which Python does not read; use UTF-8", 1, 1),
    b"\xfe\xff\0x": ("encoded in UTF-16 (by its byte order mark), which Python does not read; use UTF-8", 1, 1),
    "x".encode("utf-32"): ("encoded in UTF-32 (by its byte order mark), which Python does not read; use UTF-8", 1, 1),
    # NUL, with the place.
    b"x = 1\ny\0 = 2": ("contains a NUL character", 2, 2),
}


@pytest.mark.parametrize("data", READABLE)
def test_readable(data: bytes) -> None:
    assert decode(data) == READABLE[data]


@pytest.mark.parametrize("data", UNREADABLE)
def test_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert (caught.value.reason, caught.value.line, caught.value.column) == UNREADABLE[data]


# Python agrees: it compiles the bytes to the same tree as the text, and refuses what is refused here.
@pytest.mark.parametrize("data", [data for data in READABLE if b"fe" not in data])
def test_compiler_agrees(data: bytes) -> None:
    assert _tree(data) == _tree(decode(data))


def _tree(source: bytes | str) -> str:
    try:
        return ast.dump(ast.parse(source), include_attributes=False)
    except SyntaxError as error:
        return f"{error.msg}"


@pytest.mark.parametrize("data", UNREADABLE)
def test_compiler_refuses(data: bytes) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        compile(data, "x.py", "exec", ast.PyCF_ONLY_AST)


# So does `tokenize`, on which flake8 relies, wherever the first two lines are in UTF-8 and end as it expects.
@pytest.mark.parametrize("data", [data for data in READABLE if b"\xe9" not in data[:20] and b"\r" not in data])
def test_tokenize_agrees(data: bytes) -> None:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    assert decode(data) == data.decode(encoding)


# What is wrong with the text of analysed code is no warning about ours.
def test_no_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode(b"# coding: unicode_escape\n'\\d'") == "# coding: unicode_escape\n'\\d'"


# A coding line that can be read is in no such encoding, whichever name it has for it.
@pytest.mark.parametrize("name", ["utf-16", "U16", "utf_16_be", "utf-16-le", "utf-32", "UTF-32LE", "utf-32-be"])
@pytest.mark.parametrize("spelled", ["ascii", "named"])
def test_wide_encodings_by_their_coding_line(name: str, spelled: str) -> None:
    data = f"# coding: {name}\nx = 12\n".encode(name if spelled == "named" else "ascii")
    with pytest.raises(Unreadable, match="^(encoding problem|encoded in UTF-|contains a NUL)"):
        decode(data)
    with pytest.raises((SyntaxError, ValueError)):
        compile(data, "x.py", "exec", ast.PyCF_ONLY_AST)


# Any codec that Python has either reads a file or says why not.
@pytest.mark.parametrize("codec", ["idna", "punycode", "raw_unicode_escape", "utf-16", "utf-32", "uu", "bz2", "mbcs"])
@pytest.mark.parametrize("rest", [b"", b"\xff", b"xn--\xe9-", b"\\u12"])
def test_odd_codecs(codec: str, rest: bytes) -> None:
    try:
        assert isinstance(decode(b"# coding: " + codec.encode() + b"\n" + rest), str)
    except Unreadable as refusal:
        assert refusal.reason and refusal.line >= 1 and refusal.column >= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Every end that Python's tokenizer knows, mixed; it stays with its line.
        ("a\nb\r\nc\rd", ["a\n", "b\r\n", "c\r", "d"]),
        ("\n\r\r\n", ["\n", "\r", "\r\n"]),
        ("a\n", ["a\n"]),
        ("", []),
        # No other.
        ("a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i\n", ["a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i\n"]),
    ],
)
def test_lines(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


# The compiler counts the same lines.
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_as_the_compiler(end: str) -> None:
    text = f"a = 1{end}b = '\x0c\u2028\x1c'{end}\x0cc = 3{end}"
    numbers = [statement.lineno for statement in ast.parse(text).body]
    assert numbers == [1, 2, 3] == list(range(1, len(lines(text)) + 1))

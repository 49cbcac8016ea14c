"""Bytes to text as Python's compiler does it: byte order mark, coding line (PEP 263), UTF-8."""

from __future__ import annotations

import codecs
import io
import re
import warnings

from ssot_lint.files.reading import Unreadable

_LINE_END = re.compile(rb"\r\n|\r|\n")
_FIRST_TWO_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?[^\r\n]*")
_NON_ASCII_TO_QUESTION_MARK = bytes(range(128)) + b"?" * 128
_FOREIGN_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(data: bytes) -> str:
    """The text of a Python file, without its byte order mark; line ends and form feeds stay as they are.

    The verdict is that of `compile(data, ...)`. `tokenize.detect_encoding` differs from it in one thing: it wants the
    first two lines in UTF-8 before it looks for a coding line there, and so refuses files in Latin-1 that Python
    imports.

    Raises:
        Unreadable: the coding line names no text codec, names UTF-16 or UTF-32, or contradicts the byte order mark; the
            bytes are not what the encoding allows; the text holds a NUL, which `ast.parse` refuses.
    """
    for mark, name in _FOREIGN_MARKS:
        if data.startswith(mark):
            raise Unreadable(f"encoded in {name} (by its byte order mark), which Python does not read; use UTF-8")
    text = _decoded(data, encoding_of(data))
    if "\0" in text:
        before = text[:text.index("\0")]
        raise Unreadable("contains a NUL character", *_end_of(before))
    return text


def lines(text: str) -> list[str]:
    r"""The lines of `text` with their ends, split where Python's tokenizer splits: at `\n`, `\r\n` and `\r` alone."""
    return io.StringIO(text, newline="").readlines()


def encoding_of(data: bytes) -> str:
    """The encoding that byte order mark and coding line ask for.

    Raises:
        Unreadable: they contradict each other, or name none that Python reads.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    head = _FIRST_TWO_LINES.match(data, len(mark))
    if head is None or b"coding" not in head.group():
        return "utf-8-sig" if mark else "utf-8"
    return _declared_encoding(mark, _LINE_END.split(head.group()))


def _declared_encoding(mark: bytes, head: list[bytes]) -> str:
    from tokenize import detect_encoding  # costs start-up time, and few files have a coding line

    ascii_lines = [line.translate(_NON_ASCII_TO_QUESTION_MARK) + b"\n" for line in head]
    try:
        encoding = detect_encoding(iter([mark + ascii_lines[0], *ascii_lines[1:]]).__next__)[0]
    except SyntaxError as error:
        raise Unreadable(_objection(str(error.msg), marked=bool(mark))) from None
    if codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
        raise Unreadable(f"encoding problem: {encoding} (by its coding line), which Python does not read; use UTF-8")
    return encoding


def _objection(message: str, marked: bool) -> str:
    if marked and message.startswith("encoding problem"):
        return "begins with the byte order mark of UTF-8, but its coding line names another encoding"
    return message


def _decoded(data: bytes, encoding: str) -> str:
    try:
        if encoding.startswith(("utf-8", "iso-8859-1")):
            return data.decode(encoding)
        with warnings.catch_warnings():  # `unicode_escape` warns of what is wrong with the analysed code
            warnings.simplefilter("ignore")
            return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(error, encoding) from None
    except LookupError:
        raise Unreadable(f"its coding line names {encoding!r}, which is not a text encoding") from None
    except (ValueError, ArithmeticError):  # what a codec says that does not point at a byte
        raise Unreadable(f"cannot be decoded as {encoding}") from None


def _undecodable(error: UnicodeDecodeError, encoding: str) -> Unreadable:
    try:
        before = error.object[:error.start].decode(encoding, "replace")
    except ValueError:  # a codec that knows no half-read text
        before = ""
    byte = error.object[error.start:error.start + 1].hex()
    reason = f"byte 0x{byte} cannot be decoded as {encoding.removesuffix('-sig')}: {error.reason}"
    return Unreadable(reason, *_end_of(before))


def _end_of(text: str) -> tuple[int, int]:
    """Line and column of the character that follows `text`."""
    *full, last = lines(text + "x")
    return len(full) + 1, len(last)

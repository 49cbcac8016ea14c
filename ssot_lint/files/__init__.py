"""Find, read and decode: from a folder to `SourceFile`s, their bytes and their text."""

from ssot_lint.files.decoding import decode, encoding_of, lines
from ssot_lint.files.discovery import Tree, discover
from ssot_lint.files.exclusion import is_excluded
from ssot_lint.files.naming import describe, exists_on_disk
from ssot_lint.files.paths import relative
from ssot_lint.files.promised import Existence
from ssot_lint.files.reading import (
    Unreadable, read, read_on_disk, read_regular, read_signed, reading_by, signature_of, signature_on_disk,
)
from ssot_lint.files.roots import import_roots

__all__ = [
    "Existence",
    "Tree",
    "Unreadable",
    "decode",
    "describe",
    "discover",
    "encoding_of",
    "exists_on_disk",
    "import_roots",
    "is_excluded",
    "lines",
    "read",
    "read_on_disk",
    "read_regular",
    "read_signed",
    "reading_by",
    "relative",
    "signature_of",
    "signature_on_disk",
]

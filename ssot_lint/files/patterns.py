"""One line of gitignore syntax, as git reads it.

Git judges each entry of each folder on the way down by that entry alone: `*`, `!*/`, `!*.py` keeps the Python files
of every folder, `foo/**` leaves `foo` itself open so that `!foo/keep.py` can hold. Libraries that match whole paths
against patterns that also cover everything below give another answer to both, hence this module.
"""

from __future__ import annotations

import re

import msgspec

_KEPT = re.compile(r"(?:\\.|[^\\ ]|\ +(?=[^ ]))*", re.DOTALL)
_TOKEN = re.compile(r"(?P<stars>\*+)|(?P<any>\?)|\\(?P<escaped>.)|(?P<text>[^*?\\\[]+)", re.DOTALL)
_MAGIC = re.compile(r"[*?\[\\]")
_NOTHING = "(?!)"
_POSIX_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r" \t\n\r\f\v",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


class Pattern(msgspec.Struct, frozen=True):
    """A line that can match something.

    Attributes:
        glob: what is left of the line once the marks below are read off.
        regex: the same as a regular expression for `re.fullmatch` with `re.DOTALL`.
        negated: it began with `!`.
        folders_only: it ended with `/`.
        by_name: it holds no other `/`: it is matched against the name of an entry, at any depth; all others are
            matched against the path from the folder of the ignore file.
    """

    glob: str
    regex: str
    negated: bool
    folders_only: bool
    by_name: bool

    def matches(self, text: str) -> bool:
        """Whether it matches `text`: the name or the path of an entry, as `by_name` says."""
        return re.fullmatch(self.regex, text, re.DOTALL) is not None

    @property
    def literal(self) -> bool:
        """It matches nothing but its own text."""
        return _MAGIC.search(self.glob) is None

    @property
    def ending(self) -> str:
        """What every name that it matches ends with, where that is all it asks for (`*.so`); otherwise empty."""
        rest = self.glob[1:]
        return rest if self.glob.startswith("*") and _MAGIC.search(rest) is None else ""


def parse(line: str) -> Pattern | None:
    """Read one line; None where it matches nothing (blank, a comment, an unclosed `[`, a trailing backslash)."""
    glob = _without_trailing_spaces(line.removesuffix("\r"))
    if glob.startswith("#"):
        return None
    negated = glob.startswith("!")
    glob = glob[negated:]
    folders_only = glob.endswith("/")
    glob = glob.removesuffix("/")
    by_name = "/" not in glob
    glob = glob.removeprefix("/")
    if glob.startswith("**/") and "/" not in glob[3:]:
        glob, by_name = glob[3:], True
    regex = _translate(glob)
    return Pattern(glob, regex, negated, folders_only, by_name) if glob and regex is not None else None


def _without_trailing_spaces(line: str) -> str:
    match = _KEPT.match(line)
    kept = match.group() if match else ""
    return kept if not line[len(kept):].strip(" ") else line


def _translate(glob: str) -> str | None:
    """The regular expression for a glob; None where git never lets it match."""
    parts: list[str] = []
    at = 0
    while at < len(glob):
        part, at = _bracket(glob, at) if glob[at] == "[" else _plain(glob, at)
        if part is None:
            return None
        parts.append(part)
    return "".join(parts)


def _plain(glob: str, at: int) -> tuple[str | None, int]:
    match = _TOKEN.match(glob, at)
    if match is None:
        return None, at
    if match["stars"]:
        return _stars(glob, at, match.end())
    if match["any"]:
        return "[^/]", match.end()
    return re.escape(match["escaped"] or match["text"]), match.end()


def _stars(glob: str, start: int, end: int) -> tuple[str, int]:
    """`**` reaches over folders only where it is all there is between two slashes.

    Git compares the text before the first wildcard on its own and sees a `**` that follows it as the beginning.
    """
    opens = start == 0 or glob[start - 1] == "/" or _MAGIC.search(glob, 0, start) is None
    closes = end == len(glob) or glob.startswith(("/", r"\/"), end)
    if end - start == 1 or not opens or not closes:
        return "[^/]*", end
    return ("(?:.*/)?", end + 1) if glob.startswith("/", end) else (".*", end)


def _bracket(glob: str, at: int) -> tuple[str | None, int]:
    """The set that opens at `at`, and where the glob goes on."""
    at += 1
    negated = glob.startswith(("!", "^"), at)
    at += negated
    first = at
    items: list[str] = []
    low = ""  # what a following `-` would make the lower end of a range
    while at < len(glob) and (glob[at] != "]" or at == first):
        if glob[at] == "-" and low and glob[at + 1:at + 2] not in ("", "]"):
            high, at = _member(glob, at + 1)
            items.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "")
            low = ""
        elif glob.startswith("[:", at) and (end := glob.find("]", at + 2)) > at + 2 and glob[end - 1] == ":":
            if glob[at + 2:end - 1] not in _POSIX_CLASSES:
                return None, at
            items.append(_POSIX_CLASSES[glob[at + 2:end - 1]])
            low, at = "", end + 1
        else:
            low, at = _member(glob, at)
            items.append(re.escape(low))
    return (_set("".join(items), negated), at + 1) if at < len(glob) else (None, at)


def _member(glob: str, at: int) -> tuple[str, int]:
    at += glob[at] == "\\"
    return glob[at:at + 1], at + 1


def _set(items: str, negated: bool) -> str:
    if negated:
        return f"[^/{items}]"
    return f"(?!/)[{items}]" if items else _NOTHING

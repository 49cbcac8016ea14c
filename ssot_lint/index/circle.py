"""Which files have a say in what becomes of a truth: those in which a name of the configuration stands."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator

from ssot_lint.index.survey import Survey
from ssot_lint.scan.statements import from_imports, may_have_stars

_ROOM = 4_000_000
"""Bytes of contents that are kept, so that questions about several words read no file of a small project twice."""


class ConcernedCircle:
    """Limits questions about the whole project (see `Modules`) to what a survey has found.

    Args:
        data: gives the content of a file by its path.
    """

    def __init__(self, survey: Survey, data: Callable[[str], bytes]) -> None:
        self._survey = survey
        self._data = data
        self._paths: dict[str, tuple[str, ...]] = {}
        self._contents: dict[str, bytes] = {}
        self._room = _ROOM

    def with_word(self, word: str) -> Iterable[str]:
        """Paths of those in which a word may stand; every file is read for a word that is asked about first."""
        if word not in self._paths:
            self._paths[word] = tuple(self._found(word))
        return self._paths[word]

    def _found(self, word: str) -> Iterator[str]:
        for path, look in self._survey.looks.items():
            if look.named or path in self._survey.concerned:
                data = self._content(path)
                if not data.isascii() or b"\\" in data or word.encode("utf-8", "surrogatepass") in data:
                    yield path

    def _content(self, path: str) -> bytes:
        data = self._contents.get(path)
        if data is None:
            data = self._data(path).removeprefix(BOM_UTF8)
            if len(data) <= self._room:
                self._room -= len(data)
                self._contents[path] = data
        return data

    def may_import(self, word: str) -> Iterator[str]:
        """Paths of those that import a name, or of which only parsing can tell."""
        for path in self.with_word(word):
            data = self._content(path)
            plain = data.isascii() and b"\\" not in data
            if not plain or any(name == word for item in from_imports(data) for name, _ in item.names):
                yield path

    def importing(self, word: str) -> Iterator[tuple[str, str]]:
        """(path of a file that imports a name, the module as written), as far as the statements tell."""
        for path in self.with_word(word):
            data = self._content(path)
            for statement in from_imports(data) if word != "*" or may_have_stars(data) else ():
                if any(name == word for name, _ in statement.names):
                    yield path, statement.module

    def with_heirs(self) -> Iterator[str]:
        """Paths of those with classes that may inherit from what matters."""
        for path, look in self._survey.looks.items():
            if path in self._survey.concerned or (look.classes and self._survey.words.heirs.are_in(path)):
                yield path

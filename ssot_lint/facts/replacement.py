"""An expression of the configuration that takes a call's place: what it uses where, and how it is filled in."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

import msgspec

from ssot_lint.facts.effects import steps
from ssot_lint.facts.freedom import readings
from ssot_lint.facts.sheet import Sheet, expression


class Occurrence(msgspec.Struct, frozen=True):
    """A name that the expression reads and does not bind itself.

    Attributes:
        start, end: its offsets.
        bound: names that the expression binds where it stands.
        conditional: it may not be read at all.
        repeated: it is read any number of times.
        deferred: it is read later.
    """

    name: str
    start: int
    end: int
    bound: frozenset[str]
    conditional: bool
    repeated: bool
    deferred: bool


class Part(msgspec.Struct, frozen=True):
    """An argument of the call that the expression is, by its offsets, keyword included."""

    start: int
    end: int


class Replacement:
    """An expression on one line.

    Args:
        text: valid, as `read_expression` has it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        sheet = Sheet(text)
        statement = sheet.tree.body[0]
        assert isinstance(statement, ast.Expr)
        self.tree = statement.value
        self._sheet = sheet
        self._readings = readings(self.tree)

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """In the order of the text."""
        found = (
            Occurrence(item.node.id, *self._sheet.range(item.node), item.bound, item.conditional, item.repeated,
                       item.deferred)
            for item in self._readings
        )
        return tuple(sorted(found, key=lambda item: item.start))

    def steps(self, moving: Collection[str]) -> tuple[str, ...]:
        """The steps of its evaluation; see `effects.steps`."""
        return tuple(steps(self.tree, moving))

    @cached_property
    def called(self) -> str:
        """The plain name that it calls as a whole; "" where it is something else than such a call."""
        tree = self.tree
        return tree.func.id if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else ""

    @cached_property
    def parts(self) -> tuple[Part, ...] | None:
        """The arguments of the call that it is as a whole, perhaps awaited; None where it is something else."""
        tree = self.tree.value if isinstance(self.tree, ast.Await) else self.tree
        if not isinstance(tree, ast.Call) or self._sheet.range(tree)[1] != len(self.text):
            return None
        inside = [self._sheet.range(node) for node in (*tree.args, *(item.value for item in tree.keywords))]
        marks = [
            mark for mark in self._marks if not any(start <= mark[0] < end for start, end in inside)
        ]
        ends = zip(marks, marks[1:])
        return tuple(filter(None, (self._part(start, end) for (_, start), (end, _) in ends)))

    @cached_property
    def _marks(self) -> list[tuple[int, int]]:
        """The last pair of parentheses, with the commas that are directly between them."""
        opened: list[list[tuple[int, int]]] = []
        found: list[tuple[int, int]] = []
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            place = token.start[1], token.end[1]
            if token.type == tokenize.OP and token.string in "([{":
                opened.append([place])
            elif token.type == tokenize.OP and token.string in ")]}":
                found = [*opened.pop(), place]
            elif token.string == "," and opened:
                opened[-1].append(place)
        return found

    def _part(self, start: int, end: int) -> Part | None:
        text = self.text[start:end]
        lead = len(text) - len(text.lstrip())
        return Part(start + lead, start + len(text.rstrip())) if text.strip() else None

    # --- filling in

    def filled(self, texts: Mapping[str, str]) -> Filled:
        """The expression with texts in the place of names, in parentheses where the tree would be another.

        Raises:
            SyntaxError: one of the texts is no expression.
        """
        trees = {name: expression(text) for name, text in texts.items()}
        tree = _with_trees(self.tree, {item.node for item in self._readings}, trees)
        assert isinstance(tree, ast.expr)
        wanted = ast.dump(tree)
        bracketed = [f"({texts[item.name]})" if item.name in texts else item.name for item in self.occurrences]
        chosen = [
            texts[item.name] if item.name in texts and self._needs_none(texts[item.name], place, bracketed, wanted)
            else bracketed[place]
            for place, item in enumerate(self.occurrences)
        ]
        return Filled(self, tuple(chosen), tree)

    def _needs_none(self, text: str, place: int, bracketed: list[str], wanted: str) -> bool:
        if all(part.isidentifier() for part in text.split(".")):
            return True
        trial = [*bracketed[:place], text, *bracketed[place + 1:]]
        try:
            return ast.dump(expression(self.joined(trial, 0, len(self.text)))) == wanted
        except SyntaxError:
            return False

    def joined(self, texts: Sequence[str], start: int, end: int) -> str:
        """A range of the expression with texts in the place of the occurrences in it."""
        found, place = [], start
        for item, text in zip(self.occurrences, texts):
            if start <= item.start < end:
                found += [self.text[place:item.start], text]
                place = item.end
        return "".join((*found, self.text[place:end]))


class Filled(msgspec.Struct, frozen=True):
    """An expression that is filled in.

    Attributes:
        texts: for each occurrence what stands there.
        tree: what it means.
    """

    replacement: Replacement
    texts: tuple[str, ...]
    tree: ast.expr

    @property
    def text(self) -> str:
        return self.replacement.joined(self.texts, 0, len(self.replacement.text))

    @property
    def head(self) -> str:
        """Up to the parenthesis of the call that it is as a whole."""
        parts = self.replacement.parts or ()
        end = parts[0].start if parts else len(self.replacement.text) - 1
        return self.replacement.joined(self.texts, 0, end).rstrip()

    @property
    def parts(self) -> list[str]:
        """The arguments of that call."""
        return [self.replacement.joined(self.texts, part.start, part.end) for part in self.replacement.parts or ()]


def _with_trees(node: ast.AST, places: Collection[ast.AST], trees: Mapping[str, ast.expr]) -> ast.AST:
    """A copy of a tree with others in the place of names."""
    if node in places and isinstance(node, ast.Name) and node.id in trees:
        return trees[node.id]
    fields = {name: _copied(value, places, trees) for name, value in ast.iter_fields(node)}
    return type(node)(**fields)


def _copied(value: object, places: Collection[ast.AST], trees: Mapping[str, ast.expr]) -> object:
    if isinstance(value, list):
        return [_copied(item, places, trees) for item in value]
    return _with_trees(value, places, trees) if isinstance(value, ast.AST) else value

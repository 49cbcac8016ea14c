"""Changes to the import statements of one file, collected for one proposal, and made edits in the end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from ssot_lint.facts.layout import Attempt, Statement
from ssot_lint.fixing.drafts import Draft, Item, spelled
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.model.facts import Import
from ssot_lint.model.violation import Edit

_Order = Callable[[tuple[str, str]], tuple[int, str]]


class Wanted(msgspec.Struct, frozen=True):
    """A name that is to be imported.

    Attributes:
        name: what is taken from the module.
        alias: its other name in the file; "" without one. May repeat `name`, which makes it a re-export.
        above, beside: comments that come with it.
    """

    name: str
    alias: str = ""
    above: tuple[str, ...] = ()
    beside: str = ""

    @property
    def local(self) -> str:
        return self.alias or self.name

    @property
    def written(self) -> str:
        return spelled(self.name, self.alias)

    @property
    def has_comments(self) -> bool:
        return bool(self.above or self.beside)


class _Line(msgspec.Struct, frozen=True):
    """A statement that is put beside another one.

    Attributes:
        text: all of it; what stands behind it where it is one that moves.
        moved: the statement that moves there, as it stands in the end; -1 for a new one.
    """

    text: str
    moved: int = -1


class Sheet:
    """The changes of one proposal."""

    def __init__(self, manuscript: Manuscript) -> None:
        self._manuscript = manuscript
        self._statements = manuscript.layout.statements
        self._drafts: dict[int, Draft] = {}
        self._sources: dict[int, str] = {}
        self._gone: set[int] = set()
        self._moved: set[int] = set()
        self._before: dict[int, list[_Line]] = {}
        self._after: dict[int, list[_Line]] = {}
        self._pieces: dict[tuple[int, int], str] = {}
        self._first: list[str] = []

    def draft(self, statement: int) -> Draft:
        """A statement as it stands after the changes so far."""
        if statement not in self._drafts:
            self._drafts[statement] = self._manuscript.draft(statement)
        return self._drafts[statement]

    # --- changes

    def put(self, statement: int, draft: Draft, source: str = "") -> None:
        """Give a statement another text.

        Args:
            source: the module that it imports from now, absolute.
        """
        self._drafts[statement] = draft
        if source:
            self._sources[statement] = source

    def remove(self, statement: int) -> None:
        self._gone.add(statement)

    def is_gone(self, statement: int) -> bool:
        return statement in self._gone

    def replace(self, start: int, end: int, text: str) -> None:
        """Replace a piece of the text outside of the import statements."""
        self._pieces[start, end] = text

    def collapse(self, attempt: Attempt) -> None:
        """Put the first arm of a `try` in the place of all of it."""
        lines, outer = self._manuscript, Statement(attempt.start, attempt.end, "other", -1)
        margin = lines.margin(outer)
        texts = []
        for index in lines.layout.bodies[attempt.arms[0]]:
            inner = lines.margin(self._statements[index])
            own = [] if index in self._gone or index in self._moved else [self.draft(index).text]
            found = [*self._put(self._before, index), *own, *self._put(self._after, index)]
            texts += [text.replace(f"\n{inner}", f"\n{margin}") for text in found]
        for index in (index for arm in attempt.arms for index in lines.layout.bodies[arm]):
            for changes in (self._drafts, self._before, self._after):
                changes.pop(index, None)
            self._gone.discard(index)
        self._pieces[attempt.start, attempt.end] = f"{lines.newline}{margin}".join(texts)

    def bound_in(self, body: int) -> set[tuple[str, str, str]]:
        """(module, name, local name) of what a body imports after the changes."""
        bound: set[tuple[str, str, str]] = set()
        for index in self._manuscript.layout.bodies[body]:
            if self._statements[index].kind in ("from", "import") and index not in self._gone:
                bound |= self._bound_by(self.draft(index), self._sources.get(index) or self._source_of(index))
            for line in (*self._before.get(index, []), *self._after.get(index, [])):
                if line.moved < 0:
                    draft = Draft(line.text.strip())
                    bound |= self._bound_by(draft, self._resolved(draft))
        return bound

    @staticmethod
    def _bound_by(draft: Draft, source: str) -> set[tuple[str, str, str]]:
        return {(source, item.name, item.local) for item in draft.items}

    def _source_of(self, index: int) -> str:
        return self._manuscript.source_of(index) if self._statements[index].kind == "from" else ""

    def _resolved(self, draft: Draft) -> str:
        module = draft.written_module
        name = module.lstrip(".")
        return self._manuscript.module.absolute(Import(0, name, len(module) - len(name), "x", "", 0, 0, 0, 0))

    def does_more(self, body: int) -> bool:
        """Whether a body holds anything but imports."""
        return any(
            self._statements[index].kind not in ("from", "import") for index in self._manuscript.layout.bodies[body]
        )

    # --- where a module is imported from already

    def statement_for(self, source: str, among: Iterable[int]) -> int | None:
        """One of the statements that imports names from a module, and can take more of them."""
        for index in among:
            if index in self._gone or self._statements[index].kind != "from":
                continue
            if self.source(index) == source and all(item.name != "*" for item in self.draft(index).items):
                return index
        return None

    def within_reach(self, statement: int) -> list[int]:
        """The other statements of a body that have run before anything can use what a statement imports."""
        body = self._manuscript.layout.bodies[self._statements[statement].body]
        place = body.index(statement)
        reach = place + 1
        while reach < len(body) and self._statements[body[reach]].kind in ("from", "import"):
            reach += 1
        return [index for index in body[:reach] if index != statement and index not in self._gone]

    def source(self, statement: int) -> str:
        """The module that a `from` statement imports from, after the changes so far."""
        return self._sources.get(statement) or self._manuscript.source_of(statement)

    def can_take(self, statement: int, wanted: Wanted) -> bool:
        """Whether a name with its comments fits into a statement."""
        return not wanted.has_comments or self.draft(statement).is_vertical

    def add(self, statement: int, wanted: Wanted) -> None:
        """Import one more name by a statement, in its order, unless it is there."""
        draft = self.draft(statement)
        if any((item.name, item.local) == (wanted.name, wanted.local) for item in draft.items):
            return
        position = _position(draft.items, wanted)
        new = draft.with_name(wanted.written, position, wanted.above, wanted.beside)
        found = self._statements[statement]
        width = len(self._manuscript.indent(found)) + max(map(len, new.text.splitlines()))
        if not new.parenthesised and width > self._manuscript.width:
            new = new.upright(self._manuscript.newline, self._manuscript.margin(found), self._manuscript.step)
        self._drafts[statement] = new

    # --- new statements

    def insert(self, near: int, text: str, key: tuple[str, str]) -> None:
        """Add a statement beside another one, in the order of those around it, where these have one.

        Args:
            key: its kind and the module as written.
        """
        self._insert(near, _Line(text), key)

    def _insert(self, near: int, line: _Line, key: tuple[str, str]) -> None:
        if not self._manuscript.is_alone(self._statements[near]):
            self._after.setdefault(near, []).append(line)
            return
        run = [index for index in self.run(near) if index not in self._gone and index not in self._moved]
        order = self._order_of(run)
        if order is None or not run:
            self._after.setdefault(near, []).append(line)
            return
        place = bisect_right([order(self._key(index)) for index in run], order(key))
        if not self._is_free_way(near, run, place):
            self._after.setdefault(near, []).append(line)
            return
        home = self._after.setdefault(run[place - 1], []) if place else self._before.setdefault(run[0], [])
        home.insert(bisect_right([order(self._key_of(other)) for other in home], order(key)), line)

    def _key_of(self, line: _Line) -> tuple[str, str]:
        return key_of(Draft(line.text.strip())) if line.moved < 0 else self._key(line.moved)

    def _put(self, lines: Mapping[int, Sequence[_Line]], index: int) -> list[str]:
        """What is put before or behind a statement, as it stands in the end."""
        return [
            line.text if line.moved < 0 else self.draft(line.moved).text + line.text
            for line in lines.get(index, ()) if line.moved not in self._gone
        ]

    def insert_behind(self, near: int, text: str) -> None:
        """Add a statement behind another one, whatever the order."""
        self._after.setdefault(near, []).append(_Line(text))

    def insert_apart(self, near: int, text: str, gap: str = "") -> None:
        """Add a statement behind another one, with an empty line before it, and a gap behind it."""
        there = self._after.setdefault(near, [])
        if there:
            there[-1] = _Line(there[-1].text.removesuffix(gap), there[-1].moved) if gap else there[-1]
        there.append(_Line(f"{'' if there else self._manuscript.newline}{text}{gap}"))

    def insert_first(self, first: int | None, text: str) -> None:
        """Add a statement as the first of the file.

        Args:
            first: the first one now; None in a file without any.
        """
        lines = self._manuscript
        found = None if first is None else self._statements[first]
        start = len(lines.text) if found is None else lines.start_with_comments(found)
        is_definition = found is not None and lines.text[found.start:].startswith(("def", "class", "async", "@"))
        self._first.append(text)
        gap = lines.newline * (3 if is_definition else 2)
        self._pieces[start, start] = lines.newline.join(self._first) + gap

    def settle(self, statement: int) -> None:
        """Move a statement whose module has changed to where the order of those around it has its place."""
        found = self._statements[statement]
        run = self.run(statement)
        if len(run) < 2 or self._manuscript.has_comment_above(found) or statement in self._gone:
            return
        order = self._order_of(run, as_written=True)
        locals_here = {item.local for item in self.draft(statement).items}
        rest = [index for index in run if index != statement and index not in self._gone]
        if order is None or any(item.local in locals_here for index in rest for item in self.draft(index).items):
            return
        keys = [order(self._key(index)) for index in run if index not in self._gone]
        if keys == sorted(keys):
            return
        comment = self._manuscript.comment(found)
        place = bisect_right([order(self._key(index)) for index in rest], order(self._key(statement)))
        if not self._is_free_way(statement, rest, place):
            return
        self._moved.add(statement)
        self._insert(rest[0], _Line(f"  {comment}" if comment else "", statement), self._key(statement))

    def _is_free_way(self, start: int, run: Sequence[int], place: int) -> bool:
        """Whether a statement may move from beside another one to a place in a run: past nothing that acts then.

        Args:
            run: statements in the order of the text.
        """
        passed = (index for position, index in enumerate(run) if (position < place) != (index < start))
        return all(self._manuscript.is_quiet(index) for index in passed if index != start)

    def run(self, statement: int) -> list[int]:
        """The import statements around one that follow each other line by line, itself included."""
        body = self._manuscript.layout.bodies[self._statements[statement].body]
        runs: list[list[int]] = [[]]
        for index in body:
            found = self._statements[index]
            fits = found.kind in ("from", "import") and "\f" not in self._manuscript.indent(found)
            if not fits or not self._manuscript.is_alone(found):
                runs.append([])
                continue
            if runs[-1] and not self._manuscript.are_neighbours(runs[-1][-1], index):
                runs.append([])
            runs[-1].append(index)
        return next((run for run in runs if statement in run), [])

    def _key(self, statement: int, as_written: bool = False) -> tuple[str, str]:
        draft = self._manuscript.draft(statement) if as_written else self.draft(statement)
        return key_of(draft)

    def _order_of(self, run: Sequence[int], as_written: bool = False) -> _Order | None:
        """What the statements of a run are sorted by; None where they are not."""
        keys = [self._key(index, as_written) for index in run]
        for order in _ORDERS:
            ordered = [order(key) for key in keys]
            if ordered == sorted(ordered):
                return order
        return None

    # --- edits

    def edits(self) -> tuple[Edit, ...]:
        """All changes, in the order of the text."""
        edits = [self._manuscript.edit(*place, text) for place, text in self._pieces.items()]
        touched = {*self._drafts, *self._gone, *self._moved, *self._before, *self._after}
        for index in sorted(touched):
            edits += self._edits_of(index)
        return tuple(sorted(edits, key=lambda edit: (edit.span.line, edit.span.column, edit.span.end_line)))

    def _edits_of(self, index: int) -> Iterable[Edit]:
        found, lines = self._statements[index], self._manuscript
        before, after = self._put(self._before, index), self._put(self._after, index)
        if not lines.is_alone(found):
            yield from self._edits_inline(index, after)
            return
        margin = lines.margin(found)
        if index in self._gone or index in self._moved:
            yield self._without_lines(index, [margin + text for text in (*before, *after)])
            return
        start = lines.lines.line_start(found.start)
        if before:
            yield lines.edit(start, start, "".join(f"{margin}{text}{lines.newline}" for text in before))
        yield from self._changed(index)
        if after:
            end = lines.lines.line_end(found.end)
            yield lines.edit(end, end, "".join(f"{lines.newline}{margin}{text}" for text in after))

    def _changed(self, index: int) -> Iterable[Edit]:
        found = self._statements[index]
        if index in self._drafts and self._drafts[index].text != self._manuscript.text[found.start:found.end]:
            yield self._manuscript.edit(found.start, found.end, self._drafts[index].text)

    def _without_lines(self, index: int, instead: list[str]) -> Edit:
        found, lines = self._statements[index], self._manuscript
        start, end = lines.lines.line_start(found.start), lines.lines.line_end(found.end)
        if not instead and self._is_emptied(index):
            return lines.edit(found.start, found.end, "pass")
        if instead:
            return lines.edit(start, end, lines.newline.join(instead))
        line = lines.lines.place(end)[0]
        if line < len(lines.lines.starts):
            return lines.edit(start, lines.lines.starts[line], "")
        first = lines.lines.place(start)[0]  # nothing follows: the line end before it goes
        start = lines.lines.line_end(lines.lines.starts[first - 2]) if first > 1 else start
        return lines.edit(start, end, "")

    def _edits_inline(self, index: int, after: list[str]) -> Iterable[Edit]:
        found, lines = self._statements[index], self._manuscript
        if index not in self._gone:
            yield from self._changed(index)
            if after and found.body == 0 and lines.tail(found).strip()[:1] in ("", "#"):
                end = lines.lines.line_end(found.end)
                yield lines.edit(end, end, "".join(f"{lines.newline}{text}" for text in after))
            elif after:
                yield lines.edit(found.end, found.end, "".join(f"; {text.strip()}" for text in after))
            return
        if after or self._is_emptied(index):
            yield lines.edit(found.start, found.end, "; ".join(map(str.strip, after)) or "pass")
            return
        body = lines.layout.bodies[found.body]
        place = body.index(index)
        if lines.tail(found).lstrip().startswith(";") and place + 1 < len(body):
            following = self._statements[body[place + 1]]
            if lines.lines.line_start(following.start) <= found.end:
                yield lines.edit(found.start, following.start, "")
                return
        if place and lines.indent(found).rstrip().endswith(";"):
            yield lines.edit(self._statements[body[place - 1]].end, found.end, "")
        else:
            yield lines.edit(found.start, found.end, "pass")

    def _is_emptied(self, index: int) -> bool:
        """Whether a body, other than the module's, has nothing left. Its first statement stands for what is left."""
        body = self._statements[index].body
        members = self._manuscript.layout.bodies[body]
        emptied = body > 0 and all(item in self._gone or item in self._moved for item in members)
        is_replaced = any(self._put(self._before, item) or self._put(self._after, item) for item in members)
        return emptied and not is_replaced and index == members[0]


def key_of(draft: Draft) -> tuple[str, str]:
    """What a statement is sorted by: its kind, and the module."""
    if draft.is_from:
        return "from", draft.written_module
    return "import", draft.items[0].name


def _position(items: Sequence[Item], wanted: Wanted) -> int:
    """Where a name belongs among others: in their order, or behind them where they have none."""
    for order in _NAME_ORDERS:
        names = [order(item.name) for item in items]
        if names == sorted(names):
            return bisect_right(names, order(wanted.name))
    return len(items)


def _by_kind_of_name(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


_NAME_ORDERS: tuple[Callable[[str], tuple[int, str]], ...] = (
    lambda name: (0, name), lambda name: (0, name.casefold()), _by_kind_of_name,
)
_ORDERS: tuple[_Order, ...] = (
    lambda key: (key[0] == "from", key[1]),
    lambda key: (key[0] == "from", key[1].casefold()),
    lambda key: (0, key[1]),
    lambda key: (0, key[1].casefold()),
)

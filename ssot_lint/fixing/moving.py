"""Moves names from one import statement to where they are to be imported from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ssot_lint.fixing.drafts import Draft
from ssot_lint.fixing.adding import module_as_written
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.sheet import Sheet, Wanted, key_of
from ssot_lint.fixing.task import Refusal
from ssot_lint.model.facts import Import

_DIRECTIVE = re.compile(r"#\s*(?:noqa|type:|pylint:|pyright:|mypy:|isort:|ruff:|nosec|pragma)", re.IGNORECASE)
"""Comments that speak to a tool of the whole statement, and hold for each part of it."""


class Move(msgspec.Struct, frozen=True):
    """What becomes of one name of a statement.

    Attributes:
        source: the module to import it from; "" for a module without package, which is imported as such.
        name: what to take from there.
        alias: its name in the file, where that differs or is to be repeated.
    """

    source: str
    name: str
    alias: str = ""

    @property
    def local(self) -> str:
        return self.alias or self.name


def move_names(
    manuscript: Manuscript, sheet: Sheet, statement: int, moves: Mapping[int, Sequence[Move]], relative: bool
) -> None:
    """Move names of a statement.

    Args:
        moves: position of a name among those of the statement -> what to import in its place.
        relative: write modules with dots, where that is possible.

    Raises:
        Refusal: the names cannot be taken apart.
    """
    _Mover(manuscript, sheet, statement, relative).move(moves)


def insert_beside(manuscript: Manuscript, sheet: Sheet, fact: Import, move: Move) -> None:
    """Add an import beside another one, in the same block."""
    name = Wanted(move.name, move.alias).written
    written = module_as_written(manuscript, move.source, bool(fact.level)) if move.source else ""
    text = f"from {written} import {name}" if written else f"import {name}"
    sheet.insert(manuscript.home(fact)[0], text, key_of(Draft(text)))


class _Mover:
    def __init__(self, manuscript: Manuscript, sheet: Sheet, statement: int, relative: bool) -> None:
        self._manuscript = manuscript
        self._sheet = sheet
        self._index = statement
        self._statement = manuscript.layout.statements[statement]
        self._relative = relative
        self._is_pinned = False

    def move(self, moves: Mapping[int, Sequence[Move]]) -> None:
        draft = self._sheet.draft(self._index)
        self._require_each_once(draft, moves)
        self._is_pinned = any(self._is_bound_otherwise(part) for parts in moves.values() for part in parts)
        wanted = self._wanted(draft, moves)
        whole = len(moves) == len(draft.items)
        staying = self._merged(wanted, whole)
        if whole and self._fits_in_place(moves, staying):
            self._change_in_place(draft, moves)
            return
        if whole and draft.has_loose_comments:
            raise Refusal("a comment in the statement belongs to none of its names")
        sources = list(staying)
        if whole and sources:
            self._put_first(staying.pop(sources[0]), sources[0])
        elif whole:
            self._sheet.remove(self._index)
        else:
            for position in sorted(moves, reverse=True):
                draft = draft.without(position)
            self._sheet.put(self._index, draft)
        for source, names in staying.items():
            self._insert(source, names)

    @staticmethod
    def _require_each_once(draft: Draft, moves: Mapping[int, Sequence[Move]]) -> None:
        """A statement that binds a name twice binds it to the last: taken apart, it would not."""
        bound = [item.local for item in draft.items]
        for position in moves:
            name = draft.items[position].local
            same = [item for item in draft.items if item.local == name]
            if bound.count(name) > 1 and any(item.name != same[0].name for item in same):
                raise Refusal(f"`{name}` is bound twice by the statement")

    def _is_bound_otherwise(self, move: Move) -> bool:
        """Whether the file binds the name to something else, too: then the order of its statements matters."""
        module, facts = self._manuscript.module, self._manuscript.facts
        own = self._manuscript.imports_of(self._index)
        scope = facts.blocks[facts.imports[own[0]].block].scope
        for binding in module.all_in_scope(scope, move.local):
            fact = facts.imports[binding.value] if binding.kind == "import" else None
            is_own = fact is not None and binding.value in own
            if not is_own and (fact is None or (module.absolute(fact), fact.name) != (move.source, move.name)):
                return True
        return False

    def _wanted(self, draft: Draft, moves: Mapping[int, Sequence[Move]]) -> dict[str, list[Wanted]]:
        """Module -> the names that are to come from there, in the order of the statement."""
        found: dict[str, list[Wanted]] = {}
        for position, parts in sorted(moves.items()):
            item = draft.items[position]
            for number, part in enumerate(parts):
                comments = (item.above, item.beside) if number == 0 else ((), "")
                found.setdefault(part.source, []).append(Wanted(part.name, part.alias, *comments))
        return found

    # --- statements that are there

    def _merged(self, wanted: Mapping[str, list[Wanted]], whole: bool) -> dict[str, list[Wanted]]:
        """Give names to statements that import from their module already; what none of these takes."""
        left = {}
        commented = whole and self._has_comment_of_its_own()
        for source, names in wanted.items():
            target = None if self._is_pinned else self._target(source)
            if target is None or commented:
                left[source] = names
            elif not all(self._sheet.can_take(target, name) for name in names):
                there = {(item.name, item.local) for item in self._sheet.draft(target).items}
                left[source] = [name for name in names if name.has_comments or (name.name, name.local) not in there]
            else:
                for name in names:
                    self._sheet.add(target, name)
        return {source: names for source, names in left.items() if names}

    def _has_comment_of_its_own(self) -> bool:
        loose = self._sheet.draft(self._index).has_loose_comments
        return bool(self._comment) or loose or self._manuscript.has_comment_above(self._statement)

    @property
    def _comment(self) -> str:
        return self._manuscript.comment(self._statement)

    def _target(self, source: str) -> int | None:
        """A statement of the same body that imports from a module before anything else can have asked for the name."""
        return self._sheet.statement_for(source, self._sheet.within_reach(self._index)) if source else None

    # --- the statement itself

    def _fits_in_place(self, moves: Mapping[int, Sequence[Move]], staying: Mapping[str, list[Wanted]]) -> bool:
        """Whether the statement keeps all of its names, and gets one other module."""
        names = sum(map(len, staying.values()))
        single = all(len(parts) == 1 for parts in moves.values())
        is_from = self._sheet.draft(self._index).is_from
        return single and is_from and len(staying) == 1 and names == len(moves) and "" not in staying

    def _change_in_place(self, draft: Draft, moves: Mapping[int, Sequence[Move]]) -> None:
        for position, parts in sorted(moves.items(), reverse=True):
            draft = draft.with_written(position, Wanted(parts[0].name, parts[0].alias).written)
        source = moves[0][0].source
        self._sheet.put(self._index, draft.with_module(self._written(source)), source)
        self._settle()

    def _put_first(self, names: list[Wanted], source: str) -> None:
        self._sheet.put(self._index, Draft(self._text(source, names)), source)
        self._settle()

    def _settle(self) -> None:
        if not self._is_pinned:
            self._sheet.settle(self._index)

    # --- new statements

    def _insert(self, source: str, names: list[Wanted]) -> None:
        is_alone = self._manuscript.is_alone(self._statement)
        comment = self._directive() if is_alone else ""
        if len(names) == 1 and not names[0].above and is_alone:
            comment = names[0].beside or comment
            names = [msgspec.structs.replace(names[0], beside="")]
        text = self._text(source, names)
        tail = f"  {comment}" if comment and "#" not in text else ""
        if self._is_pinned:
            self._sheet.insert_behind(self._index, text + tail)
        else:
            self._sheet.insert(self._index, text + tail, key_of(Draft(text)))

    def _directive(self) -> str:
        """The comment that speaks to a tool of the statement as a whole."""
        comments = (self._comment, self._sheet.draft(self._index).head_comment)
        return next(filter(_DIRECTIVE.match, comments), "")

    def _text(self, source: str, names: Sequence[Wanted]) -> str:
        if not source:
            return "; ".join(f"import {name.written}" for name in names)
        head = f"from {self._written(source)} import "
        plain = head + ", ".join(name.written for name in names)
        margin = self._manuscript.margin(self._statement)
        fits = len(names) == 1 or len(margin) + len(plain) <= self._manuscript.width
        if fits and not any(name.has_comments for name in names):
            return plain
        lines = list(self._lines(names, margin + self._manuscript.step))
        return self._manuscript.newline.join((f"{head}(", *lines, f"{margin})"))

    def _lines(self, names: Iterable[Wanted], indent: str) -> Iterable[str]:
        for name in names:
            yield from (f"{indent}{comment}" for comment in name.above)
            yield f"{indent}{name.written}," + (f"  {name.beside}" if name.beside else "")

    def _written(self, source: str) -> str:
        return module_as_written(self._manuscript, source, self._relative)

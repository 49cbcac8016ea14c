"""Adds an import to a file: beside those that are there, and behind what has to be done before it."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ssot_lint.facts.layout import Statement
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.quiet import acting_lines
from ssot_lint.fixing.running import is_run_on_import
from ssot_lint.fixing.sheet import Sheet, Wanted
from ssot_lint.model.facts import Import
from ssot_lint.model.policy import ObjectPath

_FIRST = frozenset({"docstring", "future"})
_IMPORTS = frozenset({"from", "import"})


class Room(msgspec.Struct, frozen=True):
    """Where an import may stand so that those who use it see it.

    Attributes:
        limit: the line before which it has to stand.
        use: the line of the first statement of the module in which it is used.
    """

    limit: int = sys.maxsize
    use: int = sys.maxsize

    @classmethod
    def of_all(cls, rooms: Iterable[Room]) -> Room:
        """Where it may stand so that all see it."""
        found = list(rooms)
        return cls(min(room.limit for room in found), min(room.use for room in found))


def room_of(manuscript: Manuscript, block: int, place: int) -> Room:
    """Where an import may stand that the expression with the index `place` sees."""
    lines = (getattr(item, "line", 0) for item in manuscript.facts.expressions[place::-1])
    line = next(filter(None, lines), 1)
    starts = [first for _, first, _ in _lines_of(manuscript)]
    use = starts[max(bisect_right(starts, line) - 1, 0)] if starts else line
    return Room(line if is_run_on_import(manuscript.module, block) else sys.maxsize, use)


def _lines_of(manuscript: Manuscript) -> Iterator[tuple[int, int, int]]:
    """The statements of the module, each with its first and its last line."""
    for index in manuscript.layout.bodies[0]:
        found = manuscript.layout.statements[index]
        yield index, manuscript.lines.place(found.start)[0], manuscript.lines.place(found.end)[0]


def add_import(
    manuscript: Manuscript, sheet: Sheet, names: Sequence[tuple[ObjectPath, str]], room: Room = Room()
) -> None:
    """Add an import to a file: to its head, or behind what acts before other imports.

    Args:
        names: modules, or names in one module, each with its name in the file.
    """
    wanted: dict[str, list[Wanted]] = {}
    for root, local in names:
        package, _, module = root.module.rpartition(".")
        source, name = (root.module, root.name) if root.name else (package, module)
        wanted.setdefault(source, []).append(Wanted(name, local if local != name else ""))
    for source, brought in wanted.items():
        _bring(manuscript, sheet, source, sorted(brought, key=lambda item: item.name), room)


def _bring(manuscript: Manuscript, sheet: Sheet, source: str, names: Sequence[Wanted], room: Room) -> None:
    floor = _floor(manuscript, source or names[0].name, room)
    near = [*_head(manuscript, room), *_behind(manuscript, floor, room)]
    there = sheet.statement_for(source, near) if source else None
    if there is not None:
        for name in names:
            sheet.add(there, name)
    elif source:
        written = module_as_written(manuscript, source, _is_relative_style(manuscript, source))
        text = f"from {written} import {', '.join(name.written for name in names)}"
        _insert(manuscript, sheet, text, ("from", written), source, room)
    else:
        for name in names:
            _insert(manuscript, sheet, f"import {name.written}", ("import", name.name), name.name, room)


def _head(manuscript: Manuscript, room: Room) -> list[int]:
    """The statements of the file's head, down to the first that does something else."""
    found = []
    for index in manuscript.layout.bodies[0]:
        statement = manuscript.layout.statements[index]
        is_late = statement.kind not in _FIRST and manuscript.lines.place(statement.start)[0] >= room.limit
        if statement.kind == "other" or is_late:
            break
        found.append(index)
    return found


def _insert(manuscript: Manuscript, sheet: Sheet, text: str, key: tuple[str, str], source: str, room: Room) -> None:
    statements = manuscript.layout.statements
    floor = _floor(manuscript, source, room)
    head = _behind(manuscript, floor, room) if floor >= 0 else _head(manuscript, room)
    imports = [index for index in head if statements[index].kind in _IMPORTS and not sheet.is_gone(index)]
    if imports:
        near, is_kin = _nearest(manuscript, imports, source, key[1].startswith("."))
        if is_kin:
            sheet.insert(near, text, key)
        else:
            sheet.insert_apart(near, text)
        return
    before = [floor] if floor >= 0 else [index for index in head if statements[index].kind in _FIRST]
    if before:
        gap = "" if manuscript.is_followed_by_space(statements[before[-1]]) else manuscript.newline
        sheet.insert_apart(before[-1], text, gap)
        return
    body = manuscript.layout.bodies[0]
    sheet.insert_first(body[0] if body else None, text)


# --- what has to be done before


def _floor(manuscript: Manuscript, source: str, room: Room) -> int:
    """The last statement behind which a new import has to stand, for it acts before others; -1 where there is none.

    What a path is put into, or a framework set up, may be what makes the others possible.
    """
    acting = frozenset(acting_lines(manuscript.module))
    waiting, found = -1, -1
    is_prologue, is_known = True, False
    for index, first, last in _lines_of(manuscript):
        statement = manuscript.layout.statements[index]
        if first >= min(room.limit, room.use):
            break
        is_prologue = is_prologue and not _defines(manuscript, statement)
        if _imports(manuscript, first, last):
            found = waiting if waiting >= 0 else found
            is_known = is_known or _is_kin(manuscript, statement, source)
        if statement.kind not in _IMPORTS and not acting.isdisjoint(range(first, last + 1)):
            waiting = index
            if is_prologue and not is_known and _is_taken_later(manuscript, source):
                found = index
    return found


def _defines(manuscript: Manuscript, statement: Statement) -> bool:
    return manuscript.text.startswith(("def", "class", "async", "@"), statement.start)


def _imports(manuscript: Manuscript, first: int, last: int) -> bool:
    """Whether something on some lines is imported as soon as the file is."""
    return any(
        first <= fact.line <= last and is_run_on_import(manuscript.module, fact.block)
        and not manuscript.module.typing_only(fact.block)
        for fact in manuscript.facts.imports
    )


def _is_kin(manuscript: Manuscript, statement: Statement, source: str) -> bool:
    """Whether it imports from the same top-level package."""
    return statement.kind in _IMPORTS and any(
        _top(manuscript, fact) == source.partition(".")[0] for fact in manuscript.facts.imports
        if (fact.line, fact.column) in statement.names
    )


def _is_taken_later(manuscript: Manuscript, source: str) -> bool:
    """Whether a function of the file imports from the same top-level package when it is called."""
    return any(
        _top(manuscript, fact) == source.partition(".")[0] and not is_run_on_import(manuscript.module, fact.block)
        for fact in manuscript.facts.imports
    )


def _top(manuscript: Manuscript, fact: Import) -> str:
    return manuscript.module.absolute(fact).partition(".")[0]


def _behind(manuscript: Manuscript, floor: int, room: Room) -> list[int]:
    """The statements between such a one and where the import is used; none where there is no such one."""
    end = min(room.limit, room.use)
    return [index for index, first, _ in _lines_of(manuscript) if 0 <= floor < index and first < end]


# --- beside what it stands


def _nearest(manuscript: Manuscript, imports: list[int], source: str, relative: bool) -> tuple[int, bool]:
    """The import beside which a new one belongs, and whether it is of its kind."""
    top = source.partition(".")[0]
    kinds = {index: _kind_of(manuscript, index) for index in imports}
    kin = [index for index, (other, dotted) in kinds.items() if other == top and dotted == relative]
    kin = kin or [index for index, (other, _) in kinds.items() if other == top]
    if kin:
        return kin[-1], True
    last = kinds[imports[-1]][0]
    is_kin = (last in sys.stdlib_module_names) == (top in sys.stdlib_module_names)
    return imports[-1], is_kin and not kinds[imports[-1]][1]


def _kind_of(manuscript: Manuscript, statement: int) -> tuple[str, bool]:
    """The top-level package of what a statement imports, and whether it is written with dots."""
    fact = manuscript.facts.imports[manuscript.imports_of(statement)[0]]
    return _top(manuscript, fact), bool(fact.level)


# --- how it is written


def _is_relative_style(manuscript: Manuscript, source: str) -> bool:
    """Whether a file imports from its own package with dots, and never without."""
    top = source.partition(".")[0]
    own = [
        fact for fact in manuscript.facts.imports
        if manuscript.module.absolute(fact).partition(".")[0] == top and fact.name
    ]
    return any(fact.level for fact in own) and all(fact.level for fact in own)


def module_as_written(manuscript: Manuscript, source: str, relative: bool) -> str:
    """A module as a `from` statement of the file names it, with dots where that is asked for and possible."""
    module = manuscript.module
    if not relative:
        return source
    for name in module.file.modules:
        package = name if module.file.is_package else name.rpartition(".")[0]
        parts, wanted = package.split(".") if package else [], source.split(".")
        common = 0
        while common < min(len(parts), len(wanted)) and parts[common] == wanted[common]:
            common += 1
        if not common and parts:
            continue
        level, rest = len(parts) - common + 1, ".".join(wanted[common:])
        if module.absolute(Import(0, rest, level, "x", "", 0, 0, 0, 0)) == source:
            return "." * level + rest
    return source

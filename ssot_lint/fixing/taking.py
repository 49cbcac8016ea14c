"""What is taken from a module as its attribute, written as a name that is imported from elsewhere."""

from __future__ import annotations

from ssot_lint.fixing.imports import ImportEditor
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.moving import Move, insert_beside
from ssot_lint.fixing.name_imports import CIRCLE, indirection, is_hazard
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.task import Refusal, Task
from ssot_lint.fixing.twins import Twins
from ssot_lint.fixing.uses import Use, Uses
from ssot_lint.index import ModuleTarget
from ssot_lint.model.facts import Attribute, Name
from ssot_lint.model.policy import ObjectPath
from ssot_lint.model.violation import Edit


class Taking:
    """Rewrites the uses of one imported module, and plans the imports that they need.

    Args:
        own: the imports of the module.
        sheet: where it is written.

    Attributes:
        spans: what was written over.
        wanted: an import of the module -> what is to be imported beside it, or in its place.
        is_replaced: the imports of the module go.
    """

    def __init__(self, manuscript: Manuscript, uses: Uses, own: Twins, sheet: Sheet) -> None:
        self._manuscript = manuscript
        self._module = manuscript.module
        self._index = manuscript.index
        self._uses = uses
        self._own = own
        self._sheet = sheet
        self._importer = ImportEditor(manuscript.page, sheet, manuscript, replaces=True)
        self._moves: dict[ObjectPath, Move] = {}
        self._doubts: list[str] = []
        self.spans: set[tuple[int, int]] = set()
        self.wanted: dict[int, list[Move]] = {}
        self.is_replaced = False

    def outcome(self) -> tuple[tuple[Edit, ...], list[str]]:
        """The edits, with the new imports, and all doubts."""
        edits = self._importer.edits()
        return edits, [*self._doubts, *filter(None, (self._importer.doubt,))]

    def note(self, *doubts: str) -> None:
        """Note what may be different afterwards; what is empty says nothing."""
        self._doubts += filter(None, doubts)

    def doubt(self, doubts: bool, reason: str) -> None:
        if doubts:
            self.note(reason)

    def doubt_taking(self, task: Task) -> None:
        """What may be different about something that is taken from elsewhere."""
        self.doubt(not task.remedy.same, f"`{task.new}` may be something else than `{task.old}`")
        patches = self._manuscript.patches
        self.note(indirection(self._manuscript, task), patches.doubt(task.old), patches.doubt_new(task.new))

    def is_hazard(self, place: int, task: Task) -> bool:
        return is_hazard(self._manuscript, self._manuscript.facts.imports[place], task)

    def write(self, use: Use, length: int, text: str) -> None:
        span = self._uses.span(use, length)
        if span in self.spans:
            line = self._own.line_of(use)
            raise Refusal(f"`{use.path}` in line {line} stands in an f-string, where places cannot be told")
        self.spans.add(span)
        self._sheet.replace(*span, text)

    def take(self, use: Use, length: int, task: Task) -> None:
        """Write an attribute as a name that is imported from its new place."""
        place = use.chain[length - 1]
        if self._own.is_awaited:
            for home, move in self.take_here(use, length, task):
                insert_beside(self._manuscript, self._sheet, self._manuscript.facts.imports[home], move)
            return
        self._require_read(place, use)
        local = self._present(use, task, place) or self._brought(use, task, place)
        if local is None:
            raise Refusal(f"no name is left in this file for `{task.new}`")
        self.doubt_taking(task)
        self.write(use, length, local)

    def take_here(self, use: Use, length: int, task: Task) -> list[tuple[int, Move]]:
        """Write an attribute as a name that is imported wherever the module is; gives what is new there."""
        place = use.chain[length - 1]
        self._own.require_own()
        self._require_read(place, use)
        self.doubt_taking(task)
        homes = self._own.seen_by(use)
        self.doubt(any(self.is_hazard(home, task) for home in homes), CIRCLE)
        there = self._present(use, task, place)
        if there is not None and not (self.is_replaced and any(map(self._own.keeps_comment, homes))):
            self.write(use, length, there)
            return []
        root, rest = self._parts(use, task)
        move = self._move_to(root, task)
        new = [(home, move) for home in homes if move not in self.wanted.get(home, [])]
        for home, _ in new:
            self.wanted.setdefault(home, []).append(move)
        self.write(use, length, f"{move.local}.{rest}" if rest else move.local)
        return new

    def _move_to(self, root: ObjectPath, task: Task) -> Move:
        """What brings an object or a module, under one name for the whole group."""
        if root not in self._moves:
            package, _, module = root.module.rpartition(".")
            source, name = (root.module, root.name) if root.name else (package, module)
            local = self._importer.free_name(name)
            if local is None:
                raise Refusal(f"no name is left in this file for `{task.new}`")
            self._importer.reserve(local)
            self._moves[root] = Move(source, name, local if local != name else "")
        return self._moves[root]

    def _brought(self, use: Use, task: Task, place: int) -> str | None:
        root, rest = self._parts(use, task)
        local = self._importer.local(root, place)
        return f"{local}.{rest}" if local and rest else local

    def _parts(self, use: Use, task: Task) -> tuple[ObjectPath, str]:
        """What is to be imported for a use, and what is taken from that: a pattern would bind a name without a dot."""
        if self._is_compared(use):
            self._require_module(task.new.module)
            return ObjectPath(task.new.module), task.new.name
        first, _, rest = task.new.name.partition(".")
        return ObjectPath(task.new.module, first), rest

    def _require_module(self, path: str) -> None:
        package, _, name = path.rpartition(".")
        found = self._index.member(package, name, self._module) if package else ()
        if not all(isinstance(item.target, ModuleTarget) for item in found):
            raise Refusal(f"`{package}.{name}` is not the module alone, and a pattern would bind a name of one word")

    def _present(self, use: Use, task: Task, place: int) -> str | None:
        """The way on which the file reaches something already."""
        found = self._importer.present(task.new, place)
        return None if found and "." not in found and self._is_compared(use) else found

    def _is_compared(self, use: Use) -> bool:
        item = self._module.expression(use.place)
        assert isinstance(item, Name)
        return (item.line, item.column) in self._manuscript.layout.compared

    def _require_read(self, place: int, use: Use) -> None:
        if self.is_changed(place):
            raise Refusal(f"`{use.path}` in line {self._own.line_of(use)} is assigned to")

    def is_changed(self, place: int) -> bool:
        expression = self._module.expression(place)
        return isinstance(expression, Attribute) and expression.context != "load"

"""Sees to it that a name can be used in a file: by an import that is there, or by one that is added."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator

from ssot_lint.fixing.adding import Room, add_import, room_of
from ssot_lint.fixing.circles import is_imported_at_once, way_back
from ssot_lint.fixing.eager import doubt_about_loading
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.proposals import Page
from ssot_lint.fixing.running import is_run_on_import
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.task import Refusal
from ssot_lint.index import Module
from ssot_lint.model.facts import NONE, Binding, Import, Name
from ssot_lint.model.policy import ObjectPath
from ssot_lint.model.violation import Edit

_TRIES = 9
_DOUBT = "an import that it needs may lead back to this file"
_CIRCLE = (
    "importing `{}` at the top of this file may lead back to it, and fail: import it inside the function that needs "
    "it, or break the circle"
)


class ImportEditor:
    """Reuses and adds imports for one proposal.

    Args:
        sheet: where changes are collected; that of the proposal, if it changes import statements too.
        replaces: what is added takes the place of an import that may have led back to the file as well.
    """

    def __init__(
        self, page: Page, sheet: Sheet | None = None, manuscript: Manuscript | None = None, replaces: bool = False
    ) -> None:
        self._manuscript = manuscript or Manuscript(page)
        self._module = page.module
        self._index = page.knowledge.index
        self._sheet = sheet or Sheet(self._manuscript)
        self._replaces = replaces
        self._added: dict[ObjectPath, str] = {}
        self._rooms: dict[ObjectPath, Room] = {}
        self._reserved: set[str] = set()
        self._doubts: dict[str, None] = {}

    def local(self, path: ObjectPath, place: int) -> str | None:
        """The expression to write for an object at the expression with the index `place`.

        Raises:
            Refusal: an import would have to be added, and may lead back to this file.
        """
        return self.present(path, place) or self._brought(path, self._block_of(place), place)

    def present(self, path: ObjectPath, place: int) -> str | None:
        """The expression by which the file reaches an object already at a place; None where it does not."""
        block = self._block_of(place)
        return self._own(path, block, place) or self._imported(path, block, place)

    def edits(self) -> tuple[Edit, ...]:
        """The imports that were added, and the other changes of the sheet. Asked once, when all names are known."""
        sources: dict[str, list[tuple[ObjectPath, str]]] = {}
        for root, local in self._added.items():
            sources.setdefault(root.module, []).append((root, local))
        for names in sources.values():
            room = Room.of_all(self._rooms[root] for root, _ in names)
            add_import(self._manuscript, self._sheet, names, room)
        return self._sheet.edits()

    # --- what is there

    def _block_of(self, place: int) -> int:
        """The block of an expression; one that has none stands where its neighbours stand."""
        expressions = self._module.facts.expressions
        for index in (*range(place, -1, -1), *range(place, len(expressions))):
            block = getattr(expressions[index], "block", NONE)
            if block != NONE:
                return int(block)
        return 0

    def _own(self, path: ObjectPath, block: int, place: int) -> str | None:
        """The object's name in the module where it lives."""
        first = path.name.partition(".")[0]
        if path.module not in self._module.file.modules or not first:
            return None
        bindings = self._module.lookup(first, block, place)
        return path.name if bindings and all(map(self._module.is_at_top, bindings)) else None

    def _imported(self, path: ObjectPath, block: int, place: int) -> str | None:
        """The way that an import statement of the file offers at a place."""
        for binding in self._module.facts.bindings:
            if binding.kind == "import":
                fact = self._module.facts.imports[binding.value]
                written = _way(self._module.absolute(fact), fact, path)
                if written and self._is_seen(binding, block, place):
                    return written
        return None

    def _is_seen(self, binding: Binding, block: int, place: int) -> bool:
        """Whether a name surely means what an import has bound."""
        module = self._module
        if module.lookup(binding.name, block, place) != [binding] or binding.order > place:
            return False  # a function may be called before what stands below it has run
        scope = module.facts.blocks[binding.block].scope
        if any(item.kind == "delete" for item in module.all_in_scope(scope, binding.name)):
            return False
        around = set(_blocks_around(module, block))
        arms = (item for item in _blocks_around(module, binding.block) if module.facts.blocks[item].kind != "body")
        return all(arm in around for arm in arms)

    # --- what is added

    def _brought(self, path: ObjectPath, block: int, place: int) -> str | None:
        """The name under which an import, added at the top of the file, brings an object."""
        first, _, rest = path.name.partition(".")
        root = ObjectPath(path.module, first)
        if path.module in self._module.file.modules:
            return None
        if root not in self._added:
            local = self.free_name(first or path.module.rpartition(".")[2])
            if local is None:
                return None
            self._guard_against_circles(root.module)
            self._added[root] = local
        if not is_run_on_import(self._module, block) and (doubt := self._doubt_about_loading(root.module)):
            self._doubts[doubt] = None
        room = room_of(self._manuscript, block, place)
        self._rooms[root] = Room.of_all((self._rooms.get(root, room), room))
        local = self._added[root]
        if self._is_shadowed(local, block):
            return None
        return f"{local}.{rest}" if rest else local

    def _guard_against_circles(self, source: str) -> None:
        way, is_all = way_back(self._index, self._module, source)
        if way and not self._replaces and not is_imported_at_once(self._module, source):
            raise Refusal(_CIRCLE.format(source))
        if way or not is_all:
            self._doubts[_DOUBT] = None

    def _doubt_about_loading(self, source: str) -> str:
        return doubt_about_loading(self._index, self._module, source)

    @property
    def doubt(self) -> str:
        """Why an added import may fail, or do what was not done before; empty where it does not."""
        return "; ".join(self._doubts)

    def free_name(self, name: str) -> str | None:
        """A name that means nothing in the file yet."""
        if keyword.iskeyword(name) or name.startswith("__"):
            return None
        candidates = [name, f"{name}_", *(f"{name}_{number}" for number in range(2, _TRIES))]
        return next((candidate for candidate in candidates if not self._is_taken(candidate)), None)

    def reserve(self, name: str) -> None:
        """Take a name, so that no import that is added gets it."""
        self._reserved.add(name)

    def _is_taken(self, name: str) -> bool:
        if name in self._reserved or name in self._added.values() or hasattr(builtins, name):
            return True
        return name in names_in(self._manuscript)

    def _is_shadowed(self, name: str, block: int) -> bool:
        scope = self._module.facts.blocks[block].scope
        while scope > 0:
            if self._module.all_in_scope(scope, name):
                return True
            scope = self._module.facts.scopes[scope].parent
        return False


def _blocks_around(module: Module, block: int) -> Iterator[int]:
    """The blocks around a place, from the inside out, across the scopes."""
    while block != NONE:
        yield block
        fact = module.facts.blocks[block]
        block = fact.parent
        if block == NONE:
            scope = module.facts.scopes[fact.scope]
            if scope.kind == "class":
                block = module.facts.classes[scope.owner].block
            elif scope.kind == "function" and scope.owner != NONE:
                block = module.facts.functions[scope.owner].block
            elif scope.parent != NONE:
                block = next(i for i, item in enumerate(module.facts.blocks) if item.scope == scope.parent)


def names_in(manuscript: Manuscript) -> frozenset[str]:
    """Every name that a file binds or reads anywhere."""
    facts = manuscript.facts
    bound = (binding.name for binding in facts.bindings)
    read = (item.id for _, item in manuscript.module.all_of(Name))
    declared = (name for scope in facts.scopes for name in (*scope.outer, *scope.nonlocals))
    return frozenset((*bound, *read, *declared))


def _way(source: str, fact: Import, path: ObjectPath) -> str:
    """How an object is written by the name of an import; "" where it does not lead there."""
    first, _, rest = path.name.partition(".")
    if fact.name:
        if first and (source, fact.name) == (path.module, first):
            return ".".join(filter(None, (fact.alias or fact.name, rest)))
        whole = f"{source}.{fact.name}"
        return ".".join(filter(None, (fact.alias or fact.name, path.name))) if whole == path.module else ""
    if source != path.module:
        return ""
    return ".".join(filter(None, (fact.alias or source, path.name)))

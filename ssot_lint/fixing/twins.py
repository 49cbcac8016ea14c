"""Imports of one scope that say the same, and what their name is needed for besides the uses that are written anew."""

from __future__ import annotations

from collections.abc import Collection

from ssot_lint.fixing.homes import scope_of
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.quiet import is_quiet
from ssot_lint.fixing.quoted import line_that_quotes
from ssot_lint.fixing.renaming import in_type_comment, line_of_example
from ssot_lint.fixing.takers import looked_up
from ssot_lint.fixing.task import Refusal
from ssot_lint.fixing.uses import Use, Uses
from ssot_lint.index import Missing
from ssot_lint.model.facts import NONE, Name


class Twins:
    """Imports of one scope that bind a name to the same module.

    What is called `require...` raises a `Refusal` where something else is so.

    Args:
        places: the imports.

    Attributes:
        fact: the first of them.
        scope: where they stand.
    """

    def __init__(self, manuscript: Manuscript, uses: Uses, places: tuple[int, ...]) -> None:
        self._manuscript = manuscript
        self._module = manuscript.module
        self._index = manuscript.index
        self._uses = uses
        self.places = places
        self.fact = manuscript.facts.imports[places[0]]
        self.scope = scope_of(manuscript, places[0])

    @property
    def is_plain(self) -> bool:
        """`import a.b`: what is used is the path, and what is bound is `a`."""
        return not self.fact.name and not self.fact.alias

    @property
    def local(self) -> str:
        fact = self.fact
        return fact.alias or fact.name or fact.module.partition(".")[0]

    @property
    def written(self) -> str:
        """The module as the file writes it."""
        return self.fact.module if self.is_plain else self.local

    @property
    def prefix(self) -> int:
        """How many attributes lead from the local name to the module."""
        return self.fact.module.count(".") if self.is_plain else 0

    @property
    def is_awaited(self) -> bool:
        """Whether an import waits in a function, or for a condition: so does what is imported in its place."""
        return any(map(self.block_of, self.places))

    def block_of(self, place: int) -> int:
        return self._manuscript.facts.imports[place].block

    def require_apart(self) -> None:
        """Each has a statement of its own, or else they cannot be changed one by one."""
        statements = [self.home(place)[0] for place in self.places]
        if len(set(statements)) < len(statements):
            raise Refusal(f"a statement imports `{self.local}` twice")

    def home(self, place: int) -> tuple[int, int]:
        return self._manuscript.home(self._manuscript.facts.imports[place])

    def line_of(self, use: Use) -> int:
        return int(getattr(self._module.expression(use.place), "line", 0))

    def seen_by(self, use: Use) -> list[int]:
        """The imports that may have bound what a use finds."""
        item = self._module.expression(use.place)
        assert isinstance(item, Name)
        own = [item for item in self._manuscript.facts.bindings if item.kind == "import" and item.value in self.places]
        return [found.value for found in self._module.standing(own, item.block, use.place)]

    def is_of_the_same_top(self, place: int) -> bool:
        fact = self._manuscript.facts.imports[place]
        is_like = not fact.name and not fact.alias and fact.module.partition(".")[0] == self.local
        return is_like and scope_of(self._manuscript, place) == self.scope

    def has_company(self, place: int = NONE) -> bool:
        """Whether other imports bind the package as well of which `import package.module` is one.

        Args:
            place: the one beside which they are to stand.
        """
        others = (index for index in range(len(self._manuscript.facts.imports)) if index not in self.places)
        beside = (index for index in others if place == NONE or self.block_of(index) == self.block_of(place))
        return self.is_plain and any(map(self.is_of_the_same_top, beside))

    def require_single(self, use: Use) -> None:
        if self.is_plain:
            fine = all(item.kind == "import" and self.is_of_the_same_top(item.value) for item in use.bindings)
        else:
            fine = all(item.kind == "import" and item.value in self.places for item in use.bindings)
        if not fine:
            raise Refusal(f"`{self.local}` can mean several things in line {self.line_of(use)}")

    def require_may_go(self) -> None:
        """Nothing needs the local name but the uses that are written anew."""
        self.require_own()
        for binding in self._module.all_in_scope(self.scope, self.local):
            if binding.kind == "delete" and not all(map(self.has_company, self.places)):
                raise Refusal(f"`{self.local}` is deleted in line {binding.line}")
        if looked_up(self._module, self.local, self.scope):
            raise Refusal(f"`{self.local}` may be looked up by its name in this file")
        self.require_unquoted()

    def require_own(self) -> None:
        """What is imported in the place of a name of an outer scope would be a name of the function."""
        scope = self._manuscript.facts.scopes[self.scope]
        if self.local in (*scope.outer, *scope.nonlocals):
            kind = "global" if self.local in scope.outer else "nonlocal"
            raise Refusal(f"`{self.local}` is `{kind}` in the function that imports it")

    def require_unquoted(self) -> None:
        """No piece of code that no edit follows takes anything from the module as it is written now."""
        if line := line_that_quotes(self._module, self.written):
            raise Refusal(f"a string in line {line} takes something from `{self.written}`")
        if in_type_comment(self._manuscript, self.written):
            raise Refusal(f"a type comment names `{self.written}`")
        if not self.scope and (line := line_of_example(self._manuscript.text, self.written)):
            raise Refusal(f"a doctest in line {line} names `{self.written}`")

    def require_none_takes(self) -> None:
        """Nobody else takes from here what the import binds."""
        if not self.has_company() and self._manuscript.takers.need(self.local):
            raise Refusal(f"other files may take `{self.local}` from here, or `__all__` lists it")

    def require_other_import(self, use: Use) -> None:
        """What is reached through the same package, and is no part of the module, has to be imported by itself."""
        others = [
            fact.module for index, fact in enumerate(self._manuscript.facts.imports)
            if index not in self.places and self.is_of_the_same_top(index)
        ]
        loaded = self.loaded_for(use)
        if not any(f"{use.path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{loaded}.") for other in others):
            raise Refusal(f"`{use.path}` is reached through `import {self.fact.module}` as well")

    def loaded_for(self, use: Use) -> str:
        """The last module on the way to what a use finds; the whole path where that cannot be told."""
        path, *rest = use.path.split(".")
        if self._index.module(path, self._module) is None:
            return use.path
        for name in rest:
            if self._index.module(f"{path}.{name}", self._module) is None:
                found = self._index.member(path, name, self._module)
                return use.path if all(isinstance(item.target, Missing) for item in found) else path
            path = f"{path}.{name}"
        return path

    def require_none_relies(self, leaving: Collection[int]) -> None:
        """Nothing finds the module for no other reason than that it is loaded here.

        Args:
            leaving: imports that are to be changed; a use that one of these brings goes with it.
        """
        path = self._path_of(self.places[0])
        paths = map(self._path_of, range(len(self._manuscript.facts.imports)))
        if any(f"{other}.".startswith(f"{path}.") for place, other in enumerate(paths) if place not in leaving):
            return
        for use in self._uses.of(path.partition(".")[0]):
            if f"{use.path}.".startswith(f"{path}.") and self._is_brought_by_others(use, path):
                raise Refusal(f"`{use.path}` in line {self.line_of(use)} finds what is loaded here")

    def _path_of(self, place: int) -> str:
        fact = self._manuscript.facts.imports[place]
        return ".".join(filter(None, (self._module.absolute(fact), fact.name)))

    def _is_brought_by_others(self, use: Use, path: str) -> bool:
        """Whether imports bring the package of a use, of which none leads to a module in it."""
        facts = self._manuscript.facts.imports
        plain = {place for place, fact in enumerate(facts) if not fact.name and not fact.alias}
        bound = plain.intersection(binding.value for binding in use.bindings if binding.kind == "import")
        leading = (place for place in plain if f"{facts[place].module}.".startswith(f"{path}."))
        scopes = {scope_of(self._manuscript, place) for place in bound}
        return bool(scopes) and scopes.isdisjoint(scope_of(self._manuscript, place) for place in leading)

    def require_idle(self, leaving: Collection[int]) -> None:
        """Nothing needs the imports once their uses are written anew.

        Args:
            leaving: imports that are to be changed.
        """
        if self._manuscript.is_in_class(self.places[0]):
            raise Refusal("it can be taken from the class as well")
        self.require_may_go()
        self.require_none_takes()
        for use in self._uses.of(self.local) if self.is_plain else ():
            if not f"{use.path}.".startswith(f"{self.fact.module}."):
                self.require_other_import(use)
        for place in self.places:
            is_loud = not is_quiet(self._index, self._module, self._path_of(place))
            if is_loud or self._module.is_guarded(self.block_of(place)):
                raise Refusal("that may do more than define things")
            if self.has_comment(place):
                raise Refusal("it has a comment")
        path = self._path_of(self.places[0])
        alike = (place for place in range(len(self._manuscript.facts.imports)) if self._path_of(place) == path)
        self.require_none_relies({*leaving, *alike})

    def has_comment(self, place: int) -> bool:
        statement, position = self.home(place)
        draft, found = self._manuscript.draft(statement), self._manuscript.layout.statements[statement]
        is_spoken_of = bool(self._manuscript.comment(found)) or draft.has_loose_comments
        return is_spoken_of or self._manuscript.has_comment_above(found) or draft.items[position].has_comments

    def keeps_comment(self, place: int) -> bool:
        """Whether a comment would be lost if nothing took the place of an import."""
        statement = self.home(place)[0]
        found, draft = self._manuscript.layout.statements[statement], self._manuscript.draft(statement)
        return bool(self._manuscript.comment(found)) and len(draft.items) == 1

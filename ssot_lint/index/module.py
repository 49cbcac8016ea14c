"""One file's facts, ready to be asked: which bindings does a name see from here?"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from ssot_lint.index.shapes import Shape, shapes_of
from ssot_lint.model.facts import (
    NONE, Await, Binding, Call, Choice, Expression, FileFacts, FunctionFact, Import, Items, Mapping, Starred, last_name,
)
from ssot_lint.model.source import SourceFile

_Kind = TypeVar("_Kind")

_MODULE = 0


class Module:
    """A file of the project with its facts, which are asked for when they are needed.

    Args:
        load: gives the facts of the file; asked once, and again after `forget`.
    """

    def __init__(self, file: SourceFile, load: Callable[[SourceFile], FileFacts]) -> None:
        self.file = file
        self.name = file.modules[0]
        self._load = load
        self._notes: dict[str, frozenset[str]] = {}

    @classmethod
    def of(cls, file: SourceFile, facts: FileFacts) -> Module:
        """A file whose facts are known."""
        return cls(file, lambda _: facts)

    @cached_property
    def facts(self) -> FileFacts:
        """What the file says."""
        return self._load(self.file)

    @property
    def is_loaded(self) -> bool:
        """Whether the facts are in memory."""
        return "facts" in self.__dict__

    def forget(self) -> None:
        """Let go of the facts and of all that was made of them but notes, until they are asked for again."""
        for name in [name for name in self.__dict__ if name not in ("file", "name", "_load", "_notes")]:
            del self.__dict__[name]

    def noted(self, topic: str, names: Callable[[Module], Iterable[str]]) -> frozenset[str]:
        """Names that the facts alone tell, told once: who looks for one in many files need not open each for it.

        Args:
            topic: what they are the names of.
            names: tells them.
        """
        if topic not in self._notes:
            self._notes[topic] = frozenset(map(sys.intern, names(self)))
        return self._notes[topic]

    def __repr__(self) -> str:
        return f"Module({self.file.path})"

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.file.is_package else self.name.rpartition(".")[0]

    def absolute(self, fact: Import) -> str:
        """The module that an import names, its dots resolved; "" where they lead out of the top package.

        In a file with several names, the first is taken under which the dots stay inside. A module at an import root
        is in no package, so that Python refuses its relative imports; its siblings are taken to be meant.
        """
        if not fact.level:
            return fact.module
        for name in self.file.modules:
            package = name if self.file.is_package else name.rpartition(".")[0]
            parts = package.split(".") if package else []
            if fact.level - 1 <= len(parts):
                kept = parts[: len(parts) - fact.level + 1]
                return ".".join((*kept, fact.module) if fact.module else kept)
        return ""

    def absolute_of(self, written: str) -> str:
        """The module that is meant by what stands behind `from`; see `absolute`."""
        source = written.lstrip(".")
        return self.absolute(Import(0, source, len(written) - len(source), "*", "", 0, 0, 0, 0)).rstrip(".")

    def expression(self, index: int) -> Expression:
        return self.facts.expressions[index]

    def last_name(self, index: int) -> str:
        """The last name of a dotted path; "" for any other expression."""
        return last_name(self.expression(index))

    def all_of(self, kind: type[_Kind]) -> list[tuple[int, _Kind]]:
        """Every expression of one kind with its index, in the order of evaluation."""
        return self._by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> dict[type, list[tuple[int, Any]]]:
        table: dict[type, list[tuple[int, Any]]] = {}
        for place, expression in enumerate(self.facts.expressions):
            table.setdefault(type(expression), []).append((place, expression))
        return table

    def calls_in(self, scope: int) -> list[tuple[int, Call]]:
        """The calls that stand in a scope itself, each with its index."""
        return self._calls.get(scope, [])

    @cached_property
    def _calls(self) -> dict[int, list[tuple[int, Call]]]:
        table: dict[int, list[tuple[int, Call]]] = {}
        for place, call in self.all_of(Call):
            table.setdefault(self.facts.blocks[call.block].scope, []).append((place, call))
        return table

    @cached_property
    def shapes(self) -> dict[int, Shape]:
        """What the functions are like, by their index; see `shapes_of`."""
        return shapes_of(self.facts)

    @cached_property
    def names_of_imports(self) -> frozenset[str]:
        """Names that an import statement binds somewhere in the file, or an assignment, which may pass one on."""
        return frozenset(item.name for item in self.facts.bindings if item.kind in ("import", "assign"))

    # --- what a name sees

    @cached_property
    def _bindings(self) -> dict[tuple[int, str], list[Binding]]:
        table = defaultdict(list)
        blocks = self.facts.blocks
        for binding in self.facts.bindings:
            table[blocks[binding.block].scope, binding.name].append(binding)
        return dict(table)

    @cached_property
    def import_bindings(self) -> tuple[Binding, ...]:
        """What import statements bind at the top level, "*" for a star, in the order of the text."""
        blocks = self.facts.blocks
        found = (binding for binding in self.facts.bindings if binding.kind == "import")
        return tuple(binding for binding in found if blocks[binding.block].scope == _MODULE)

    @cached_property
    def stars(self) -> tuple[Import, ...]:
        """`from x import *` statements, in the order of the text."""
        return tuple(fact for fact in self.facts.imports if fact.name == "*")

    @cached_property
    def names(self) -> frozenset[str]:
        """Everything that the module itself binds at its top level."""
        return frozenset(name for scope, name in self._bindings if scope == _MODULE and name != "*")

    def exported(self, name: str, further: Iterable[Binding] = ()) -> list[Binding]:
        """The bindings of a top-level name that can stand when the module has been imported.

        Args:
            further: bindings of the name that the file alone does not show (a star import brings it).
        """
        return self._surviving(self._merged(name, further))

    def _merged(self, name: str, further: Iterable[Binding]) -> list[Binding]:
        """The bindings of a top-level name in the order in which they happen."""
        own = self._bindings.get((_MODULE, name), [])
        beyond = list(further)
        if not beyond:
            return own
        # an import loads the submodule before it binds a name
        return sorted((*own, *beyond), key=lambda item: (item.order, item.line, item.column, item.kind != "submodule"))

    def in_scope(self, scope: int, name: str) -> list[Binding]:
        """The bindings of a name that can stand at the end of a scope's body."""
        return self._surviving(self._bindings.get((scope, name), ()))

    def all_in_scope(self, scope: int, name: str) -> list[Binding]:
        """Every binding of a name in a scope."""
        return self._bindings.get((scope, name), [])

    def lookup(
        self, name: str, block: int, order: int, further: Callable[[], Iterable[Binding]] = tuple, ever: bool = False
    ) -> list[Binding]:
        """The bindings that a name can mean where it is read; empty where nothing in this file binds it.

        Args:
            block: where it is read.
            order: its index among the expressions.
            further: gives bindings at the top level that the file alone does not show.
            ever: a function, which may run at any time, sees the values of a variable that were replaced later too.
        """
        scope = start = self.facts.blocks[block].scope
        inline = True  # comprehensions run where they stand, functions later
        while scope != NONE:
            fact = self.facts.scopes[scope]
            if name in fact.outer:
                return self._later(self._merged(name, further()), ever)
            candidates = self._merged(name, further()) if scope == _MODULE else self._bindings.get((scope, name), [])
            if candidates and (fact.kind != "class" or scope == start):
                here = block if scope == start else NONE
                found = self._reaching(candidates, here, order) if inline else self._later(candidates, ever)
                if found:
                    return found
            inline = inline and fact.kind == "comprehension"
            scope = fact.parent
        return []

    def standing(self, candidates: list[Binding], block: int, order: int) -> list[Binding]:
        """Those of some bindings of one scope that can stand where an expression in it, or inside of it, is read.

        Args:
            block, order: of what is read; see `lookup`.
        """
        blocks = self.facts.blocks
        home = blocks[candidates[0].block].scope if candidates else NONE
        scope = blocks[block].scope
        here = block if scope == home else NONE
        inline = True
        while scope not in (home, NONE):
            inline = inline and self.facts.scopes[scope].kind == "comprehension"
            scope = self.facts.scopes[scope].parent
        if not candidates or scope == NONE:
            return []
        return self._reaching(candidates, here, order) if inline else self._surviving(candidates)

    def _reaching(self, candidates: list[Binding], block: int, order: int) -> list[Binding]:
        found: list[Binding] = []
        later: list[Binding] = []
        elsewhere: list[Binding] = []
        last = None
        for binding in candidates:
            if self._is_elsewhere(binding):
                elsewhere.append(binding)
                continue
            if binding.order > order or self._exclude_each_other(binding.block, block):
                later.append(binding)
                continue
            encloses = self._encloses(binding.block, block)
            if binding.kind == "narrow" and not encloses:
                continue
            if encloses or self._is_body(binding.block):
                found.clear()
                last = binding
            if binding.kind != "delete":
                found.append(binding)
        if last is None or last.kind != "narrow":
            found += elsewhere
        if later:
            found += self._coming_round(later, block, last.block if last else NONE)
        if found or self.facts.scopes[self.facts.blocks[candidates[0].block].scope].kind == "class":
            return found
        return [binding for binding in candidates if binding.kind not in ("narrow", "delete")]  # a loop comes round

    def _coming_round(self, later: list[Binding], block: int, last: int) -> Iterable[Binding]:
        """What a former round of a loop has left, unless this round binds the name in the block `last` before."""
        around = [item for item in self._around(block) if self._is_loop(item)]
        alive = {item for item in around if last == NONE or not self._encloses(item, last)}
        return (
            binding for binding in later
            if binding.kind not in ("narrow", "delete", "declare")
            and any(item in alive or (block == NONE and self._is_loop(item)) for item in self._around(binding.block))
        )

    def _later(self, candidates: list[Binding], ever: bool) -> list[Binding]:
        found = self._surviving(candidates)
        if ever:
            found += (
                binding for binding in candidates
                if binding.kind in ("assign", "with", "async-with", "other", "import", "star") and binding not in found
            )
        return found

    def _surviving(self, candidates: Iterable[Binding]) -> list[Binding]:
        found: list[Binding] = []
        for binding in candidates:
            if binding.kind == "narrow":
                continue
            if self._is_body(binding.block) and binding.kind != "declare":
                found = [item for item in found if self._is_elsewhere(item)]
            if binding.kind != "delete":
                found.append(binding)
        return found

    # --- blocks

    def _is_body(self, block: int) -> bool:
        return self.facts.blocks[block].parent == NONE

    def is_at_top(self, binding: Binding) -> bool:
        """Whether it binds a name of the module itself."""
        return self.facts.blocks[binding.block].scope == _MODULE

    def _is_loop(self, block: int) -> bool:
        return self.facts.blocks[block].kind == "loop"

    def _is_elsewhere(self, binding: Binding) -> bool:
        """An inner function makes it, by `global` or `nonlocal`, whenever it runs."""
        return self.facts.blocks[binding.block].kind == "elsewhere"

    def _around(self, block: int) -> Iterable[int]:
        while block != NONE:
            yield block
            block = self.facts.blocks[block].parent

    def _encloses(self, outer: int, inner: int) -> bool:
        return outer in self._around(inner)

    def _exclude_each_other(self, one: int, other: int) -> bool:
        blocks = self.facts.blocks
        arms = {blocks[block].group: block for block in self._around(one) if blocks[block].group != NONE}
        return any(
            arms.get(blocks[block].group, block) != block
            for block in self._around(other) if blocks[block].group != NONE
        )

    def kinds_around(self, block: int) -> list[str]:
        """The kinds of the blocks around a place, innermost first, out to the body of its scope."""
        return [self.facts.blocks[item].kind for item in self._around(block)]

    def typing_only(self, block: int) -> bool:
        """The place is reached only by type checkers (in its own scope or one around)."""
        while block != NONE:
            if "typing" in self.kinds_around(block):
                return True
            block = self._block_around_scope(self.facts.blocks[block].scope)
        return False

    def is_guarded(self, block: int) -> bool:
        """Whether an ImportError is caught there, or may be: by a handler of a `try` around, by `suppress` and its kin.

        What stands in a handler, or in the `else` of a `try`, is guarded by none of its own statement.
        """
        is_after = False
        for item in self._around(block):
            if not is_after and self._catches_import_error(item):
                return True
            is_after = self.facts.blocks[item].kind == "try-else"
        return False

    def _catches_import_error(self, block: int) -> bool:
        """Of the body of a `try`; one without handlers of its own may be the body of a `suppress`."""
        blocks = self.facts.blocks
        if blocks[block].kind != "try":
            return False
        handlers = []
        for item in blocks[block + 1:]:
            if (item.parent, item.scope) == (blocks[block].parent, blocks[block].scope):
                if item.kind not in ("except", "import-error"):
                    break
                handlers.append(item.kind)
        return not handlers or "import-error" in handlers

    def _block_around_scope(self, scope: int) -> int:
        fact = self.facts.scopes[scope]
        if fact.kind == "class":
            return self.facts.classes[fact.owner].block
        if fact.kind == "function" and fact.owner != NONE:
            return self.facts.functions[fact.owner].block
        return NONE

    def enclosing_class(self, block: int) -> int:
        """Index of the class whose method holds this place; `NONE` outside of methods."""
        scope = self.facts.blocks[block].scope
        while scope != NONE:
            fact = self.facts.scopes[scope]
            if fact.kind == "function" and fact.owner != NONE and self.facts.functions[fact.owner].owner != NONE:
                return self.facts.functions[fact.owner].owner
            scope = fact.parent
        return NONE

    def functions_around(self, block: int) -> Iterator[tuple[int, FunctionFact]]:
        """The functions around a place with their indices, innermost first."""
        scope = self.facts.blocks[block].scope
        while scope != NONE:
            fact = self.facts.scopes[scope]
            if fact.kind == "function" and fact.owner != NONE:
                yield fact.owner, self.facts.functions[fact.owner]
            scope = fact.parent

    @cached_property
    def places_inside(self) -> dict[int, list[int]]:
        """Function -> the expressions inside of it, those of functions in it included.

        A display stands where its first part does; a literal that stands nowhere is left out.
        """
        functions = {
            block: [index for index, _ in self.functions_around(block)] for block in range(len(self.facts.blocks))
        }
        table: dict[int, list[int]] = {}
        blocks: list[int] = []
        for place, expression in enumerate(self.facts.expressions):
            block = getattr(expression, "block", NONE)
            if block == NONE:
                block = max((blocks[part] for part in parts_of(expression) if 0 <= part < place), default=NONE)
            blocks.append(block)
            for index in functions.get(block, ()):
                table.setdefault(index, []).append(place)
        return table

    def enclosing_function(self, block: int) -> int:
        """Index of the innermost function around this place; `NONE` at module and class level."""
        return next((index for index, _ in self.functions_around(block)), NONE)


def parts_of(expression: Expression) -> Iterable[int]:
    """The places of what an expression without a place of its own consists of."""
    if isinstance(expression, Items):
        return expression.items
    if isinstance(expression, Mapping):
        return expression.values
    if isinstance(expression, Choice):
        return expression.options
    return (expression.value,) if isinstance(expression, (Starred, Await)) else ()

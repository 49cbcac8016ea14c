"""Bases, ancestors and members of classes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.targets import Definition, External, Target
from ssot_lint.model.facts import Binding, ClassFact, MemberAssignment, Name, Subscript


class Ancestry(msgspec.Struct, frozen=True):
    """What a class inherits from, itself not included.

    Attributes:
        definitions: classes of the project.
        externals: dotted paths of classes outside it.
        complete: every base could be told.
    """

    definitions: tuple[Definition, ...]
    externals: tuple[str, ...]
    complete: bool


class ClassIndex:
    """Answers questions about the project's classes."""

    def __init__(self, index: ProjectIndex) -> None:
        self._index = index
        self._ancestries: dict[Definition, Ancestry] = {}

    def fact(self, definition: Definition) -> tuple[Module, ClassFact]:
        """The module and the facts of a class."""
        module = self._index.by_path[definition.path]
        return module, module.facts.classes[definition.index]

    def of_fact(self, module: Module, index: int) -> Definition:
        """The definition of a class of a file."""
        return Definition(module.name, module.facts.classes[index].qualname, "class", module.file.path, index)

    def ancestry(self, definition: Definition) -> Ancestry:
        """Everything that a class inherits from, through any number of bases."""
        if definition not in self._ancestries:
            self._ancestries[definition] = Ancestry((), (), False)  # a cycle of bases ends here
            self._ancestries[definition] = self._gather(definition)
        return self._ancestries[definition]

    def _gather(self, definition: Definition) -> Ancestry:
        definitions: dict[Definition, None] = {}
        externals: dict[str, None] = {}
        complete = True
        for targets in self.bases(definition):
            complete = complete and bool(targets)
            for target in targets:
                if isinstance(target, Definition) and target.kind == "class":
                    above = self.ancestry(target)
                    definitions.update(dict.fromkeys((target, *above.definitions)))
                    externals.update(dict.fromkeys(above.externals))
                    complete = complete and above.complete
                elif isinstance(target, External):
                    externals[target.path] = None
                else:
                    complete = False
        return Ancestry(tuple(definitions), tuple(externals), complete)

    def bases(self, definition: Definition) -> Iterator[tuple[Target, ...]]:
        """For each base in the order of the text, what it can be."""
        module, fact = self.fact(definition)
        for base in fact.bases:
            expression = module.expression(base)
            place = expression.value if isinstance(expression, Subscript) else base  # Generic[T]
            yield self.targets(module, place)

    def targets(self, module: Module, place: int) -> tuple[Target, ...]:
        """What an expression that names a class can be; builtins by their path."""
        found = tuple(item.target for item in self._index.reference(module, place))
        name = module.expression(place)
        if not found and isinstance(name, Name) and not module.lookup(name.id, name.block, place):
            return (External(f"builtins.{name.id}"),)
        return found

    def own_bindings(self, definition: Definition, name: str) -> list[Binding]:
        """How a class's own body binds a member."""
        module, fact = self.fact(definition)
        return module.in_scope(fact.scope, name)

    def assignments(self, definition: Definition, name: str) -> Iterator[MemberAssignment]:
        """`self.name = ...` in the methods of a class."""
        module, _ = self.fact(definition)
        for assignment in module.facts.members:
            target = module.expression(assignment.target)
            if getattr(target, "name", "") == name and self._on_self(module, target, definition.index):
                yield assignment

    def _on_self(self, module: Module, target: object, class_index: int) -> bool:
        block = getattr(target, "block", 0)
        receiver = module.expression(getattr(target, "value", 0))
        function = module.enclosing_function(block)
        if not isinstance(receiver, Name) or module.enclosing_class(block) != class_index or function < 0:
            return False
        parameters = module.facts.functions[function].parameters
        return bool(parameters) and parameters[0].name == receiver.id

    def owners(self, definition: Definition, name: str) -> Iterator[Definition]:
        """The class and its ancestors that bind a member in their body or on `self`, nearest first."""
        for owner in (definition, *self.ancestry(definition).definitions):
            if self.own_bindings(owner, name) or any(True for _ in self.assignments(owner, name)):
                yield owner

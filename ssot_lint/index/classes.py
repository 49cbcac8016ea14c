"""Bases, ancestors, subclasses and members of classes."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator

import msgspec

from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.targets import Definition, External, Target
from ssot_lint.model.facts import (
    NONE,
    Attribute,
    Binding,
    Call,
    ClassFact,
    Items,
    Literal,
    Mapping,
    MemberAssignment,
    Name,
    Subscript,
    Text,
    last_name,
)

_WRITERS = frozenset({"setattr", "__setattr__"})
_NAMESPACE_WRITERS = frozenset({"update", "setdefault", "__setitem__"})


class Ancestry(msgspec.Struct, frozen=True):
    """What a class inherits from, itself not included.

    Attributes:
        definitions: classes of the project, in the order in which Python asks them for a member.
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
        self._assigned: dict[str, dict[tuple[int, str], list[MemberAssignment]]] = {}
        self._open: dict[str, frozenset[int]] = {}

    def fact(self, definition: Definition) -> tuple[Module, ClassFact]:
        """The module and the facts of a class."""
        module = self._index.at(definition.path)
        return module, module.facts.classes[definition.index]

    def of_fact(self, module: Module, index: int) -> Definition:
        """The definition of a class of a file."""
        return Definition(module.name, module.facts.classes[index].qualname, "class", module.file.path, index)

    # --- above and below

    def ancestry(self, definition: Definition) -> Ancestry:
        """Everything that a class inherits from, through any number of bases."""
        if definition not in self._ancestries:
            self._ancestries[definition] = Ancestry((), (), False)  # a cycle of bases ends here
            self._ancestries[definition] = self._gather(definition)
        return self._ancestries[definition]

    def _gather(self, definition: Definition) -> Ancestry:
        lines: list[list[Definition]] = []
        externals: dict[str, None] = {}
        complete = True
        for targets in self.bases(definition):
            complete = complete and bool(targets)
            for target in targets:
                if isinstance(target, Definition) and target.kind == "class":
                    above = self.ancestry(target)
                    lines.append([target, *above.definitions])
                    externals.update(dict.fromkeys(above.externals))
                    complete = complete and above.complete
                elif isinstance(target, External):
                    externals[target.path] = None
                else:
                    complete = False
        return Ancestry(_linearized(lines), tuple(externals), complete)

    def bases(self, definition: Definition) -> Iterator[tuple[Target, ...]]:
        """For each base in the order of the text, what it can be."""
        module, fact = self.fact(definition)
        for base in fact.bases:
            expression = module.expression(base)
            if isinstance(expression, Call):
                yield self._made_outside(module, expression)
            else:
                place = expression.value if isinstance(expression, Subscript) else base  # Generic[T]
                yield self.targets(module, place)

    def _made_outside(self, module: Module, call: Call) -> tuple[Target, ...]:
        """A base that a function from outside makes, `namedtuple(...)` for instance, of nothing of the project's."""
        found = self.targets(module, call.function)
        given = [*call.arguments, *(place for _, place in call.keywords)]
        plain = (Text, Items, Mapping, Literal)
        own = any(not isinstance(module.expression(place), plain) for place in given)
        return () if own or not all(isinstance(target, External) for target in found) else found

    def targets(self, module: Module, place: int) -> tuple[Target, ...]:
        """What an expression that names a class can be; builtins by their path."""
        found = tuple(item.target for item in self._index.reference(module, place))
        name = module.expression(place)
        if found or not isinstance(name, Name) or not hasattr(builtins, name.id):
            return found
        return () if module.lookup(name.id, name.block, place) else (External(f"builtins.{name.id}"),)

    def lineage(self, definition: Definition) -> tuple[Definition, ...]:
        """The class and what it inherits from in the project, in the order in which Python asks for a member."""
        return (definition, *self.ancestry(definition).definitions)

    def subclasses(self, definition: Definition) -> list[Definition]:
        """Every class of the project that inherits from a class, through any number of bases."""
        below = self._index.once("below", lambda index: ClassIndex(index)._gathered_below())
        return below.get(definition, [])

    def _gathered_below(self) -> dict[Definition, list[Definition]]:
        table: dict[Definition, list[Definition]] = {}
        for module in self._index.with_heirs():
            for index in range(len(module.facts.classes)):
                definition = self.of_fact(module, index)
                for above in self.ancestry(definition).definitions:
                    table.setdefault(above, []).append(definition)
        return table

    def metaclasses(self, definition: Definition) -> Iterator[Definition]:
        """The project's metaclasses of a class and of its ancestors."""
        for owner in self.lineage(definition):
            module, fact = self.fact(owner)
            for target in self.targets(module, fact.metaclass) if fact.metaclass != NONE else ():
                if isinstance(target, Definition) and target.kind == "class":
                    yield target

    # --- members

    def own_bindings(self, definition: Definition, name: str) -> list[Binding]:
        """How a class's own body binds a member."""
        module, fact = self.fact(definition)
        return module.in_scope(fact.scope, name)

    def all_own_bindings(self, definition: Definition, name: str) -> list[Binding]:
        """The same with what is bound again further down, as a property is by its setter."""
        module, fact = self.fact(definition)
        return module.all_in_scope(fact.scope, name)

    def assignments(self, definition: Definition, name: str) -> list[MemberAssignment]:
        """`self.name = ...` and `setattr(self, "name", ...)` in the methods of a class."""
        module, _ = self.fact(definition)
        if module.file.path not in self._assigned:
            table: dict[tuple[int, str], list[MemberAssignment]] = {}
            for assignment, owner, member in stored(module):
                table.setdefault((self._class_of_self(module, owner), member), []).append(assignment)
            self._assigned[module.file.path] = table
        return self._assigned[module.file.path].get((definition.index, name), [])

    def binders(self, name: str) -> Collection[Definition]:
        """Every class that binds a member in its body or on `self`, as far as it may have a say in what matters."""
        return self._index.once(("binders", name), lambda index: ClassIndex(index)._gathered_binders(name))

    def _gathered_binders(self, name: str) -> Collection[Definition]:
        return dict.fromkeys(
            self.of_fact(module, owner) for module in self._index.with_word(name)
            if name in module.noted("members", self._names_of_members)
            for member, owner in self._members(module) if member == name
        )

    def _names_of_members(self, module: Module) -> Iterable[str]:
        return (name for name, _ in self._members(module))

    def _members(self, module: Module) -> Iterator[tuple[str, int]]:
        """The members that classes of a file bind, each with the index of its class."""
        for binding in module.facts.bindings:
            scope = module.facts.scopes[module.facts.blocks[binding.block].scope]
            if scope.kind == "class":
                yield binding.name, scope.owner
        for _, owner, member in stored(module):
            index = self._class_of_self(module, owner)
            if index != NONE:
                yield member, index

    def owners(self, definition: Definition, name: str) -> Iterator[Definition]:
        """The class and its ancestors that bind a member in their body or on `self`, nearest first."""
        for owner in self.lineage(definition):
            if self.own_bindings(owner, name) or self.assignments(owner, name):
                yield owner

    def outside_assignments(self, name: str) -> list[tuple[Module, MemberAssignment, int]]:
        """`owner.name = ...`, but for what methods do to their own `self`, in every file that may have a say.

        Each comes with its module and the place of the owner.
        """
        return self._index.once(("outside", name), lambda index: ClassIndex(index)._gathered_from_outside(name))

    def _gathered_from_outside(self, name: str) -> list[tuple[Module, MemberAssignment, int]]:
        return [
            (module, assignment, owner) for module in self._index.with_word(name)
            if name in module.noted("outside", self._names_stored_outside)
            for member, assignment, owner in self._stored_outside(module) if member == name
        ]

    def _names_stored_outside(self, module: Module) -> Iterable[str]:
        return (name for name, _, _ in self._stored_outside(module))

    def _stored_outside(self, module: Module) -> Iterator[tuple[str, MemberAssignment, int]]:
        for assignment, owner, member in stored(module):
            if self._class_of_self(module, owner) == NONE:
                yield member, assignment, owner

    def _class_of_self(self, module: Module, place: int) -> int:
        """Index of the class whose method has the name at `place` for its first parameter; `NONE` for anything else."""
        name = module.expression(place)
        if not isinstance(name, Name):
            return NONE
        for binding in module.lookup(name.id, name.block, place):
            if binding.kind == "parameter" and binding.value == 0:
                scope = module.facts.scopes[module.facts.blocks[binding.block].scope]
                function = module.facts.functions[scope.owner]
                static = any(last_name(module.expression(place)) == "staticmethod" for place in function.decorators)
                return NONE if static else function.owner
        return NONE

    def has_open_namespace(self, definition: Definition) -> bool:
        """Whether methods of a class, or of one above it, set attributes whose names cannot be told."""
        return any(owner.index in self._open_classes(owner) for owner in self.lineage(definition))

    def _open_classes(self, definition: Definition) -> frozenset[int]:
        module, _ = self.fact(definition)
        if module.file.path not in self._open:
            found = (self._class_of_self(module, place) for place in _written_to(module))
            self._open[module.file.path] = frozenset(found) - {NONE}
        return self._open[module.file.path]


def stored(module: Module) -> Iterator[tuple[MemberAssignment, int, str]]:
    """What a file assigns to attributes, with the place of the owner and the name of the attribute."""
    for assignment in module.facts.members:
        target = module.expression(assignment.target)
        if isinstance(target, Attribute) and target.context == "store":
            yield assignment, target.value, target.name
        elif isinstance(target, Call):
            text = module.expression(target.arguments[1])
            if isinstance(text, Text):
                yield assignment, target.arguments[0], text.value


def _written_to(module: Module) -> Iterator[int]:
    """Places of what a file sets attributes on by names that it computes."""
    for expression in module.facts.expressions:
        if isinstance(expression, Call):
            function = module.expression(expression.function)
            writes = last_name(function) in _WRITERS and len(expression.arguments) > 1
            if writes and not isinstance(module.expression(expression.arguments[-2]), Text):
                yield expression.arguments[0]
        elif isinstance(expression, Attribute) and expression.name in _NAMESPACE_WRITERS:
            yield from _namespace_owner(module, expression.value)
        elif isinstance(expression, Attribute) and expression.name == "__dict__" and expression.context == "store":
            yield expression.value
        elif isinstance(expression, Subscript) and not isinstance(module.expression(expression.index), Text):
            yield from _namespace_owner(module, expression.value)


def _namespace_owner(module: Module, place: int) -> Iterator[int]:
    """The `x` of `x.__dict__` and `vars(x)`."""
    expression = module.expression(place)
    if isinstance(expression, Attribute) and expression.name == "__dict__":
        yield expression.value
    elif isinstance(expression, Call) and last_name(module.expression(expression.function)) == "vars":
        yield from expression.arguments[:1]


def _linearized(lines: Iterable[list[Definition]]) -> tuple[Definition, ...]:
    """Merge the bases' own orders as Python does; where that is impossible, one after the other.

    Takes time in proportion to the lines, which are long where one class inherits from the other a thousand times.
    """
    bases = [list(dict.fromkeys(line)) for line in lines if line]
    if len(bases) < 2:
        return tuple(item for line in bases for item in line)
    rest = [line[::-1] for line in (*bases, list(dict.fromkeys(line[0] for line in bases)))]
    behind = Counter(item for line in rest for item in line[:-1])
    found: dict[Definition, None] = {}
    while rest := [line for line in rest if line]:
        head = next((line[-1] for line in rest if not behind[line[-1]]), rest[0][-1])
        found[head] = None
        for line in rest:
            _move_on(line, found, behind)
    return tuple(found)


def _move_on(line: list[Definition], found: Container[Definition], behind: Counter[Definition]) -> None:
    """Take away from the end of a line what has been found; what comes to stand there stands behind nothing in it."""
    while line and line[-1] in found:
        line.pop()
        if line:
            behind[line[-1]] -= 1

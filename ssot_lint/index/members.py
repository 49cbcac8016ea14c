"""What a member of a class or of its instances can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from ssot_lint.index.annotations import Annotations
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.decorators import Decorators
from ssot_lint.index.module import Module
from ssot_lint.index.targets import Definition, External
from ssot_lint.index.values import (
    UNSETTLED,
    Anything,
    ClassValue,
    FunctionValue,
    InstanceValue,
    Value,
    Values,
    over,
    possibly,
    present,
    union,
)
from ssot_lint.model.facts import NONE, Binding, Call, MemberAssignment

Owner = ClassValue | InstanceValue

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})


class Resolver(Protocol):
    """What members are followed by: our own inference."""

    def values(self, module: Module, place: int) -> Values: ...

    def of_binding(self, module: Module, binding: Binding) -> Values: ...

    def returned(self, function: FunctionValue) -> Values: ...


class Members:
    """Answers for one project.

    Args:
        classes: its classes.
        resolver: tells the values behind bindings and assignments.
    """

    def __init__(
        self, classes: ClassIndex, annotations: Annotations, decorators: Decorators, resolver: Resolver
    ) -> None:
        self._classes = classes
        self._annotations = annotations
        self._decorators = decorators
        self._resolver = resolver

    def of(self, owner: Owner, name: str) -> Values:
        """What `owner.name` can be."""
        if name == "__class__" and isinstance(owner, InstanceValue):
            return frozenset({ClassValue(owner.definition, owner.exact)})
        found = list(self._inherited(owner, name, self._classes.lineage(owner.definition)))
        declared = self._is_declared(owner.definition, name)
        if not declared and not owner.exact:
            for below in self._classes.binders(name):
                if owner.definition in self._classes.ancestry(below).definitions:
                    found += map(possibly, self._own(below, name, owner))
        if not declared:
            found += self._from_outside(owner, name)
        if not found:
            return UNSETTLED
        if self._is_computed(owner, declared):
            found.append(UNSETTLED)
        return present(union(found))

    def _is_computed(self, owner: Owner, declared: bool) -> bool:
        """Whether code of the class decides what its members are."""
        if not declared and self._classes.has_open_namespace(owner.definition):
            return True
        return isinstance(owner, InstanceValue) and any(self._classes.owners(owner.definition, "__getattribute__"))

    def above(self, definition: Definition, name: str) -> Values:
        """What `super().name` can be in a method of a class."""
        owner = InstanceValue(definition, False)
        found = list(self._inherited(owner, name, self._classes.ancestry(definition).definitions))
        return present(union(found)) if found else UNSETTLED

    def _inherited(self, owner: Owner, name: str, lineage: Iterable[Definition]) -> Iterator[Values]:
        """The nearest class that knows the member decides; what others do to `self` may still come before or after."""
        settled = shadowed = False
        for definition in lineage:
            body = [] if shadowed else list(self._in_body(definition, name, owner))
            found = [*body, *self._on_self(definition, name)]
            yield from map(possibly, found) if settled else found
            settled = settled or bool(found)
            shadowed = shadowed or bool(body)

    def _own(self, definition: Definition, name: str, owner: Owner) -> Iterator[Values]:
        yield from self._in_body(definition, name, owner)
        yield from self._on_self(definition, name)

    def _is_declared(self, definition: Definition, name: str) -> bool:
        """Whether the nearest class that knows the member declares its type, which binds subclasses and others."""
        for owner in self._classes.owners(definition, name):
            module, _ = self._classes.fact(owner)
            places = [assignment.annotation for assignment in self._classes.assignments(owner, name)]
            for binding in self._classes.own_bindings(owner, name):
                function = module.facts.functions[binding.value] if binding.kind == "function" else None
                places.append(binding.annotation if function is None else function.returns)
            return any(not self._annotations.says_nothing(module, place) for place in places)
        return False

    # --- in the class's body

    def _in_body(self, definition: Definition, name: str, owner: Owner) -> Iterator[Values]:
        module, _ = self._classes.fact(definition)
        for binding in self._classes.own_bindings(definition, name):
            if binding.kind == "function":
                yield self._method(module, definition, binding, owner)
            elif binding.kind == "assign" and not _ENUMS.isdisjoint(self._classes.ancestry(definition).externals):
                yield frozenset({InstanceValue(definition, True)})
            else:
                yield over(self._resolver.of_binding(module, binding), self._described)

    def _method(self, module: Module, definition: Definition, binding: Binding, owner: Owner) -> Values:
        fact = module.facts.functions[binding.value]
        effect = self._decorators.effect(module, fact)
        if effect.accessor:
            return self._property_behind(module, definition, binding, owner)
        function = Definition(module.name, fact.qualname, "function", module.file.path, binding.value)
        method = FunctionValue(function, owner, not effect.foreign and not effect.replaced)
        if effect.property and (effect.bound_to_class or isinstance(owner, InstanceValue)):
            return self._resolver.returned(method)
        return frozenset({method})

    def _property_behind(self, module: Module, definition: Definition, setter: Binding, owner: Owner) -> Values:
        """A setter goes by the name of its property; what reading gives is told by the definition before."""
        before = [
            binding for binding in self._classes.all_own_bindings(definition, setter.name)
            if binding.kind == "function" and binding.order < setter.order
        ]
        return self._method(module, definition, before[-1], owner) if before else UNSETTLED

    def _described(self, value: Value) -> Values:
        """An instance that describes an attribute answers for it."""
        if not isinstance(value, InstanceValue) or not any(self._classes.owners(value.definition, "__get__")):
            return frozenset({value})
        return over(self.of(value, "__get__"), self._answer)

    def _answer(self, value: Value) -> Values:
        return self._resolver.returned(value) if isinstance(value, FunctionValue) else UNSETTLED

    # --- on instances

    def _on_self(self, definition: Definition, name: str) -> Iterator[Values]:
        module, _ = self._classes.fact(definition)
        for assignment in self._classes.assignments(definition, name):
            yield self._assigned(module, assignment)

    def _assigned(self, module: Module, assignment: MemberAssignment) -> Values:
        if not self._annotations.says_nothing(module, assignment.annotation):
            return self._annotations.values(module, assignment.annotation)
        return self._resolver.values(module, assignment.value)

    # --- from outside

    def _from_outside(self, owner: Owner, name: str) -> Iterator[Values]:
        for module, assignment, place in self._classes.outside_assignments(name):
            receivers = self._resolver.values(module, place)
            if any(isinstance(item, Owner) and self._are_related(item, owner) for item in receivers):
                yield possibly(self.put_there(module, assignment))
            elif any(isinstance(item, Anything) for item in receivers):
                yield possibly(_classes_among(self._assigned(module, assignment)))

    def _are_related(self, one: Owner, other: Owner) -> bool:
        first, second = one.definition, other.definition
        return first in self._classes.lineage(second) or second in self._classes.lineage(first)

    def put_there(self, module: Module, assignment: MemberAssignment) -> Values:
        """What is assigned to an attribute from outside; a stand-in that a test makes says nothing."""
        found = self._assigned(module, assignment)
        value = module.expression(assignment.value) if assignment.value != NONE else None
        targets = self._classes.targets(module, value.function) if isinstance(value, Call) else ()
        if any(isinstance(target, External) for target in targets):
            return frozenset(item for item in found if not isinstance(item, Anything))
        return found


def _classes_among(values: Values) -> Values:
    """What is certain about a value whose owner is not: it may be one of these."""
    return frozenset(value for value in values if isinstance(value, (ClassValue, InstanceValue, FunctionValue)))

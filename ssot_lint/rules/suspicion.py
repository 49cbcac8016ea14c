"""Which expressions of a file can lead to anything that matters: those alone need be resolved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ssot_lint.index import Module
from ssot_lint.model.facts import Attribute, Binding, Call, Choice, Name, Subscript
from ssot_lint.scan import DYNAMIC_WORDS

_DEPTH = 12


class Meanings(Protocol):
    """Tells by names alone what can matter to no rule, so that it need not be resolved."""

    def may_mean(self, module: str, name: str = "") -> bool:
        """Whether a module, or a name in it, can be anything that matters."""

    def matters(self, word: str) -> bool:
        """Whether a name can be anything that matters."""

    def may_be_built(self, name: str) -> bool:
        """Whether calling something of that name may build what matters."""

    def may_inherit(self, names: Iterable[str]) -> bool:
        """Whether a class in whose bases these names stand can inherit from one that matters."""


class _Everything:
    """For whoever wants everything resolved."""

    def may_mean(self, module: str, name: str = "") -> bool:
        return True

    def matters(self, word: str) -> bool:
        return True

    def may_be_built(self, name: str) -> bool:
        return True

    def may_inherit(self, names: Iterable[str]) -> bool:
        return True


EVERYTHING: Meanings = _Everything()


class Suspicion:
    """Answers for one file, by names alone.

    Args:
        module: the file.
        meanings: which names matter anywhere.
    """

    def __init__(self, module: Module, meanings: Meanings) -> None:
        self._module = module
        self._meanings = meanings
        self._names: set[str] = set()
        self._builders: set[str] = set()
        self._dynamic: set[str] = set(DYNAMIC_WORDS)
        while self._grow():
            pass

    def _grow(self) -> bool:
        before = self._known
        for binding in self._module.facts.bindings:
            if binding.kind == "import":
                self._of_import(binding)
            elif binding.kind == "assign" and binding.value >= 0:
                if self.falls_on(binding.value):
                    self._names.add(binding.name)
                if self.is_dynamic(binding.value):
                    self._dynamic.add(binding.name)
                if self.may_build(binding.value):
                    self._builders.add(binding.name)
        return before != self._known

    @property
    def _known(self) -> tuple[int, ...]:
        return len(self._names), len(self._dynamic), len(self._builders)

    def _of_import(self, binding: Binding) -> None:
        fact = self._module.facts.imports[binding.value]
        if self._meanings.may_mean(self._module.absolute(fact), fact.name):
            self._names.add(binding.name)
        if fact.name in DYNAMIC_WORDS or (fact.name and self._meanings.matters(fact.name)):
            self._dynamic.add(binding.name)
        if self._meanings.may_be_built(fact.name):
            self._builders.add(binding.name)

    def may_build(self, place: int) -> bool:
        """Whether calling what a name, a path of names or a choice of these means may build what matters."""
        expression = self._module.expression(place)
        if isinstance(expression, Name):
            return expression.id in self._builders or self._meanings.may_be_built(expression.id)
        if isinstance(expression, Attribute):
            return self._meanings.may_be_built(expression.name)
        return isinstance(expression, Choice) and any(map(self.may_build, expression.options[:_DEPTH]))

    def falls_on(self, place: int, depth: int = 0) -> bool:
        """Whether a name, a path of names or a choice of these can be anything that matters, or lead there."""
        expression = self._module.expression(place)
        while isinstance(expression, Attribute):  # generated code has paths of thousands of names
            if self._meanings.matters(expression.name):
                return True
            expression = self._module.expression(expression.value)
        if isinstance(expression, Name):
            return expression.id in self._names or self._meanings.matters(expression.id)
        if isinstance(expression, Choice):
            return depth > _DEPTH or any(self.falls_on(option, depth + 1) for option in expression.options)
        if isinstance(expression, Call):
            return self.is_dynamic(expression.function)
        return isinstance(expression, Subscript) and self.is_dynamic(expression.value)

    def is_dynamic(self, place: int) -> bool:
        """Whether a name or a path of names can be what imports by a string."""
        expression = self._module.expression(place)
        if isinstance(expression, Name):
            return expression.id in self._dynamic
        if isinstance(expression, Attribute):
            return expression.name in self._dynamic
        return isinstance(expression, Choice) and any(map(self.is_dynamic, expression.options[:_DEPTH]))

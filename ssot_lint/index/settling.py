"""Settles with astroid what our own resolver has left open, and goes on from there by our own rules."""

from __future__ import annotations

from collections.abc import Callable

from ssot_lint.index.inference import Inference
from ssot_lint.index.module import Module
from ssot_lint.index.values import UNSETTLED, Anything, Value, Values, over, union
from ssot_lint.model.facts import Attribute

_DEPTH = 4


class Settling:
    """Answers for one project.

    Args:
        inference: our own resolver.
        module_at: path -> file.
        ask_astroid: what the expression at a place can be; the last resort.
    """

    def __init__(
        self, inference: Inference, module_at: Callable[[str], Module], ask_astroid: Callable[[Module, int], Values]
    ) -> None:
        self._inference = inference
        self._module_at = module_at
        self._ask_astroid = ask_astroid

    def settled(self, values: Values, depth: int = 0) -> Values:
        """The same values, with what astroid knows in the place of what is open."""
        return union(self._settled(value, depth) for value in values)

    def _settled(self, value: Value, depth: int) -> Values:
        if not isinstance(value, Anything) or not value.path:
            return frozenset({value})
        if depth > _DEPTH:
            return UNSETTLED
        module = self._module_at(value.path)
        expression = module.expression(value.place)
        if not isinstance(expression, Attribute):
            return self._ask_astroid(module, value.place)
        # astroid sees what a class gives its attributes, but neither what declares them nor what else sets them
        owners = self.settled(self._inference.values(module, expression.value), depth + 1)
        found = over(owners, lambda owner: self._inference.member(module, owner, expression.name))
        return self.settled(found, depth + 1)

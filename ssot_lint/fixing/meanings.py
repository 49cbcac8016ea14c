"""What names mean at one place of a file, and which are free."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection
from itertools import chain, count

from ssot_lint.index import Module
from ssot_lint.model.facts import NONE, Binding

_CONSTANT = frozenset({"import", "parameter"})
_DEFINED = frozenset({"class", "function"})


class Meanings:
    """Answers for one place.

    Args:
        block: where it is.
        order: its index among the expressions.
    """

    def __init__(self, module: Module, block: int, order: int) -> None:
        self._module = module
        self._block = block
        self._order = order

    def is_bound(self, name: str) -> bool:
        """Whether something of the file binds it there, or may do so."""
        return bool(self._bindings(name)) or bool(self._module.stars)

    def is_volatile(self, name: str) -> bool:
        """Whether a function that is called in between may give it another value."""
        return any(self._module.facts.blocks[item.block].kind == "elsewhere" for item in self._bindings(name))

    def is_lasting(self, name: str) -> bool:
        """Whether it means the same ever after: it is bound once, by other means than an assignment."""
        found = self._bindings(name)
        if not found:
            return hasattr(builtins, name) and not self._module.stars
        block = self._module.facts.blocks[found[0].block]
        once = found[0].kind in _CONSTANT or (found[0].kind in _DEFINED and block.parent == NONE)
        return once and len(self._module.all_in_scope(block.scope, name)) == 1

    def _bindings(self, name: str) -> list[Binding]:
        return self._module.lookup(name, self._block, self._order)

    def new(self, name: str, text: str, taken: Collection[str]) -> str:
        """A name like `name` that stands nowhere in a text."""
        wanted = chain((name, f"{name}_value"), (f"{name}_value_{number}" for number in count(2)))
        return next(item for item in wanted if item not in taken and _is_free(item, text))


def _is_free(name: str, text: str) -> bool:
    known = keyword.iskeyword(name) or hasattr(builtins, name)
    return not known and re.search(rf"\b{re.escape(name)}\b", text) is None

"""Asks astroid what a receiver is, where our own resolver cannot tell.

astroid never imports or executes analysed code here, and never looks at the environment: while it works, its manager
finds modules through the project's index alone, and knows nothing else but the builtins.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.targets import Definition
from ssot_lint.index.values import UNSETTLED, Anything, ClassValue, InstanceValue, PlainValue, Value, Values
from ssot_lint.model.facts import Attribute

if TYPE_CHECKING:
    from astroid import nodes

BUDGET = 2.0
"""Seconds that one file's questions may take together; what is asked later stays unsettled."""

_MOST_RESULTS = 16
_MOST_BYTES = 2_000_000
_LOCK = threading.RLock()


class _OutOfBudget(Exception):
    pass


class AstroidBridge:
    """Inference by astroid, loaded when the first question comes.

    Args:
        index: the project.
        text: gives a module's decoded text; "" where it cannot be read.
    """

    def __init__(self, index: ProjectIndex, text: Callable[[Module], str]) -> None:
        self._index = index
        self._text = text
        self._trees: dict[str, Any] = {}
        self._attributes: dict[str, dict[tuple[str, int], list[Any]]] = {}
        self._spent: dict[str, float] = {}
        self._deadline = 0.0

    def receiver(self, module: Module, place: int) -> Values:
        """What the owner of the attribute at `place` can be; unsettled for any other expression."""
        path = module.file.path
        spent = self._spent.get(path, 0.0)
        if spent >= BUDGET:
            return UNSETTLED
        started = time.monotonic()
        self._deadline = started + BUDGET - spent
        try:
            with _LOCK, self._borrowed_manager():
                return self._infer(module, place)
        except Exception:  # whatever astroid stumbles over leaves the receiver unsettled, and never ends the run
            return UNSETTLED
        finally:
            self._spent[path] = spent + time.monotonic() - started

    def _infer(self, module: Module, place: int) -> Values:
        node = self._find(module, place)
        if node is None:
            return UNSETTLED
        values: set[Value] = set()
        for result in node.infer():
            values.add(self._value(result))
            if len(values) > _MOST_RESULTS or Anything() in values or time.monotonic() > self._deadline:
                return UNSETTLED
        return frozenset(values) or UNSETTLED

    # --- finding the place in astroid's tree

    def _find(self, module: Module, place: int) -> Any:
        expression = module.expression(place)
        if isinstance(expression, Attribute):
            candidates = self._attribute_nodes(module).get((expression.name, expression.line), [])
            node = self._nearest(candidates, expression.column)
            return node.expr if node is not None else None
        return None

    def _nearest(self, candidates: list[Any], column: int) -> Any:
        ends = [(abs((node.end_col_offset or 0) - len(node.attrname) + 1 - column), node) for node in candidates]
        return min(ends, key=lambda item: item[0])[1] if ends else None

    def _attribute_nodes(self, module: Module) -> dict[tuple[str, int], list[Any]]:
        path = module.file.path
        if path not in self._attributes:
            table: dict[tuple[str, int], list[Any]] = {}
            tree = self._tree(module)
            nodes = _attributes_of(tree) if tree is not None else ()
            for node in nodes:
                table.setdefault((node.attrname, node.end_lineno), []).append(node)
            self._attributes[path] = table
        return self._attributes[path]

    def _tree(self, module: Module) -> Any:
        path = module.file.path
        if path not in self._trees:
            self._trees[path] = None
            self._trees[path] = self._build(module)
        return self._trees[path]

    def _build(self, module: Module) -> Any:
        from astroid.builder import AstroidBuilder
        from astroid.manager import AstroidManager

        text = self._text(module)
        if len(text) > _MOST_BYTES or time.monotonic() > self._deadline:
            raise _OutOfBudget
        name = f"{module.name}.__init__" if module.file.is_package else module.name
        return AstroidBuilder(AstroidManager(), apply_transforms=False).string_build(text, name, module.file.absolute)

    # --- what astroid may see

    @contextmanager
    def _borrowed_manager(self) -> Iterator[None]:
        """Let astroid's one manager find the project's modules only, and keep our trees out of others' cache."""
        from astroid.manager import AstroidManager

        manager = AstroidManager()
        if "builtins" not in manager.astroid_cache:
            manager.bootstrap()
        cache = manager.astroid_cache
        manager.astroid_cache = {"builtins": cache["builtins"]}
        manager.__dict__["ast_from_module_name"] = self._module_by_name
        try:
            yield
        finally:
            del manager.__dict__["ast_from_module_name"]
            manager.astroid_cache = cache

    def _module_by_name(self, modname: str | None, *_: object, **__: object) -> nodes.Module:
        from astroid.exceptions import AstroidImportError
        from astroid.manager import AstroidManager

        if modname == "builtins":
            builtins: nodes.Module = AstroidManager().astroid_cache["builtins"]
            return builtins
        module = self._index.module(modname or "")
        tree = self._tree(module) if module is not None else None
        if tree is None:
            raise AstroidImportError("{modname} is not part of the project", modname=modname)
        return tree

    # --- what it found

    def _value(self, result: Any) -> Value:
        from astroid import bases, nodes

        if isinstance(result, nodes.ClassDef):
            definition = self._definition(result)
            return ClassValue(definition) if definition else PlainValue("type")
        if isinstance(result, nodes.Const):
            return PlainValue(type(result.value).__name__)
        if isinstance(result, (nodes.FunctionDef, nodes.Lambda, bases.UnboundMethod)):
            return PlainValue("function")
        if isinstance(result, (nodes.List, nodes.Tuple, nodes.Dict, nodes.Set)):
            return PlainValue(type(result).__name__.lower())
        if isinstance(result, nodes.Module):
            return PlainValue("module")
        if type(result) is bases.Instance and isinstance(result._proxied, nodes.ClassDef):
            definition = self._definition(result._proxied)
            if definition:
                return InstanceValue(definition, True)
            if result._proxied.root().name == "builtins":
                return PlainValue(result._proxied.name)
        return Anything()

    def _definition(self, node: nodes.ClassDef) -> Definition | None:
        name = node.root().name.removesuffix(".__init__")
        module = self._index.module(name)
        if module is None:
            return None
        for index, fact in enumerate(module.facts.classes):
            if fact.name == node.name and abs(fact.line - (node.position.lineno if node.position else node.lineno)) < 1:
                return Definition(module.name, fact.qualname, "class", module.file.path, index)
        return None


def _attributes_of(tree: nodes.Module) -> Iterator[Any]:
    from astroid import nodes

    yield from tree.nodes_of_class(nodes.Attribute)


"""Asks astroid what an expression can be, where our own resolver cannot tell.

astroid never imports or executes analysed code here, and never looks at the environment: on this thread, while it
works, it finds modules through the project's index alone, and knows nothing else but the builtins. What it would
believe too readily is taken out of its trees first (see `astroid_doubts`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ssot_lint.facts.parsing import unlimited_integers
from ssot_lint.facts.positions import Positions
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.values import UNSETTLED, Anything, ClassValue, InstanceValue, PlainValue, Value, Values
from ssot_lint.model.facts import Attribute, Call, Name, Subscript

if TYPE_CHECKING:
    from astroid import nodes

    from ssot_lint.index.astroid_doubts import Doubts

BUDGET = 2.0
"""Seconds of this thread's processor time, whatever else the machine does, that the questions about one file may take
together; what is asked later stays unsettled."""

_MOST_RESULTS = 16
_MOST_CHARACTERS = 400_000
"""A longer file is not read: its tree alone, which nothing can interrupt, would take more than the budget."""

_MOST_KEPT = 600_000
"""Characters of the files whose trees are kept: a tree takes some eighty times the room of its text."""

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
        self._answers: dict[tuple[str, int], Values] = {}
        self._trees: dict[str, Any] = {}
        self._sizes: dict[str, int] = {}
        self._places: dict[str, dict[tuple[object, ...], Any]] = {}
        self._spent: dict[str, float] = {}
        self._deadline = 0.0

    def receiver(self, module: Module, place: int) -> Values:
        """What the name, attribute, call or subscript at `place` can be; unsettled for any other expression."""
        key = module.file.path, place
        if key not in self._answers:
            spent = self._spent.get(module.file.path, 0.0)
            if spent >= BUDGET:
                self._index.is_sure = False
                return UNSETTLED
            self._answers[key] = self._within_budget(module, place, spent)
        return self._answers[key]

    def _within_budget(self, module: Module, place: int, spent: float) -> Values:
        started: float | None = None
        try:
            with _LOCK, self._borrowed_manager():
                started = time.thread_time()  # not before astroid is loaded
                self._deadline = started + BUDGET - spent
                return self._infer(module, place)
        except (MemoryError, RecursionError):
            self._index.is_sure = False
            return UNSETTLED
        except Exception:  # whatever astroid stumbles over leaves the receiver unsettled, and never ends the run
            return UNSETTLED
        finally:
            if started is not None:
                self._spent[module.file.path] = spent + time.thread_time() - started

    def _infer(self, module: Module, place: int) -> Values:
        node = self._find(module, place)
        if node is None:
            return UNSETTLED
        values: set[Value] = set()
        for result in node.infer():
            self._check_time()
            values.add(self._value(result))
            if len(values) > _MOST_RESULTS or Anything() in values:
                return UNSETTLED
        return frozenset(values) or UNSETTLED

    def _check_time(self) -> None:
        if time.thread_time() > self._deadline:
            self._index.is_sure = False  # noted here, as astroid may swallow what is raised
            raise _OutOfBudget

    # --- finding the place in astroid's tree

    def _find(self, module: Module, place: int) -> Any:
        expression = module.expression(place)
        kind = type(expression).__name__
        if isinstance(expression, Name):
            return self._nodes(module).get((kind, expression.id, expression.line, expression.column))
        if isinstance(expression, Attribute):
            return self._nodes(module).get((kind, expression.name, expression.line, expression.column))
        if isinstance(expression, (Call, Subscript)):
            start, end = (expression.line, expression.column), (expression.end_line, expression.end_column)
            return self._nodes(module).get((kind, *start, *end))
        return None

    def _nodes(self, module: Module) -> dict[tuple[object, ...], Any]:
        """Nodes by kind and place; where two share one, as in the strings of old Pythons, neither can be told."""
        path = module.file.path
        tree = self._tree(module)
        if path not in self._places:
            positions = Positions(self._text(module))
            table: dict[tuple[object, ...], Any] = {}
            for key, node in _places_of(tree, positions) if tree is not None else ():
                table[key] = None if key in table else node
            self._places[path] = table
        return self._places[path]

    def _tree(self, module: Module) -> Any:
        path = module.file.path
        if path not in self._trees:
            self._trees[path] = None  # a cycle of imports ends here
            try:
                self._trees[path] = self._build(module)
            except _OutOfBudget:
                del self._trees[path]
                raise
            self._forget_the_oldest(path)
        self._trees[path] = self._trees.pop(path)  # the one that was used last comes last
        return self._trees[path]

    def _forget_the_oldest(self, newest: str) -> None:
        kept = [path for path, tree in self._trees.items() if tree is not None and path != newest]
        room = _MOST_KEPT - self._sizes.get(newest, 0)
        for path in reversed(kept):
            room -= self._sizes[path]
            if room < 0:
                del self._trees[path]
                self._places.pop(path, None)

    def _build(self, module: Module) -> Any:
        from ssot_lint.index.astroid_doubts import RestrainedBuilder

        self._check_time()
        text = self._text(module)
        if len(text) > _MOST_CHARACTERS:
            return None
        self._sizes[module.file.path] = len(text)
        with unlimited_integers():
            return RestrainedBuilder(self._doubts, module).build(text)

    @cached_property
    def _doubts(self) -> Doubts:
        from ssot_lint.index.astroid_doubts import Doubts

        return Doubts(self._index, ClassIndex(self._index), self._check_time)

    # --- what astroid may see

    @contextmanager
    def _borrowed_manager(self) -> Iterator[None]:
        """On this thread, let every manager of astroid's find the project's modules only.

        Managers are made wherever astroid needs one, so that it takes their class to hold them.
        """
        from astroid.manager import AstroidManager

        if "builtins" not in AstroidManager().astroid_cache:
            AstroidManager().bootstrap()
        owner = threading.get_ident()
        original = AstroidManager.ast_from_module_name

        def find(manager: AstroidManager, modname: str | None, *args: Any, **options: Any) -> nodes.Module:
            if threading.get_ident() != owner:
                return original(manager, modname, *args, **options)
            return self._module_by_name(manager, modname or "")

        AstroidManager.ast_from_module_name = find
        try:
            yield
        finally:
            AstroidManager.ast_from_module_name = original
            _forget_inferences()

    def _module_by_name(self, manager: Any, modname: str) -> nodes.Module:
        from astroid.exceptions import AstroidImportError

        self._check_time()
        if modname == "builtins":
            builtins: nodes.Module = manager.builtins_module
            return builtins
        module = self._index.module(modname)
        tree = self._tree(module) if module is not None and not self._index.is_ambiguous(modname) else None
        if tree is None:
            raise AstroidImportError("{modname} is not part of the project", modname=modname)
        return tree

    # --- what it found

    def _value(self, result: Any) -> Value:
        from astroid import bases, nodes

        if isinstance(result, nodes.ClassDef):
            definition = self._doubts.definition(result)
            return ClassValue(definition, False) if definition else _of_builtins(result, PlainValue("type"))
        if isinstance(result, nodes.Const):
            return PlainValue(type(result.value).__name__)
        if isinstance(result, (nodes.FunctionDef, nodes.Lambda, bases.UnboundMethod)):
            return PlainValue("function")
        if isinstance(result, (nodes.List, nodes.Tuple, nodes.Dict, nodes.Set)):
            return PlainValue(type(result).__name__.lower())
        if type(result) is bases.Instance and isinstance(result._proxied, nodes.ClassDef):
            definition = self._doubts.definition(result._proxied)
            if definition:
                return InstanceValue(definition, False)
            return _of_builtins(result._proxied, PlainValue(result._proxied.name))
        return Anything()


def _forget_inferences() -> None:
    """astroid remembers for good what it has inferred, even in the middle of a circle, and with it every tree."""
    from astroid import nodes
    from astroid.context import InferenceContext

    InferenceContext().inferred.clear()
    for owner, name in ((nodes.Name, "lookup"), (nodes.ClassDef, "_metaclass_lookup_attribute")):
        forget = getattr(getattr(owner, name, None), "cache_clear", None)
        if forget is not None:
            forget()


def _of_builtins(node: nodes.ClassDef, value: Value) -> Value:
    """The value, if the class is a builtin one; one that astroid has made up can be anything."""
    return value if node.root().name == "builtins" else Anything()


def _places_of(tree: nodes.Module, positions: Positions) -> Iterator[tuple[tuple[object, ...], Any]]:
    from astroid import nodes

    from ssot_lint.index.astroid_doubts import walked

    for node in walked(tree):
        if not isinstance(node, (nodes.Name, nodes.Attribute, nodes.Call, nodes.Subscript)):
            continue
        kind = type(node).__name__
        start = node.lineno, positions.column(node.lineno, node.col_offset)
        end = node.end_lineno, positions.column(node.end_lineno, node.end_col_offset)
        if isinstance(node, nodes.Name):
            yield (kind, node.name, *start), node
        elif isinstance(node, nodes.Attribute):
            yield (kind, node.attrname, end[0], max(1, end[1] - len(node.attrname))), node
        else:
            yield (kind, *start, *end), node

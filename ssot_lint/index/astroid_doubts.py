"""Takes out of astroid's trees what it would believe too readily.

astroid is made to guess well: it reads a decorated function as if it were not, a list as if nothing were ever added to
it, a loop as if it ran once, an attribute as if no subclass and no other module had a say in it. A receiver counts as
something else only if that is certain, so that whatever rests on such a guess is made uninferable here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from astroid import nodes
from astroid.builder import AstroidBuilder
from astroid.exceptions import UseInferenceDefault
from astroid.manager import AstroidManager
from astroid.util import Uninferable

from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.targets import Definition
from ssot_lint.model.facts import NONE, Import

_HARMLESS_DECORATORS = frozenset({
    "property", "staticmethod", "classmethod", "abstractmethod", "cached_property", "lru_cache", "cache", "wraps",
    "final", "override", "no_type_check",
})
_HARMLESS_HOMES = frozenset({"functools", "abc", "typing", "typing_extensions"})
_READERS = frozenset({
    "len", "enumerate", "zip", "sorted", "reversed", "list", "tuple", "set", "frozenset", "iter", "next", "print",
    "min", "max", "sum", "any", "all", "map", "filter", "isinstance", "str", "repr", "bool",
})
_READING_METHODS = frozenset({"values", "items", "keys", "get", "index", "count", "copy"})
_REPEATED = (nodes.For, nodes.While, nodes.Try) + ((nodes.TryStar,) if hasattr(nodes, "TryStar") else ())
_DISPLAYS = (nodes.List, nodes.Tuple, nodes.Set, nodes.Dict)


class RestrainedBuilder(AstroidBuilder):  # type: ignore[misc]  # astroid ships no types
    """Builds the tree of one module with the doubts in it, before anything is inferred."""

    def __init__(self, doubts: Doubts, module: Module) -> None:
        super().__init__(AstroidManager(), apply_transforms=False)
        self._manager.astroid_cache = {}  # what others use astroid for in this process must not see our trees
        self._doubts = doubts
        self._module = module

    def build(self, text: str) -> nodes.Module:
        name = f"{self._module.name}.__init__" if self._module.file.is_package else self._module.name
        return self.string_build(text, name, self._module.file.absolute)

    def _post_build(self, module: nodes.Module, *args: Any) -> nodes.Module:
        self._doubts.add_to(module, self._module)
        return super()._post_build(module, *args)


class Doubts:
    """What is known against astroid's guesses.

    Args:
        check_time: raises once the time is up.
    """

    def __init__(self, index: ProjectIndex, classes: ClassIndex, check_time: Callable[[], None]) -> None:
        self._index = index
        self._classes = classes
        self._check_time = check_time
        self._homes: WeakKeyDictionary[nodes.Module, Module] = WeakKeyDictionary()

    def add_to(self, tree: nodes.Module, module: Module) -> None:
        """Make everything in a tree uninferable that is in doubt."""
        self._homes[tree] = module
        everything = list(walked(tree))
        uses = _uses_by_name(everything)
        for node in everything:
            if isinstance(node, (nodes.Module, nodes.FunctionDef, nodes.Lambda, nodes.ClassDef)):
                self._watch_lookups(node)
            if isinstance(node, nodes.FunctionDef) and not _is_harmless(node):
                _silence(node)
                node.infer_call_result = _nothing_known
            elif isinstance(node, nodes.ClassDef):
                self._watch_instances(node)
            elif isinstance(node, nodes.Attribute):
                node._explicit_inference = self._of_attribute
            elif isinstance(node, (nodes.List, nodes.Set, nodes.Dict)) and self._escapes(node, uses, module):
                _silence(node)
            elif isinstance(node, nodes.AssignName) and node.frame() is tree and self._is_replaceable(node.name):
                _silence(node)
            elif isinstance(node, nodes.Nonlocal):
                _silence_shared(node)

    def definition(self, node: nodes.ClassDef) -> Definition | None:
        """The project's class that a node is."""
        module = self._homes.get(node.root())
        line = node.position.lineno if node.position else node.lineno
        for index, fact in enumerate(module.facts.classes if module is not None else ()):
            if module is not None and fact.name == node.name and fact.line == line:
                return self._classes.of_fact(module, index)
        return None

    # --- members and classes

    def _of_attribute(self, node: nodes.Attribute, context: object = None) -> Iterator[object]:
        if self._is_doubtful(node.attrname):
            return iter((Uninferable,))
        raise UseInferenceDefault

    def _is_doubtful(self, member: str) -> bool:
        """Whether more than one class has a say in a member: its subclasses, its callers, or somebody outside."""
        owners = self._classes.binders(member)
        declared = any(
            binding.annotation != NONE for owner in owners for binding in self._classes.own_bindings(owner, member)
        )
        if declared or self._classes.outside_assignments(member):
            return True
        return any(above in owners for owner in owners for above in self._classes.ancestry(owner).definitions)

    def _is_replaceable(self, name: str) -> bool:
        """Whether somebody outside assigns to a name of a module, as far as the name alone tells."""
        return bool(self._classes.outside_assignments(name))

    def _watch_instances(self, node: nodes.ClassDef) -> None:
        original = node.infer_call_result

        def infer_call_result(caller: object = None, context: object = None) -> Iterator[object]:
            return iter((Uninferable,)) if self._is_odd(node) else original(caller, context)

        node.infer_call_result = infer_call_result

    def _is_odd(self, node: nodes.ClassDef) -> bool:
        """Whether calling the class may give something else than a plain instance of it."""
        definition = self.definition(node)
        if definition is None or self._classes.has_open_namespace(definition):
            return True
        makers = any(any(self._classes.owners(definition, name)) for name in ("__new__", "__get__"))
        enumeration = any(path.startswith("enum.") for path in self._classes.ancestry(definition).externals)
        return makers or enumeration or any(self._classes.metaclasses(definition))

    # --- names

    def _watch_lookups(self, scope: Any) -> None:
        original = scope.scope_lookup

        def scope_lookup(node: Any, name: str, offset: int = 0) -> tuple[Any, list[Any]]:
            self._check_time()
            found_in, statements = original(node, name, offset)
            if found_in is not scope:
                return found_in, statements
            others = [item for item in scope.locals.get(name, ()) if item not in statements]
            crowded = any(_shares_line(item, node) for item in scope.locals.get(name, ()))
            return found_in, [*statements, *(item for item in others if crowded or _may_reach(item, node, scope))]

        scope.scope_lookup = scope_lookup

    # --- displays

    def _escapes(self, display: nodes.NodeNG, uses: dict[str, list[nodes.NodeNG]], module: Module) -> bool:
        """Whether something can be added to a display before it is read."""
        parent = display.parent
        if isinstance(parent, (nodes.For, nodes.Comprehension)):
            return parent.iter is not display
        if isinstance(parent, nodes.Subscript):
            return parent.value is not display
        if isinstance(parent, _DISPLAYS):
            return self._escapes(parent, uses, module) or not _is_read_at_once(parent)
        if isinstance(parent, (nodes.Assign, nodes.AnnAssign)):
            targets = parent.targets if isinstance(parent, nodes.Assign) else [parent.target]
            return not all(self._is_only_read(target, uses, module) for target in targets)
        return not isinstance(parent, nodes.Compare)

    def _is_only_read(self, target: nodes.NodeNG, uses: dict[str, list[nodes.NodeNG]], module: Module) -> bool:
        if not isinstance(target, nodes.AssignName) or isinstance(target.frame(), nodes.ClassDef):
            return False
        if isinstance(target.frame(), nodes.Module) and self._is_shared(module, target.name):
            return False
        return all(_reads(use) for use in uses.get(target.name, ()))

    def _is_shared(self, module: Module, name: str) -> bool:
        """Whether another file of the project imports the name, or the module as a whole."""
        return any(fact.name in (name, "*", "") for fact in self._imports_of(module.name))

    def _imports_of(self, name: str) -> Iterator[Import]:
        """Imports of a module, or of something in it, in every file that may have a say."""
        last = name.rpartition(".")[2]
        for module in self._index.with_word(last):
            for fact in module.facts.imports:
                source = module.absolute(fact)
                if source == name:
                    yield fact
                elif fact.name and f"{source}.{fact.name}" == name:
                    yield msgspec.structs.replace(fact, name="")


def walked(tree: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """Every node of a tree, without recursion."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending += node.get_children()


def _nothing_known(caller: object = None, context: object = None) -> Iterator[object]:
    return iter((Uninferable,))


def _silence(node: nodes.NodeNG) -> None:
    node._explicit_inference = lambda node, context=None: iter((Uninferable,))


def _silence_shared(node: nodes.Nonlocal) -> None:
    """A name that an inner function binds for an outer one: every reading of it in the outermost function."""
    outermost = node.frame()
    while isinstance(outermost.parent.frame(), (nodes.FunctionDef, nodes.Lambda)):
        outermost = outermost.parent.frame()
    for name in outermost.nodes_of_class(nodes.Name):
        if name.name in node.names:
            _silence(name)


def _is_harmless(function: nodes.FunctionDef) -> bool:
    """Whether every decorator leaves the function what astroid takes it for."""
    decorators = function.decorators.nodes if function.decorators else ()
    return all(_is_known(node.func if isinstance(node, nodes.Call) else node) for node in decorators)


def _is_known(decorator: nodes.NodeNG) -> bool:
    if isinstance(decorator, nodes.Attribute):
        home = getattr(decorator.expr, "name", "")
        return home in _HARMLESS_HOMES and decorator.attrname in _HARMLESS_DECORATORS
    if not isinstance(decorator, nodes.Name) or decorator.name not in _HARMLESS_DECORATORS:
        return False
    bound = decorator.root().locals.get(decorator.name, ())
    return all(isinstance(item, nodes.ImportFrom) and item.modname in _HARMLESS_HOMES for item in bound)


def _shares_line(statement: nodes.NodeNG, node: nodes.NodeNG) -> bool:
    """Whether another statement of the same line binds the name: astroid tells before from after by lines alone."""
    if statement.lineno != node.lineno or isinstance(statement, nodes.Arguments):
        return False
    binding = statement.statement()
    return binding is not node.statement() and not binding.parent_of(node)


def _may_reach(statement: nodes.NodeNG, node: nodes.NodeNG, scope: Any) -> bool:
    """Whether a binding that astroid left out can be what a name means: made later, elsewhere, or in a former round."""
    if isinstance(statement, nodes.DelName):
        return False
    frame = scope.frame()
    is_definition = isinstance(statement, (nodes.FunctionDef, nodes.ClassDef))
    made_in = statement.parent.frame() if is_definition else statement.frame()
    if node.frame() is not frame or made_in is not frame:
        return True
    around = {id(item) for item in node.node_ancestors() if isinstance(item, _REPEATED)}
    return any(id(item) in around for item in statement.node_ancestors())


def _uses_by_name(everything: list[nodes.NodeNG]) -> dict[str, list[nodes.NodeNG]]:
    """What reads, deletes or adds to a name, in any scope of the file."""
    table: dict[str, list[nodes.NodeNG]] = {}
    for node in everything:
        added_to = isinstance(node, nodes.AssignName) and isinstance(node.parent, nodes.AugAssign)
        if added_to or isinstance(node, (nodes.Name, nodes.DelName)):
            table.setdefault(node.name, []).append(node)
    return table


def _is_read_at_once(display: nodes.NodeNG) -> bool:
    """Whether a display is looped over or subscripted where it stands."""
    return isinstance(display.parent, (nodes.For, nodes.Comprehension, nodes.Subscript))


def _reads(use: nodes.NodeNG) -> bool:
    """Whether a use of a name can change nothing in what it means."""
    parent = use.parent
    if not isinstance(use, nodes.Name):
        return False
    if isinstance(parent, (nodes.For, nodes.Comprehension)):
        return parent.iter is use
    if isinstance(parent, nodes.Subscript):
        return parent.value is use and parent.ctx.name == "Load"
    if isinstance(parent, nodes.Call):
        return use in parent.args and getattr(parent.func, "name", "") in _READERS
    if isinstance(parent, nodes.Attribute):
        return parent.attrname in _READING_METHODS and isinstance(parent.parent, nodes.Call)
    return isinstance(parent, (nodes.Compare, nodes.FormattedValue, nodes.UnaryOp, nodes.BoolOp))

"""Settles what a receiver is: names, annotations, assignments, constructors, factories, `self`, `super()`.

This is the project's own resolver. What it cannot settle is `Anything`; astroid is asked then (see `astroid_bridge`).
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable

from ssot_lint.index.annotations import Annotations
from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.decorators import Decorators
from ssot_lint.index.members import Members
from ssot_lint.index.module import Module
from ssot_lint.index.outside import gives_its_own
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.targets import Definition, External, ModuleTarget, Target
from ssot_lint.index.values import (
    ABSENT,
    NOTHING,
    UNSETTLED,
    Anything,
    AwaitableValue,
    ClassValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    ManagerValue,
    ModuleValue,
    PlainValue,
    SuperValue,
    Value,
    Values,
    is_settled,
    over,
    possibly,
    present,
    union,
)
from ssot_lint.model.facts import (
    NONE,
    Attribute,
    Await,
    Binding,
    Call,
    Choice,
    FunctionFact,
    Items,
    Join,
    Literal,
    Mapping,
    Name,
    Parameter,
    Subscript,
    Text,
)

_DEPTH = 24
_STEPS = 1_000
"""How deep and how wide one question may go; what lies beyond is not settled."""

_PLAIN_TYPES = frozenset({
    "str", "int", "float", "bool", "bytes", "bytearray", "complex", "list", "dict", "set", "frozenset", "tuple",
    "range", "slice", "memoryview",
})
_METACLASSES = frozenset({"builtins.type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType"})
_OWN_NAMES = frozenset({"self", "cls", "klass", "mcs", "mcls", "metacls", "this"})
_HANDED_ON = frozenset({
    "copy.copy", "copy.deepcopy", "weakref.proxy", "asyncio.create_task", "asyncio.ensure_future", "asyncio.shield",
    "asyncio.wait_for",
})
_VARIABLES = frozenset({"assign", "declare", "with", "async-with", "other"})
_CASTS = frozenset({"typing.cast", "typing_extensions.cast"})
_OPENERS = frozenset({"contextlib.closing", "contextlib.aclosing", "contextlib.nullcontext"})


class Inference:
    """Infers the values of expressions; remembers its answers.

    Args:
        index: the project.
        classes: its classes.
    """

    def __init__(self, index: ProjectIndex, classes: ClassIndex) -> None:
        self._index = index
        self._classes = classes
        self._annotations = Annotations(classes)
        self.decorators = Decorators(index, classes, self.values)
        self._members = Members(classes, self._annotations, self.decorators, self)
        self._known: dict[tuple[str, int], Values] = {}
        self._asked: dict[tuple[str, int], int] = {}
        self._reaches_back = _DEPTH + 1
        self._steps = 0

    def values(self, module: Module, place: int) -> Values:
        """What the expression at `place` can be; empty only for what is being asked already, and depends on itself."""
        if place == NONE:
            return UNSETTLED
        key = module.file.path, place
        if key in self._known:
            return self._known[key]
        if key in self._asked:
            self._reaches_back = min(self._reaches_back, self._asked[key])
            return NOTHING
        self._steps = self._steps + 1 if self._asked else 0
        if len(self._asked) > _DEPTH or self._steps > _STEPS:
            self._reaches_back = 0
            return UNSETTLED
        return self._answer(module, place, key)

    def _answer(self, module: Module, place: int, key: tuple[str, int]) -> Values:
        """Infer, and remember the answer unless it depends on a question that is still open."""
        level = len(self._asked)
        before, self._reaches_back = self._reaches_back, _DEPTH + 1
        self._asked[key] = level
        try:
            found = self._infer(module, place)
        finally:
            del self._asked[key]
        if self._reaches_back < level:
            self._reaches_back = min(self._reaches_back, before)
            return found
        self._reaches_back = before
        self._known[key] = found or _open(module, place)
        return self._known[key]

    def _infer(self, module: Module, place: int) -> Values:
        expression = module.expression(place)
        handler = _HANDLERS.get(type(expression))
        return UNSETTLED if handler is None else handler(self, module, place, expression)

    # --- expressions

    def _name(self, module: Module, place: int, name: Name) -> Values:
        bindings = self._index.bindings(module, name, place)
        if not bindings:
            return frozenset({ExternalValue(f"builtins.{name.id}")}) if hasattr(builtins, name.id) else UNSETTLED
        found = union(self.of_binding(module, binding) for binding in bindings)
        if any(binding.kind in _VARIABLES and module.is_at_top(binding) for binding in bindings):
            found |= self._replaced_from_outside(module.name, name.id)
        opaque = any(binding.kind == "other" and binding.annotation == NONE for binding in bindings)
        return present(found) | _open(module, place) if opaque else present(found)

    def _attribute(self, module: Module, place: int, attribute: Attribute) -> Values:
        def member(value: Value) -> Values:
            if isinstance(value, (Anything, PlainValue)):
                return UNSETTLED if value == Anything() else _open(module, place)
            return self.member(module, value, attribute.name)

        return over(self.values(module, attribute.value), member)

    def _subscript(self, module: Module, place: int, subscript: Subscript) -> Values:
        def item(value: Value) -> Values:
            if isinstance(value, ClassValue):
                return self._generic(value)
            if isinstance(value, InstanceValue):
                return over(self._members.of(value, "__getitem__"), self._results)
            return UNSETTLED if value == Anything() else _open(module, place)

        return over(self.values(module, subscript.value), item)

    def _generic(self, value: ClassValue) -> Values:
        """`Box[int]` is `Box`, unless the class or its metaclass has another opinion."""
        if "enum.Enum" in self._classes.ancestry(value.definition).externals:
            return frozenset({InstanceValue(value.definition, True)})
        own = self._members.of(value, "__class_getitem__")
        if any(isinstance(item, FunctionValue) for item in own):
            return over(own, self._results)
        metaclasses = self._classes.metaclasses(value.definition)
        odd = any(any(self._classes.owners(item, "__getitem__")) for item in metaclasses)
        return UNSETTLED if odd else frozenset({value})

    def _call(self, module: Module, place: int, call: Call) -> Values:
        called = module.expression(call.function)
        if isinstance(called, Name) and called.id == "super":
            return self._super(module, call)
        if isinstance(called, Attribute) and called.name == "__new__" and call.arguments:
            return over(self.values(module, call.arguments[0]), _instance)

        def results(value: Value) -> Values:
            found = self._called(module, value, call)
            if value == Anything() or isinstance(value, (InstanceValue, ExternalValue)):
                return found
            # astroid follows the arguments into a function, so it is asked about the call, not about what is returned
            settled = frozenset(item for item in found if not isinstance(item, Anything))
            return found if settled == found else settled | _open(module, place)

        return over(self.values(module, call.function), results)

    def _super(self, module: Module, call: Call) -> Values:
        if call.arguments:
            return over(self.values(module, call.arguments[0]), _above)
        owner = module.enclosing_class(call.block)
        return UNSETTLED if owner == NONE else frozenset({SuperValue(self._classes.of_fact(module, owner))})

    def _await(self, module: Module, place: int, expression: Await) -> Values:
        return over(self.values(module, expression.value), _awaited)

    def _choice(self, module: Module, place: int, choice: Choice) -> Values:
        return present(union(self.values(module, option) for option in choice.options))

    def _plain(self, module: Module, place: int, expression: object) -> Values:
        return frozenset({PlainValue(_PLAIN[type(expression)])})

    def _join(self, module: Module, place: int, join: Join) -> Values:
        """A text, if there is one in it; a sum of other things is whatever they make of it."""
        texts = any(isinstance(module.expression(part), (Text, Join)) for part in join.parts)
        return frozenset({PlainValue("str")}) if texts else UNSETTLED

    def _literal(self, module: Module, place: int, literal: Literal) -> Values:
        return frozenset({PlainValue(literal.type)})

    def _items(self, module: Module, place: int, items: Items) -> Values:
        return frozenset({PlainValue(items.type)})

    # --- bindings

    def annotated(self, module: Module, place: int) -> Values:
        """What a value can be that is declared with the annotation at `place`."""
        return self._annotations.values(module, place)

    def of_binding(self, module: Module, binding: Binding) -> Values:
        """What a name can be that is bound so; empty for what only the place of use can tell."""
        if binding.kind == "parameter":
            return self._parameter(module, binding)
        if not self._annotations.says_nothing(module, binding.annotation):
            return self._declared(module, binding)
        if binding.kind == "assign":
            return self.values(module, binding.value)
        if binding.kind in ("with", "async-with"):
            is_async = binding.kind == "async-with"
            return over(self.values(module, binding.value), lambda value: self._entered(value, is_async))
        if binding.kind in ("import", "star", "submodule", "class", "function"):
            return self._targets(item.target for item in self._index.of_binding(module, binding))
        return NOTHING if binding.kind == "other" else UNSETTLED

    def _declared(self, module: Module, binding: Binding) -> Values:
        """A local variable is what was assigned last; anything else may be changed to whatever its type allows."""
        local = module.facts.scopes[module.facts.blocks[binding.block].scope].kind == "function"
        if local and binding.kind == "assign":
            found = self.values(module, binding.value)
            if is_settled(found):
                return found
        return self._annotations.values(module, binding.annotation)

    def _parameter(self, module: Module, binding: Binding) -> Values:
        scope = module.facts.scopes[module.facts.blocks[binding.block].scope]
        function = module.facts.functions[scope.owner]
        parameter = function.parameters[binding.value]
        if parameter.kind in ("*", "**"):
            return frozenset({PlainValue("tuple" if parameter.kind == "*" else "dict")})
        if parameter.annotation != NONE:
            return self._annotations.values(module, parameter.annotation)
        if binding.value == 0 and function.owner != NONE:
            return self._first_parameter(module, function, parameter)
        return UNSETTLED

    def _first_parameter(self, module: Module, function: FunctionFact, parameter: Parameter) -> Values:
        owner = self._classes.of_fact(module, function.owner)
        effect = self.decorators.effect(module, function)
        if effect.static or parameter.name.lstrip("_") not in _OWN_NAMES or self._is_metaclass(owner):
            return UNSETTLED
        return frozenset({ClassValue(owner, False) if effect.bound_to_class else InstanceValue(owner, False)})

    def _is_metaclass(self, definition: Definition) -> bool:
        """Whether its instances are classes, any of which may be the truth."""
        externals = self._classes.ancestry(definition).externals
        return any(path in _METACLASSES or path.endswith(("Meta", "Metaclass")) for path in externals)

    # --- what names lead to

    def _targets(self, targets: Iterable[Target]) -> Values:
        return union(self._target(target) for target in targets)

    def _target(self, target: Target) -> Values:
        if isinstance(target, ModuleTarget):
            return frozenset({ModuleValue(target.module)})
        if isinstance(target, External):
            return frozenset({ExternalValue(target.path)})
        if not isinstance(target, Definition):
            return UNSETTLED
        if target.kind == "class":
            return frozenset({ClassValue(target)})
        return self._function(target) if target.kind == "function" else self._variable(target)

    def _function(self, target: Definition) -> Values:
        module = self._index.at(target.path)
        effect = self.decorators.effect(module, module.facts.functions[target.index])
        plain = not effect.foreign and not effect.replaced
        outside = self._replaced_from_outside(target.module, target.name)
        return frozenset({FunctionValue(target, None, plain)}) | outside

    def _variable(self, target: Definition) -> Values:
        module = self._index.at(target.path)
        # what else binds the name (an import, say) leads to a target of its own
        bindings = (binding for binding in module.exported(target.name) if binding.kind in _VARIABLES)
        found = union(self.of_binding(module, binding) or UNSETTLED for binding in bindings) or UNSETTLED
        return present(found | self._replaced_from_outside(target.module, target.name))

    def _replaced_from_outside(self, home: str, name: str) -> Values:
        """`module.name = ...` in other files."""
        found: list[Values] = []
        for module, assignment, owner in self._classes.outside_assignments(name):
            if ModuleValue(home) in self.values(module, owner):
                found.append(possibly(self._members.put_there(module, assignment)))
        return union(found)

    # --- members

    def member(self, module: Module, value: Value, name: str) -> Values:
        """What `value.name` can be where `module` reads it."""
        if isinstance(value, (ClassValue, InstanceValue)):
            return self._members.of(value, name)
        if isinstance(value, SuperValue):
            return self._members.above(value.definition, name)
        if isinstance(value, ModuleValue):
            owner = self._index.module_target(value.module, module)
            return self._targets(item.target for item in self._index.attribute(module, owner, name))
        if isinstance(value, ExternalValue) and _is_module(module, value.path):
            return frozenset({ExternalValue(f"{value.path}.{name}")})
        return UNSETTLED  # an attribute of an object from outside can be anything, the truth included

    # --- calls

    def _called(self, module: Module, value: Value, call: Call) -> Values:
        if isinstance(value, ClassValue):
            return self._constructed(value)
        if isinstance(value, FunctionValue):
            return self.returned(value)
        if isinstance(value, InstanceValue):
            return over(self._members.of(value, "__call__"), self._results)
        if isinstance(value, ExternalValue):
            return self._external_call(module, value.path, call)
        return UNSETTLED

    def _results(self, value: Value) -> Values:
        return self.returned(value) if isinstance(value, FunctionValue) else UNSETTLED

    def _constructed(self, value: ClassValue) -> Values:
        """An instance of the class, unless `__new__` or the metaclass makes something else."""
        made = frozenset({InstanceValue(value.definition, value.exact)})
        makers = [] if not any(self._classes.owners(value.definition, "__new__")) else [(value.definition, "__new__")]
        makers += [
            (item, "__call__") for item in self._classes.metaclasses(value.definition)
            if any(self._classes.owners(item, "__call__"))
        ]
        return union(self._made_by(made, *maker) for maker in makers) or made

    def _made_by(self, made: Values, owner: Definition, name: str) -> Values:
        """What a maker returns; one that hands the making on is trusted where it cannot be followed."""
        found: list[Values] = []
        for method in self._members.of(ClassValue(owner), name):
            if not isinstance(method, FunctionValue):
                return UNSETTLED
            results = self.returned(method)
            if self._hands_on(method.definition, name):
                results = frozenset(item for item in results if isinstance(item, (ClassValue, InstanceValue))) | made
            found.append(results)
        return frozenset(next(iter(made)) if item == InstanceValue(owner, True) else item for item in union(found))

    def _hands_on(self, definition: Definition, name: str) -> bool:
        module = self._index.at(definition.path)
        return any(
            isinstance(item, Attribute) and item.name == name
            and module.enclosing_function(item.block) == definition.index
            for item in module.facts.expressions
        )

    def _external_call(self, module: Module, path: str, call: Call) -> Values:
        name = path.removeprefix("builtins.")
        if name in _PLAIN_TYPES:
            return frozenset({PlainValue(name)})
        if gives_its_own(path):
            return frozenset({PlainValue(path)})
        if not call.arguments:
            return UNSETTLED
        if path == "importlib.import_module":
            name = self._index.dynamically_imported(module, call)
            return self._target(self._index.module_target(name, module)) if name else UNSETTLED
        if path in _CASTS:
            return self._annotations.values(module, call.arguments[0])
        given = self.values(module, call.arguments[0])
        if path in _HANDED_ON:
            return given
        if path in _OPENERS:
            return frozenset({ManagerValue(given)})
        if path == "asyncio.run":
            return over(given, _awaited)
        if name == "type" and len(call.arguments) == 1:
            return over(given, _class)
        return UNSETTLED

    def returned(self, function: FunctionValue) -> Values:
        """What calling a function gives."""
        module = self._index.at(function.definition.path)
        fact = module.facts.functions[function.definition.index]
        effect = self.decorators.effect(module, fact)
        if effect.overload or effect.replaced or (effect.foreign and fact.returns == NONE):
            return UNSETTLED
        if effect.manager:
            return frozenset({ManagerValue(self._yielded(module, fact))})
        if "generator" in fact.traits and fact.returns == NONE:
            return UNSETTLED
        values = self._declared_or_returned(module, fact, function)
        return frozenset({AwaitableValue(values)}) if "async" in fact.traits else values

    def _yielded(self, module: Module, fact: FunctionFact) -> Values:
        found = union(self.values(module, place) for place in fact.yielded)
        declared = module.expression(fact.returns) if fact.returns != NONE else None
        if is_settled(found) or not isinstance(declared, Subscript):
            return present(found) or UNSETTLED
        index = module.expression(declared.index)  # `Iterator[Engine]`, `Generator[Engine, None, None]`
        return self._annotations.values(module, index.items[0] if isinstance(index, Items) else declared.index)

    def _declared_or_returned(self, module: Module, fact: FunctionFact, function: FunctionValue) -> Values:
        if fact.returns != NONE:
            declared = present(self._annotations.values(module, fact.returns))
            of_receiver = self._annotations.mentions_self(module, fact.returns)
        else:
            declared = present(union(self.values(module, place) for place in fact.returned))
            declared = declared if fact.returned else ABSENT
            of_receiver = True
        if not of_receiver or function.receiver is None or fact.owner == NONE:
            return declared
        owner = self._classes.of_fact(module, fact.owner)
        return frozenset(_as_receiver(value, owner, function.receiver) for value in declared)

    # --- context managers

    def _entered(self, value: Value, is_async: bool) -> Values:
        if isinstance(value, PlainValue) and gives_its_own(value.type):
            return frozenset({value})  # files, locks and sessions give themselves
        if isinstance(value, ManagerValue):
            return value.values
        if not isinstance(value, InstanceValue):
            return UNSETTLED
        results = over(self._members.of(value, "__aenter__" if is_async else "__enter__"), self._results)
        return over(results, _awaited) if is_async else results


def _open(module: Module, place: int) -> Values:
    return frozenset({Anything(module.file.path, place)})


def _class(value: Value) -> Values:
    return frozenset({ClassValue(value.definition, value.exact)}) if isinstance(value, InstanceValue) else UNSETTLED


def _above(value: Value) -> Values:
    return frozenset({SuperValue(value.definition)}) if isinstance(value, ClassValue) else UNSETTLED


def _awaited(value: Value) -> Values:
    return value.values if isinstance(value, AwaitableValue) else UNSETTLED


def _instance(value: Value) -> Values:
    return frozenset({InstanceValue(value.definition, value.exact)}) if isinstance(value, ClassValue) else UNSETTLED


def _is_module(module: Module, path: str) -> bool:
    """Whether something from outside the project is a module, as `import` statements of the file prove."""
    imported = {fact.module for fact in module.facts.imports if not fact.name}
    return any(name == path or name.startswith(path + ".") for name in imported)


def _as_receiver(value: Value, owner: Definition, receiver: ClassValue | InstanceValue) -> Value:
    """`Self`, `cls(...)` and `self` mean the receiver's class, which may be a subclass of the method's."""
    if isinstance(value, (ClassValue, InstanceValue)) and value.definition == owner and not value.exact:
        return type(value)(receiver.definition, receiver.exact)
    return value


_PLAIN: dict[type, str] = {Text: "str", Mapping: "dict"}
_HANDLERS: dict[type, Callable[..., Values]] = {
    Name: Inference._name,
    Attribute: Inference._attribute,
    Call: Inference._call,
    Await: Inference._await,
    Choice: Inference._choice,
    Subscript: Inference._subscript,
    Text: Inference._plain,
    Join: Inference._join,
    Mapping: Inference._plain,
    Literal: Inference._literal,
    Items: Inference._items,
}

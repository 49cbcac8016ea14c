"""Settles what a receiver is: names, annotations, assignments, constructors, factories, `self`, `super()`.

This is the project's own resolver. What it cannot settle is `Anything`; astroid is asked then (see `astroid_bridge`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ssot_lint.index.classes import ClassIndex
from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.targets import Definition, External, ModuleTarget, Target
from ssot_lint.index.values import (
    UNSETTLED,
    Anything,
    AwaitableValue,
    ClassValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    ModuleValue,
    PlainValue,
    SuperValue,
    Value,
    Values,
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
    Subscript,
    Text,
)

_DEPTH = 24
_NOTHING: Values = frozenset()
_NONE: Values = frozenset({PlainValue("NoneType")})
_TRANSPARENT = frozenset({
    "functools.lru_cache", "functools.cache", "functools.wraps", "builtins.staticmethod", "builtins.classmethod",
    "abc.abstractmethod", "typing.overload", "typing.final", "typing.no_type_check", "typing_extensions.override",
    "typing.override",
})
_CONTEXT_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_PROPERTIES = frozenset({"builtins.property", "functools.cached_property"})
_PLAIN_TYPES = frozenset({
    "str", "int", "float", "bool", "bytes", "bytearray", "complex", "list", "dict", "set", "frozenset", "tuple",
    "range", "slice", "memoryview", "object",
})
_ANYTHING_GOES = frozenset({"typing.Any", "builtins.object", "typing_extensions.Any", "typing.TypeVar"})
_WRAPPERS = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})


class Inference:
    """Infers the values of expressions; remembers its answers.

    Args:
        index: the project.
        classes: its classes.
    """

    def __init__(self, index: ProjectIndex, classes: ClassIndex) -> None:
        self._index = index
        self._classes = classes
        self._known: dict[tuple[str, int], Values] = {}
        self._depth = 0

    def values(self, module: Module, place: int) -> Values:
        """What the expression at `place` can be; never empty."""
        if place == NONE:
            return UNSETTLED
        key = module.file.path, place
        if key not in self._known:
            if self._depth > _DEPTH:
                return UNSETTLED
            self._known[key] = UNSETTLED  # what depends on itself is not settled
            self._depth += 1
            try:
                self._known[key] = self._infer(module, place) or UNSETTLED
            finally:
                self._depth -= 1
        return self._known[key]

    def _infer(self, module: Module, place: int) -> Values:
        expression = module.expression(place)
        handler = _HANDLERS.get(type(expression))
        return UNSETTLED if handler is None else handler(self, module, place, expression)

    # --- expressions

    def _name(self, module: Module, place: int, name: Name) -> Values:
        bindings = module.lookup(name.id, name.block, place)
        if bindings:
            return _union(self._binding(module, binding) for binding in bindings)
        found = self._targets(item.target for item in self._index.reference(module, place))
        return found or frozenset({ExternalValue(f"builtins.{name.id}")})

    def _attribute(self, module: Module, place: int, attribute: Attribute) -> Values:
        targets = [item.target for item in self._index.reference(module, place)]
        if any(isinstance(target, External) for target in targets) and not self._of_module(module, attribute.value):
            return UNSETTLED  # an attribute of an object from outside can be anything, the truth included
        if targets:
            return self._targets(targets)
        return _union(self._member(value, attribute.name) for value in self.values(module, attribute.value))

    def _of_module(self, module: Module, place: int) -> bool:
        """Whether an expression from outside the project is a module, as `import` statements of the file prove."""
        paths = {item.target.path for item in self._index.reference(module, place) if isinstance(item.target, External)}
        imported = {fact.module for fact in module.facts.imports if not fact.name}
        return any(name == path or name.startswith(path + ".") for path in paths for name in imported)

    def _call(self, module: Module, place: int, call: Call) -> Values:
        called = module.expression(call.function)
        if isinstance(called, Name) and called.id == "super":
            owner = module.enclosing_class(call.block)
            return UNSETTLED if owner == NONE else frozenset({SuperValue(self._classes.of_fact(module, owner))})
        return _union(self._called(module, value, call) for value in self.values(module, call.function))

    def _await(self, module: Module, place: int, expression: Await) -> Values:
        return _union(
            value.values if isinstance(value, AwaitableValue) else UNSETTLED
            for value in self.values(module, expression.value)
        )

    def _choice(self, module: Module, place: int, choice: Choice) -> Values:
        found = _union(self.values(module, option) for option in choice.options)
        return found - _NONE or found

    def _plain(self, module: Module, place: int, expression: object) -> Values:
        return frozenset({PlainValue(_PLAIN[type(expression)])})

    def _literal(self, module: Module, place: int, literal: Literal) -> Values:
        return frozenset({PlainValue(literal.type)})

    def _items(self, module: Module, place: int, items: Items) -> Values:
        return frozenset({PlainValue(items.type)})

    # --- bindings

    def _binding(self, module: Module, binding: Binding) -> Values:
        if binding.kind == "parameter":
            return self._parameter(module, binding)
        if binding.annotation != NONE:
            return self.annotated(module, binding.annotation)
        if binding.kind == "assign":
            return self.values(module, binding.value)
        if binding.kind in ("with", "async-with"):
            is_async = binding.kind == "async-with"
            found = _union(self._entered(value, is_async) for value in self.values(module, binding.value))
            return self._entered_from_function(module, binding.value) if found == UNSETTLED else found
        if binding.kind in ("import", "class", "function"):
            return self._targets(item.target for item in self._index.of_binding(module, binding))
        return UNSETTLED

    def _parameter(self, module: Module, binding: Binding) -> Values:
        scope = module.facts.scopes[module.facts.blocks[binding.block].scope]
        function = module.facts.functions[scope.owner]
        parameter = function.parameters[binding.value]
        if parameter.kind == "*":
            return frozenset({PlainValue("tuple")})
        if parameter.kind == "**":
            return frozenset({PlainValue("dict")})
        if parameter.annotation != NONE:
            return self.annotated(module, parameter.annotation)
        if binding.value == 0 and function.owner != NONE:
            return self._first_parameter(module, function)
        return UNSETTLED

    def _first_parameter(self, module: Module, function: FunctionFact) -> Values:
        owner = self._classes.of_fact(module, function.owner)
        decorators = self._decorators(module, function)
        if "builtins.staticmethod" in decorators:
            return UNSETTLED
        if "builtins.classmethod" in decorators or function.name in ("__new__", "__init_subclass__"):
            return frozenset({ClassValue(owner)})
        return frozenset({InstanceValue(owner, False)})

    def _decorators(self, module: Module, function: FunctionFact) -> list[str]:
        """Dotted paths of the decorators; "" for one that cannot be told or is the project's own."""
        found = []
        for place in function.decorators:
            expression = module.expression(place)
            place = expression.function if isinstance(expression, Call) else place
            targets = self._classes.targets(module, place)
            found.append(targets[0].path if targets and isinstance(targets[0], External) else "")
        return found

    def _targets(self, targets: Iterable[Target]) -> Values:
        return frozenset(self._target(target) for target in targets)

    def _target(self, target: Target) -> Value:
        if isinstance(target, Definition):
            if target.kind == "class":
                return ClassValue(target)
            if target.kind == "function":
                return FunctionValue(target)
            return self._variable(target)
        if isinstance(target, ModuleTarget):
            return ModuleValue(target.module)
        return ExternalValue(target.path) if isinstance(target, External) else Anything()

    def _variable(self, definition: Definition) -> Value:
        module = self._index.by_path[definition.path]
        found = _union(self._binding(module, binding) for binding in module.exported(definition.name))
        return next(iter(found)) if len(found) == 1 else Anything()

    # --- annotations

    def annotated(self, module: Module, place: int) -> Values:
        """What a value can be that is declared with the annotation at `place`."""
        expression = module.expression(place)
        if isinstance(expression, Choice):
            found = _union(self.annotated(module, option) for option in expression.options)
            return found - _NONE or found
        if isinstance(expression, Subscript):
            return self._generic(module, expression)
        if isinstance(expression, Literal):
            return frozenset({PlainValue(expression.type)})
        if not isinstance(expression, (Name, Attribute)):
            return UNSETTLED
        if _last_name(expression) == "Self":
            owner = module.enclosing_class(expression.block)
            return frozenset({InstanceValue(self._classes.of_fact(module, owner), False)}) if owner >= 0 else UNSETTLED
        targets = self._classes.targets(module, place)
        return _union(self._instance(target) for target in targets) or UNSETTLED

    def _generic(self, module: Module, expression: Subscript) -> Values:
        name = _last_name(module.expression(expression.value))
        index = module.expression(expression.index)
        arguments = index.items if isinstance(index, Items) else (expression.index,)
        if name in _WRAPPERS:
            return self.annotated(module, arguments[0]) - _NONE
        if name == "Union":
            return _union(self.annotated(module, argument) for argument in arguments) - _NONE
        if name in ("type", "Type"):
            return frozenset(
                ClassValue(value.definition) if isinstance(value, InstanceValue) else Anything()
                for value in self.annotated(module, arguments[0])
            )
        if name in ("Awaitable", "Coroutine"):
            return frozenset({AwaitableValue(self.annotated(module, arguments[-1]))})
        return self.annotated(module, expression.value)

    def _instance(self, target: Target) -> Values:
        if isinstance(target, Definition) and target.kind == "class":
            return frozenset({InstanceValue(target, False)})
        if isinstance(target, External) and target.path not in _ANYTHING_GOES:
            name = target.path.removeprefix("builtins.")
            return frozenset({PlainValue(name)}) if name in _PLAIN_TYPES else frozenset({PlainValue(target.path)})
        return UNSETTLED

    # --- members

    def _member(self, value: Value, name: str) -> Values:
        if isinstance(value, (ClassValue, InstanceValue)):
            return self._class_member(value, name)
        if isinstance(value, ModuleValue):
            return self._targets(item.target for item in self._index.member(value.module, name))
        if isinstance(value, ExternalValue):
            return frozenset({ExternalValue(f"{value.path}.{name}")})
        return UNSETTLED

    def _class_member(self, value: ClassValue | InstanceValue, name: str) -> Values:
        for owner in (value.definition, *self._classes.ancestry(value.definition).definitions):
            module, _ = self._classes.fact(owner)
            bindings = self._classes.own_bindings(owner, name)
            found = [self._member_binding(module, binding, value) for binding in bindings]
            for assignment in self._classes.assignments(owner, name):
                declared = assignment.annotation != NONE
                found.append(
                    self.annotated(module, assignment.annotation) if declared else self.values(module, assignment.value)
                )
            if found:
                merged = _union(found)
                return merged - _NONE or merged
        return UNSETTLED

    def _member_binding(self, module: Module, binding: Binding, receiver: ClassValue | InstanceValue) -> Values:
        if binding.kind != "function":
            return self._binding(module, binding)
        function = module.facts.functions[binding.value]
        definition = Definition(module.name, function.qualname, "function", module.file.path, binding.value)
        method = FunctionValue(definition, receiver)
        if isinstance(receiver, InstanceValue) and _PROPERTIES & set(self._decorators(module, function)):
            return self._returned(method)
        return frozenset({method})

    # --- calls

    def _called(self, module: Module, value: Value, call: Call) -> Values:
        if isinstance(value, ClassValue):
            return frozenset({InstanceValue(value.definition, True)})
        if isinstance(value, FunctionValue):
            return self._returned(value)
        if isinstance(value, ExternalValue):
            return self._external_call(module, value.path, call)
        return UNSETTLED

    def _external_call(self, module: Module, path: str, call: Call) -> Values:
        name = path.removeprefix("builtins.")
        if name in _PLAIN_TYPES - {"object"}:
            return frozenset({PlainValue(name)})
        if path in ("typing.cast", "typing_extensions.cast") and call.arguments:
            return self.annotated(module, call.arguments[0])
        if path in ("copy.copy", "copy.deepcopy") and call.arguments:
            return self.values(module, call.arguments[0])
        if name == "type" and len(call.arguments) == 1:
            values = self.values(module, call.arguments[0])
            return frozenset(ClassValue(v.definition) if isinstance(v, InstanceValue) else Anything() for v in values)
        return UNSETTLED

    def _returned(self, function: FunctionValue) -> Values:
        module = self._index.by_path[function.definition.path]
        fact = module.facts.functions[function.definition.index]
        decorators = set(self._decorators(module, fact))
        if not decorators <= _TRANSPARENT | _PROPERTIES and fact.returns == NONE:
            return UNSETTLED
        if decorators & _CONTEXT_MANAGERS or ("generator" in fact.traits and fact.returns == NONE):
            return UNSETTLED
        values = self._declared_or_returned(module, fact, function)
        return frozenset({AwaitableValue(values)}) if "async" in fact.traits else values

    def _declared_or_returned(self, module: Module, fact: FunctionFact, function: FunctionValue) -> Values:
        if fact.returns != NONE:
            declared = self.annotated(module, fact.returns)
        else:
            declared = _union(self.values(module, place) for place in fact.returned) or _NONE
            declared = declared - _NONE or declared
        return frozenset(self._as_receiver(value, module, fact, function) for value in declared)

    def _as_receiver(self, value: Value, module: Module, fact: FunctionFact, function: FunctionValue) -> Value:
        """`Self`, `cls(...)` and `self` mean the receiver's class, which may be a subclass of the method's."""
        if not isinstance(value, InstanceValue) or function.receiver is None or fact.owner == NONE:
            return value
        if value.definition == self._classes.of_fact(module, fact.owner):
            return InstanceValue(function.receiver.definition, value.exact)
        return value

    # --- context managers

    def _entered(self, value: Value, is_async: bool) -> Values:
        if not isinstance(value, InstanceValue):
            return UNSETTLED
        entered = self._class_member(value, "__aenter__" if is_async else "__enter__")
        results = _union(
            self._returned(method) if isinstance(method, FunctionValue) else UNSETTLED for method in entered
        )
        if is_async:
            results = _union(item.values if isinstance(item, AwaitableValue) else UNSETTLED for item in results)
        return results

    def _entered_from_function(self, module: Module, place: int) -> Values:
        """What `with f() as x` gives for a generator function decorated as a context manager."""
        call = module.expression(place)
        if not isinstance(call, Call):
            return UNSETTLED
        found: list[Values] = []
        for value in self.values(module, call.function):
            if not isinstance(value, FunctionValue):
                return UNSETTLED
            home = self._index.by_path[value.definition.path]
            fact = home.facts.functions[value.definition.index]
            if not _CONTEXT_MANAGERS & set(self._decorators(home, fact)):
                return UNSETTLED
            found += (self.values(home, yielded) for yielded in fact.yielded)
        return _union(found) or UNSETTLED


def _union(parts: Iterable[Values]) -> Values:
    return _NOTHING.union(*parts)


def _last_name(expression: object) -> str:
    return getattr(expression, "id", "") or getattr(expression, "name", "")


_PLAIN: dict[type, str] = {Text: "str", Join: "str", Mapping: "dict"}
_HANDLERS: dict[type, Callable[..., Values]] = {
    Name: Inference._name,
    Attribute: Inference._attribute,
    Call: Inference._call,
    Await: Inference._await,
    Choice: Inference._choice,
    Text: Inference._plain,
    Join: Inference._plain,
    Mapping: Inference._plain,
    Literal: Inference._literal,
    Items: Inference._items,
}

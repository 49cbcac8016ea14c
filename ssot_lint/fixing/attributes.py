"""Whether reading an attribute gives what is there, or runs code of its class: a property, or `__getattr__`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from ssot_lint.index import Definition, External, Module, ModuleTarget
from ssot_lint.index.values import ClassValue, FunctionValue, InstanceValue, ModuleValue, Perhaps, PlainValue, Value
from ssot_lint.model.facts import NONE, Attribute, Binding, Call, FunctionFact, Literal, Name, Text, last_name
from ssot_lint.rules.context import Knowledge

PLAIN, OPEN, COMPUTED = "plain", "open", "computed"
_WEIGHT = {PLAIN: 0, OPEN: 1, COMPUTED: 2}
_FIELDS = frozenset({"field", "Field", "attrib", "attr", "ib"})
"""What stands in the body of a class for a value that each instance has for itself."""


class Attributes:
    """Answers for the attributes that one file reads.

    Each answer is `PLAIN`, `COMPUTED` (code is run, which does more than to hand on an attribute), or `OPEN` where that
    cannot be told.
    """

    def __init__(self, module: Module, knowledge: Knowledge) -> None:
        self._module = module
        self._knowledge = knowledge

    def among(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The worst of those whose names stand between two places in the text."""
        return _worst(
            self._read(item) for _, item in self._module.all_of(Attribute)
            if start <= (item.line, item.column) < end and item.context == "load"
        )

    def _read(self, item: Attribute) -> str:
        targets = [found.target for found in self._knowledge.index.reference(self._module, item.value)]
        known = [self._of_target(target, item.name) for target in targets]
        if known and OPEN not in known:
            return _worst(known)
        values = self._knowledge.inference.values(self._module, item.value)
        return _worst(self._of_value(value, item.name) for value in values) if values else OPEN

    def _of_target(self, target: object, name: str) -> str:
        if isinstance(target, ModuleTarget):
            return self._of_module(target.module, name)
        if isinstance(target, External):
            return PLAIN if target.path.partition(".")[0] in {*sys.stdlib_module_names, target.path} else OPEN
        return PLAIN if isinstance(target, Definition) and target.kind != "variable" else OPEN

    def _of_module(self, name: str, attribute: str) -> str:
        module = self._knowledge.index.module(name, self._module)
        computes = module is not None and module.facts.has_getattr and attribute not in module.names
        return COMPUTED if computes else PLAIN

    def _of_value(self, value: Value, name: str) -> str:
        if isinstance(value, Perhaps):
            return self._of_value(value.value, name)
        if isinstance(value, InstanceValue):
            return self._of_instance(value, name)
        if isinstance(value, ModuleValue):
            return self._of_module(value.module, name)
        is_builtin = isinstance(value, PlainValue) and "." not in value.type
        return PLAIN if is_builtin or isinstance(value, (ClassValue, FunctionValue)) else OPEN

    # --- instances

    def _of_instance(self, value: InstanceValue, name: str) -> str:
        classes = self._knowledge.classes
        if any(classes.owners(value.definition, "__getattribute__")):
            return COMPUTED
        found = self._inherited(classes.lineage(value.definition), name)
        if not found:
            return COMPUTED if any(classes.owners(value.definition, "__getattr__")) else OPEN
        below = [] if value.exact else [
            self._own(item, name) for item in classes.binders(name)
            if value.definition in classes.ancestry(item).definitions
        ]
        return _worst([found, *below])

    def _inherited(self, lineage: Iterable[Definition], name: str) -> str:
        """What the nearest class that knows it makes of it; "" where none does."""
        return next(filter(None, (self._own(definition, name) for definition in lineage)), "")

    def _own(self, definition: Definition, name: str) -> str:
        """What a class by itself makes of an attribute of its instances; "" where it knows none of the name."""
        classes = self._knowledge.classes
        module, _ = classes.fact(definition)
        if bindings := classes.own_bindings(definition, name):
            return _worst(self._bound(module, binding) for binding in bindings)
        return PLAIN if classes.assignments(definition, name) else ""

    def _bound(self, module: Module, binding: Binding) -> str:
        """What a binding in the body of a class makes of it."""
        if binding.kind == "function":
            return self._of_function(module, module.facts.functions[binding.value])
        value = module.expression(binding.value) if binding.kind == "assign" and binding.value != NONE else None
        if isinstance(value, Call):
            called = last_name(module.expression(value.function))
            return PLAIN if called in _FIELDS else COMPUTED if called == "property" else OPEN
        return OPEN if binding.kind == "other" or isinstance(value, Name) else PLAIN

    def _of_function(self, module: Module, function: FunctionFact) -> str:
        effect = self._knowledge.inference.decorators.effect(module, function)
        if effect.property or effect.accessor:
            return PLAIN if effect.property and _hands_on(module, function) else COMPUTED
        return OPEN if effect.foreign or effect.replaced else PLAIN


def _hands_on(module: Module, function: FunctionFact) -> bool:
    """Whether all that a property does is to give an attribute, or a constant."""
    blocks = {index for index, block in enumerate(module.facts.blocks) if block.scope == function.scope}
    inside = (item for item in module.facts.expressions if getattr(item, "block", NONE) in blocks)
    does_more = any(not isinstance(item, (Name, Attribute, Text)) for item in inside)
    returned = [module.expression(place) for place in function.returned]
    binds = any(binding.block in blocks and binding.kind != "parameter" for binding in module.facts.bindings)
    return not does_more and not binds and all(isinstance(item, (Name, Attribute, Text, Literal)) for item in returned)


def _worst(found: Iterable[str]) -> str:
    return max(found, key=_WEIGHT.__getitem__, default=PLAIN)

"""Small projects from text, and questions about the arguments of `ask(...)` in them."""

from __future__ import annotations

from collections.abc import Mapping

from ssot_lint.facts import facts_of_text
from ssot_lint.index import Module, Modules, ProjectIndex
from ssot_lint.index.values import (
    Anything,
    AwaitableValue,
    ClassValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    ManagerValue,
    ModuleValue,
    Perhaps,
    SuperValue,
    Value,
    Values,
)
from ssot_lint.model.facts import Call, Name
from ssot_lint.model.source import SourceFile

SHARED = {
    "chat.engine": "class Engine:\n    pass\n",
    "chat.other": "class Other:\n    def create(self): ...\n",
}
IMPORTS = "from chat.engine import Engine\nfrom chat.other import Other\n"


def index_of(files: Mapping[str, str]) -> ProjectIndex:
    """The index of modules, dotted name -> text, with those that every test shares."""
    texts = {**SHARED, **files}
    return ProjectIndex(Modules([module_of(name, text) for name, text in texts.items()]))


def module_of(name: str, text: str) -> Module:
    path = name.replace(".", "/") + ".py"
    return Module.of(SourceFile(path, f"/nowhere/{path}", (name,)), facts_of_text(text))


def asked(module: Module) -> list[int]:
    """The places of what stands in `ask(...)`, in the order of the text."""
    expressions = module.facts.expressions
    return [
        call.arguments[0] for call in expressions
        if isinstance(call, Call) and isinstance(name := expressions[call.function], Name) and name.id == "ask"
    ]


def shown(values: Values) -> str:
    """`Engine()` for an instance, `Engine` for the class, `?` for what is not settled, `??` for what is open."""
    return " | ".join(sorted(map(_shown, values)))


def _shown(value: Value) -> str:
    if isinstance(value, ClassValue):
        return value.definition.name + ("" if value.exact else "+")
    if isinstance(value, InstanceValue):
        return value.definition.name + ("()" if value.exact else "+()")
    if isinstance(value, Perhaps):
        return f"perhaps {_shown(value.value)}"
    if isinstance(value, Anything):
        return "??" if value.path else "?"
    if isinstance(value, (AwaitableValue, ManagerValue)):
        return f"{type(value).__name__.removesuffix('Value').lower()} {shown(value.values)}"
    if isinstance(value, (FunctionValue, SuperValue)):
        return f"{type(value).__name__.removesuffix('Value').lower()} {value.definition.name}"
    if isinstance(value, ModuleValue):
        return f"module {value.module}"
    return f"outside {value.path}" if isinstance(value, ExternalValue) else value.type

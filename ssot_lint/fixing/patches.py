"""Whether the project replaces something at run time at one place: whoever is to see that has to look there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ssot_lint.fixing.spelled import may_set
from ssot_lint.index import Module, ModuleTarget, ProjectIndex
from ssot_lint.model.facts import Attribute, Call
from ssot_lint.model.policy import ObjectPath

_OBJECT = frozenset({"object", "setattr", "delattr", "multiple"})
_SETTING = frozenset({"setattr", "delattr"})


class Patches:
    """Answers for one project, each question once."""

    def __init__(self, index: ProjectIndex) -> None:
        self._index = index

    def of(self, module: str, name: str) -> str:
        """The path of a file that patches or assigns a name of a module; empty where none does."""
        first = lambda index: Patches(index)._first(Patches._replaces, module, name)  # noqa: E731
        return self._index.once(("patched", module, name), first)

    def _first(self, does: Callable[[Patches, Module, str, str], bool], module: str, name: str) -> str:
        """The path of the first file that does something to a name of a module."""
        others = (other for other in self._index.with_word(name) if name and may_set(self._index, other, name))
        return next((other.file.path for other in others if does(self, other, module, name)), "")

    def doubt(self, old: ObjectPath) -> str:
        """Why it matters that something is taken from an old place; empty where it does not."""
        name = old.name.partition(".")[0]
        path = self.of(old.module, name) if name else ""
        return f"{path} patches or assigns `{old.module}.{name}`, which would not be seen any more" if path else ""

    def doubt_new(self, new: ObjectPath) -> str:
        """Why the new place may have something else by now than the old one took from it; empty where nothing says so.

        What tests replace, and put back, is not meant: it would be taken from the old place just as well.
        """
        name = new.name.partition(".")[0]
        first = lambda index: Patches(index)._first(Patches._assigns, new.module, name)  # noqa: E731
        path = self._index.once(("assigned", new.module, name), first)
        return f"{path} assigns `{new.module}.{name}`: the old place may have what was there before" if path else ""

    def _assigns(self, other: Module, module: str, name: str) -> bool:
        calls = (call for _, call in other.all_of(Call) if _is_setting(other, call))
        return self._sets(other, module, name) or any(self._patches(other, call, module, name) for call in calls)

    def _sets(self, other: Module, module: str, name: str) -> bool:
        """Whether a file assigns a name of a module as an attribute."""
        return name in other.noted("set", _names_set) and any(
            item.name == name and item.context != "load" and self._is(other, item.value, module)
            for _, item in other.all_of(Attribute)
        )

    def _replaces(self, other: Module, module: str, name: str) -> bool:
        if self._sets(other, module, name):
            return True
        given = self._index.once(("given", other.file.path), partial(_texts_given, other.file.path))
        if any(self._names(text, module, name) for text in given.get(name, ())):
            return True
        return any(self._patches(other, call, module, name) for _, call in other.all_of(Call))

    def _patches(self, other: Module, call: Call, module: str, name: str) -> bool:
        called = other.last_name(call.function)
        if called not in _OBJECT or not (call.arguments or call.keywords):
            return False
        keywords = {keyword for keyword, _ in call.keywords}
        if name not in keywords and not any(name in self._texts(other, value) for value in call.arguments[1:2]):
            return False
        owner = dict(call.keywords).get("target", (*call.arguments, *(value for _, value in call.keywords))[0])
        return module in self._texts(other, owner) or self._is(other, owner, module)

    def _texts(self, other: Module, place: int) -> list[str]:
        return self._index.constant_texts(other, place)

    def _names(self, text: str, module: str, name: str) -> bool:
        """Whether a text is a path to the name of the module, or to something in it."""
        parts = text.replace(":", ".").split(".")
        owners = (".".join(parts[:place]) for place, part in enumerate(parts) if place and part == name)
        return any(owner == module or self._leads(owner, module) for owner in owners)

    def _leads(self, path: str, module: str) -> bool:
        """Whether a dotted path means a module: one that another module has under a name of its own."""
        outer, _, last = path.rpartition(".")
        if self._index.module(outer) is None:
            return False
        return any(_is_module(found.target, module) for found in self._index.member(outer, last))

    def _is(self, other: Module, place: int, module: str) -> bool:
        return any(_is_module(found.target, module) for found in self._index.reference(other, place))


def _is_setting(module: Module, call: Call) -> bool:
    """Whether it is `setattr` itself that is called, and no method of that name: tests put back what theirs sets."""
    return getattr(module.expression(call.function), "id", "") in _SETTING


def _names_set(module: Module) -> Iterator[str]:
    """The names of the attributes that a file sets."""
    return (item.name for _, item in module.all_of(Attribute) if item.context != "load")


def _texts_given(path: str, index: ProjectIndex) -> dict[str, list[str]]:
    """Name -> the dotted strings that a file passes to calls and in which it stands behind a dot."""
    module = index.at(path)
    found: dict[str, dict[str, None]] = {}
    for _, call in module.all_of(Call):
        for value in (*call.arguments, *(value for _, value in call.keywords)):
            for text in index.constant_texts(module, value):
                for part in text.replace(":", ".").split(".")[1:]:
                    if part.isidentifier():
                        found.setdefault(part, {})[text] = None
    return {part: list(texts) for part, texts in found.items()}


def _is_module(target: object, module: str) -> bool:
    return isinstance(target, ModuleTarget) and target.module == module

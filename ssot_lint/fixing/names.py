"""Whether the names that a file offers are still there after a change, and still mean the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from ssot_lint.engine import Draft
from ssot_lint.files import Unreadable, read
from ssot_lint.fixing.bound import newly_missing, newly_unbound
from ssot_lint.fixing.loaded import not_loaded
from ssot_lint.fixing.spelled import attributes_of, names_spelled
from ssot_lint.fixing.takers import may_take
from ssot_lint.fixing.ways import new_capture, unbound_way
from ssot_lint.index import Definition, Missing, Module, ProjectIndex, Resolution
from ssot_lint.model.facts import Attribute, Import, Name, Text

_UNKNOWN_STAR = "*"


def lost_name(path: str, before: Draft, after: Draft, meant: Collection[str]) -> str:
    """Why a change of one file leaves names dangling, in it or in other files; empty where it does not.

    Args:
        meant: names that the file is to bind no more.
    """
    was, is_now = _Offer(before.module(path), before), _Offer(after.module(path), after)
    lost = was.names - is_now.names
    for name in sorted(lost):
        if _is_listed(is_now.module, name):
            return f"`{name}`, which `__all__` lists, would be bound no more"
    if _UNKNOWN_STAR in lost:
        return "it would take away a star import whose names cannot be told"
    if unbound := newly_unbound(was.module, was.index, is_now.module, is_now.index):
        return f"`{unbound}` would be used where nothing binds it"
    if reason := _misbound(was.module, is_now.module):
        return reason
    needed = _needed_elsewhere(path, lost, was.index, is_now.index, after) if lost else ""
    needed = needed or not_loaded(path, before, after, is_now.index)
    missing = "" if needed else newly_missing(was.module, is_now.module, meant)
    return needed or (f"`{missing}` would be bound no more" if missing else "")


def _misbound(was: Module, is_now: Module) -> str:
    if name := new_capture(was, is_now):
        return f"a pattern would bind `{name}`, and compare with nothing"
    return unbound_way(was, is_now)


def other_meaning(path: str, before: Draft, after: Draft) -> str:
    """Which top-level name of a file would mean something else after a change of it; empty where none would."""
    was, is_now = (ProjectIndex(draft.modules) for draft in (before, after))
    old, new = before.module(path), after.module(path)
    for name in sorted({binding.name for binding in old.import_bindings} & new.names):
        known = _identities(was.member(old.name, name, old))
        if known and None not in known and not _identities(is_now.member(new.name, name, new)) <= known:
            return f"`{name}` would mean something else"
    return ""


class _Offer:
    """What a file offers to others.

    Attributes:
        names: those that it binds or that star imports bring; `_UNKNOWN_STAR` where these cannot be told.
    """

    def __init__(self, module: Module, draft: Draft) -> None:
        self.module = module
        self.index = ProjectIndex(draft.modules)
        self.names = self._offered(module, frozenset())

    def _offered(self, module: Module, seen: frozenset[str]) -> set[str]:
        found = set(module.names)
        for star in module.stars if module.file.path not in seen else ():
            source = module.absolute(star)
            home = self.index.module(source, module)
            if home is None:
                found.add(_UNKNOWN_STAR)
                continue
            further = self._offered(home, seen | {module.file.path})
            found |= {name for name in further if name == _UNKNOWN_STAR or self._brings(source, name, module)}
        return found

    def _brings(self, source: str, name: str, module: Module) -> bool:
        return self.index.offers_to_star(source, name, module)


def _is_listed(module: Module, name: str) -> bool:
    exports = module.facts.exports
    return exports is not None and name in exports.names


def _identities(found: Iterable[Resolution]) -> set[tuple[str, str] | None]:
    """What names mean, free of positions; None for what is not known for sure, and for modules.

    A module that took another's place is never the same one, and what is taken from it may well be.
    """
    targets = (item.target for item in found)
    return {(target.path, target.name) if isinstance(target, Definition) else None for target in targets}


def _needed_elsewhere(path: str, lost: set[str], was: ProjectIndex, is_now: ProjectIndex, draft: Draft) -> str:
    dotted = {f"{module}.{name}" for module in draft.module(path).file.modules for name in lost}
    words = [name.encode("utf-8", "surrogatepass") for name in lost]
    for other in draft.modules.by_path.values():
        if other.file.path == path or not _may_hold(other, words, draft):
            continue
        if not lost.isdisjoint(other.noted("used", _names_used)):
            for name, resolve in _uses(other, lost, dotted):
                if _is_there(resolve(was)) and not _is_there(resolve(is_now)):
                    return f"`{name}`, which {other.file.path} takes from here, would be gone"
        taken = (name for name in lost if may_take(was, other, draft.module(path).file.modules, name))
        if name := next(taken, ""):
            return f"`{name}`, which {other.file.path} may take from here, would be gone"
    return ""


def _names_used(module: Module) -> Iterator[str]:
    """The names that a file imports, reads, takes from something, or has in a string."""
    yield from (fact.name for fact in module.facts.imports)
    yield from (item.id for _, item in module.all_of(Name))
    yield from attributes_of(module)
    yield from names_spelled(module)


def _may_hold(module: Module, words: Iterable[bytes], draft: Draft) -> bool:
    try:
        path = module.file.path
        data = draft.texts[path].encode("utf-8", "surrogatepass") if path in draft.texts else read(module.file)
    except Unreadable:
        return False
    return not data.isascii() or any(word in data for word in words)


Resolve = Callable[[ProjectIndex], Iterable[Resolution]]


def _uses(module: Module, lost: set[str], dotted: set[str]) -> Iterator[tuple[str, Resolve]]:
    """Where a file uses something of a lost name, and how to find out what it is."""
    for fact in module.facts.imports:
        if fact.name in lost:
            yield fact.name, _of_import(module, fact)
    for kind, name in ((Attribute, "name"), (Name, "id")):
        for place, expression in module.all_of(kind):
            if getattr(expression, name) in lost:
                yield getattr(expression, name), _of_reference(module, place)
    for _, text in module.all_of(Text):
        for path in dotted:
            if text.value == path or text.value.startswith(f"{path}."):
                yield path.rpartition(".")[2], _of_path(module, path)


def _of_import(module: Module, fact: Import) -> Resolve:
    return lambda index: index.of_import(module, fact)


def _of_reference(module: Module, place: int) -> Resolve:
    return lambda index: index.reference(module, place)


def _of_path(module: Module, path: str) -> Resolve:
    home, _, name = path.rpartition(".")
    return lambda index: index.member(home, name, module)


def _is_there(found: Iterable[Resolution]) -> bool:
    targets = [item.target for item in found]
    return bool(targets) and not all(isinstance(target, Missing) for target in targets)

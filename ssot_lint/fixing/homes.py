"""Which import statements bind what an expression begins with, and which of them say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.task import Task
from ssot_lint.fixing.uses import Uses
from ssot_lint.model.facts import Attribute, Import, Name, Text


def twins(manuscript: Manuscript, place: int) -> tuple[int, ...]:
    """The imports of one scope that bind a name to the same module, in the order of the text; the one itself too."""
    facts = manuscript.facts.imports
    known = _said(manuscript, facts[place]), scope_of(manuscript, place)
    return tuple(
        other for other, fact in enumerate(facts) if (_said(manuscript, fact), scope_of(manuscript, other)) == known
    )


def _said(manuscript: Manuscript, fact: Import) -> tuple[str, str]:
    """What an import binds, and to what; of `import a.b`, which binds `a`, only the path matters."""
    return fact.alias or fact.name, ".".join(filter(None, (manuscript.module.absolute(fact), fact.name)))


def homes(manuscript: Manuscript, uses: Uses, task: Task, heads: Mapping[int, Task]) -> list[int]:
    """The imports that bind what an expression begins with; of several, the ones that are to be changed."""
    root = root_of(manuscript, uses, task.remedy.place)
    if root < 0:
        return []
    name = manuscript.module.expression(root)
    assert isinstance(name, Name)
    bindings = uses.at(root, name).bindings
    if not bindings or any(binding.kind != "import" for binding in bindings):
        return []
    bound = [binding.value for binding in bindings]
    plain = [
        index for index, fact in enumerate(manuscript.facts.imports)
        if not fact.name and not fact.alias and fact.module.partition(".")[0] == name.id
        and scope_of(manuscript, index) == scope_of(manuscript, bound[-1])
    ]
    candidates = plain if any(place in plain for place in bound) else bound
    path = uses.at(root, name).path
    fitting = [place for place in candidates if place not in plain or _leads(manuscript, place, path)]
    chosen = [place for place in fitting if place in heads]
    nearest = max((len(manuscript.facts.imports[place].module) for place in chosen if place in plain), default=0)
    chosen = [place for place in chosen if place not in plain or len(manuscript.facts.imports[place].module) == nearest]
    return chosen[:1] or fitting[-1:]


def why_homeless(manuscript: Manuscript, uses: Uses, task: Task) -> str:
    root = root_of(manuscript, uses, task.remedy.place)
    name = manuscript.module.expression(root) if root >= 0 else None
    if isinstance(name, Name):
        use = uses.at(root, name)
        if use.bindings and all(binding.kind == "import" for binding in use.bindings):
            return f"no import that `{use.path}` sees loads what it is taken from"
    return "what it is taken from is bound in several ways, or not by an import"


def scope_of(manuscript: Manuscript, place: int) -> int:
    """The scope in which an import stands."""
    return manuscript.facts.blocks[manuscript.facts.imports[place].block].scope


def _leads(manuscript: Manuscript, place: int, path: str) -> bool:
    return f"{path}.".startswith(f"{manuscript.facts.imports[place].module}.")


def root_of(manuscript: Manuscript, uses: Uses, place: int) -> int:
    if isinstance(manuscript.module.expression(place), Text):
        return next((root for root, text in _asked(manuscript, uses) if text == place), -1)
    return uses.root(place)


def _asked(manuscript: Manuscript, uses: Uses) -> Iterable[tuple[int, int]]:
    for kind in (Name, Attribute):
        for owner, _ in manuscript.module.all_of(kind):
            asked = uses.asked_by_name(owner)
            if asked is not None:
                yield uses.root(owner), asked.place

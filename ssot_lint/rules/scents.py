"""What the configuration makes rules look for: the words, modules and classes of their triggers."""

from __future__ import annotations

from collections.abc import Iterable

from ssot_lint.files.dotted import last
from ssot_lint.model.policy import ObjectPath, Policy
from ssot_lint.model.triggers import Triggers


def all_of(triggers: Iterable[Triggers]) -> Triggers:
    """Triggers of several rules together."""
    found = list(triggers)
    return Triggers(
        words=frozenset().union(*(item.words for item in found)),
        names=frozenset().union(*(item.names for item in found)),
        uses=frozenset().union(*(item.uses for item in found)),
        passed=frozenset().union(*(item.passed for item in found)),
        deprecated=frozenset().union(*(item.deprecated for item in found)),
        patched=frozenset().union(*(item.patched for item in found)),
        globs=frozenset().union(*(item.globs for item in found)),
        bases=frozenset().union(*(item.bases for item in found)),
        probed=frozenset().union(*(item.probed for item in found)),
        heirs=frozenset().union(*(item.heirs for item in found)),
        kin=frozenset().union(*(item.kin for item in found)),
        built=frozenset().union(*(item.built for item in found)),
        makers=frozenset().union(*(item.makers for item in found)),
        below=frozenset().union(*(item.below for item in found)),
        homes=frozenset().union(*(item.homes for item in found)),
        originals=frozenset().union(*(item.originals for item in found)),
        literals=frozenset().union(*(item.literals for item in found)),
        modules=frozenset().union(*(item.modules for item in found)),
        codes=frozenset().union(*(item.codes for item in found)),
        dynamic=any(item.dynamic for item in found),
        everything=any(item.everything for item in found),
    )


def names_of_truths(policy: Policy) -> frozenset[str]:
    """The last parts of the canonical places: of an object its name, of a module the module's."""
    return frozenset(_last(truth.canonical) for truth in policy.truths)


def names_of_retired(policy: Policy) -> frozenset[str]:
    """The last parts of everything that `retired`, `moved` and `gone` list."""
    return frozenset(_last(item.path) for item in policy.retirements)


def names_of_removed(policy: Policy) -> frozenset[str]:
    """The members that `removed` lists."""
    return frozenset(member for truth in policy.truths for member in truth.removed)


def classes_of_removed(policy: Policy) -> frozenset[ObjectPath]:
    """The truths with removed members, and the names that they have retired."""
    truths = [truth for truth in policy.truths if truth.removed]
    paths = (path for truth in truths for path in (truth.canonical, *truth.retired))
    return frozenset(path for path in paths if path.name)


def territory(policy: Policy) -> frozenset[str]:
    """The modules of which every name matters: what is retired as a whole, and truths that are modules."""
    retired = (item.path.module for item in policy.retirements if not item.path.name)
    truths = (truth.canonical.module for truth in policy.truths if not truth.canonical.name)
    return frozenset((*retired, *truths))


def named_modules(policy: Policy) -> frozenset[str]:
    """Every module that the configuration names as something that exists."""
    paths: list[ObjectPath] = []
    modules: list[str] = []
    for truth in policy.truths:
        paths += (truth.canonical, *truth.retired, *truth.factories)
        paths += (*truth.duplicates.implements, *truth.duplicates.allow)
        modules += truth.facades
    for item in policy.retirements:
        paths += (item.path, *([item.replacement] if item.replacement else ()))
    return frozenset((*modules, *(path.module for path in paths)))


def series(policy: Policy) -> frozenset[str]:
    """The letters with which the codes of this project begin."""
    return frozenset(code.rstrip("0123456789") for code in policy.codes.values())


def _last(path: ObjectPath) -> str:
    return last(path.name or path.module)

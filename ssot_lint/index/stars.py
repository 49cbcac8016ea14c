"""Whether a name can come into a file by one of its star imports."""

from __future__ import annotations

from ssot_lint.index.module import Module
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.targets import Missing


def may_come_by_star(index: ProjectIndex, module: Module, name: str) -> bool:
    """Whether a star import of a file may bring a name; one from outside the project may bring any."""
    for star in module.stars:
        source = module.absolute(star)
        if index.module(source, module) is None:
            return True
        found = index.member(source, name, module) if index.offers_to_star(source, name, module) else ()
        if found and not all(isinstance(item.target, Missing) for item in found):
            return True
    return False

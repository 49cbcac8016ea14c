"""Whether an import can fail because modules import each other in a circle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial

from ssot_lint.fixing.running import imports_of, loaded_by, needed_by, run_by
from ssot_lint.index import Module, ProjectIndex

_MOST = 4_000
"""Modules that are looked at, the nearest first."""


def may_lead_back(index: ProjectIndex, module: Module, source: str, thorough: bool = True) -> bool:
    """Whether importing `source` while `module` is imported may come back to `module`, which is not ready then.

    Args:
        thorough: look at all that `source` imports in turn; else only at its own imports.
    """
    way, is_all = way_back(index, module, source, thorough)
    return bool(way) or not is_all


def way_back(
    index: ProjectIndex, module: Module, source: str, thorough: bool = True, most: int = _MOST
) -> tuple[tuple[str, ...], bool]:
    """The modules by way of which importing `source` comes back to `module`, itself the last; empty where none is seen.

    The second is whether everything was looked at.

    Args:
        thorough: look at all that `source` imports in turn; else only at its own imports.
        most: how many modules are looked at.
    """
    ways: dict[str, tuple[str, ...]] = {item.file.path: (item.name,) for item in loaded_by(index, source, module)}
    pending = deque(ways)
    while pending and len(ways) <= most:
        current = pending.popleft()
        for path, name in index.once(("runs", current), partial(run_by, current)):
            way = *ways[current], name
            if path == module.file.path:
                return way, True
            if thorough and path not in ways:
                ways[path] = way
                pending.append(path)
    return (), not pending


def new_circles(before: ProjectIndex, after: ProjectIndex, old: Module, new: Module) -> Iterator[tuple[str, ...]]:
    """The circles into which the changes of one file have brought it: each as the modules on the way, the file first.

    What gives way to something that has led back as well brings none.
    """
    sources, known = (dict.fromkeys(needed_by(index, module)) for index, module in ((after, new), (before, old)))
    if any(way_back(before, old, source)[0] for source in known if source not in sources):
        return
    ways = (way_back(after, new, source)[0] for source in sources if source not in known)
    yield from dict.fromkeys((new.name, *way) for way in ways if way)


def is_imported_at_once(module: Module, source: str) -> bool:
    """Whether a module imports another one as soon as it is imported itself."""
    return any(source in names for names in imports_of(module))

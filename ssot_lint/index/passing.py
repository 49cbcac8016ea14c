"""What a file hands on, with the modules that its imports mean."""

from __future__ import annotations

import msgspec

from ssot_lint.facts.passing import Passing, as_written
from ssot_lint.index.module import Module


def passing_of(module: Module) -> Passing:
    """What others can get from a file."""
    return placed(module, as_written(module.facts))


def placed(module: Module, written: Passing) -> Passing:
    """The same as it is written, with absolute modules."""
    if not any(item.module.startswith(".") for item in written.brought):
        return written
    brought = (msgspec.structs.replace(item, module=module.absolute_of(item.module)) for item in written.brought)
    return msgspec.structs.replace(written, brought=tuple(brought))

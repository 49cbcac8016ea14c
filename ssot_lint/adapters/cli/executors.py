"""What `--executor` names: who does the work on files, other than processes of this machine."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext

from ssot_lint.adapters.version import version
from ssot_lint.errors import UsageError
from ssot_lint.facts.processes import Mapper

_DASK = re.compile(r"dask:(?P<address>(?:tcp|tls)://(?:\[[0-9A-Fa-f:.]+\]|[\w.-]+):[0-9]{1,5})/?", re.ASCII)


def started(text: str | None) -> AbstractContextManager[Mapper | None]:
    """The executor, to be used in a `with` block; None where none is asked for.

    Raises:
        UsageError: the text is none that we know; from the block, that there is nothing fit at the address.
    """
    if text is None:
        return nullcontext()
    match = _DASK.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--executor: found `{text}`; expected the scheduler of a Dask cluster, dask:tcp://HOST:PORT (or tls://)"
        )
    from ssot_lint.facts.cluster import connected

    return connected(match["address"], version)

"""What a user is told when ssot-lint itself fails."""

from __future__ import annotations

import os
import platform
import traceback

from ssot_lint.adapters.version import version

DEBUG = "SSOT_LINT_DEBUG"


def description(error: BaseException) -> str:
    """What to report: the error, where it arose, and on what; the traceback too where SSOT_LINT_DEBUG=1 asks for it."""
    lines = [
        f"internal error: {type(error).__name__}: {error}{_place(error)}",
        "This is a defect of ssot-lint, not of your code. Please report it with these lines:",
        f"ssot-lint {version()}, Python {platform.python_version()}, {platform.platform()}",
    ]
    if os.environ.get(DEBUG) == "1":
        return "\n".join([*lines, "".join(traceback.format_exception(error)).rstrip()])
    return "\n".join([*lines, f"Set {DEBUG}=1 for the traceback."])


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "ssot_lint" in frame.filename] or list(frames)
    if not ours:
        return ""
    path = ours[-1].filename.replace(os.sep, "/")
    return f" (in {'/'.join(path.split('/')[-3:])}, line {ours[-1].lineno})"

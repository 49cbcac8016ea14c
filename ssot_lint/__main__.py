"""`python -m ssot_lint` and the script `ssot-lint`."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; `sys.argv` where no arguments are given.

    Returns:
        the exit status: 0 clean, 1 violations, 2 usage or configuration error, 3 a defect of ssot-lint itself,
        130 interrupted.
    """
    try:
        from ssot_lint.adapters.cli.app import run

        return run(argv)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())

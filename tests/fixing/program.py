"""ssot-lint with planners written by hand: `python -m tests.fixing.program PLANNER ARGUMENTS...`."""

from __future__ import annotations

import sys

from ssot_lint.__main__ import main
from ssot_lint.fixing import planning
from tests.fixing.planners import PLANNERS

if __name__ == "__main__":
    planner = PLANNERS[sys.argv[1]]
    planning.planners = lambda rename=False: (planner,)
    sys.exit(main(sys.argv[2:]))

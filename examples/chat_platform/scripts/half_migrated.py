"""Exports all answers of a user as CSV. Rewritten by migrate_imports.sh in the night of the 3.0 release."""

import csv
import sys

from chat.agents.user_execution_engine import ExecutionEngine as UserExecutionEngine as Engine


def export(engine: Engine) -> None:
    """Write the engine's results to standard output."""
    writer = csv.writer(sys.stdout)
    for result in engine.results:
        writer.writerow([result.agent, result.text])

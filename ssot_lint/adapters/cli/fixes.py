"""What `fix` would do about each violation, for the formats that show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ssot_lint.adapters.cli.inspection import Checked, Outcome, in_order
from ssot_lint.engine import Draft
from ssot_lint.fixing import planning
from ssot_lint.fixing.opening import opened
from ssot_lint.model.violation import Fix, Violation

MARK = "\ufeff"
CHANGED = Fix("manual", reason="the file has changed since it was checked: check it again")
UNREADABLE = Fix("manual", reason="the file cannot be read as Python reads it")


def with_fixes(outcome: Outcome) -> tuple[Violation, ...]:
    """The violations, each with its fix."""
    return in_order(
        checked.shown(violation) for checked in outcome.checked for violation in _of_project(checked, outcome.since)
    )


def _of_project(checked: Checked, since: int) -> Iterator[Violation]:
    for path, found in by_path(checked.violations):
        if not any(violation.remedy for violation in found):
            yield from (planning.with_fix(violation, None) for violation in found)
    curable = {path: found for path, found in by_path(checked.violations) if any(one.remedy for one in found)}
    if not curable:
        return
    files = opened(checked.project, curable, since)
    texts = {path: files.contents[path].text for path in files.young}
    draft = checked.project.draft({**texts, **checked.buffers})
    for path, found in curable.items():
        if path in files.young and path not in checked.buffers and not _are_still_there(found, draft, path):
            yield from (planning.with_fix(violation, CHANGED) for violation in found)
            continue
        text = checked.buffers.get(path) or (files.contents[path].text if path in files.contents else "")
        if text and not text.startswith(MARK):
            yield from planning.with_fixes(draft, path, text, found, planning.planners())
        else:
            yield from (planning.with_fix(violation, UNREADABLE) for violation in found)


def _are_still_there(found: Sequence[Violation], draft: Draft, path: str) -> bool:
    """Whether a file that somebody may have changed meanwhile still has what was found in it."""
    now = draft.judgement(path).found
    return all(violation in now for violation in found)


def by_path(violations: Iterable[Violation]) -> Iterator[tuple[str, Sequence[Violation]]]:
    """The violations of each file."""
    ordered = sorted(violations, key=lambda violation: violation.path)
    return ((path, list(found)) for path, found in groupby(ordered, key=lambda violation: violation.path))

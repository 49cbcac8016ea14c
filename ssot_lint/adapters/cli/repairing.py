"""Paths -> files that are fixed: one project for each configuration that governs something asked for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from ssot_lint.adapters.cli.fixes import by_path
from ssot_lint.adapters.cli.inspection import Checked, Effort, Outcome, display, in_order
from ssot_lint.adapters.cli.progress import Progress
from ssot_lint.adapters.workspace import open_project
from ssot_lint.engine import Project
from ssot_lint.fixing.backups import Journal
from ssot_lint.fixing.circles import new_circles
from ssot_lint.fixing.content import Content
from ssot_lint.fixing.diff import patch, patched_as
from ssot_lint.fixing.opening import Opened, folders, opened
from ssot_lint.fixing.pending import Left, Repair, Terms
from ssot_lint.fixing.planning import with_fix
from ssot_lint.fixing.repairing import repaired
from ssot_lint.fixing.saving import Stop, saved
from ssot_lint.fixing.writing import remove_strays
from ssot_lint.model.policy import Policy
from ssot_lint.model.violation import Fix, Violation
from ssot_lint.reporters.repairs import Circle, Repairs

DANGLING = "missing-import"
BY_HAND = "it stands in the configuration, which no fix changes"


class Plan(msgspec.Struct, frozen=True):
    """What is to be done to the files of one project.

    Attributes:
        repairs: of the files that can be read.
        unread: what is reported of the others.
    """

    checked: Checked
    files: Opened
    repairs: Sequence[Repair]
    unread: Sequence[Left]


def plans(outcome: Outcome, terms: Terms, progress: Progress) -> list[Plan]:
    """Fix in memory what can be fixed."""
    return [_plan(checked, outcome.since, terms, progress) for checked in outcome.checked]


def _plan(checked: Checked, since: int, terms: Terms, progress: Progress) -> Plan:
    found = dict(by_path(filter(terms.selected, checked.violations)))
    entries = found.pop(os.path.basename(checked.configuration), ())
    files = opened(checked.project, found, since)
    unread = [_unread(violation, BY_HAND) for violation in entries]
    unread += [
        _unread(violation, reason if violation.remedy else "")
        for path, reason in files.unreadable.items() for violation in found[path]
    ]
    show = lambda done, of: progress.show("fixing", done, of)  # noqa: E731
    repairs = repaired(checked.project, files, terms, show, checked.asks_for) if files.contents else []
    return Plan(checked, files, repairs, unread)


def _unread(violation: Violation, reason: str) -> Left:
    return Left(with_fix(violation, Fix("manual", (), reason) if reason else None), violation, reason)


def patches(found: Iterable[Plan]) -> Iterator[bytes]:
    """Everything that is planned, as patches of one file each."""
    for plan in found:
        for repair in plan.repairs:
            if repair.is_changed:
                path = patched_as(plan.files.snapshots[repair.path].path, plan.checked.project.root)
                yield patch(path, repair.before.data, repair.after.data)


def after(found: Iterable[Plan], configuration: str) -> dict[str, Content]:
    """What the files of one project are to hold."""
    ours = (plan for plan in found if plan.checked.configuration == configuration)
    return {repair.path: repair.after for plan in ours for repair in plan.repairs if repair.is_changed}


def written(found: Iterable[Plan], stop: Stop, run: str, progress: Progress) -> list[Plan]:
    """Write what is planned, and say what became of it.

    Args:
        run: the name under which backups are kept; empty where none are wanted.
    """
    return [_written(plan, stop, run, progress) for plan in found]


def _written(plan: Plan, stop: Stop, run: str, progress: Progress) -> Plan:
    number = sum(repair.is_changed for repair in plan.repairs)
    if not number:
        return plan
    root = plan.checked.project.root
    remove_strays({*plan.checked.project.folders(), *folders(plan.files)})
    journal = Journal(root, run) if run else None
    done: list[Repair] = []
    for repair in saved(plan.repairs, plan.files, stop, journal):
        done.append(repair)
        progress.show("writing", len(done), len(plan.repairs))
    return msgspec.structs.replace(plan, repairs=done)


def repairs_of(found: Sequence[Plan]) -> Repairs:
    """What was planned or done, in all projects together."""
    changed = [(plan, repair) for plan in found for repair in plan.repairs if repair.is_changed]
    left = [(plan.checked, item) for plan in found for repair in plan.repairs for item in repair.left]
    left += ((plan.checked, item) for plan in found for item in plan.unread)
    return Repairs(
        fixed=in_order(plan.checked.shown(violation) for plan, repair in changed for violation in repair.fixed),
        refused=_refused(left),
        remaining=in_order(checked.shown(item.now) for checked, item in left),
        files=tuple(sorted(display(plan.checked.place(repair.path)) for plan, repair in changed)),
        remarks=_in_order(
            (plan.checked.shown(violation), said) for plan, repair in changed for violation, said in repair.remarks
        ),
    )


def _refused(left: Iterable[tuple[Checked, Left]]) -> tuple[tuple[Violation, str], ...]:
    reasons = {checked.shown(item.now): item.reason for checked, item in left if item.reason}
    return _in_order(reasons.items())


def _in_order(found: Iterable[tuple[Violation, str]]) -> tuple[tuple[Violation, str], ...]:
    said = dict(found)
    return tuple((violation, said[violation]) for violation in in_order(said))


# --- the whole project, before and after


class Validation:
    """Compares what whole projects show before and after they are fixed.

    Args:
        outcome: of the check that came before the fix.
    """

    def __init__(self, outcome: Outcome, effort: Effort) -> None:
        self._effort = effort
        self._checked = {checked.configuration: checked for checked in outcome.checked}
        self._before = {key: self._findings(checked, {}) for key, checked in self._checked.items()}

    def brought(self, contents: Callable[[str], Mapping[str, Content]]) -> tuple[Violation, ...]:
        """What is there now and was not there before.

        Args:
            contents: configuration -> path -> what stands in for the file on disk.
        """
        return in_order(violation for key in self._checked for violation in self._new(key, contents(key)))

    def circles(self, found: Iterable[Plan]) -> tuple[Circle, ...]:
        """The circles of imports into which files were brought."""
        return tuple(circle for plan in found for circle in self._circles(plan))

    def _circles(self, plan: Plan) -> Iterator[Circle]:
        changed = [repair for repair in plan.repairs if repair.is_changed]
        texts = ({item.path: item.before.text for item in changed}, {item.path: item.after.text for item in changed})
        project = self._fresh(plan.checked, {repair.path: repair.before for repair in changed})
        old, new = (project.draft(held) for held in texts)
        before, after = old.knowledge().index, new.knowledge().index
        for path in sorted(texts[0]):
            for modules in new_circles(before, after, old.module(path), new.module(path)):
                yield Circle(display(plan.checked.place(path)), modules)

    def _new(self, configuration: str, contents: Mapping[str, Content]) -> Iterator[Violation]:
        checked = self._checked[configuration]
        known = Counter(map(_ground, self._before[configuration]))
        for violation in self._findings(checked, contents):
            known[_ground(violation)] -= 1
            if known[_ground(violation)] < 0:
                yield checked.shown(violation)

    def _findings(self, checked: Checked, contents: Mapping[str, Content]) -> tuple[Violation, ...]:
        return self._fresh(checked, contents).check(whole=False).violations

    def _fresh(self, checked: Checked, contents: Mapping[str, Content]) -> Project:
        effort = self._effort
        overlay = {path: content.data for path, content in contents.items()}
        return open_project(
            checked.configuration, _strict(checked.project.policy), effort.jobs, effort.cache_dir, effort.no_cache,
            overlay=overlay, executor=effort.executor, today=checked.project.today,
        )


def _strict(policy: Policy) -> Policy:
    """The same configuration, but dangling imports are reported whatever it says."""
    if policy.severity.get(DANGLING) != "off":
        return policy
    return msgspec.structs.replace(policy, severity={**policy.severity, DANGLING: "error"})


def _ground(violation: Violation) -> tuple[str, ...]:
    return violation.path, violation.rule, violation.truth, violation.symbol

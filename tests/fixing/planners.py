"""Planners written by hand: one that does well, and mischievous ones, each to be caught by another mesh of the net."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ssot_lint.fixing.planning import Planner
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.fixing.ranges import Ranges
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Edit, Fix, Violation

OLD, NEW = "chat.old", "chat.engine"


def line_edit(page: Page, violation: Violation, change: Callable[[str], str]) -> Edit:
    """Replace the line of a violation, without its end, by what `change` makes of it."""
    ranges = Ranges(page.text)
    start = ranges.offset(violation.span.line, 1)
    rest = page.text[start:]
    length = min([rest.find(end) for end in "\r\n" if end in rest] or [len(rest)])
    return Edit(ranges.span(start, start + length), change(rest[:length]))


def by_line(change: Callable[[str], str], safety: str = "safe") -> Planner:
    """A planner that changes the line of each `import-bypass`."""

    def plan(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
        lines: dict[int, list[Violation]] = {}
        for violation in violations:
            if violation.rule == "import-bypass":
                lines.setdefault(violation.span.line, []).append(violation)
        why = "" if safety == "safe" else "who knows"
        return [
            Proposal(tuple(found), Fix(safety, (line_edit(page, found[0], change),), why)) for found in lines.values()
        ]

    return plan


def moved(line: str) -> str:
    """What is right."""
    return line.replace(OLD, NEW)


def unless(mark: str, change: Callable[[str], str]) -> Callable[[str], str]:
    """What is right, but `change` on lines that bear a mark."""
    return lambda line: change(line) if mark in line else moved(line)


GOOD = by_line(moved)
UNSAFE = by_line(moved, "unsafe")


def manual(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
    """A planner that knows why nothing can be done."""
    return [Proposal((violation,), Fix("manual", reason="nobody knows where that went")) for violation in violations]


def one_at_a_time(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
    """A planner whose proposals all touch the start of the file, so that only one can be made in a round."""
    found = GOOD(page, violations)
    mark = Edit(Span(1, 1, 1, 1), "")
    return [Proposal(item.violations, Fix("safe", (mark, *item.fix.edits))) for item in found]


PLANNERS: dict[str, Planner] = {
    "good": GOOD,
    "unsafe": UNSAFE,
    "manual": manual,
    "one-at-a-time": one_at_a_time,
    "leaking": by_line(lambda line: f"{moved(line)}; Motor = Engine"),  # another file takes `Motor` from here
    "losing": by_line(lambda line: f"{moved(line)}; from chat.engine import Gone"),
    "breaking": by_line(lambda line: f"{moved(line)} as A as B"),
}

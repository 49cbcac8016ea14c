"""What `fix` has done, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from ssot_lint.model.violation import Violation
from ssot_lint.reporters.formats.json import as_object
from ssot_lint.reporters.style import Style, harmless
from ssot_lint.reporters.totals import counted


class Circle(msgspec.Struct, frozen=True):
    """Modules that import one another in a circle; the first stands in the file at `path`."""

    path: str
    modules: tuple[str, ...]

    def shown(self, style: Style = Style(False)) -> str:
        """On one line."""
        return f"{style.paint(f'{harmless(self.path)}:', 'bold')} {harmless(' -> '.join(self.modules))}"


class Repairs(msgspec.Struct, frozen=True):
    """The outcome of a fix; paths are what the user is to see.

    Attributes:
        fixed: sorted; as reported before.
        refused: sorted; as reported afterwards, with the reasons.
        remaining: sorted; everything that is reported afterwards, what was refused included.
        files: paths of those that changed.
        remarks: what is to be said of some that were fixed; sorted.
        brought: what the whole project is found to have now and did not have before; None where nobody asked.
        circles: imports that lead back to their own file, as the whole project shows now and did not before.
        seconds: wall time of the run.
    """

    fixed: tuple[Violation, ...]
    refused: tuple[tuple[Violation, str], ...]
    remaining: tuple[Violation, ...]
    files: tuple[str, ...]
    brought: tuple[Violation, ...] | None = None
    seconds: float = 0.0
    version: str = ""
    remarks: tuple[tuple[Violation, str], ...] = ()
    circles: tuple[Circle, ...] = ()

    @property
    def is_worse(self) -> bool:
        """Whether the whole project shows something that it did not show before."""
        return bool(self.brought or self.circles)


def as_json(repairs: Repairs) -> str:
    """One object, ASCII only."""
    remarks = dict(repairs.remarks)
    document = {
        "version": repairs.version,
        "summary": {
            "fixed": len(repairs.fixed),
            "refused": len(repairs.refused),
            "remaining": len(repairs.remaining),
            "seconds": round(repairs.seconds, 3),
        },
        "files": list(repairs.files),
        "fixed": [_with_remark(violation, remarks.get(violation, "")) for violation in repairs.fixed],
        "refused": [{**as_object(violation), "reason": reason} for violation, reason in repairs.refused],
        "remaining": [as_object(violation) for violation in repairs.remaining],
    }
    if repairs.brought is not None:
        document["brought"] = [as_object(violation) for violation in repairs.brought]
        document["circles"] = [{"path": circle.path, "modules": list(circle.modules)} for circle in repairs.circles]
    return json.dumps(document, indent=2) + "\n"


def _with_remark(violation: Violation, remark: str) -> dict[str, object]:
    return {**as_object(violation), **({"remark": remark} if remark else {})}


def as_text(repairs: Repairs, colour: bool) -> str:
    """What was fixed, file by file; what was refused, reason by reason; what remains, rule by rule."""
    style = Style(colour)
    blocks = [
        list(_fixed(repairs.fixed, style)),
        *_said(repairs.remarks, "fixed, but", "green", style),
        *_said(repairs.refused, "refused", "yellow", style),
        list(_unknown(repairs, style)),
        list(_brought(repairs.brought or (), style)),
        list(_circles(repairs.circles, style)),
        [summary_line(repairs, style)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def summary_line(repairs: Repairs, style: Style, verb: str = "Fixed") -> str:
    """How much was fixed, refused, and remains."""
    found = len(repairs.fixed) + len(repairs.remaining)
    if not found:
        return f"{style.paint('Nothing to fix', 'green')} ({repairs.seconds:.2f} s)"
    fixed = f"{len(repairs.fixed):,} of {counted(found, 'violation')} in {counted(len(repairs.files), 'file')}"
    left = f"{len(repairs.refused):,} refused, {len(repairs.remaining):,} remaining"
    look = "red" if any(violation.severity == "error" for violation in repairs.remaining) else "green"
    return f"{style.paint(f'{verb} {fixed}; {left}', look)} ({repairs.seconds:.2f} s)"


def _fixed(violations: Sequence[Violation], style: Style) -> Iterator[str]:
    if violations:
        yield style.paint(f"{len(violations):,} fixed", "green")
        yield from _places(violations, style)


def _places(violations: Iterable[Violation], style: Style) -> Iterator[str]:
    """`chat/api.py: SOT101 on lines 3, 7; SOT103 on line 9`"""
    for path, group in groupby(violations, key=lambda violation: violation.path):
        lines: dict[str, list[int]] = {}
        for violation in group:
            lines.setdefault(violation.code, []).append(violation.span.line)
        listed = "; ".join(f"{code} on {_lines(numbers)}" for code, numbers in lines.items())
        yield f"  {style.paint(harmless(path), 'bold')}: {listed}"


def _lines(numbers: Sequence[int]) -> str:
    distinct = sorted(set(numbers))
    return f"line{'s' * (len(distinct) > 1)} {', '.join(map(str, distinct))}"


def _said(found: Sequence[tuple[Violation, str]], what: str, colour: str, style: Style) -> Iterator[list[str]]:
    """What is said of violations, the commonest first."""
    for reason, count in Counter(reason for _, reason in found).most_common():
        places = _places((violation for violation, why in found if why == reason), style)
        yield [f"{style.paint(f'{count:,} {what}', colour)}: {harmless(reason)}", *places]


def _unknown(repairs: Repairs, style: Style) -> Iterator[str]:
    refused = {violation for violation, _ in repairs.refused}
    counts = Counter(item.code + " " + item.rule for item in repairs.remaining if item not in refused)
    if counts:
        rules = ", ".join(f"{rule} ({count:,})" for rule, count in counts.most_common())
        yield f"{style.paint(f'{sum(counts.values()):,} to be fixed by hand', 'yellow')}: {rules}"
        yield from _places((item for item in repairs.remaining if item not in refused), style)


def _brought(brought: Sequence[Violation], style: Style) -> Iterator[str]:
    if brought:
        yield f"{style.paint(f'{len(brought):,} new', 'red')}: the whole project shows what it did not show before"
    yield from (f"  {placed(violation, style)}" for violation in brought)


def _circles(circles: Sequence[Circle], style: Style) -> Iterator[str]:
    if circles:
        yield f"{style.paint(f'{len(circles):,} new in a circle', 'red')}: imports that may find a module half ready"
    yield from (f"  {circle.shown(style)}" for circle in circles)


def placed(violation: Violation, style: Style = Style(False)) -> str:
    """A violation on one line, with its place."""
    place = f"{harmless(violation.path)}:{violation.span.line}:{violation.span.column}:"
    return f"{style.paint(place, 'bold')} {violation.code} {harmless(violation.message)}"

"""For people: the place, a code frame, how the name was resolved, who owns the truth."""

from __future__ import annotations

from ssot_lint.model.violation import Violation
from ssot_lint.reporters.frame import frame
from ssot_lint.reporters.protocol import Findings
from ssot_lint.reporters.style import Style, harmless
from ssot_lint.reporters.totals import closing

HUMAN = True
FIXES = False


def render(findings: Findings) -> str:
    """Every violation as a block, blank lines between them, and the summary line."""
    style = Style(findings.colour)
    blocks = ["\n".join(_block(violation, findings, style)) for violation in findings.violations]
    return "\n\n".join([*blocks, closing(findings)]) + "\n"


def _block(violation: Violation, findings: Findings, style: Style) -> list[str]:
    number = str(violation.span.line)
    margin = " " * len(number)
    notes = [f"{margin} {style.paint('=', 'blue')} {note}" for note in _notes(violation, findings, style)]
    return [_heading(violation, style), *_framed(violation, findings, style), *notes]


def _heading(violation: Violation, style: Style) -> str:
    """Laid out as flake8's lines are, so that terminals and editors that follow those follow ours."""
    place = style.paint(f"{harmless(violation.path)}:{violation.span.line}:{violation.span.column}:", "bold")
    warning = violation.severity == "warning"
    code = style.paint(violation.code, "yellow" if warning else "red")
    return f"{place} {code} {'(warning) ' if warning else ''}{harmless(violation.message)}"


def _framed(violation: Violation, findings: Findings, style: Style) -> list[str]:
    drawn = frame(findings.lines(violation.path), violation.span, findings.encoding)
    if drawn is None:
        return []
    source, carets = drawn
    number = str(violation.span.line)
    margin, bar = " " * len(number), style.paint("|", "blue")
    look = "yellow" if violation.severity == "warning" else "red"
    bare = carets.lstrip()
    indent = " " * (len(carets) - len(bare))
    return [
        f"{margin} {bar}",
        f"{style.paint(number, 'blue')} {bar} {source}".rstrip(),
        f"{margin} {bar} {indent}{style.paint(bare, look)}",
    ]


def _notes(violation: Violation, findings: Findings, style: Style) -> list[str]:
    chain = [f"{style.paint('chain:', 'cyan')} {harmless(' -> '.join(violation.chain))}"] if violation.chain else []
    return [*chain, f"{style.paint('help:', 'cyan')} {_help(violation, findings.owner(violation))}"]


def _help(violation: Violation, owner: str) -> str:
    explained = f"`ssot-lint rule {violation.code}` explains {violation.rule}"
    if not violation.truth:
        return explained
    owned = f", owned by {harmless(owner)}" if owner else ""
    return f'truth "{harmless(violation.truth)}"{owned}; {explained}'

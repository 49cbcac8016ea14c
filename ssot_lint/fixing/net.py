"""The safety net: everything that a change of a file is asked before it is believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ssot_lint.engine import Draft
from ssot_lint.facts.parsing import uncompilable
from ssot_lint.fixing import tokens
from ssot_lint.fixing.content import Change
from ssot_lint.fixing.names import lost_name, other_meaning
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.index import Module
from ssot_lint.manifest import Judgement
from ssot_lint.model.violation import Violation
from ssot_lint.rules.registry import rules
from ssot_lint.suppress.unused import UNUSED

Ground = tuple[str, str, str]


def ground(violation: Violation) -> Ground:
    """What a violation is about, within its file and free of positions."""
    return violation.rule, violation.truth, violation.symbol


def lasting(violations: Iterable[Violation]) -> list[Violation]:
    """Those that no fix may bring: without what was so before, and could not be seen for what was used."""
    known = rules()
    return [violation for violation in violations if not known[violation.rule].latent]


def objection_to_text(change: Change, after: Module) -> str:
    """What the new text alone says against a change; empty where it says nothing.

    Args:
        after: the file as the text makes it.
    """
    if change.after.text == change.before.text:
        return "it would change nothing"
    broken = after.facts.unreadable
    if broken is not None:
        return f"the file would not parse any more ({broken.reason}, line {broken.line})"
    if problem := _objection_to_code(change):
        return f"the file would not compile any more ({problem})"
    return tokens.objection(change)


def _objection_to_code(change: Change) -> str:
    """What Python's compiler, which asks for more than the parser, has against a text; it had nothing before."""
    return "" if uncompilable(change.before.text) else uncompilable(change.after.text)


def objection_in_project(
    path: str, proposals: Sequence[Proposal], findings: Judgement, before: Draft, after: Draft
) -> str:
    """What the project says against the changes that proposals make of one file; empty where it says nothing.

    Args:
        findings: what was found in the file before.
        before, after: the project without and with the changes.
    """
    whole = (proposal for proposal in proposals if not proposal.is_partial)
    settled = [violation for proposal in whole for violation in proposal.violations]
    now = after.judgement(path)
    for old, new in ((findings.found, now.found), (findings.kept, now.kept)):
        if problem := _unsettled(settled, old, new):
            return problem
    if problem := lost_name(path, before, after, {name for proposal in proposals for name in proposal.unbinds}):
        return problem
    if all(proposal.fix.safety == "safe" for proposal in proposals):
        return other_meaning(path, before, after)
    return ""


def _unsettled(settled: Iterable[Violation], old: Iterable[Violation], new: Sequence[Violation]) -> str:
    """The first finding that is there now and should not be."""
    expected = Counter(map(ground, old)) - Counter(map(ground, settled))
    promised = set(map(ground, settled))
    for violation in lasting(new):
        if violation.rule == UNUSED and ground(violation) not in promised:  # what it held back is settled by the way
            continue
        expected[ground(violation)] -= 1
        if expected[ground(violation)] < 0:
            if ground(violation) in promised:
                return f"the finding would still be there afterwards: {violation.message}"
            return f"it would bring a new finding: {violation.code} {violation.message}"
    return ""

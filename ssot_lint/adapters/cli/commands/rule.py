"""`ssot-lint rule`: what a rule reports, why, an example, how to fix it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ssot_lint.adapters.cli import streams
from ssot_lint.adapters.cli.options import add_config, here
from ssot_lint.errors import UsageError

if TYPE_CHECKING:
    from ssot_lint.model.policy import Policy
    from ssot_lint.model.rule import Rule

HELP = "list the rules, or explain one"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("rule", metavar="CODE", nargs="?", help="a code, as configured or by default, or a rule's name")
    add_config(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the table of all rules, or the documentation of one.

    Raises:
        SsotLintError: no such rule, or a configuration that cannot be obeyed.
    """
    from ssot_lint.model.policy import Policy

    workspace, configuration = here(arguments)
    policy = workspace.policy(configuration) if configuration else Policy()
    streams.write(_explained(arguments.rule, policy) if arguments.rule else _table(policy))
    return 0


def _table(policy: Policy) -> str:
    from ssot_lint.rules.registry import rules

    width = max(map(len, rules()))
    lines = [
        f"{_code(rule, policy):<6}  {name:<{width}}  {_severity(rule, policy):<7}  {rule.summary}"
        for name, rule in rules().items()
    ]
    return "\n".join(lines) + "\n"


def _explained(sought: str, policy: Policy) -> str:
    import inspect

    from ssot_lint.rules.registry import rule_modules, rules

    name = _name(sought, policy)
    rule = rules()[name]
    default = "" if _code(rule, policy) == rule.code else f", {rule.code} by default"
    head = f"{_code(rule, policy)} {name} ({_severity(rule, policy)}{default})"
    return f"{head}\n\n{inspect.cleandoc(rule_modules()[name].__doc__ or rule.summary)}\n"


def _name(sought: str, policy: Policy) -> str:
    from ssot_lint.config.problems import nearest
    from ssot_lint.rules.registry import rules

    # What the configuration says comes before the defaults: it may give one rule the default code of another.
    for candidates in (
        {name: name for name in rules()},
        {_code(rule, policy): name for name, rule in rules().items()},
        {rule.code: name for name, rule in rules().items()},
    ):
        spelled = sought if sought in candidates else sought.upper()  # `sot101` is a code in a hurry
        if spelled in candidates:
            return candidates[spelled]
    known = [word for name, rule in rules().items() for word in (_code(rule, policy), name)]
    raise UsageError(f"no rule is called {sought!r}; {nearest(sought, known)}")


def _code(rule: Rule, policy: Policy) -> str:
    return policy.codes.get(rule.name, rule.code)


def _severity(rule: Rule, policy: Policy) -> str:
    return policy.severity.get(rule.name, rule.severity)

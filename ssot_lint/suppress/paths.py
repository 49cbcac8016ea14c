"""The configuration's `per-path`: rules that are not reported in some files."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ssot_lint.model.policy import PathException, Policy

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def rules_off(policy: Policy, path: str) -> frozenset[str]:
    """Names of the rules that `per-path` turns off in one file.

    Args:
        path: relative to the project root, with `/`.
    """
    if not policy.per_path:
        return frozenset()
    matchers = _matchers(policy.per_path)
    return frozenset().union(*(rules for spec, rules in matchers if spec.match_file(path)))


def matches(exception: PathException, path: str) -> bool:
    """Whether an exception is about a file."""
    [(spec, _)] = _matchers((exception,))
    return bool(spec.match_file(path))


@lru_cache(maxsize=64)
def _matchers(exceptions: tuple[PathException, ...]) -> tuple[tuple[GitIgnoreSpec, frozenset[str]], ...]:
    from pathspec import GitIgnoreSpec

    return tuple(
        (GitIgnoreSpec.from_lines([exception.pattern]), frozenset(exception.rules)) for exception in exceptions
    )

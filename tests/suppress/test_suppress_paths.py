"""`per-path`: gitignore patterns that turn rules off for some files."""

from __future__ import annotations

import pytest

from ssot_lint.model.policy import PathException, Policy
from ssot_lint.suppress.paths import rules_off


def policy(**exceptions: tuple[str, ...]) -> Policy:
    return Policy(per_path=tuple(PathException(pattern, rules) for pattern, rules in exceptions.items()))


def test_nothing_is_off_without_per_path() -> None:
    assert rules_off(Policy(), "a.py") == frozenset()


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("tests/legacy/", "tests/legacy/test_a.py", True),
        ("tests/legacy/", "tests/legacy/deep/test_a.py", True),
        ("tests/legacy/", "other/tests/legacy/test_a.py", False),
        ("tests/legacy/", "tests/legacy.py", False),
        ("legacy/", "any/where/legacy/a.py", True),
        ("/setup.py", "setup.py", True),
        ("/setup.py", "sub/setup.py", False),
        ("*_old.py", "a/b/c_old.py", True),
        ("**/migrations/*.py", "app/migrations/a.py", True),
        ("**/migrations/*.py", "app/migrations/x/a.py", False),
    ],
)
def test_patterns_are_those_of_gitignore(pattern: str, path: str, matches: bool) -> None:
    off = rules_off(policy(**{pattern: ("import-bypass",)}), path)
    assert off == (frozenset({"import-bypass"}) if matches else frozenset())


def test_several_patterns_add_up() -> None:
    both = policy(**{"tests/": ("import-bypass", "removed-call"), "*_old.py": ("duplicate-name",)})

    assert rules_off(both, "tests/a_old.py") == {"import-bypass", "removed-call", "duplicate-name"}
    assert rules_off(both, "tests/a.py") == {"import-bypass", "removed-call"}
    assert rules_off(both, "a_old.py") == {"duplicate-name"}
    assert rules_off(both, "a.py") == frozenset()


def test_two_policies_do_not_mix() -> None:
    assert rules_off(policy(**{"a.py": ("import-bypass",)}), "a.py") == {"import-bypass"}
    assert rules_off(policy(**{"a.py": ("removed-call",)}), "a.py") == {"removed-call"}

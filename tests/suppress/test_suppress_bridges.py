"""`[[truth.bridge]]`: what is tolerated on which day, and for how long what was found on one may be said again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from ssot_lint import manifest
from ssot_lint.adapters.memory import recalled_standing, remember_standing
from ssot_lint.config import load
from ssot_lint.engine import Project
from ssot_lint.model.policy import Bridge, ObjectPath, Policy, Truth
from ssot_lint.model.violation import Violation
from ssot_lint.suppress.bridges import dated, days_alike
from tests.trees import write_files

LAST = date(2027, 3, 1)
NEXT = LAST + timedelta(days=1)
CONFIGURATION = """
[[truth]]
name = "engine"
canonical = "chat.engine:Engine"

[[truth.bridge]]
target = "chat.old"
until = 2027-03-01
issue = "#565"
"""
FILES = {
    "ssot-lint.toml": CONFIGURATION,
    "chat/engine.py": "class Engine: ...\n",
    "chat/old.py": "from chat.engine import Engine as Engine\n",
    "chat/user.py": "from chat.engine import Engine\nprint(Engine)\n",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a bridge, all of whose times count as old."""
    monkeypatch.setattr(manifest, "NEAR", -10**18)
    write_files(tmp_path / "project", {path: text.encode() for path, text in FILES.items()})
    return tmp_path / "project"


def opened(root: Path, day: date, cached: bool = False) -> Project:
    cache = str(root.with_name("cache")) if cached else None
    return Project(str(root), load(str(root / "ssot-lint.toml")), jobs=1, cache=cache, today=day)


def shown(violations: Iterable[Violation]) -> list[str]:
    return [f"{item.path} {item.rule}" for item in violations]


BEFORE: list[str] = []
AFTER = ["chat/old.py reexport-shim", "chat/old.py expired-bridge"]


@pytest.mark.parametrize(("day", "found"), [(date(2020, 1, 1), BEFORE), (LAST, BEFORE), (NEXT, AFTER)])
def test_a_bridge_is_tolerated_until_the_end_of_its_day(root: Path, day: date, found: list[str]) -> None:
    assert shown(opened(root, day).check().violations) == found


def test_the_message_names_the_issue_and_says_the_same_every_day(root: Path) -> None:
    said = {
        violation.message for day in (NEXT, date(2030, 1, 1)) for violation in opened(root, day).check().violations
        if violation.rule == "expired-bridge"
    }
    assert said == {
        "the bridge `chat.old` to the truth `engine` was tolerated until 2027-03-01 (issue #565): delete it, or agree "
        "on another date"
    }


def test_only_who_checks_the_bridge_hears_of_it(root: Path) -> None:
    assert not opened(root, NEXT).check(lambda file: file.path == "chat/user.py").violations
    assert shown(opened(root, NEXT).check(lambda file: file.path == "chat/old.py").violations) == AFTER


def test_a_buffer_is_held_against_the_same_day(root: Path) -> None:
    text = "from chat.engine import Engine as Engine  # a bridge\n"
    assert not opened(root, LAST).check_buffer("chat/old.py", text)
    assert shown(opened(root, NEXT).check_buffer("chat/old.py", text)) == AFTER


def test_a_cache_says_on_each_day_what_a_run_without_one_says(root: Path) -> None:
    for day, found in ((LAST, BEFORE), (NEXT, AFTER), (NEXT, AFTER), (LAST, BEFORE), (NEXT, AFTER)):
        assert shown(opened(root, day, cached=True).check().violations) == found


def test_days_that_are_alike_share_what_was_found(root: Path) -> None:
    opened(root, NEXT, cached=True).check()
    assert opened(root, NEXT + timedelta(days=100), cached=True)._ground.history.still is not None
    assert opened(root, LAST, cached=True)._ground.history.still is None


def test_what_is_known_of_all_files_is_known_for_such_days(root: Path) -> None:
    project = opened(root, LAST, cached=True)
    project.check()
    remember_standing(str(root.with_name("cache")), project, 2 * 10**18)
    raw = load(str(root / "ssot-lint.toml"))
    known: Callable[[date], object] = lambda day: recalled_standing(  # noqa: E731
        str(root.with_name("cache")), str(root), dated(raw, day)
    )
    assert known(LAST) is not None and known(date(2020, 1, 1)) is not None and known(NEXT) is None


def policy(*days: date) -> Policy:
    bridges = tuple(Bridge(ObjectPath(f"old{number}"), day) for number, day in enumerate(days))
    return Policy(truths=(Truth("engine", ObjectPath("a", "B"), "truth[0]", bridges=bridges),))


def test_a_policy_without_bridges_is_the_same_every_day() -> None:
    assert dated(policy(), LAST) == policy()
    assert days_alike([policy()]) == (date.min, date.max)


def test_days_are_alike_between_one_end_and_the_next() -> None:
    first, second, third = date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)
    all_three = policy(second, third, first)
    day = timedelta(days=1)
    assert days_alike([dated(all_three, first)]) == (date.min, first)
    assert days_alike([dated(all_three, first + day)]) == (first + day, second)
    assert days_alike([dated(policy(third), third), dated(policy(first), third)]) == (first + day, third)
    assert days_alike([dated(all_three, date.max)]) == (third + day, date.max)

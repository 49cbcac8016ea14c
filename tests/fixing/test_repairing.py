"""Rounds, and the safety net under them: each mesh is shown by a planner that does what it must not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from ssot_lint.fixing.planning import Planner, planners
from ssot_lint.fixing.proposals import Page, Proposal
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Edit, Fix, Violation
from tests.fixing.planners import GOOD, UNSAFE, by_line, line_edit, manual, moved, one_at_a_time, unless
from tests.fixing.repairs import OLD, YOUNG, reasons, repairs

API = "chat/api.py"
IMPORT = "from chat.old import Engine\n"
THREE = f"{IMPORT}import os  # keep\nfrom chat.old import Engine as E\nfrom chat.old import Engine as F\n"
CONFIGURATION = """\
[[tool.ssot-lint.truth]]
name = "engine"
canonical = "chat.engine:Engine"
retired = ["chat.old", "chat.ancient"]
"""


@pytest.mark.parametrize("since", [YOUNG, OLD])
def test_what_can_be_fixed_is_fixed(tmp_path: Path, since: int) -> None:
    repair = repairs(tmp_path, {API: THREE}, GOOD, since=since)[API]
    assert repair.after.text == THREE.replace("chat.old", "chat.engine")
    assert [violation.span.line for violation in repair.fixed] == [1, 3, 4]
    assert repair.left == ()


def test_what_touches_waits_for_the_next_round(tmp_path: Path) -> None:
    repair = repairs(tmp_path, {API: THREE}, one_at_a_time)[API]
    assert repair.after.text == THREE.replace("chat.old", "chat.engine")
    assert [violation.span.line for violation in repair.fixed] == [1, 3, 4]


def test_places_are_those_before_for_what_is_fixed_and_those_after_for_what_remains(tmp_path: Path) -> None:
    """The first statements grow by a line, and the one that is refused stands further down then."""

    def grow(line: str) -> str:
        return f"{moved(line)}\n# more" if "F" not in line else f"{line} )"

    repair = repairs(tmp_path, {API: THREE}, by_line(grow))[API]
    assert [violation.span.line for violation in repair.fixed] == [1, 3]
    [left] = repair.left
    assert (left.now.span.line, left.before.span.line) == (6, 4)
    assert "would not parse" in left.reason


def test_a_suppression_may_be_left_with_nothing_to_hold_back(tmp_path: Path) -> None:
    text = f"{IMPORT}from chat.old import Engine as E  # noqa: SOT101\n"

    def both(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
        found = [violation for violation in violations if violation.rule == "import-bypass"]
        lines = [msgspec.structs.replace(item, span=Span(line, 1, line, 2)) for item in found for line in (1, 2)]
        edits = tuple(line_edit(page, line, moved) for line in lines)
        return [Proposal(tuple(found), Fix("safe", edits))] if found else []

    repair = repairs(tmp_path, {API: text}, both)[API]
    assert repair.after.text == text.replace("chat.old", "chat.engine")
    assert [item.now.rule for item in repair.left] == ["unused-suppression"]


def test_of_two_findings_of_one_kind_the_right_one_counts_as_refused(tmp_path: Path) -> None:
    text = "from chat.old import Engine\nfrom chat.old import Engine  # bad\nfrom chat.old import Engine\n"
    repair = repairs(tmp_path, {API: text}, by_line(unless("bad", lambda line: f"{moved(line)} )")))[API]
    assert [violation.span.line for violation in repair.fixed] == [1, 3]
    assert list(reasons(repair)) == [2]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda line: f"{line} x".replace("#", "as A as B #"), "would not parse any more (SyntaxError"),
        (lambda line: f"x = (1,  {line[line.index('#'):]}", "would not parse any more"),
        (lambda line: line.replace("import", " import"), "the finding would still be there afterwards"),
        (lambda line: f"# flake8: noqa\n{line}", "the finding would still be there afterwards"),
        (lambda line: line.replace("chat.old", "chat.ancient"), "it would bring a new finding: SOT101"),
        (lambda line: moved(line).replace("Engine", "Engine, Gone"), "it would bring a new finding: SOT105"),
        (lambda line: moved(line).replace("# bad", ""), "it would lose the comment '# bad'"),
        (lambda line: line.replace("# bad", "# noqa: SOT101"), "it would lose the comment '# bad'"),
        (lambda line: line, "it would change nothing"),
        (lambda line: moved(line).replace("#", "; from __future__ import annotations #"), "would not compile any more"),
        (lambda line: moved(line).replace("import one", "import two"), "`one` would be used where nothing binds it"),
        (lambda line: moved(line).replace("; ", "; del one; "), "`one` would be used where nothing binds it"),
        (lambda line: moved(line).replace("import Engine", "import Engine as F"), "`Engine` would be bound no more"),
        (lambda line: moved(line).replace("import one", "import two as one"), "`one` would mean something else"),
    ],
)
def test_a_proposal_that_spoils_something_is_refused_and_the_others_are_made(
    tmp_path: Path, spoil: Callable[[str], str], reason: str
) -> None:
    bad = "from chat.util import one; from chat.old import Engine  # bad"
    text = f"from chat.old import Engine as E\n{bad}\nx = E, one\nfrom chat.old import Engine as F\n"
    files = {
        API: text,
        "chat/ancient.py": "from chat.engine import Engine\n",
        "chat/util.py": "def one(): ...\ndef two(): ...\n",
        "pyproject.toml": CONFIGURATION,
    }
    repair = repairs(tmp_path, files, by_line(unless("bad", spoil)))[API]
    assert [violation.span.line for violation in repair.fixed] == [1, 4]
    assert repair.after.text.splitlines()[1] == text.splitlines()[1]
    assert reason in reasons(repair)[2]


def test_code_that_an_edit_does_not_touch_must_not_change(tmp_path: Path) -> None:
    """The edits parse, and put the statement between them into a string."""

    def plan(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
        first = line_edit(page, violations[0], lambda line: f"{moved(line)}; s = '''")
        last = Edit(Span(4, 1, 4, 9), "''' # end")
        return [Proposal(tuple(violations), Fix("safe", (first, last)))]

    text = f"{IMPORT}a = 1\nb = 2\n# end ..\n"
    repair = repairs(tmp_path, {API: text}, plan)[API]
    assert repair.after.text == text
    assert reasons(repair) == {1: "it would change code that its edits do not touch"}


@pytest.mark.parametrize("is_divisible", [True, False])
def test_what_is_spoilt_takes_the_others_of_its_proposal_along_only_where_these_need_it(
    tmp_path: Path, is_divisible: bool
) -> None:
    def together(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
        apart = by_line(unless("as E", lambda line: f"{moved(line)} )"))(page, violations)
        found = tuple(violation for proposal in apart for violation in proposal.violations)
        edits = tuple(edit for proposal in apart for edit in proposal.fix.edits)
        return [Proposal(found, Fix("safe", edits), is_divisible=is_divisible)] if found else []

    repair = repairs(tmp_path, {API: THREE}, together)[API]
    assert [violation.span.line for violation in repair.fixed] == ([1, 4] if is_divisible else [])
    assert sorted(reasons(repair)) == ([3] if is_divisible else [1, 3, 4])
    assert all("would not parse" in reason for reason in reasons(repair).values())


def test_a_proposal_that_changes_nothing_is_refused(tmp_path: Path) -> None:
    repair = repairs(tmp_path, {API: IMPORT}, by_line(lambda line: line))[API]
    assert reasons(repair) == {1: "it would change nothing"}


def test_a_proposal_whose_edits_overlap_is_refused(tmp_path: Path) -> None:
    def plan(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
        edit = line_edit(page, violations[0], moved)
        return [Proposal((violations[0],), Fix("safe", (edit, edit)))]

    assert "its edits overlap" in reasons(repairs(tmp_path, {API: IMPORT}, plan)[API])[1]


def test_a_proposal_for_places_that_are_not_there_is_refused(tmp_path: Path) -> None:
    def plan(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
        return [Proposal((violations[0],), Fix("safe", (Edit(Span(99, 1, 99, 5), ""),)))]

    assert "does not fit the file" in reasons(repairs(tmp_path, {API: IMPORT}, plan)[API])[1]


def test_a_planner_that_never_comes_to_an_end_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    repair = repairs(tmp_path, {API: THREE}, one_at_a_time, rounds=2)[API]
    assert repair.after == repair.before
    assert set(reasons(repair).values()) == {"more than 2 passes would be needed"}
    assert repair.fixed == ()


def test_findings_that_nobody_asked_about_are_not_settled(tmp_path: Path) -> None:
    """A proposal counts for what it was asked for, and one without violations for nothing."""

    def plan(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
        return [Proposal((), Fix("safe", (Edit(Span(1, 1, 1, 1), "import sys\n"),)))]

    repair = repairs(tmp_path, {API: IMPORT}, plan)[API]
    assert repair.after == repair.before
    assert reasons(repair) == {}


@pytest.mark.parametrize("unsafe", [False, True])
def test_unsafe_fixes_are_made_where_they_are_asked_for(tmp_path: Path, unsafe: bool) -> None:
    repair = repairs(tmp_path, {API: IMPORT}, UNSAFE, unsafe=unsafe)[API]
    assert repair.is_changed is unsafe
    refused = [] if unsafe else ["its fix is unsafe (who knows): --unsafe-fixes makes it"]
    assert list(reasons(repair).values()) == refused


def test_what_has_to_be_fixed_by_hand_says_why(tmp_path: Path) -> None:
    assert reasons(repairs(tmp_path, {API: IMPORT}, manual)[API]) == {1: "nobody knows where that went"}


def test_the_first_planner_that_knows_of_a_violation_has_it(tmp_path: Path) -> None:
    assert repairs(tmp_path / "one", {API: IMPORT}, manual, GOOD)[API].fixed == ()
    assert len(repairs(tmp_path / "other", {API: IMPORT}, GOOD, manual)[API].fixed) == 1


def test_what_is_suppressed_is_not_fixed(tmp_path: Path) -> None:
    text = f"{IMPORT[:-1]}  # noqa: SOT101\nfrom chat.old import Engine as E\n"
    repair = repairs(tmp_path, {API: text}, GOOD)[API]
    assert repair.after.text == f"{IMPORT[:-1]}  # noqa: SOT101\nfrom chat.engine import Engine as E\n"


def test_a_suppression_that_would_lose_its_finding_its_hold_is_a_new_finding(tmp_path: Path) -> None:
    """The comment ends up on another line than what it holds back."""

    def plan(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
        split = Edit(Span(2, 28, 2, 30), "\n")
        return [Proposal((violations[0],), Fix("safe", (line_edit(page, violations[0], moved), split)))]

    text = "from chat.old import Engine as E\nfrom chat.old import Engine  # noqa\n"
    repair = repairs(tmp_path, {API: text}, plan)[API]
    assert repair.after.text == text
    assert "finding" in reasons(repair)[1]


def test_only_what_is_selected_is_fixed(tmp_path: Path) -> None:
    repair = repairs(tmp_path, {API: THREE}, GOOD, selected=lambda violation: violation.span.line == 3)[API]
    assert repair.after.text == THREE.replace("chat.old import Engine as E", "chat.engine import Engine as E")
    assert repair.left == ()


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("import chat.util\nimport chat.old as o\nx = o.Engine\ny = chat.old\n", ""),
        ("import chat.old as o\nx = o.Engine\n", "import chat, chat.api\nprint(chat.old)\n"),
        ("from chat.old import Engine\n", "import chat, chat.api\nprint(chat.old)\n"),
    ],
)
def test_an_import_that_loads_a_module_for_others_does_not_go(tmp_path: Path, text: str, user: str) -> None:
    files = {API: text, "chat/user.py": user, "chat/util.py": "", "pyproject.toml": CONFIGURATION}
    repair = repairs(tmp_path, files, *planners())[API]
    assert repair.after.text == text
    expected = "would not be loaded" if user else "finds what is loaded here"
    assert any(expected in reason for reason in reasons(repair).values()), reasons(repair)
    files["chat/user.py"] = "import chat.old\n" + user
    if user:
        assert repairs(tmp_path / "other", files, *planners(), selected=lambda item: item.path == API)[API].is_changed


@pytest.mark.parametrize("body", ["    {}\n    e = Engine\n", "    {}\n"])
def test_a_member_of_a_class_does_not_go(tmp_path: Path, body: str) -> None:
    text = "class K:\n" + body.format(IMPORT.strip())
    spoil = by_line(lambda line: moved(line).replace("import Engine", "import Engine as E"))
    repair = repairs(tmp_path, {API: text}, spoil)[API]
    assert repair.after.text == text
    expected = "SOT106 `Engine` is used, and nothing here binds it" if "e =" in body else "`K.Engine` would be bound no"
    assert expected in reasons(repair)[2]


class TestNamesThatOthersTake:
    """`api.py` offers `Engine`; after the change it offers `Motor` instead."""

    @pytest.mark.parametrize(
        "use",
        [
            "from chat.api import Engine\n",
            "from .api import Engine as E\n",
            "import chat.api\nchat.api.Engine()\n",
            "from chat import api\nprint(api.Engine)\n",
            "from chat.api import *\nEngine()\n",
            "from chat.between import Engine\n",
            "from unittest import mock\nmock.patch('chat.api.Engine')\n",
            "from unittest import mock\nmock.patch('chat.api.Engine.run')\n",
            "from unittest import mock\nfrom chat import api\nmock.patch.object(api, 'Engine')\n",
            "from unittest import mock\nfrom chat import api\nmock.patch.multiple(api, Engine=1)\n",
            "from unittest import mock\nmock.patch.multiple('chat.api', Engine=1)\n",
            "import chat.api\nprint(getattr(chat.api, 'Engine'))\n",
            "import sys\nprint(sys.modules['chat.api'].Engine)\n",
            "from unittest import mock\nimport chat.api\nmock.patch(chat.api.__name__ + '.Engine')\n",
        ],
    )
    def test_are_not_taken_away(self, tmp_path: Path, use: str) -> None:
        files = {API: IMPORT, "chat/between.py": "from chat.api import *\n", "chat/user.py": use}
        repair = repairs(tmp_path, files, self.renaming(), selected=lambda violation: violation.path == API)[API]
        assert repair.after == repair.before
        assert "`Engine`, which chat/" in reasons(repair)[1]
        assert "take" in reasons(repair)[1] and "from here, would be gone" in reasons(repair)[1]

    @pytest.mark.parametrize(
        "use", ["from chat.engine import Engine\n", "class Engine2: Engine = 1\n", "'chat.api.Engines'\n"]
    )
    def test_may_go_where_nobody_takes_them(self, tmp_path: Path, use: str) -> None:
        assert repairs(tmp_path, {API: IMPORT, "chat/user.py": use}, self.renaming())[API].is_changed

    def test_nor_are_those_that_all_lists(self, tmp_path: Path) -> None:
        repair = repairs(tmp_path, {API: f"{IMPORT}__all__ = ['Engine']\n"}, self.renaming())[API]
        assert "`__all__` lists" in reasons(repair)[1]

    @staticmethod
    def renaming() -> Planner:
        def plan(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
            found = by_line(lambda line: "from chat.engine import Engine as Motor")(page, violations)
            return [Proposal(item.violations, item.fix, ("Engine",)) for item in found]

        return plan


def test_what_one_file_loses_does_not_lose_the_others(tmp_path: Path) -> None:
    files = {API: IMPORT, "chat/b.py": f"{IMPORT[:-1]}  # bad\n", "chat/c.py": IMPORT}
    found = repairs(tmp_path, files, by_line(unless("bad", lambda line: f"{moved(line)}\n)")))
    assert [path for path, repair in found.items() if not repair.is_changed] == ["chat/b.py"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(tmp_path: Path, end: str, mark: str) -> None:
    text = f"{mark}{THREE}".replace("\n", end)
    repair = repairs(tmp_path, {API: text.encode()}, GOOD)[API]
    assert repair.after.data == text.replace("chat.old", "chat.engine").encode()


def test_a_second_pass_changes_nothing(tmp_path: Path) -> None:
    after = repairs(tmp_path, {API: THREE}, GOOD)[API].after.text
    assert repairs(tmp_path, {API: after}, GOOD) == {}


def test_a_file_in_which_the_fix_of_another_brings_findings_later_is_left_as_it_was(tmp_path: Path) -> None:
    """`api.py` makes `Motor` the truth in its second round, when `user.py` has long been believed."""

    def plan(page: Page, violations: Sequence[Violation]) -> list[Proposal]:
        if page.module.name == "chat.user":
            return GOOD(page, violations)
        leak = by_line(lambda line: f"{moved(line)}; Motor = F" if "as F" in line else moved(line))(page, violations)
        mark = Edit(Span(1, 1, 1, 1), "")
        return [Proposal(item.violations, Fix("safe", (mark, *item.fix.edits))) for item in leak]

    files = {API: "Motor = 1\n" + THREE, "chat/user.py": "from chat.old import Engine\nfrom chat.api import Motor\n"}
    found = repairs(tmp_path, files, plan)
    assert found[API].is_changed
    assert not found["chat/user.py"].is_changed
    assert reasons(found["chat/user.py"]) == {1: "what was done to other files has brought new findings here"}

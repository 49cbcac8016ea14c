"""How circles of imports are found, however wide they are."""

from __future__ import annotations

from ssot_lint.fixing.circles import may_lead_back, way_back
from tests.conftest import WriteTree
from tests.fixing.applying import page_of, project_at

WIDE = 90
FILES = {
    "ssot-lint.toml": '[[truth]]\nname = "thing"\ncanonical = "app.thing:Thing"\n',
    "app/__init__.py": "",
    "app/thing.py": "class Thing:\n    pass\n",
    "app/factory.py": "from app import hub\n",
    "app/hub.py": "".join(f"from app import part{number}\n" for number in range(WIDE)),
    **{f"app/part{number}.py": "value = 1\n" for number in range(WIDE - 1)},
    f"app/part{WIDE - 1}.py": "from app.user import value\n",
    "app/user.py": "value = 1\n",
}


def test_a_circle_by_way_of_many_modules_is_found(write_tree: WriteTree) -> None:
    page = page_of(project_at(write_tree(FILES), {}), "app/user.py", FILES["app/user.py"])
    way, is_all = way_back(page.knowledge.index, page.module, "app.factory")
    assert way == ("app.factory", "app.hub", f"app.part{WIDE - 1}", "app.user") and is_all


def test_what_is_not_looked_at_may_lead_back(write_tree: WriteTree) -> None:
    files = {**FILES, f"app/part{WIDE - 1}.py": "value = 1\n"}
    page = page_of(project_at(write_tree(files), {}), "app/user.py", FILES["app/user.py"])
    assert not may_lead_back(page.knowledge.index, page.module, "app.factory")
    assert way_back(page.knowledge.index, page.module, "app.factory", most=10) == ((), False)

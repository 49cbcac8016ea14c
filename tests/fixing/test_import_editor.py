"""How a name is made usable at an expression, for whoever plans edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.fixing.imports import ImportEditor
from ssot_lint.fixing.task import Refusal
from ssot_lint.model.facts import Call
from ssot_lint.model.policy import ObjectPath
from tests.conftest import WriteTree
from tests.fixing.applying import applied, page_of, project_at

ENGINE = ObjectPath("chat.engine", "Engine")
FILES = {
    "ssot-lint.toml": '[[truth]]\nname = "engine"\ncanonical = "chat.engine:Engine"\n',
    "chat/__init__.py": "",
    "chat/looped.py": "",
    "chat/engine.py": (
        "import chat.looped\n\n\nclass Engine:\n    class Inner:\n        pass\n\n\nclass Job:\n    pass\n"
    ),
}
Editor = Callable[[str], tuple[ImportEditor, int, str]]


@pytest.fixture
def editor_of(write_tree: WriteTree) -> Editor:
    """An editor for a text, and the place of its only call."""

    def make(text: str, path: str = "chat/a.py") -> tuple[ImportEditor, int, str]:
        root: Path = write_tree({**FILES, path: text})
        page = page_of(project_at(root, {}), path, text)
        [(place, _)] = page.module.all_of(Call)
        return ImportEditor(page), place, text

    return make


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("from chat.engine import Engine\n\nf()\n", "Engine"),
        ("from chat.engine import Engine as E\n\nf()\n", "E"),
        ("from .engine import Engine\n\n\ndef run():\n    f()\n", "Engine"),
        ("import chat.engine\n\nf()\n", "chat.engine.Engine"),
        ("import chat.engine as e\n\nf()\n", "e.Engine"),
        ("from chat import engine\n\nf()\n", "engine.Engine"),
        ("def run():\n    from chat.engine import Engine\n    f()\n", "Engine"),
    ],
)
def test_what_is_imported_is_used(editor_of: Editor, text: str, local: str) -> None:
    editor, place, _ = editor_of(text)
    assert editor.local(ENGINE, place) == local
    assert editor.edits() == ()


@pytest.mark.parametrize(
    ("text", "local", "after"),
    [
        ("f()\n", "Engine", "from chat.engine import Engine\n\nf()\n"),
        ("from chat.engine import Job\n\nf()\n", "Engine", "from chat.engine import Engine, Job\n\nf()\n"),
        ("Engine = 1\nf()\n", "Engine_", "from chat.engine import Engine as Engine_\n\nEngine = 1\nf()\n"),
        (
            "if TYPE_CHECKING:\n    from chat.engine import Engine\n\n\ndef run():\n    f()\n", "Engine_",
            "from chat.engine import Engine as Engine_\n\n"
            "if TYPE_CHECKING:\n    from chat.engine import Engine\n\n\ndef run():\n    f()\n",
        ),
        (
            "import os\n\n\ndef run(Engine):\n    f()\n", "Engine_",
            "import os\n\nfrom chat.engine import Engine as Engine_\n\n\ndef run(Engine):\n    f()\n",
        ),
        ("f()\nfrom chat.engine import Engine\n", "Engine_",
         "from chat.engine import Engine as Engine_\n\nf()\nfrom chat.engine import Engine\n"),
    ],
)
def test_what_is_not_is_imported(editor_of: Editor, text: str, local: str, after: str) -> None:
    editor, place, _ = editor_of(text)
    assert editor.local(ENGINE, place) == local
    assert applied(text, list(editor.edits())) == after
    assert not editor.doubt


def test_a_member_is_written_behind_its_class(editor_of: Editor) -> None:
    editor, place, text = editor_of("f()\n")
    assert editor.local(ObjectPath("chat.engine", "Engine.Inner"), place) == "Engine.Inner"
    assert editor.local(ENGINE, place) == "Engine"
    assert applied(text, list(editor.edits())) == "from chat.engine import Engine\n\nf()\n"


def test_two_objects_share_a_statement(editor_of: Editor) -> None:
    editor, place, text = editor_of("import os\n\nimport chat.x\n\nf()\n")
    assert [editor.local(path, place) for path in (ENGINE, ObjectPath("chat.engine", "Job"))] == ["Engine", "Job"]
    lines = applied(text, list(editor.edits())).splitlines()
    assert lines[:5] == ["import os", "", "import chat.x", "from chat.engine import Engine, Job", ""]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("f()\n", "from chat.engine import Engine\nfrom chat.a2 import x\n\nf()\n"),
        ("import os\n\nf()\n", "import os\n\nfrom chat.engine import Engine\nfrom chat.a2 import x\n\nf()\n"),
        ('"""Doc."""\nf()\n', '"""Doc."""\n\nfrom chat.engine import Engine\nfrom chat.a2 import x\n\nf()\n'),
        ('"""Doc."""\n\nf()\n', '"""Doc."""\n\nfrom chat.engine import Engine\nfrom chat.a2 import x\n\nf()\n'),
        (
            "from chat.m import y\nfrom chat.z import z\n\nf()\n",
            "from chat.a2 import x\nfrom chat.engine import Engine\nfrom chat.m import y\nfrom chat.z import z\n"
            "\nf()\n",
        ),
    ],
)
def test_two_modules_are_imported_side_by_side(editor_of: Editor, text: str, after: str) -> None:
    editor, place, _ = editor_of(text)
    assert [editor.local(path, place) for path in (ENGINE, ObjectPath("chat.a2", "x"))] == ["Engine", "x"]
    assert applied(text, list(editor.edits())) == after


def test_nothing_is_imported_into_its_own_module(write_tree: WriteTree) -> None:
    text = "class Engine:\n    pass\n\n\ndef run():\n    f()\n"
    root = write_tree({**FILES, "chat/engine.py": text})
    page = page_of(project_at(root, {}), "chat/engine.py", text)
    [(place, _)] = page.module.all_of(Call)
    editor = ImportEditor(page)
    assert editor.local(ENGINE, place) == "Engine"
    assert editor.local(ObjectPath("chat.engine", "Unheard"), place) is None


def test_an_import_that_comes_back_is_refused_and_never_safe(write_tree: WriteTree) -> None:
    root = write_tree({**FILES, "chat/looped.py": "def run():\n    f()\n"})
    page = page_of(project_at(root, {}), "chat/looped.py", "def run():\n    f()\n")
    [(place, _)] = page.module.all_of(Call)
    with pytest.raises(Refusal, match="may lead back"):
        ImportEditor(page).local(ENGINE, place)
    editor = ImportEditor(page, replaces=True)
    assert editor.local(ENGINE, place) == "Engine"
    assert editor.doubt

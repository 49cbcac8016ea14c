"""Writes the parts of `docs/` that are made from the code: the rules' pages, their index, the map of the modules.

    python -m scripts.docs            write them
    python -m scripts.docs --check    only say which have drifted, with exit status 1 if any has
"""

from __future__ import annotations

import argparse
import ast
import configparser
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ssot_lint.rules.registry import rule_modules

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ssot_lint"
ARCHITECTURE = Path("docs/architecture.md")
NOTICE = "<!-- Made by `python -m scripts.docs` from {origin}. Edit that, not this. -->\n"
MAP = re.compile(r"(?<=<!-- map -->\n).*?(?=<!-- end of map -->)", re.DOTALL)


def layers() -> list[list[str]]:
    """The layers of the import contract, highest first, each a list of siblings; without those only planned."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    lines = contract["importlinter:contract:layers"]["layers"].split("\n")
    siblings = ([name.strip(" ()") for name in line.split("|")] for line in lines if line.strip())
    return [[name for name in names if _exists(name)] for names in siblings]


def _exists(name: str) -> bool:
    return (PACKAGE / f"{name}.py").is_file() or (PACKAGE / name / "__init__.py").is_file()


def pages() -> dict[Path, str]:
    """Path relative to the repository's root -> the text that belongs there."""
    made = {Path("docs/rules/README.md"): _index()}
    for name in rule_modules():
        made[Path(f"docs/rules/{name}.md")] = _rule_page(name)
    page = (ROOT / ARCHITECTURE).read_text(encoding="utf-8")
    made[ARCHITECTURE] = MAP.sub(lambda _: "\n".join(["", *_map_lines(), "", ""]), page)
    return made


def drifted() -> Iterator[Path]:
    """What is not as it should be on disk, pages of rules that are gone included."""
    made = pages()
    for path, text in made.items():
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text:
            yield path
    for path in sorted((ROOT / "docs" / "rules").glob("*.md")):
        if path.relative_to(ROOT) not in made:
            yield path.relative_to(ROOT)


def write() -> None:
    """Brings the disk up to date."""
    made = pages()
    for path in list(drifted()):
        (ROOT / path).parent.mkdir(exist_ok=True)
        if path in made:
            (ROOT / path).write_text(made[path], encoding="utf-8", newline="\n")
        else:
            (ROOT / path).unlink()


def _index() -> str:
    rows = [
        f"| {module.RULE.code} | [{name}]({name}.md) | {module.RULE.summary} |"
        for name, module in rule_modules().items()
    ]
    lines = ["# Rules", "", "| code | rule | reports |", "| --- | --- | --- |", *rows]
    return NOTICE.format(origin="the declarations in `ssot_lint/rules/`") + "\n" + "\n".join(lines) + "\n"


def _rule_page(name: str) -> str:
    module = rule_modules()[name]
    notice = NOTICE.format(origin=f"the docstring of `ssot_lint/rules/{name.replace('-', '_')}.py`")
    return f"{notice}\n# {name} ({module.RULE.code})\n\n{inspect.cleandoc(module.__doc__ or '')}\n"


def _map_lines() -> Iterator[str]:
    """A list of packages and modules, in the order of the layers, with what their docstrings say they are."""
    for name in (name for siblings in layers() for name in siblings):
        if (PACKAGE / f"{name}.py").is_file():
            yield f"* `{name}.py`: {_summary(PACKAGE / f'{name}.py')}"
            continue
        yield f"* `{name}/`: {_summary(PACKAGE / name / '__init__.py')}"
        for path in sorted((PACKAGE / name).iterdir()):
            if path.suffix == ".py" and path.stem != "__init__":
                yield f"  * `{name}/{path.name}`: {_summary(path)}"
            elif (path / "__init__.py").is_file():
                yield f"  * `{name}/{path.name}/`: {_summary(path / '__init__.py')}"


def _summary(path: Path) -> str:
    """The first paragraph of a module's docstring, on one line."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def main() -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Writes the parts of docs/ that are made from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing, only say what has drifted")
    if not parser.parse_args().check:
        write()
        return 0
    stale = list(drifted())
    for path in stale:
        print(f"{path.as_posix()} has drifted from the code: run `python -m scripts.docs`")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

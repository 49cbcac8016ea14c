"""Scenarios: Markdown prose with small projects in it, and the expected findings beside the lines.

The documents stand in `tests/rules/` (one for each rule) and `tests/scenarios/` (where rules meet).

    # import-bypass

    rules: import-bypass, removed-call              only in the head, before the first case

    `ssot-lint.toml`:                               a file of every case of the document

    ```toml
    ...
    ```

    ## A relative import two levels up              a case

    `chat/agents/run.py`:                           a file of this case; takes the place of a shared one

    ```python
    from ..old import Engine  # error: [import-bypass]
    ```

    `chat/shared.py`: (absent)                      a shared file that this case does without

    ```expected
    chat/agents/run.py:1:6 import-bypass "from chat.engine import Engine"
    ```

A marker stands at the end of its line: `# error: [rule]`, with the column before and a part of the message behind it
where these matter: `# error: 12 [rule] "part"`; several `[rule]` one after the other for several findings. It stays in
the file that is checked. Lines that cannot hold a comment are announced in an `expected` block.

The comparison is exact: what is found and not announced fails, and so does what is announced and not found. It covers
the rules of the head's `rules:` line (`all` for all of them); without one, the rule that a document of `tests/rules` is
named after, and all rules elsewhere. `unreadable-file` is always among them: a case with a mistake in its code tests
nothing. A fence's second word may give the encoding of the file: ```` ```python encoding=latin-1 ````.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from ssot_lint.config import find, load
from ssot_lint.engine import Project
from ssot_lint.facts.extraction import facts_of_bytes
from ssot_lint.files import Unreadable, decode
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Violation
from tests.trees import write_files

FENCE = re.compile(r"(`{3,}|~{3,})\s*(.*?)\s*$")
INDENTED_FENCE = re.compile(r"\s+(`{3,}|~{3,})")
HEADING = re.compile(r"## +(.*?)\s*$")
NAME = re.compile(r"`([^`]+)`:\s*(\(absent\))?\s*$")
RULES = re.compile(r"rules:\s*(.*?)\s*$")
MARKER = re.compile(r"#\s*error:(.*)$")
MISSPELT_MARKER = re.compile(r"#\s*errors?\b\s*(\d|\[|:)", re.IGNORECASE)
FINDING = re.compile(r'\s*(?:(?P<column>\d+)\s+)?\[(?P<rule>[^\]]*)\](?:\s+"(?P<fragment>[^"]*)")?')
EXPECTED = re.compile(
    r'(?P<path>[^:]+):(?P<line>\d+)(?::(?P<column>\d+))?\s+(?P<rule>\S+)(?:\s+"(?P<fragment>[^"]*)")?$'
)
ALWAYS_COMPARED = "unreadable-file"

Check = Callable[[Path], Iterable[Violation]]


class ScenarioError(Exception):
    """A document that cannot be taken at its word; the message names document, line and problem."""

    def __init__(self, document: str, line: int, problem: str) -> None:
        super().__init__(f"{document}:{line}: {problem}")


class Expectation(msgspec.Struct, frozen=True):
    """A finding that a case announces; `column` is None and `fragment` empty where it leaves them open."""

    path: str
    line: int
    rule: str
    column: int | None = None
    fragment: str = ""


class Case(msgspec.Struct, frozen=True):
    """One heading of a document: a project, and what is to be found in it.

    Attributes:
        files: path relative to the project's root -> content, those of the head included.
        rules: the rules that are compared.
    """

    document: str
    title: str
    files: dict[str, bytes]
    expected: tuple[Expectation, ...]
    rules: frozenset[str]

    @property
    def id(self) -> str:
        """`import_bypass.md::A relative import two levels up`."""
        return f"{self.document}::{self.title}"


class Block(msgspec.Struct, frozen=True):
    """A part of a document that means something: kind is "heading", "name", "absent", "rules" or "fence"."""

    kind: str
    line: int
    text: str
    body: str = ""


class Section(msgspec.Struct):
    """A head or a case while it is read: files by name, None for an absent one; the expected blocks."""

    title: str
    line: int
    files: dict[str, bytes | None] = {}
    expected: list[Block] = []


def read_document(path: Path, known: Collection[str]) -> list[Case]:
    """The cases of a document, compared by default as its folder says.

    Args:
        known: the names of all rules.

    Raises:
        ScenarioError: for everything that would make a case test less than it seems to.
    """
    default = [path.stem.replace("_", "-")] if path.parent.name == "rules" else known
    return parse(path.name, path.read_text(encoding="utf-8"), known, default)


def parse(document: str, text: str, known: Collection[str], default: Collection[str] | None = None) -> list[Case]:
    """The cases in the text of a document; `default` are the rules compared without a `rules:` line, all if None.

    Raises:
        ScenarioError: for everything that would make a case test less than it seems to.
    """
    blocks = list(_blocks(document, text))
    rules = _compared_rules(document, blocks, known, known if default is None else default)
    head, *sections = _sections(document, [block for block in blocks if block.kind != "rules"])
    if not sections:
        raise ScenarioError(document, 1, "no case: a case starts with a `## ` heading")
    _require_distinct_titles(document, sections)
    return [_case(document, head, section, rules) for section in sections]


def check_project(root: Path) -> tuple[Violation, ...]:
    """What ssot-lint reports for the project at `root`, by the configuration that stands there."""
    return _project(root).check().violations


def run(case: Case, root: Path, check: Check = check_project) -> list[str]:
    """The differences between what the case announces and what `check` finds; empty where there are none."""
    write_files(root, case.files)
    found = list(check(root))
    if not case.document.startswith("unreadable_file"):
        found += _broken(case, {violation.path for violation in found if violation.rule == ALWAYS_COMPARED})
    return compare(case, found)


def _broken(case: Case, reported: Collection[str]) -> Iterator[Violation]:
    """A finding for each file of the case with a mistake that the check has no reason to look for."""
    for path, content in case.files.items():
        if path.endswith((".py", ".pyi")) and path not in reported:
            unreadable = facts_of_bytes(content).unreadable
            if unreadable is not None:
                place = Span(unreadable.line, unreadable.column, unreadable.line, unreadable.column + 1)
                yield Violation(path, place, ALWAYS_COMPARED, unreadable.reason)


def buffer_differences(case: Case, root: Path) -> list[str]:
    """Where an editor's buffer would be judged otherwise than the same file in the check of its whole project.

    Files with a `noqa` are left out, since whoever asks for a buffer applies it, and so are those that cannot be read.
    """
    project = _project(root)
    violations = project.check().violations
    unreadable = {violation.path for violation in violations if violation.rule == ALWAYS_COMPARED}
    differences = []
    for path, content in case.files.items():
        if not path.endswith((".py", ".pyi")) or b"noqa" in content or path in unreadable:
            continue
        checked = {violation for violation in map(_shown, violations) if violation.startswith(f"{path}:")}
        buffered = {_shown(violation) for violation in project.check_buffer(path, decode(content))}
        differences += [f"only in the project: {shown}" for shown in sorted(checked - buffered)]
        differences += [f"only in the buffer: {shown}" for shown in sorted(buffered - checked)]
    return differences


def compare(case: Case, violations: Iterable[Violation]) -> list[str]:
    """One line for each finding that is announced and not found (`-`) or found and not announced (`+`), in order."""
    compared = case.rules | {ALWAYS_COMPARED}
    unannounced = [violation for violation in violations if violation.rule in compared]
    missing = []
    for expectation in sorted(case.expected, key=_openness):
        match = next((violation for violation in unannounced if _meets(violation, expectation)), None)
        if match is None:
            missing.append(expectation)
        else:
            unannounced.remove(match)
    lines = [(item.path, item.line, f"- {_announced(item)}") for item in missing]
    lines += [(item.path, item.span.line, f"+ {_shown(item)}") for item in unannounced]
    return [text for _, _, text in sorted(lines)]


def _project(root: Path) -> Project:
    configuration = find(str(root))
    if configuration is None or Path(configuration).parent != root:
        raise FileNotFoundError("the case has no configuration: ssot-lint.toml, or pyproject.toml with the table")
    return Project(str(root), load(configuration))


def _openness(expectation: Expectation) -> int:
    """The more an expectation leaves open, the later it chooses, so that it takes nothing from a stricter one."""
    return (expectation.column is None) + (not expectation.fragment)


def _meets(violation: Violation, expectation: Expectation) -> bool:
    return (
        (violation.path, violation.span.line, violation.rule) == (expectation.path, expectation.line, expectation.rule)
        and expectation.column in (None, violation.span.column)
        and expectation.fragment in violation.message
    )


def _announced(expectation: Expectation) -> str:
    column = "" if expectation.column is None else f":{expectation.column}"
    fragment = f' "{expectation.fragment}"' if expectation.fragment else ""
    return f"{expectation.path}:{expectation.line}{column} [{expectation.rule}]{fragment}"


def _shown(violation: Violation) -> str:
    return f"{violation.path}:{violation.span.line}:{violation.span.column} [{violation.rule}] {violation.message}"


def _blocks(document: str, text: str) -> Iterator[Block]:
    lines = enumerate(text.split("\n"), start=1)
    for number, line in lines:
        if fence := FENCE.match(line):
            yield Block("fence", number, fence[2], _fence_body(document, number, fence[1], lines))
        elif INDENTED_FENCE.match(line):
            raise ScenarioError(document, number, "an indented fence: start it at the margin, or nothing reads it")
        elif heading := HEADING.match(line):
            yield Block("heading", number, heading[1])
        elif name := NAME.match(line):
            yield Block("absent" if name[2] else "name", number, name[1])
        elif rules := RULES.match(line):
            yield Block("rules", number, rules[1])


def _fence_body(document: str, opened: int, fence: str, lines: Iterator[tuple[int, str]]) -> str:
    body: list[str] = []
    for _, line in lines:
        if line.startswith(fence) and not line.strip().strip(fence[0]):
            return "".join(f"{line}\n" for line in body)
        body.append(line)
    raise ScenarioError(document, opened, "a fence that is never closed")


def _compared_rules(
    document: str, blocks: list[Block], known: Collection[str], default: Collection[str]
) -> frozenset[str]:
    names, line = list(default), 1
    for index, block in enumerate(blocks):
        if block.kind == "rules":
            if any(earlier.kind in ("heading", "rules") for earlier in blocks[:index]):
                raise ScenarioError(document, block.line, "`rules:` stands once, in the head of the document")
            line = block.line
            names = list(known) if block.text == "all" else re.split(r",\s*", block.text)
    for name in names:
        _require_known(document, line, name, known)
    return frozenset(names)


def _require_known(document: str, line: int, rule: str, known: Collection[str]) -> None:
    if rule not in known:
        raise ScenarioError(document, line, f"unknown rule `{rule}`; there are: {', '.join(sorted(known))}")


def _sections(document: str, blocks: list[Block]) -> list[Section]:
    """The head and the cases, each block given to the section it stands in."""
    sections = [Section("", 1)]
    named: Block | None = None
    for block in blocks:
        if named and block.kind != "fence":
            raise ScenarioError(document, named.line, f"`{named.text}` is named, and no fence with its content follows")
        if block.kind == "heading":
            sections.append(Section(block.text, block.line))
        elif block.kind == "absent":
            _add_file(document, sections[-1], block, None)
        elif block.kind == "fence":
            _add_fence(document, sections, block, named)
        named = block if block.kind == "name" else None
    if named:
        raise ScenarioError(document, named.line, f"`{named.text}` is named, and no fence with its content follows")
    return sections


def _add_fence(document: str, sections: list[Section], fence: Block, named: Block | None) -> None:
    if named:
        _add_file(document, sections[-1], named, _encoded(document, fence))
    elif fence.text != "expected":
        raise ScenarioError(document, fence.line, "nothing reads this fence: name its file on a line before it")
    elif len(sections) == 1:
        raise ScenarioError(document, fence.line, "an `expected` block belongs to a case, not to the head")
    else:
        sections[-1].expected.append(fence)


def _add_file(document: str, section: Section, name: Block, content: bytes | None) -> None:
    path = PurePosixPath(name.text)
    if path.is_absolute() or ".." in path.parts or "\\" in name.text or str(path) != name.text:
        raise ScenarioError(document, name.line, f"`{name.text}` is no plain path below the root of the project")
    if name.text in section.files:
        raise ScenarioError(document, name.line, f"`{name.text}` stands twice in this part of the document")
    section.files[name.text] = content


def _encoded(document: str, fence: Block) -> bytes:
    _, _, option = fence.text.partition(" encoding=")
    try:
        return fence.body.encode(option or "utf-8")
    except (LookupError, UnicodeEncodeError) as error:
        raise ScenarioError(document, fence.line, str(error)) from error


def _require_distinct_titles(document: str, sections: list[Section]) -> None:
    seen: set[str] = set()
    for section in sections:
        if not section.title or section.title in seen:
            raise ScenarioError(document, section.line, f"a second case named `{section.title}`, or one without name")
        seen.add(section.title)


def _case(document: str, head: Section, section: Section, rules: frozenset[str]) -> Case:
    if not section.files:
        raise ScenarioError(document, section.line, f"the case `{section.title}` has no file of its own")
    for name, content in section.files.items():
        if content is None and name not in head.files:
            raise ScenarioError(document, section.line, f"`{name}` is absent without having been there")
    merged = {**head.files, **section.files}
    files = {name: content for name, content in merged.items() if content is not None}
    expected = [*_marked(document, section, files, rules), *_listed(document, section, files, rules)]
    return Case(document, section.title, files, tuple(expected), rules)


def _marked(
    document: str, section: Section, files: Mapping[str, bytes], rules: Collection[str]
) -> Iterator[Expectation]:
    """The expectations in the markers of the files."""
    for path, content in files.items():
        for number, line in enumerate(_text(content).split("\n"), start=1):
            place = f"`{path}`, line {number} of the case `{section.title}`"
            if marker := MARKER.search(line):
                for finding in _findings(document, section.line, marker[1], place):
                    yield _expectation(document, section.line, {**finding, "path": path, "line": number}, rules)
            elif MISSPELT_MARKER.search(line):
                raise ScenarioError(document, section.line, f"{place}: a marker reads `# error: [rule]`")


def _text(content: bytes) -> str:
    """What a file says, as far as it can be read at all."""
    try:
        return decode(content)
    except Unreadable:
        return content.decode(errors="replace")


def _findings(document: str, line: int, text: str, place: str) -> Iterator[dict[str, str | None]]:
    position = 0
    while text[position:].strip():
        finding = FINDING.match(text, position)
        if finding is None:
            raise ScenarioError(document, line, f"{place}: cannot read the marker from `{text[position:].strip()}` on")
        yield finding.groupdict()
        position = finding.end()
    if position == 0:
        raise ScenarioError(document, line, f"{place}: a marker without a rule")


def _listed(
    document: str, section: Section, files: Mapping[str, bytes], rules: Collection[str]
) -> Iterator[Expectation]:
    """The expectations in the `expected` blocks of the case."""
    for block in section.expected:
        if not block.body.strip():
            raise ScenarioError(document, block.line, "an empty `expected` block")
        for number, line in enumerate(block.body.splitlines(), start=block.line + 1):
            match = EXPECTED.match(line)
            if match is None:
                raise ScenarioError(document, number, f'`{line}` is not `path:line[:column] rule "part of message"`')
            if match["path"] not in files:
                raise ScenarioError(document, number, f"`{match['path']}` is no file of the case `{section.title}`")
            yield _expectation(document, number, match.groupdict(), rules)


def _expectation(
    document: str, line: int, fields: Mapping[str, str | int | None], rules: Collection[str]
) -> Expectation:
    rule = str(fields["rule"])
    _require_known(document, line, rule, {*rules, ALWAYS_COMPARED})
    column = fields["column"]
    return Expectation(
        path=str(fields["path"]),
        line=int(fields["line"] or 0),
        rule=rule,
        column=None if column is None else int(column),
        fragment=str(fields["fragment"] or ""),
    )

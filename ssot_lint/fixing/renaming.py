"""Gives an imported name its own name throughout a file, where nothing speaks against that."""

from __future__ import annotations

import builtins
import re
from collections.abc import Container, Iterator

from ssot_lint.fixing.imports import names_in
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.takers import looked_up
from ssot_lint.fixing.task import Refusal
from ssot_lint.fixing.uses import Use, Uses
from ssot_lint.model.facts import NONE, Binding, Import, Name, Text

_EXAMPLE = re.compile(r"""(?:#\s*|\w?(?:\"{3}|'{3}))?\s*(?:>>>|\.\.\.) (.*)""")
_TYPE_COMMENT = re.compile(r"#[ \t]*type:(?![ \t]*ignore\b).*")


def rename_uses(manuscript: Manuscript, sheet: Sheet, place: int, new: str) -> None:
    """Write another name wherever the file uses what an import binds.

    Args:
        place: index of the import.
        new: the name that the import gets.

    Raises:
        Refusal: the old name has to stay, and why; nothing is changed then.
    """
    fact = manuscript.facts.imports[place]
    old = fact.alias or fact.name
    uses, twins = Uses(manuscript), _twins(manuscript, place)
    _require_its_own(manuscript, twins, old)
    if manuscript.is_in_class(place):
        raise Refusal(f"`{old}` stays: it can be taken from the class")
    _require_free(manuscript, new)
    if is_mangled(new) and any("class" in kinds_around(manuscript, block) for block in _blocks(manuscript, place, old)):
        raise Refusal(f"`{old}` stays: `{new}` means something else inside of a class")
    if manuscript.takers.need(old):
        raise Refusal(f"`{old}` stays: `__all__` lists it, or other files take it from here")
    _require_unquoted(manuscript, old, manuscript.facts.blocks[fact.block].scope)
    spans = [_span(uses, use, twins) for use in uses.of(old)]
    if len(set(spans)) != len(spans):
        raise Refusal(f"`{old}` stays: it stands in an f-string, where places cannot be told")
    for start, end in spans:
        sheet.replace(start, end, new)


def is_mangled(name: str) -> bool:
    """Whether Python gives a name another one inside of a class."""
    return name.startswith("__") and not name.endswith("__")


def kinds_around(manuscript: Manuscript, block: int) -> list[str]:
    """The kinds of the scopes around a block."""
    facts, found = manuscript.facts, []
    scope = facts.blocks[block].scope
    while scope != NONE:
        found.append(facts.scopes[scope].kind)
        scope = facts.scopes[scope].parent
    return found


def _blocks(manuscript: Manuscript, place: int, old: str) -> list[int]:
    """The blocks in which a name is imported and used."""
    return [
        manuscript.facts.imports[place].block,
        *(item.block for _, item in manuscript.module.all_of(Name) if item.id == old),
    ]


def _twins(manuscript: Manuscript, place: int) -> frozenset[int]:
    """The imports that say the same in the same block, the one itself included."""

    def said(fact: Import) -> tuple[int, str, int, str, str]:
        return fact.block, fact.module, fact.level, fact.name, fact.alias

    imports = manuscript.facts.imports
    return frozenset(other for other, fact in enumerate(imports) if said(fact) == said(imports[place]))


def _require_its_own(manuscript: Manuscript, twins: Container[int], old: str) -> None:
    """Nothing else binds the name, in any scope."""
    for item in manuscript.facts.bindings:
        if item.name == old and not _is_of(item, twins):
            raise Refusal(f"`{old}` stays: line {item.line} {_done_by(manuscript, item)}")
    if any(old in (*scope.outer, *scope.nonlocals) for scope in manuscript.facts.scopes):
        raise Refusal(f"`{old}` stays: a function declares it `global` or `nonlocal`")


def _done_by(manuscript: Manuscript, binding: Binding) -> str:
    """What another binding does with the name, in words."""
    if binding.kind == "delete":
        return "deletes it"
    block = manuscript.facts.blocks[binding.block]
    if block.kind == "elsewhere":
        return "binds it anew from within a function"
    kind = manuscript.facts.scopes[block.scope].kind
    what = {"import": "imports something by this name", "parameter": "has a parameter of this name"}
    said = what.get(binding.kind, "binds it to something else")
    return f"{said}, as an attribute of a class" if kind == "class" else said


def _is_of(binding: Binding, twins: Container[int]) -> bool:
    return binding.kind == "import" and binding.value in twins


def _require_free(manuscript: Manuscript, new: str) -> None:
    if hasattr(builtins, new) or new in names_in(manuscript):
        raise Refusal(f"the old name stays: `{new}` means something in this file already")


def _require_unquoted(manuscript: Manuscript, old: str, scope: int) -> None:
    """No string may be a piece of code or a path in which the name stands; prose may mention it."""
    word = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    for _, text in manuscript.module.all_of(Text):
        is_code = not re.search(r"\s", text.value) or text.role == "annotation"
        if is_code and word.search(text.value) and not _is_followed(manuscript, text, old):
            raise Refusal(f"`{old}` stays: a string in line {text.line} names it")
    if in_type_comment(manuscript, old):
        raise Refusal(f"`{old}` stays: a type comment names it")
    if scope == 0 and (line := line_of_example(manuscript.text, old)):
        raise Refusal(f"`{old}` stays: a doctest in line {line} names it")
    if manuscript.facts.opaque_namespace or looked_up(manuscript.module, old, scope):
        raise Refusal(f"`{old}` stays: names are looked up in this file in ways that cannot be followed")


def in_type_comment(manuscript: Manuscript, name: str) -> bool:
    """Whether a name stands in a type comment, which no edit follows."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return any(word.search(match[0]) for match in _TYPE_COMMENT.finditer(manuscript.text))


def line_of_example(text: str, name: str) -> int:
    """The line of a doctest that finds a name in its file; 0 where none does, or where one imports it itself."""
    word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    found = [(place, code) for place, code in _examples(text) if word.search(code)]
    is_brought = any(re.match(r"(?:from|import)\b", code) for _, code in found)
    return found[0][0] if found and not is_brought else 0


def _examples(text: str) -> Iterator[tuple[int, str]]:
    """The lines of doctests, with what is run there."""
    for place, line in enumerate(text.splitlines() if ">>>" in text else (), 1):
        if match := _EXAMPLE.match(line):
            yield place, match[1]


def _is_followed(manuscript: Manuscript, text: Text, old: str) -> bool:
    """Whether the facts tell of each use of the name in a string annotation, and where it is."""
    if text.role != "annotation":
        return False
    inside = [
        use for use in Uses(manuscript).of(old)
        if text.line <= (line := int(getattr(manuscript.module.expression(use.place), "line", 0))) <= text.end_line
        and line > 0
    ]
    return len(inside) >= len(re.findall(rf"(?<!\w){re.escape(old)}(?!\w)", text.value))


def _span(uses: Uses, use: Use, twins: Container[int]) -> tuple[int, int]:
    if any(not _is_of(binding, twins) for binding in use.bindings) or not use.bindings:
        raise Refusal(f"`{use.name}` stays: it can mean several things")
    return uses.span(use, 0)

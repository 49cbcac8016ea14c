"""A file that is to be changed, with its facts and its layout side by side."""

from __future__ import annotations

from functools import cached_property

from ssot_lint.facts.layout import Attempt, Layout, Lines, Statement, layout_of
from ssot_lint.fixing.drafts import Draft
from ssot_lint.fixing.patches import Patches
from ssot_lint.fixing.proposals import Page
from ssot_lint.fixing.quiet import is_quiet
from ssot_lint.fixing.takers import Takers
from ssot_lint.model.facts import Import
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Edit
from ssot_lint.rules.context import RuleContext
from ssot_lint.rules.suspicion import Suspicion

_WIDTH = 88
_WIDEST = 120


class Manuscript:
    """What all proposals for one file share; nothing here ever changes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.module = page.module
        self.facts = page.module.facts
        self.index = page.knowledge.index
        self.text = page.text
        self.lines = Lines(page.text)

    @cached_property
    def context(self) -> RuleContext:
        """What rules are given, for the questions that they share with planners."""
        knowledge = self.page.knowledge
        return RuleContext(self.module, knowledge, Suspicion(self.module, knowledge.meanings))

    @cached_property
    def takers(self) -> Takers:
        """What other files take from this one."""
        return Takers(self.index, self.module)

    @cached_property
    def patches(self) -> Patches:
        """What the project replaces at run time."""
        return Patches(self.index)

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.text)

    @cached_property
    def newline(self) -> str:
        """The line end of the file's first line."""
        end = self.lines.line_end(0)
        return self.text[end:self.lines.starts[1]] if len(self.lines.starts) > 1 else "\n"

    @cached_property
    def step(self) -> str:
        """By how much the file indents."""
        for body in self.layout.bodies[1:]:
            indent = self.indent(self.layout.statements[body[0]]) if body else ""
            if indent.startswith("\t"):
                return "\t"
        return "    "

    @cached_property
    def width(self) -> int:
        """How long a line may get."""
        longest = max(map(len, self.text.splitlines()), default=0)
        return min(max(longest, _WIDTH), _WIDEST)

    # --- statements

    @cached_property
    def _homes(self) -> dict[tuple[int, int], tuple[int, int]]:
        return {
            place: (index, position)
            for index, statement in enumerate(self.layout.statements) for position, place in enumerate(statement.names)
        }

    @cached_property
    def _facts_at(self) -> dict[tuple[int, int], int]:
        return {(fact.line, fact.column): index for index, fact in enumerate(self.facts.imports)}

    def home(self, fact: Import) -> tuple[int, int]:
        """The statement of an import, and its position among the names there."""
        return self._homes[fact.line, fact.column]

    def local_of(self, place: int) -> str:
        """The name that an import binds."""
        fact = self.facts.imports[place]
        return fact.alias or fact.name or fact.module.partition(".")[0]

    def is_in_class(self, place: int) -> bool:
        """Whether an import binds a member of a class."""
        return self.facts.scopes[self.facts.blocks[self.facts.imports[place].block].scope].kind == "class"

    def imports_of(self, statement: int) -> list[int]:
        """The facts of a statement's names."""
        return [self._facts_at[place] for place in self.layout.statements[statement].names]

    def source_of(self, statement: int) -> str:
        """The module that a `from` statement imports from, its dots resolved."""
        return self.module.absolute(self.facts.imports[self.imports_of(statement)[0]])

    def is_quiet(self, statement: int) -> bool:
        """Whether it does not matter what is imported before an import statement and what after it."""
        facts = [self.facts.imports[place] for place in self.imports_of(statement)]
        return all(is_quiet(self.index, self.module, self.module.absolute(fact)) for fact in facts)

    def draft(self, statement: int) -> Draft:
        found = self.layout.statements[statement]
        return Draft(self.text[found.start:found.end])

    def attempt_of(self, statement: int) -> Attempt | None:
        """The `try` of which a statement's body is an arm."""
        return self.layout.attempts.get(self.layout.statements[statement].body)

    # --- lines

    def indent(self, statement: Statement) -> str:
        """What stands before a statement on its line."""
        return self.text[self.lines.line_start(statement.start):statement.start]

    def margin(self, statement: Statement) -> str:
        """The indentation of a statement's line."""
        before = self.indent(statement)
        return before[:len(before) - len(before.lstrip())].replace("\f", "")

    def tail(self, statement: Statement) -> str:
        """What stands behind a statement on its last line."""
        return self.text[statement.end:self.lines.line_end(statement.end)]

    def comment(self, statement: Statement) -> str:
        """The comment behind a statement; "" without one, or where it is another's."""
        tail = self.tail(statement).strip()
        return tail if tail.startswith("#") else ""

    def is_alone(self, statement: Statement) -> bool:
        """Whether it shares its lines with no other statement."""
        return self.stands_alone(statement.start, statement.end)

    def stands_alone(self, start: int, end: int) -> bool:
        """Whether nothing but a comment stands beside a piece of the text on its lines."""
        tail = self.text[end:self.lines.line_end(end)].strip()
        return not self.text[self.lines.line_start(start):start].strip() and (not tail or tail.startswith("#"))

    def has_comment_above(self, statement: Statement) -> bool:
        line = self.lines.place(statement.start)[0]
        return line > 1 and self.text[self.lines.starts[line - 2]:].lstrip(" \t\f").startswith("#")

    def start_with_comments(self, statement: Statement) -> int:
        """Where the line of a statement starts, or the comment above that is its own: one that heads no file."""
        line = own = self.lines.place(statement.start)[0]
        while line > 1 and self.text[self.lines.starts[line - 2]:].startswith("#"):
            line -= 1
        return self.lines.starts[(line if line > 1 else own) - 1]

    def is_followed_by_space(self, statement: Statement) -> bool:
        """Whether the line behind a statement is empty, or the text ends there."""
        line = self.lines.place(statement.end)[0]
        following = self.lines.starts[line] if line < len(self.lines.starts) else len(self.text)
        return not self.text[following:self.lines.line_end(following)].strip()

    def are_neighbours(self, one: int, other: int) -> bool:
        """Whether the second statement begins on the line on which the first one's last line ends."""
        statements = self.layout.statements
        return self.lines.place(statements[other].start)[0] == self.lines.place(statements[one].end)[0] + 1

    # --- edits

    def edit(self, start: int, end: int, text: str) -> Edit:
        return Edit(Span(*self.lines.place(start), *self.lines.place(end)), text)

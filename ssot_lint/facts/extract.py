"""Text -> tree -> facts."""

from __future__ import annotations

import ast

import msgspec

# The collectors register themselves when they are imported.
from ssot_lint.facts import bindings, branches, definitions, expressions, imports  # noqa: F401
from ssot_lint.facts.depth import deep_recursion
from ssot_lint.facts.parsing import plain_parser
from ssot_lint.facts.positions import Positions
from ssot_lint.facts.walker import Walker
from ssot_lint.model.facts import Exports, FileFacts, Unreadable


def facts_of_text(text: str) -> FileFacts:
    """Parse and collect. A text that does not parse gives facts that hold nothing but `unreadable`.

    Args:
        text: decoded source; a byte order mark at its start is ignored.
    """
    text = text.removeprefix("\ufeff")
    try:
        with plain_parser():
            tree = ast.parse(text)
    except SyntaxError as error:
        return unreadable(f"{type(error).__name__}: {error.msg}", *_place_of(error, text))
    except (RecursionError, MemoryError):
        return unreadable("nested too deeply for the parser", fleeting=True)
    except ValueError as error:
        return unreadable(str(error))
    return facts_of_tree(tree, text)


def _place_of(error: SyntaxError, text: str) -> tuple[int, int]:
    """Line and column, in characters, inside the text; at most one beyond the last character of the line.

    Before Python 3.12, what is wrong inside of an f-string has its column in the expression, in parentheses.
    """
    lines = Positions(text).lines
    line = min(max(error.lineno or 1, 1), len(lines))
    column, shown, written = error.offset or 1, (error.text or "").strip(), lines[line - 1]
    if shown.startswith("(") and shown != written.strip():
        start = written.find(shown[1:-1])
        column = 1 if start < 0 else start + column - 1
    return line, max(1, min(column, len(written) + 1))


def facts_of_tree(tree: ast.Module, text: str) -> FileFacts:
    """Collect from a tree that is already parsed.

    Args:
        text: the text it was parsed from, for columns.
    """
    walker = Walker(text.removeprefix("\ufeff"))
    try:
        with deep_recursion(), plain_parser():  # string annotations are parsed on the way
            walker.statements(tree.body)
    except RecursionError:
        return unreadable("nested too deeply", fleeting=True)
    return _finished(walker)


def unreadable(reason: str, line: int = 1, column: int = 1, fleeting: bool = False) -> FileFacts:
    """The facts of a file that has none."""
    why = Unreadable(reason, max(line, 1), max(column, 1), fleeting)
    return msgspec.structs.replace(_finished(Walker("")), unreadable=why)


def _finished(walker: Walker) -> FileFacts:
    noted = walker.exported
    exports = None if noted is None else Exports(tuple(noted.names), noted.dynamic, tuple(noted.sources))
    replaces_itself = walker.has_getattr or walker.opaque_namespace
    return FileFacts(
        tuple(walker.expressions), tuple(walker.scopes), tuple(walker.blocks), tuple(walker.bindings),
        tuple(walker.imports), tuple(item for item in walker.classes if item),
        tuple(item for item in walker.functions if item), tuple(walker.members), exports,
        tuple(walker.lazy) if replaces_itself else (), walker.has_getattr, walker.opaque_namespace,
        walker.extends_path, compared=tuple(walker.compared), entries=tuple(walker.entries),
        lambdas=tuple(walker.lambdas),
    )

"""Which findings SOT101, SOT102 and SOT103 owe for a tree, worked out without any code of ssot-lint.

The engine parses with `ast` and resolves over its own index. This module takes the two other sources that the standard
library offers: the token stream says where names, imports and strings stand, and `symtable`, CPython's own scope
analysis, says what a name means there. Resolution through re-exports is a recursive search over module tables.

What counts as a finding is the text of the rules, nothing else:

* SOT101: an imported name, or an attribute of an imported module, that reaches something retired, or the truth by a way
  other than its canonical module or a facade. Through any chain of re-exports, reported at the name.
* SOT102: the same through a constant module name handed to an import function, or looked up in `sys.modules`.
* SOT103: a string constant, no expression statement, that is as a whole a dotted path equal to or below something
  retired.

Left out of the count, because the rules say so: the canonical module and the facades of a truth, `allow-in`, files inside
the retired module or package that they import from. What flake8's `# noqa` silences is counted, and marked.

Known limits: relative names in `import_module`, f-strings that span lines, lazy-import tables other than a module's
`__getattr__`.
"""

from __future__ import annotations

import io
import keyword
import re
import symtable
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import tomli

CODES = {"import-bypass": "SOT101", "dynamic-import-bypass": "SOT102", "string-reference-bypass": "SOT103"}

NOQA = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
NOQA_FILE = re.compile(r"\s*# flake8[:=]\s*noqa\s*$", re.IGNORECASE)
STRING = re.compile(r"(?P<prefix>[A-Za-z]*)(?P<quote>\"\"\"|'''|\"|')(?P<text>.*)(?P=quote)", re.DOTALL)
DOTTED_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:[.:][A-Za-z_]\w*)(?:\.[A-Za-z_]\w*)*")
FIELD = re.compile(r"\{([^{}]*)\}")
CHAIN = re.compile(r"(?<![\w.\"'])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
IMPORTERS = {"import_module", "__import__", "resolve_name"}
GENERICS = {"Optional", "Union", "List", "Dict", "Set", "Tuple", "Type", "Sequence", "Iterable", "Iterator", "Callable"}
GENERICS |= {name.lower() for name in GENERICS}
INNER_SCOPES = {"lambda", "listcomp", "genexpr", "setcomp", "dictcomp"}
LAYOUT = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


# --- what is retired -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """A module, or with `name` an object in it."""

    module: str
    name: str = ""

    @staticmethod
    def parse(text: str) -> Named:
        """Reads `module:name` or `module`."""
        module, _, name = text.partition(":")
        return Named(module, name)

    def covers(self, module: str, name: str) -> bool:
        """Whether `name` in `module` is this path, or lies below it."""
        return (module, name) == (self.module, self.name) if self.name else is_below(module, self.module)


@dataclass(frozen=True)
class Retired:
    """One retired path, what took its place, and the truth that retired it, if any."""

    path: Named
    replacement: Named | None
    truth: str = ""


@dataclass(frozen=True)
class Truth:
    """What the rules need to know of one truth."""

    name: str
    canonical: Named
    facades: frozenset[str]
    allow_in: tuple[str, ...]

    def tolerates(self, module: str) -> bool:
        """Whether a module may reach this truth, and what it retired, by any way."""
        return self.may_be_imported_from(module) or any(is_below(module, allowed) for allowed in self.allow_in)

    def may_be_imported_from(self, module: str) -> bool:
        """Whether a module is the canonical one or a facade."""
        return module == self.canonical.module or module in self.facades


@dataclass(frozen=True)
class Policy:
    """The parts of `ssot-lint.toml` that decide about SOT101 to SOT103."""

    retired: tuple[Retired, ...]
    truths: Mapping[str, Truth]

    @staticmethod
    def read(file: Path) -> Policy:
        """Reads a configuration whose tables stand at top level."""
        tables: dict[str, Any] = tomli.loads(file.read_text(encoding="utf-8"))
        retired = [Retired(Named.parse(old), Named.parse(new)) for old, new in tables.get("moved", {}).items()]
        retired += [Retired(Named.parse(old), None) for old in tables.get("gone", [])]
        truths = {}
        for table in tables.get("truth", []):
            canonical = Named.parse(table["canonical"])
            retired += [Retired(Named.parse(old), canonical, table["name"]) for old in table.get("retired", [])]
            truths[table["name"]] = Truth(
                table["name"], canonical, frozenset(table.get("facades", [])), tuple(table.get("allow-in", []))
            )
        return Policy(tuple(retired), truths)

    @cached_property
    def _by_module(self) -> dict[str, list[Retired]]:
        index: dict[str, list[Retired]] = {}
        for retired in self.retired:
            index.setdefault(retired.path.module, []).append(retired)
        return index

    def retirements_of(self, module: str, name: str) -> Iterator[Retired]:
        """What of the retired covers `name` in `module`; an empty name asks for the module itself."""
        for prefix in prefixes(module):
            yield from (retired for retired in self._by_module.get(prefix, ()) if retired.path.covers(module, name))


def is_below(path: str, ancestor: str) -> bool:
    """Whether a dotted path is `ancestor` or lies below it."""
    return path == ancestor or path.startswith(ancestor + ".")


def prefixes(dotted: str) -> list[str]:
    """`a`, `a.b`, `a.b.c` for `a.b.c`."""
    parts = dotted.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


# --- what a file says ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    """What an import binds: the module `module`, or with `name` that name in it."""

    module: str
    name: str = ""


@dataclass
class Scope:
    """One function, class or module body, with CPython's own account of its names."""

    kind: str
    table: symtable.SymbolTable | None
    parent: Scope | None
    name: str = ""
    imports: dict[str, list[Origin]] = field(default_factory=dict)

    @property
    def is_lazy_module_level(self) -> bool:
        """Whether this is a module's `__getattr__` (PEP 562): what it imports, the module provides."""
        return self.name == "__getattr__" and self.parent is not None and self.parent.kind == "module"


@dataclass(frozen=True)
class Spot:
    """A position: line from 1, column from 1, in characters."""

    line: int
    column: int


@dataclass(frozen=True)
class Imported:
    """One imported name; `name` is "*" for a star import, "" where a whole module is imported."""

    spot: Spot
    scope: Scope
    module: str
    name: str


@dataclass(frozen=True)
class Chain:
    """An attribute chain `a.b.c` that starts with a plain name."""

    spot: Spot
    scope: Scope
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A string constant, adjacent literals joined; `dynamic` where an import function or `sys.modules` takes it."""

    spot: Spot
    scope: Scope
    value: str
    dynamic: bool


class File:
    """One file of the tree: its imports, attribute chains, strings and module-level names."""

    def __init__(self, root: Path, path: Path) -> None:
        relative = path.relative_to(root)
        parts = relative.with_suffix("").parts
        self.path = relative.as_posix()
        self.is_package = parts[-1] == "__init__"
        self.module = ".".join(parts[:-1] if self.is_package else parts)
        with tokenize.open(path) as stream:
            self.source = stream.read()
        self.top = symtable.symtable(self.source, self.path, "exec")
        self.tokens = list(tokenize.generate_tokens(io.StringIO(self.source).readline))
        self.imported: list[Imported] = []
        self.chains: list[Chain] = []
        self.texts: list[Text] = []
        self.aliases: dict[str, list[tuple[str, ...]]] = {}
        self.scope = Scope("module", self.top, None)
        Reader(self).read()

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the file's code mentions."""
        return frozenset(token.string for token in self.tokens if token.type == tokenize.NAME)

    @cached_property
    def stars(self) -> list[str]:
        """Modules whose names a star import brings to module level."""
        return [item.module for item in self.imported if item.name == "*" and item.scope.kind == "module"]

    def binds_itself(self, name: str) -> bool:
        """Whether the module binds a name at top level by anything but an import."""
        try:
            symbol = self.top.lookup(name)
        except KeyError:
            return False
        return symbol.is_assigned()

    def provided(self, name: str) -> list[Origin]:
        """What imports bind a name at module level, a module `__getattr__` included."""
        return self.scope.imports.get(name, [])

    def silences(self, line: int, code: str) -> bool:
        """Whether flake8 would drop a finding with that code on that line."""
        if self._is_silent_file:
            return True
        first, last = self._noqa_ranges.get(line, (line, line))
        match = NOQA.search("".join(self._lines[first - 1:last]))
        if match is None:
            return False
        codes = match["codes"]
        return codes is None or code.startswith(tuple(filter(None, re.split(r"[,\s]", codes.upper()))))

    @cached_property
    def _lines(self) -> list[str]:
        return self.source.splitlines(keepends=True)

    @cached_property
    def _is_silent_file(self) -> bool:
        return any(NOQA_FILE.match(line) for line in self._lines)

    @cached_property
    def _noqa_ranges(self) -> dict[int, tuple[int, int]]:
        """Lines that one comment speaks for together: those of a multi-line string or a backslash continuation."""
        ranges: dict[int, tuple[int, int]] = {}
        first, last = len(self._lines) + 1, 0
        for token in self.tokens:
            if token.type not in {tokenize.ENDMARKER, tokenize.DEDENT}:
                first, last = min(first, token.start[0]), max(last, token.end[0])
                if token.type in {tokenize.NL, tokenize.NEWLINE}:
                    ranges.update(dict.fromkeys(range(first, last + 1), (first, last)))
                    first, last = len(self._lines) + 1, 0
        return ranges


class Reader:
    """Walks the tokens of one file once, keeping track of the scope it is in."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.tokens = [token for token in file.tokens if token.type not in {tokenize.COMMENT, tokenize.NL}]
        self.position = 0
        self.scope = file.scope
        self.bodies: list[Scope] = []  # the scope to return to at each DEDENT
        self.opening: Scope | None = None  # a `def` or `class` whose header is being read
        self.inline: Scope | None = None  # the scope to return to at the end of a one-line body
        self.brackets: list[str] = []  # each open bracket, with the name right before it: `(`, `List[`

    def read(self) -> None:
        """Fills the file's lists."""
        while self.position < len(self.tokens):
            before = self.position
            self._layout(self.tokens[self.position])
            self._statement_or_name(self.tokens[self.position])
            if self.position == before:
                self.position += 1

    def _look(self, offset: int = 0) -> str:
        place = self.position + offset
        return self.tokens[place].string if 0 <= place < len(self.tokens) else ""

    def _type(self, offset: int) -> int:
        place = self.position + offset
        return self.tokens[place].type if 0 <= place < len(self.tokens) else tokenize.NEWLINE

    def _layout(self, token: tokenize.TokenInfo) -> None:
        """Follows blocks and brackets."""
        if token.type == tokenize.INDENT:
            self.bodies.append(self.scope)
            self.scope, self.opening = self.opening or self.scope, None
        elif token.type == tokenize.DEDENT:
            self.scope = self.bodies.pop()
        elif token.type == tokenize.NEWLINE and self.inline is not None:
            self.scope, self.inline = self.inline, None
        elif token.type == tokenize.OP and token.string in "([{":
            self.brackets.append((self._look(-1) if self._type(-1) == tokenize.NAME else "") + token.string)
        elif token.type == tokenize.OP and token.string in ")]}":
            self.brackets.pop()
        elif token.string == ":" and self.opening and not self.brackets and self._type(1) != tokenize.NEWLINE:
            self.inline, self.scope, self.opening = self.scope, self.opening, None

    def _starts_statement(self) -> bool:
        return self._type(-1) in LAYOUT or self._look(-1) in {";", ":"}

    def _statement_or_name(self, token: tokenize.TokenInfo) -> None:
        if token.type == tokenize.STRING:
            self._string()
        elif token.type != tokenize.NAME:
            return
        elif token.string in {"def", "class"} and self._type(1) == tokenize.NAME and self._look(-1) != ".":
            self._open(token)
        elif token.string == "import" and self._starts_statement():
            self._import()
        elif token.string == "from" and self._starts_statement():
            self._from()
        elif not keyword.iskeyword(token.string) and self._look(-1) != ".":
            self._chain()

    def _open(self, token: tokenize.TokenInfo) -> None:
        name = self._look(1)
        table = child_table(self.scope.table, name, token.start[0]) if self.scope.table else None
        self.opening = Scope("class" if token.string == "class" else "function", table, self.scope, name)
        self.position += 2

    def _dotted(self) -> str:
        """Reads `a.b.c`, leading dots included."""
        text = ""
        while self._look() in {".", "..."} or (self._type(0) == tokenize.NAME and self._look() not in {"import", "as"}):
            text += self._look()
            self.position += 1
        return text

    def _as(self) -> str:
        if self._look() != "as":
            return ""
        self.position += 2
        return self._look(-1)

    def _import(self) -> None:
        while self._look() in {"import", ","}:
            self.position += 1
            spot = spot_of(self.tokens[self.position])
            module = self._dotted()
            bound = self._as()
            self.file.imported.append(Imported(spot, self.scope, module, ""))
            self._bind(bound or module.partition(".")[0], Origin(module if bound else module.partition(".")[0]))

    def _from(self) -> None:
        self.position += 1
        module = self._absolute(self._dotted())
        while self._look() in {"import", ",", "("}:
            self.position += 1
            if self._look() in {"(", ")"} or self._type(0) == tokenize.NEWLINE:
                continue
            spot, name = spot_of(self.tokens[self.position]), self._look()
            self.position += 1
            bound = self._as() or name
            self.file.imported.append(Imported(spot, self.scope, module, name))
            if name != "*":
                self._bind(bound, Origin(module, name))
        if self._look() == ")":
            self.position += 1

    def _absolute(self, module: str) -> str:
        level = len(module) - len(module.lstrip("."))
        if not level:
            return module
        package = self.file.module.split(".")
        package = package[: len(package) - level + (1 if self.file.is_package else 0)]
        return ".".join([*package, *filter(None, [module[level:]])])

    def _bind(self, name: str, origin: Origin) -> None:
        self.scope.imports.setdefault(name, []).append(origin)
        if self.scope.is_lazy_module_level or (self.scope.table and declares_global(self.scope, name)):
            self.file.scope.imports.setdefault(name, []).append(origin)

    def _chain(self) -> None:
        parts, start = [self._look()], self.position
        self.position += 1
        while self._look() == "." and self._type(1) == tokenize.NAME:
            parts.append(self._look(1))
            self.position += 2
        if len(parts) > 1:
            self.file.chains.append(Chain(spot_of(self.tokens[start]), self.scope, tuple(parts)))
        self._alias(start, tuple(parts))

    def _alias(self, start: int, parts: tuple[str, ...]) -> None:
        """Notes `name = other.thing` at module level: whoever imports `name` gets the other thing."""
        if self.scope.kind == "module" and self._type(0) == tokenize.NEWLINE and self.tokens[start - 1].string == "=":
            target, before = self.tokens[start - 2], self.tokens[start - 3] if start >= 3 else None
            if target.type == tokenize.NAME and (before is None or before.type in LAYOUT or before.string == ";"):
                self.file.aliases.setdefault(target.string, []).append(parts)

    def _string(self) -> None:
        """Reads a constant (adjacent literals and, for import functions, `+` included) and what stands in f-strings."""
        spot, opened = spot_of(self.tokens[self.position]), self.position
        value: str | None = ""
        joins = {"+"} if self._is_dynamic(opened) else set()
        while self._type(0) == tokenize.STRING or (self._look() in joins and self._type(1) == tokenize.STRING):
            if self._type(0) == tokenize.STRING:
                text = constant(self._look(), bool(joins))
                value = None if value is None or text is None else value + text
                self._fields(self.tokens[self.position])
            self.position += 1
        before = self.tokens[opened - 1] if opened else None
        annotates = self._is_annotation(opened)
        stands_alone = before is None or before.type in LAYOUT or before.string == ";" or self._opens_body(opened)
        if not value or (stands_alone and (self._type(0) == tokenize.NEWLINE or self._look() == ";")):
            return
        if annotates:
            self._chains_in(value, spot)
        else:
            self.file.texts.append(Text(spot, self.scope, value, bool(joins)))

    def _is_dynamic(self, opened: int) -> bool:
        """Whether an import function, or `sys.modules`, takes the string that starts there."""
        before = ["", "", "", "", *(token.string for token in self.tokens[max(0, opened - 4):opened])][-4:]
        called = before[-2] if before[-1] == "(" else before[0] if before[1:] == ["(", "name", "="] else ""
        return called in IMPORTERS or before == ["sys", ".", "modules", "["]

    def _opens_body(self, opened: int) -> bool:
        """Whether the string that starts there is the body of a one-line compound statement."""
        return self.tokens[opened - 1].string == ":" and not self.brackets and not self._is_annotation(opened)

    def _is_annotation(self, opened: int) -> bool:
        """Whether the string that starts there is an annotation, or stands in one."""
        bracket = self.brackets[-1] if self.brackets else ""
        before = self.tokens[opened - 1].string if opened else ""
        if before == ":" and not bracket:
            name, ahead = self.tokens[opened - 2], self.tokens[opened - 3]
            return name.type == tokenize.NAME and not keyword.iskeyword(name.string) and ahead.type in LAYOUT
        if before in {":", "->"}:
            return bracket.endswith("(") or before == "->"
        return bracket.endswith("[") and bracket[:-1] in GENERICS

    def _chains_in(self, text: str, spot: Spot) -> None:
        for chain in CHAIN.findall(text):
            parts = tuple(chain.split("."))
            self.file.chains.append(Chain(spot, self.scope, parts))

    def _fields(self, token: tokenize.TokenInfo) -> None:
        """Finds attribute chains in an f-string; before Python 3.12 the tokenizer hands it over in one piece."""
        match = STRING.fullmatch(token.string)
        if match and "f" in match["prefix"].lower():
            for replaced in FIELD.findall(match["text"]):
                self._chains_in(replaced, spot_of(token))


def spot_of(token: tokenize.TokenInfo) -> Spot:
    """Where a token starts."""
    return Spot(token.start[0], token.start[1] + 1)


def constant(literal: str, fields_allowed: bool) -> str | None:
    """The text of a literal; None for bytes, for escapes (no dotted path has any) and for f-strings with fields."""
    match = STRING.fullmatch(literal)
    if match is None or "b" in match["prefix"].lower() or "\\" in match["text"]:
        return None
    is_format = "f" in match["prefix"].lower()
    return None if is_format and (not fields_allowed or "{" in match["text"]) else match["text"]


def child_table(table: symtable.SymbolTable, name: str, line: int) -> symtable.SymbolTable | None:
    """The symbol table of the `def` or `class` with that name on that line; type parameter scopes lie in between."""
    for child in table.get_children():
        if child.get_name() == name and child.get_lineno() == line and str(child.get_type()) in {"function", "class"}:
            return child
        if str(child.get_type()) not in {"function", "class"}:
            found = child_table(child, name, line)
            if found:
                return found
    return None


def declares_global(scope: Scope, name: str) -> bool:
    """Whether a function binds a name of its module."""
    try:
        return scope.kind == "function" and scope.table is not None and scope.table.lookup(name).is_declared_global()
    except KeyError:
        return False


# --- what a name means -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """One way to what a name means: the names passed through, and the module arrived at, if it is a module."""

    steps: tuple[tuple[str, str], ...]
    module: str = ""

    def after(self, module: str, name: str) -> Way:
        """This way with one step before it."""
        return Way(((module, name), *self.steps), self.module)


class Project:
    """All files of a tree by module name."""

    def __init__(self, root: Path) -> None:
        self.files: dict[str, File] = {}
        self.unreadable: list[str] = []
        for path in sorted(path for path in root.rglob("*.py") if path.is_file()):
            try:
                file = File(root, path)
            except (SyntaxError, ValueError, tokenize.TokenError, RecursionError):
                self.unreadable.append(path.relative_to(root).as_posix())
            else:
                self.files[file.module] = file
        self.packages = {prefix for module in self.files for prefix in prefixes(module)}

    def ways(self, module: str, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> list[Way]:
        """Every way that `name` of `module` can go, its own step first; attributes before submodules, as in Python."""
        if (module, name) in seen:
            return []
        seen |= {(module, name)}
        here = Way(((module, name),))
        file = self.files.get(module)
        found = [way.after(module, name) for way in self._bound(file, name, seen)] if file else []
        if file and file.binds_itself(name) and name not in file.aliases:
            found.append(here)
        if not found and file:
            found = [way.after(module, name) for star in file.stars for way in self._through_star(star, name, seen)]
        if not found and f"{module}.{name}" in self.packages:
            found = [Way(here.steps, f"{module}.{name}")]
        return found or [Way(here.steps, "" if file or module in self.packages else f"{module}.{name}")]

    def _bound(self, file: File, name: str, seen: frozenset[tuple[str, str]]) -> Iterator[Way]:
        for origin in file.provided(name):
            if not origin.name:
                yield Way((), origin.module)
            elif (origin.module, origin.name) == (file.module, name) and f"{file.module}.{name}" in self.packages:
                yield Way((), f"{file.module}.{name}")  # `from . import name` in the package itself
            else:
                yield from self.ways(origin.module, origin.name, seen)
        for parts in file.aliases.get(name, ()):
            if parts != (name,):
                yield from self._alias(file, parts, seen)

    def _alias(self, file: File, parts: tuple[str, ...], seen: frozenset[tuple[str, str]]) -> Iterator[Way]:
        """Where `parts`, written at module level of a file, leads: to the last module member that it names."""
        ways = self.ways(file.module, parts[0], seen)
        for part in parts[1:]:
            ways = [
                Way(way.steps + onward.steps, onward.module)
                for way in ways
                if way.module
                for onward in self.ways(way.module, part, seen)
            ]
        yield from ways

    def _through_star(self, module: str, name: str, seen: frozenset[tuple[str, str]]) -> list[Way]:
        return self.ways(module, name, seen) if name in self.public(module) else []

    def public(self, module: str, seen: frozenset[str] = frozenset()) -> set[str]:
        """The names that a star import of a module brings."""
        file = self.files.get(module)
        if file is None or module in seen:
            return set()
        listed = re.search(r"^__all__\s*(?::[^=]*)?=\s*[\[(]([^\])]*)[\])]", file.source, re.MULTILINE)
        if listed:
            return set(re.findall(r"[\"'](\w+)[\"']", listed[1]))
        bound = {symbol.get_name() for symbol in file.top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
        brought = {name for star in file.stars for name in self.public(star, seen | {module})}
        return {name for name in bound | brought if not name.startswith("_")}


def meaning(scope: Scope, name: str, at_use: bool = True) -> list[Origin]:
    """The imports that a name used in a scope can refer to; none where it is a variable, a parameter or a builtin."""
    symbol = None
    if scope.table is not None and scope.kind != "module":
        try:
            symbol = scope.table.lookup(name)
        except KeyError:
            symbol = None
    if scope.parent is None:
        return scope.imports.get(name, [])
    if symbol is not None and (at_use or scope.kind == "function"):
        if symbol.is_global():
            return meaning(root_of(scope), name)
        if symbol.is_imported():
            return scope.imports.get(name, [])
        if symbol.is_local():
            return []
    return meaning(scope.parent, name, at_use=False)


def root_of(scope: Scope) -> Scope:
    """The module's scope."""
    while scope.parent is not None:
        scope = scope.parent
    return scope


def is_rebound_within(scope: Scope, name: str, line: int) -> bool:
    """Whether a lambda or comprehension that starts on that line has a variable of that name."""
    if scope.table is None:
        return False
    inner = [child for child in scope.table.get_children() if child.get_name() in INNER_SCOPES]
    here = [child for child in inner if child.get_lineno() == line and name in child.get_identifiers()]
    return any(child.lookup(name).is_local() for child in here)


# --- what is owed ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """A finding that a rule owes.

    Attributes:
        name: the imported name, the attribute chain or the string, as written ("*" for a star import).
        chain: what resolution passed through, `module:name` joined by arrows.
        suppressed: whether flake8's `# noqa` drops it.
    """

    path: str
    line: int
    column: int
    rule: str
    name: str
    chain: str
    suppressed: bool


class Judge:
    """Decides which names of a project reach what they should not."""

    def __init__(self, project: Project, policy: Policy) -> None:
        self.project = project
        self.policy = policy

    def findings(self) -> Iterator[Finding]:
        """Every finding owed for the tree, file by file."""
        for _, file in sorted(self.project.files.items()):
            yield from dict.fromkeys([*self._imports(file), *self._chains(file), *self._texts(file)])

    def _finding(self, file: File, spot: Spot, rule: str, name: str, way: Way) -> Finding:
        chain = " -> ".join(f"{module}:{member}" for module, member in way.steps) or way.module
        return Finding(file.path, spot.line, spot.column, rule, name, chain, file.silences(spot.line, CODES[rule]))

    def _imports(self, file: File) -> Iterator[Finding]:
        for item in file.imported:
            for way in self._imported_ways(file, item):
                if self.is_bypass(file, way, redirects=item.scope.kind == "module"):
                    yield self._finding(file, item.spot, "import-bypass", item.name or item.module, way)
                    break

    def _imported_ways(self, file: File, item: Imported) -> list[Way]:
        if not item.name:
            return [Way((), item.module)]
        if item.name != "*":
            return self.project.ways(item.module, item.name)
        used = sorted(self.project.public(item.module) & file.names)
        return [Way((), item.module), *(way for name in used for way in self.project.ways(item.module, name))]

    def _chains(self, file: File) -> Iterator[Finding]:
        for chain in file.chains:
            if not is_rebound_within(chain.scope, chain.parts[0], chain.spot.line):
                reached = [self._last_bypass(file, chain, origin) for origin in meaning(chain.scope, chain.parts[0])]
                best = max((item for item in reached if item), key=lambda item: item[0], default=None)
                if best:
                    spot, name = chain.spot, ".".join(chain.parts[: best[0] + 1])
                    yield self._finding(file, spot, "import-bypass", name, best[1])

    def _last_bypass(self, file: File, chain: Chain, origin: Origin) -> tuple[int, Way] | None:
        """The outermost attribute of a chain that is a module's member and a bypass: its place, and the way to it."""
        last = None
        modules = {origin.module}
        if origin.name:
            modules = {way.module for way in self.project.ways(origin.module, origin.name)}
        for place, part in enumerate(chain.parts[1:], start=1):
            ways = [way for module in modules if module for way in self.project.ways(module, part)]
            reached = next((way for way in ways if self.is_bypass(file, way, redirects=False)), None)
            last = (place, reached) if reached else last
            modules = {way.module for way in ways}
        return last

    def _texts(self, file: File) -> Iterator[Finding]:
        for text in file.texts:
            rule = "dynamic-import-bypass" if text.dynamic else "string-reference-bypass"
            if any(not self._is_inside(file, item) for item in self._retired_at(text.value)):
                if text.dynamic or DOTTED_PATH.fullmatch(text.value):
                    yield self._finding(file, text.spot, rule, text.value, Way((), text.value))
            elif text.dynamic:
                module, _, name = text.value.replace(":", ".").rpartition(".")
                for way in self.project.ways(module, name)[:1]:
                    if self.is_bypass(file, way, redirects=False):
                        yield self._finding(file, text.spot, rule, text.value, way)

    def _retired_at(self, dotted: str) -> Iterator[Retired]:
        """What is retired at or above a dotted path, objects in modules included."""
        path = dotted.replace(":", ".")
        yield from self.policy.retirements_of(path, "")
        parts = path.split(".")
        for count in range(1, len(parts)):
            found = self.policy.retirements_of(".".join(parts[:count]), parts[count])
            yield from (item for item in found if item.path.name)

    def is_bypass(self, file: File, way: Way, redirects: bool) -> bool:
        """Whether a way that a file goes is one that it must not go."""
        passed = [item for module, name in way.steps for item in self.policy.retirements_of(module, name)]
        passed += self.policy.retirements_of(way.module, "") if way.module else []
        guilty = [item for item in passed if not self._is_inside(file, item)]
        if guilty and not (redirects and self._is_redirect(file, way)):
            return True
        return bool(way.steps) and any(self._goes_round(file, truth, way) for truth in self.policy.truths.values())

    def _is_inside(self, file: File, retired: Retired) -> bool:
        truth = self.policy.truths.get(retired.truth)
        return is_below(file.module, retired.path.module) or bool(truth and truth.tolerates(file.module))

    def _is_redirect(self, file: File, way: Way) -> bool:
        """Whether a retired module imports, at module level, what replaces it."""
        replaced = [item.replacement for item in self.policy.retirements_of(file.module, "") if item.replacement]
        return any(path.covers(module, name) for path in replaced for module, name in way.steps)

    def _goes_round(self, file: File, truth: Truth, way: Way) -> bool:
        canonical = (truth.canonical.module, truth.canonical.name)
        reaches = bool(truth.canonical.name) and canonical in way.steps
        return reaches and not truth.may_be_imported_from(way.steps[0][0]) and not truth.tolerates(file.module)


def expected(root: Path) -> tuple[list[Finding], Project]:
    """Every finding owed for a tree, by the policy in its `ssot-lint.toml`, and the project behind it."""
    project = Project(root)
    return list(Judge(project, Policy.read(root / "ssot-lint.toml")).findings()), project


def count_by_rule(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings each rule owes, rules without any included."""
    found = list(findings)
    return {rule: sum(finding.rule == rule for finding in found) for rule in CODES}

"""What one file says, free of paths and of configuration: a pure function of its bytes.

Everything refers to everything else by index into the tuples of `FileFacts`, so that a file's facts are flat, plain,
quick to store and to read. Index `NONE` stands for "there is none". Lines and columns are 1-based; columns count
characters.

Expressions are the tree reduced to what resolution asks: names, attributes, calls, constant strings. What cannot be
resolved is `Opaque`.
"""

from __future__ import annotations

from typing import Union

import msgspec

SCHEMA = 10
"""Version of these definitions; part of every cache key."""

NONE = -1


class _Fact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    pass


class _Expression(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=True, tag_field="fact"):
    pass


# --- expressions ----------------------------------------------------------------------------------------------------


class Opaque(_Expression, frozen=True):
    """An expression whose value cannot be told."""


class Name(_Expression, frozen=True):
    """A name that is read."""

    id: str
    block: int
    line: int
    column: int


class Attribute(_Expression, frozen=True):
    """`value.name`; `line` and `column` are those of the name after the dot. `context`: "load", "store" or "del"."""

    value: int
    name: str
    block: int
    line: int
    column: int
    context: str


class Call(_Expression, frozen=True):
    """A call; a keyword named "" is `**`, a starred argument is a `Starred`."""

    function: int
    arguments: tuple[int, ...]
    keywords: tuple[tuple[str, int], ...]
    block: int
    line: int
    column: int
    end_line: int
    end_column: int


class Starred(_Expression, frozen=True):
    """`*value` in a call or a display."""

    value: int


class Await(_Expression, frozen=True):
    """`await value`."""

    value: int


class Choice(_Expression, frozen=True):
    """One of several: a conditional expression, `and`/`or`, or a union in an annotation."""

    options: tuple[int, ...]


class Subscript(_Expression, frozen=True):
    """`value[index]`."""

    value: int
    index: int
    block: int
    line: int
    column: int
    end_line: int
    end_column: int


class Text(_Expression, frozen=True):
    """A string constant. `role`: "plain", "part" (of a larger string) or "annotation". Docstrings are left out."""

    value: str
    role: str
    block: int
    line: int
    column: int
    end_line: int
    end_column: int


class Join(_Expression, frozen=True):
    """An f-string, a concatenation with `+`, or `"%s" % text`."""

    parts: tuple[int, ...]
    block: int
    line: int
    column: int
    end_line: int
    end_column: int


class Items(_Expression, frozen=True):
    """A tuple, list or set display, or an annotation's parameters. `type`: "tuple", "list" or "set"."""

    type: str
    items: tuple[int, ...]


class Mapping(_Expression, frozen=True):
    """A dict display; a key of `NONE` is `**`."""

    keys: tuple[int, ...]
    values: tuple[int, ...]


class Literal(_Expression, frozen=True):
    """Any other value of a builtin type: "int", "NoneType", "list" (a comprehension) ...

    Attributes:
        digit: the value of an integer from 0 to 9, or of a truth value, as 0 or 1; `NONE` for everything else.
    """

    type: str
    digit: int = NONE


Expression = Union[
    Opaque, Name, Attribute, Call, Starred, Await, Choice, Subscript, Text, Join, Items, Mapping, Literal
]


# --- where things stand ---------------------------------------------------------------------------------------------


class Scope(_Fact, frozen=True):
    """A namespace. `kind`: "module", "class", "function" (lambdas too) or "comprehension".

    Attributes:
        owner: index of the class or function whose body it is.
        outer: names declared `global` here.
        nonlocals: names declared `nonlocal` here.
    """

    parent: int
    kind: str
    owner: int
    outer: tuple[str, ...]
    nonlocals: tuple[str, ...]


class Block(_Fact, frozen=True):
    """A run of statements that is entered as a whole: a scope's body, an arm of an `if`, of a `try`, a loop body.

    Attributes:
        parent: the block around it; `NONE` for a scope's own body.
        kind: "body", "if", "else", "loop", "try", "try-else" (inside of that), "except" (any handler), "import-error"
            (a handler that catches an ImportError), "typing" (`if TYPE_CHECKING`), "runtime" (its `else`), "case", or
            "elsewhere" (the binding is made by a `global` or `nonlocal` in an inner function).
        group: arms of one statement that exclude each other share it; `NONE` otherwise.
    """

    scope: int
    parent: int
    kind: str
    group: int


class Binding(_Fact, frozen=True):
    """A name that is bound.

    Attributes:
        kind: "import" (value: index into imports), "class" (into classes), "function" (into functions),
            "parameter" (into the parameters of the scope's function), "assign", "with", "async-with" (value: an
            expression), "declare" (an annotation without value), "narrow" (`isinstance` proved it; annotation: the
            class), "delete", or "other" (nothing is known of the value). An import named "*" may bind any name.
        annotation: index of the annotation's expression.
        order: how many expressions are evaluated before it: expressions from this index on can see it.
    """

    block: int
    name: str
    kind: str
    value: int
    annotation: int
    order: int
    line: int
    column: int


class Import(_Fact, frozen=True):
    """One name of an import statement.

    Attributes:
        module: the module as written, without the leading dots.
        level: how many leading dots.
        name: what is taken from the module, "*" for all; "" for `import module`.
        alias: the name after `as`; "" where there is none.
        line, column, end_line, end_column: of the name with its alias.
    """

    block: int
    module: str
    level: int
    name: str
    alias: str
    line: int
    column: int
    end_line: int
    end_column: int


# --- definitions ----------------------------------------------------------------------------------------------------


class ClassFact(_Fact, frozen=True):
    """A class. `line` and `column` are those of its name; `scope` is its body's."""

    block: int
    scope: int
    name: str
    qualname: str
    bases: tuple[int, ...]
    decorators: tuple[int, ...]
    line: int
    column: int
    metaclass: int = NONE


class Parameter(_Fact, frozen=True):
    """A parameter. `kind`: "positional-only", "positional", "keyword-only", "*" or "**"."""

    name: str
    kind: str
    annotation: int
    default: int


class Probe(_Fact, frozen=True):
    """A branch on what a parameter is like, which decides how the parameters are read.

    A branch that decides nothing of the sort is none: an optional call on the parameter, a check that raises, a
    fallback to a constant.

    Attributes:
        parameter: the parameter's name, or a part of it: `args[0]`, `kwargs["registry"]`.
        kind: "hasattr", "getattr", "isinstance" (class patterns too), "type" or "callable".
        attribute: what `hasattr` or `getattr` looks for, or the name that `type(p).__name__` is compared with; empty
            where that is no constant.
        types: expressions of the classes it is held against.
        effect: what hangs on it: "signature" (it chooses between ways to read the parameters) or "conversion" (the
            probed parameter becomes one thing either way).
    """

    parameter: str
    kind: str
    attribute: str
    types: tuple[int, ...]
    effect: str
    line: int
    column: int
    end_line: int
    end_column: int


class FunctionFact(_Fact, frozen=True):
    """A function or method. `line` and `column` are those of its name; `scope` is its body's.

    Attributes:
        owner: index of the class in whose body it stands.
        traits: "async", "generator".
        returned: expressions of its `return` statements.
        yielded: expressions of its `yield`s.
        delegated: expressions of its `yield from`s.
        leaves: how many expressions are recorded by the end of its first `return`; `NONE` where there is none.
    """

    block: int
    scope: int
    name: str
    qualname: str
    owner: int
    traits: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    returns: int
    returned: tuple[int, ...]
    yielded: tuple[int, ...]
    decorators: tuple[int, ...]
    probes: tuple[Probe, ...]
    line: int
    column: int
    delegated: tuple[int, ...] = ()
    leaves: int = NONE


class LambdaFact(_Fact, frozen=True):
    """A function without a name. `place`: its expression; `scope` is its body's.

    Attributes:
        body: the expression that it gives.
        defaults: of its parameters.
    """

    place: int
    scope: int
    body: int
    defaults: tuple[int, ...]


class MemberAssignment(_Fact, frozen=True):
    """`owner.name = value` or `setattr(owner, "name", value)`; `target` is the index of the `Attribute`, or `Call`."""

    target: int
    value: int
    annotation: int


class EntryAssignment(_Fact, frozen=True):
    """`owner["name"] = value`, or with another name for a key; `target` is the index of the `Subscript`."""

    target: int
    value: int


class LazyName(_Fact, frozen=True):
    """One name that a module's `__getattr__` answers: by a table, where `name` is `attribute` of `module`, or by code.

    Attributes:
        module: as written: absolute, relative with leading dots, or relative to the package without.
        attribute: "" where the entry does not tell whether the name is the module or a name in it.
        value: the expression that it returns for the name, or whose `attribute` it returns; `NONE` for a table.
    """

    name: str
    module: str
    attribute: str
    value: int = NONE


class Exports(_Fact, frozen=True):
    """`__all__`. `dynamic`: it is built from something that cannot be read here, so it may hold more.

    Attributes:
        sources: dotted names of other lists that it holds as a whole: `b.__all__`, or the local name of an import.
    """

    names: tuple[str, ...]
    dynamic: bool
    sources: tuple[str, ...] = ()


class Unreadable(_Fact, frozen=True):
    """Why a file has no facts. `fleeting`: with more memory, or called from elsewhere, it might have some."""

    reason: str
    line: int
    column: int
    fleeting: bool = False


class FileFacts(msgspec.Struct, frozen=True, array_like=True):
    """All that one file says.

    Attributes:
        expressions: in the order of evaluation, inner ones before the ones that hold them; index 0 is `Opaque`.
        blocks: index 0 is the module's body.
        exports: None where there is no `__all__`.
        lazy: entries of lazy-import tables.
        has_getattr: the module defines `__getattr__`.
        opaque_namespace: names come into the module by ways that cannot be followed (`globals()`, `exec`, ...).
        extends_path: the package looks for submodules elsewhere too (`__path__`, `pkgutil.extend_path`).
        compared: strings and displays that are compared with something.
        entries: what is put into collections under a key that is a string or a name.
    """

    expressions: tuple[Expression, ...]
    scopes: tuple[Scope, ...]
    blocks: tuple[Block, ...]
    bindings: tuple[Binding, ...]
    imports: tuple[Import, ...]
    classes: tuple[ClassFact, ...]
    functions: tuple[FunctionFact, ...]
    members: tuple[MemberAssignment, ...]
    exports: Exports | None
    lazy: tuple[LazyName, ...]
    has_getattr: bool
    opaque_namespace: bool
    extends_path: bool
    unreadable: Unreadable | None = None
    compared: tuple[int, ...] = ()
    entries: tuple[EntryAssignment, ...] = ()
    lambdas: tuple[LambdaFact, ...] = ()


def last_name(expression: object) -> str:
    """The last name of a dotted path; "" for any other expression."""
    return getattr(expression, "id", "") or getattr(expression, "name", "")

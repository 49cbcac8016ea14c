"""`[[truth.inline]]`: what a valid entry means, and that each mistake in one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_lint.config import load, show
from ssot_lint.config.problems import toml_string
from ssot_lint.errors import ConfigurationError
from ssot_lint.model.policy import Inline, InlineParameter, ObjectPath

TRUTH = '[[truth]]\nname = "engine"\ncanonical = "chat.engine:Engine"\nremoved = { create = "x", run = "y" }\n'
MODULE = '[[truth]]\nname = "utils"\ncanonical = "chat.utils"\nremoved = { old = "x" }\n'
ACCESSOR = '[[truth]]\nname = "env"\ncanonical = "chat.env:get"\nretired = ["os:environ", "os:getenv", "chat.old"]\n'
ENTRY = "\n[[truth.inline]]\n"
CALL = 'expected a call with its parameters, "create(registry, bridge=None)", found '
NAMES = "expected parameters of the call, the truth, names that `imports` brings, and builtins, found the name "
DEFAULTS = "expected defaults made of constants, the truth, what `imports` brings and builtins, found "


def entry(call: str = "create(a, b=None)", replacement: str = "Engine(a, b)", more: str = "") -> str:
    return f"{ENTRY}call = {toml_string(call)}\nwith = {toml_string(replacement)}\n{more}\n"


def one(folder: Path, toml: str) -> Inline:
    file = folder / "ssot-lint.toml"
    file.write_text(toml, encoding="utf-8")
    return load(str(file)).truths[0].inlines[0]


def error(folder: Path, toml: str) -> str:
    file = folder / "ssot-lint.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(str(file))
    return str(caught.value).replace(f"{file}: ", "").replace("truth[0].inline[0]", "*")


def test_an_entry_is_read_as_it_stands(tmp_path: Path) -> None:
    toml = TRUTH + entry("create(a, /, b=-1, *, c='x')", "Engine(build(a), b, c)",
                         "imports = ['chat.factory:build']\nawaited = true")
    assert one(tmp_path, toml) == Inline(
        call="create(a, /, b=-1, *, c='x')",
        member="create",
        parameters=(
            InlineParameter("a", "positional-only"), InlineParameter("b", "positional", "-1"),
            InlineParameter("c", "keyword-only", "'x'"),
        ),
        replacement="Engine(build(a), b, c)",
        imports=(ObjectPath("chat.factory", "build"),),
        awaited=True,
        names=("Engine", "build", "a", "b", "c"),
        given=("", "", ""),
    )


@pytest.mark.parametrize(
    ("replacement", "given"),
    [
        ("Engine(a, context=b)", ("", "context")),
        ("cls(a)", ("",)),
        ("Engine()", ()),
        ("Engine(*a)", ()),
        ("Engine(a, **b)", ()),
        ("Engine.of(a)", ()),
        ("Engine(a).run(b)", ()),
        ("[Engine(a)]", ()),
        ("str(a)", ()),
        ("...", ()),
    ],
)
def test_what_the_replacement_gives_the_truth(tmp_path: Path, replacement: str, given: tuple[str, ...]) -> None:
    assert one(tmp_path, TRUTH + entry("create(a, b)", replacement)).given == given


@pytest.mark.parametrize(
    ("call", "replacement", "more"),
    [
        ("create()", "Engine()", ""),
        ("create(a,)", "Engine(a)", ""),
        ("__init__(a, b=None)", "...", ""),
        ("create(a=Engine)", "a()", ""),
        ("create(a=DEFAULT)", "Engine(a)", "imports = ['chat.c:DEFAULT']"),
        ("create(a=(1, 'x', None))", "Engine(*a)", ""),
        ("create(a=int)", "[a(x) for x in range(3)]", ""),
        ("create(a)", "await build(a)", "imports = ['chat.factory:build']\nawaited = true"),
        ("run(message)", "self.execute(message)", ""),
        ("run(message)", "cls().execute(message)", ""),
        ("create(a)", "(lambda a, b: a)(a, 2)", ""),
        ("create(a)", "Engine(a)", "imports = []"),
        ("create(a)", "Engine(a)", "imports = ['chat.engine:Engine']"),
    ],
)
def test_what_an_entry_may_say(tmp_path: Path, call: str, replacement: str, more: str) -> None:
    read = one(tmp_path, TRUTH + entry(call, replacement, more))
    assert (read.call, read.replacement) == (call, replacement)


def test_the_truth_may_be_a_module(tmp_path: Path) -> None:
    assert one(tmp_path, MODULE + entry("old(x)", "utils.new(x)")).member == "old"


def test_one_member_may_have_several_signatures(tmp_path: Path) -> None:
    one(tmp_path, TRUTH + entry("create(a)", "Engine(a)") + entry("create(a, b)", "Engine(a, b)"))


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (entry("create"), f'*.call: {CALL}"create"'),
        (entry("create("), f'*.call: {CALL}"create("'),
        (entry("create(a) -> int"), f'*.call: {CALL}"create(a) -> int"'),
        (entry("create(a): pass; x"), f'*.call: {CALL}"create(a): pass; x"'),
        (entry("create[T](a)"), f'*.call: {CALL}"create[T](a)"'),
        (entry("Engine.create(a)"), f'*.call: {CALL}"Engine.create(a)"'),
        (entry("create(a)  # new"), f'*.call: {CALL}"create(a)  # new"'),
        (entry("create(a=1, b)"), f'*.call: {CALL}"create(a=1, b)"'),
        (entry(""), '*.call: expected some text, found ""'),
        (entry("create(*a)"), "*.call: expected parameters that are named one by one, found *a"),
        (entry("create(a, **k)"), "*.call: expected parameters that are named one by one, found **k"),
        (entry("create(a: int)"), "*.call: expected parameters without annotations, found a: int"),
        (entry("create(a, a)"), "*.call: expected a name of its own for each parameter, found a twice"),
        (entry("create(cls, a)"),
         "*.call: expected the parameters as a caller sees them, found cls, which Python passes by itself"),
        (entry("create(a=[])"), "*.call: expected constants or names for defaults, found []"),
        (entry("create(a=f())"), "*.call: expected constants or names for defaults, found f()"),
        (entry("create(a, b=a)"), f"*.call: {DEFAULTS}b=a"),
        (entry("create(a, b=OTHER)"), f"*.call: {DEFAULTS}b=OTHER"),
        (entry("creat(a, b)"), "*.call: expected __init__ or a member of `removed`, found creat; did you mean create?"),
        (entry("xyz(a, b)"),
         "*.call: expected __init__ or a member of `removed`, found xyz; expected one of __init__, create, run"),
        (entry("__init__(a, b)", more="awaited = true"),
         "*.call: expected a member that can be awaited, found __init__ with `awaited`"),
        (entry(replacement=""), '*.with: expected some text, found ""'),
        (entry(replacement="Engine(a, b"), '*.with: expected a Python expression, found "Engine(a, b"'),
        (entry(replacement="x = Engine(a)"), '*.with: expected a Python expression, found "x = Engine(a)"'),
        (entry(replacement="Engine(a, b)  # new"),
         '*.with: expected an expression without a comment, found "Engine(a, b)  # new"'),
        (entry(replacement="Engine(x := a, b)"), "*.with: expected an expression that binds no name, found (x := a)"),
        (entry(replacement="(yield a)"), "*.with: expected an expression that yields nothing, found (yield a)"),
        (entry(replacement="f'{a}'"), "*.with: expected an expression without placeholders in strings, found a"),
        (entry(replacement="await Engine(a)"),
         "*.with: expected an expression that awaits nothing, or `awaited = true`: it can only be awaited where the "
         'call was, found "await Engine(a)"'),
        (entry(replacement="[await a for _ in b]", more="awaited = true"),
         "*.with: expected an expression that awaits outside of functions and comprehensions only, "
         "found [await a for _ in b]"),
        (entry(replacement="Engine(aa, b)"), f"*.with: {NAMES}aa; did you mean a?"),
        (entry(replacement="build(a, b)"),
         f"*.with: {NAMES}build; expected one of a, b, self, cls, Engine"),
        (entry("__init__(a)", "self.x(a)"), f"*.with: {NAMES}self; expected one of a, Engine"),
        (entry(replacement="self.f(cls, a, b)"),
         "*.with: expected self or cls, as what the call is made on is an instance or a class, found both"),
        (entry(more="imports = ['chat.factory']"),
         '*.imports[0]: expected "package.module:Name", found "chat.factory"'),
        (entry(replacement="A.b(a, b)", more="imports = ['chat:A.b']"),
         '*.imports[0]: expected a name that can be imported, "package.module:Name", found the member "chat:A.b"'),
        (entry(more="imports = ['chat.factory:build']"),
         '*.imports[0]: expected something that `with` uses, found "chat.factory:build"'),
        (entry(replacement="a(b)", more="imports = ['chat.factory:a']"),
         "*: expected one meaning for each name, found 2 for a"),
        (entry("create(Engine)", "Engine()"), "*: expected one meaning for each name, found 2 for Engine"),
        (entry(replacement="x(a, b)", more="imports = ['chat.p:x', 'chat.q:x']"),
         "*: expected one meaning for each name, found 2 for x"),
        (entry() + entry("create(a, b=1)", "Engine(b, a)"),
         'truth[0].inline[1].call: expected a signature of its own, found "create(a, b=1)", the signature of * too'),
        (entry(more="awaited = 1"), "*.awaited: expected true or false, found the number 1"),
        (entry(more="awaited = 'yes'"), '*.awaited: expected true or false, found "yes"'),
        (entry(more="import = []"), "*.import: unknown key; did you mean imports?"),
        (f"{ENTRY}call = 'create()'", "*.with: expected a string, found nothing: the key is missing"),
        (f"{ENTRY}with = '...'", "*.call: expected a string, found nothing: the key is missing"),
        ("inline = ['x']", '*: expected a table, found "x"'),
        ("[truth.inline]\ncall = 'x'",
         "truth[0].inline: expected an array of tables, [[truth.inline]], found a table"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, toml: str, problem: str) -> None:
    assert error(tmp_path, TRUTH + toml).splitlines()[0] == problem


def test_a_module_has_no_constructor(tmp_path: Path) -> None:
    found = error(tmp_path, MODULE + entry("__init__(a)", "..."))
    assert found == "*.call: expected a member of `removed`, found __init__: the truth is a module"


@pytest.mark.parametrize(
    ("call", "member"), [("getenv(key, default=None)", "getenv"), ("environ.get(key)", "environ.get")]
)
def test_what_is_retired_may_be_called(tmp_path: Path, call: str, member: str) -> None:
    assert one(tmp_path, ACCESSOR + entry(call, "get(key)")).member == member


@pytest.mark.parametrize(
    ("call", "replacement", "problem"),
    [
        ("getenvb(key)", "get(key)", "*.call: expected __init__ or a member of `removed` or something that `retired` "
         "names, found getenvb; did you mean getenv?"),
        ("sys.get(key)", "get(key)", f'*.call: {CALL}"sys.get(key)"'),
        ("os.getenv(key)", "get(key)", f'*.call: {CALL}"os.getenv(key)"'),
        ("environ[key]", "get(key)", f'*.call: {CALL}"environ[key]"'),
        ("environ.get(key)", "self.get(key)", f"*.with: {NAMES}self; expected one of key, get"),
        ("environ.get(*keys)", "get(keys)", "*.call: expected parameters that are named one by one, found *keys"),
    ],
)
def test_a_mistake_about_what_is_retired_is_named(tmp_path: Path, call: str, replacement: str, problem: str) -> None:
    assert error(tmp_path, ACCESSOR + entry(call, replacement)).splitlines()[0] == problem


def test_a_module_has_no_receiver(tmp_path: Path) -> None:
    assert "found the name self" in error(tmp_path, MODULE + entry("old(a)", "self.new(a)"))


def test_show_writes_what_loads_again(tmp_path: Path) -> None:
    file = tmp_path / "ssot-lint.toml"
    more = "imports = ['chat.factory:build']\nawaited = true"
    file.write_text(TRUTH + entry("create(a='\"')", "build(Engine, a)", more) + entry("run(x)", "..."), "utf-8")
    policy = load(str(file))
    file.write_text(show(policy), "utf-8")
    assert load(str(file)) == policy
    assert len(policy.truths[0].inlines) == 2

"""Everything that a configuration can get wrong, and what the user is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.config import load
from ssot_lint.errors import ConfigurationError
from ssot_lint.rules.registry import rules

Write = Callable[..., str]

TRUTH = '[[truth]]\nname = "engine"\ncanonical = "chat.engine:Engine"\n'
SECOND = '[[truth]]\nname = "second"\ncanonical = "chat.second:Second"\n'
PATH = 'expected "package.module" or "package.module:Name", found '
NAMED = 'expected "package.module:Name", found '
MODULE = 'expected a module, "package.module", found '
ROOT = "expected a folder relative to the configuration file"
ONCE = "expected each name to be retired once, found "
IN_USE = 'expected something that is still in use, found "chat.engine:Engine": '
BELOW = "what is retired is retired with everything below it; list single names instead"
CODE = "expected a code that flake8 accepts (one to three capital letters, then at most three digits), found "
SELECTOR = "expected a rule, a code or the beginning of a code, found "
PATTERN = "expected a pattern in gitignore syntax, found "
MEMBER = (
    'expected a module or a name in one, found the member "p.n:C.m": a member that is gone belongs into `removed` of '
    "the truth that had it"
)
KIND = 'expected "module" = "module" or "module:Name" = "module:Name", found a move from '
TOP_KEYS = "src, exclude, gone, codes, severity, per-path, truth, moved, unreadable-file, missing-import"

UNKNOWN_KEYS = [
    ("unlike any", 'roots = ["."]', "roots", f"unknown key; expected one of {TOP_KEYS}"),
    ("nearest", 'excludes = ["build/"]', "excludes", "unknown key; did you mean exclude?"),
    ("case", 'SRC = ["."]', "SRC", "unknown key; did you mean src?"),
    ("of a later version", 'baseline = "b.json"', "baseline", f"unknown key; expected one of {TOP_KEYS}"),
    ("underscore", "[per_path]", "per_path", "unknown key; did you mean per-path?"),
    ("to be quoted", '"per path" = 1', '"per path"', "unknown key; did you mean per-path?"),
    ("in a truth", TRUTH + 'retire = ["a"]', "truth[0].retire", "unknown key; did you mean retired?"),
    ("in duplicates", TRUTH + 'duplicates = { name = ["A"] }', "truth[0].duplicates.name",
     "unknown key; did you mean names?"),
    ("in a bridge", TRUTH + '[[truth.bridge]]\ntarget = "a"\nuntil = 2027-03-01\nissues = "#1"',
     "truth[0].bridge[0].issues", "unknown key; did you mean issue?"),
    ("in the second truth", TRUTH + SECOND + "owners = 1", "truth[1].owners", "unknown key; did you mean owner?"),
]

WRONG_TYPES = [
    ("string for array", 'src = "src"', "src", 'expected an array of strings, found "src"'),
    ("number for array", "gone = 3", "gone", "expected an array of strings, found the number 3"),
    ("number in array", 'exclude = ["a/", 1.5]', "exclude[1]", "expected a string, found the number 1.5"),
    ("array in array", "src = [[]]", "src[0]", "expected a string, found an array"),
    ("string for table", 'codes = "SOT1"', "codes", 'expected a table, found "SOT1"'),
    ("boolean for severity", "severity.import-bypass = false", "severity.import-bypass",
     "expected a string, found false"),
    ("string for exceptions", 'per-path."a/" = "SOT101"', 'per-path."a/"',
     'expected an array of strings, found "SOT101"'),
    ("table for truths", '[truth]\nname = "engine"', "truth", "expected an array of tables, [[truth]], found a table"),
    ("string for a truth", 'truth = ["engine"]', "truth[0]", 'expected a table, found "engine"'),
    ("string for truths", 'truth = "engine"', "truth", 'expected an array of tables, found "engine"'),
    ("date for owner", TRUTH + "owner = 2027-03-01", "truth[0].owner",
     "expected a string, found the date or time 2027-03-01"),
    ("array for removed", TRUTH + 'removed = ["create"]', "truth[0].removed", "expected a table, found an array"),
    ("number for a date", TRUTH + '[[truth.bridge]]\ntarget = "a"\nuntil = 20270301', "truth[0].bridge[0].until",
     "expected a date, 2027-03-01 for instance, found the number 20270301"),
    ("no date in the string", TRUTH + '[[truth.bridge]]\ntarget = "a"\nuntil = "in May"', "truth[0].bridge[0].until",
     'expected a date, 2027-03-01 for instance, found "in May"'),
    ("date with a time", TRUTH + '[[truth.bridge]]\ntarget = "a"\nuntil = 2027-03-01T12:00:00',
     "truth[0].bridge[0].until",
     "expected a date, 2027-03-01 for instance, found the date or time 2027-03-01 12:00:00"),
    ("table for bridges", TRUTH + 'bridge = { target = "a" }', "truth[0].bridge",
     "expected an array of tables, [[truth.bridge]], found a table"),
    ("number for an issue", TRUTH + '[[truth.bridge]]\ntarget = "a"\nuntil = 2027-03-01\nissue = 565',
     "truth[0].bridge[0].issue", "expected a string, found the number 565"),
    ("nested removed", TRUTH + 'removed.a.b = "x"', "truth[0].removed.a", "expected a string, found a table"),
    ("array for duplicates", TRUTH + 'duplicates = ["A"]', "truth[0].duplicates", "expected a table, found an array"),
    ("array for a move", 'moved."a.b" = ["a.c"]', 'moved."a.b"', "expected a string, found an array"),
    ("number for canonical", '[[truth]]\nname = "engine"\ncanonical = 1', "truth[0].canonical",
     "expected a string, found the number 1"),
]

TEXTS = [
    ("no name", '[[truth]]\ncanonical = "a:B"', "truth[0].name",
     "expected a string, found nothing: the key is missing"),
    ("no canonical", '[[truth]]\nname = "x"', "truth[0].canonical",
     "expected a string, found nothing: the key is missing"),
    ("bridge without a target", TRUTH + "[[truth.bridge]]\nuntil = 2027-03-01", "truth[0].bridge[0].target",
     "expected a string, found nothing: the key is missing"),
    ("bridge without a date", TRUTH + '[[truth.bridge]]\ntarget = "a"', "truth[0].bridge[0].until",
     "expected a date, 2027-03-01 for instance, found nothing: the key is missing"),
    ("blank issue", TRUTH + '[[truth.bridge]]\ntarget = "a"\nuntil = 2027-03-01\nissue = " "',
     "truth[0].bridge[0].issue", 'expected some text, found " "'),
    ("empty name", '[[truth]]\nname = ""\ncanonical = "a:B"', "truth[0].name", 'expected some text, found ""'),
    ("blank owner", TRUTH + 'owner = " "', "truth[0].owner", 'expected some text, found " "'),
    ("two-line name", '[[truth]]\nname = "a\\nb"\ncanonical = "a:B"', "truth[0].name",
     'expected one line without control characters, found "a\\nb"'),
    ("empty advice", TRUTH + 'removed.create = ""', "truth[0].removed.create", 'expected some text, found ""'),
    ("removed no identifier", TRUTH + 'removed.create-it = "x"', "truth[0].removed.create-it",
     'expected the bare name of a member, found "create-it"'),
    ("removed with a dot", TRUTH + 'removed."Engine.create" = "x"', 'truth[0].removed."Engine.create"',
     'expected the bare name of a member, found "Engine.create"'),
    ("removed keyword", TRUTH + 'removed.class = "x"', "truth[0].removed.class",
     "expected the bare name of a member, found the Python keyword class"),
    ("empty glob", TRUTH + 'duplicates.names = [""]', "truth[0].duplicates.names[0]",
     'expected a glob on a class or function name, "*Engine", found ""'),
    ("dotted glob", TRUTH + 'duplicates.names = ["*Engine", "chat.*"]', "truth[0].duplicates.names[1]",
     'expected a glob on a class or function name, "*Engine", found "chat.*"'),
    ("same name", TRUTH + '[[truth]]\nname = "engine"\ncanonical = "a:B"', "truth[1].name",
     'expected a name of its own, found "engine", the name of truth[0] too'),
]

OBJECT_PATHS = [
    ("empty", 'gone = [""]', "gone[0]", PATH + '""'),
    ("file", 'gone = ["chat/engine.py"]', "gone[0]", PATH + '"chat/engine.py"'),
    ("relative", 'gone = [".engine"]', "gone[0]", PATH + '".engine"'),
    ("two dots", 'gone = ["chat..engine"]', "gone[0]", PATH + '"chat..engine"'),
    ("two colons", 'gone = ["chat:engine:Engine"]', "gone[0]", PATH + '"chat:engine:Engine"'),
    ("nothing after the colon", 'gone = ["chat.engine:"]', "gone[0]", PATH + '"chat.engine:"'),
    ("nothing before the colon", 'gone = [":Engine"]', "gone[0]", PATH + '":Engine"'),
    ("space", 'gone = ["chat.engine: Engine"]', "gone[0]", PATH + '"chat.engine: Engine"'),
    ("digit", 'gone = ["chat.2fa"]', "gone[0]", PATH + '"chat.2fa"'),
    ("keyword", 'gone = ["chat.import:Engine"]', "gone[0]",
     PATH + '"chat.import:Engine": import is a Python keyword'),
    ("keyword as a name", 'gone = ["chat:None"]', "gone[0]", PATH + '"chat:None": None is a Python keyword'),
    ("long", f'gone = ["{"x" * 99}-"]', "gone[0]", PATH + f'"{"x" * 80}..."'),
    ("canonical", '[[truth]]\nname = "x"\ncanonical = "chat engine"', "truth[0].canonical", PATH + '"chat engine"'),
    ("retired", TRUTH + 'retired = ["chat.old", "-"]', "truth[0].retired[1]", PATH + '"-"'),
    ("facade with a name", TRUTH + 'facades = ["chat:Engine"]', "truth[0].facades[0]", MODULE + '"chat:Engine"'),
    ("allow-in with a name", TRUTH + 'allow-in = ["chat:Engine"]', "truth[0].allow-in[0]", MODULE + '"chat:Engine"'),
    ("factory without a name", TRUTH + 'factories = ["chat.make"]', "truth[0].factories[0]", NAMED + '"chat.make"'),
    ("lifetime", TRUTH + 'lifetime = "session"', "truth[0].lifetime",
     'expected one of "any", "request", found "session"'),
    ("required argument", TRUTH + 'required-arguments = ["context", "a b"]', "truth[0].required-arguments[1]",
     'expected the name of a parameter, "context", found "a b"'),
    ("required argument that is a keyword", TRUTH + 'required-arguments = ["class"]', "truth[0].required-arguments[0]",
     'expected the name of a parameter, "context", found "class"'),
    ("required argument twice", TRUTH + 'required-arguments = ["a", "a"]', "truth[0].required-arguments[1]",
     'expected each of them once, found "a" again'),
    ("event without text", TRUTH + 'events = [" "]', "truth[0].events[0]", 'expected some text, found " "'),
    ("event twice", TRUTH + 'events = ["a", "b", "a"]', "truth[0].events[2]",
     'expected each of them once, found "a" again'),
    ("interface without a name", TRUTH + 'duplicates.implements = ["chat.api"]',
     "truth[0].duplicates.implements[0]", NAMED + '"chat.api"'),
    ("more than all", TRUTH + "duplicates.similarity = 60", "truth[0].duplicates.similarity",
     "expected a number from 0 to 1, found the number 60.0"),
    ("less than nothing", TRUTH + "duplicates.similarity = -0.1", "truth[0].duplicates.similarity",
     "expected a number from 0 to 1, found the number -0.1"),
    ("no number at all", TRUTH + "duplicates.similarity = nan", "truth[0].duplicates.similarity",
     "expected a number from 0 to 1, found the number nan"),
    ("text for a number", TRUTH + 'duplicates.similarity = "0.6"', "truth[0].duplicates.similarity",
     'expected a number, found "0.6"'),
    ("truth for a number", TRUTH + "duplicates.similarity = true", "truth[0].duplicates.similarity",
     "expected a number, found true"),
    ("duplicate without a name", TRUTH + 'duplicates.allow = ["chat.mcp"]', "truth[0].duplicates.allow[0]",
     NAMED + '"chat.mcp"'),
    ("bridge", TRUTH + '[[truth.bridge]]\ntarget = "a b"\nuntil = 2027-03-01', "truth[0].bridge[0].target",
     PATH + '"a b"'),
    ("moved from", 'moved."a-b" = "c"', "moved.a-b", PATH + '"a-b"'),
    ("moved to", 'moved.a = "b c"', "moved.a", PATH + '"b c"'),
]

CONTRADICTIONS = [
    ("same canonical", TRUTH + '[[truth]]\nname = "second"\ncanonical = "chat.engine:Engine"', "truth[1].canonical",
     'expected a canonical of its own, found "chat.engine:Engine" in truth[0].canonical too'),
    ("bridge declared twice", TRUTH + '[[truth.bridge]]\ntarget = "a"\nuntil = 2027-03-01\n' + SECOND
     + '[[truth.bridge]]\ntarget = "a"\nuntil = 2028-03-01', "truth[1].bridge[0].target",
     'expected each bridge to be declared once, found "a" in truth[0].bridge[0].target too'),
    ("bridge that is a truth", TRUTH + SECOND + '[[truth.bridge]]\ntarget = "chat.engine:Engine"\nuntil = 2027-03-01',
     "truth[1].bridge[0].target",
     'expected what leads to a truth from elsewhere, found "chat.engine:Engine", the canonical of truth[0]'),
    ("retired by two truths", TRUTH + 'retired = ["chat.old"]\n' + SECOND + 'retired = ["chat.old"]',
     "truth[1].retired[0]", ONCE + '"chat.old" in truth[0].retired[0] too'),
    ("retired twice by one", TRUTH + 'retired = ["chat.old", "chat.old"]', "truth[0].retired[1]",
     ONCE + '"chat.old" in truth[0].retired[0] too'),
    ("retired and moved", 'moved."chat.old" = "chat.new"\n' + TRUTH + 'retired = ["chat.old"]', 'moved."chat.old"',
     ONCE + '"chat.old" in truth[0].retired[0] too'),
    ("retired and gone", 'gone = ["chat.old:X"]\n' + TRUTH + 'retired = ["chat.old:X"]', "gone[0]",
     ONCE + '"chat.old:X" in truth[0].retired[0] too'),
    ("moved and gone", 'gone = ["a"]\nmoved.a = "b"', "gone[0]", ONCE + '"a" in moved.a too'),
    ("canonical retired by itself", TRUTH + 'retired = ["chat.engine:Engine"]', "truth[0].canonical",
     IN_USE + "truth[0].retired[0] retires it"),
    ("canonical retired by another", TRUTH + SECOND + 'retired = ["chat.engine:Engine"]', "truth[0].canonical",
     IN_USE + "truth[1].retired[0] retires it"),
    ("canonical gone", 'gone = ["chat.engine:Engine"]\n' + TRUTH, "truth[0].canonical", IN_USE + "gone[0] retires it"),
    ("canonical moved", 'moved."chat.engine:Engine" = "chat.new:Engine"\n' + TRUTH, "truth[0].canonical",
     IN_USE + 'moved."chat.engine:Engine" retires it'),
    ("canonical in a module that is gone", 'gone = ["chat.engine"]\n' + TRUTH, "truth[0].canonical",
     IN_USE + f'gone[0] retires "chat.engine" around it, and {BELOW}'),
    ("canonical below a retired package", TRUTH + 'retired = ["chat"]', "truth[0].canonical",
     IN_USE + f'truth[0].retired[0] retires "chat" around it, and {BELOW}'),
    ("member of a retired class", 'gone = ["a:B"]\n[[truth]]\nname = "x"\ncanonical = "a:B.c"', "truth[0].canonical",
     f'expected something that is still in use, found "a:B.c": gone[0] retires "a:B" around it, and {BELOW}'),
    ("member that is gone", 'gone = ["p.k", "p.n:C.m"]', "gone[1]", MEMBER),
    ("member that is retired", TRUTH + 'retired = ["p.n:C.m"]', "truth[0].retired[0]", MEMBER),
    ("member that moved", 'moved."p.n:C.m" = "p.k:m"', 'moved."p.n:C.m"', MEMBER),
    ("module to name", 'moved."chat.old" = "chat.new:Engine"', 'moved."chat.old"',
     KIND + 'a module to a name, "chat.old" = "chat.new:Engine"'),
    ("name to module", 'moved."chat.old:Engine" = "chat.new"', 'moved."chat.old:Engine"',
     KIND + 'a name to a module, "chat.old:Engine" = "chat.new"'),
    ("onto itself", 'moved.a = "a"', "moved.a", 'expected a move to somewhere else, found "a" moved onto itself'),
    ("into itself", 'moved.a = "a.core"', "moved.a",
     f'expected a move to somewhere else, found "a.core", which is inside "a": {BELOW}'),
    ("circle of two", 'moved.a = "b"\nmoved.b = "a"', "moved.a",
     "expected moves that end somewhere, found a circle: a -> b -> a"),
    ("circle of names", 'moved."a:X" = "b:Y"\nmoved."b:Y" = "c:Z"\nmoved."c:Z" = "a:X"', 'moved."a:X"',
     "expected moves that end somewhere, found a circle: a:X -> b:Y -> c:Z -> a:X"),
    ("circle through a module", 'moved."a:X" = "b:X"\nmoved.b = "a"', 'moved."a:X"',
     "expected moves that end somewhere, found a circle: a:X -> b:X -> a:X"),
    ("circle off the way", 'moved.z = "a"\nmoved.a = "b"\nmoved.b = "a"', "moved.a",
     "expected moves that end somewhere, found a circle: a -> b -> a"),
    ("spiral", 'moved.a = "b.c"\nmoved.b = "a"', "moved.a",
     "expected moves that end somewhere, found a circle: a -> b.c -> a.c"),
    ("moved to what is gone", 'gone = ["b"]\nmoved."a:X" = "b:X"', 'moved."a:X"',
     f'expected a target that exists, found "b:X": gone[0] retires "b" around it, and {BELOW}'),
]

RULES = [
    ("misspelt in codes", 'codes.import-bypas = "X1"', "codes.import-bypas",
     "unknown rule; did you mean import-bypass?"),
    ("misspelt in severity", 'severity.import_bypass = "off"', "severity.import_bypass",
     "unknown rule; did you mean import-bypass?"),
    ("unlike any", 'codes.xyzzy = "X1"', "codes.xyzzy", f"unknown rule; expected one of {', '.join(rules())}"),
    ("small letters", 'codes.import-bypass = "ntx101"', "codes.import-bypass", CODE + '"ntx101"'),
    ("four letters", 'codes.import-bypass = "SSOT1"', "codes.import-bypass", CODE + '"SSOT1"'),
    ("four digits", 'codes.import-bypass = "SOT1001"', "codes.import-bypass", CODE + '"SOT1001"'),
    ("empty code", 'codes.import-bypass = ""', "codes.import-bypass", CODE + '""'),
    ("line break", 'codes.import-bypass = "X1\\n"', "codes.import-bypass", CODE + '"X1\\n"'),
    ("foreign digits", 'codes.import-bypass = "X١"', "codes.import-bypass", CODE + '"X١"'),
    ("code of a default", 'codes.import-bypass = "SOT901"', "codes.import-bypass",
     'expected a code of its own, found "SOT901", the code of unreadable-file too'),
    ("code of a later default", 'codes.unreadable-file = "SOT101"', "codes.unreadable-file",
     'expected a code of its own, found "SOT101", the code of import-bypass too'),
    ("one code for two", 'codes.unreadable-file = "X1"\ncodes.import-bypass = "X1"', "codes.unreadable-file",
     'expected a code of its own, found "X1", the code of import-bypass too'),
    ("severity", 'severity.import-bypass = "info"', "severity.import-bypass",
     'expected one of off, warning, error, found "info"'),
    ("rule of an exception", 'per-path."a/" = ["import-bypass", "removed-cal"]', 'per-path."a/"[1]',
     SELECTOR + '"removed-cal"; did you mean removed-call?'),
    ("code of an exception", 'per-path."a/" = ["sot101"]', 'per-path."a/"[0]',
     SELECTOR + '"sot101"; did you mean SOT101?'),
    ("code that was remapped", 'codes.unreadable-file = "X1"\nper-path."a/" = ["SOT901"]', 'per-path."a/"[0]',
     SELECTOR + '"SOT901"; the code of unreadable-file is X1 here'),
    ("empty exception", 'per-path."a/" = [""]', 'per-path."a/"[0]',
     SELECTOR + f'""; expected one of {", ".join(rules())}, {", ".join(rule.code for rule in rules().values())}'),
]

PATTERNS = [
    ("no root", "src = []", "src", "expected at least one import root, found an empty array"),
    ("empty root", 'src = [""]', "src[0]", ROOT + ', found ""'),
    ("absolute root", 'src = [".", "/srv"]', "src[1]", ROOT + ', found the absolute path "/srv"'),
    ("drive", 'src = ["C:/srv"]', "src[0]", ROOT + ', found the absolute path "C:/srv"'),
    ("backslash", "src = ['libs\\src']", "src[0]", ROOT + ', with / between its parts, found "libs\\\\src"'),
    ("parent", 'src = [".."]', "src[0]", ROOT + ' and below it, found "..", which leads out of it'),
    ("there and further back", 'src = ["a/./../.."]', "src[0]",
     ROOT + ' and below it, found "a/./../..", which leads out of it'),
    ("back from any depth", 'src = ["**/.."]', "src[0]", ROOT + ' and below it, found "**/..", which leads out of it'),
    ("null", 'src = ["a\\u0000"]', "src[0]", ROOT + ', found "a\\u0000"'),
    ("empty exclude", 'exclude = [""]', "exclude[0]", PATTERN + '"", which can match nothing'),
    ("comment", 'exclude = ["# build"]', "exclude[0]", PATTERN + '"# build", which can match nothing'),
    ("nothing to negate", 'exclude = ["a", "!"]', "exclude[1]", PATTERN + '"!", which can match nothing'),
    ("unclosed set", 'exclude = ["[ab"]', "exclude[0]", PATTERN + '"[ab", which can match nothing'),
    ("escape of nothing", "per-path.'a\\' = []", 'per-path."a\\\\"', PATTERN + '"a\\\\", which can match nothing'),
    ("two lines", 'exclude = ["a\\nb"]', "exclude[0]", PATTERN + '"a\\nb", which holds a control character'),
    ("empty path", 'per-path."" = []', 'per-path.""', PATTERN + '"", which can match nothing'),
]

CASES = [*UNKNOWN_KEYS, *WRONG_TYPES, *TEXTS, *OBJECT_PATHS, *CONTRADICTIONS, *RULES, *PATTERNS]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes, name: str = "ssot-lint.toml") -> str:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(file)

    return write


def error_of(file: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    return caught.value


@pytest.mark.parametrize(("toml", "key", "problem"), [pytest.param(*case, id=name) for name, *case in CASES])
def test_names_file_key_and_problem(write: Write, toml: str, key: str, problem: str) -> None:
    file = write(toml)
    error = error_of(file)
    assert (error.file, error.key, error.problem) == (file, key, problem)
    assert str(error) == f"{file}: {key}: {problem}"


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("a = 1\nsrc = .", "line 2, column 7: not valid TOML: "),
        ("src = [\n'a',\n", "line 2: not valid TOML: "),
        ("src = ['.']\nsrc = ['a']\n\n", "line 2, column "),
        (b"src = ['a']\n# \xff", "line 2: expected UTF-8, found the byte 0xff"),
        (b"\xef\xbb\xbfsrc = ['.']", "line 1: TOML knows no byte order mark; save the file as UTF-8 without one"),
        ("src = ['.']".encode("utf-16"), "expected UTF-8, found UTF-16; save the file as UTF-8"),
        ("src = " + "[" * 20_000, "not valid TOML: arrays or tables are nested too deeply"),
        ("src = " + "9" * 5_000, "not valid TOML: "),
    ],
    ids=["value", "end of file", "twice", "encoding", "byte order mark", "UTF-16", "nesting", "huge number"],
)
def test_a_file_that_is_not_toml(write: Write, toml: str | bytes, problem: str) -> None:
    file = write(toml)
    error = error_of(file)
    assert error.key == ""
    assert str(error).startswith(f"{file}: {problem}")


@pytest.mark.parametrize(
    ("toml", "key"), [("exclude = ['[z-a]']", "exclude[0]"), ("per-path.'[z-a]' = []", 'per-path."[z-a]"')]
)
def test_a_pattern_that_pathspec_refuses(write: Write, toml: str, key: str) -> None:
    error = error_of(write(toml))
    assert error.key == key
    assert error.problem.startswith(PATTERN + '"[z-a]", which pathspec refuses: ')


def test_all_problems_are_reported_at_once(write: Write) -> None:
    file = write(
        'source = 1\nsrc = ["/"]\ngone = ["x y"]\ncodes.import-bypass = "?"\nseverity.import-bypass = "no"\n'
        'per-path.a = ["??"]\nmoved.a = "a"\n[[truth]]\nname = ""\n[[truth]]\ncanonical = 1\n'
        + TRUTH + 'retired = [""]\nowner = ""\n'
    )
    lines = str(error_of(file)).splitlines()
    assert all(line.startswith(f"{file}: ") for line in lines)
    assert {line.removeprefix(f"{file}: ").split(": ")[0] for line in lines} == {
        "source", "src[0]", "gone[0]", "codes.import-bypass", "severity.import-bypass", "per-path.a[0]", "moved.a",
        "truth[0].canonical", "truth[1].name", "truth[1].canonical", "truth[2].retired[0]", "truth[2].owner",
    }


def test_pyproject_keys_are_written_out_in_full(write: Write) -> None:
    file = write(
        '[[tool.ssot-lint.truth]]\nname = "a"\ncanonical = "a b"\nretired = ["x"]\n'
        '[[tool.ssot-lint.truth]]\nname = "a"\ncanonical = "c"\nretired = ["x"]\n[tool.ssot-lint.per_path]\n',
        "pyproject.toml",
    )
    assert str(error_of(file)).splitlines() == [
        f"{file}: tool.ssot-lint.per_path: unknown key; did you mean per-path?",
        f"{file}: tool.ssot-lint.truth[0].canonical: {PATH}\"a b\"",
        f"{file}: tool.ssot-lint.truth[1].name: expected a name of its own, found \"a\", the name of "
        "tool.ssot-lint.truth[0] too",
        f"{file}: tool.ssot-lint.truth[1].retired[0]: {ONCE}\"x\" in tool.ssot-lint.truth[0].retired[0] too",
    ]


def test_pyproject_hint_for_a_single_truth(write: Write) -> None:
    error = error_of(write('[tool.ssot-lint.truth]\nname = "a"', "pyproject.toml"))
    assert error.problem == "expected an array of tables, [[tool.ssot-lint.truth]], found a table"


@pytest.mark.parametrize("toml", ["", "[tool.other]", "tool = 1"])
def test_pyproject_without_our_table(write: Write, toml: str) -> None:
    error = error_of(write(toml, "pyproject.toml"))
    assert (error.key, error.problem) == ("tool.ssot-lint", "expected the table [tool.ssot-lint], found nothing")


def test_pyproject_with_something_else_in_place_of_our_table(write: Write) -> None:
    error = error_of(write("tool.ssot-lint = 3", "pyproject.toml"))
    assert (error.key, error.problem) == ("tool.ssot-lint", "expected a table, found the number 3")


def test_our_own_file_with_the_tables_of_a_pyproject(write: Write) -> None:
    error = error_of(write('[tool.ssot-lint]\nsrc = ["."]'))
    assert error.key == "tool.ssot-lint"
    assert error.problem == (
        "expected the tables at top level; leave tool.ssot-lint out of their names, or move them to pyproject.toml"
    )


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    file = str(tmp_path / "ssot-lint.toml")
    error = error_of(file)
    assert str(error) == f"{file}: cannot be read: {os.strerror(2)}"


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    assert str(error_of(str(tmp_path))) == f"{tmp_path}: expected a TOML file, found a folder"


def test_a_file_that_may_not_be_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    assert str(error_of(file)) == f"{file}: cannot be read: Permission denied"

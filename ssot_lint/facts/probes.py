"""Collects the branches of a function that ask what a parameter is like, where the answer decides how it is read.

`questions` knows what a question is, `readings` what hangs on the answer; here the two meet.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from ssot_lint.facts.questions import Question, Subjects, dotted, pattern_questions
from ssot_lint.facts.readings import Read, Readings, Taking, inner_bodies, leaves, speaks
from ssot_lint.facts.walker import Walker
from ssot_lint.model import facts
from ssot_lint.model.facts import Parameter, Probe

_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Arms = list[frozenset[Taking]]
_Rest = Callable[[], list[ast.stmt]]


def signature_probes(
    walker: Walker, node: ast.FunctionDef | ast.AsyncFunctionDef, parameters: tuple[Parameter, ...]
) -> tuple[Probe, ...]:
    """The probes of one function's own parameters, in the order of the text; to be called after its body was walked."""
    asked = walker.frames[-1].questions
    if not asked:
        return ()
    own = parameters[_receivers(walker, node):]
    asked = [question for question in asked if _may_ask(question)]
    if not asked or not own:
        return ()
    search = _Search(own, asked)
    search.statements(node.body, list)
    if not search.found:
        return ()
    places = _places(walker) if any(question.types for question, _ in search.found.values()) else {}
    kept = _attributes_put_on_names(node)
    probes = [
        _probe(walker, places, question, effect) for question, effect in search.found.values()
        if (question.subject, question.attribute) not in kept
    ]
    return tuple(sorted(probes, key=lambda probe: (probe.line, probe.column)))


def _attributes_put_on_names(node: ast.AST) -> frozenset[tuple[str, str]]:
    """What a function keeps on its parameters: who asks for that first asks whether it has been here before."""
    stored = (item for item in ast.walk(node) if isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Store))
    return frozenset((item.value.id, item.attr) for item in stored if isinstance(item.value, ast.Name))


def _may_ask(question: ast.AST) -> bool:
    """Whether a question may be about a parameter: cheap, and right where it says no."""
    subject = question
    if isinstance(question, ast.Call):
        subject = question.args[0] if question.args else question
    elif isinstance(question, ast.Attribute):
        subject = question.value
    return isinstance(subject, (ast.Name, ast.Subscript, ast.NamedExpr, ast.Match)) or (
        isinstance(subject, ast.Call) and isinstance(subject.func, ast.Attribute)
    )


def _receivers(walker: Walker, node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """1 for a method, whose first parameter is the object or the class itself; 0 for a function."""
    in_class = len(walker.qualnames) > 2 and walker.qualnames[-3] != "<locals>"
    static = any(getattr(item, "id", "") == "staticmethod" for item in node.decorator_list)
    return int(in_class and not static)


def _probe(walker: Walker, places: dict[tuple[int, int], int], question: Question, effect: str) -> Probe:
    starts = [walker.tail(kind) if isinstance(kind, ast.Attribute) else walker.start(kind) for kind in question.types]
    types = tuple(places[start] for start in starts if start in places)
    return Probe(question.subject, question.kind, question.attribute, types, effect, *walker.span(question.node))


def _places(walker: Walker) -> dict[tuple[int, int], int]:
    """Where the names and attributes of the function's body were recorded; recorded again, they would count twice."""
    found = {}
    for index in range(len(walker.expressions) - 1, -1, -1):
        expression = walker.expressions[index]
        if isinstance(expression, (facts.Name, facts.Attribute)):
            if expression.block < walker.block:
                break
            found[expression.line, expression.column] = index
    return found


class _Search:
    """Walks the statements of one function.

    Attributes:
        found: node of a question -> the question and the effect of the branch that hangs on it.
    """

    def __init__(self, parameters: tuple[Parameter, ...], asked: list[ast.AST]) -> None:
        self.found: dict[ast.AST, tuple[Question, str]] = {}
        self._subjects = Subjects(parameters)
        self._readings = Readings(self._subjects)
        self._lines = [node.lineno for node in asked]  # type: ignore[attr-defined]  # calls and `match` have a place
        self._last_line = max(self._lines)
        self._depth = 0

    def statements(self, nodes: list[ast.stmt], rest: _Rest) -> None:
        """Walk a run of statements; `rest` gives what follows it in the function."""
        for place, node in enumerate(nodes):
            if node.lineno > self._last_line and not self._subjects.flags:
                break
            if not isinstance(node, (*_NESTED, ast.Raise, ast.Assert)):
                self._statement(node, lambda place=place: [*nodes[place + 1:], *rest()])  # type: ignore[misc]

    def _statement(self, node: ast.stmt, rest: _Rest) -> None:
        asks = bool(self._subjects.flags) or any(node.lineno <= line <= (node.end_lineno or 0) for line in self._lines)
        if isinstance(node, ast.If) and asks:
            self._if(node, rest)
        elif isinstance(node, ast.While) and asks:
            self._judge(self._subjects.questions(node.test), [self._readings.of_statements(node.body)])
        elif isinstance(node, ast.Match) and asks:
            self._match(node, rest)
        elif not isinstance(node, (ast.If, ast.While, ast.Match)):
            for target, value in _values(node):
                if asks and not speaks(value):
                    unnamed = "return" if isinstance(node, ast.Return) else "value"
                    self._choices(dotted(target) if target is not None else unnamed, value)
                self._learn(target, value, asks)
        self._depth += 1
        for body in inner_bodies(node):
            self.statements(body, rest)
        self._depth -= 1

    def _learn(self, target: ast.expr | None, value: ast.expr, asks: bool) -> None:
        if target is not None:
            self._subjects.learn(target, value, asks)
            if not self._depth:
                self._subjects.forget(target, value)

    # --- branches

    def _if(self, node: ast.If, rest: _Rest) -> None:
        """An `if` with all of its `elif`, from the first arm on whose test asks something."""
        questions: tuple[Question, ...] = ()
        bodies: list[list[ast.stmt]] = []
        for test, body in _arms(node):
            questions += self._subjects.questions(test) if test is not None else ()
            if questions:
                bodies.append(body)
        if questions:
            self._judge_bodies(questions, bodies, rest, complete=_arms_are_complete(node))

    def _match(self, node: ast.Match, rest: _Rest) -> None:
        questions = self._subjects.questions(node.subject)
        for case in node.cases:
            questions += tuple(pattern_questions(self._subjects, node.subject, case.pattern))
            questions += self._subjects.questions(case.guard) if case.guard is not None else ()
        last = node.cases[-1].pattern
        complete = isinstance(last, ast.MatchAs) and last.pattern is None
        self._judge_bodies(questions, [case.body for case in node.cases], rest, complete)

    def _judge_bodies(
        self, questions: tuple[Question, ...], bodies: list[list[ast.stmt]], rest: _Rest, complete: bool
    ) -> None:
        arms = [self._readings.of_statements(body) for body in bodies]
        if not complete and any(arm and leaves(body) for arm, body in zip(arms, bodies)):
            arms.append(self._readings.of_statements(rest()))
        self._judge(questions, arms)
        self._learn_answers(questions, bodies)

    def _learn_answers(self, questions: tuple[Question, ...], bodies: list[list[ast.stmt]]) -> None:
        """`legacy = True` in an arm: the name holds the answer."""
        statements = (statement for body in bodies for statement in body if isinstance(statement, ast.Assign))
        constant = (statement for statement in statements if isinstance(statement.value, ast.Constant) and questions)
        names = dict.fromkeys(dotted(target) for statement in constant for target in statement.targets)
        for name in filter(None, names):
            self._subjects.flags[name] = (*self._subjects.flags.get(name, ()), *questions)

    # --- choices inside expressions

    def _choices(self, target: str, value: ast.expr) -> None:
        for node in ast.walk(value):
            name = target if node is value else "value"
            if isinstance(node, ast.IfExp):
                self._judge_values(name, node.test, (node.body, node.orelse))
            elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
                self._alternatives(name, node)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr" and len(node.args) > 2:
                self._default(name, node)

    def _alternatives(self, target: str, node: ast.BoolOp) -> None:
        """`hasattr(p, "x") and p.x or other`, `getattr(p, "x", None) or other`."""
        first = node.values[0]
        if isinstance(first, ast.BoolOp):
            test: ast.expr = ast.BoolOp(first.op, first.values[:-1])
            self._judge_values(target, test, (first.values[-1], *node.values[1:]))
        elif getattr(getattr(first, "func", None), "id", "") == "getattr":
            self._judge_values(target, first, node.values)

    def _default(self, target: str, node: ast.Call) -> None:
        """`getattr(p, "x", other)`, where the default reads a parameter too."""
        question = next(iter(self._subjects.questions(node)), None)
        default = self._readings.of_value(target, node.args[2])
        if question is not None and question.node is node and default:
            taken = Read(question.subject, question.attribute)
            self._note([question], _effect([question._replace(attribute="")], [
                frozenset({Taking(target, (taken,), node)}), default,
            ], self._subjects))

    def _judge_values(self, target: str, test: ast.expr, values: Iterable[ast.expr]) -> None:
        self._judge(self._subjects.questions(test), [self._readings.of_value(target, value) for value in values])

    # --- judging

    def _judge(self, questions: tuple[Question, ...], arms: _Arms) -> None:
        if questions:
            self._note(questions, _effect(questions, arms, self._subjects))

    def _note(self, questions: Iterable[Question], effect: str) -> None:
        for question in questions:
            if effect == "signature" or effect and question.node not in self.found:
                self.found[question.node] = question, effect


def _effect(questions: Iterable[Question], arms: _Arms, subjects: Subjects) -> str:
    """What the answer decides; empty where it decides nothing about how the parameters are read."""
    asked = {question.subject for question in questions}
    answered = {(question.subject, question.attribute) for question in questions if question.attribute}
    answered |= {(question.subject, "()") for question in questions if question.kind == "callable"}
    arms = [_without_arguments(arm, answered) for arm in arms]
    if sum(map(bool, arms)) == 1:
        arms = [frozenset(taking for taking in arm if not _is_optional_call(taking)) for arm in arms]
    if not any(arms) or _are_the_same(arms) or _is_optional_value(arms, answered, subjects):
        return ""
    effect = _meaning(arms, asked, subjects)
    if not all(_is_setting(question) for question in questions):
        return effect
    beyond = any(read.subject in asked and read.place not in answered for read in _reads(arms))
    return effect if beyond and effect == "signature" else ""


def _is_optional_value(arms: _Arms, answered: set[tuple[str, str]], subjects: Subjects) -> bool:
    """The same as `getattr(p, "x", constant)`: only what was asked for is taken, or else nothing."""
    to_parameters = any(taking.target in subjects.parameters for taking in _all(arms))
    return sum(map(bool, arms)) == 1 and not to_parameters and all(read.place in answered for read in _reads(arms))


def _meaning(arms: _Arms, asked: set[str], subjects: Subjects) -> str:
    targets = {taking.target for taking in _all(arms)}
    if all(subjects.aliases.get(target) in asked for target in targets):
        return "conversion"
    if any(_is_returned_as_it_is(arm, asked) for arm in arms):
        return "conversion"
    of_one = len(targets) == 1 and len(asked & {read.subject for read in _reads(arms)}) == 1
    converts = of_one and _are_alike(arms, asked) and not _moves(arms, subjects) and not _unpacks(arms, asked, subjects)
    return "conversion" if converts else "signature"


def _unpacks(arms: _Arms, asked: set[str], subjects: Subjects) -> bool:
    """Whether a probed parameter is taken apart in two ways: `cls(p["a"], p["b"])` and `cls(p.a, p.b)`."""
    filled = [arm for arm in arms if arm]
    parts = [sum(_arguments_made_of(taking, asked, subjects) for taking in arm) for arm in filled]
    return len(filled) > 1 and min(parts) > 1


def _arguments_made_of(taking: Taking, asked: set[str], subjects: Subjects) -> int:
    """How many arguments of what is returned, or of the call of an initialiser, are made of the probed parameters."""
    value = taking.value.value if isinstance(taking.value, ast.Await) else taking.value
    if taking.target != "return" or not isinstance(value, ast.Call):
        return int("init" in taking.target)
    arguments = (*value.args, *(keyword.value for keyword in value.keywords))
    return sum(any(subjects.mentions(argument, name) for name in asked) for argument in arguments)


def _are_alike(arms: _Arms, asked: set[str]) -> bool:
    """Whether the arms hand on the same other parameters in the same way."""
    filled = [arm for arm in arms if arm]
    others = {_others(arm, asked) for arm in filled}
    keywords = {names for names in (_keywords(arm, asked) for arm in filled) if names}
    return len(keywords) < 2 and (others == {()} or len(others) == 1 and 1 < len(filled) == len(arms))


def _moves(arms: _Arms, subjects: Subjects) -> bool:
    """Whether one parameter takes the place of another: `context = registry`."""
    return any(
        taking.target in subjects.parameters and read.attribute == "=" for taking in _all(arms) for read in taking.reads
    )


def _reads(arms: _Arms) -> list[Read]:
    return [read for taking in _all(arms) for read in taking.reads]


def _all(arms: _Arms) -> list[Taking]:
    return [taking for arm in arms for taking in arm]


def _are_the_same(arms: _Arms) -> bool:
    return len(arms) > 1 and len({frozenset((item.target, ast.dump(item.value)) for item in arm) for arm in arms}) == 1


def _others(arm: frozenset[Taking], asked: set[str]) -> tuple[tuple[str, int | str, str], ...]:
    """The parameters besides the probed ones that are handed on whole, to what, and in which place.

    One whose attribute or method is used merely helps.
    """
    handed_on = [
        (_callee(taking.value), item)
        for taking in sorted(arm, key=lambda taking: (taking.value.lineno, taking.value.col_offset))
        for item in taking.reads
        if item.subject in asked or _is_handed_on(item)
    ]
    return tuple(
        (callee, item.slot.keyword or place, item.subject)
        for place, (callee, item) in enumerate(handed_on) if item.subject not in asked
    )


def _callee(value: ast.expr) -> str:
    value = value.value if isinstance(value, ast.Await) else value
    return dotted(value.func) if isinstance(value, ast.Call) else ""


def _is_handed_on(item: Read) -> bool:
    """A parameter as a whole, and not as the argument of another one's method."""
    through = item.slot.through
    return item.attribute in ("", "=") and (through is None or through[1] == "()")


def _keywords(arm: frozenset[Taking], asked: set[str]) -> frozenset[str]:
    """The keywords under which probed parameters are handed on."""
    return frozenset(
        item.slot.keyword for taking in arm for item in taking.reads if item.slot.keyword and item.subject in asked
    )


def _without_arguments(arm: frozenset[Taking], answered: set[tuple[str, str]]) -> frozenset[Taking]:
    """What an optional call is given is not read by us: `factory.create(context)` if `hasattr(factory, "create")`."""
    kept = (
        taking._replace(reads=tuple(item for item in taking.reads if item.slot.through not in answered))
        for taking in arm
    )
    return frozenset(taking for taking in kept if taking.reads)


def _is_optional_call(taking: Taking) -> bool:
    return taking.target.endswith("()") and "init" not in taking.target


def _is_returned_as_it_is(arm: frozenset[Taking], asked: set[str]) -> bool:
    return len(arm) == 1 and all(
        taking.target == "return" and item.attribute == "=" and item.subject in asked
        for taking in arm for item in taking.reads
    )


def _is_setting(question: Question) -> bool:
    """`getattr(config, "stream", False)` asks for a value that there is always one of."""
    default = question.default
    return isinstance(default, ast.Constant) and default.value is not None


def _arms(node: ast.If) -> Iterator[tuple[ast.expr | None, list[ast.stmt]]]:
    arm = node
    while True:
        yield arm.test, arm.body
        if len(arm.orelse) != 1 or not isinstance(arm.orelse[0], ast.If):
            break
        arm = arm.orelse[0]
    if arm.orelse:
        yield None, arm.orelse


def _arms_are_complete(node: ast.If) -> bool:
    return any(test is None for test, _ in _arms(node))


def _values(node: ast.stmt) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """The expressions of a simple statement, or of the head of a compound one, with what is bound to them."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield target, node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, (ast.Return, ast.Expr, ast.AugAssign)) and node.value is not None:
        yield None, node.value
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield None, node.iter
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            yield item.optional_vars, item.context_expr

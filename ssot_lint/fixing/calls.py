"""Legacy calls -> the expressions that a team has declared to replace them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from ssot_lint.facts.replacement import Filled, Replacement
from ssot_lint.facts.sheet import Sheet
from ssot_lint.facts.site import Piece, Site
from ssot_lint.facts.splice import Early, Notes, Splice, placed
from ssot_lint.files.dotted import last
from ssot_lint.fixing.attributes import COMPUTED, OPEN, PLAIN, Attributes
from ssot_lint.fixing.evaluation import Evaluation, Moved, evaluate, shortened
from ssot_lint.fixing.meanings import Meanings
from ssot_lint.fixing.proposals import Importer, Page, Proposal
from ssot_lint.fixing.task import Refusal
from ssot_lint.index import Definition
from ssot_lint.model.facts import Call
from ssot_lint.model.policy import Inline, ObjectPath, Truth
from ssot_lint.model.remedy import Inlining
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Edit, Fix, Violation
from ssot_lint.rules.inlining import CONSTRUCTOR, RECEIVERS
from ssot_lint.rules.signatures import bind, formals_of_entry

_HEIR = "it is called on what may inherit from the truth, and the replacement is made for the truth itself"
_OVERRIDDEN = "`{}` overrides `{}`, and may be what it is called on"
_TOO_HARD = "the code around it cannot be taken apart: it is nested too deeply"
_TOO_LATE = "`{}` would be evaluated at another time, or not once, and cannot be put before the statement"
_TOO_TIGHT = "the replacement does not fit into the f-string in which it stands: name it before, and use the name there"
_UNFIT = "there is no way to write the replacement there that means the same"


def proposals(
    page: Page, violations: Sequence[Violation], importer_of: Callable[[Page], Importer]
) -> list[Proposal]:
    """What becomes of the calls with an `Inlining` for a remedy; one proposal for each.

    Args:
        importer_of: makes the importer of a proposal.
    """
    concerned = [(item, item.remedy) for item in violations if isinstance(item.remedy, Inlining)]
    if not concerned:
        return []
    try:
        sheet = Sheet(page.text)
    except SyntaxError:
        unread = Fix("manual", reason="the file cannot be parsed")
        return [Proposal((violation,), unread) for violation, _ in concerned]
    return [Proposal((violation,), _fix(page, sheet, remedy, importer_of(page))) for violation, remedy in concerned]


def _fix(page: Page, sheet: Sheet, remedy: Inlining, importer: Importer) -> Fix:
    truth = page.knowledge.catalogue.truth(remedy.truth)
    call = page.module.expression(remedy.place)
    if remedy.reason or truth is None or not isinstance(call, Call):
        return Fix("manual", reason=remedy.reason)
    try:
        made = inlined(page, sheet, call, truth, remedy)
        edits = made.edits(importer)
    except Refusal as refusal:
        return Fix("manual", reason=str(refusal))
    except (SyntaxError, RecursionError):
        return Fix("manual", reason=_TOO_HARD)
    entry = truth.inlines[remedy.entry]
    overriding = "" if remedy.exact else _overriding(page, truth, entry.member)
    certain = remedy.exact or not set(RECEIVERS).isdisjoint(entry.names)
    doubt = _OVERRIDDEN.format(overriding, entry.member) if overriding else "" if certain else _HEIR
    doubt = doubt or remedy.doubt or made.doubt or importer.doubt
    return Fix("unsafe" if doubt else "safe", tuple(sorted((*edits, *importer.edits()), key=_place)), doubt)


def inlined(page: Page, sheet: Sheet, call: Call, truth: Truth, remedy: Inlining) -> InlinedCall:
    """A call of a text, ready to be replaced.

    Raises:
        Refusal: it does not stand in the code.
    """
    node = sheet.calls.get((sheet.offset(call.line, call.column), sheet.offset(call.end_line, call.end_column)))
    if node is None:
        raise Refusal("it stands in a string")
    return InlinedCall(page, Site(sheet, node), call, truth, remedy)


def _overriding(page: Page, truth: Truth, member: str) -> str:
    """A class that inherits from the truth and has the member anew; empty without one."""
    classes = page.knowledge.classes
    if member == CONSTRUCTOR:
        return ""
    for target in page.knowledge.catalogue.targets(truth.canonical):
        below = classes.subclasses(target) if isinstance(target, Definition) and target.kind == "class" else []
        for definition in below:
            if classes.own_bindings(definition, member):
                return definition.name
    return ""


def _place(edit: Edit) -> Span:
    return edit.span


class InlinedCall:
    """One call, and what it gives way to."""

    def __init__(self, page: Page, site: Site, call: Call, truth: Truth, remedy: Inlining) -> None:
        self._site = site
        self._truth = truth
        self._remedy = remedy
        self._entry: Inline = truth.inlines[remedy.entry]
        self._replacement = Replacement(self._entry.replacement)
        self._names = Meanings(page.module, call.block, remedy.place)
        self._given = bind(formals_of_entry(self._entry), call).given
        self._own_name = last(truth.canonical.name or truth.canonical.module)
        self._attributes = Attributes(page.module, page.knowledge)

    def edits(self, importer: Importer) -> tuple[Edit, ...]:
        """The edits that replace the call.

        Raises:
            Refusal: it cannot be replaced with all that it does.
        """
        self._check_surroundings()
        early = tuple(self._early(self._evaluation))
        local = {name: self._local(importer, name, path) for name, path in self._needed()}
        filled = self._replacement.filled(self._texts(early, local))
        edits = Splice(self._site, filled, self._notes(filled, early), self._entry.awaited, early).edits()
        if self._site.string is not None and not (edits and all(self._site.fits_string(edit.text) for edit in edits)):
            raise Refusal(_TOO_TIGHT)
        if edits is None:
            raise Refusal(_UNFIT)
        return edits

    @property
    def doubt(self) -> str:
        """Why it may not do the same as before; empty where it does."""
        return self._evaluation.doubt

    def _local(self, importer: Importer, name: str, path: ObjectPath) -> str:
        local = importer.local(path, self._remedy.place)
        bound = {item for use in self._replacement.occurrences if use.name == name for item in use.bound}
        if local is None or local.partition(".")[0] in bound:
            raise Refusal(f"`{path}` cannot be used there: its name means something else")
        if self._remedy.receiver == "old" and local != name == self._own_name and self._names.is_bound(name):
            raise Refusal(f"`{name}` is what the truth has replaced there: settle its import first")
        return local

    # --- what stands in the way

    def _check_surroundings(self) -> None:
        if self._site.string is not None and not self._site.is_where_it_says:
            raise Refusal("it stands in an f-string, where places cannot be told")
        if self._entry.awaited and self._site.awaited is None:
            raise Refusal("it is not awaited where it stands, and what replaces it is not awaited at all")
        taken = next((name for name in self._builtins() if self._names.is_bound(name)), "")
        if taken:
            raise Refusal(f"the replacement uses the builtin `{taken}`, which means something else there")
        if self._is_handed_down and self._replacement.called != self._own_name:
            raise Refusal("it constructs what may inherit from the truth, and the replacement is no such construction")

    @property
    def _is_handed_down(self) -> bool:
        """Whether it constructs a class that inherits its constructor from the truth."""
        return self._entry.member == CONSTRUCTOR and self._remedy.receiver in ("heir", "super")

    def _builtins(self) -> Iterator[str]:
        known = {*self._given, *self._defaults, *self._imported, self._own_name, *RECEIVERS}
        used = [*self._entry.names, *(name for default in self._defaults.values() for name in names_of(default))]
        return (name for name in used if name not in known)

    # --- what stands for what

    @property
    def _defaults(self) -> dict[str, str]:
        """The parameters that the call leaves out."""
        return {
            item.name: item.default for item in self._entry.parameters
            if item.name not in self._given and item.default is not None
        }

    @property
    def _imported(self) -> dict[str, ObjectPath]:
        return {path.name: path for path in self._entry.imports}

    @property
    def _callee(self) -> Piece | None:
        """What the call is made on: the class that is constructed, or what a member is taken from."""
        return self._site.function if self._entry.member == CONSTRUCTOR else self._site.receiver

    @property
    def _stands_for(self) -> str:
        """The name in the replacement that what the call is made on stands for; "" for none."""
        names = self._entry.names
        on_class = self._remedy.receiver in ("truth", "heir")
        if "self" in names or ("cls" in names and on_class):
            return "self" if "self" in names else "cls"
        return self._own_name if (on_class or self._is_handed_down) and self._own_name in names else ""

    def _moved(self) -> Iterator[Moved]:
        """What the call evaluates, in that order."""
        if self._callee is not None:
            yield self._as_moved(self._stands_for, self._callee)
        names = {index: name for name, index in self._given.items()}
        pieces = sorted(enumerate(self._site.arguments), key=lambda item: item[1].start)
        yield from (self._as_moved(names[index], piece) for index, piece in pieces)

    def _as_moved(self, name: str, piece: Piece) -> Moved:
        others = (item for item in (*self._site.arguments, self._callee) if item is not None and item is not piece)
        rebound = {bound for item in others for bound in item.binds}
        volatile = not rebound.isdisjoint(piece.names) or any(map(self._names.is_volatile, piece.names))
        effects = piece.effects
        still = not (effects.acts or effects.reads or effects.fresh or volatile)
        lasting = still and all(map(self._names.is_lasting, piece.names))
        read = self._attributes.among(*self._site.between(piece)) if effects.reads and not effects.acts else PLAIN
        return Moved(name, piece, volatile, lasting, read == COMPUTED, read == OPEN)

    @cached_property
    def _evaluation(self) -> Evaluation:
        moved = list(self._moved())
        steps = self._replacement.steps(self._given.keys())
        evaluation = evaluate(moved, self._replacement.occurrences, steps, self._site.is_in_class_body)
        if evaluation.obstacle:
            raise Refusal(evaluation.obstacle)
        return evaluation

    def _early(self, evaluation: Evaluation) -> Iterator[Early]:
        """Meanings for what is to be evaluated before the statement."""
        taken = set(self._entry.names) - self._given.keys()
        for name in evaluation.early:
            index = self._given.get(name)
            if index is None or self._site.statement is None:
                raise Refusal(_TOO_LATE.format(shortened(self._text_of(name))))
            new = self._names.new(name, self._site.sheet.text, taken)
            taken.add(new)
            yield Early(new, index)

    def _text_of(self, name: str) -> str:
        return next(item.piece.text for item in self._moved() if item.name == name)

    def _needed(self) -> Iterator[tuple[str, ObjectPath]]:
        """The names of the replacement that have to be had from elsewhere."""
        used = {*self._entry.names, *(name for default in self._defaults.values() for name in names_of(default))}
        receiver = set(RECEIVERS) & used - {self._stands_for}
        for name in sorted({*used & {*self._imported, self._own_name}, *receiver} - {self._stands_for}):
            yield name, self._imported.get(name, self._truth.canonical)

    def _texts(self, early: Sequence[Early], local: dict[str, str]) -> dict[str, str]:
        """For each name of the replacement what to write there."""
        names = {item.argument: item.name for item in early}
        texts = {
            name: names.get(index, self._site.arguments[index].text) for name, index in self._given.items()
        }
        if self._callee is not None and self._stands_for:
            local = {self._stands_for: self._callee.text, **local}
        for name, default in self._defaults.items():
            expression = Replacement(default)
            inner = {item.name: local[item.name] for item in expression.occurrences if item.name in local}
            texts[name] = expression.filled(inner).text
        texts.update(local)
        return {name: text for name, text in texts.items() if name in self._entry.names}

    # --- comments

    def _notes(self, filled: Filled, early: Sequence[Early]) -> Notes:
        owners = [self._owner(name) for name, _ in sorted(self._given.items(), key=lambda item: item[1])]
        notes = placed(self._site, filled, owners, early)
        if notes is None:
            raise Refusal("a comment in the call would be lost")
        return notes

    def _owner(self, name: str) -> int | None:
        """The argument of the replacement in which a parameter is first used."""
        use = next((item for item in self._replacement.occurrences if item.name == name), None)
        if use is None:
            return None
        parts = self._replacement.parts or ()
        return next((index for index, part in enumerate(parts) if part.start <= use.start < part.end), 0)


def names_of(expression: str) -> list[str]:
    """The names in a default."""
    return [item.name for item in Replacement(expression).occurrences]

"""Plans for imported modules: the import goes to another module, or gives way to the names that were taken from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ssot_lint.fixing.drafts import spelled
from ssot_lint.fixing.imports import ImportEditor, names_in
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.moving import Move, insert_beside, move_names
from ssot_lint.fixing.name_imports import CIRCLE, COLLAPSED, collapse_arms, indirection, is_hazard, leaving_doubt
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.fixing.renaming import in_type_comment, rename_uses
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.takers import looked_up
from ssot_lint.fixing.task import Refusal, Task, proposed, reason_of, refused
from ssot_lint.fixing.uses import Asked, Use, Uses
from ssot_lint.index import Missing, ModuleTarget, Unknown
from ssot_lint.model.facts import Attribute, Name, Text
from ssot_lint.model.policy import ObjectPath
from ssot_lint.rules.relocating import is_handed_on


def is_module_import(manuscript: Manuscript, task: Task) -> bool:
    """Whether what an import brings is a module as such."""
    fact = manuscript.facts.imports[task.remedy.place]
    old = task.old
    if not fact.name or not task.new.name:
        return True
    found = manuscript.index.member(old.module, old.name, manuscript.module)
    path = f"{old.module}.{old.name}"
    retirement = manuscript.page.knowledge.catalogue.retirement_of(path)
    is_named = retirement is not None and str(retirement.path) == path
    return is_named or any(isinstance(item.target, ModuleTarget) for item in found)


def is_asked_by_name(manuscript: Manuscript, place: int) -> bool:
    """Whether a string names an attribute of a module that an import statement has bound."""
    uses = Uses(manuscript)
    root = _root_of(manuscript, uses, place) if isinstance(manuscript.module.expression(place), Text) else -1
    name = manuscript.module.expression(max(root, 0))
    return isinstance(name, Name) and any(binding.kind == "import" for binding in uses.at(root, name).bindings)


def plan_module_imports(
    manuscript: Manuscript, imports: Iterable[Task], inside: Iterable[Task], refusals: Mapping[int, str], rename: bool
) -> list[Proposal]:
    """One proposal for each imported module and what is taken from it.

    Args:
        inside: attributes of modules, and strings that name one of a module that stands beside them.
        refusals: places of expressions that cannot go anywhere -> why.
        rename: a module that was imported by its own name is to have its new one, where that is possible.
    """
    uses = Uses(manuscript)
    groups: dict[int, list[Task]] = {task.remedy.place: [] for task in imports}
    heads = {task.remedy.place: task for task in imports}
    found = []
    for task in inside:
        homes = _homes(manuscript, uses, task, heads)
        if len(homes) == 1:
            groups.setdefault(homes[0], []).append(task)
        else:
            found.append(refused([task], _why_homeless(manuscript, uses, task)))
    for place, tasks in groups.items():
        found.append(_Group(manuscript, uses, place, heads.get(place), tasks, refusals, rename).proposal())
    return found


def _homes(manuscript: Manuscript, uses: Uses, task: Task, heads: Mapping[int, Task]) -> list[int]:
    """The imports that bind what an expression begins with; of several, the ones that are to be changed."""
    root = _root_of(manuscript, uses, task.remedy.place)
    if root < 0:
        return []
    name = manuscript.module.expression(root)
    assert isinstance(name, Name)
    bindings = uses.at(root, name).bindings
    if not bindings or any(binding.kind != "import" for binding in bindings):
        return []
    bound = [binding.value for binding in bindings]
    plain = [
        index for index, fact in enumerate(manuscript.facts.imports)
        if not fact.name and not fact.alias and fact.module.partition(".")[0] == name.id
        and _scope(manuscript, index) == _scope(manuscript, bound[-1])
    ]
    candidates = plain if any(place in plain for place in bound) else bound
    path = uses.at(root, name).path
    fitting = [place for place in candidates if place not in plain or _leads(manuscript, place, path)]
    chosen = [place for place in fitting if place in heads]
    return chosen[:1] or fitting[-1:]


def _why_homeless(manuscript: Manuscript, uses: Uses, task: Task) -> str:
    root = _root_of(manuscript, uses, task.remedy.place)
    name = manuscript.module.expression(root) if root >= 0 else None
    if isinstance(name, Name):
        use = uses.at(root, name)
        if use.bindings and all(binding.kind == "import" for binding in use.bindings):
            return f"no import that `{use.path}` sees loads what it is taken from"
    return "what it is taken from is bound in several ways, or not by an import"


def _scope(manuscript: Manuscript, place: int) -> int:
    """The scope in which an import stands."""
    return manuscript.facts.blocks[manuscript.facts.imports[place].block].scope


def _leads(manuscript: Manuscript, place: int, path: str) -> bool:
    return f"{path}.".startswith(f"{manuscript.facts.imports[place].module}.")


def _root_of(manuscript: Manuscript, uses: Uses, place: int) -> int:
    if isinstance(manuscript.module.expression(place), Text):
        return next((root for root, text in _asked(manuscript, uses) if text == place), -1)
    return uses.root(place)


def _asked(manuscript: Manuscript, uses: Uses) -> Iterable[tuple[int, int]]:
    for kind in (Name, Attribute):
        for owner, _ in manuscript.module.all_of(kind):
            asked = uses.asked_by_name(owner)
            if asked is not None:
                yield uses.root(owner), asked.place


class _Group:
    """One import of a module with all that is taken from it.

    Args:
        head: the import's own task; None where only something in the module is to be reached elsewhere.
        inside: the tasks of what is taken from the module.
    """

    def __init__(
        self,
        manuscript: Manuscript,
        uses: Uses,
        place: int,
        head: Task | None,
        inside: list[Task],
        refusals: Mapping[int, str],
        rename: bool,
    ) -> None:
        self._manuscript = manuscript
        self._module = manuscript.module
        self._index = manuscript.index
        self._uses = uses
        self._place = place
        self._fact = manuscript.facts.imports[place]
        self._head = head
        self._tasks = [*([head] if head else []), *inside]
        self._inside = {task.remedy.place: task for task in inside}
        self._refusals = refusals
        self._rename = rename
        self._remarks: list[str] = []
        self._sheet = Sheet(manuscript)
        self._importer = ImportEditor(manuscript.page, self._sheet, manuscript, replaces=True)
        self._spans: set[tuple[int, int]] = set()
        self._beside: dict[ObjectPath, Move] = {}
        self._doubts: list[str] = []

    @property
    def _is_plain(self) -> bool:
        """`import a.b`: what is used is the path, and what is bound is `a`."""
        return not self._fact.name and not self._fact.alias

    @property
    def _local(self) -> str:
        fact = self._fact
        return fact.alias or fact.name or fact.module.partition(".")[0]

    @property
    def _prefix(self) -> int:
        """How many attributes lead from the local name to the module."""
        return self._fact.module.count(".") if self._is_plain else 0

    def proposal(self) -> Proposal:
        try:
            if self._head is None:
                self._reach_elsewhere(self._own_uses())
            elif self._head.new.name:
                self._doubt_leaving(self._head)
                self._replace_import(self._head, self._own_uses())
            else:
                self._doubt_leaving(self._head)
                self._move_import(self._head, self._own_uses())
            statement = self._manuscript.home(self._fact)[0]
            if collapse_arms(self._manuscript, self._sheet, [statement]):
                self._doubts.append(COLLAPSED)
        except Refusal as refusal:
            return refused(self._tasks, str(refusal))
        unbinds = () if self._head is None else (self._local,)
        edits = self._importer.edits()
        self._doubts += [self._importer.doubt] if self._importer.doubt else []
        return proposed(self._tasks, not self._doubts, edits, reason_of(*self._doubts, *self._remarks), unbinds)

    def _doubt(self, doubts: bool, reason: str) -> None:
        if doubts:
            self._doubts.append(reason)

    def _doubt_taking(self, task: Task) -> None:
        """What may be different about something that is taken from elsewhere."""
        self._doubt(not task.remedy.same, f"`{task.new}` may be something else than `{task.old}`")
        for doubt in (indirection(self._manuscript, task), self._manuscript.patches.doubt(task.old)):
            self._doubt(bool(doubt), doubt)

    def _doubt_leaving(self, head: Task) -> None:
        """What is lost with the import of the old module beside the names in it."""
        if doubt := leaving_doubt(self._manuscript, self._fact, head):
            self._doubts.append(doubt)

    # --- uses

    def _own_uses(self) -> list[Use]:
        """Every use of the module, its path complete."""
        found = []
        for use in self._uses.of(self._local):
            if not self._is_meant(use):
                continue
            if self._is_plain and not f"{use.path}.".startswith(f"{self._fact.module}."):
                if self._head is not None:
                    self._require_other_import(use)
                continue
            found.append(use)
        return found

    def _is_meant(self, use: Use) -> bool:
        if self._is_plain:
            return any(
                binding.kind == "import" and self._is_of_the_same_top(binding.value) for binding in use.bindings
            )
        return any(binding.kind == "import" and binding.value == self._place for binding in use.bindings)

    def _is_of_the_same_top(self, place: int) -> bool:
        fact = self._manuscript.facts.imports[place]
        is_like = not fact.name and not fact.alias and fact.module.partition(".")[0] == self._local
        return is_like and _scope(self._manuscript, place) == _scope(self._manuscript, self._place)

    def _require_other_import(self, use: Use) -> None:
        """What is reached through the same package, and is no part of the module, has to be imported by itself."""
        others = (
            fact for index, fact in enumerate(self._manuscript.facts.imports)
            if index != self._place and self._is_of_the_same_top(index)
        )
        if not any(f"{use.path}.".startswith(f"{fact.module}.") for fact in others):
            raise Refusal(f"`{use.path}` is reached through `import {self._fact.module}` as well")

    def _require_single(self, use: Use) -> None:
        if self._is_plain:
            fine = all(item.kind == "import" and self._is_of_the_same_top(item.value) for item in use.bindings)
        else:
            fine = len(use.bindings) == 1
        if not fine:
            raise Refusal(f"`{self._local}` can mean several things in line {self._line(use)}")

    def _line(self, use: Use) -> int:
        return int(getattr(self._module.expression(use.place), "line", 0))

    def _task_of(self, use: Use) -> tuple[int, Task] | None:
        """The task of the outermost attribute that has one, and how many attributes lead to it."""
        for length in range(len(use.chain), self._prefix, -1):
            place = use.chain[length - 1]
            if place in self._refusals:
                raise Refusal(f"`{use.path}` in line {self._line(use)}: {self._refusals[place]}")
            if place in self._inside:
                return length, self._inside[place]
        return None

    def _write(self, use: Use, length: int, text: str) -> None:
        span = self._uses.span(use, length)
        if span in self._spans:
            raise Refusal(f"`{use.path}` in line {self._line(use)} stands in an f-string, where places cannot be told")
        self._spans.add(span)
        self._sheet.replace(*span, text)

    # --- something in a module that stays

    def _reach_elsewhere(self, uses: list[Use]) -> None:
        settled = set()
        for use in uses:
            found = self._task_of(use)
            if found is not None:
                self._require_single(use)
                self._take(use, *found)
                settled.add(found[1].remedy.place)
        if left := [task for place, task in self._inside.items() if place not in settled]:
            raise Refusal(f"`{left[0].old}` is asked for by a string")

    def _take(self, use: Use, length: int, task: Task) -> None:
        """Write an attribute as a name that is imported from its new place."""
        place = use.chain[length - 1]
        if self._fact.block:  # the import waits in a function, or for a condition: so does the new one
            before = set(self._beside)
            self._take_here(use, length, task, self._beside)
            for move in (move for root, move in self._beside.items() if root not in before):
                insert_beside(self._manuscript, self._sheet, self._fact, move)
            return
        self._require_read(place, use)
        local = self._importer.local(task.new, place)
        if local is None:
            raise Refusal(f"no name is left in this file for `{task.new}`")
        self._doubt_taking(task)
        self._write(use, length, local)

    def _require_read(self, place: int, use: Use) -> None:
        if self._is_changed(place):
            raise Refusal(f"`{use.path}` in line {self._line(use)} is assigned to")

    # --- a module that gave way to objects

    def _replace_import(self, head: Task, uses: list[Use]) -> None:
        """Import what is taken from the module in the place of the module."""
        if not uses:
            raise Refusal(f"nothing here is taken from it: it may be imported for what it does, or for others; "
                          f"`{head.new}` took its place")
        if self._manuscript.is_in_class(self._place):
            raise Refusal(f"`{self._local}` can be taken from the class as well")
        self._require_not_looked_up()
        if not self._is_plain and self._manuscript.takers.need(self._local):
            raise Refusal(f"other files may take `{self._local}` from here, or `__all__` lists it")
        if self._is_plain:
            self._require_top_stays()
        moves: dict[ObjectPath, Move] = {}
        for use in uses:
            self._require_single(use)
            found = self._task_of(use)
            if found is None:
                raise Refusal(f"`{use.path}` in line {self._line(use)} is no use of a single name in the module")
            self._take_here(use, *found, moves)
        self._drop_import([*moves.values()])
        if left := [place for place in self._inside if not any(place in use.chain for use in uses)]:
            raise Refusal(f"`{self._inside[left[0]].old}` is asked for by a string")

    def _require_not_looked_up(self) -> None:
        if looked_up(self._module, self._local, _scope(self._manuscript, self._place)):
            raise Refusal(f"`{self._local}` may be looked up by its name in this file")
        if in_type_comment(self._manuscript, self._fact.module if self._is_plain else self._local):
            raise Refusal(f"a type comment names `{self._local}`")

    def _require_top_stays(self) -> None:
        """Others may take the package from here that `import package.module` binds."""
        others = (index for index in range(len(self._manuscript.facts.imports)) if index != self._place)
        if any(map(self._is_of_the_same_top, others)):
            return
        if self._manuscript.takers.need(self._local):
            raise Refusal(f"other files may take `{self._local}` from here, or `__all__` lists it")

    def _take_here(self, use: Use, length: int, task: Task, moves: dict[ObjectPath, Move]) -> None:
        place = use.chain[length - 1]
        self._require_read(place, use)
        self._doubt_taking(task)
        self._doubt(is_hazard(self._manuscript, self._fact, task), CIRCLE)
        there = self._importer.present(task.new, place)
        if there is not None:
            self._write(use, length, there)
            return
        first, _, rest = task.new.name.partition(".")
        root = ObjectPath(task.new.module, first)
        if root not in moves:
            package, _, module = root.module.rpartition(".")
            source, name = (root.module, first) if first else (package, module)
            local = self._importer.free_name(name)
            if local is None:
                raise Refusal(f"no name is left in this file for `{task.new}`")
            self._importer.reserve(local)
            moves[root] = Move(source, name, local if local != name else "")
        local = moves[root].alias or moves[root].name
        self._write(use, length, f"{local}.{rest}" if rest else local)

    def _drop_import(self, moves: list[Move]) -> None:
        statement, position = self._manuscript.home(self._fact)
        move_names(self._manuscript, self._sheet, statement, {position: moves}, bool(self._fact.level))

    # --- a module that moved

    def _move_import(self, head: Task, uses: list[Use]) -> None:
        new = head.new.module
        renamed = self._is_plain and not self._keeps_alias(new)
        if renamed and new.partition(".")[0] != self._local:
            self._require_not_looked_up()
        elif renamed and in_type_comment(self._manuscript, self._fact.module):
            raise Refusal(f"a type comment names `{self._fact.module}`")
        if uses:
            self._doubt(is_hazard(self._manuscript, self._fact, head), CIRCLE)
        else:
            self._doubt(not head.remedy.same, f"`{head.new}` may be something else than `{head.old}`")
        for use in uses:
            self._move_use(use, head, new if renamed else "")
        if not self._is_plain and self._manuscript.takers.need(self._local):
            self._doubts.append(f"other files may take `{self._local}` from here, or `__all__` lists it")
        statement, position = self._manuscript.home(self._fact)
        if self._fact.name:
            source, _, name = new.rpartition(".")
            alias = self._local if self._local != name or self._fact.alias == self._fact.name else ""
            if alias and not self._fact.alias and self._rename:
                alias = self._renamed(name, alias)
            moves = {position: (Move(source, name, alias),)}
            move_names(self._manuscript, self._sheet, statement, moves, bool(self._fact.level))
        else:
            self._write_import(statement, position, new, "" if renamed else self._local)

    def _renamed(self, name: str, alias: str) -> str:
        """The alias that is left to the module if its uses can be written by its new name."""
        try:
            if self._spans:
                raise Refusal(f"`{alias}` stays: what is taken from it has another name as well")
            rename_uses(self._manuscript, self._sheet, self._place, name)
        except Refusal as refusal:
            self._remarks.append(str(refusal))
            return alias
        return ""

    def _keeps_alias(self, new: str) -> bool:
        """Whether `import old` becomes `import new as old`, and its uses stay as they are."""
        top = new.partition(".")[0]
        if top == self._local:
            return False
        taken = top in names_in(self._manuscript) and not any(
            fact.module.partition(".")[0] == top and not fact.name and not fact.alias
            for fact in self._manuscript.facts.imports
        )
        needed = taken or self._manuscript.is_in_class(self._place) or (
            not self._is_in_function() and self._manuscript.takers.need(self._local)
        )
        if needed and "." in self._fact.module:
            raise Refusal(f"`{top}` means something else in this file, or others take `{self._local}` from it")
        return needed

    def _is_in_function(self) -> bool:
        return _scope(self._manuscript, self._place) != 0

    def _move_use(self, use: Use, head: Task, prefix: str) -> None:
        """See to it that a use finds in the new module what it found in the old one.

        Args:
            prefix: the path of the module to write; empty where the local name stays.
        """
        if prefix:
            self._require_single(use)
        new = head.new.module
        found = self._task_of(use)
        length = found[0] if found else self._prefix
        rest = use.attributes[self._prefix:length]
        is_changed = any(self._is_changed(place) for place in use.chain[self._prefix:length])
        self._doubt(is_changed, f"`{use.path}` in line {self._line(use)} is assigned to")
        self._doubt_patched(use, head)
        if found is not None:
            path = f"{found[1].new.module}.{found[1].new.name}" if found[1].new.name else found[1].new.module
            if not path.startswith(f"{new}."):
                self._take(use, *found)
                return
            self._doubt_taking(found[1])
            rest = tuple(path[len(new) + 1:].split("."))
        else:
            self._require_there(use, head)
        if prefix or rest != use.attributes[self._prefix:length]:
            start = prefix or ".".join((use.name, *use.attributes[:self._prefix]))
            self._write(use, length, ".".join((start, *rest)))

    def _doubt_patched(self, use: Use, head: Task) -> None:
        """Whether somebody replaces in the old module what is taken from it."""
        if len(use.attributes) > self._prefix:
            module = ".".join(filter(None, (head.old.module, head.old.name)))
            if doubt := self._manuscript.patches.doubt(ObjectPath(module, use.attributes[self._prefix])):
                self._doubts.append(doubt)

    def _is_changed(self, place: int) -> bool:
        expression = self._module.expression(place)
        return isinstance(expression, Attribute) and expression.context != "load"

    def _require_there(self, use: Use, head: Task) -> None:
        """What has no task of its own: an attribute that both modules have, or a string that names one."""
        owner = use.chain[self._prefix - 1] if self._prefix else use.place
        name = use.attributes[self._prefix] if len(use.attributes) > self._prefix else ""
        asked = None if name else self._uses.asked_by_name(owner)
        if asked is not None:
            self._doubt(asked.changes, f"`{asked.name}` is changed in line {self._line(use)}")
            self._require_attribute(asked.name, self._rename_string(asked, head), head)
        elif name:
            self._require_attribute(name, name, head)
        else:
            raise Refusal(f"`{use.path}` in line {self._line(use)} hands the module on")

    def _rename_string(self, asked: Asked, head: Task) -> str:
        """The name by which the new module has what a string asks for."""
        if asked.place in self._refusals:
            raise Refusal(self._refusals[asked.place])
        task = self._inside.get(asked.place)
        if task is None or task.new.name == asked.name:
            return asked.name
        if task.new.module != head.new.module:
            raise Refusal(f"`{task.old}` is asked for by a string, and has gone to `{task.new}`")
        self._sheet.replace(*self._uses.text_span(asked.place), task.new.name)
        return task.new.name

    def _require_attribute(self, old: str, name: str, head: Task) -> None:
        new = self._index.member(head.new.module, name, self._module)
        targets = {item.target for item in new}
        old_module = ".".join(filter(None, (head.old.module, head.old.name)))
        if all(isinstance(target, Missing) for target in targets):
            place = self._manuscript.page.knowledge.catalogue.place_today(ObjectPath(old_module, old))
            if place.module not in (old_module, head.new.module):
                what = f"`{self._local}`, from which it is taken, may mean something else"
                raise Refusal(f"`{old_module}.{old}` is `{place}` now, and {what}")
            raise Refusal(f"`{head.new.module}` has no `{name}`")
        before = {item.target for item in self._index.member(old_module, old, self._module)}
        is_one = before == targets and len(targets) == 1 and not isinstance(next(iter(targets)), Unknown)
        is_same = is_one or is_handed_on(ObjectPath(old_module, old), new)
        self._doubt(not is_same, f"`{head.new.module}.{name}` may be something else than `{old_module}.{old}`")

    def _write_import(self, statement: int, position: int, module: str, alias: str) -> None:
        draft, written = self._sheet.draft(statement), spelled(module, alias)
        comment = self._manuscript.comment(self._manuscript.layout.statements[statement])
        there = any(self._has(other, written) for other in self._sheet.within_reach(statement))
        if there and not comment and not self._is_rebound(module, alias):
            if len(draft.items) == 1:
                self._sheet.remove(statement)
            else:
                self._sheet.put(statement, draft.without(position))
            return
        self._sheet.put(statement, draft.with_written(position, written))
        self._sheet.settle(statement)

    def _is_rebound(self, module: str, alias: str) -> bool:
        """Whether anything but imports of the two modules binds the local name of the import where it stands."""
        local, scope = alias or module.partition(".")[0], _scope(self._manuscript, self._place)
        for binding in self._module.all_in_scope(scope, local):
            fact = self._manuscript.facts.imports[binding.value] if binding.kind == "import" else None
            if fact is None or fact.name or (fact.alias and fact.module not in (module, self._fact.module)):
                return True
        return False

    def _has(self, statement: int, written: str) -> bool:
        if self._manuscript.layout.statements[statement].kind != "import":
            return False
        return any(spelled(item.name, item.alias) == written for item in self._sheet.draft(statement).items)

"""Plans for imported modules: the import goes to another module, or gives way to the names that were taken from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from ssot_lint.fixing.brought import Brought
from ssot_lint.fixing.drafts import spelled
from ssot_lint.fixing.homes import homes, root_of, scope_of, twins, why_homeless
from ssot_lint.fixing.imports import names_in
from ssot_lint.fixing.manuscript import Manuscript
from ssot_lint.fixing.moving import Move, move_names
from ssot_lint.fixing.name_imports import CIRCLE, COLLAPSED, collapse_arms, leaving_doubt
from ssot_lint.fixing.proposals import Proposal
from ssot_lint.fixing.renaming import rename_uses
from ssot_lint.fixing.sheet import Sheet
from ssot_lint.fixing.taking import Taking
from ssot_lint.fixing.task import Refusal, Task, proposed, reason_of, refused
from ssot_lint.fixing.twins import Twins
from ssot_lint.fixing.uses import Asked, Use, Uses
from ssot_lint.index import Missing, ModuleTarget, Unknown
from ssot_lint.model.facts import Name, Text
from ssot_lint.model.policy import ObjectPath
from ssot_lint.rules.relocating import is_handed_on


_NOTHING_TAKEN = (
    "nothing here is taken from it: it may be imported for what it does, or for others; `{new}` took its place"
)


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
    root = root_of(manuscript, uses, place) if isinstance(manuscript.module.expression(place), Text) else -1
    name = manuscript.module.expression(max(root, 0))
    return isinstance(name, Name) and any(binding.kind == "import" for binding in uses.at(root, name).bindings)


def plan_module_imports(
    manuscript: Manuscript,
    imports: Iterable[Task],
    inside: Iterable[Task],
    refusals: Mapping[int, str],
    rename: bool,
    names: Iterable[Task] = (),
) -> list[Proposal]:
    """One proposal for each imported module and what is taken from it.

    Args:
        names: what becomes of single names of the file, which may be used instead of what would be imported.
        inside: attributes of modules, and strings that name one of a module that stands beside them.
        refusals: places of expressions that cannot go anywhere -> why.
        rename: a module that was imported by its own name is to have its new one, where that is possible.
    """
    uses = Uses(manuscript)
    heads = {task.remedy.place: task for task in imports}
    groups: dict[tuple[int, ...], list[Task]] = {twins(manuscript, place): [] for place in heads}
    found = []
    for task in inside:
        home = homes(manuscript, uses, task, heads)
        if len(home) == 1:
            groups.setdefault(twins(manuscript, home[0]), []).append(task)
        else:
            found.append(refused([task], why_homeless(manuscript, uses, task)))
    brought = Brought(manuscript, names)
    for places, tasks in sorted(groups.items(), key=lambda group: brought.depth(scope_of(manuscript, group[0][0]))):
        group = _Group(manuscript, uses, places, heads, tasks, refusals, rename)
        behind = brought.before(scope_of(manuscript, places[0]), tasks)
        for proposal in group.proposals():
            proposal = msgspec.structs.replace(proposal, behind=behind)
            if group.unbinds:
                [milder] = _Group(manuscript, uses, places, heads, tasks, refusals, rename, keeps=True).proposals()
                proposal = msgspec.structs.replace(proposal, milder=milder)
            found.append(proposal)
    return found


class _Group:
    """The imports of one scope that say the same, with all that is taken from the module.

    Args:
        places: the imports.
        heads: their own tasks, by place; none of them has one where only something in the module is to be reached
            elsewhere.
        inside: the tasks of what is taken from the module.
        keeps: an import stays even if nothing in the file needs it any more.
    """

    def __init__(
        self,
        manuscript: Manuscript,
        uses: Uses,
        places: tuple[int, ...],
        heads: Mapping[int, Task],
        inside: list[Task],
        refusals: Mapping[int, str],
        rename: bool,
        keeps: bool = False,
    ) -> None:
        self._manuscript = manuscript
        self._module = manuscript.module
        self._index = manuscript.index
        self._uses = uses
        self._own = Twins(manuscript, uses, places)
        self._heads = {place: heads[place] for place in places if place in heads}
        self._nearer = [
            place for place in heads if self._own.is_plain and self._own.is_of_the_same_top(place)
            and manuscript.facts.imports[place].module.startswith(f"{self._own.fact.module}.")
        ]
        self._leaving = frozenset(heads)
        self._inside = {task.remedy.place: task for task in inside}
        self._refusals = refusals
        self._rename = rename
        self._keeps = keeps
        self._remarks: list[str] = []
        self._sheet = Sheet(manuscript)
        self._taking = Taking(manuscript, uses, self._own, self._sheet)
        self.unbinds = False

    def proposals(self) -> list[Proposal]:
        tasks = [*self._heads.values(), *self._inside.values()]
        idle: list[Task] = []
        try:
            self._own.require_apart()
            if self._heads:
                idle = self._settle(self._own_uses())
            else:
                self._reach_elsewhere(self._own_uses())
            if collapse_arms(self._manuscript, self._sheet, [self._own.home(place)[0] for place in self._own.places]):
                self._taking.note(COLLAPSED)
        except Refusal as refusal:
            return [refused(tasks, str(refusal))]
        unbinds = (self._own.local,) if self._heads or self.unbinds else ()
        edits, doubts = self._taking.outcome()
        made = [task for task in tasks if task not in idle]
        reason = reason_of(*doubts, *self._remarks)
        left = [refused([task], _NOTHING_TAKEN.format(new=task.new)) for task in idle]
        return [proposed(made, not doubts, edits, reason, unbinds), *left]

    def _settle(self, uses: list[Use]) -> list[Task]:
        """Change what is imported; gives the imports that are left because nothing is taken from them."""
        head, *others = self._heads.values()
        if any(other.new != head.new for other in others):
            raise Refusal(f"`{self._own.local}` gives way to several things")
        self._own.require_none_relies(self._leaving)
        for task in self._heads.values():
            self._doubt_leaving(task)
        if head.new.name:
            return self._replace_imports(head, uses)
        self._move_imports(head, uses)
        return []

    def _doubt_leaving(self, head: Task) -> None:
        """What is lost with the import of the old module beside the names in it."""
        fact = self._manuscript.facts.imports[head.remedy.place]
        self._taking.note(leaving_doubt(self._manuscript, fact, head))

    # --- uses

    def _own_uses(self) -> list[Use]:
        """Every use of the module, its path complete."""
        found = []
        for use in self._uses.of(self._own.local):
            if not self._is_meant(use):
                continue
            if self._own.is_plain and not f"{use.path}.".startswith(f"{self._own.fact.module}."):
                if self._heads:
                    self._own.require_other_import(use)
                continue
            if not self._is_of_a_nearer(use):
                found.append(use)
        return found

    def _is_of_a_nearer(self, use: Use) -> bool:
        """Whether another import that is to be changed leads further on the way to what a use finds."""
        further = (self._manuscript.facts.imports[place].module for place in self._nearer)
        return any(f"{use.path}.".startswith(f"{module}.") for module in further)

    def _is_meant(self, use: Use) -> bool:
        imports = [binding.value for binding in use.bindings if binding.kind == "import"]
        if self._own.is_plain:
            return any(map(self._own.is_of_the_same_top, imports))
        return any(place in self._own.places for place in imports)

    def _placed(self, reason: str, use: Use) -> str:
        """A reason with the line that it is about: it is given for other lines as well."""
        line = f"line {self._own.line_of(use)}"
        return reason if line in reason else f"`{use.path}` in {line}: {reason}"

    def _task_of(self, use: Use) -> tuple[int, Task] | None:
        """The task of the outermost attribute that has one, and how many attributes lead to it."""
        for length in range(len(use.chain), self._own.prefix, -1):
            place = use.chain[length - 1]
            if place in self._refusals:
                raise Refusal(f"`{use.path}` in line {self._own.line_of(use)}: {self._refusals[place]}")
            if place in self._inside:
                return length, self._inside[place]
        return None

    # --- something in a module that stays

    def _reach_elsewhere(self, uses: list[Use]) -> None:
        goes = self._is_idle_without(uses)
        settled = set()
        for use in uses:
            found = self._task_of(use)
            if found is not None:
                self._own.require_single(use)
                take = self._taking.take_here if goes else self._taking.take
                take(use, *found)
                settled.add(found[1].remedy.place)
        if left := [task for place, task in self._inside.items() if place not in settled]:
            raise Refusal(f"`{left[0].old}` is asked for by a string")
        for place in self._own.places if goes else ():
            self._drop_import(place, self._taking.wanted.get(place, []))
        self.unbinds = goes

    def _is_idle_without(self, uses: list[Use]) -> bool:
        """Whether nothing needs the imports any more once their uses are written anew."""
        if not uses or any(self._task_of(use) is None for use in uses):
            return False
        try:
            if self._keeps:
                raise Refusal("something speaks against taking it away")
            self._own.require_idle(self._leaving)
        except Refusal as refusal:
            self._remarks.append(f"`{self._own.written}` stays imported: {refusal}")
            return False
        return True

    # --- a module that gave way to objects

    def _replace_imports(self, head: Task, uses: list[Use]) -> list[Task]:
        """Import what is taken from the module in the place of the module."""
        if not uses:
            raise Refusal(_NOTHING_TAKEN.format(new=head.new))
        if self._manuscript.is_in_class(self._own.places[0]):
            raise Refusal(f"`{self._own.local}` can be taken from the class as well")
        self._own.require_may_go()
        self._own.require_none_takes()
        used: set[int] = set()
        self._taking.is_replaced = True
        for use in uses:
            self._own.require_single(use)
            found = self._task_of(use)
            if found is None:
                raise Refusal(f"`{use.path}` in line {self._own.line_of(use)} is no use of a single name in the module")
            self._taking.take_here(use, *found)
            used.update(self._own.seen_by(use))
        self._require_all_go(used)
        if left := [place for place in self._inside if not any(place in use.chain for use in uses)]:
            raise Refusal(f"`{self._inside[left[0]].old}` is asked for by a string")
        blocks = {self._own.block_of(place) for place in used}
        idle = [place for place in self._heads if place not in used and self._own.block_of(place) not in blocks]
        for place in self._heads:
            if place not in idle:
                self._drop_import(place, self._taking.wanted.get(place, []))
        return [self._heads[place] for place in idle]

    def _require_all_go(self, used: Iterable[int]) -> None:
        """What a use is written for has to be imported wherever the module was that it may have found."""
        if staying := sorted(place for place in used if place not in self._heads):
            line = self._manuscript.facts.imports[staying[0]].line
            raise Refusal(f"`{self._own.written}` may come from line {line} as well, where it stays")

    def _drop_import(self, place: int, moves: list[Move]) -> None:
        fact = self._manuscript.facts.imports[place]
        statement, position = self._manuscript.home(fact)
        move_names(self._manuscript, self._sheet, statement, {position: moves}, bool(fact.level))

    # --- a module that moved

    def _move_imports(self, head: Task, uses: list[Use]) -> None:
        new = head.new.module
        renamed = self._own.is_plain and not self._keeps_alias(new)
        if renamed and new.partition(".")[0] != self._own.local:
            self._own.require_may_go()
        elif renamed or any(task.new != ObjectPath(new, task.old.name) for task in self._inside.values()):
            self._own.require_unquoted()
        if uses or any(map(self._is_of_a_nearer, self._uses.of(self._own.local))):
            self._taking.doubt(any(self._taking.is_hazard(place, head) for place in self._heads), CIRCLE)
        else:
            self._taking.doubt(not head.remedy.same, f"`{head.new}` may be something else than `{head.old}`")
        for use in uses:
            try:
                self._move_use(use, head, new if renamed else "")
            except Refusal as refusal:
                raise Refusal(self._placed(str(refusal), use)) from None
            if renamed:
                self._require_all_go(self._own.seen_by(use))
        if not self._own.is_plain and self._manuscript.takers.need(self._own.local):
            self._taking.note(f"other files may take `{self._own.local}` from here, or `__all__` lists it")
        for place in self._heads:
            self._move_import(place, new, renamed)

    def _move_import(self, place: int, new: str, renamed: bool) -> None:
        fact = self._manuscript.facts.imports[place]
        statement, position = self._manuscript.home(fact)
        if not fact.name:
            self._write_import(statement, position, new, "" if renamed else self._own.local)
            return
        source, _, name = new.rpartition(".")
        alias = self._own.local if self._own.local != name or fact.alias == fact.name else ""
        if alias and not fact.alias and self._rename:
            alias = self._renamed(place, name, alias)
        move_names(
            self._manuscript, self._sheet, statement, {position: (Move(source, name, alias),)}, bool(fact.level)
        )

    def _renamed(self, place: int, name: str, alias: str) -> str:
        """The alias that is left to the module if its uses can be written by its new name."""
        try:
            if self._taking.spans:
                raise Refusal(f"`{alias}` stays: what is taken from it has another name as well")
            rename_uses(self._manuscript, self._sheet, place, name)
        except Refusal as refusal:
            self._remarks.append(str(refusal))
            return alias
        return ""

    def _keeps_alias(self, new: str) -> bool:
        """Whether `import old` becomes `import new as old`, and its uses stay as they are."""
        top = new.partition(".")[0]
        if top == self._own.local:
            return False
        taken = top in names_in(self._manuscript) and not any(
            fact.module.partition(".")[0] == top and not fact.name and not fact.alias
            for fact in self._manuscript.facts.imports
        )
        needed = taken or self._manuscript.is_in_class(self._own.places[0]) or (
            not self._is_in_function() and self._manuscript.takers.need(self._own.local)
        )
        if needed and "." in self._own.fact.module:
            raise Refusal(f"`{top}` means something else in this file, or others take `{self._own.local}` from it")
        return needed

    def _is_in_function(self) -> bool:
        return self._own.scope != 0

    def _move_use(self, use: Use, head: Task, prefix: str) -> None:
        """See to it that a use finds in the new module what it found in the old one.

        Args:
            prefix: the path of the module to write; empty where the local name stays.
        """
        if prefix:
            self._own.require_single(use)
        new = head.new.module
        found = self._task_of(use)
        length = found[0] if found else self._own.prefix
        rest = use.attributes[self._own.prefix:length]
        is_changed = any(self._taking.is_changed(place) for place in use.chain[self._own.prefix:length])
        self._taking.doubt(is_changed, f"`{use.path}` in line {self._own.line_of(use)} is assigned to")
        self._doubt_patched(use, head)
        if found is not None:
            path = f"{found[1].new.module}.{found[1].new.name}" if found[1].new.name else found[1].new.module
            if not path.startswith(f"{new}."):
                self._taking.take(use, *found)
                return
            self._taking.doubt_taking(found[1])
            rest = tuple(path[len(new) + 1:].split("."))
        else:
            self._require_there(use, head)
        if prefix or rest != use.attributes[self._own.prefix:length]:
            start = prefix or ".".join((use.name, *use.attributes[:self._own.prefix]))
            self._taking.write(use, length, ".".join((start, *rest)))

    def _doubt_patched(self, use: Use, head: Task) -> None:
        """Whether somebody replaces in the old module what is taken from it."""
        if len(use.attributes) > self._own.prefix:
            module = ".".join(filter(None, (head.old.module, head.old.name)))
            name, patches = use.attributes[self._own.prefix], self._manuscript.patches
            new = ObjectPath(head.new.module, name)
            self._taking.note(patches.doubt(ObjectPath(module, name)), patches.doubt_new(new))

    def _require_there(self, use: Use, head: Task) -> None:
        """What has no task of its own: an attribute that both modules have, or a string that names one."""
        owner = use.chain[self._own.prefix - 1] if self._own.prefix else use.place
        name = use.attributes[self._own.prefix] if len(use.attributes) > self._own.prefix else ""
        asked = None if name else self._uses.asked_by_name(owner)
        if asked is not None:
            self._taking.doubt(asked.changes, f"`{asked.name}` is changed in line {self._own.line_of(use)}")
            self._require_attribute(asked.name, self._rename_string(asked, head), head)
        elif name:
            self._require_attribute(name, name, head)
        else:
            raise Refusal(f"`{use.path}` in line {self._own.line_of(use)} hands the module on")

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
                what = f"`{self._own.local}`, from which it is taken, may mean something else"
                raise Refusal(f"`{old_module}.{old}` is `{place}` now, and {what}")
            raise Refusal(f"`{head.new.module}` has no `{name}`")
        before = {item.target for item in self._index.member(old_module, old, self._module)}
        is_one = before == targets and len(targets) == 1 and not isinstance(next(iter(targets)), Unknown)
        fails_as_it_is = head.remedy.same and isinstance(self._index.module_target(old_module, self._module), Missing)
        is_same = is_one or fails_as_it_is or is_handed_on(ObjectPath(old_module, old), new)
        self._taking.doubt(not is_same, f"`{head.new.module}.{name}` may be something else than `{old_module}.{old}`")

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
        local = alias or module.partition(".")[0]
        for binding in self._module.all_in_scope(self._own.scope, local):
            fact = self._manuscript.facts.imports[binding.value] if binding.kind == "import" else None
            if fact is None or fact.name or (fact.alias and fact.module not in (module, self._own.fact.module)):
                return True
        return False

    def _has(self, statement: int, written: str) -> bool:
        if self._manuscript.layout.statements[statement].kind != "import":
            return False
        return any(spelled(item.name, item.alias) == written for item in self._sheet.draft(statement).items)

"""An importer for tests of the planners that need one: what is imported is used, the rest is put on top."""

from __future__ import annotations

from ssot_lint.fixing.proposals import Page
from ssot_lint.model.policy import ObjectPath
from ssot_lint.model.spans import Span
from ssot_lint.model.violation import Edit


class PlainImporter:
    """Imports at the head of one file.

    Args:
        page: the file.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self.added: dict[ObjectPath, str] = {}

    def local(self, path: ObjectPath, place: int) -> str | None:
        module = self._page.module
        name = path.name or path.module.rpartition(".")[2]
        bound = module.all_in_scope(0, name)
        if path.module == module.name and bound:
            return name
        for fact in module.facts.imports:
            if (module.absolute(fact), fact.name) == (path.module, path.name) and fact.block == 0:
                return self._seen_from(fact.alias or fact.name, place)
        if bound or self._seen_from(name, place) is None:
            return None
        self.added[path] = name
        return name

    def _seen_from(self, name: str, place: int) -> str | None:
        """The name, unless something nearer takes its place."""
        module = self._page.module
        block = module.expression(place).block  # type: ignore[union-attr]  # calls have one
        blocks = module.facts.blocks
        found = module.lookup(name, block, place)
        return None if any(blocks[item.block].scope for item in found) else name

    @property
    def doubt(self) -> str:
        return ""

    def edits(self) -> tuple[Edit, ...]:
        """All in one place, behind the imports at the head."""
        rows = self._page.text.splitlines()
        last = max((line for line, row in enumerate(rows, start=1) if row.startswith(("from ", "import "))), default=0)
        end = "\r\n" if "\r\n" in self._page.text else "\n"
        lines = (f"from {path.module} import {path.name}{end}" for path in self.added)
        place = Span(last + 1, 1, last + 1, 1)
        return (Edit(place, "".join(lines)),) if self.added else ()

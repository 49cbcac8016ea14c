"""The files of a project as one judgement asks for them: noted is what its answers rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssot_lint.index.module import Module
from ssot_lint.index.modules import Modules
from ssot_lint.index.targets import External, Missing, ModuleTarget, Target, Unknown


class ConsultedFiles:
    """What dotted names mean, and in which files a question about the whole project is to be put.

    Args:
        modules: the files.

    Attributes:
        consulted: paths of the files that any answer may rest on.
        looked_up: dotted names that were looked for on disk -> whether they were there, or could be.
        asked_everyone: some answer rests on all files that may have a say.
        is_sure: no answer rests on how much time or memory there was.
    """

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self.consulted: set[str] = set()
        self.looked_up: dict[str, bool] = {}
        self.asked_everyone = False
        self.is_sure = True

    def at(self, path: str) -> Module:
        """The file at a path relative to the project root."""
        self.consulted.add(path)
        return self._modules.by_path[path]

    def with_word(self, word: str) -> Iterable[Module]:
        """The files that a question about something of that name concerns."""
        self.asked_everyone = True
        return self._modules.with_word(word)

    def may_import(self, word: str) -> Iterable[Module]:
        """The files that may import something of that name; few, where those `with_word` are many."""
        self.asked_everyone = True
        return self._modules.may_import(word)

    def importing(self, name: str) -> Iterator[Module]:
        """The files that import something of that name, or seem to; "*" is a name as any other."""
        self.asked_everyone = True
        yield from dict.fromkeys(module for module, _ in self._modules.importing(name))

    def with_heirs(self) -> Iterable[Module]:
        """The files that a question about subclasses concerns."""
        self.asked_everyone = True
        return self._modules.with_heirs()

    # --- modules

    def module(self, name: str, importer: Module | None = None) -> Module | None:
        """The file that a dotted name means; seen from `importer` where several files share the name.

        A package wins over a module, a source over its stub, and what stands nearer to the importer over the rest.
        """
        candidates = self._modules.by_name.get(name)
        if not candidates:
            return None
        found = candidates[0] if len(candidates) == 1 else self._nearest(candidates, name, importer)
        self.consulted.add(found.file.path)
        return found

    def _nearest(self, candidates: Iterable[Module], name: str, importer: Module | None) -> Module:
        near = importer.file.path if importer else ""
        return min(
            candidates,
            key=lambda item: (
                item.file.modules[0] != name, -_shared_folders(item.file.path, near), not item.file.is_package,
                item.file.is_stub, item.file.path,
            ),
        )

    def is_ambiguous(self, name: str) -> bool:
        """Whether several files go by a dotted name."""
        return len(self._modules.by_name.get(name, ())) > 1

    def sources(self, name: str) -> list[str]:
        """The paths of the files that go by a dotted name; a stub beside its source is none of its own."""
        paths = [module.file.path for module in self._modules.by_name.get(name, ())]
        return [path for path in paths if not (path.endswith(".pyi") and path[:-1] in paths)]

    def is_first_party(self, name: str) -> bool:
        top = name.partition(".")[0]
        return top in self._modules.by_name or top in self._modules.packages

    def is_known(self, name: str) -> bool:
        """Whether a dotted name is that of a file of the project, or of a folder with files in it."""
        return name in self._modules.by_name or name in self._modules.packages

    def has_stub(self, module: Module) -> bool:
        """Whether a stub stands beside a source."""
        return self.stub_of(module) is not None

    def stub_of(self, provider: Module) -> Module | None:
        """The stub beside a source: for `lazy_loader.attach_stub`, or for tools alone."""
        path = f"{provider.file.path}i"
        return self.at(path) if path in self._modules.by_path else None

    def module_target(self, name: str, importer: Module | None = None) -> Target:
        """What a dotted module name means."""
        module = self.module(name, importer)
        if module is not None:
            return ModuleTarget(name if module.name != name else module.name, module.file.path)
        if name in self._modules.packages:
            return ModuleTarget(name, "")
        if not name or name in self._modules.natives:
            return Unknown()
        if not self.is_first_party(name):
            return External(name)
        return Missing(name, "") if self._surely_missing(name, importer) else Unknown()

    def _surely_missing(self, name: str, importer: Module | None) -> bool:
        """Whether no file can be behind a first-party name: its package is a regular one that looks nowhere else."""
        parent = name.rpartition(".")[0]
        if not parent or self._is_on_disk(name):
            return False
        package = self.module(parent, importer)
        if package is None:
            return parent not in self._modules.packages and self._surely_missing(parent, importer)
        return not package.file.is_package or not package.facts.extends_path

    def _is_on_disk(self, name: str) -> bool:
        if name not in self.looked_up:
            self.looked_up[name] = self._modules.exists(name)
        return self.looked_up[name]


def _shared_folders(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/")[:-1], other.split("/")[:-1]):
        if left != right:
            break
        count += 1
    return count

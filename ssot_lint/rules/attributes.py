"""Attributes of modules: `import pkg.old as m` followed by `m.Name`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ssot_lint.index import External, Hop, Missing, ModuleTarget, Resolution, Unknown
from ssot_lint.model.facts import Attribute, Choice, Name
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext

Owners = Callable[[RuleContext, int], Iterable[Resolution]]
"""What the expression at a place can be, as far as it is a module that came in a certain way, or something in one."""


def bypassing_attributes(context: RuleContext, owners: Owners) -> Iterator[tuple[int, Attribute, Bypass]]:
    """Attributes that reach something by a bypass, outermost of each chain only, in the order of the text.

    Args:
        owners: tells what an attribute is taken from: `imported_owners`, or those of another kind of import.
    """
    covered: set[int] = set()
    found: list[tuple[int, Attribute, Bypass]] = []
    for place, attribute in reversed(context.module.all_of(Attribute)):
        if place in covered or not context.suspicion.falls_on(place):
            continue
        bypasses = bypasses_of_member(context, owners(context, attribute.value), attribute.name)
        if bypasses:
            covered.update(_inner(context, attribute))
            found.extend((place, attribute, bypass) for bypass in bypasses)
    yield from reversed(found)


def imported_owners(context: RuleContext, place: int) -> Iterable[Resolution]:
    """What an expression is that starts with a name which an import statement can have bound where it stands."""
    root = place
    while isinstance(expression := context.module.expression(root), Attribute):
        root = expression.value
    if isinstance(expression, Name) and _is_imported(context, root, frozenset()):
        return context.index.reference(context.module, place)
    return ()


def _is_imported(context: RuleContext, place: int, seen: frozenset[int]) -> bool:
    """Whether what stands at a place can have come from an import statement, directly or through plain aliases."""
    expression = context.module.expression(place)
    if place in seen:
        return False
    if isinstance(expression, Attribute):
        return _is_imported(context, expression.value, seen)
    if isinstance(expression, Choice):
        return any(_is_imported(context, option, seen) for option in expression.options)
    if not isinstance(expression, Name) or expression.id not in context.module.names_of_imports:
        return False
    bindings = context.module.lookup(expression.id, expression.block, place)
    return any(
        binding.kind == "import" or (binding.kind == "assign" and _is_imported(context, binding.value, seen | {place}))
        for binding in bindings
    )


def bypasses_of_member(context: RuleContext, owners: Iterable[Resolution], name: str) -> list[Bypass]:
    """How `owner.name` goes round the canonical way, for the modules among the owners."""
    found: dict[Hop, list[Resolution]] = {}
    for owner in owners:
        for hop, resolution in _through(context, owner, name):
            found.setdefault(hop, []).append(resolution)
    return [
        bypass
        for hop, resolutions in found.items()
        for bypass in context.catalogue.of_resolutions(context.module, hop.module, hop.name, resolutions)
    ]


def _through(context: RuleContext, owner: Resolution, name: str) -> Iterator[tuple[Hop, Resolution]]:
    target = owner.target
    if isinstance(target, ModuleTarget):
        for resolution in context.index.attribute(context.module, target, name):
            yield Hop(target.module, name), resolution
        return
    module = module_path(context, owner)
    if module and isinstance(target, External):
        yield Hop(module, name), Resolution(External(f"{module}.{name}"), (Hop(module, name),))
    elif module:
        yield Hop(module, name), Resolution(target, (Hop(module, name),))


def module_path(context: RuleContext, owner: Resolution) -> str:
    """The dotted name of a module; "" for what is none, or is in no file and need be none.

    Where there is no file, something in a retired module is taken for a module only if somebody imports it as one:
    in `itertools.chain.from_iterable`, what is retired with `itertools` is `chain`.
    """
    target = owner.target
    if isinstance(target, ModuleTarget):
        return target.module
    last = owner.chain[-1] if owner.chain else Hop("", "")
    path = target.path if isinstance(target, External) else f"{last.module}.{last.name}" if last.name else last.module
    retirement = context.catalogue.retirement_of(path)
    if isinstance(target, External) and retirement is None:
        return path
    if not isinstance(target, (External, Missing, Unknown)) or retirement is None or retirement.path.name:
        return ""  # of `os.environ.get`, what is retired is `os.environ`, and the finding stands there
    is_module = not last.name or path == retirement.path.module or _is_imported_as_module(context, path)
    return path if is_module else ""


def _is_imported_as_module(context: RuleContext, path: str) -> bool:
    return any(f"{context.module.absolute(fact)}.".startswith(f"{path}.") for fact in context.facts.imports)


def _inner(context: RuleContext, attribute: Attribute) -> Iterator[int]:
    place = attribute.value
    while isinstance(expression := context.module.expression(place), Attribute):
        yield place
        place = expression.value

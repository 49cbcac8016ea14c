"""Attributes of modules: `import pkg.old as m` followed by `m.Name`."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.index import External, Hop, Missing, ModuleTarget, Resolution
from ssot_lint.model.facts import Attribute, Call, Name
from ssot_lint.rules.catalogue import Bypass
from ssot_lint.rules.context import RuleContext


def bypassing_attributes(context: RuleContext, dynamic: bool) -> Iterator[tuple[int, Attribute, Bypass]]:
    """Attributes that reach something by a bypass, outermost of each chain only, in the order of the text.

    Args:
        dynamic: those of modules that come from a dynamic import; otherwise those of plainly imported ones.
    """
    roots = _module_roots(context, dynamic)
    covered: set[int] = set()
    found: list[tuple[int, Attribute, Bypass]] = []
    expressions = context.facts.expressions
    for place in range(len(expressions) - 1, -1, -1):
        attribute = expressions[place]
        if not isinstance(attribute, Attribute) or place in covered or not _rooted(context, attribute, roots, dynamic):
            continue
        bypasses = _bypasses(context, attribute)
        if bypasses:
            covered.update(_inner(context, attribute))
            found.extend((place, attribute, bypass) for bypass in bypasses)
    yield from reversed(found)


def _module_roots(context: RuleContext, dynamic: bool) -> frozenset[str]:
    """Names of this file that can hold a module of the wanted kind."""
    names = set()
    for binding in context.facts.bindings:
        if binding.kind == "import" and not dynamic:
            names.add(binding.name)
        elif binding.kind == "assign":
            root = _root(context, binding.value)
            if isinstance(root, Call) == dynamic:
                names.add(binding.name)
    return frozenset(names)


def _root(context: RuleContext, place: int) -> object:
    expression = context.module.expression(place)
    while isinstance(expression, Attribute):
        expression = context.module.expression(expression.value)
    return expression


def _rooted(context: RuleContext, attribute: Attribute, roots: frozenset[str], dynamic: bool) -> bool:
    root = _root(context, attribute.value)
    return (isinstance(root, Name) and root.id in roots) or (dynamic and isinstance(root, Call))


def _bypasses(context: RuleContext, attribute: Attribute) -> list[Bypass]:
    found: dict[Hop, list[Resolution]] = {}
    for owner in context.index.reference(context.module, attribute.value):
        for hop, resolution in _through(context, owner, attribute.name):
            found.setdefault(hop, []).append(resolution)
    return [
        bypass
        for hop, resolutions in found.items()
        for bypass in context.catalogue.of_resolutions(context.module, hop.module, hop.name, resolutions)
    ]


def _through(context: RuleContext, owner: Resolution, name: str) -> Iterator[tuple[Hop, Resolution]]:
    target = owner.target
    if isinstance(target, ModuleTarget):
        for resolution in context.index.member(target.module, name, context.module):
            yield Hop(target.module, name), resolution
    elif isinstance(target, External) and not _is_retired_name(context, target):
        yield Hop(target.path, name), Resolution(External(f"{target.path}.{name}"), (Hop(target.path, name),))
    elif isinstance(target, Missing) and not target.name:
        yield Hop(target.module, name), Resolution(target, (Hop(target.module, name),))


def _is_retired_name(context: RuleContext, target: External) -> bool:
    """`os.environ.get`: what is retired is `os.environ`, and the finding stands there."""
    retirement = context.catalogue.retirement_of(target.path)
    return retirement is not None and bool(retirement.path.name)


def _inner(context: RuleContext, attribute: Attribute) -> Iterator[int]:
    place = attribute.value
    while isinstance(expression := context.module.expression(place), Attribute):
        yield place
        place = expression.value

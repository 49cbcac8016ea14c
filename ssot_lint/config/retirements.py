"""What `retired`, `moved` and `gone` list, and where these lists and the truths contradict one another."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import accumulate

import msgspec

from ssot_lint.config.problems import Problems, below
from ssot_lint.config.shape import PolicyTable
from ssot_lint.config.values import each, object_path
from ssot_lint.model.policy import ObjectPath, Retirement, Truth

_WITH_EVERYTHING = "what is retired is retired with everything below it; list single names instead"


class Claim(msgspec.Struct, frozen=True):
    """One entry of the configuration that retires something.

    Attributes:
        key: where it stands, relative to our table.
    """

    key: str
    retirement: Retirement


def read_retirements(table: PolicyTable, truths: tuple[Truth, ...], problems: Problems) -> tuple[Retirement, ...]:
    """Everything retired: by the truths, then moved, then gone; contradictions are among `problems`."""
    claims = [*_retired(truths), *_moved(table.moved, problems), *_gone(table.gone, problems)]
    _check_members(claims, problems)
    first = _first_claims(claims, problems)
    _check_canonicals(truths, first, problems)
    _check_moves(first, problems)
    return tuple(claim.retirement for claim in claims)


def _retired(truths: tuple[Truth, ...]) -> Iterator[Claim]:
    for truth in truths:
        for index, path in enumerate(truth.retired):
            retirement = Retirement(path, truth.canonical, "retired", truth.name)
            yield Claim(f"{truth.key}.retired[{index}]", retirement)


def _moved(moved: dict[str, str], problems: Problems) -> Iterator[Claim]:
    for old, new in moved.items():
        key = below("moved", old)
        path, target = object_path(old, key, problems), object_path(new, key, problems)
        if bool(path.name) != bool(target.name):
            kinds = "a name to a module" if path.name else "a module to a name"
            wanted = 'expected "module" = "module" or "module:Name" = "module:Name"'
            problems.add(key, f'{wanted}, found a move from {kinds}, "{path}" = "{target}"')
        yield Claim(key, Retirement(path, target, "moved"))


def _gone(gone: tuple[str, ...], problems: Problems) -> Iterator[Claim]:
    for index, path in enumerate(each(object_path, gone, "gone", problems)):
        yield Claim(f"gone[{index}]", Retirement(path, None, "gone"))


def _check_members(claims: list[Claim], problems: Problems) -> None:
    """A member is no name of its module: nothing imports it, so what can be said of it is another rule's to say."""
    for claim in claims:
        path = claim.retirement.path
        if "." in path.name:
            way_out = "a member that is gone belongs into `removed` of the truth that had it"
            problems.add(claim.key, f'expected a module or a name in one, found the member "{path}": {way_out}')


def _first_claims(claims: list[Claim], problems: Problems) -> dict[ObjectPath, Claim]:
    """The entry that retires each path; every further one is a problem."""
    first: dict[ObjectPath, Claim] = {}
    for claim in claims:
        path = claim.retirement.path
        other = first.setdefault(path, claim)
        if other is not claim:
            found = f'"{path}" in {problems.full(other.key)} too'
            problems.add(claim.key, f"expected each name to be retired once, found {found}")
    return first


def _check_canonicals(truths: tuple[Truth, ...], claims: dict[ObjectPath, Claim], problems: Problems) -> None:
    first: dict[ObjectPath, Truth] = {}
    for truth in truths:
        key, canonical = f"{truth.key}.canonical", truth.canonical
        other = first.setdefault(canonical, truth)
        if other is not truth:
            owner = f"{problems.full(other.key)}.canonical"
            problems.add(key, f'expected a canonical of its own, found "{canonical}" in {owner} too')
        retired = _retired_part(canonical, claims)
        if retired:
            reason = _reason(claims[retired], canonical, problems)
            problems.add(key, f'expected something that is still in use, found "{canonical}": {reason}')


def _check_moves(claims: dict[ObjectPath, Claim], problems: Problems) -> None:
    moves = {}
    for path, claim in claims.items():
        target = claim.retirement.replacement
        if claim.retirement.kind == "moved" and target and bool(target.name) == bool(path.name):
            moves[path] = target
            _check_target(claim.key, target, claims, problems)
    for circle in _circles(moves):
        start = _retired_part(circle[0], moves)
        if start:
            problems.add(claims[start].key, _circle_problem(circle))


def _check_target(key: str, target: ObjectPath, claims: dict[ObjectPath, Claim], problems: Problems) -> None:
    end = _retired_part(target, claims)
    if end and claims[end].retirement.kind == "gone":
        reason = _reason(claims[end], target, problems)
        problems.add(key, f'expected a target that exists, found "{target}": {reason}')


def _circles(moves: dict[ObjectPath, ObjectPath]) -> Iterator[list[ObjectPath]]:
    """Steps of which the last leads back to the first or below it; each circle once."""
    settled: set[ObjectPath] = set()
    for start in moves:
        *before, end = _steps(start, moves, settled)
        settled.update(before, [end])
        entry = _retired_part(end, set(before))
        if entry:
            first = before.index(entry)
            yield [*before[first:], end]


def _steps(start: ObjectPath, moves: dict[ObjectPath, ObjectPath], settled: set[ObjectPath]) -> list[ObjectPath]:
    """Where the moves lead from `start`, as far as something new comes of it."""
    here, steps = start, {start: None}  # a dict for its order and its speed
    for _ in moves:  # no circle takes more steps than there are moves
        source = None if here in settled else _retired_part(here, moves)
        if source is None:
            break
        here = _carried(here, source, moves[source])
        if _retired_part(here, steps):
            return [*steps, here]
        steps[here] = None
    return [*steps]


def _circle_problem(circle: list[ObjectPath]) -> str:
    start, *between, end = circle
    if between:
        return f"expected moves that end somewhere, found a circle: {' -> '.join(map(str, circle))}"
    if end == start:
        return f'expected a move to somewhere else, found "{start}" moved onto itself'
    return f'expected a move to somewhere else, found "{end}", which is inside "{start}": {_WITH_EVERYTHING}'


def _retired_part(path: ObjectPath, retired: Container[ObjectPath]) -> ObjectPath | None:
    """The path itself, or else the nearest thing around it, if it is among `retired`."""
    return next((outer for outer in _enclosing(path) if outer in retired), None)


def _enclosing(path: ObjectPath) -> Iterator[ObjectPath]:
    """The path itself and everything that it is part of, from the inside out."""
    if path.name:
        names = [*accumulate(path.name.split("."), "{}.{}".format)]
        yield from (ObjectPath(path.module, name) for name in reversed(names))
    modules = [*accumulate(path.module.split("."), "{}.{}".format)]
    yield from (ObjectPath(module) for module in reversed(modules))


def _carried(path: ObjectPath, source: ObjectPath, target: ObjectPath) -> ObjectPath:
    """`path`, which is `source` or part of it, after `source` became `target`."""
    if source.name:
        return ObjectPath(target.module, target.name + path.name.removeprefix(source.name))
    return ObjectPath(target.module + path.module.removeprefix(source.module), path.name)


def _reason(claim: Claim, path: ObjectPath, problems: Problems) -> str:
    place = problems.full(claim.key)
    if claim.retirement.path == path:
        return f"{place} retires it"
    return f'{place} retires "{claim.retirement.path}" around it, and {_WITH_EVERYTHING}'

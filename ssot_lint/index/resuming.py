"""A survey out of an earlier one, where what has changed since concerns nothing but the changed files themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

import msgspec

from ssot_lint.facts.passing import Passing
from ssot_lint.index.modules import Modules
from ssot_lint.index.passing import passing_of
from ssot_lint.index.survey import Survey, is_concerned, is_untold, may_be_dynamic, may_miss
from ssot_lint.index.words import Gift, Learned, Words
from ssot_lint.model.source import SourceFile
from ssot_lint.model.triggers import Triggers
from ssot_lint.scan import Look, Wanted

_NEVER_SEEN = Look(None)


class Conclusion(msgspec.Struct, frozen=True):
    """What an earlier survey of the same list of files came to; see `Survey`."""

    learned: Learned
    wanted: Wanted
    looks: Mapping[str, Look]
    passing: Mapping[str, Passing]
    concerned: frozenset[str]
    rests_on: frozenset[str]


def conclusion_of(survey: Survey) -> Conclusion:
    """What a survey came to."""
    return Conclusion(
        survey.words.learned, survey.wanted, survey.looks, survey.passing, survey.concerned, survey.rests_on
    )


def resumed(
    past: Conclusion,
    changed: Collection[str],
    triggers: Triggers,
    modules: Modules,
    look_at: Callable[[SourceFile, Wanted, bool], Look],
) -> Survey | None:
    """The survey of the files as they are now; None where other files may have become another matter.

    Args:
        changed: paths of the files that may not be what they were.
        look_at: (file, what to look for, whether it is inside a package of which the names count) -> what is seen.
    """
    if not past.rests_on.isdisjoint(changed):
        return None
    words = Words.recalled(triggers, past.learned, lambda path: modules.by_path[path].file)
    looks, passing, concerned = dict(past.looks), dict(past.passing), set(past.concerned)
    for path in changed:
        module = modules.by_path[path]
        before, look = looks.get(path, _NEVER_SEEN), look_at(module.file, past.wanted, words.watches(module.file))
        handed_on = passing.pop(path, None)
        concerned.discard(path)
        looks[path] = look
        if is_concerned(words, module, look, partial(may_miss, words)):
            concerned.add(path)
            passing[path] = passing_of(module)
        elif words.seek(look):
            return None  # what settled others does not settle this one
        if look.ties != before.ties or _gifts(words, passing.get(path), look) != _gifts(words, handed_on, before):
            return None
    return Survey(words, past.wanted, looks, passing, frozenset(concerned), past.rests_on)


def _gifts(words: Words, passing: Passing | None, look: Look) -> set[Gift]:
    if passing is None:
        return set()
    stars = (("star", item.module) for item in passing.brought if item.name == "*")
    found = {*words.gifts(passing, may_be_dynamic(look)), *stars}
    if is_untold(look):
        found.update((name, " ".join(bases)) for name, bases in passing.classes)
        found.update((item.local, f"{item.module}:{item.name}") for item in passing.brought)
    return found

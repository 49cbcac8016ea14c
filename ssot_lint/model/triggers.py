"""What has to stand in a file before a rule can find anything there."""

from __future__ import annotations

import msgspec

from ssot_lint.model.policy import ObjectPath


class Triggers(msgspec.Struct, frozen=True):
    """A file with none of these holds no finding of the rule, so that it need not be parsed.

    Attributes:
        words: identifiers; one of them stands in the file, in code or in a string.
        names: identifiers; one of them is imported, defined, assigned, taken from something or quoted there.
        uses: identifiers; the file reads one of them, and binds it not for all of itself.
        passed: identifiers; one of them stands in the file, which defines no class and no function of its own.
        deprecated: identifiers; one of them stands in the file, which speaks of a deprecation.
        patched: identifiers; the file may put a member on something that one of them stands for, or take one away.
        globs: patterns for the names of classes and functions that the file defines.
        bases: classes; the file defines one that inherits from them, through any number of others.
        probed: likewise, and the file asks what values are like: `hasattr`, `isinstance`, `match` ...
        heirs: classes; whether a class inherits from them matters in the judgement of files, but calls for none.
        kin: classes; the file uses one of them, or one that inherits from them.
        built: classes, and functions that build them; the file calls one of them, or a class that inherits from one, by
            whichever name, or gives it another name.
        makers: functions, and classes; the file calls one of these functions, or a method of one of these classes.
        below: classes; the file defines one that inherits from them, as far as names and imports tell.
        homes: objects; the file defines one of them.
        originals: objects, and how much of one a file has to hold under another name, from 0 to 1.
        literals: constants, or classes that hold some; the file spells out one of their values.
        modules: dotted names; the file imports one of them, or something from it.
        codes: beginnings of error codes; a comment of the file may list one to suppress it.
        dynamic: the file can import by a string that is put together.
        everything: every file can hold a finding.
    """

    words: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    deprecated: frozenset[str] = frozenset()
    patched: frozenset[str] = frozenset()
    globs: frozenset[str] = frozenset()
    bases: frozenset[ObjectPath] = frozenset()
    probed: frozenset[ObjectPath] = frozenset()
    heirs: frozenset[ObjectPath] = frozenset()
    kin: frozenset[ObjectPath] = frozenset()
    built: frozenset[ObjectPath] = frozenset()
    makers: frozenset[ObjectPath] = frozenset()
    below: frozenset[ObjectPath] = frozenset()
    homes: frozenset[ObjectPath] = frozenset()
    originals: frozenset[tuple[ObjectPath, float]] = frozenset()
    literals: frozenset[ObjectPath] = frozenset()
    modules: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    dynamic: bool = False
    everything: bool = False

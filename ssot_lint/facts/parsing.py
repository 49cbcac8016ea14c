"""The parser by itself: the same text gives the same tree, whatever the environment says."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unlimited_integers() -> Iterator[None]:
    """Let the parser read integers of any length, whatever `PYTHONINTMAXSTRDIGITS` says."""
    if not hasattr(sys, "set_int_max_str_digits"):  # Python 3.10 has it from 3.10.7 on
        yield
        return
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


@contextmanager
def plain_parser() -> Iterator[None]:
    """The parser's opinion of the analysed code is not ours to print, nor has the environment a say in it."""
    with warnings.catch_warnings(), unlimited_integers():
        warnings.simplefilter("ignore")
        yield


def uncompilable(text: str) -> str:
    """What Python's compiler has against a text; empty where it takes it. Nothing of the text is run."""
    try:
        with plain_parser():
            compile(text, "<text>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{error.msg}, line {error.lineno}"
    except (ValueError, RecursionError, MemoryError) as error:
        return type(error).__name__
    return ""

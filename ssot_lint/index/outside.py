"""What calling something outside the project gives, as far as its name tells: never the truth, or anything.

Nothing outside the project is read. But a class gives its own instances, and classes are written in capitals; and the
functions of some parts of the standard library make objects of their own, and never hand back what they were given.
"""

from __future__ import annotations

import re

_STANDS_FOR_OTHERS = re.compile(
    r"mock|spy|stub|fake|dummy|proxy|lazy|wrap|delegat|partial|decorator|getter", re.IGNORECASE
)
"""Classes whose instances are made to pass for something else."""

_CLASS = re.compile(r"_*[A-Z]\w*[a-z]\w*")

_FUNCTIONS = frozenset(
    "abs all any ascii bin callable chr compile dir divmod enumerate filter format hash hex id input isinstance "
    "issubclass iter len map oct open ord pow print range repr reversed round sorted vars zip".split()
)

_MODULES = frozenset(
    "argparse array base64 binascii bz2 calendar cmath colorsys configparser csv curses datetime decimal difflib email "
    "fnmatch fractions getpass gettext glob gzip hashlib hmac html http imaplib io ipaddress json locale logging lzma "
    "mailbox math mimetypes mmap numbers os pathlib platform poplib posixpath pprint random re sched secrets select "
    "selectors shelve shlex shutil signal smtplib socket socketserver sqlite3 ssl stat statistics string struct "
    "subprocess sysconfig tarfile tempfile textwrap threading time tokenize turtle unicodedata urllib uuid wave "
    "webbrowser xml xmlrpc zipfile zlib zoneinfo".split()
)


def gives_its_own(path: str) -> bool:
    """Whether calling what has this dotted path gives an object that cannot be the project's.

    Args:
        path: of something outside the project, builtins included.
    """
    module, _, name = path.rpartition(".")
    if _STANDS_FOR_OTHERS.search(path):
        return False
    if module == "builtins":
        return name in _FUNCTIONS or _CLASS.fullmatch(name) is not None
    return _CLASS.fullmatch(name) is not None or module.partition(".")[0] in _MODULES

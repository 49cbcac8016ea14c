"""The tools that are compared, in environments of their own: as a user has them, from wheels, not from the checkout.

Both environments hold the same packages, but only one of them holds ssot-lint: so flake8 without the plugin differs
from flake8 with it in nothing else.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SHIPPED = ("pyproject.toml", "README.md", "LICENSE", "ssot_lint")


class EnvironmentsError(Exception):
    """The tools cannot be installed; the message says which step failed."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    def program(self, name: str) -> str:
        """The path of a program in it."""
        if sys.platform == "win32":
            return str(self.folder / "Scripts" / f"{name}.exe")
        return str(self.folder / "bin" / name)

    def pip(self, *words: str) -> None:
        """Runs pip in it.

        Raises:
            EnvironmentsError: pip fails.
        """
        pip = (self.program("python"), "-m", "pip", "-qq", "--disable-pip-version-check")
        if subprocess.run((*pip, *words), stdout=subprocess.DEVNULL, check=False).returncode:
            raise EnvironmentsError(f"pip {words[0]} failed")


@dataclass(frozen=True)
class Environments:
    """Where the tools are: `ours` holds ssot-lint, `bare` everything but it."""

    ours: Environment
    bare: Environment


def prepare(source: Path = ROOT, folder: Path = HERE / ".venvs") -> Environments:
    """Makes both environments, or brings them up to date; ssot-lint is built and installed anew each time.

    Args:
        source: the checkout to build it from.

    Raises:
        EnvironmentsError: something cannot be installed.
    """
    found = Environments(_made(folder / "ours"), _made(folder / "bare"))
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _built(found.ours, source, Path(scratch))
        for environment in (found.ours, found.bare):
            environment.pip("install", "-r", str(HERE / "requirements.txt"), wheel)
        found.ours.pip("install", "--force-reinstall", "--no-deps", wheel)
        found.bare.pip("uninstall", "--yes", "ssot-lint")
    return found


def _made(folder: Path) -> Environment:
    environment = Environment(folder)
    if not Path(environment.program("python")).exists():
        venv.create(folder, with_pip=True, clear=True)
    return environment


def _built(environment: Environment, root: Path, scratch: Path) -> str:
    """The wheel of a checkout, from a copy: setuptools would leave its traces in it, and pick up old ones."""
    copy = scratch / "source"
    copy.mkdir()
    for name in SHIPPED:
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(root / name, copy / name)
    environment.pip("wheel", "--no-deps", "--wheel-dir", str(scratch), str(copy))
    return str(next(scratch.glob("*.whl")))

"""FileFacts* -> ProjectIndex: who defines, re-exports, imports and subclasses what, by identity and not by spelling."""

from ssot_lint.index.module import Module
from ssot_lint.index.modules import Modules
from ssot_lint.index.project import ProjectIndex
from ssot_lint.index.targets import Definition, External, Hop, Missing, ModuleTarget, Resolution, Target, Unknown

__all__ = [
    "Definition", "External", "Hop", "Missing", "Module", "ModuleTarget", "Modules", "ProjectIndex", "Resolution",
    "Target", "Unknown",
]

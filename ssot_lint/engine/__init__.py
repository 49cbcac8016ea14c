"""files -> facts -> index -> rules -> suppress -> violations."""

from ssot_lint.engine.bench import Draft
from ssot_lint.engine.project import Project, Report

__all__ = ["Draft", "Project", "Report"]

"""SourceFile -> FileFacts: one walk of the tree, one module per kind of fact. Only this package knows `ast`."""

from ssot_lint.facts.extract import facts_of_text, facts_of_tree

__all__ = ["facts_of_text", "facts_of_tree"]

"""The rules, one module each: a docstring (its documentation), `RULE` (its declaration) and `check`.

`check(context: RuleContext) -> Iterator[Violation]` judges one file by its facts, the index and the policy; it reads
no file and walks no tree.
"""

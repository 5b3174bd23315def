"""What can be wrong with an expression."""

from __future__ import annotations


class ExpressionError(ValueError):
    """An expression cannot be used as it is written.

    `offset` counts characters of the expression's text from 0, so that the loader can point
    at the place in the YAML file. `code` is stable; `docs/expressions.md` explains each.
    """

    def __init__(self, what: str, code: str, offset: int, hint: str = "") -> None:
        super().__init__(what, code, offset, hint)
        self.what, self.code, self.offset, self.hint = what, code, offset, hint

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.what} [{self.code}] at {self.offset}{hint}"

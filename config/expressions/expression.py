"""A checked expression, and the one way to make one."""

from __future__ import annotations

from dataclasses import dataclass

from config.expressions import tree
from config.expressions.checker import Checker, accepts, check_key
from config.expressions.errors import ExpressionError
from config.expressions.scope import Scope
from config.expressions.syntax import parse
from config.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that fits its place. Frozen, picklable, without reference to the schema.

    `names` are the field paths of the row that it reads (`client.currency`, `lines.amount`).
    `sql`: whether generator/sql.py can compile it.
    """

    text: str
    tree: tree.Node
    type: Type
    names: frozenset[str]
    sql: bool


def check(text: str, scope: Scope, expects: Type | None, sql: bool = False) -> Expression:
    """Return the checked expression; raise ExpressionError at its first problem.

    `expects` is the type that the place needs, None for any value. `sql` asks for an expression
    that the database can compute.
    """
    node = parse(text)
    checker = Checker(scope)
    checked = checker.check(node)
    if expects is not None:
        if not accepts(expects, checked.type):
            raise ExpressionError(
                f"expected {expects}, got {checked.type}", "expression-type", 0,
                "compare it: … == …, … != null" if expects.kind == "boolean" else "",
            )
        check_key(expects, checked, 0)
    elif checked.type.kind in {"null", "set", "collection", "calendar"}:
        raise ExpressionError(
            f"{checked.type} is not a value of its own", "expression-type", 0,
            "a collection has .count, .any() and .sum(field)"
            if checked.type.kind == "collection" else "",
        )
    if sql and checker.not_in_sql is not None:
        raise checker.not_in_sql
    return Expression(
        text, checked, checked.type, frozenset(checker.used), checker.not_in_sql is None
    )

"""The walk from a typed tree to SQL.

Conditions come in two strengths. `condition` is true exactly where the expression holds and
may be null elsewhere: enough for WHERE, and it leaves columns bare for their index. `truth` is
true or false, never null: what `not`, comparisons of booleans and selected values need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from config.expressions import Env, Expression, ExpressionError, tree
from config.expressions.python import compile_node
from config.expressions.types import Type
from config.values.money import Money
from config.values.rate import Rate
from generator.sql import amounts, conditions, numbers, rows, values
from generator.sql.amounts import Amount
from generator.sql.numbers import Known, Number
from generator.sql.resolver import SqlResolver

_RATE_SCALE = 6


def compile_sql(
    expression: Expression, resolver: SqlResolver, env: Env, source: Any
) -> ColumnElement[bool]:
    """Return the condition that a yes-or-no expression puts on the rows of `source`.

    True where it holds, false or null elsewhere: it belongs into a WHERE, alone or joined by
    AND and OR, not below NOT.
    """
    _refuse_python_only(expression)
    return Compiler(resolver, env, source).condition(expression.tree)


def pick_id(
    expression: Expression, resolver: SqlResolver, env: Env, owner: ColumnElement[int]
) -> ColumnElement[int]:
    """Return the id of the row that the field `expression` picks for the row `owner` (an id)."""
    assert isinstance(expression.tree, tree.Picked), expression.text
    return rows.first_of(Compiler(resolver, env, None), expression.tree, owner)


def pick_test(
    expression: Expression, resolver: SqlResolver, env: Env, source: Any
) -> ColumnElement[bool] | None:
    """Return what the field `expression` asks of the rows of `source`, None when any will do."""
    assert isinstance(expression.tree, tree.Picked), expression.text
    test = expression.tree.test
    return None if test is None else Compiler(resolver, env, source).condition(test)


@dataclass(frozen=True)
class SqlValue:
    """The columns that make up a value; `read` turns what they hold into the Python value."""

    columns: tuple[ColumnElement[Any], ...]
    read: Callable[..., Any]


def compile_value(
    expression: Expression, resolver: SqlResolver, env: Env, source: Any
) -> SqlValue:
    """Return what to select for the value of an expression on each row of `source`.

    A yes-or-no value is true or false, never null.
    """
    _refuse_python_only(expression)
    return Compiler(resolver, env, source).value(expression.tree)


def _refuse_python_only(expression: Expression) -> None:
    if not expression.sql:
        raise ExpressionError(
            f"'{expression.text}' cannot be computed by the database", "not-in-sql", 0
        )


class Compiler:
    """Compiles nodes about the rows of one `source`."""

    def __init__(self, resolver: SqlResolver, env: Env, source: Any) -> None:
        self.resolver = resolver
        self.env = env
        self.source = source

    def about(self, source: FromClause) -> Compiler:
        """Return a compiler for the rows of a subquery."""
        return Compiler(self.resolver, self.env, source)

    def known(self, node: tree.Node) -> Known | None:
        """Return the value of a node that does not depend on the row, computed in Python."""
        if not tree.is_constant(node):
            return None
        return Known(compile_node(node)({}, self.env))

    def condition(self, node: tree.Node) -> ColumnElement[bool]:
        return conditions.condition(self, node)

    def plain(self, node: tree.Node) -> ColumnElement[Any]:
        return values.plain(self, node)

    def pair(self, node: tree.Node) -> rows.Pair:
        return values.pair(self, node)

    def number(self, node: tree.Node) -> Number | Known:
        return values.number(self, node)

    def amount(self, node: tree.Node) -> Amount | Known:
        return values.amount(self, node)

    def value(self, node: tree.Node) -> SqlValue:
        kind = node.type.kind
        if kind == "boolean":
            return SqlValue((conditions.truth(self, node),), bool)
        if kind == "money":
            amount = amounts.element(self.amount(node))
            return SqlValue((amount.micros, amount.currency), _read_amount)
        if kind == "any_record":
            return SqlValue(self.pair(node), lambda entity, key: key and (entity, key))
        if kind in values.NUMBERS:
            number = self.number(node)
            scale = numbers.finest(number)
            return SqlValue((numbers.steps(number, scale),), _reader(node.type, scale))
        if kind == "choices":
            return SqlValue((self.plain(node),), _read_choices)
        return SqlValue((self.plain(node),), lambda stored: stored)


def _read_choices(stored: str | None) -> frozenset[str]:
    return frozenset(stored.strip("|").split("|")) if stored else frozenset()


def _read_amount(micros: int | None, currency: str) -> Money | int | None:
    # The sum of no amounts has no currency: 0, as in Python.
    return None if micros is None else Money(micros, currency) if currency else 0


def _reader(type_: Type, scale: int) -> Callable[[int | None], Any]:
    """Return how steps of 10^-`scale` become a value of `type_`."""

    def read(stored: int | None) -> Any:
        if stored is None:
            return None
        exact = Decimal(stored).scaleb(-scale)
        if type_.kind == "rate":
            return Rate(int(exact.scaleb(_RATE_SCALE)))
        if type_.kind == "duration":
            return timedelta(microseconds=int(exact.scaleb(6)))
        return stored if type_.kind == "integer" else exact

    return read

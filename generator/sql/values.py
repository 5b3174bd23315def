"""Values in SQL: numbers, amounts, links to any entity, and the plain rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, String, case, func, literal

from config.expressions import tree
from config.expressions.functions import UNIT_SECONDS
from config.expressions.limits import steps_max
from generator.sql import amounts, numbers, rows
from generator.sql.amounts import Amount
from generator.sql.constructs import days_between
from generator.sql.numbers import Known, Number

if TYPE_CHECKING:
    from generator.sql.compiler import Compiler

NUMBERS = frozenset({"integer", "decimal", "rate", "duration"})
_SECONDS_OF_DAY = 86_400


def plain(compiler: Compiler, node: tree.Node) -> ColumnElement[Any]:
    """Return a text, choice, date, moment, link to one entity, choices, or raw yes or no."""
    known = compiler.known(node)
    if known is not None:
        return rows.bound(known.value, node.type)
    if isinstance(node, (tree.Own, tree.Through)):
        return rows.field(compiler, node)
    if isinstance(node, tree.Picked):
        return rows.picked(compiler, node)
    assert isinstance(node, tree.Choose)
    yes, no = plain(compiler, node.yes), plain(compiler, node.no)
    return rows.typed(case((compiler.condition(node.test), yes), else_=no), node.type)


def pair(compiler: Compiler, node: tree.Node) -> rows.Pair:
    """Return entity and id of a link, to one entity or to any."""
    if node.type.kind == "record":
        key = plain(compiler, node)
        return case((key.is_not(None), literal(node.type.entity, String()))), key
    known = compiler.known(node)
    if known is not None:
        entity, key = known.value or (None, None)
        return literal(entity, String()), literal(key, BigInteger())
    if isinstance(node, (tree.Own, tree.Through)):
        return rows.pair(compiler, node)
    assert isinstance(node, tree.Choose)
    test = compiler.condition(node.test)
    yes, no = pair(compiler, node.yes), pair(compiler, node.no)
    return case((test, yes[0]), else_=no[0]), case((test, yes[1]), else_=no[1])


def number(compiler: Compiler, node: tree.Node) -> Number | Known:
    known = compiler.known(node)
    return known if known is not None else _NUMBERS[type(node)](compiler, node)


def amount(compiler: Compiler, node: tree.Node) -> Amount | Known:
    known = compiler.known(node)
    return known if known is not None else _AMOUNTS[type(node)](compiler, node)


def _apply(compiler: Compiler, node: tree.Apply) -> Number | Known:
    (argument,) = node.arguments
    if node.function == "length":
        return Number(func.length(plain(compiler, argument), type_=BigInteger()))
    seconds = Known(UNIT_SECONDS[node.function])
    return numbers.calculate("*", number(compiler, argument), seconds, node.type)


def _negate(compiler: Compiler, node: tree.Negate) -> Number | Known:
    return numbers.calculate("*", number(compiler, node.operand), Known(-1), node.type)


def _arithmetic(compiler: Compiler, node: tree.Arithmetic) -> Number | Known:
    if node.left.type.kind == "date":
        days = Number(days_between(plain(compiler, node.left), plain(compiler, node.right)))
        return numbers.calculate("*", days, Known(_SECONDS_OF_DAY), node.type)
    left, right = number(compiler, node.left), number(compiler, node.right)
    return numbers.calculate(node.operator, left, right, node.type)


def _choose(compiler: Compiler, node: tree.Choose) -> Number | Known:
    yes, no = number(compiler, node.yes), number(compiler, node.no)
    scale = numbers.finest(yes, no)
    most = steps_max(node.type, scale)
    chosen = case(
        (compiler.condition(node.test), numbers.steps(yes, scale, most)),
        else_=numbers.steps(no, scale, most),
    )
    return Number(rows.typed(chosen, node.type), scale)


def _negated_amount(compiler: Compiler, node: tree.Negate) -> Amount | Known:
    return amounts.times(amount(compiler, node.operand), Known(-1))


def _amount_arithmetic(compiler: Compiler, node: tree.Arithmetic) -> Amount | Known:
    left, right = node.left, node.right
    if node.operator != "*":
        return amounts.combine(node.operator, amount(compiler, left), amount(compiler, right))
    if left.type.kind != "money":
        left, right = right, left
    return amounts.times(amount(compiler, left), number(compiler, right))


def _choose_amount(compiler: Compiler, node: tree.Choose) -> Amount:
    yes, no = amount(compiler, node.yes), amount(compiler, node.no)
    return amounts.choose(compiler.condition(node.test), yes, no)


_NUMBERS: Mapping[type[tree.Node], Callable[..., Number | Known]] = {
    tree.Own: rows.number, tree.Through: rows.number, tree.Count: rows.count,
    tree.Sum: rows.total, tree.Apply: _apply, tree.Negate: _negate,
    tree.Arithmetic: _arithmetic, tree.Choose: _choose,
}
_AMOUNTS: Mapping[type[tree.Node], Callable[..., Amount | Known]] = {
    tree.Own: rows.amount, tree.Through: rows.amount, tree.Sum: rows.amount_total,
    tree.Negate: _negated_amount, tree.Arithmetic: _amount_arithmetic,
    tree.Choose: _choose_amount,
}

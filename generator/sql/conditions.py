"""Conditions in SQL, in the two strengths that compiler.py explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, false, literal, or_, true
from sqlalchemy.sql.elements import False_, True_

from config.expressions import tree
from config.expressions.python import members_of
from generator.sql import amounts, numbers, rows, values
from generator.sql.amounts import Amount
from generator.sql.constructs import contains_text
from generator.sql.numbers import MIRRORED, SIGNS, Known, Number

if TYPE_CHECKING:
    from generator.sql.compiler import Compiler

Condition = ColumnElement[bool]


def condition(compiler: Compiler, node: tree.Node) -> Condition:
    """Return what is true exactly where `node` holds; elsewhere it may be null."""
    known = compiler.known(node)
    if known is not None:
        return true() if known.value is True else false()
    return _CONDITIONS[type(node)](compiler, node)


def truth(compiler: Compiler, node: tree.Node) -> Condition:
    """Return the same, never null."""
    found = condition(compiler, node)
    return found if _is_never_null(node, found) else found.is_(true())


def _is_never_null(node: tree.Node, found: Condition) -> bool:
    return isinstance(found, (True_, False_)) or isinstance(
        node, (tree.IsNull, tree.AnyOf, tree.Not, tree.Choose)
    )


def _not(compiler: Compiler, node: tree.Not) -> Condition:
    operand = node.operand
    if isinstance(operand, tree.IsNull):
        return _is_null(
            compiler, tree.IsNull(operand.type, operand.operand, not operand.negated)
        )
    found = condition(compiler, operand)
    if isinstance(found, (True_, False_)):
        return false() if isinstance(found, True_) else true()
    return ~found if _is_never_null(operand, found) else found.is_not(true())


def _logic(compiler: Compiler, node: tree.Logic) -> Condition:
    join = and_ if node.operator == "and" else or_
    return join(*(condition(compiler, operand) for operand in node.operands))


def _choose(compiler: Compiler, node: tree.Choose) -> Condition:
    test = condition(compiler, node.test)
    return case((test, truth(compiler, node.yes)), else_=truth(compiler, node.no))


def _is_null(compiler: Compiler, node: tree.IsNull) -> Condition:
    mark = _null_mark(compiler, node.operand)
    if isinstance(mark, bool):
        return true() if mark is not node.negated else false()
    return mark.is_not(None) if node.negated else mark.is_(None)


def _null_mark(compiler: Compiler, node: tree.Node) -> ColumnElement[Any] | bool:
    """Return an element that is null where `node` is, or whether it is null for every row."""
    known = compiler.known(node)
    if known is not None:
        return known.value is None
    kind = node.type.kind
    if kind == "boolean":
        is_field = isinstance(node, (tree.Own, tree.Through))
        return rows.field(compiler, node) if is_field else False
    if kind == "money":
        amount = compiler.amount(node)
        return amount.micros if isinstance(amount, Amount) else amount.value is None
    if kind in values.NUMBERS:
        number = compiler.number(node)
        return number.element if isinstance(number, Number) else number.value is None
    if kind == "any_record":
        return compiler.pair(node)[1]
    return compiler.plain(node)


def _compare(compiler: Compiler, node: tree.Compare) -> Condition:
    left, right, sign = node.left, node.right, node.operator
    kinds = {left.type.kind, right.type.kind}
    if kinds <= values.NUMBERS:
        return numbers.compare(sign, compiler.number(left), compiler.number(right))
    if "money" in kinds:
        same = left.type.currency == right.type.currency
        return amounts.compare(sign, compiler.amount(left), compiler.amount(right), same)
    if "boolean" in kinds:
        return SIGNS[sign](truth(compiler, left), truth(compiler, right))
    if "any_record" in kinds:
        return _compare_links(sign, compiler.pair(left), compiler.pair(right))
    return _compare_plain(compiler, sign, left, right)


def _compare_plain(
    compiler: Compiler, sign: str, left: tree.Node, right: tree.Node
) -> Condition:
    if compiler.known(left) is not None:
        sign, left, right = MIRRORED[sign], right, left
    known = compiler.known(right)
    if known is None:
        return SIGNS[sign](compiler.plain(left), compiler.plain(right))
    if known.value is None:
        return false()
    return SIGNS[sign](compiler.plain(left), rows.bound(known.value, right.type))


def _compare_links(sign: str, left: rows.Pair, right: rows.Pair) -> Condition:
    if sign == "==":
        return and_(left[0] == right[0], left[1] == right[1])
    # Entity and id are null together, so nothing differs from a link that is null.
    return or_(left[0] != right[0], left[1] != right[1])


def _among(compiler: Compiler, node: tree.Among) -> Condition:
    mark = _null_mark(compiler, node.item)
    if mark is True:
        return false()
    found = _is_in(compiler, node.item, node.group)
    if not node.negated:
        return found
    outside = true() if isinstance(found, False_) else found.is_not(true())
    return outside if mark is False else and_(mark.is_not(None), outside)


def _is_in(compiler: Compiler, item: tree.Node, group: tree.Node) -> Condition:
    if tree.is_constant(group):
        members = members_of(group)({}, compiler.env)
        return _is_in_known(compiler, item, [one for one in members if one is not None])
    if isinstance(group, tree.Many):
        return rows.contains(compiler, group, compiler.plain(item))
    key = literal("|") + compiler.plain(item) + literal("|")
    return contains_text(compiler.plain(group), key)


def _is_in_known(compiler: Compiler, item: tree.Node, members: list[Any]) -> Condition:
    kind = item.type.kind
    if not members:
        return false()
    if kind in values.NUMBERS:
        return numbers.among(compiler.number(item), members)
    if kind == "money":
        amount = compiler.amount(item)
        found = (amounts.compare("==", amount, Known(one), False) for one in members)
        return or_(*found)
    if kind == "any_record":
        entity, key = compiler.pair(item)
        return or_(*(and_(entity == one, key == other) for one, other in members))
    return compiler.plain(item).in_(sorted(members))


_CONDITIONS: Mapping[type[tree.Node], Callable[..., Condition]] = {
    tree.Own: rows.field, tree.Through: rows.field, tree.AnyOf: rows.any_of, tree.Not: _not,
    tree.Logic: _logic, tree.IsNull: _is_null, tree.Compare: _compare, tree.Among: _among,
    tree.Choose: _choose,
}

"""Fields, linked rows and collections: everything that reads a table.

Each reading of another row is a subquery of its own that sees all outer tables
(`correlate_except`), so it may stand anywhere in a statement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    String,
    Text,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeEngine

from config.expressions import tree
from config.expressions.limits import STEPS_MAX, steps_max
from config.expressions.types import Type
from config.values.money import Money
from generator.columns import MOMENT
from generator.sql import numbers
from generator.sql.amounts import ANY_CURRENCY, Amount
from generator.sql.constructs import bounded
from generator.sql.constructs import total as total_of
from generator.sql.numbers import Known, Number

if TYPE_CHECKING:
    from generator.sql.compiler import Compiler

Pair = tuple[ColumnElement[str], ColumnElement[int]]
_SQL_TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(), "choice": Text(), "choices": Text(), "date": Date(), "moment": MOMENT,
    "record": BigInteger(), "boolean": Boolean(),
}


def bound(value: Any, type_: Type) -> ColumnElement[Any]:
    """Return a known value as a bound parameter of the right SQL type."""
    if type_.kind == "choices" and value is not None:
        value = f"|{'|'.join(sorted(value))}|" if value else None
    return literal(value, _SQL_TYPES.get(type_.kind))


def typed(element: ColumnElement[Any], type_: Type) -> ColumnElement[Any]:
    return type_coerce(element, _sql_type(type_))


def _sql_type(type_: Type) -> TypeEngine[Any]:
    return _SQL_TYPES.get(type_.kind, BigInteger())


def field(compiler: Compiler, node: tree.Own | tree.Through) -> ColumnElement[Any]:
    """Return the stored column of a field of the own row or of a linked one."""
    if isinstance(node, tree.Own):
        return compiler.resolver.column(node.entity, compiler.source, node.field)
    return _of_linked(
        compiler, node, _sql_type(node.type),
        lambda source: compiler.resolver.column(node.entity, source, node.field),
    )


def _of_linked(
    compiler: Compiler,
    node: tree.Through,
    type_: TypeEngine[Any],
    build: Callable[[FromClause], ColumnElement[Any]],
) -> ColumnElement[Any]:
    """Return what `build` reads from the row that `node` goes through."""
    owner = _id(compiler, node.owner)
    if owner is None:
        # PostgreSQL takes a bare NULL for text wherever nothing beside it says better.
        return cast(null(), type_)
    source = compiler.resolver.table(node.entity)
    key = compiler.resolver.column(node.entity, source, "id")
    query = select(build(source)).where(key == owner)
    return query.correlate_except(source).scalar_subquery()


def _id(compiler: Compiler, node: tree.Node) -> ColumnElement[int] | None:
    """Return the id that a link holds; None when it is known to be null."""
    known = compiler.known(node)
    if known is None:
        return compiler.plain(node)
    return None if known.value is None else literal(known.value, BigInteger())


def number(compiler: Compiler, node: tree.Own | tree.Through) -> Number:
    column = field(compiler, node)
    # type_coerce: the steps as they are stored, whatever Python type the column reads them as.
    return Number(type_coerce(column, BigInteger()), node.type.scale)


def amount(compiler: Compiler, node: tree.Own | tree.Through) -> Amount:
    micros = type_coerce(field(compiler, node), BigInteger())
    if node.currency is not None:
        return Amount(micros, compiler.plain(node.currency))
    resolver = compiler.resolver
    if isinstance(node, tree.Own):
        return Amount(micros, resolver.currency(node.entity, compiler.source, node.field))
    return Amount(
        micros,
        _of_linked(
            compiler, node, String(),
            lambda source: resolver.currency(node.entity, source, node.field),
        ),
    )


def pair(compiler: Compiler, node: tree.Own | tree.Through) -> Pair:
    """Return entity and id of a link to any entity."""
    resolver = compiler.resolver
    if isinstance(node, tree.Own):
        return resolver.any_record(node.entity, compiler.source, node.field)
    entity, key = (
        _of_linked(
            compiler, node, (String(), BigInteger())[part],
            lambda source, part=part: resolver.any_record(node.entity, source, node.field)[part],
        )
        for part in (0, 1)
    )
    return entity, key


def _members(
    compiler: Compiler, many: tree.Many
) -> tuple[FromClause, ColumnElement[bool]] | None:
    """Return a new alias of the rows that belong, and which of it do; None of no owner."""
    owner = _id(compiler, many.owner)
    if owner is None:
        return None
    source = compiler.resolver.table(many.type.entity)
    return source, compiler.resolver.joined(many.entity, many.field, owner, source)


def picked(compiler: Compiler, node: tree.Picked) -> ColumnElement[int]:
    """Return the id of the row that is picked for the own row or a linked one."""
    owner = _id(compiler, node.many.owner)
    return cast(null(), BigInteger()) if owner is None else first_of(compiler, node, owner)


def first_of(
    compiler: Compiler, node: tree.Picked, owner: ColumnElement[int]
) -> ColumnElement[int]:
    """Return the id of the row that is picked for the row `owner` (an id)."""
    source = compiler.resolver.table(node.type.entity)
    rows, key = compiler.about(source), compiler.resolver.column(node.type.entity, source, "id")
    query = select(key).select_from(source).where(
        compiler.resolver.joined(node.many.entity, node.many.field, owner, source)
    )
    if node.test is not None:
        query = query.where(rows.condition(node.test))
    if node.order is not None:
        assert isinstance(node.order, tree.Own)
        column = field(rows, node.order)
        query = query.order_by((column.desc() if node.descending else column.asc()).nulls_last())
    return query.order_by(key).limit(1).correlate_except(source).scalar_subquery()


def any_of(compiler: Compiler, node: tree.AnyOf) -> ColumnElement[bool]:
    members = _members(compiler, node.many)
    if members is None:
        return false()
    source, belongs = members
    query = select(literal(1)).select_from(source).where(belongs).correlate_except(source)
    if node.test is not None:
        query = query.where(compiler.about(source).condition(node.test))
    return exists(query)


def contains(
    compiler: Compiler, many: tree.Many, item: ColumnElement[int]
) -> ColumnElement[bool]:
    members = _members(compiler, many)
    if members is None:
        return false()
    source, belongs = members
    key = compiler.resolver.column(many.type.entity, source, "id")
    query = select(literal(1)).select_from(source).where(belongs, key == item)
    return exists(query.correlate_except(source))


def count(compiler: Compiler, node: tree.Count) -> Number | Known:
    members = _members(compiler, node.many)
    if members is None:
        return Known(0)
    source, belongs = members
    counted = func.count(type_=BigInteger())
    return Number(_aggregate(counted, source, belongs))


def total(compiler: Compiler, node: tree.Sum) -> Number | Known:
    members = _members(compiler, node.many)
    if members is None:
        return Known(0)
    source, belongs = members
    each = compiler.about(source).number(node.value)
    most = steps_max(node.type, each.scale)
    summed = bounded(total_of, numbers.steps(each, each.scale), most=most)
    return Number(_aggregate(summed, source, belongs), each.scale)


def _aggregate(
    value: ColumnElement[Any], source: FromClause, belongs: ColumnElement[bool]
) -> ColumnElement[Any]:
    query = select(value).select_from(source).where(belongs)
    return query.correlate_except(source).scalar_subquery()


def amount_total(compiler: Compiler, node: tree.Sum) -> Amount | Known:
    """Sum amounts: in the owner's currency when all are, else null when they are in two."""
    members = _members(compiler, node.many)
    if members is None:
        return _nothing(compiler, node.currency)
    source, belongs = members
    each = compiler.about(source).amount(node.value)
    micros = bounded(total_of, each.micros, most=STEPS_MAX)
    if node.currency is not None:
        currency = compiler.plain(node.currency)
        return Amount(case((currency.is_not(None), _aggregate(micros, source, belongs))), currency)
    code = case((each.micros.is_not(None), each.currency))
    micros = case((func.min(code) != func.max(code), null()), else_=micros)
    currency = func.coalesce(func.min(code), ANY_CURRENCY, type_=String())
    return Amount(
        _aggregate(micros, source, belongs), _aggregate(currency, source, belongs),
        open_currency=True,
    )


def _nothing(compiler: Compiler, currency: tree.Node | None) -> Known:
    """Return the sum of no amounts for an owner that is known to be null."""
    if currency is None:
        return Known(0)
    code = compiler.known(currency)
    return Known(None if code is None or code.value is None else Money(0, code.value))

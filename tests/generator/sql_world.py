"""The world of tests/config/expressions as tables, with a resolver for them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    MetaData,
    String,
    Table,
    and_,
)

from config.expressions.types import Type
from config.values.money import Money
from config.values.rate import Rate
from generator.columns import MOMENT
from tests.config.expressions.world import FIELDS, World

metadata = MetaData()


def _columns(name: str, type_: Type) -> list[Column]:
    match type_.kind:
        case "text" | "choice" | "choices":
            return [Column(name, String(200))]
        case "boolean":
            return [Column(name, Boolean)]
        case "integer":
            return [Column(name, Integer)]
        case "decimal" | "rate" | "duration":
            return [Column(name, BigInteger)]
        case "date":
            return [Column(name, Date)]
        case "moment":
            return [Column(name, MOMENT)]
        case "record":
            return [Column(f"{name}_id", BigInteger)]
        case "any_record":
            return [Column(f"{name}_entity", String(40)), Column(f"{name}_id", BigInteger)]
        case "money":
            micros = Column(f"{name}_micros", BigInteger)
            return [micros] if type_.currency else [micros, Column(f"{name}_currency", String(3))]
    return []


def _table(entity: str) -> Table:
    columns = [
        column
        for name, type_ in FIELDS[entity].items() if name != "id"
        for column in _columns(name, type_)
    ]
    return Table(entity, metadata, Column("id", BigInteger, primary_key=True), *columns)


tables = {entity: _table(entity) for entity in FIELDS}


def stored(name: str, type_: Type, value: Any) -> dict[str, Any]:
    """Return what the columns of a field hold for a Python value."""
    match type_.kind:
        case "choices":
            return {name: f"|{'|'.join(sorted(value))}|" if value else None}
        case "decimal":
            return {name: None if value is None else int(Decimal(value).scaleb(type_.scale))}
        case "rate":
            return {name: value.millionths if isinstance(value, Rate) else None}
        case "duration":
            return {name: value // timedelta(seconds=1) if value is not None else None}
        case "record":
            return {f"{name}_id": value}
        case "any_record":
            entity, key = value or (None, None)
            return {f"{name}_entity": entity, f"{name}_id": key}
        case "money":
            amount: Money | None = value
            micros = None if amount is None else amount.micros
            currency = None if amount is None else amount.currency
            columns = {f"{name}_micros": micros}
            return columns if type_.currency else {**columns, f"{name}_currency": currency}
    return {name: value}


def create_world(connection: Connection, world: World) -> None:
    metadata.create_all(connection)
    for entity, rows in world.rows.items():
        for row in rows.values():
            values: dict[str, Any] = {"id": row["id"]}
            for name, type_ in FIELDS[entity].items():
                if name != "id" and type_.kind != "collection":
                    values |= stored(name, type_, row[name])
            connection.execute(tables[entity].insert().values(values))


class WorldResolver:
    def table(self, entity: str) -> FromClause:
        return tables[entity].alias()

    def column(self, entity: str, source: Any, field: str) -> ColumnElement[Any]:
        type_ = FIELDS[entity][field]
        suffix = {"record": "_id", "money": "_micros"}.get(type_.kind, "")
        return source.c[field + suffix]

    def currency(self, entity: str, source: Any, field: str) -> ColumnElement[str]:
        return source.c[f"{field}_currency"]

    def any_record(
        self, entity: str, source: Any, field: str
    ) -> tuple[ColumnElement[str], ColumnElement[int]]:
        return source.c[f"{field}_entity"], source.c[f"{field}_id"]

    def joined(
        self, entity: str, field: str, owner: ColumnElement[int], source: FromClause
    ) -> ColumnElement[bool]:
        if field == "issued":
            return and_(source.c.client_id == owner, source.c.status == "issued")
        return source.c[f"{FIELDS[entity][field].by}_id"] == owner

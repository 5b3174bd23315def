"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class Moment(TypeDecorator[datetime]):
    """An aware moment, always UTC: TIMESTAMPTZ on PostgreSQL, text on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {value!r}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonOfSqlite(TypeDecorator[Any]):
    """JSON as text, and as bytes where the whole value is a number.

    SQLite turns a text that looks like a number into one, in a column declared JSON: 1.0 would
    come back as 1, and a number of 30 digits rounded. What is stored as bytes it leaves alone.
    """

    impl = JSON
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        process = super().bind_processor(dialect)

        def written(value: Any) -> Any:
            text = process(value) if process else value
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return text.encode() if is_number else text

        return written


MOMENT = Moment()
# SQLite counts rows only in a column declared INTEGER.
ROW_ID = BigInteger().with_variant(Integer, "sqlite")
# None is SQL's NULL, never the JSON word null: one way of being empty.
JSON_TEXT = (
    JSON(none_as_null=True)
    .with_variant(JSONB(none_as_null=True), "postgresql")
    .with_variant(JsonOfSqlite(none_as_null=True), "sqlite")
)

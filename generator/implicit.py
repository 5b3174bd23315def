"""The fields that every entity has without declaring them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Identity

from config.specs.entity import EntitySpec
from config.specs.fields import FieldSpec, IntegerField, PlainField
from generator.columns import MOMENT, ROW_ID


def _spec(model: type[FieldSpec], type_: str, label: str) -> FieldSpec:
    # Not validated: a start from the compiled cache never builds pydantic's validators.
    return model.model_construct(type=type_, label={"": label}, read_only=True)


ID = _spec(IntegerField, "integer", "ID")
CREATED_AT = _spec(PlainField, "moment", "Created")
UPDATED_AT = _spec(PlainField, "moment", "Changed")
VERSION = _spec(IntegerField, "integer", "Version")
DELETED_AT = _spec(PlainField, "moment", "Deleted")


def id_column() -> Column[Any]:
    # An id is never given out twice: identity on PostgreSQL, AUTOINCREMENT on SQLite.
    return Column("id", ROW_ID, Identity(), primary_key=True)


def implicit_fields(entity: EntitySpec) -> Iterator[tuple[str, FieldSpec, Column[Any]]]:
    """Yield name, spec and column of the implicit fields but for `id`.

    No server default of time: only the panel's clock says when something happened.
    """
    yield "created_at", CREATED_AT, Column("created_at", MOMENT, nullable=False)
    yield "updated_at", UPDATED_AT, Column("updated_at", MOMENT, nullable=False)
    if "versioned" in entity.traits:
        yield "version", VERSION, Column("version", BigInteger(), nullable=False)
    if "trash" in entity.traits:
        yield "deleted_at", DELETED_AT, Column("deleted_at", MOMENT, nullable=True)

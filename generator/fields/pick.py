"""One row out of a collection: read and asked for like a link, and written by nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause

from generator.fields.base import BoundField
from generator.fields.exchange import FieldProblem, Form, FormatContext
from generator.fields.relation import RelationType


class PickType(RelationType):
    """The value is the id of the row, which a statement finds; the field has no column.

    What filters it compares is the id of the rows that may be picked: `source` is their table.
    """

    name = "pick"
    writable = False

    def columns(self, field: BoundField) -> list[Column[Any]]:
        return []

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        return {}

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> int | None:
        return None

    def raw(self, field: BoundField, form: Form, name: str) -> Sequence[str] | None:
        return None

    def filter_value(self, field: BoundField, text: str, context: FormatContext) -> Any:
        value = self.parse(field, [text], context)
        if value is None:
            raise FieldProblem("Enter a value.")
        return value

    def sort_column(
        self, field: BoundField, source: FromClause | None = None
    ) -> ColumnElement[Any]:
        assert source is not None, "a picked row stands in a table of its own"
        return source.c["id"]

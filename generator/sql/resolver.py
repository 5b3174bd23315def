"""How compiled SQL finds its columns: the one thing it needs to know about tables."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import ColumnElement, FromClause


class SqlResolver(Protocol):
    """Names columns. A `source` is whatever stands for rows of an entity: a table, an alias,
    or for the row at hand anything that `column` understands (OLD and NEW of a trigger).
    """

    def table(self, entity: str) -> FromClause:
        """Return a new alias of the entity's table, rows in the trash included."""

    def column(self, entity: str, source: Any, field: str) -> ColumnElement[Any]:
        """Return the stored column of `field` (or `id`).

        Decimal, rate and money: the scaled integer (rates in millionths, money in micros);
        duration: whole seconds; choices: text `|a|b|`, null when empty; relation: the id.
        """

    def currency(self, entity: str, source: Any, field: str) -> ColumnElement[str]:
        """Return the column with the currency code of a money field that keeps its own."""

    def any_record(
        self, entity: str, source: Any, field: str
    ) -> tuple[ColumnElement[str], ColumnElement[int]]:
        """Return entity and id column of a link to any entity."""

    def joined(
        self, entity: str, field: str, owner: ColumnElement[int], source: FromClause
    ) -> ColumnElement[bool]:
        """Return which rows of `source` belong to the row `owner` (an id) of `entity`.

        `field` is a collection or a named set. Whatever must not be counted (trash, the `where`
        of the set, a pivot) is part of the condition; other tables only inside EXISTS or IN.
        """

"""Making an empty database fit the generated tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from generator.folding import postgresql_functions

if TYPE_CHECKING:
    from generator import Generated


def create_schema(connection: Connection, generated: Generated) -> None:
    """Create every table, index and schema object, in the transaction of `connection`.

    Takes linear time: tables are not sorted by their links. SQLite accepts a link to a table
    that is not there yet; PostgreSQL gets the foreign keys when all tables are.
    """
    dialect = connection.dialect.name
    create_functions(connection)
    tables = generated.metadata.tables.values()
    later = dialect == "postgresql"
    for table in tables:
        connection.execute(
            CreateTable(table, include_foreign_key_constraints=[] if later else None)
        )
    if later:
        for table in tables:
            for constraint in table.foreign_key_constraints:
                connection.execute(AddConstraint(constraint))
    for table in tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))
    for extra in generated.extras:
        for statement in extra.create.get(dialect, ()):
            connection.execute(text(statement.replace(":", "\\:")))


def create_functions(connection: Connection) -> None:
    """Create the functions that indexes call; SQLite has them from every connection."""
    if connection.dialect.name == "postgresql":
        for statement in postgresql_functions():
            connection.execute(text(statement.replace(":", "\\:")))


def drop_extras(connection: Connection, generated: Generated) -> None:
    """Remove triggers and full-text tables, before a table is rebuilt."""
    for extra in reversed(generated.extras):
        for statement in extra.drop.get(connection.dialect.name, ()):
            connection.execute(text(statement.replace(":", "\\:")))
